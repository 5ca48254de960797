"""Caps, quiet hours and the STOP switch: whether an effect may begin now. If a check cannot be made, it may not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Blocked:
    """No effect before `until` (None: until a person acts); `why` is shown in status."""

    until: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What the rules are checked against. `begun_today`: effects of the action since local midnight."""

    now: datetime
    zone: tzinfo
    begun_today: int
    paused: str | None  # the reason, when the STOP switch is on


def blocked(action: str, settings: Settings, moment: Moment) -> Blocked | None:
    """Why an approved `action` may not begin now, or None."""
    paused, begun_today = moment.paused, moment.begun_today
    if paused is not None:
        return Blocked(None, f"paused ({paused or 'no reason given'}); `employee resume` lets it go on")
    local = moment.now.astimezone(moment.zone)
    quiet = settings.policy.quiet
    if action in quiet.actions and _within(local.time(), quiet.start, quiet.end):
        return Blocked(_next(local, quiet.end), f"quiet hours until {quiet.end:%H:%M}")
    cap = settings.cap(action)
    if cap and begun_today >= cap:
        return Blocked(_next(local, time(0)), f"the daily cap of {cap} for {action} is reached")
    return None


def local_day(now: datetime, zone: tzinfo) -> str:
    """The person's calendar day, YYYY-MM-DD."""
    return now.astimezone(zone).date().isoformat()


def _within(moment: time, start: time, end: time) -> bool:
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def _next(local: datetime, at: time) -> datetime:
    """The next wall-clock `at` after `local`, whatever daylight saving does in between."""
    today = datetime.combine(local.date(), at, local.tzinfo)
    return today if today > local else datetime.combine(local.date() + timedelta(days=1), at, local.tzinfo)
