"""Invoices killed at every single thing that lasts, and again while they recover: each number once, and no gap."""

from __future__ import annotations

import itertools
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from tests.acceptance.mortal import Killed, MortalHouse
from tests.actions.bookkeeping import HANDBOOK, Bookkeeper, ToTheBookkeeper, ask, flaws

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None
HOUR = timedelta(hours=1)
End = tuple[bool, list[str]]


class Office(MortalHouse):
    """A mortal house whose agent writes invoices."""

    def staff(self) -> Staff:
        return Staff(ToTheBookkeeper(), Threads({"mail": Bookkeeper()}, 1, self.wake.set))


@pytest.fixture
def disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=FAST_DISK) as folder:
        yield Path(folder)


@pytest.fixture
def two(disk: Path) -> Path:
    """A house on disk in which two invoices wait for their approval."""
    return drafted(disk, 2)


@pytest.fixture
def one(disk: Path) -> Path:
    """The same with one."""
    return drafted(disk, 1)


def drafted(disk: Path, requests: int) -> Path:
    opened(disk / "drafted", requests).bury()
    return disk / "drafted"


def opened(folder: Path, requests: int) -> Office:
    """A new house with so many drafts."""
    house = Office(folder, approval__daily_cap="0")
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    ask(house, requests).rest()
    return house


def approve(house: MortalHouse) -> None:
    house.move_all("Pending_Approval", "Approved")


def open_again(folder: Path, name: str) -> Office:
    there = folder.parent / name
    shutil.copytree(folder, there, symlinks=True)
    return Office(there, approval__daily_cap="0")


def rest(house: MortalHouse, at: int = 0, *, after: bool = False) -> bool:
    """Whether it came to rest; else it died at the `at`-th thing that lasts, and was born again."""
    if at:
        house.die(at, after=after)
    with suppress(Killed):
        house.rest(HOUR)
    house.fate.at = 0
    died = house.fate.dead
    if died:
        house.reborn()
    return not died


def life(folder: Path, count: int, *deaths: int) -> End:
    """Whether the last death came too late to happen, and what is wrong after all of them."""
    house = open_again(folder, f"life-{'-'.join(map(str, deaths))}")
    approve(house)
    late = [rest(house, at) for at in deaths]
    rest(house)
    wrong = [f"killed at {deaths}: {flaw}" for flaw in flaws(house, count)]
    house.bury()
    shutil.rmtree(house.root.parent)
    return late[-1], wrong


def until_too_late(lives: Iterator[End]) -> list[End]:
    return list(itertools.takewhile(lambda end: not end[0], lives))


def test_killed_anywhere_each_invoice_has_one_number_one_line_and_one_pair_of_files(two: Path) -> None:
    ends = until_too_late(life(two, 2, at) for at in itertools.count(1))
    assert len(ends) > 20
    assert [flaw for _, wrong in ends for flaw in wrong] == []


def test_killed_again_at_every_step_of_the_recovery(one: Path) -> None:
    ends = [until_too_late(life(one, 1, at, again) for again in itertools.count(1)) for at in range(3, 14)]
    assert min(map(len, ends)) > 2
    assert [flaw for recovery in ends for _, wrong in recovery for flaw in wrong] == []


def test_hundred_invoices_with_random_kills_have_the_numbers_1_to_100(disk: Path) -> None:
    chance = random.Random(20261121)
    house = opened(disk / "many", requests=100)
    approve(house)
    lives = iter(lambda: rest(house, chance.randint(1, 60), after=chance.random() < 0.5), True)  # noqa: FBT003
    assert len(list(lives)) > 20
    assert flaws(house, 100) == []
    house.bury()
