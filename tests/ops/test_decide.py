"""Which draft is meant, and whether it can still be decided so."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daemon.core.errors import UserError
from daemon.core.proposal import State, Verdict
from daemon.ops import decide
from daemon.runtime.ledger.proposals import Start
from tests.house import House


def drafted(house: House) -> str:
    house.arrive()
    house.run()
    return house.task_of(house.note("Pending_Approval"))


def say(house: House, said: str, verdict: Verdict, reason: str = "") -> None:
    ledger = house.app.ledger
    decide.decide(ledger, decide.find(ledger, said), verdict, house.clock.now(), reason=reason)


def refusal(house: House, said: str, verdict: Verdict) -> str:
    with pytest.raises(UserError) as refused:
        say(house, said, verdict)
    return str(refused.value)


def test_first_letters_case_and_generation_of_the_newest_draft_are_understood(house: House) -> None:
    task = drafted(house)
    said = [task, task[:3], task.upper(), f" {task} ", f"{task}-g1"]
    assert {decide.find(house.app.ledger, each).task for each in said} == {task}


@pytest.mark.parametrize("said", ["", "-", "../x", "t" * 500, "%", "ü"])
def test_anything_else_is_unknown(house: House, said: str) -> None:
    drafted(house)
    with pytest.raises(UserError, match="There is no task or draft"):
        decide.find(house.app.ledger, said)


def test_undo_during_the_hold_shows_the_draft_again(slow_house: House) -> None:
    task = drafted(slow_house)
    say(slow_house, task, "approve")
    slow_house.manager.step(slow_house.clock.now())
    slow_house.manager.step(slow_house.clock.now())
    say(slow_house, task, "undo")
    slow_house.run()
    assert slow_house.provider.accepted == []
    assert decide.find(slow_house.app.ledger, task).label == f"{task}-g2"


def test_nothing_can_be_decided_about_what_is_done(house: House) -> None:
    task = drafted(house)
    say(house, task, "approve")
    house.run()
    said = {refusal(house, task, verdict) for verdict in ("approve", "reject", "undo", "retry")}
    assert said == {f"{task} was already carried out: sent, id-1."}


def test_an_unknown_outcome_can_be_retried_or_dropped_but_not_approved(house: House) -> None:
    task = drafted(house)
    house.provider.script, house.provider.blind = ["drop"], True
    say(house, task, "approve")
    house.run()
    assert "employee retry" in refusal(house, task, "approve")
    say(house, task, "retry")
    house.run()
    assert decide.find(house.app.ledger, task).label == f"{task}-g2"


def test_what_the_provider_refused_can_be_retried(house: House) -> None:
    task = drafted(house)
    house.provider.script = ["refuse"]
    say(house, task, "approve")
    house.run()
    assert "550 no such user" in refusal(house, task, "approve")
    say(house, task, "retry")
    house.run()
    assert house.counts()["Pending_Approval"] == 1


def test_an_expired_draft_is_shown_again_when_approved(house: House) -> None:
    task = drafted(house)
    house.pass_time(timedelta(days=8))
    house.run()
    assert "expired" in refusal(house, task, "reject")
    say(house, task, "approve")
    house.run()
    assert decide.find(house.app.ledger, task).label == f"{task}-g2"
    assert house.provider.accepted == []


def test_a_deleted_draft_cannot_be_decided(house: House) -> None:
    task = drafted(house)
    house.note("Pending_Approval").unlink()
    house.run()
    house.pass_time(timedelta(minutes=11))
    house.run()
    assert "You deleted the note" in refusal(house, task, "approve")


def test_a_task_without_a_draft_cannot_be_approved(house: House) -> None:
    house.arrive()
    task = house.task_of(house.note("Needs_Action"))
    assert "has no draft yet" in refusal(house, task, "approve")


def test_low_risk_means_what_waits_and_has_not_expired(house: House) -> None:
    drafted(house)
    ledger, now = house.app.ledger, house.clock.now()
    assert [p.risk for p in decide.low_risk(ledger, now)] == [
        p.risk for p in ledger.proposals.open() if p.risk == "low"
    ]
    assert decide.low_risk(ledger, now + timedelta(days=8)) == []


def test_the_effect_names_every_recipient(house: House) -> None:
    content = house.app.ledger.proposals.content((drafted(house), 1))
    assert decide.effect(content).startswith("Answer by mail to anna@example.com, “Re: Opening hours”")


def looked(house: House, times: int = 2) -> None:
    """The daemon looks, and no time passes."""
    for _ in range(times):
        house.manager.step(house.clock.now())


def said_of(house: House, task: str) -> list[str]:
    return [record.kind for record in house.app.ledger.audit.of(task)]


def held(house: House) -> tuple[str, datetime]:
    """A draft that was approved, and until when it can be undone."""
    task = drafted(house)
    say(house, task, "approve")
    looked(house)
    found = house.app.ledger.proposals.latest(task)
    assert found
    assert found.hold
    return task, found.hold.until


@pytest.mark.parametrize("no", ["undo", "reject"])
def test_yes_after_one_that_was_taken_back_begins_the_hold_anew(slow_house: House, no: Verdict) -> None:
    """Both by command, before anybody acted on either."""
    task, until = held(slow_house)
    slow_house.pass_time(timedelta(seconds=30))
    say(slow_house, task, no)
    say(slow_house, task, "approve")
    looked(slow_house)
    found = slow_house.app.ledger.proposals.latest(task)
    assert found
    assert (found.label, found.state, found.hold and found.hold.until) == (
        task,
        State.HELD,
        until + timedelta(seconds=30),
    )
    assert slow_house.app.ledger.decisions.open() == []
    slow_house.run()
    assert len(slow_house.provider.accepted) == 1


def test_yes_taken_back_and_given_again_both_stand_in_the_record(slow_house: House) -> None:
    task, _ = held(slow_house)
    say(slow_house, task, "undo")
    say(slow_house, task, "approve")
    slow_house.run()
    assert said_of(slow_house, task)[-5:] == ["APPROVED", "UNDONE", "APPROVED", "INTENT", "RESULT"]


def test_draft_that_was_moved_back_is_not_approved_again_by_command(slow_house: House) -> None:
    task, _ = held(slow_house)
    say(slow_house, task, "undo")
    say(slow_house, task, "approve")
    slow_house.move("Approved", "Pending_Approval")
    slow_house.run()
    assert slow_house.provider.accepted == []


def test_second_undo_says_that_it_was_taken_back_already(slow_house: House) -> None:
    task, _ = held(slow_house)
    say(slow_house, task, "undo")
    assert "was already taken back" in refusal(slow_house, task, "undo")


def test_second_undo_of_a_yes_that_nobody_acted_on_says_so_too(house: House) -> None:
    task = drafted(house)
    say(house, task, "approve")
    say(house, task, "undo")
    assert "was already taken back" in refusal(house, task, "undo")


@pytest.mark.parametrize("no", ["undo", "reject"])
def test_what_was_taken_back_cannot_begin_although_nobody_acted_on_it(house: House, no: Verdict) -> None:
    task, _ = held(house)
    ledger, now = house.app.ledger, house.clock.now()
    found = ledger.proposals.latest(task)
    assert found
    say(house, task, no)
    start = Start("key", house.note("Approved").read_bytes(), "2026-03-10")
    assert ledger.proposals.begin(found, start, now, objection=str) == "undone"


def test_draft_that_was_replaced_since_it_was_named_is_not_decided(slow_house: House) -> None:
    task, _ = held(slow_house)
    ledger = slow_house.app.ledger
    named = decide.find(ledger, task)
    say(slow_house, task, "undo")
    slow_house.run()
    with pytest.raises(UserError, match="is not the newest draft"):
        decide.decide(ledger, named, "approve", slow_house.clock.now())
