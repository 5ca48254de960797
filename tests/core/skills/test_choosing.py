"""An agent gets the skills that fit its task, and no more than a prompt can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from daemon.core.minds.question import Question, Unanswered
from daemon.core.skills import Skill, choosing
from daemon.core.skills.choosing import LARGEST, MOST, Picked
from daemon.core.task import Task
from daemon.runtime import guidance
from tests.agents.factories import Desk, email
from tests.minds import FakeMind


def skill(name: str, description: str = "", body: str = "Do it well.", **more: Any) -> Skill:
    return Skill(name, description, body, **more)


DISCOUNTS = skill("discounts", "Answers who wants a better price. Use for mails about rebates.", own=True)
WEDDINGS = skill("wedding-cards", "How we talk about weddings. Use for invitations and menus.", own=True)
REPLY = skill("reply-to-customer", "Answers a mail.")
TERMS = skill("terms", "x", words=("rabatt*", "price list"))


def names(task: Task, *skills: Skill, mind: FakeMind | None = None, **more: Any) -> list[str]:
    desk = Desk(skills=skills, asking=(mind or FakeMind()).ask)
    return [each.name for each in choosing.chosen(task, desk, more.pop("agent", "mail"), **more)]


@dataclass
class Choosing:
    """A model that chooses these names, and whether it was asked."""

    said: tuple[str, ...]
    asked: list[Question[Any]] = field(default_factory=list[Question[Any]])

    def mind(self) -> FakeMind:
        return FakeMind({Picked: self._answer})

    def _answer(self, question: Question[Any]) -> Picked:
        self.asked.append(question)
        return Picked(skills=self.said)


def test_what_an_agent_names_comes_first_and_in_its_order() -> None:
    assert names(email(), DISCOUNTS, REPLY, TERMS, named=("terms", "reply-to-customer", "none-such")) == [
        "terms",
        "reply-to-customer",
    ]


@pytest.mark.parametrize("text", ["Is there a discount for ten?", "We hope for rebates and a better price."])
def test_a_skill_fits_by_the_words_of_its_name_or_description(text: str) -> None:
    assert names(email(text), DISCOUNTS, WEDDINGS) == ["discounts"]


@pytest.mark.parametrize("text", ["Please answer this mail.", "Do you use oak wood?", "", "What is your price?"])
def test_words_that_stand_in_every_mail_make_nothing_fit(text: str) -> None:
    assert names(email(text), DISCOUNTS, WEDDINGS) == []


def test_a_skill_with_words_of_its_own_fits_by_these_alone() -> None:
    assert names(email("Gibt es Rabatte?"), TERMS) == ["terms"]
    assert names(email("The terms, please."), TERMS) == []


def test_a_skill_for_other_agents_is_not_given() -> None:
    social = skill("rabatt", "Rebates.", agents=("social",))
    assert names(email("Rebates?"), social, agent="mail") == []
    assert names(email("Rebates? Rabatt?"), social, agent="social") == ["rabatt"]


def test_no_question_is_asked_while_only_one_of_the_persons_own_fits() -> None:
    chooser = Choosing(())
    assert names(email("A discount, a rabatt?"), DISCOUNTS, WEDDINGS, TERMS, mind=chooser.mind()) == [
        "discounts",
        "terms",
    ]
    assert chooser.asked == []


def test_a_model_chooses_among_several_of_the_persons_own() -> None:
    chooser = Choosing(("wedding-cards", "none-such"))
    text = "A discount on wedding invitations?"
    assert names(email(text), DISCOUNTS, WEDDINGS, mind=chooser.mind()) == ["wedding-cards"]
    question = chooser.asked[0]
    assert (question.purpose, question.weight.urgent) == ("skills", True)
    assert "- discounts: Answers who wants a better price." in question.request
    assert text not in question.request + question.rules
    assert text in question.data[0].text


def test_without_an_answer_the_best_by_rules_are_taken() -> None:
    silent = FakeMind({Picked: Unanswered("no model")})
    text = "A discount for our wedding cards: invitations and menus for two weddings?"
    assert names(email(text), DISCOUNTS, WEDDINGS, mind=silent) == ["wedding-cards", "discounts"]


def test_there_are_never_too_many_and_never_too_long_ones() -> None:
    many = [skill(f"rabatt-{n}", body="x" * (LARGEST // 2), own=True) for n in range(9)]
    silent = FakeMind({Picked: Unanswered("no model")})
    desk = Desk(skills=many, asking=silent.ask)
    found = choosing.chosen(email("Rabatt?"), desk, "mail")
    assert sum(len(each.body) for each in found) <= LARGEST
    small = Desk(skills=[skill(f"rabatt-{n}", own=True) for n in range(9)], asking=silent.ask)
    assert len(choosing.chosen(email("Rabatt?"), small, "mail")) == MOST


def test_one_that_is_too_long_leaves_room_for_the_others() -> None:
    long = skill("long", body="x" * (LARGEST + 1))
    assert names(email(), long, REPLY, named=("long", "reply-to-customer")) == ["reply-to-customer"]


@pytest.mark.parametrize(
    ("agent", "text", "expected"),
    [
        ("mail", "Wann wollen wir den Termin machen?", "schedule-meeting"),
        ("mail", "Pouvons-nous déplacer le rendez-vous ?", "schedule-meeting"),
        ("mail", "Schreibe an Frau Lund eine Zahlungserinnerung für Rechnung 14.", "chase-overdue-invoice"),
        ("accounting", "Remind Nordic Coffee: the invoice is overdue.", "chase-overdue-invoice"),
        ("mail", "Would you sponsor our summer tournament? We need sponsors.", "decline-politely"),
        ("mail", "Kunt u ons een offerte sturen?", "draft-invoice"),
        ("accounting", "Scontrino del pranzo con il cliente", "record-expense"),
        ("social", "Nie wieder! Das Paket kam kaputt an.", "answer-public-complaint"),
        ("social", "Post on LinkedIn: we have a new press.", "write-linkedin-post"),
    ],
)
def test_the_shipped_ones_are_found_in_any_of_our_languages(agent: str, text: str, expected: str) -> None:
    desk = Desk(skills=guidance.shipped())
    assert expected in [each.name for each in choosing.chosen(email(text), desk, agent)]


@pytest.mark.parametrize("text", ["Do you use oak wood?", "Danke, das Paket kam gut an!", "Is it available in red?"])
def test_no_shipped_one_is_given_for_nothing(text: str) -> None:
    desk = Desk(skills=guidance.shipped())
    given = choosing.chosen(email(text), desk, "mail", named=("reply-to-customer",))
    assert [each.name for each in given] == ["reply-to-customer"]


def test_a_mail_of_any_length_is_looked_at_in_a_moment() -> None:
    desk = Desk(skills=guidance.shipped())
    assert choosing.chosen(email("rabatt " * 1_000_000), desk, "mail") == ()
