"""Time zones as calendar files carry them along (VTIMEZONE, RFC 5545, 3.6.5): Outlook's names are nobody else's."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo

from daemon.core.formats.contentlines import Line

_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")
_START = re.compile(r"\d{8}T\d{4}")
_MONTH = re.compile(r"BYMONTH=(\d{1,2})(?!\d)")
_DAY = re.compile(r"BYDAY=([+-]?\d)(MO|TU|WE|TH|FR|SA|SU)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MAX_PARTS = 200


@dataclass(frozen=True, slots=True)
class Part:
    """Summer or winter time: its distance from UTC, and when it begins. `month` 0: once, at `start`."""

    offset: timedelta
    start: datetime  # by the clock on the wall
    month: int = 0
    week: int = 0  # 2 = the second, -1 = the last
    weekday: int = 0  # Monday = 0

    def onset(self, year: int) -> datetime:
        if not self.month:
            return self.start
        first, days = monthrange(year, self.month)
        day = 1 + (self.weekday - first) % 7 + 7 * (abs(self.week) - 1)
        if self.week < 0:
            day = days - ((first + days - 1 - self.weekday) % 7) - 7 * (abs(self.week) - 1)
        return self.start.replace(year=year, month=self.month, day=max(1, min(day, days)))


def at(parts: Sequence[Part], moment: datetime) -> tzinfo | None:
    """The distance from UTC that holds at a moment on the wall's clock; None when the file does not say."""
    begun = [(onset, part) for part in parts for onset in _onsets(part, moment) if onset <= moment]
    if not parts:
        return None
    part = max(begun, key=lambda pair: pair[0])[1] if begun else parts[0]
    return timezone(part.offset)


def _onsets(part: Part, moment: datetime) -> tuple[datetime, ...]:
    return (part.onset(moment.year), part.onset(max(moment.year - 1, 1)))


@dataclass(slots=True)
class Reading:
    """The zones of a file, as they are met line by line."""

    found: dict[str, list[Part]] = field(default_factory=dict[str, list[Part]])
    _name: str = ""
    _lines: dict[str, str] = field(default_factory=dict[str, str])

    def take(self, line: Line) -> None:
        if line.name == "TZID":
            self._name = line.text
        self._lines[line.name] = line.value.strip()

    def end_part(self) -> None:
        part = _part(self._lines)
        parts = self.found.setdefault(self._name, [])
        if part and len(parts) < _MAX_PARTS:
            parts.append(part)
        self._lines = {}


def _part(lines: dict[str, str]) -> Part | None:
    offset, start = _OFFSET.match(lines.get("TZOFFSETTO", "")), _START.match(lines.get("DTSTART", ""))
    hours, minutes = (int(offset[2]), int(offset[3])) if offset else (99, 0)
    if offset is None or hours > 14 or minutes > 59:  # noqa: PLR2004 - of a clock, and of the date line
        return None
    span = timedelta(hours=hours, minutes=minutes) * (-1 if offset[1] == "-" else 1)
    try:
        begins = datetime.fromisoformat(start[0]) if start else datetime.min  # noqa: DTZ901 - on the wall
    except ValueError:
        return None
    rule = lines.get("RRULE", "")
    month, day = _MONTH.search(rule), _DAY.search(rule)
    if month is None or day is None or not 1 <= int(month[1]) <= 12 or not 1 <= abs(int(day[1])) <= 5:  # noqa: PLR2004
        return Part(span, begins)
    return Part(span, begins, int(month[1]), int(day[1]), _WEEKDAYS.index(day[2]))
