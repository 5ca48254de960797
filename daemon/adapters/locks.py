"""Lock files on this machine, released by the system when the process ends: one process a role, one writer a store."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from daemon.core.errors import Transient, UserError


class RoleLock:
    """Held from `acquire` to `release`; a second holder is told who has it."""

    def __init__(self, folder: Path, role: str) -> None:
        self._role = role
        self._path = folder / f"{role}.lock"
        self._owner = folder / f"{role}.pid"

    def acquire(self) -> None:
        """Raises UserError (exit code 75) with the owner's process id when another process has the role."""
        from filelock import FileLock, Timeout

        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = FileLock(self._path, mode=0o600)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as taken:
            pid = self._owner.read_text(encoding="ascii").strip() if self._owner.exists() else "unknown"
            raise UserError(
                f"another AI Employee (process {pid}) already runs the role {self._role} here; stop it first",
                exit_code=75,
            ) from taken
        self._owner.write_text(f"{os.getpid()}\n", encoding="ascii")
        self._file = self._path.stat()

    def require_held(self) -> None:
        """Raises UserError (exit code 75) when the lock file was deleted or replaced: another could get it, too."""
        try:
            there = os.path.samestat(self._path.stat(), self._file)
        except FileNotFoundError:
            there = False
        if not there:
            raise UserError(
                f"the lock file {self._path} was removed or replaced; I end, so that no two AI Employees work here. "
                "Start me again, and leave the file where it is",
                exit_code=75,
            )

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
