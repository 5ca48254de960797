"""The manager goes on while a batch is looked after: a slow or broken provider holds up nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from daemon.core.minds.model import Request
from daemon.core.minds.question import Coming
from daemon.runtime.minds.batching import Batching
from daemon.runtime.minds.mind import Mind
from daemon.runtime.minds.nightly import EVERY, Nightly
from daemon.runtime.pace import Pace
from tests.house import House
from tests.minds import CHEAP, FakeBatches, FakeModel, question
from tests.runtime.minds.test_batching import EVENING


class Plain:
    """A role with nothing to do."""

    name = "manager"

    def __init__(self) -> None:
        self.steps = 0

    def step(self, now: object) -> Pace:
        del now
        self.steps += 1
        return Pace(progress=False)

    def tick(self, now: object) -> None:
        del now

    def close(self, now: object) -> None:
        del now


class Slow(FakeBatches):
    """Takes a batch when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = Event(), Event()

    def submit(self, requests: Sequence[Request]) -> str:
        self.begun.set()
        assert self.go.wait(20)
        return super().submit(requests)


class Broken(FakeBatches):
    """Its adapter has a fault."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = Event()

    def submit(self, requests: Sequence[Request]) -> str:
        del requests
        self.begun.set()
        raise RuntimeError("a fault")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, llm__models__simple=f'["{CHEAP}"]')
    made.clock.advance(EVENING - made.clock.now())
    yield made
    made.stop()


def working(house: House, batches: FakeBatches) -> tuple[Nightly, Mind, Plain]:
    """A role with batches beside it, that nobody ticked yet."""
    house.with_model(FakeModel())
    app, role = house.app, Plain()
    batching = Batching(app.doors, batches, app.context)
    return Nightly(role, batching), Mind(app.doors, app.context, night=batching), role


def put_down(house: House, nightly: Nightly, mind: Mind) -> None:
    nightly.tick(house.clock.now())
    with pytest.raises(Coming):
        mind.ask(question())
    house.clock.advance(timedelta(minutes=3))


def test_the_role_goes_on_while_a_provider_thinks(house: House) -> None:
    slow = Slow()
    nightly, mind, role = working(house, slow)
    put_down(house, nightly, mind)
    assert nightly.step(house.clock.now()).busy
    assert slow.begun.wait(20)
    house.clock.advance(EVERY)
    nightly.step(house.clock.now())
    assert role.steps == 2
    slow.go.set()
    nightly.close(house.clock.now())


def test_who_is_never_ticked_puts_nothing_down(house: House) -> None:
    _, mind, _ = working(house, FakeBatches())
    assert mind.ask(question()).model == CHEAP


def test_with_nothing_put_down_no_thread_works(house: House) -> None:
    nightly, _, _ = working(house, batches := FakeBatches())
    nightly.tick(house.clock.now())
    assert not nightly.step(house.clock.now()).busy
    assert not batches.calls


def test_a_fault_is_a_problem_that_status_shows(house: House) -> None:
    nightly, mind, role = working(house, broken := Broken())
    put_down(house, nightly, mind)
    nightly.step(house.clock.now())
    assert broken.begun.wait(20)
    problems = [nightly.step(house.clock.now() + n * EVERY).problems for n in range(1, 200)]
    nightly.close(house.clock.now())
    assert ("The night's batch: a fault of the program; the log has the details",) in problems
    assert role.steps == 200
