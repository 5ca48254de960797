"""What is read out, for an ordinary, an empty and a terrible night."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.briefing import first, saying, spoken
from daemon.core.briefing.night import Closed, Figures, Finished, Night, Stuck
from daemon.core.briefing.spoken import Pace
from tests.core.briefing.factories import DAY, SEVEN, draft, empty, ordinary, terrible

PACE = Pace(140, 90)


def test_an_empty_night() -> None:
    assert spoken.text(empty(), PACE).splitlines() == [
        "Good morning. It is Saturday, the twenty-first of November.",
        "Since yesterday, nothing came in.",
        "Nothing waits for you.",
        "There is nothing you have to do.",
    ]


def test_an_ordinary_night() -> None:
    assert spoken.text(ordinary(), PACE).splitlines() == [
        "Good morning. It is Saturday, the twenty-first of November.",
        "Since yesterday, five things came in, and two were carried out. Of these, one is ready for you to send.",
        "Two drafts wait for your yes or no, one of high risk. The oldest has waited two days.",
        "First: Pay the paper mill, due on Monday, high risk, one thousand one hundred and ninety euros.",
        "Then: send what lies ready: Reply to Bob, Offer.",
        "And: Reply to Anna Example, Opening hours.",
        "Two needed no answer.",
    ]


def test_a_terrible_night_says_the_worst_and_where_to_start() -> None:
    said = spoken.text(terrible(), PACE)
    assert "Everything is paused" in said
    assert "Two hundred drafts wait for your yes or no" in said
    assert "Forty notes need your review." in said
    assert "\nFirst: Reply to Customer" in said
    assert spoken.words(said) <= 210


def test_late_briefing_says_so() -> None:
    said = spoken.text(empty(made=SEVEN + 2 * timedelta(hours=1), planned=SEVEN), PACE)
    assert "This was meant for seven o'clock, but the computer was not running." in said


def test_when_nothing_waits_but_something_failed_that_comes_first() -> None:
    night = empty(failed=[Stuck("Invoice from the paper mill", "FILE_x_t1", "it is damaged")])
    assert "\nFirst: Invoice from the paper mill. Only you can put it right.\n" in spoken.text(night, PACE)


@pytest.mark.parametrize("night", [empty(), ordinary(), terrible()], ids=["empty", "ordinary", "terrible"])
def test_shortest_pace_still_greets_and_says_what_to_do(night: Night) -> None:
    said = spoken.text(night, Pace(80, 30))
    assert said.startswith("Good morning")
    assert "\nFirst: " in said or said.endswith("There is nothing you have to do.")


titles = st.text(max_size=300) | st.sampled_from(
    ["Re: [[x]] <script>alert(1)</script>", "a@b.example " * 20, "URGENT " * 50, "1 2 3 4 5 6 7 8 9 77 88 99"]
)
drafts = st.builds(
    draft,
    titles,
    risk=st.sampled_from(["low", "medium", "high", "odd"]),
    since=st.integers(0, 10**6).map(lambda n: SEVEN - timedelta(minutes=n)),
    priority=st.sampled_from(["urgent", "high", "normal", "low"]),
    due=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    amount=st.sampled_from(["", "1,190.00 EUR", "999,999,999.99 XXX", "77,777.77 USD", "much"]),
)
stuck = st.builds(Stuck, titles, st.just("x"), titles)
nights = st.builds(
    Night,
    made=st.just(SEVEN),
    since=st.integers(1, 400).map(lambda n: SEVEN - n * DAY),
    planned=st.none() | st.just(SEVEN - timedelta(hours=5)),
    drafts=st.lists(drafts, max_size=12),
    finished=st.lists(st.builds(Finished, titles, st.just("x"), st.just("sent"), titles), max_size=5),
    closed=st.lists(st.builds(Closed, titles, st.lists(titles, max_size=3)), max_size=3),
    review=st.lists(stuck, max_size=3),
    failed=st.lists(stuck, max_size=3),
    problems=st.lists(stuck, max_size=3),
    missed=st.lists(st.just(SEVEN - DAY), max_size=3),
    paused=st.none() | titles,
    figures=st.builds(Figures, arrived=st.integers(0, 10**9)),
)


@given(nights, st.integers(80, 400), st.integers(30, 600))
def test_never_longer_than_it_may_be(night: Night, words_per_minute: int, seconds: int) -> None:
    pace = Pace(words_per_minute, seconds)
    assert spoken.words(spoken.text(night, pace)) / words_per_minute * 60 <= seconds


@given(nights)
def test_nothing_from_outside_is_spoken_but_words(night: Night) -> None:
    said = spoken.text(night, PACE)
    assert not set(said) & set("@<>[]#`|*_\\/&%=")


@pytest.mark.parametrize(
    ("mails", "others", "said"),
    [
        (12, 3, "Fifteen needed no answer, twelve of them filed in your mailbox."),
        (2, 0, "Two needed no answer, all filed in your mailbox."),
        (1, 0, "One needed no answer, and was filed in your mailbox."),
        (0, 1, "One needed no answer."),
    ],
)
def test_filed_mail_is_one_sentence(mails: int, others: int, said: str) -> None:
    closed = [Closed("news", ["a"] * mails, links=["x"] * mails), Closed("b", ["b"] * others)]
    assert said in spoken.text(empty(closed=closed), PACE).splitlines()


def test_more_time_tells_more() -> None:
    short, long = (spoken.words(spoken.text(terrible(), Pace(140, seconds))) for seconds in (30, 90))
    assert short < long


def test_title_that_has_no_words_is_called_something() -> None:
    night: Any = replace(empty(), drafts=[draft("4711-0815")])
    assert spoken.text(night, PACE).endswith("First: the note on top.")


@given(nights)
def test_what_is_told_by_name_is_what_the_note_names_first_in_the_same_order(night: Night) -> None:
    told = [line for line in spoken.text(night, PACE).splitlines() if line.startswith(("First: ", "Then: ", "And: "))]
    firsts = first.matters(night)[:3]
    assert bool(told) == bool(firsts)
    assert all(saying.title(matter.title) in line for line, matter in zip(told, firsts, strict=False))


def test_a_problem_is_told_in_whole_sentences() -> None:
    away = Stuck("Inbox/Bill März.pdf is not there yet, or was removed", "", "")
    said = spoken.text(empty(problems=[away, away, away]), Pace())
    assert "A problem: Bill März.pdf is not there yet, or was removed. There are two more problems." in said
    long = Stuck("word " * 60, "", "")
    assert "There is a problem; the note says which." in spoken.text(empty(problems=[long]), Pace())
