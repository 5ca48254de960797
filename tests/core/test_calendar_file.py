"""Calendar files are read back by `icalendar`, as calendar programs do, and by our own reader of invitations."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from daemon.core import calendar_file
from daemon.core.appointment import Appointment
from daemon.core.formats import invitations

BERLIN = ZoneInfo("Europe/Berlin")
STAMP = datetime(2026, 11, 21, 9, tzinfo=UTC)
REVIEW = Appointment("Review", datetime(2026, 11, 27, 15, tzinfo=BERLIN), timedelta(minutes=45))


def write(appointment: Appointment = REVIEW, note: str = "") -> bytes:
    return calendar_file.write(appointment, note, uid="t1@ai-employee.invalid", stamp=STAMP)


def event(data: bytes) -> Event:
    calendar = Calendar.from_ical(data)
    assert isinstance(calendar, Calendar)
    return calendar.events[0]


def test_an_entry_has_its_time_in_utc_and_its_id() -> None:
    read = event(write())
    assert (read["UID"], read.start, read.end) == (
        "t1@ai-employee.invalid",
        datetime(2026, 11, 27, 14, tzinfo=UTC),
        datetime(2026, 11, 27, 14, 45, tzinfo=UTC),
    )


def test_the_same_entry_is_the_same_bytes() -> None:
    assert write() == write()


def test_whole_days_have_no_time() -> None:
    read = event(write(Appointment("Fair", date(2026, 12, 1), timedelta(days=3))))
    assert (read.start, read.end) == (date(2026, 12, 1), date(2026, 12, 4))


def test_nobody_is_named_as_invited() -> None:
    data = write(Appointment("Review", REVIEW.starts, REVIEW.duration, people=("Eve <eve@mail.example>",)))
    assert b"ATTENDEE" not in data
    assert b"ORGANIZER" not in data
    assert b"METHOD:PUBLISH" in data


def test_a_cancellation_bears_the_id_of_the_invitation() -> None:
    cancelled = Appointment(
        "Review", REVIEW.starts, REVIEW.duration, uid="abc@google.com", method="cancel", organizer="p@books.example"
    )
    data = write(cancelled)
    assert event(data)["UID"] == "abc@google.com"
    assert {b"METHOD:CANCEL", b"STATUS:CANCELLED", b"ORGANIZER:mailto:p@books.example"} <= set(data.split(b"\r\n"))


def test_an_entry_without_a_start_is_no_file() -> None:
    with pytest.raises(ValueError, match="no start"):
        write(Appointment("Review", None, REVIEW.duration))


@pytest.mark.parametrize(
    "title", ["A\nBEGIN:VEVENT\nATTENDEE:mailto:eve@mail.example", "A\r\nMETHOD:REQUEST", "A\u2028B\x85C"]
)
def test_a_title_cannot_add_lines(title: str) -> None:
    data = write(Appointment(title, REVIEW.starts, REVIEW.duration))
    assert len(re.findall(rb"^(?:BEGIN|ATTENDEE|METHOD)", data, re.MULTILINE)) == len(
        [b"VCALENDAR", b"VEVENT", b"METHOD"]
    )
    assert len(invitations.read(data.decode().replace("\r\n", "\n"))) == 1


# Everything but what ends a line for some reader, or is no text at all.
SIGNS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), include_characters="\n\t")
TEXT = st.text(SIGNS, max_size=300)
MOMENT = st.datetimes(datetime(1995, 1, 1), datetime(2150, 1, 1), timezones=st.sampled_from([UTC, BERLIN]))  # noqa: DTZ001


@given(TEXT, TEXT, TEXT, MOMENT)
@example("👩\u200d👧", "Hall\u00a01", "\t1. First\n\u00a0 2. 👩\u200d👧 \u202e ", datetime(2026, 12, 1, tzinfo=BERLIN))
@example("ä" * 200, "a\\n;,:b", "\\", datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN))
def test_what_was_written_is_read_back(title: str, place: str, note: str, starts: datetime) -> None:
    minutes = 1 + 7 * len(title)
    starts = starts.replace(second=0, microsecond=0)
    data = write(Appointment(title, starts, timedelta(minutes=minutes), place=place), note)
    read = event(data)
    assert max(map(len, data.split(b"\r\n"))) <= len("x" * 75)
    assert str(read["SUMMARY"]) == title
    assert str(read.get("LOCATION", "")) == place
    assert str(read.get("DESCRIPTION", "")) == (note if note.strip() else "")
    begins = starts.astimezone(UTC)  # equal hours of two zones are never equal while the clocks go back
    assert (read.start, read.end) == (begins, begins + timedelta(minutes=minutes))
    own = invitations.read(data.decode().replace("\r\n", "\n"))[0]
    assert (own.starts, own.summary) == (begins, title.strip())


def test_control_characters_are_spaces() -> None:
    read = event(write(note="a\x00b\x1bc\x7fd\x85e\u2028f\ud800g\r\nh"))
    assert str(read["DESCRIPTION"]) == "a b c d e f g\nh"
