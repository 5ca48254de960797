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
    late: tuple[datetime, str, bytes] | None = None

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        self.arrive()
        if self.script and not self.lost:
            self.late = (self.clock.elsewhere() + timedelta(seconds=20), key, message)
        return super().send(message, title=title, key=key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        self.arrive()
        found = super().look_up(message, title=title, key=key)
        return Absent(settles=MINUTE) if isinstance(found, Absent) else found

    def arrive(self) -> None:
        if self.late and self.clock.elsewhere() >= self.late[0]:
            self.accepted.append(self.late[1:])
            self.late = None


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


def call(house: House, post: SlowPost) -> None:
    """The first call, which is lost. No time passes."""
    for _ in range(4):
        house.manager.step(house.clock.now())
        house.wake.wait(0.2)
    assert not post.script


def sent(house: House, post: SlowPost) -> int:
    """How many mails were sent when everything is over."""
    house.run()
    assert house.counts() == {"Done": 1}
    house.clock.advance(MINUTE)
    post.arrive()
    return len(post.accepted)


def test_call_that_arrives_after_its_time_out_is_found_and_not_made_again(house: House, post: SlowPost) -> None:
    assert sent(house, post) == 1


def test_restart_right_after_a_lost_call_does_not_make_it_again(house: House, post: SlowPost) -> None:
    call(house, post)
    house.restart()
    assert sent(house, post) == 1


def test_call_that_never_arrived_is_made_again_when_that_is_certain(house: House, post: SlowPost) -> None:
    began, post.lost = house.clock.now(), True
    house.run()
    assert (len(post.accepted), house.counts()) == (1, {"Done": 1})
    assert house.clock.now() >= began + MINUTE


def test_each_lost_call_is_waited_for(house: House, post: SlowPost) -> None:
    began, post.lost, post.script = house.clock.now(), True, ["drop", "drop"]
    house.run()
    assert (len(post.accepted), house.counts()) == (1, {"Done": 1})
    assert house.clock.now() >= began + 2 * MINUTE


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=-30)])
def test_clock_that_is_set_after_a_lost_call_does_not_make_it_again(
    house: House, post: SlowPost, ahead: timedelta
) -> None:
    call(house, post)
    house.clock.put(ahead)
    assert sent(house, post) == 1


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=-30)])
def test_clock_that_is_set_before_a_restart_does_not_make_a_lost_call_again(
    house: House, post: SlowPost, ahead: timedelta
) -> None:
    call(house, post)
    house.stop()
    house.clock.put(ahead)
    house.start()
    assert sent(house, post) == 1


def test_clock_set_back_after_a_lost_call_makes_nobody_wait_for_a_month(house: House, post: SlowPost) -> None:
    post.lost = True
    call(house, post)
    house.stop()
    house.clock.put(timedelta(days=-30))
    house.start()
    back = house.clock.now()
    house.run()
    assert (len(post.accepted), house.counts()) == (1, {"Done": 1})
    assert MINUTE <= house.clock.now() - back < timedelta(hours=1)
