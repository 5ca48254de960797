"""When a job is due: planned times by the person's clock, and what to do about those that have come or gone by.

Each planned time is one moment, whatever the clocks do: a wall-clock time that comes twice in autumn is planned for
the first of the two, one that spring leaves out for the moment it would have been (02:30 becomes 03:30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import takewhile
from typing import Protocol, cast

REMEMBERED = timedelta(days=14)  # planned times further back are not even recorded as missed
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_CRON = re.compile(r"[0-9a-z*/,\-]{1,40}", re.ASCII)
_BACK = timedelta(hours=25)  # no zone has moved its clocks by more than a day
_STEP = timedelta(minutes=1)
_TICK = timedelta(microseconds=1)


class _Cron(Protocol):
    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime | None: ...


class Trigger:
    """The planned times of one job: `"07:00"` is every day, five cron fields say more (`"0 7 * * mon-fri"`).

    Raises ValueError with a sentence for a text that is neither. Days of the week are names: numbers mean other days
    in other programs. At most once an hour.
    """

    def __init__(self, text: str, zone: tzinfo = UTC) -> None:
        from apscheduler.triggers.cron import CronTrigger  # pyright: ignore[reportMissingTypeStubs] - there are none

        fields = _fields(text)
        try:
            cron: object = CronTrigger.from_crontab(" ".join(fields), UTC)  # pyright: ignore[reportUnknownMemberType]
        except ValueError as error:
            raise ValueError(f"{text!r} is no planned time: {error}") from error
        self._cron = cast("_Cron", cron)
        self._zone = zone

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The planned times later than `moment`, in UTC and in order. Empty for a day that never comes (31 Feb)."""
        # The library counts wall-clock times as if they were UTC, where no hour is missing and none comes twice.
        wall = moment.astimezone(self._zone).replace(tzinfo=UTC, fold=0) - _BACK
        last = moment.astimezone(UTC)
        while wall := self._cron.get_next_fire_time(None, wall):
            at = wall.replace(tzinfo=self._zone).astimezone(UTC)
            if at > last:
                yield at
                last = at
            wall += _STEP

    def between(self, start: datetime, end: datetime) -> list[datetime]:
        """Those from `start` to `end`, both included."""
        return list(takewhile(lambda at: at <= end, self.after(start - _TICK)))


def check(text: str) -> str:
    """`text`, when it is a planned time or "" (never). Raises ValueError with a sentence."""
    if not text or _TIME.fullmatch(text.strip()):
        return text  # without the library, which takes 90 ms to load
    if next(Trigger(text).after(datetime(2000, 1, 1, tzinfo=UTC)), None) is None:
        raise ValueError(f"{text!r} never comes")
    return text


def _fields(text: str) -> list[str]:
    if found := _TIME.fullmatch(text.strip()):
        return [str(int(found[2])), str(int(found[1])), "*", "*", "*"]
    fields = text.lower().split()
    if len(fields) != 5 or not all(map(_CRON.fullmatch, fields)):  # noqa: PLR2004 - minute hour day month weekday
        raise ValueError(f'{text!r} is no planned time; write one like "07:00", or five cron fields')
    if not fields[0].isdecimal():
        raise ValueError(f"{text!r} would be more often than once an hour; write one number for the minute")
    if any(c.isdecimal() for c in fields[4]):
        raise ValueError(f'{text!r}: write the days of the week as names, like "mon-fri"')
    return fields


# --- what to do about them


class Outcome(StrEnum):
    """Where one run stands. PLANNED is the next one; a planned time that is DONE, MISSED or FAILED is over."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    MISSED = "missed"
    FAILED = "failed"


OVER = frozenset({Outcome.DONE, Outcome.MISSED, Outcome.FAILED})


@dataclass(frozen=True, slots=True)
class Run:
    """One planned time of one job, as the ledger has it. `tries` were begun, the one under way included."""

    planned_at: datetime
    outcome: Outcome
    tries: int = 0
    started_at: datetime | None = None
    finished_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """`late`: how long after its time a run is still made. `patience`: a run not ended by then was killed."""

    late: timedelta
    patience: timedelta = timedelta(minutes=2)
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now. `dropped`: recorded as planned, wanted no more. `again_at`: somebody may be at it until then."""

    start: datetime | None = None
    missed: tuple[datetime, ...] = ()
    failed: tuple[datetime, ...] = ()
    next_at: datetime | None = None
    dropped: tuple[datetime, ...] = ()
    again_at: datetime | None = None

    def has_news(self, runs: Sequence[Run]) -> bool:
        """Whether there is anything to record; most looks find nothing, and then the ledger is only read."""
        planned = {run.planned_at for run in runs if run.outcome is Outcome.PLANNED}
        return bool(self.missed or self.failed or self.dropped or {self.next_at} - planned - {None})


def plan(trigger: Trigger | None, runs: Sequence[Run], rules: Rules, now: datetime) -> Plan:
    """What the planned times ask for at `now`; `runs` are those of the job in the last REMEMBERED and all not over.

    Of several open ones only the newest is made: it tells all that the others would have told. Without a trigger the
    job is switched off.
    """
    planned = [run.planned_at for run in runs if run.outcome is Outcome.PLANNED]
    if trigger is None:
        return Plan(dropped=tuple(planned))
    known = {run.planned_at: run for run in runs}
    *older, newest = _open(trigger, known, now) or [None]
    again_at = _until(known.get(newest), rules, now) if newest else None
    start = newest if newest and not again_at and _worth(newest, known.get(newest), rules, now) else None
    over = [at for at in (*older, newest) if at and not (at == newest and (start or again_at))]
    done = {at for at, run in known.items() if run.outcome is Outcome.DONE}
    next_at = next((at for at in trigger.after(now) if at not in done), None)
    begun = {at for at in over if at in known and known[at].tries}
    return Plan(
        start,
        missed=tuple(at for at in over if at not in begun),
        failed=tuple(at for at in over if at in begun),
        next_at=next_at,
        dropped=tuple(at for at in planned if at not in {start, next_at, *over}),
        again_at=again_at,
    )


def _open(trigger: Trigger, known: Mapping[datetime, Run], now: datetime) -> list[datetime]:
    """The planned times that have come and are not over, oldest first, from the first one that was waited for."""
    waited = [at for at, run in known.items() if run.outcome not in OVER and at <= now]
    since = max(min(waited, default=now), now - REMEMBERED)
    begun = {at for at in waited if known[at].outcome is Outcome.RUNNING}
    came = {*trigger.between(since, now), *begun}
    return sorted(at for at in came if at not in known or known[at].outcome not in OVER)


def _worth(at: datetime, run: Run | None, rules: Rules, now: datetime) -> bool:
    return now - at <= rules.late and (run is None or run.tries < rules.tries)


def _until(run: Run | None, rules: Rules, now: datetime) -> datetime | None:
    """Until when to leave a run alone that somebody began; one begun in the future tells of a wrong clock."""
    if run is None or run.outcome is not Outcome.RUNNING or run.started_at is None or run.started_at > now:
        return None
    until = run.started_at + rules.patience
    return until if until >= now else None
