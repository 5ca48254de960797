"""One holder of a role, and what becomes of it when somebody touches its lock file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from daemon.adapters.locks import RoleLock
from daemon.core.errors import UserError


@pytest.fixture
def lock(tmp_path: Path) -> RoleLock:
    held = RoleLock(tmp_path, "manager")
    held.acquire()
    return held


def test_lock_that_nobody_touches_is_held(lock: RoleLock, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "manager.lock", tmp_path / "copy")
    lock.require_held()
    lock.release()


def test_holder_of_a_deleted_lock_file_must_end(lock: RoleLock, tmp_path: Path) -> None:
    (tmp_path / "manager.lock").unlink()
    with pytest.raises(UserError, match="was removed or replaced") as told:
        lock.require_held()
    assert told.value.exit_code == 75


def test_holder_of_a_replaced_lock_file_must_end(lock: RoleLock, tmp_path: Path) -> None:
    Path(shutil.copy(tmp_path / "manager.lock", tmp_path / "copy")).rename(tmp_path / "manager.lock")
    with pytest.raises(UserError, match="leave the file where it is"):
        lock.require_held()
