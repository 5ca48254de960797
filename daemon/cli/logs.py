"""Where log lines go: to stderr, and to a file in EMPLOYEE_HOME that nobody else may read."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from daemon.core.errors import UserError
from daemon.core.neutral import visible

_SIZE, _KEPT = 2_000_000, 5  # bytes a file, older files beside it
_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
Redact = Callable[[str], str]


class Line(logging.Formatter):
    """One event, one line, without secrets; what came from outside cannot begin another one or move the cursor."""

    def __init__(self, redact: Redact, shape: str = _LINE, time: str | None = None) -> None:
        super().__init__(shape, time)
        self._redact = redact

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The whole line."""
        return visible(" ".join(self._redact(super().formatMessage(record)).splitlines()))

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - the library's name and type
        """The traceback, on lines of its own."""
        return visible(self._redact(super().formatException(ei)))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the library's name
        """Where it was logged, on lines of its own."""
        return visible(self._redact(super().formatStack(stack_info)))


class PrivateFile(RotatingFileHandler):
    """A log file with mode 0600 from its first byte."""

    def _open(self) -> TextIOWrapper:
        number = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        return os.fdopen(number, "a", encoding="utf-8", errors="replace")


def start(folder: Path, roles: Sequence[str], redact: Redact) -> Path:
    """From now on everything that is logged is shown and kept, without what `redact` hides.

    Roles in processes of their own have files of their own.

    Raises UserError when the file cannot be written.
    """
    path = folder / ("employee.log" if len(roles) != 1 else f"employee-{roles[0]}.log")
    shown = logging.StreamHandler(sys.stderr)
    shown.setFormatter(Line(redact, "%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[shown, _file(path, redact)], force=True)
    logging.getLogger("watchdog").setLevel(logging.ERROR)  # it warns of every folder that is watched anew
    logging.getLogger("watchdog.observers.inotify").addFilter(_is_news)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request; ours are in the ledger
    threading.excepthook = _thread_fault
    return path


def _is_news(record: logging.LogRecord) -> bool:
    """Not that a thread which is being ended had still something to read: it happens at each Ctrl-C now and then."""
    return "when the thread is inactive" not in record.getMessage()


def _thread_fault(fault: threading.ExceptHookArgs) -> None:
    """Python would show the traceback of a thread as it is, with whatever stands in it."""
    name = fault.thread.name if fault.thread else "unknown"
    logging.getLogger(__name__).critical("the thread %s ended in a fault", name, exc_info=fault.exc_value)


def keep_fault(fault: Exception, redact: Redact) -> Path | None:
    """Write a traceback into the log; where it is, or None when even that is not possible."""
    from daemon import places

    try:
        handler = _file(places.state_folder(os.environ) / "logs" / "employee.log", redact)
    except (OSError, UserError):
        return None
    said = logging.LogRecord("daemon.cli", logging.ERROR, "", 0, "a command ended in a fault", None, None)
    said.exc_info = (type(fault), fault, fault.__traceback__)
    handler.emit(said)
    handler.close()
    return Path(handler.baseFilename)


def _file(path: Path, redact: Redact) -> PrivateFile:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = PrivateFile(path, maxBytes=_SIZE, backupCount=_KEPT)
    except OSError as error:
        raise UserError(f"The log {path} cannot be written: {error.strerror}.") from error
    handler.setFormatter(Line(redact))
    return handler
