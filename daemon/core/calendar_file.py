"""An appointment as a calendar file (RFC 5545): one event that Google, Apple and Outlook calendars take.

Times are in UTC: one event without repetition needs no table of its zone, and every calendar shows it in the
reader's own. Nobody is named as invited in it, so that no program sends anything when it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from daemon.core.appointment import Appointment

_OCTETS = 75  # of one line, without its end (RFC 5545, 3.1)
# What no text of a calendar may hold (RFC 5545, 3.3.11), and what some readers take for the end of a line.
_BARRED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def write(appointment: Appointment, note: str, *, uid: str, stamp: datetime) -> bytes:
    """The file, the same bytes for the same arguments. `uid` names the event unless it has its own.

    Raises ValueError while the start is open.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//AI Employee//Appointments//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if appointment.method == 'cancel' else 'PUBLISH'}",
        "BEGIN:VEVENT",
        f"UID:{_text(appointment.uid or uid)}",
        f"DTSTAMP:{_utc(stamp)}",
        *_span(appointment),
        f"SUMMARY:{_text(appointment.title)}",
        *_optional(appointment, note),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _span(appointment: Appointment) -> Iterator[str]:
    starts = appointment.starts
    if starts is None:
        raise ValueError("the appointment has no start yet")
    if isinstance(starts, datetime):
        yield f"DTSTART:{_utc(starts)}"
        yield f"DTEND:{_utc(starts.astimezone(UTC) + appointment.duration)}"
    else:
        yield f"DTSTART;VALUE=DATE:{_day(starts)}"
        yield f"DTEND;VALUE=DATE:{_day(starts + max(appointment.duration, timedelta(days=1)))}"


def _optional(appointment: Appointment, note: str) -> Iterator[str]:
    if appointment.place:
        yield f"LOCATION:{_text(appointment.place)}"
    if note.strip():
        yield f"DESCRIPTION:{_text(note)}"
    if appointment.method == "cancel":
        yield "STATUS:CANCELLED"
        yield "SEQUENCE:1"
        if appointment.organizer:  # a cancellation without it is refused (RFC 5546, 3.2.5)
            yield f"ORGANIZER:mailto:{_text(appointment.organizer)}"


def _text(value: str) -> str:
    """Escaped, and else as it is; what a calendar may not hold is a space."""
    return _BARRED.sub(" ", value.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPES)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _folded(line: str) -> str:
    """In pieces of at most 75 octets; a character is never cut in two."""
    pieces: list[str] = []
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > _OCTETS:
            pieces.append(piece)
            piece, size = "", 1  # the space before it counts
        piece, size = piece + char, size + octets
    return "\r\n ".join([*pieces, piece])
