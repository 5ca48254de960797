from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daemon.core.language import gist, phrasebook
from daemon.core.language.gist import Subject

ENGLISH = phrasebook.shipped(Path(__file__).parents[3] / "agents" / "prompts")["en"]
FILLING = "There is a long story behind all of this that nobody really needs to hear today again."


def choose(text: str, title: str = "") -> tuple[str, ...]:
    return gist.choose(text, Subject(title), ENGLISH)


def test_a_short_text_is_its_own_gist() -> None:
    assert choose("The oven costs 4,200 EUR.") == ()


def test_what_holds_money_goes_before_what_stands_in_between() -> None:
    idle = [FILLING, FILLING.replace("story", "road"), FILLING.replace("hear", "see"), FILLING.replace("long", "short")]
    parts = ["The shop moves in spring to a new place.", *idle, "The new oven costs 4,200 EUR then."]
    assert choose("\n\n".join(parts))[-1] == parts[-1]


def test_greetings_small_print_fields_and_headings_are_never_the_gist() -> None:
    noise = ("# Offer", "Dear Anna and Tom,", "From: Bob Miller", "All rights reserved, Bob Miller and sons, 1990.",
             "1. Subject", "https://example.com/a/long/address", "Kind regards from all of us")  # fmt: skip
    said = "\n\n".join([*noise, *(f"{FILLING} Number {n} costs {n} EUR more than the others." for n in range(5))])
    assert not [line for line in choose(said) if line in noise]


def test_the_same_is_not_said_twice() -> None:
    text = "\n\n".join([f"The rent rises by {n} EUR in March next year." for n in range(20)])
    assert len(choose(text)) == 1


def test_headings_are_named_once() -> None:
    assert gist.headings("# A\ntext\n## B\n# A") == ("A", "B")


@given(st.text(max_size=600), st.text(max_size=30))
def test_the_gist_is_made_of_the_text(text: str, title: str) -> None:
    whole = " ".join(text.split())
    assert all(" ".join(sentence.split()) in whole for sentence in choose(text, title))
