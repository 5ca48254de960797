"""A watcher's role: poll it, keep what it yields. One for every watcher."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from daemon.core.ports import Watcher
from daemon.core.task import Arrival
from daemon.runtime.intake import Intake
from daemon.runtime.pace import Pace, Troubles

log = logging.getLogger(__name__)


class Watching:
    """Runs one watcher. A watcher that fails is a problem in `status`; it is polled again later."""

    def __init__(self, name: str, watcher: Watcher, intake: Intake, told: Callable[[], object]) -> None:
        """`told` is called when something new was kept; the manager in the same process need not wait for events."""
        self.name = name
        self._told = told
        self._watcher = watcher
        self._intake = intake
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """Raises Outage when the vault is away, or another one lies in its place."""
        if self._troubles.resting(self.name, now):
            return Pace(progress=False, next_at=self._troubles.next_try(), problems=self._troubles.problems())
        self._intake.require_ours()
        kept, again_at, notices, met = 0, None, tuple[str, ...](), {self.name}
        with self._troubles.contained(self.name, now):
            poll = self._watcher.poll(now)
            again_at, notices = poll.again_at, poll.notices
            for arrival in poll.arrivals:
                met.add(_name(arrival))
                kept += self._keep(arrival, now)
        self._troubles.keep(met)
        due = [at for at in (again_at, self._troubles.next_try()) if at]
        return Pace(kept > 0, min(due, default=None), notices=notices, problems=self._troubles.problems())

    def _keep(self, arrival: Arrival, now: datetime) -> bool:
        """One that cannot be kept stands in nobody's way."""
        name, kept = _name(arrival), False
        if not self._troubles.resting(name, now):
            with self._troubles.contained(name, now):
                kept = self._intake.keep(arrival, now)
        if kept:
            self._told()
        return kept

    def tick(self, now: datetime) -> None:
        """Nothing to do between polls."""

    def close(self, now: datetime) -> None:
        """Nothing is held between polls."""


def _name(arrival: Arrival) -> str:
    return arrival.taken or arrival.source_key
