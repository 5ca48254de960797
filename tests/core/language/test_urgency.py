import pytest

from daemon.core import handbook
from daemon.core.handbook import Handbook
from daemon.core.language import urgency
from tests.agents.factories import note

LISTS = {"urgent": ("asap",), "high": ("deadline",), "low": ("fyi",)}


def test_the_handbook_goes_before_the_words_of_the_same_priority() -> None:
    rules = handbook.parse("## Routing\n- urgent: burst pipe\n")
    assert urgency.said("burst pipe, asap", "", rules, LISTS) == ("urgent", "urgent: your handbook names “burst pipe”")


def test_urgent_goes_before_low() -> None:
    assert urgency.said("fyi: asap", "", Handbook(), LISTS)[0] == "urgent"


@pytest.mark.parametrize(
    ("said", "days", "raised"),
    [
        ("normal", 0, "urgent"),
        ("normal", 1, "urgent"),
        ("high", 1, "urgent"),
        ("normal", 5, "high"),
        ("normal", 20, "normal"),
        ("low", 1, "low"),
        ("normal", None, "normal"),
    ],
)
def test_a_near_deadline_raises_it(said: str, days: int | None, raised: str) -> None:
    assert urgency.nearer((said, ""), days)[0] == raised  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        ("A person's mail. High: the model claude-haiku-5-5 reads “quickly”.", "high, as before"),
        ("A person's mail; high: your handbook names “wobbly”.", "high, as before"),
        ("A person's mail; high, as you set it.", "high, as you set it"),
        ("A person's mail.", "high, as you set it"),
        ("", "high, as you set it"),
    ],
)
def test_what_a_model_or_an_older_handbook_raised_is_not_called_the_persons(before: str, kept: str) -> None:
    assert urgency.decided(note("…", priority="high", reason=before), ("normal", "")) == ("high", kept)


def test_a_deadline_that_came_near_raises_what_was_high_before() -> None:
    nearer = ("urgent", "urgent: it is due today or tomorrow")
    before = "A person's mail; high: it is due within a week; due 2026-11-27 (“Friday”)."
    assert urgency.decided(note("…", priority="high", reason=before), nearer) == nearer  # pyright: ignore[reportArgumentType]
