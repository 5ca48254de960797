"""Tasks that wait for their model: the person reads which, why and until when, and none waits longer than it has to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core.draft import Draft
from daemon.core.minds.question import Unanswered
from daemon.core.ports import Desk
from daemon.core.task import Task
from daemon.ops import decide
from daemon.runtime.putting_off import PutOff
from tests.agents.factories import email
from tests.house import House
from tests.minds import CHEAP, FakeBatches, FakeModel, question
from tests.runtime.minds.test_batching import EVENING

MINUTE = timedelta(minutes=1)


class Asking:
    """An agent that can do nothing without a model."""

    def draft(self, task: Task, desk: Desk) -> Draft:
        answer = desk.ask(question(task=task.id, request=task.title, agent="mail"))
        return Draft("document.save", {"name": "a.md"}, "The plan", task.title, answer.reason, 0.9, "low")


class Refusing:
    """An agent whose model has no money until tomorrow."""

    def __init__(self, house: House) -> None:
        self._tomorrow = house.clock.now() + timedelta(hours=12)
        self.asked = 0

    def draft(self, task: Task, desk: Desk) -> Draft:
        del task, desk
        self.asked += 1
        raise Unanswered("the budget of today is spent", until=self._tomorrow)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, llm__models__simple=f'["{CHEAP}"]')
    made.clock.advance(EVENING - made.clock.now())
    yield made
    made.stop()


def test_answer_that_a_batch_brought_is_used_at_once(house: House) -> None:
    batches = FakeBatches()
    house.with_model(FakeModel(), batches=batches)
    house.with_agent("mail", Asking())
    house.arrive()
    house.run()
    assert house.app.night
    for _ in range(3):
        house.pass_time(MINUTE)
        house.app.night.step()
    batches.answer()
    house.app.night.step()
    assert house.counts() == {"In_Progress": 1}
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_only_the_first_tasks_are_named(house: House) -> None:
    put_off, now = PutOff(house.app.context), house.clock.now()
    for number in range(5):
        task = replace(email(), title=f"Mail\u202e {number}")
        put_off.put(f"In_Progress/mail/{number}.md", task, "why", until=now + MINUTE, now=now)
    (said,) = put_off.told()
    assert said.startswith("5 tasks put off until Tue 10 Mar ")
    assert " and 2 more): why; `employee retry ID`" in said
    assert "\u202e" not in said


def test_clock_that_is_set_back_puts_nothing_off_for_longer(house: House) -> None:
    put_off, now = PutOff(house.app.context), house.clock.now()
    put_off.put("In_Progress/mail/1.md", email(), "why", until=now + 600 * MINUTE, now=now)
    assert put_off.holds("In_Progress/mail/1.md", now + 14 * MINUTE)
    assert not put_off.holds("In_Progress/mail/1.md", now + 15 * MINUTE)
    assert not put_off.holds("In_Progress/mail/1.md", now - timedelta(days=21))


def test_settings_that_cannot_be_read_wake_nobody(house: House, tmp_path: Path) -> None:
    agent = house.with_agent("mail", Refusing(house))
    house.arrive()
    house.run()
    (tmp_path / "none.toml").write_text("[budget\n", encoding="utf-8")
    house.run()
    assert agent.asked == 1
    (tmp_path / "none.toml").write_text("[budget]\ndaily_usd = 9\n", encoding="utf-8")
    house.run()
    assert agent.asked == 2


def test_who_asks_for_a_task_that_is_put_off_has_it_drafted_at_once(house: House) -> None:
    model = FakeModel()
    house.with_model(model, batches=FakeBatches())
    house.arrive()
    house.run()
    assert (house.counts(), model.asked) == ({"In_Progress": 1}, [])
    task, now = house.task_of(house.note("In_Progress")), house.clock.now()
    decide.decide(house.app.ledger, decide.find(house.app.ledger, task), "retry", now)
    house.run()
    assert house.counts() == {"Pending_Approval": 1}
    assert len(model.asked) == 1
    assert not house.app.ledger.decisions.open()
