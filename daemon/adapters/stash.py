"""A folder of things that are cheaper to keep than to get again. It may be deleted at any time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

_LEFT = 0.8  # of the room, after the oldest entries went
_OFTEN = 200  # entries between two looks at the size


class Stash:
    """One file an entry, readable by its owner only. No fault of the disk is an error: it is then as if empty."""

    def __init__(self, folder: Path, largest: int) -> None:
        """`largest`: bytes of all entries together, looked at now and then."""
        self._folder = folder
        self._largest = largest
        self._written = 0

    def get(self, key: str) -> bytes | None:
        """`key` is a name of a file: letters and digits."""
        try:
            return (self._folder / key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._written % _OFTEN == 0:
                self._shrink()
            self._written += 1
            self._write(key, data)

    def _write(self, key: str, data: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=self._folder, suffix=".tmp")  # readable by its owner only
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(temporary, self._folder / key)  # noqa: PTH105 - one call, as the disk does it
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _shrink(self) -> None:
        """The oldest go first."""
        files = (entry for entry in self._folder.iterdir() if entry.is_file())
        found = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in files)
        total = sum(size for _, size, _ in found)
        if total <= self._largest:
            return
        for _, size, entry in found:
            entry.unlink(missing_ok=True)
            total -= size
            if total <= self._largest * _LEFT:
                return
