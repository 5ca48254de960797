"""A call whose answer was lost may still be carried out later; until that is over nobody makes it a second time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.core.ports import Absent, Finding, Receipt
from tests.fakes import FakeClock, FakeProvider
from tests.house import House

MINUTE = timedelta(minutes=1)


class SlowPost(FakeProvider):
    """A provider that carries out the first call when the caller has long given up."""

    clock: FakeClock
    lost: bool = False  # for good
    arrives: datetime | None = None

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        if self.script and not self.lost:
            self.arrives = self.clock.now() + timedelta(seconds=20)
        return super().send(message, title=title, key=key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        if self.arrives and self.clock.now() >= self.arrives:
            self.accepted.append((key, message))
            self.arrives = None
        found = super().look_up(message, title=title, key=key)
        return Absent(settles=MINUTE) if isinstance(found, Absent) else found


@pytest.fixture
def post() -> SlowPost:
    return SlowPost(script=["drop"])


@pytest.fixture
def house(tmp_path: Path, post: SlowPost) -> House:
    """One approved answer to a mail, about to be sent through it; the first call is lost."""
    house = House(tmp_path)
    house.provider, post.clock = post, house.clock
    house.restart()
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    return house


def test_call_that_arrives_after_its_time_out_is_found_and_not_made_again(house: House) -> None:
    house.run()
    assert (len(house.provider.accepted), house.counts()) == (1, {"Done": 1})


def test_restart_right_after_a_lost_call_does_not_make_it_again(house: House) -> None:
    house.manager.step(house.clock.now())
    house.restart()
    house.run()
    assert (len(house.provider.accepted), house.counts()) == (1, {"Done": 1})


def test_call_that_never_arrived_is_made_again_when_that_is_certain(house: House, post: SlowPost) -> None:
    began, post.lost = house.clock.now(), True
    house.run()
    assert (len(house.provider.accepted), house.counts()) == (1, {"Done": 1})
    assert house.clock.now() >= began + MINUTE


def test_clock_set_back_after_a_lost_call_makes_nobody_wait_for_a_month(house: House, post: SlowPost) -> None:
    post.lost = True
    house.manager.step(house.clock.now())
    house.stop()
    house.clock.advance(timedelta(days=-30))
    house.start()
    back = house.clock.now()
    house.run()
    assert (len(house.provider.accepted), house.counts()) == (1, {"Done": 1})
    assert MINUTE <= house.clock.now() - back < timedelta(hours=1)
