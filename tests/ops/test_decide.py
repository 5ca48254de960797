"""Which draft is meant, and whether it can still be decided so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.core.errors import UserError
from daemon.core.proposal import Verdict
from daemon.ops import decide
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
