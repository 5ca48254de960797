from datetime import timedelta

import pytest

from daemon.core.language import times


def said(text: str, language: str = "en") -> list[str]:
    """Each time as 15:30, or 15:30-16:00."""
    return [
        "-".join("{:02}:{:02}".format(*divmod(m, 60)) for m in (spell.minute, spell.until) if m is not None)
        for spell in times.find(text, language)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Thursday at 3 pm.", "15:00"),
        ("en", "at 3 p.m. sharp", "15:00"),
        ("en", "12:30am", "00:30"),
        ("en", "12 pm", "12:00"),
        ("en", "noon", "12:00"),
        ("en", "quarter past nine", "09:15"),
        ("en", "a quarter to ten in the evening", "21:45"),
        ("en", "half past two", "14:30"),
        ("en", "see you at three.", "15:00"),
        ("en", "at 7:30 in the evening", "19:30"),
        ("de", "um 15 Uhr", "15:00"),
        ("de", "15.30 Uhr", "15:30"),
        ("de", "um 8 Uhr abends", "20:00"),
        ("de", "Viertel nach neun", "09:15"),
        ("de", "dreiviertel vier", "15:45"),
        ("de", "um 3 am Montag", "15:00"),
        ("fr", "à 15h30", "15:30"),
        ("fr", "à 15 h 30, 8 rue des Tilleuls", "15:30"),
        ("fr", "à trois heures et demie", "15:30"),
        ("fr", "à midi", "12:00"),
        ("es", "a las 9:30 en la obra", "09:30"),
        ("es", "a las cuatro menos cuarto de la tarde", "15:45"),
        ("it", "alle 15.", "15:00"),
        ("it", "alle tre e mezza", "15:30"),
        ("it", "alle ore 18", "18:00"),
        ("pt", "às 15h", "15:00"),
        ("pt", "às três e meia", "15:30"),
        ("nl", "om kwart over negen", "09:15"),
        ("nl", "14 uur", "14:00"),
    ],
)
def test_a_time_of_day_is_read_in_every_language(language: str, text: str, expected: str) -> None:
    assert said(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "halb vier", "15:30"),
        ("nl", "half vier", "15:30"),
        ("en", "half four", "16:30"),
        ("en", "half 4", "16:30"),
        ("nl", "half 4", "15:30"),
        ("de", "halb 4", "15:30"),
    ],
)
def test_half_means_before_the_hour_in_german_and_dutch_and_after_it_in_english(
    language: str, text: str, expected: str
) -> None:
    assert said(text, language) == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "from 10 to 11:30", "10:00-11:30"),
        ("en", "14:00 - 14:45", "14:00-14:45"),
        ("en", "2-3pm", "14:00-15:00"),
        ("en", "11am-1pm", "11:00-13:00"),
        ("en", "between 9 and 10 am", "09:00-10:00"),
        ("de", "10-12 Uhr", "10:00-12:00"),
        ("de", "von 14:00 bis 15:30 Uhr", "14:00-15:30"),
        ("fr", "de 10h à 12h", "10:00-12:00"),
        ("es", "entre las 10 y las 11", "10:00-11:00"),
        ("it", "dalle 10 alle 12", "10:00-12:00"),
        ("pt", "das 10h às 12h", "10:00-12:00"),
        ("nl", "van 10 tot 12 uur", "10:00-12:00"),
    ],
)
def test_a_range_has_a_beginning_and_an_end(language: str, text: str, expected: str) -> None:
    assert said(text, language) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "at 3 Church Lane", "3 pieces at 5 EUR", "the 10:1 ratio", "24 h before", "at one of the desks",
        "à 5 personnes", "version 11.15", "cet après-midi", "this afternoon", "am 3.12.", "01632 960 220",
        "de 8 a 10 mesas", "alle Kunden", "ab 5. Dezember",
    ],
)  # fmt: skip
def test_other_numbers_are_no_times(text: str) -> None:
    assert said(text) == []


def test_a_day_before_a_time_is_not_the_beginning_of_a_range() -> None:
    assert said("el martes 1 a las 9:30", "es") == ["09:30"]


def test_two_times_to_choose_from_are_no_range() -> None:
    assert said("9:15, 10:00 and 10:45") == ["09:15", "10:00", "10:45"]


def test_an_hour_that_was_put_into_the_afternoon_says_so() -> None:
    assert times.find("at three.")[0].assumed
    assert not times.find("at three in the afternoon")[0].assumed
    assert not times.find("03:00")[0].assumed


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("for an hour", 60), ("half an hour", 30), ("90 Minuten", 90), ("30 min", 30), ("about two hours", 120),
        ("une heure et demie", 90), ("ongeveer anderhalf uur", 90), ("dura un'ora e mezza", 90), ("1.5 hours", 90),
        ("1h30", 90), ("meia hora", 30), ("eine Dreiviertelstunde", 45), ("una hora y media", 90), ("45 minutos", 45),
    ],
)  # fmt: skip
def test_a_length_is_read(text: str, minutes: int) -> None:
    found = times.length(text)
    assert found
    assert found[0] == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["within 24 hours", "in two hours", "two hours before", "à deux heures", "om een uur", "every hour", "48 h"]
)
def test_a_distance_is_no_length(text: str) -> None:
    assert times.length(text) is None
