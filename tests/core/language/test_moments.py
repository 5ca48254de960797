from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.core.language import moments
from daemon.core.language.moments import Found

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = datetime(2026, 11, 21, 10, tzinfo=BERLIN)


def find(text: str, language: str = "en", now: datetime = SATURDAY) -> Found:
    return moments.find(text, now.date(), now, language)


def starts(found: Found) -> list[str]:
    return [f"{moment.starts:%Y-%m-%d %H:%M}" for moment in found.moments]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Thursday 26th at 16:00 at your office then", "2026-11-26 16:00"),
        ("en", "friday the fourth of december half past two tasting", "2026-12-04 14:30"),
        ("en", "on the 27th at 11.15", "2026-11-27 11:15"),
        ("en", "tomorrow at 3pm", "2026-11-22 15:00"),
        ("de", "Ja, Mittwoch 2.12. um 8 Uhr passt", "2026-12-02 08:00"),
        ("de", "am 27. um 15 Uhr", "2026-11-27 15:00"),
        ("de", "morgen um halb vier", "2026-11-22 15:30"),
        ("fr", "le jeudi 3 décembre à 15 h 30, 8 rue des Tilleuls", "2026-12-03 15:30"),
        ("es", "quedamos el martes 1 a las 9:30 en la obra", "2026-12-01 09:30"),
        ("it", "giovedì 26 novembre alle 15", "2026-11-26 15:00"),
        ("pt", "sexta-feira, 4 de dezembro, às 11h00", "2026-12-04 11:00"),
        ("pt", "no dia 5 às 10h", "2026-12-05 10:00"),
        ("nl", "donderdag 26 november om half vier", "2026-11-26 15:30"),
        ("nl", "op de 27e om 14 uur", "2026-11-27 14:00"),
    ],
)
def test_a_day_and_a_time_are_one_moment(language: str, text: str, expected: str) -> None:
    found = find(text, language)
    assert (starts(found), found.doubts) == ([expected], ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("27 November at 3pm EST", "2026-11-27 21:00"),
        ("27 November at 15:00 London time", "2026-11-27 16:00"),
        ("27 November at 09:00 UTC+2", "2026-11-27 08:00"),
        ("27 November at 11h00 de Lisboa", "2026-11-27 12:00"),
        ("1 July 2027 at 9 am PT", "2027-07-01 18:00"),
        ("27 November at 3pm EST / 9pm CET", "2026-11-27 21:00"),
    ],
)
def test_another_zone_is_turned_into_the_persons_own_and_said(text: str, expected: str) -> None:
    found = find(text)
    assert starts(found) == [expected]
    assert "in your time zone that is" in found.moments[0].remarks[0]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Thursday, 4 December at 9:00", "that day is a Friday"),
        ("3/4/2027 at 10:00", "can be read two ways"),
        ("Saturday at 3pm", "was written on that weekday"),
        ("27 November at 3pm IST", "India, Ireland or Israel"),
        ("Thursday 30th at 3pm", "none of the next two months has that day"),
        ("28 March 2027 at 02:30", "the clocks go forward"),
    ],
)
def test_what_reads_two_ways_is_in_doubt(text: str, doubt: str) -> None:
    found = find(text)
    assert found.only is None
    assert doubt in " ".join(found.doubts)


def test_next_friday_is_in_doubt_unless_it_is_next_week_anyhow() -> None:
    assert find("next Friday at 10:00").only
    friday = datetime(2026, 11, 20, 9, tzinfo=BERLIN)
    assert starts(find("Friday at 10:00", now=friday)) == ["2026-11-20 10:00", "2026-11-27 10:00"]
    wednesday = datetime(2026, 11, 18, 9, tzinfo=BERLIN)
    assert starts(find("next Friday at 10:00", now=wednesday)) == ["2026-11-20 10:00", "2026-11-27 10:00"]


def test_an_hour_that_comes_twice_is_the_first_and_it_is_said() -> None:
    found = find("25 October 2026 at 02:30", now=datetime(2026, 10, 20, 9, tzinfo=BERLIN))
    assert found.only
    assert found.only.starts.utcoffset() == timedelta(hours=2)
    assert "comes twice" in found.only.remarks[0]


def test_a_day_without_a_time_and_a_time_without_a_day_are_no_moment() -> None:
    assert find("on 27 November") == find("at 15:00") == Found(())


def test_a_year_beyond_all_calendars_is_none() -> None:
    assert find("9999-12-31 at 23:59 PT and 0001-01-01 at 00:00 CET") == Found(())
