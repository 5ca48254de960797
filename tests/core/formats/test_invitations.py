"""Calendar objects as Outlook, Google and Apple write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.core.formats import invitations, readers

REQUEST = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN="Anna Example":mailto:anna@example.com
ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Bob:MAILTO:bob@example.com
ATTENDEE;RSVP=TRUE:mailto:me@company.example
SUMMARY;LANGUAGE=de:Besuch\\, Teil 1
DTSTART;TZID=Europe/Berlin:20260318T140000
DTEND;TZID=Europe/Berlin:20260318T150000
LOCATION:Room 5\\; ground floor
DESCRIPTION:First line\\nsecond li
 ne
UID:abc-1
BEGIN:VALARM
DESCRIPTION:Reminder
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def event(*lines: str, method: str = "REQUEST") -> invitations.Invitation:
    inside = "\n".join(lines)
    found = invitations.read(f"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\n{inside}\nEND:VEVENT\nEND:VCALENDAR")
    assert len(found) == 1
    return found[0]


def test_invitation_has_all_a_person_asks_for() -> None:
    found = invitations.read(REQUEST)[0]
    berlin = ZoneInfo("Europe/Berlin")
    assert found == invitations.Invitation(
        method="REQUEST",
        uid="abc-1",
        summary="Besuch, Teil 1",
        starts=datetime(2026, 3, 18, 14, tzinfo=berlin),
        ends=datetime(2026, 3, 18, 15, tzinfo=berlin),
        zone="Europe/Berlin",
        place="Room 5; ground floor",
        organizer="Anna Example <anna@example.com>",
        attendees=("Bob <bob@example.com>", "me@company.example"),
        description="First line\nsecond line",
    )


def test_invitation_as_text() -> None:
    assert readers.read("invite.ics", REQUEST.encode()).text == (
        "Invitation: Besuch, Teil 1\nWhen: 2026-03-18 14:00 to 15:00 (Europe/Berlin)\n"
        "Where: Room 5; ground floor\nOrganizer: Anna Example <anna@example.com>\n"
        "Attendees: Bob <bob@example.com>, me@company.example\n\nFirst line\nsecond line"
    )


@pytest.mark.parametrize(
    ("line", "starts", "zone"),
    [
        ("DTSTART:20260318T130000Z", datetime(2026, 3, 18, 13, tzinfo=UTC), "UTC"),
        ("DTSTART;VALUE=DATE:20260318", date(2026, 3, 18), ""),
        ("DTSTART:20260318T130000", datetime(2026, 3, 18, 13, tzinfo=UTC).replace(tzinfo=None), ""),
        (
            "DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Berlin:20260318T130000",
            datetime(2026, 3, 18, 13, tzinfo=ZoneInfo("Europe/Berlin")),
            "/freeassociation.sourceforge.net/Europe/Berlin",
        ),
    ],
)
def test_times(line: str, starts: datetime | date, zone: str) -> None:
    found = event(line)
    assert (found.starts, found.zone) == (starts, zone)


@pytest.mark.parametrize("day", ["20260101", "20260328", "20260329", "20260701", "20261024", "20261025", "20261231"])
def test_zone_with_a_name_of_windows_has_the_hours_of_its_rules(day: str) -> None:
    text = REQUEST.replace("TZID=Europe/Berlin:20260318", f"TZID=W. Europe Standard Time:{day}")
    found = invitations.read(text)[0].starts
    assert isinstance(found, datetime)
    wall = datetime.fromisoformat(f"{day}T14:00:00").replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert found.utcoffset() == wall.utcoffset()


def test_zone_south_of_the_equator() -> None:
    text = REQUEST.replace("BYDAY=-1SU;BYMONTH=10", "BYDAY=1SU;BYMONTH=4").replace(
        "BYDAY=-1SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=10"
    )
    summer = text.replace("TZID=Europe/Berlin:20260318", "TZID=W. Europe Standard Time:20260118")
    starts = invitations.read(summer)[0].starts
    assert isinstance(starts, datetime)
    assert starts.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTSTART;VALUE=DATE:20260318", "DTEND;VALUE=DATE:20260320"), "2026-03-18 to 2026-03-19, the whole day"),
        (("DTSTART;VALUE=DATE:20260318", "DTEND;VALUE=DATE:20260319"), "2026-03-18, the whole day"),
        (("DTSTART:20260318T230000Z", "DTEND:20260319T010000Z"), "2026-03-18 23:00 to 2026-03-19 01:00 (UTC)"),
        (("DTSTART:20260318T130000Z", "DURATION:PT1H30M"), "2026-03-18 13:00 to 14:30 (UTC)"),
    ],
)
def test_when(lines: tuple[str, ...], said: str) -> None:
    assert f"When: {said}" in event(*lines).text.splitlines()


@pytest.mark.parametrize(
    ("lines", "method", "title"),
    [
        (("SUMMARY:Lunch",), "CANCEL", "Cancelled: Lunch"),
        (("SUMMARY:Lunch", "STATUS:CANCELLED"), "PUBLISH", "Cancelled: Lunch"),
        (("SUMMARY:Lunch",), "REPLY", "Answer to an invitation: Lunch"),
        (("SUMMARY:Lunch",), "PUBLISH", "Event: Lunch"),
    ],
)
def test_method_is_said(lines: tuple[str, ...], method: str, title: str) -> None:
    assert event(*lines, method=method).text.startswith(title)


def test_answer_says_what_each_said() -> None:
    found = event("ATTENDEE;PARTSTAT=DECLINED;CN=Bob:mailto:bob@example.com", method="REPLY")
    assert found.attendees == ("Bob <bob@example.com> (declined)",)


@pytest.mark.parametrize(
    "line",
    ["DTSTART:20261399T990000", "DTSTART:", "DTSTART;TZID=../../etc/passwd:20260318T130000", "DTSTART;TZID=:x",
     "DURATION:P9999W9999D", "TZOFFSETTO:+9999"],
)  # fmt: skip
def test_nonsense_is_left_out(line: str) -> None:
    assert event("SUMMARY:Lunch", line).summary == "Lunch"


@pytest.mark.parametrize(
    "line", ["DTSTART:99991231T235959Z\nDURATION:P9999W", "DTSTART;VALUE=DATE:00010101", "DTSTART:00010101T000000Z"]
)
def test_time_that_nobody_can_count_with_is_none(line: str) -> None:
    (found,) = invitations.read(f"BEGIN:VEVENT\n{line}\nSUMMARY:x\nEND:VEVENT")
    assert (found.starts, found.ends, found.summary) == (None, None, "x")


def test_rule_is_shown_and_never_counted_out() -> None:
    assert event("RRULE:FREQ=SECONDLY;COUNT=99999999").repeats == "FREQ=SECONDLY;COUNT=99999999"


def test_calendar_without_dates_says_so() -> None:
    assert readers.read("a.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR").notices == ("It holds no date that can be read.",)
