"""Caps, quiet hours and the STOP switch: whether an effect may begin now. If a check cannot be made, it may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from daemon.core import quiet
from daemon.core.neutral import ours

if TYPE_CHECKING:
    from daemon.core.settings import Settings

ALL = "all"  # every action together
DEFAULT = "default"  # each action that nothing else is said of


@dataclass(frozen=True, slots=True)
class Blocked:
    """No effect before `until` (None: until a person acts); `why` is shown in status."""

    until: datetime | None
    why: str

    def sentence(self, zone: tzinfo) -> str:
        """Both, for the person's clock."""
        return f"{self.why}; it goes on {self.until.astimezone(zone):%a %d %b %H:%M}" if self.until else self.why


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` effects a day of what `name` covers: one action, all actions of a kind, or everything."""

    name: str
    limit: int

    def used(self, begun: Mapping[str, int]) -> int:
        """How many of these effects count for it."""
        return sum(count for action, count in begun.items() if self.name in names(action))

    @property
    def words(self) -> str:
        return "everything together" if self.name == ALL else self.name


@dataclass(frozen=True, slots=True)
class Moment:
    """What the rules are checked against. `begun`: effects of each action since local midnight."""

    now: datetime
    zone: tzinfo
    begun: Mapping[str, int]
    paused: str | None  # the reason, when the STOP switch is on


def names(action: str) -> tuple[str, str, str]:
    """Under which names a rule can speak of it: `email.reply` is an `email`, and one of all."""
    return action, action.partition(".")[0], ALL


def blocked(action: str, settings: Settings, moment: Moment) -> Blocked | None:
    """Why an approved `action` may not begin now, or None."""
    if moment.paused is not None:
        return paused(moment.paused)
    hours = settings.quiet(action)
    if quiet.within(hours, moment.now, moment.zone):
        until = quiet.ends(hours, moment.now, moment.zone)
        return Blocked(until, "quiet hours" if until else "your settings make every hour a quiet one for it")
    for cap in settings.caps(action):
        if cap.used(moment.begun) >= cap.limit:
            until = Day.of(moment.now, moment.zone).end
            return Blocked(until, f"the daily cap of {cap.limit} for {cap.words} is reached")
    return None


def paused(reason: str) -> Blocked:
    """The STOP switch is on."""
    return Blocked(None, ours("paused ({}); `employee resume` lets it go on", reason or "no reason given"))


def unreadable(problem: str) -> Blocked:
    """The rules themselves cannot be read."""
    return Blocked(None, f"nothing leaves while your settings cannot be read: {problem}")


@dataclass(frozen=True, slots=True)
class Day:
    """The person's calendar day as two moments; it has 23 or 25 hours when the clocks change."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Day:
        today = now.astimezone(zone).date()
        midnights = (datetime.combine(today + timedelta(days=n), time(0), zone).astimezone(UTC) for n in (0, 1))
        return cls(*midnights)


def local_day(now: datetime, zone: tzinfo) -> str:
    """The person's calendar day, YYYY-MM-DD."""
    return now.astimezone(zone).date().isoformat()
