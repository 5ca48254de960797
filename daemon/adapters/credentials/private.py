"""Files that nobody else may read, replaced whole: the key, and what is encrypted with it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from daemon.core.errors import Transient, UserError
from daemon.vault import disk

MISCONFIGURED = 78
_FLAGS: int = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """One small file. `what` is how a person calls it, `forbidden` the folders it must not lie in, with their names."""

    path: Path
    what: str
    mode: int = 0o600
    forbidden: tuple[tuple[Path, str, str], ...] = ()  # folder, how a person calls it, the remedy

    def check(self) -> None:
        """Whether it may be used. Raises UserError (78) when others can read it or it lies where it is copied away."""
        here = self.path.resolve()
        for folder, name, remedy in self.forbidden:
            if here.is_relative_to(folder.resolve()):
                raise _refused(f"{self.what} {self.path} lies inside {name} and would be copied with it; {remedy}")
        try:
            found = os.lstat(self.path)
        except OSError:
            return  # not there, or not for us to see: reading it says so
        if not stat.S_ISREG(found.st_mode):
            raise _refused(f"{self.what} {self.path} is not an ordinary file; put the real file in its place")
        if os.name != "nt":
            self._check_rights(found)

    def _check_rights(self, found: os.stat_result) -> None:
        if found.st_mode & 0o077:
            remedy = f"chmod {self.mode:o} '{self.path}', and change what is in it if somebody else uses this computer"
            raise _refused(f"others may read {self.what} {self.path}; {remedy}")
        if found.st_uid != os.getuid():
            raise _refused(f"{self.what} {self.path} belongs to another user; run AI Employee as that user")

    def read(self) -> bytes | None:
        """None when there is no such file. Raises UserError (78) when it may not be used or read."""
        self.check()
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(f"{self.what} {self.path} cannot be read: {error.strerror}") from error

    def write(self, data: bytes) -> None:
        """Readers see the old file or the new one, and a power cut leaves one of them. One writer at a time."""
        self.check()
        new = self.path.with_name(f".{self.path.name}.new")
        try:
            _make_folder(self.path.parent)
            new.unlink(missing_ok=True)  # what a crash left
            _write(new, data, self.mode)
            new.replace(self.path)
            disk.sync_folder(str(self.path.parent))
        except OSError as error:
            raise Transient(
                f"{self.what} {self.path} cannot be written: {error.strerror}. Nothing was lost."
            ) from error


def _make_folder(folder: Path) -> None:
    """Ours alone from the start; a folder that was there keeps its rights."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        disk.sync_folder(str(each.parent))


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, _FLAGS, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _refused(sentence: str) -> UserError:
    return UserError(f"{sentence[0].upper()}{sentence[1:]}.", exit_code=MISCONFIGURED)
