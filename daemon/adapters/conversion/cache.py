"""What files say, kept on disk: reading a file again after a restart costs nothing."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from daemon.adapters.conversion import office, wire
from daemon.adapters.stash import Stash
from daemon.core.ports import Converted

VERSION = 3  # another one when a reader has learnt something: older entries are then read again
LARGEST = 200 * 2**20  # bytes


class Cache:
    """A folder that may be deleted at any time. No fault of the disk is an error: it is then as if empty."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self._stash = Stash(folder, largest)
        self._version = f"{VERSION}{'+' if office.available() else ''}"

    def key(self, name: str, data: bytes) -> str:
        """The same for the same bytes under a name with the same ending."""
        suffix = name.rpartition(".")[2].lower()[:16] if "." in name else ""
        said = f"{self._version}|{suffix}|".encode("utf-8", "surrogatepass")
        return hashlib.sha256(said + hashlib.sha256(data).digest()).hexdigest()

    def get(self, key: str) -> Converted | None:
        with contextlib.suppress(wire.Broken):
            if (kept := self._stash.get(key)) is not None:
                return wire.unpacked(Converted, (kept,))
        return None

    def put(self, key: str, found: Converted) -> None:
        self._stash.put(key, *wire.packed(found))
