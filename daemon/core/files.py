"""What the vault says about a file: a directory entry, and the refusals.

Apart from `ports` because every command needs these few and no others.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One directory entry of the vault as `lstat` saw it. Only `regular` ones may be opened.

    A tuple: thousands are made in every look, and a dataclass takes six times as long.
    """

    path: str  # relative to the vault, "/" separators
    size: int  # bytes
    mtime: float  # seconds since the epoch
    ctime: float
    ino: int
    dev: int
    regular: bool  # False: symlink, FIFO, socket, device
    links: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def version(self) -> tuple[int, int, int, float, float]:
        """Equal versions: nobody wrote to the file in between (size and mtime alone can lie, ctime cannot)."""
        return (self.dev, self.ino, self.size, self.mtime, self.ctime)


class VaultProblem(Exception):
    """A vault operation was refused; nothing was changed."""


class Missing(VaultProblem):
    """The file is not there (any more)."""


class Changed(VaultProblem):
    """The file is not the version that was read."""


class NameTaken(VaultProblem):
    """The target name exists; nothing was overwritten."""


class Suspicious(VaultProblem):
    """Not a regular file, or a path that leads outside the vault."""


class TooLarge(VaultProblem):
    """The file has more bytes than the reader allows."""
