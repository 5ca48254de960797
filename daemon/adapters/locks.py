"""Lock files on this machine, released by the system when the process ends: one process a role, one writer a store."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from daemon.core.errors import Transient, UserError

log = logging.getLogger(__name__)
PATIENCE = timedelta(seconds=1)  # for one who starts, gets this lock and not the next one, and goes away again


class RoleLock:
    """Held from `acquire` to `release`; a second holder is told who has it."""

    def __init__(self, folder: Path, role: str, *, patience: timedelta = PATIENCE) -> None:
        self._role = role
        self._path = folder / f"{role}.lock"
        self._owner = folder / f"{role}.pid"
        self._patience = patience

    def acquire(self) -> None:
        """Raises UserError (exit code 75) with the owner's process id when another process has the role."""
        from filelock import Timeout

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._take(timedelta())
        except Timeout as taken:
            raise UserError(
                f"another AI Employee (process {self._holder()}) already runs the role {self._role} here; "
                "stop it first",
                exit_code=75,
            ) from taken

    @property
    def in_place(self) -> bool:
        """Whether the lock file is the one that was taken; if not, another process could get the role, too."""
        try:
            return os.path.samestat(self._path.stat(), self._file)
        except OSError:
            return False

    def keep(self) -> None:
        """Where the lock file was removed or replaced, take the one that is there now.

        Raises UserError (exit code 75) when another process has that one, or it cannot be taken.
        """
        from filelock import Timeout

        if self.in_place:
            return
        self._lock.release()
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            self._take(self._patience)
        except Timeout as taken:
            raise self._lost(f"another AI Employee (process {self._holder()}) took it over") from taken
        except OSError as fault:
            raise self._lost(f"a new one cannot be made ({fault.strerror})") from fault
        log.warning("the lock file %s was removed or replaced; I made it mine again. Leave it where it is", self._path)

    def _take(self, patience: timedelta) -> None:
        from filelock import FileLock

        self._lock = FileLock(self._path, mode=0o600, thread_local=False)
        self._lock.acquire(timeout=patience.total_seconds())
        self._owner.write_text(f"{os.getpid()}\n", encoding="ascii")
        self._file = self._path.stat()

    def _holder(self) -> str:
        return self._owner.read_text(encoding="ascii").strip() if self._owner.exists() else "unknown"

    def _lost(self, why: str) -> UserError:
        said = f"the lock file {self._path} was removed or replaced, and {why}; I end, so that no two AI Employees work"
        return UserError(f"{said} here. Leave the file where it is", exit_code=75)

    def release(self) -> None:
        self._lock.release()


@contextmanager
def alone(path: Path, patience: timedelta) -> Generator[None]:
    """One process at a time in the block; others wait. Raises Transient when that takes longer than `patience`."""
    from filelock import FileLock, Timeout

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with FileLock(path, timeout=patience.total_seconds(), mode=0o600):
            yield
    except Timeout as busy:
        raise Transient(f"Another AI Employee is busy with {path.stem} at the moment; try again.") from busy
