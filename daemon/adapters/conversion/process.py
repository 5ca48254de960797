"""The reading process, seen from outside: asked, waited for, and ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import daemon
from daemon.adapters.conversion import wire

T = TypeVar("T")
_LARGEST_TEXT = 2**24  # bytes of an answer beside what was in the file itself
_LAST_BREATH = 1  # second, between the end of its pipe and its own
_SIGNALS = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGHUP} if sys.platform != "win32" else ())
_COMMAND = (sys.executable, "-B", "-P", "-m", "daemon.adapters.conversion.worker")


class Process:
    """One running reader. After `wire.Broken` it is of no use any more."""

    def __init__(self) -> None:
        """Raises OSError when the system starts no process."""
        self._running: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - ourselves, with a fixed command
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(sys.executable).parent,
            env=_environment(),
        )
        self._overdue = False
        self._to = cast("BinaryIO", self._running.stdin)
        self._from = cast("BinaryIO", self._running.stdout)

    @property
    def id(self) -> int:
        return self._running.pid

    @property
    def alive(self) -> bool:
        return self._running.poll() is None

    def ask(self, what: bytes, name: str, data: bytes, *, kind: type[T], patience: timedelta) -> T:
        """Its answer, a `kind`. Raises wire.Broken when that took too much time or memory, wire.Ended for no fault."""
        timer = threading.Timer(patience.total_seconds(), self._give_up)
        timer.daemon = True
        timer.start()
        try:
            wire.send(self._to, what, name.encode("utf-8", "surrogatepass"), data)
            return wire.unpacked(kind, wire.receive(self._from, len(data) + _LARGEST_TEXT))
        except wire.Broken as broken:
            raise wire.Ended if self._was_ended() else wire.Broken from broken
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self._overdue = True
        self._running.kill()

    def _was_ended(self) -> bool:
        """Whether a signal that it cannot bring on itself ended it."""
        try:
            return -self._running.wait(_LAST_BREATH) in _SIGNALS and not self._overdue
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """End it, whatever it does; nothing is lost."""
        self._running.kill()
        for pipe in (self._to, self._from):
            try:
                pipe.close()
            except OSError:
                continue  # what was not sent is not needed
        self._running.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours goes along: no keys, no folders, no proxies."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(daemon.__file__).parent.parent), "PYTHONUTF8": "1"}
