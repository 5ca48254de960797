"""How far the record was when the newest effect began, in a file of its own beside the ledger.

The ledger alone cannot know that it is an old copy, or that what was written last is lost with its -wal file.
"""

from __future__ import annotations

import os
from pathlib import Path

from daemon.core.errors import Outage


class Mark:
    """One number, written before each effect."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> int:
        """0 when there is none; a missing or broken mark vouches for nothing."""
        try:
            return int(self._path.read_bytes()[:20])
        except (OSError, ValueError):
            return 0

    def write(self, seq: int) -> None:
        """On the disk when this returns. Raises Outage."""
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
            try:
                os.write(descriptor, f"{seq:019}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise Outage(f"{self._path} could not be written: {error.strerror}") from error
