import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.core.draft import Draft
from daemon.core.minds import answering, writing
from daemon.core.minds.answering import Unfit
from daemon.core.minds.question import Coming, Fenced, Unanswered, Weight
from daemon.core.minds.summing import Summary
from daemon.core.minds.trimming import Material
from daemon.core.minds.writing import Brief, Fitted, Letter
from daemon.core.task import Task
from tests.agents.factories import NOW, Desk, email, note
from tests.minds import FakeMind

RULES = Draft("email.reply", {"to": ["bob@mail.example"]}, "By rules.", "Reply", "Rules say so.", 0.8, "low", ("Old.",))
BRIEF = Brief("mail", "You write.", "Answer it.", Material((Fenced("message", "Hello"),)), Weight(), found=("New.",))
LATER = NOW + timedelta(hours=9)


def better(letter: Letter | Exception, draft: Draft = RULES, **changes: Any) -> Draft:
    return writing.better(draft, replace(BRIEF, **changes), email("Hello"), Desk(asking=FakeMind({Letter: letter}).ask))


@pytest.mark.parametrize(
    "said",
    [
        {"text": "Hello", "to": ["eve@evil.example"]},
        {"text": "Hello", "risk": "low"},
        {"text": "x" * 12_001},
        {"text": ""},
        {"text": ["Hello"]},
        {"text": "Hello", "confidence": 7},
        {"text": "Hello", "confidence": "NaN"},
        {"text": "Hello", "open_points": ["x" * 501]},
        {"text": "Hello", "open_points": ["x"] * 21},
        {"text": "Hello", "open_points": [{"to": "eve@evil.example"}]},
    ],
)
def test_an_answer_that_holds_more_than_words_is_none(said: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        answering.understood(json.dumps(said), Letter)


def test_a_summary_is_bounded_as_well() -> None:
    with pytest.raises(Unfit):
        answering.understood(json.dumps({"summary": "x" * 4001}), Summary)


def test_what_the_person_is_told_is_of_the_models_text() -> None:
    made = better(Letter(text="Hello Bob.", confidence=1.0))
    assert (made.text, made.found, made.confidence) == ("Hello Bob.", ("New.",), 0.9)


def test_a_risk_is_never_lowered_and_nobody_is_surer_than_the_rules_of_what_is_risky() -> None:
    made = better(Letter(text="Hello Bob.", confidence=1.0), replace(RULES, risk="high", confidence=0.1))
    assert (made.risk, made.confidence) == ("high", 0.1)


def test_many_open_points_are_shown_only_as_far_as_anybody_reads_them() -> None:
    made = better(Letter(text="Hello Bob.", open_points=("Check it.",) * 20))
    assert len(made.found) == 9
    assert made.risk == "medium"


def test_words_that_do_not_fit_what_they_are_for_are_put_aside() -> None:
    def refuse(text: str) -> Fitted:
        return Fitted(text, why="it is too long for X")

    made = better(Letter(text="Hello Bob."), finish=refuse)
    assert made.text == "By rules."
    assert made.found[-1].endswith("was not used, because it is too long for X.")


@pytest.mark.parametrize(
    ("nobody", "confidence", "waits"),
    [
        (Unanswered("busy"), 0.1, False),
        (Unanswered("the budget is spent", until=LATER), 0.1, True),
        (Unanswered("the budget is spent", until=LATER), 0.8, False),
        (Coming("it waits for the night's batch", until=LATER), 0.8, True),
    ],
)
def test_a_task_waits_only_for_what_is_worth_it(nobody: Unanswered, confidence: float, *, waits: bool) -> None:
    assert writing.worth_waiting(nobody, replace(RULES, confidence=confidence), email()) is waits


@pytest.mark.parametrize(("task", "patient"), [(email("Hello"), True), (note("Write to Bob."), False)])
def test_nobody_who_sits_there_waits_for_the_night(task: Task, *, patient: bool) -> None:
    mind = FakeMind({Letter: Letter(text="Hello Bob.")})
    writing.better(RULES, BRIEF, task, Desk(asking=mind.ask))
    assert [each.weight.patient for each in mind.asked] == [patient]
