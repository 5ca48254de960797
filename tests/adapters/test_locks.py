"""One holder of a role, and what becomes of it when somebody touches its lock file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.locks import RoleLock
from daemon.core.errors import UserError


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[RoleLock]:
    held = RoleLock(tmp_path, "manager", patience=timedelta())
    held.acquire()
    yield held
    held.release()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[RoleLock]:
    """Of one who wants the same role."""
    wanted = RoleLock(tmp_path, "manager")
    yield wanted
    wanted.release()


def delete_the_file(folder: Path) -> None:
    (folder / "manager.lock").unlink()


def replace_the_file(folder: Path) -> None:
    Path(shutil.copy(folder / "manager.lock", folder / "copy")).rename(folder / "manager.lock")


def test_lock_that_nobody_touches_is_held(lock: RoleLock, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "manager.lock", tmp_path / "copy")
    lock.keep()
    assert lock.in_place


def test_holder_of_a_deleted_lock_file_makes_another(lock: RoleLock, other: RoleLock, tmp_path: Path) -> None:
    delete_the_file(tmp_path)
    assert not lock.in_place
    lock.keep()
    assert lock.in_place
    with pytest.raises(UserError, match="already runs the role manager here"):
        other.acquire()


def test_holder_of_a_replaced_lock_file_takes_that(lock: RoleLock, other: RoleLock, tmp_path: Path) -> None:
    replace_the_file(tmp_path)
    assert not lock.in_place
    lock.keep()
    assert lock.in_place
    with pytest.raises(UserError, match="already runs the role manager here"):
        other.acquire()


@pytest.mark.parametrize("touch", [delete_the_file, replace_the_file])
def test_holder_must_end_when_another_has_the_new_file(
    lock: RoleLock, other: RoleLock, tmp_path: Path, touch: Callable[[Path], None]
) -> None:
    touch(tmp_path)
    other.acquire()
    with pytest.raises(UserError, match=r"another AI Employee .* took it over") as told:
        lock.keep()
    assert told.value.exit_code == 75


def test_holder_stays_when_another_goes_away_again(other: RoleLock, tmp_path: Path) -> None:
    lock = RoleLock(tmp_path, "manager", patience=timedelta(seconds=30))
    lock.acquire()
    delete_the_file(tmp_path)
    other.acquire()
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(lock.keep)
        other.release()
        kept.result()
    assert lock.in_place
    lock.release()


def test_holder_must_end_when_no_lock_file_can_be_made(lock: RoleLock, tmp_path: Path) -> None:
    delete_the_file(tmp_path)
    (tmp_path / "manager.lock").mkdir()
    with pytest.raises(UserError, match="a new one cannot be made"):
        lock.keep()
