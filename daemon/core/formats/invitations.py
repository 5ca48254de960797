"""Calendar objects (RFC 5545): what is planned, when, where and by whom, as values and as text.

Times are read, repetitions are not counted out: no rule, however odd, costs more than its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from daemon.core.formats import contentlines, zones
from daemon.core.formats.contentlines import Line
from daemon.core.formats.letters import beginning, converted
from daemon.core.ports import Converted

MAX_EVENTS = 50
MAX_PEOPLE = 100
_YEARS = range(1900, 2201)  # outside, a time cannot be counted with in every zone

_WHEN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_LENGTH = re.compile(r"P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?")
_ORNAMENT = re.compile(r"^[-:~]{10,}+\n?", re.MULTILINE)  # around what Google adds
Carried = Mapping[str, Sequence[zones.Part]]
_AREA = re.compile(r"([A-Z][A-Za-z]{1,20}/(?:[A-Z][A-Za-z_-]{1,30}/)?[A-Z][A-Za-z_-]{1,30})$")
_TITLES = {
    "REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation",
    "COUNTER": "Another time is proposed", "ADD": "Added date",
}  # fmt: skip
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "maybe"}


@dataclass(frozen=True, slots=True)
class Invitation:
    """One event or to-do. A time is aware, naive where the sender names no zone, a date for a whole day."""

    method: str  # REQUEST, CANCEL, REPLY, PUBLISH …; "" when it does not say
    uid: str
    summary: str
    starts: datetime | date | None
    ends: datetime | date | None  # of whole days, the last one
    zone: str  # as the sender names it, "UTC", or "" when none is named
    place: str = ""
    organizer: str = ""  # "Anna Example <anna@example.com>"
    attendees: tuple[str, ...] = ()
    repeats: str = ""  # the rule as it stands
    description: str = ""

    @property
    def text(self) -> str:
        """Lines for a person."""
        fields = {
            _TITLES.get(self.method, "Event"): self.summary or "(no title)",
            "When": _spelled(self),
            "Repeats": self.repeats,
            "Where": self.place,
            "Organizer": self.organizer,
            "Attendees": ", ".join(self.attendees),
        }
        lines = [f"{name}: {' '.join(value.split())}" for name, value in fields.items() if value]
        return "\n".join([*lines, *(["", self.description] if self.description else [])])


def read(text: str) -> tuple[Invitation, ...]:
    """Every event and to-do, at most `MAX_EVENTS`; whatever makes no sense is left out."""
    calendar = _Calendar()
    for line in contentlines.read(text):
        calendar.take(line)
        if len(calendar.events) >= MAX_EVENTS:
            break
    calendar.close("VEVENT")  # where the file was cut off
    return tuple(_invitation(event, calendar.method, calendar.zones.found) for event in calendar.events)


def converted_text(data: bytes) -> Converted:
    """The events as text."""
    text, notices = beginning(data)
    events = read(text)
    cut = f"Only its first {MAX_EVENTS} dates were read." if len(events) == MAX_EVENTS else ""
    odd = "" if events else "It holds no date that can be read."
    said = converted("\n\n".join(event.text for event in events), "text/calendar", *notices, odd, cut)
    return replace(said, invitations=events)


@dataclass(slots=True)
class _Calendar:
    """What was met so far. `zones`: those that the file carries along, under names that nobody else may know."""

    method: str = ""
    events: list[list[Line]] = field(default_factory=list[list[Line]])
    zones: zones.Reading = field(default_factory=zones.Reading)
    open: list[str] = field(default_factory=list[str])
    _event: list[Line] = field(default_factory=list[Line])

    def take(self, line: Line) -> None:
        match line.name:
            case "BEGIN":
                self.open = [*self.open[:10], line.value.strip().upper()]
            case "END":
                self.close(line.value.strip().upper())
            case "METHOD" if not self._event:
                self.method = line.text.upper()[:20]
            case _ if "VTIMEZONE" in self.open:
                self.zones.take(line)
            case _:
                if self.open and self.open[-1] in {"VEVENT", "VTODO"} and len(self._event) <= MAX_PEOPLE * 2:
                    self._event.append(line)

    def close(self, name: str) -> None:
        """The innermost part of this name ends, with all that was left open in it."""
        if name in {"VEVENT", "VTODO"} and self._event:
            self.events.append(self._event)
            self._event = []
        if name in {"STANDARD", "DAYLIGHT"}:
            self.zones.end_part()
        self.open = self.open[: self.open.index(name)] if name in self.open else self.open


def _invitation(event: Sequence[Line], method: str, carried: Carried) -> Invitation:
    first = {line.name: line for line in reversed(event)}
    begins = first.get("DTSTART")
    starts, zone = _time(begins, carried)
    ends = _time(first.get("DTEND") or first.get("DUE"), carried)[0]
    if ends is None and starts and (length := _length(first.get("DURATION"))):
        ends = starts + length
    elif type(ends) is date and type(starts) is date and ends > starts:
        ends -= timedelta(days=1)
    cancelled = "STATUS" in first and first["STATUS"].text.upper() == "CANCELLED"
    return Invitation(
        method="CANCEL" if cancelled else method,
        uid=_said(first, "UID"),
        summary=_said(first, "SUMMARY"),
        starts=starts,
        ends=ends,
        zone=zone,
        place=_said(first, "LOCATION"),
        organizer=_person(first["ORGANIZER"]) if "ORGANIZER" in first else "",
        attendees=tuple(_attendees(event, method)),
        repeats=first["RRULE"].value.strip()[:200] if "RRULE" in first else "",
        description=_ORNAMENT.sub("", _said(first, "DESCRIPTION")).strip(),
    )


def _said(lines: Mapping[str, Line], name: str) -> str:
    return lines[name].text if name in lines else ""


def _attendees(event: Sequence[Line], method: str) -> Iterator[str]:
    """In an answer, what each said."""
    for line in [line for line in event if line.name == "ATTENDEE"][:MAX_PEOPLE]:
        answer = _ANSWERS.get(line.parameters.get("PARTSTAT", "").upper(), "") if method == "REPLY" else ""
        yield f"{_person(line)} ({answer})" if answer else _person(line)


def _person(line: Line) -> str:
    email = re.sub(r"(?i)\Amailto:", "", line.value.strip())
    name = line.parameters.get("CN", "").strip()
    return f"{name} <{email}>" if name and name != email else email


def _time(line: Line | None, carried: Carried) -> tuple[datetime | date | None, str]:
    """The time, and its zone as the sender names it."""
    found = _WHEN.match(line.value.strip()) if line else None
    if line is None or found is None or int(found[1]) not in _YEARS:
        return None, ""
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return day, ""
        at = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), tzinfo=UTC)
    except ValueError:
        return None, ""
    if found[7]:
        return at, "UTC"
    named = line.parameters.get("TZID", "")
    return at.replace(tzinfo=_zone(named, carried, at.replace(tzinfo=None))), named


def _zone(named: str, carried: Carried, moment: datetime) -> tzinfo | None:
    """By its name in the world's table, which may stand behind a program's own prefix; else as the file says."""
    area = _AREA.search(named)
    try:
        return ZoneInfo(area[1]) if area else zones.at(carried.get(named, ()), moment)
    except (LookupError, ValueError, OSError):
        return zones.at(carried.get(named, ()), moment)


def _length(line: Line | None) -> timedelta | None:
    found = _LENGTH.match(line.value.strip()) if line else None
    if found is None or not any(found.groups()):
        return None
    weeks, days, hours, minutes = (int(number or 0) for number in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def _spelled(event: Invitation) -> str:
    """`2026-03-18 14:00 to 15:00 (Europe/Berlin)`; whole days without a time."""
    starts, ends = event.starts, event.ends
    if starts is None:
        return f"until {_day_and_time(ends)}" if ends else ""
    until = f" to {_later(starts, ends)}" if ends and ends != starts else ""
    whole_day = ", the whole day" if not isinstance(starts, datetime) else ""
    zone = f" ({event.zone})" if event.zone else ""
    return f"{_day_and_time(starts)}{until}{whole_day}{zone}"


def _day_and_time(at: datetime | date) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else f"{at:%Y-%m-%d}"


def _later(starts: datetime | date, ends: datetime | date) -> str:
    same_day = isinstance(starts, datetime) and isinstance(ends, datetime) and starts.date() == ends.date()
    return f"{ends:%H:%M}" if same_day else _day_and_time(ends)
