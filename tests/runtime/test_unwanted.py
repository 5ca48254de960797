"""An answer that nobody wants any more, wherever its task or its draft is at that moment."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest

from daemon.core.draft import Closed, Draft
from daemon.core.ports import Desk, Receipt, Route
from daemon.core.proposal import Decision, State
from daemon.core.task import FollowUp, Task
from tests.fakes import FakeProvider
from tests.house import MAIL, House

WHY = "You answered it yourself, in your mail program."


class Slow:
    """An agent whose draft is finished when the test says so."""

    def __init__(self, action: str = "email.reply") -> None:
        self.action = action
        self.begun, self.go_on = Event(), Event()

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        del desk
        self.begun.set()
        self.go_on.wait(10)
        params: dict[str, object] = {"to": ["anna@example.com"], "subject": "Re: Opening hours"}
        if self.action == "document.save":
            params = {"folder": "Documents", "name": "hours.md"}
        return Draft(self.action, params, "Hello,\n\nuntil six.\n", task.title, "Because.", 0.8, "low")


class Line(FakeProvider):
    """A provider that takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = Event(), Event()

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        self.begun.set()
        self.go_on.wait(10)
        return super().send(message, title=title, key=key)


class Sends:
    """A router that sends everything to one agent, and a second thing to another."""

    def __init__(self, agent: str, also: str = "") -> None:
        self.agent, self.also = agent, also

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del task, desk
        also = (FollowUp(self.also, "it asks for that as well."),) if self.also else ()
        return Route(self.agent, "normal", None, "Because.", also)


def nobody_wants(house: House) -> str:
    (task,) = house.app.ledger.tasks.newest(1)
    house.app.ledger.decisions.add(Decision(0, task, 0, "obsolete", "mailbox", "imap", WHY, house.clock.now()))
    return task


def step(house: House) -> None:
    house.manager.step(house.clock.now())


def test_a_task_that_waits_to_be_claimed_is_closed_with_the_reason(house: House) -> None:
    house.arrive()
    nobody_wants(house)
    house.run()
    assert house.counts() == {"Done": 1}
    assert f"reason: {WHY}" in house.note("Done").read_text()
    assert house.app.ledger.decisions.open() == []


def test_what_else_it_asks_for_is_done_all_the_same(house: House) -> None:
    house.with_router(Sends("mail", also="assistant"))
    house.arrive()
    nobody_wants(house)
    house.run()
    assert house.counts() == {"Done": 1, "Pending_Approval": 1}


def test_a_task_that_is_no_answer_goes_on(house: House) -> None:
    house.with_router(Sends("assistant", also="mail"))
    house.arrive()
    nobody_wants(house)
    house.run()
    assert "action: document.save" in house.note("Pending_Approval").read_text()
    assert house.app.ledger.decisions.open() == []


def test_a_draft_that_is_being_written_is_not_published(house: House) -> None:
    agent = house.with_agent("mail", Slow())
    house.with_router(Sends("mail"))
    house.arrive()
    step(house)
    assert agent.begun.wait(10)
    nobody_wants(house)
    step(house)
    agent.go_on.set()
    house.run()
    assert house.counts() == {"Done": 1}
    assert house.notes("Attachments") == []


def test_a_draft_of_something_else_that_is_being_written_is_published(house: House) -> None:
    agent = house.with_agent("assistant", Slow("document.save"))
    house.with_router(Sends("assistant"))
    house.arrive()
    step(house)
    assert agent.begun.wait(10)
    nobody_wants(house)
    agent.go_on.set()
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_a_draft_that_waits_leaves_and_can_never_run(house: House) -> None:
    house.arrive()
    house.run()
    task = nobody_wants(house)
    house.run()
    latest = house.app.ledger.proposals.latest(task)
    assert latest
    assert (latest.state, latest.why, latest.filed) == (State.SUPERSEDED, WHY, True)
    assert house.counts() == {"Done": 1}
    assert [record.kind for record in house.app.ledger.audit.tail(2)] == ["SUPERSEDED", "CLOSED"]


def test_a_yes_that_comes_at_the_same_moment_sends_nothing(house: House) -> None:
    house.arrive()
    house.run()
    task = nobody_wants(house)
    house.app.ledger.decisions.add(Decision(0, task, 1, "approve", "cli", "owner", "", house.clock.now()))
    house.move("Pending_Approval", "Approved")
    house.run()
    assert house.provider.accepted == []
    assert house.counts() == {"Done": 1}


def test_a_second_time_changes_nothing(house: House) -> None:
    house.arrive()
    house.run()
    nobody_wants(house)
    nobody_wants(house)
    house.run()
    nobody_wants(house)
    house.run()
    assert house.counts() == {"Done": 1}
    assert house.app.ledger.decisions.open() == []


def test_what_was_rejected_stays_rejected(house: House) -> None:
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Rejected")
    house.run()
    nobody_wants(house)
    house.run()
    assert house.counts() == {"Rejected": 1}
    assert house.app.ledger.decisions.open() == []


@pytest.mark.parametrize(("script", "folder"), [("ok", "Done"), ("accept-then-drop", "Needs_Review")])
def test_what_has_begun_goes_on(house: House, script: str, folder: str) -> None:
    house.provider.script, house.provider.blind = [script], True
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    nobody_wants(house)
    house.run()
    assert len(house.provider.accepted) == 1
    assert house.counts() == {folder: 1}
    assert house.app.ledger.decisions.open() == []


def test_what_waits_behind_another_effect_does_not_begin(house: House) -> None:
    house.provider = line = Line()
    house.restart()
    house.arrive()
    house.run()
    house.move_all("Pending_Approval", "Approved")
    house.pass_time(timedelta(seconds=1))
    house.arrive(MAIL.replace(b"<1@", b"<2@"), key="mail:2", title="Another one")
    while not house.notes("Pending_Approval"):
        step(house)
    assert line.begun.wait(10)
    house.move_all("Pending_Approval", "Approved")
    step(house)
    step(house)
    nobody_wants(house)
    line.go_on.set()
    house.run()
    assert len(line.accepted) == 1
    assert house.counts() == {"Done": 2}


@pytest.mark.parametrize("steps", [1, 2])  # the rejection; the task goes back
def test_a_new_draft_from_feedback_is_not_written_any_more(house: House, steps: int) -> None:
    house.arrive()
    house.run()
    note = house.note("Pending_Approval")
    note.write_text(f"{note.read_text()}\n## Feedback\nshorter\n")
    house.move("Pending_Approval", "Rejected")
    for _ in range(steps):
        step(house)
    nobody_wants(house)
    house.run()
    assert "Pending_Approval" not in house.counts()
    assert house.app.ledger.decisions.open() == []


def test_a_kill_between_the_record_and_the_note_has_it_closed_all_the_same(house: House) -> None:
    house.arrive()
    task = nobody_wants(house)
    house.app.ledger.tasks.close(task, "closed", WHY, day="2026-03-10", now=house.clock.now())
    house.run()
    assert house.counts() == {"Done": 1}
    assert house.notes("Attachments") == []


def test_what_the_person_wants_tried_again_after_their_own_answer_is_theirs(house: House) -> None:
    house.provider.script, house.provider.blind = ["drop"], True
    house.arrive()
    house.run()
    house.move("Pending_Approval", "Approved")
    house.run()
    nobody_wants(house)
    house.run()
    house.move("Needs_Review", "Pending_Approval")
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_a_note_left_by_a_kill_between_two_folders_is_not_drafted_after_all(house: House) -> None:
    house.arrive()
    nobody_wants(house)
    note = house.note("Needs_Action")
    data = note.read_bytes()
    step(house)
    note.write_bytes(data)
    house.run()
    assert house.counts() == {"Done": 1}
    assert house.app.ledger.decisions.open() == []
