"""A manager whose lock was taken away without its notice begins no effect once another one has taken over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.core.errors import UserError
from daemon.runtime.ledger import Ledger
from tests.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A manager at work, with an approved draft."""
    house = House(tmp_path)
    house.app.ledger.take_over()
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    return house


@pytest.fixture
def other(house: House) -> Iterator[Ledger]:
    """The ledger as another process opens it."""
    opened = Ledger(house.app.places.ledger)
    yield opened
    opened.close()


def looks(house: House, times: int) -> None:
    for _ in range(times):
        house.manager.step(house.clock.now())
        house.wake.wait(0.2)


def test_manager_begins_nothing_after_another_took_over(house: House, other: Ledger) -> None:
    other.take_over()
    looks(house, 4)
    house.stop()
    assert house.provider.accepted == []


def test_manager_that_took_over_works(house: House, other: Ledger) -> None:
    other.take_over()
    house.app.ledger.take_over()
    house.run()
    assert len(house.provider.accepted) == 1


def test_manager_that_keeps_its_lock_must_end_when_another_took_over(house: House, other: Ledger) -> None:
    house.app.ledger.require_ours()
    other.take_over()
    with pytest.raises(UserError, match="took over here") as told:
        house.app.ledger.require_ours()
    assert told.value.exit_code == 75
