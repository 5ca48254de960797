from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import dates

SATURDAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 2026-12-05", "2026-12-05"),
        ("on 5 December", "2026-12-05"),
        ("December 5th, 2026", "2026-12-05"),
        ("5 Dec. 2027", "2027-12-05"),
        ("am 5.12.", "2026-12-05"),
        ("am 5. Dezember", "2026-12-05"),
        ("05.12.26", "2026-12-05"),
        ("Freitag, den 5. 2. 2027", "2027-02-05"),
        ("13/4/2027", "2027-04-13"),
        ("4/13/2027", "2027-04-13"),
        ("this Friday", "2026-11-27"),
        ("next Friday", "2026-11-27"),
        ("am Mittwoch", "2026-11-25"),
        ("Friday 15:00", "2026-11-27"),
        ("Friday 3pm", "2026-11-27"),
        ("tomorrow", "2026-11-22"),
        ("day after tomorrow", "2026-11-23"),
        ("übermorgen", "2026-11-23"),
        ("in two weeks", "2026-12-05"),
        ("innerhalb von 14 Tagen", "2026-12-05"),
        ("by the end of the month", "2026-11-30"),
        ("Ende der Woche", "2026-11-27"),
        ("on 5 January", "2027-01-05"),
        ("on 5 November", "2026-11-05"),
    ],
)
def test_a_date_is_read(text: str, day: str) -> None:
    assert [str(mention.day) for mention in dates.find(text, SATURDAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "Guten Morgen!",
        "version 1.2.3",
        "see chapter 5.12.",
        "host 10.1.20.5",
        "May I ask",
        "last Friday",
        "every Monday",
        "closed on Mondays",
        "31.02.2027",
        "call 089/12/34",
        "it costs 12.50",
    ],
)
def test_what_is_no_date_stays_none(text: str) -> None:
    assert dates.find(text, SATURDAY) == ()


def test_next_friday_said_on_a_monday_is_the_one_of_next_week() -> None:
    monday = date(2026, 11, 23)
    assert [str(m.day) for m in dates.find("Friday or next Friday", monday)] == ["2026-11-27", "2026-12-04"]


def test_the_weekday_said_on_that_day_is_a_week_later() -> None:
    assert dates.find("on Saturday", SATURDAY)[0].day == date(2026, 11, 28)


def test_two_readings_are_both_told() -> None:
    (mention,) = dates.find("on 5/4/2027", SATURDAY)
    assert (mention.day, mention.other) == (date(2027, 4, 5), date(2027, 5, 4))


def test_a_reading_that_is_long_past_is_not_asked_about() -> None:
    (mention,) = dates.find("on 3/12/2026", SATURDAY)
    assert (mention.day, mention.other) == (date(2026, 12, 3), None)


def test_a_weekday_before_a_full_date_is_part_of_it() -> None:
    (mention,) = dates.find("by Friday, 4 December 2026", SATURDAY)
    assert (mention.day, mention.quote, mention.deadline) == (
        date(2026, 12, 4),
        "4 December 2026",
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "please answer by Friday",
        "bis zum 27.11.",
        "spätestens am Freitag",
        "no later than 27 November",
        "deadline: 2026-11-27",
    ],
)
def test_a_deadline_is_due(text: str) -> None:
    found = dates.due(text, SATURDAY)
    assert found
    assert found.day == date(2026, 11, 27)


def test_the_earliest_deadline_counts() -> None:
    found = dates.due("the draft by 4 December, the sketch by 1 December", SATURDAY)
    assert found
    assert found.day == date(2026, 12, 1)


@pytest.mark.parametrize("text", ["on Friday we met", "it was due by 2 November", "by 5/4/2027"])
def test_no_deadline_past_or_unclear_is_due(text: str) -> None:
    assert dates.due(text, SATURDAY) is None


def test_a_day_is_spelled_in_its_language() -> None:
    day = date(2027, 3, 5)
    assert dates.spell(day, "en", SATURDAY) == "Friday, 5 March 2027"
    assert dates.spell(day, "de", day) == "Freitag, 5. März"


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_what_is_spelled_is_read_back(day: date) -> None:
    for_english = dates.find(dates.spell(day, "en", SATURDAY) + f" {day.year}", SATURDAY)
    for_german = dates.find(dates.spell(day, "de", SATURDAY) + f" {day.year}", SATURDAY)
    assert {mention.day for mention in (*for_english, *for_german)} == {day}
