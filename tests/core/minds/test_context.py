from importlib.resources import files

from daemon.core import handbook
from daemon.core.minds import context
from daemon.core.ports import Earlier
from daemon.core.skills import Skill
from tests.agents.factories import HANDBOOK, Desk

EMPTY = handbook.parse("")
TIDY = Skill("tidy-up", "Tidies up.", "Put everything back.\n")


def test_the_rules_hold_the_role_the_handbook_the_goals_and_the_skills_in_this_order() -> None:
    told = context.known(HANDBOOK)
    said = context.rules("You write.", told, Desk(goals="Sell more tables."), [TIDY])
    assert said == (
        f"You write.\n\n{told}\n\n# Goals of the company\n\nSell more tables.\n\n"
        "# How it is done here: tidy-up\n\nPut everything back."
    )


def test_what_is_known_is_what_may_be_said() -> None:
    said = context.known(HANDBOOK)
    known = ("Birchwood Workshop", "five years of warranty", "- we guarantee delivery", "Workshop Lane 4")
    private = ("Maria Lopez", "jonas@", "sponsorship", "casino", "Example")
    assert [text for text in known if text not in said] == []
    assert [text for text in private if text in said] == []


def test_bank_details_and_prices_of_the_handbook_are_not_told() -> None:
    book = handbook.parse("## Invoices\n- IBAN: SE45 5000 0000 0583 9825 7466\n- price A2 poster: 120 SEK\n")
    assert "SE45" not in context.known(book)
    assert "120" not in context.known(book)


def test_an_empty_handbook_says_so() -> None:
    assert context.known(EMPTY) == (
        "# The company\n\nThe handbook does not say anything about the company yet.\n\n"
        "# Facts\n\nThe handbook has no facts yet."
    )


def test_a_handbook_without_end_leaves_whole_lines() -> None:
    book = handbook.parse("## Facts\n" + "- topic: an answer of some length\n" * 10_000)
    lines = context.known(book).splitlines()
    assert len(context.known(book)) < 21_000
    assert lines[-1] == "- topic: an answer of some length"


def test_feedback_is_told_in_the_persons_own_words() -> None:
    said = context.feedback([Earlier(1, "Hello", "too long"), Earlier(2, "Hi", "mention the oak")])
    assert said.startswith("This will be draft 3.")
    assert said.endswith("On draft 1: too long\nOn draft 2: mention the oak")
    assert context.feedback([]) == ""


def test_each_kind_of_work_has_its_prompt() -> None:
    roles = context.roles(files("agents") / "prompts")
    assert set(roles) >= {"writing", "reply", "letter", "post", "comment", "summary"}
    assert all(roles.values())
