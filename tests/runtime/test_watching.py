"""A watcher's role: so much in one step, and no longer than the disk takes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from daemon.core.ports import Poll
from daemon.core.task import Arrival, Original
from daemon.runtime.pace import BACKOFF
from daemon.runtime.watching import Watching
from tests.house import House
from tests.torture.disks import Sickness, ill


class Pile:
    """A watcher with so many things at once; `given` counts those that were asked for."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.given = 0

    def poll(self, now: datetime) -> Poll:
        del now
        return Poll(self._arrivals())

    def _arrivals(self) -> Iterator[Arrival]:
        for n in range(self._count):
            self.given += 1
            data = (Original("a.md", b"%d" % n),)
            yield Arrival("note", "pile", f"pile:{n}", "", f"Thing {n}", "text", data)


def test_a_pile_is_taken_in_several_steps(house: House) -> None:
    watching = Watching("pile", Pile(700), house.intake, lambda: None)
    assert watching.step(house.clock.now()).progress
    assert 0 < len(house.notes("Needs_Action")) < 700
    while watching.step(house.clock.now()).progress:
        pass
    assert len(house.notes("Needs_Action")) == 700


def test_a_full_disk_is_not_tried_with_everything_that_waits(house: House) -> None:
    pile = Pile(1000)
    watching = Watching("pile", pile, house.intake, lambda: None)
    sickness = Sickness(0, rate=1.0, writing_only=True)
    sickness.begin()
    with ill(sickness):
        assert len(watching.step(house.clock.now()).problems) == 5
    assert pile.given == 5
    house.pass_time(BACKOFF + timedelta(seconds=1))
    watching.step(house.clock.now())
    assert len(house.notes("Needs_Action")) > 5
