"""What files say, kept on disk: reading a file again after a restart costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from daemon.adapters.conversion import office, wire
from daemon.core.ports import Converted

VERSION = 3  # another one when a reader has learnt something: older entries are then read again
LARGEST = 200 * 2**20  # bytes
_LEFT = 0.8  # of these bytes, after the oldest entries went
_OFTEN = 200  # entries between two looks at the size


class Cache:
    """A folder that may be deleted at any time. No fault of the disk is an error: it is then as if empty."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._folder = folder
        self._largest = largest
        self._written = 0
        self._version = f"{VERSION}{'+' if office.available() else ''}"

    def key(self, name: str, data: bytes) -> str:
        """The same for the same bytes under a name with the same ending."""
        suffix = name.rpartition(".")[2].lower()[:16] if "." in name else ""
        said = f"{self._version}|{suffix}|".encode("utf-8", "surrogatepass")
        return hashlib.sha256(said + hashlib.sha256(data).digest()).hexdigest()

    def get(self, key: str) -> Converted | None:
        try:
            return wire.unpacked(Converted, ((self._folder / key).read_bytes(),))
        except (OSError, wire.Broken):
            return None

    def put(self, key: str, found: Converted) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._written % _OFTEN == 0:
                self._shrink()
            self._written += 1
            self._write(key, *wire.packed(found))

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
        found = sorted((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in self._folder.iterdir())
        total = sum(size for _, size, _ in found)
        if total <= self._largest:
            return
        for _, size, entry in found:
            entry.unlink(missing_ok=True)
            total -= size
            if total <= self._largest * _LEFT:
                return
