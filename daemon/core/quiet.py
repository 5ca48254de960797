"""Quiet hours: times of the person's day and week at which certain effects do not begin.

Each entry is one of `20:00-08:00` (every day, over midnight), `Sunday` (all of it) and `Saturday 14:00-24:00`. What
counts is the clock on the wall: at the change to summer time a quiet night is an hour shorter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENTRY = re.compile(r"(?:([a-z]+)\s*)?(?:(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d))?", re.IGNORECASE)
_LOOK_AHEAD = 9  # days: a week, and the ends of the two nights around it
_HOUR, _DAY = 60, 24 * 60  # minutes
_HOW = 'write it like "20:00-08:00", "Sunday" or "Saturday 14:00-24:00"'


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` to `end`, in minutes after midnight; with `end` not after `start` it ends the next day."""

    day: int | None  # on which it begins, 0 = Monday; None: on every day
    start: int
    end: int

    def hold(self, local: datetime) -> bool:
        """Whether this moment on the wall clock lies in them."""
        minute, today = local.hour * _HOUR + local.minute, local.weekday()
        if self.start < self.end:
            return self._begins(today) and self.start <= minute < self.end
        before = (today - 1) % 7
        return (self._begins(today) and minute >= self.start) or (self._begins(before) and minute < self.end)

    def _begins(self, day: int) -> bool:
        return self.day is None or self.day == day


def parse(entry: str) -> Hours:
    """Raises ValueError with how to write it."""
    found = _ENTRY.fullmatch(entry.strip()[:40])
    if not found or not (found[1] or found[2]):
        raise ValueError(f"{entry!r} is no quiet time; {_HOW}")
    day = DAYS.index(found[1].lower()) if found[1] and found[1].lower() in DAYS else None
    if found[1] and day is None:
        raise ValueError(f"{found[1]!r} is no day of the week; {_HOW}")
    start, end = (_minutes(found[2], found[3]), _minutes(found[4], found[5])) if found[2] else (0, _DAY)
    if start == _DAY or start % _DAY == end:
        raise ValueError(f"{entry!r} ends when it begins; {_HOW}")
    return Hours(day, start, end)


def within(hours: Sequence[Hours], now: datetime, zone: tzinfo) -> bool:
    """Whether it is quiet now."""
    local = now.astimezone(zone)
    return any(each.hold(local) for each in hours)


def ends(hours: Sequence[Hours], now: datetime, zone: tzinfo) -> datetime | None:
    """The first moment after `now` that is not quiet; None when there is none within a week."""
    later = (at for at in _moments(hours, now.astimezone(zone).date(), zone) if at > now)
    return next((at for at in sorted(later) if not within(hours, at, zone)), None)


def _moments(hours: Sequence[Hours], today: date, zone: tzinfo) -> Iterator[datetime]:
    """When some quiet time may end. Where clocks change, a time on the wall comes twice or is skipped."""
    for n in range(_LOOK_AHEAD):
        for minute in {0, *(each.end % _DAY for each in hours)}:
            at = time(minute // _HOUR, minute % _HOUR)
            for fold in (0, 1):
                yield datetime.combine(today + timedelta(days=n), at.replace(fold=fold), zone).astimezone(UTC)


def _minutes(hour: str, minute: str) -> int:
    found = int(hour) * _HOUR + int(minute)
    if int(minute) >= _HOUR or found > _DAY:
        raise ValueError(f"{hour}:{minute} is no time of the day; {_HOW}")
    return found
