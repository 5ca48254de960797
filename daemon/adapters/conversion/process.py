"""The reading process, seen from outside: asked, waited for, and ended."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import daemon
from daemon.adapters.conversion import wire
from daemon.core.ports import Converted

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
        self._to = cast("BinaryIO", self._running.stdin)
        self._from = cast("BinaryIO", self._running.stdout)

    @property
    def id(self) -> int:
        return self._running.pid

    @property
    def alive(self) -> bool:
        return self._running.poll() is None

    def read(self, name: str, data: bytes, patience: timedelta) -> Converted:
        """Raises wire.Broken when the file took too much time or memory."""
        timer = threading.Timer(patience.total_seconds(), self._running.kill)
        timer.daemon = True
        timer.start()
        try:
            wire.send(self._to, name.encode("utf-8", "surrogatepass"), data)
            return wire.unpacked(wire.receive(self._from))
        finally:
            timer.cancel()

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
