from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.language import dates
from daemon.core.language.calendars import CALENDARS

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
        ("le 1er décembre", "2026-12-01"),
        ("jeudi prochain à 14 h", "2026-11-26"),
        ("sous quinze jours", "2026-12-06"),
        ("après-demain", "2026-11-23"),
        ("avant la fin du mois", "2026-11-30"),
        ("el 5 de diciembre de 2027", "2027-12-05"),
        ("el próximo miercoles", "2026-11-25"),
        ("pasado mañana", "2026-11-23"),
        ("dentro de dos semanas", "2026-12-05"),
        ("venerdì prossimo", "2026-11-27"),
        ("il 1º dicembre", "2026-12-01"),
        ("tra 10 giorni", "2026-12-01"),
        ("na sexta às 10h", "2026-11-27"),
        ("em três semanas", "2026-12-12"),
        ("até a sexta-feira, 27 de novembro", "2026-11-27"),
        ("volgende week vrijdag", "2026-11-27"),
        ("over twee weken", "2026-12-05"),
        ("5 dec. 2027", "2027-12-05"),
        ("18-11-2026", "2026-11-18"),
        ("October 8 works for us", "2026-10-08"),
        ("on December 8 at 5 pm", "2026-12-08"),
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
        "fermé le lundi",
        "du lundi au vendredi",
        "vendredi dernier",
        "por la mañana",
        "los lunes",
        "el fin de semana",
        "dal lunedì al venerdì",
        "lunedì scorso",
        "de segunda a sexta-feira",
        "goede morgen",
        "maandag tot en met vrijdag",
        "Monday to Friday",
        "it took over two weeks",
        "we have been waiting since Monday",
        "wir warten seit Montag",
        "seit letztem Montag",
        "nous attendons depuis lundi",
        "esperamos desde el lunes",
        "aspettiamo dal lunedì",
        "esperamos desde segunda-feira",
        "wij wachten sinds maandag",
        "Cleaning October   8 hours",
        "October 8 hours",
        "Reinigung Mai 3 Std.",
        "schoonmaak in mei 4 uur",
        "Nettoyage mars 12 heures",
        "March 12 EUR",
        "Cleaning October 8 25.00 200.00",
        "last week Tuesday",
        "Tuesday last week",
        "Tuesday of last week",
        "letzte Woche am Dienstag",
        "am Dienstag letzter Woche",
        "mardi de la semaine dernière",
        "la semana pasada el martes",
        "el martes de la semana pasada",
        "la scorsa settimana martedì",
        "martedì della settimana scorsa",
        "na terça-feira da semana passada",
        "Vorige week dinsdag",
        "dinsdag van vorige week",
        "afgelopen week op dinsdag",
        "dinsdag jl.",
    ],
)
def test_what_is_no_date_stays_none(text: str) -> None:
    assert dates.find(text, SATURDAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Tuesday next week",
        "Tuesday of next week",
        "next week on Tuesday",
        "nächste Woche am Dienstag",
        "am Dienstag nächster Woche",
        "mardi de la semaine prochaine",
        "el martes de la semana que viene",
        "la prossima settimana martedì",
        "martedì della prossima settimana",
        "na terça-feira da próxima semana",
        "volgende week op dinsdag",
        "dinsdag volgende week",
    ],
)
def test_a_day_of_next_week_is_not_the_one_of_this_week(text: str) -> None:
    monday = date(2026, 11, 23)
    assert [str(mention.day) for mention in dates.find(text, monday)] == ["2026-12-01"]


def test_the_day_since_when_is_no_day_to_come_and_what_follows_still_is() -> None:
    (mention,) = dates.find("We have been waiting since Monday, can you call on Tuesday?", SATURDAY)
    assert mention.day == date(2026, 11, 24)


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
        "au plus tard le vendredi 27 novembre",
        "d’ici vendredi",
        "antes del viernes",
        "entro e non oltre il 27 novembre",
        "até sexta-feira",
        "uiterlijk vrijdag",
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


@pytest.mark.parametrize(
    ("language", "spelled"),
    [
        ("fr", "lundi 1er mars 2027"),
        ("es", "lunes 1 de marzo de 2027"),
        ("it", "lunedì 1 marzo 2027"),
        ("pt", "segunda-feira, 1 de março de 2027"),
        ("nl", "maandag 1 maart 2027"),
    ],
)
def test_each_language_has_its_own_form(language: str, spelled: str) -> None:
    assert dates.spell(date(2027, 3, 1), language, SATURDAY) == spelled


@pytest.mark.parametrize("text", ["le 5/4/2027", "5-4-2027", "el 5/4"])
def test_the_day_comes_first_wherever_english_is_not_spoken(text: str) -> None:
    (mention,) = dates.find(text, SATURDAY, "fr")
    assert (mention.day, mention.other) == (date(2027, 4, 5), None)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from(list(CALENDARS)))
def test_what_is_spelled_is_read_back(day: date, language: str) -> None:
    spelled = dates.spell(day, language, date(1999, 1, 1))
    assert [mention.day for mention in dates.find(spelled, SATURDAY, language)] == [day]
