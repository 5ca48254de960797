"""A watcher's role: poll it, keep what it yields. One for every watcher."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Literal, Protocol

from daemon.core.errors import Outage
from daemon.core.mailboxes.values import Happened
from daemon.core.ports import Watcher
from daemon.core.task import Arrival
from daemon.runtime.pace import Pace, Troubles

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Keeps what a watcher yields: `Intake`, or what stands before it."""

    def require_ours(self) -> None: ...

    def keep(self, arrival: Arrival, now: datetime) -> bool: ...

    def heard(self, happened: Happened, now: datetime) -> None: ...


_BATCH = 500  # new tasks in one step
_STEP = timedelta(seconds=5)
_IN_A_ROW = 5


class Watching:
    """Runs one watcher. A watcher that fails is a problem in `status`; it is polled again later."""

    def __init__(
        self,
        name: str,
        watcher: Watcher,
        intake: Keeper,
        told: Callable[[], object],
        *,
        kept_all: Callable[[str], object] = str,
    ) -> None:
        """`told` is called when something new was kept; the manager in the same process need not wait for events.

        `kept_all` is called with the cursor of a poll once everything it told of is durable.
        """
        self._kept_all = kept_all
        self.name = name
        self._told = told
        self._watcher = watcher
        self._intake = intake
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """Raises Outage when the vault is away, or another one lies in its place."""
        if self._troubles.resting(self.name, now):
            return self._pace(self._troubles.next_try())
        self._intake.require_ours()
        kept, again_at, notices = 0, None, tuple[str, ...]()
        with self._troubles.contained(self.name, now):
            poll = self._watcher.poll(now)
            again_at, notices = poll.again_at, poll.notices
            kept, all_kept = self._take(poll.arrivals, now)
            for happened in poll.happened if all_kept else ():
                self._intake.heard(happened, now)
            if poll.cursor and all_kept:
                self._kept_all(poll.cursor)
        due = [at for at in (again_at, self._troubles.next_try()) if at]
        return self._pace(min(due, default=None), progress=kept > 0, notices=notices)

    def _pace(self, next_at: datetime | None, *, progress: bool = False, notices: tuple[str, ...] = ()) -> Pace:
        waiting, problems = self._troubles.waiting(), self._troubles.problems()
        return Pace(progress, next_at, waiting=waiting, notices=notices, problems=problems)

    def _take(self, arrivals: Iterable[Arrival], now: datetime) -> tuple[int, bool]:
        """As many as fit into one step: between two, a stop is heard. How many were kept, and whether all are.

        When one after another fails because of the disk, the others would do the same.
        """
        kept, outages, met, until = 0, 0, {self.name}, time.monotonic() + _STEP.total_seconds()
        missed = False
        for arrival in arrivals:
            name = _name(arrival)
            met.add(name)
            if self._troubles.resting(name, now):
                missed = True
                continue
            outcome = self._keep(arrival, name, now)
            kept += outcome == "kept"
            missed |= outcome in {"outage", "failed"}
            outages = outages + 1 if outcome == "outage" else 0
            if kept == _BATCH or outages == _IN_A_ROW or time.monotonic() > until:
                return kept, False
        self._troubles.keep(met)
        return kept, not missed

    def _keep(self, arrival: Arrival, name: str, now: datetime) -> Literal["kept", "known", "outage", "failed"]:
        """One that cannot be kept stands in nobody's way."""
        outcome = "failed"
        with self._troubles.contained(name, now):
            try:
                outcome = "kept" if self._intake.keep(arrival, now) else "known"
            except Outage:
                outcome = "outage"
                raise
        if outcome == "kept":
            self._told()
        return outcome

    def tick(self, now: datetime) -> None:
        """Nothing to do between polls."""

    def close(self, now: datetime) -> None:
        """Nothing is held between polls."""


def _name(arrival: Arrival) -> str:
    return arrival.taken or arrival.source_key or (arrival.origin.remote if arrival.origin else arrival.title)
