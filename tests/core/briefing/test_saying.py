"""Numbers, times, days and titles as one says them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.briefing import saying

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "zero"),
        (12, "twelve"),
        (40, "forty"),
        (99, "ninety-nine"),
        (205, "two hundred and five"),
        (1190, "one thousand one hundred and ninety"),
        (999_999, "nine hundred and ninety-nine thousand nine hundred and ninety-nine"),
        (1_000_000, "1,000,000"),
    ],
)
def test_numbers(count: int, said: str) -> None:
    assert saying.number(count) == said


@pytest.mark.parametrize(
    ("count", "said"), [(1, "first"), (12, "twelfth"), (20, "twentieth"), (21, "twenty-first"), (30, "thirtieth")]
)
def test_days_of_the_month(count: int, said: str) -> None:
    assert saying.ordinal(count) == said


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        ("07:00", "seven o'clock"),
        ("00:00", "midnight"),
        ("00:15", "twelve fifteen"),
        ("09:05", "nine oh five"),
        ("14:30", "half past two in the afternoon"),
        ("19:45", "seven forty-five in the evening"),
    ],
)
def test_times(clock: str, said: str) -> None:
    assert saying.time(datetime.fromisoformat(f"2026-11-21T{clock}")) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (TODAY, "today"),
        (TODAY - timedelta(days=1), "yesterday"),
        (TODAY + timedelta(days=3), "on Tuesday"),
        (date(2026, 12, 3), "on the third of December"),
        (date(2026, 11, 2), "on the second of November"),
    ],
)
def test_days(day: date, said: str) -> None:
    assert saying.when(day, TODAY) == said


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("1,190.00 EUR", "one thousand one hundred and ninety euros"),
        ("1.00 USD", "one dollar"),
        ("12.50 GBP", "twelve pounds fifty"),
        ("300.00 SEK", "three hundred S E K"),
        ("a lot", ""),
    ],
)
def test_amounts(amount: str, said: str) -> None:
    assert saying.amount(amount) == said


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Reply to Anna Example <anna@example.com>: Opening hours", "Reply to Anna Example, Opening hours"),
        ("Mail to anna@example.com: Friday", "Mail to example, Friday"),
        ("Reply to collect@attacker.example: How long?", "Reply to attacker, How long"),
        ("Re: Invoice 2026-114 [#A77] over 1,190.00", "Invoice over"),
        ("Contract until 24 November", "Contract until twenty-four November"),
        ("Look at https://evil.example/x?y=1 now", "Look at now"),
        ("URGENT: server down", "Urgent, server down"),
        ("[[link]] <b>`=1`</b> #tag", "link tag"),
        ("", ""),
    ],
)
def test_titles_are_short_and_without_addresses_signs_and_codes(title: str, said: str) -> None:
    assert saying.title(title) == said


@given(st.text())
def test_no_title_brings_more_than_a_few_harmless_words(title: str) -> None:
    said = saying.title(title)
    assert len(said.split()) <= 8
    assert not set(said) & set("@<>[]#`|*_\n\\/")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            "Needs_Action/FILE_bill_taaaaaaaaaa.md: Attachments/taaaaaaaaaa/Bill März.pdf is not there yet, or changed",
            "Bill März.pdf is not there yet, or changed",
        ),
        ("Inbox/No. 5 offer v1.2.docx could not be taken in", "No. 5 offer v1.2.docx could not be taken in"),
        ("the roles inbox and manager ended without saying so",) * 2,
        ("nothing runs, and this waits for it: 3 in Inbox/", "nothing runs, and this waits for it: 3 in Inbox/"),
        ("<script> [[x]] https://evil.example is full", "x is full"),
        ("word " * 41, ""),
        ("a/" * 5000, ""),
    ],
)
def test_a_problem_is_said_whole_with_the_names_of_its_files(problem: str, said: str) -> None:
    assert saying.problem(problem) == said
