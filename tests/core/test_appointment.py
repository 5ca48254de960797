from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import appointment
from daemon.core.appointment import Circumstances, Understood
from daemon.core.formats.invitations import Invitation
from daemon.core.language import phrasebook

BOOKS = phrasebook.shipped(Path(__file__).parents[2] / "agents" / "prompts")
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 10, tzinfo=BERLIN)
AROUND = Circumstances(NOW, NOW.date(), timedelta(minutes=30), BOOKS)
REVIEW = Invitation(
    method="REQUEST",
    uid="abc@google.com",
    summary="Review",
    starts=datetime(2026, 12, 1, 14, tzinfo=UTC),
    ends=datetime(2026, 12, 1, 14, 45, tzinfo=UTC),
    zone="UTC",
)


def read(text: str, subject: str = "") -> Understood:
    return appointment.read(subject, text, AROUND)


@pytest.mark.parametrize(
    "text",
    [
        "Confirmed: Thursday 26 November at 16:00 in your workshop.",
        "Ich bestätige Donnerstag, 26.11. um 16 Uhr.",
        "Le rendez-vous est confirmé pour le jeudi 26 novembre à 16 h.",
        "Quedamos entonces el jueves 26 a las 16:00.",
        "Confermo giovedì 26 novembre alle 16.",
        "Fica marcado: quinta-feira, 26 de novembro, às 16h.",
        "Afgesproken, donderdag 26 november om 16 uur.",
    ],
)
def test_an_agreed_time_is_an_appointment_in_every_language(text: str) -> None:
    assert appointment.recognised("", text, AROUND)
    assert read(text).appointment.starts == datetime(2026, 11, 26, 16, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "Can we meet on Thursday 26 November at 16:00? I could confirm today.",
        "We are open Thursday at 9:00.",
        "I confirm the order of 26 November.",
        "See you soon!",
        "Confirmed: 26 November at 10:00 or 27 November at 14:00.",
        "As agreed, we met on 3 November at 10:00.",
        "The train leaves tomorrow at 10:00.",
        "",
    ],
)
def test_a_question_a_choice_or_a_mere_time_is_none(text: str) -> None:
    assert appointment.recognised("", text, AROUND) == ""


def test_a_note_names_an_entry_more_loosely() -> None:
    note = "meeting with Bob tomorrow at 3 pm"
    assert appointment.recognised("", note, AROUND, own=True)
    assert appointment.recognised("", note, AROUND) == ""


@pytest.mark.parametrize(
    ("text", "minutes", "source"),
    [
        ("26 November from 10 to 11:30", 90, "“10 to 11:30”"),
        ("26 November at 10:00 for two hours", 120, "“two hours”"),
        ("am 26.11. um 10 Uhr, 90 Minuten", 90, "“90 Minuten”"),
        ("26 November at 10:00", 30, "30 minutes is your usual one"),
    ],
)
def test_the_length_says_where_it_is_from(text: str, minutes: int, source: str) -> None:
    understood = read(text)
    assert understood.appointment.duration == timedelta(minutes=minutes)
    assert source in " ".join(understood.remarks)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lunch on 27 November", "No date with a time is named. They name Friday, 27 November."),
        ("lunch one day", "No date with a time is named."),
        ("on 3 November at 10:00", "It lies in the past: Tuesday, 3 November, 10:00"),
        ("26 November at 10:00 or 27 November at 14:00", "Several times are possible: Thursday, 26 November, 10:00"),
        ("moved on 26 November from 10:00 to 13:00", "may be the old and the new time"),
        ("Thursday, 4 December at 9:00", "that day is a Friday"),
    ],
)
def test_what_is_open_is_asked_and_not_guessed(text: str, why: str) -> None:
    understood = read(text)
    assert understood.appointment.starts is None
    assert why in " ".join(understood.open)


@pytest.mark.parametrize(
    "text",
    [
        "Could you send us an offer by Friday? And would you have time for a phone call on Tuesday?",
        "Könnten Sie uns bis Freitag ein Angebot schicken? Und haben Sie am Dienstag Zeit für ein Telefonat?",
        "Können Sie uns bis Freitag ein Angebot schicken und haben Sie am Dienstag Zeit für ein Telefonat?",
        "Pourriez-vous nous envoyer un devis avant vendredi ? Seriez-vous libre mardi pour un appel ?",
        "¿Puede enviarnos un presupuesto para el viernes? ¿Tiene tiempo el martes para una llamada?",
        "Può mandarci un preventivo entro venerdì? Ha tempo martedì per una telefonata?",
        "Pode enviar-nos um orçamento até sexta-feira? Tem tempo na terça para uma chamada?",
        "Kunt u ons voor vrijdag een offerte sturen? Heeft u dinsdag tijd voor een gesprek?",
        "Your letter of Friday reached us. Can we meet? Tuesday would suit us.",
    ],
)
def test_the_day_of_a_meeting_is_not_the_deadline_beside_it(text: str) -> None:
    assert "They name Tuesday, 24 November." in " ".join(read(text).open)


@pytest.mark.parametrize(
    "text",
    [
        "Can we meet on Tuesday or on Friday?",
        "Passt ein Treffen am Dienstag? Freitag ginge auch.",
        "Envoyez-nous le devis vendredi et dites-nous si un rendez-vous mardi vous convient.",
    ],
)
def test_two_days_are_both_named_when_it_cannot_be_told(text: str) -> None:
    said = " ".join(read(text).open)
    assert "which one is meant?" in said
    assert "Tuesday, 24 November" in said
    assert "Friday, 27 November" in said


def test_a_day_alone_counts_though_it_is_a_deadline() -> None:
    assert "They name Friday, 27 November." in " ".join(read("Can we meet by Friday?").open)


def test_a_day_that_is_a_deadline_and_the_day_of_the_meeting_keeps_its_time() -> None:
    moved = read("Confirmed. Send the offer by 26 November; we meet on 26 November at 16:00.")
    assert moved.appointment.starts == datetime(2026, 11, 26, 16, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Where: Room 5, second floor\nwhen: later", "Room 5, second floor"),
        ("Ort: Verlag, großer Saal", "Verlag, großer Saal"),
        ("https://zoom.example/j/1?pwd=2 is the link", "https://zoom.example/j/1?pwd=2"),
        ("at 12 Church Lane, Lower Bramley", "12 Church Lane"),
        ("Alder Road 11", "Alder Road 11"),
        ("Musterweg 5, 21035 Hamburg", "Musterweg 5, 21035 Hamburg"),
        ("à 15 h, 8 rue des Tilleuls.", "8 rue des Tilleuls"),
        ("en Calle Mayor 3", "Calle Mayor 3"),
        ("Via Roma 12", "Via Roma 12"),
        ("Prinsengracht 263", "Prinsengracht 263"),
        ("building C, room 2.14", "building C, room 2.14"),
        ("we talk by phone", "by phone"),
        ("no place at all", ""),
    ],
)
def test_a_place_is_read(text: str, place: str) -> None:
    assert read(text).appointment.place == place


def test_the_text_counts_before_an_older_subject() -> None:
    understood = read("Agreed, 27 November at 15:00.", subject="Re: 26 November at 10:00?")
    assert understood.appointment.starts == datetime(2026, 11, 27, 15, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("put in the calendar lunch with Ingrid on friday at half past twelve for an hour", "Lunch with Ingrid"),
        ("trag ein: Zahnarzt am 3.12. um 9 Uhr", "Zahnarzt"),
        ("Dentist tomorrow at 9:00", "Dentist"),
        ("tomorrow at 9:00", "Appointment"),
    ],
)
def test_a_note_is_called_by_what_is_not_time(text: str, title: str) -> None:
    assert read(text).appointment.title == title


def test_an_invitation_is_taken_in_the_persons_zone() -> None:
    understood = appointment.of_invitation(REVIEW, AROUND)
    entry = understood.appointment
    assert (entry.starts, entry.duration, entry.uid) == (REVIEW.starts, timedelta(minutes=45), "abc@google.com")
    assert "that is 15:00 on Tuesday, 1 December in your time zone" in " ".join(understood.remarks)


@pytest.mark.parametrize("zone", ["", "Nowhere Standard Time"])
def test_an_invitation_without_a_known_zone_is_taken_as_the_persons_and_said(zone: str) -> None:
    invited = Invitation("REQUEST", "1", "Review", datetime(2026, 12, 1, 14), None, zone)  # noqa: DTZ001 - no zone
    understood = appointment.of_invitation(invited, AROUND)
    assert understood.appointment.starts == datetime(2026, 12, 1, 14, tzinfo=BERLIN)
    assert "taken as yours (Europe/Berlin)" in " ".join(understood.remarks)


def test_whole_days_of_an_invitation_are_whole_days() -> None:
    fair = Invitation("REQUEST", "1", "Fair", date(2026, 12, 1), date(2026, 12, 3), "")
    params = appointment.params(appointment.of_invitation(fair, AROUND), NOW)
    assert (params["starts"], params["whole_day"], params["duration"]) == (
        datetime(2026, 12, 1),  # noqa: DTZ001 - wall clock
        True,
        3 * 24 * 60,
    )


def test_the_second_of_two_equal_hours_is_written_in_utc() -> None:
    second = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)
    invited = Invitation("REQUEST", "1", "Night", second.astimezone(UTC), None, "UTC")
    params = appointment.params(appointment.of_invitation(invited, AROUND), NOW)
    assert (params["starts"], params["zone"]) == (datetime(2026, 10, 25, 1, 30), "UTC")  # noqa: DTZ001 - wall clock


@pytest.mark.parametrize("year", [1, 9999])
def test_a_hostile_year_is_no_time(year: int) -> None:
    invited = Invitation("REQUEST", "1", "x", datetime(year, 1, 1, tzinfo=UTC), datetime(year, 1, 1, tzinfo=UTC), "UTC")
    understood = appointment.of_invitation(invited, AROUND)
    assert understood.appointment.starts is None
    assert understood.open


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_reading(subject: str, text: str) -> None:
    understood = appointment.read(subject, f"{text} on 27 November at 3 pm {subject}", AROUND)
    assert understood.appointment.duration > timedelta(0)


@pytest.mark.parametrize(
    "text", ["at " * 7000, "1" * 20000, "10 to " * 4000, "a" * 20000, "27 November at 3pm " * 1200]
)
def test_a_long_text_takes_no_longer_than_it_is_long(text: str) -> None:
    assert read(text).remarks
