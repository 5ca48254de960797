"""A watcher's role: poll it, keep what it yields. One for every watcher."""

from __future__ import annotations

import logging
from datetime import datetime

from daemon.core.ports import Watcher
from daemon.runtime.intake import Intake
from daemon.runtime.pace import Pace, Troubles

log = logging.getLogger(__name__)


class Watching:
    """Runs one watcher. A watcher that fails is a problem in `status`; it is polled again later."""

    def __init__(self, name: str, watcher: Watcher, intake: Intake) -> None:
        self.name = name
        self._watcher = watcher
        self._intake = intake
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        if self._troubles.resting(self.name, now):
            return Pace(progress=False, next_at=self._troubles.next_try(), problems=self._troubles.problems())
        kept, again_at, notices = 0, None, tuple[str, ...]()
        with self._troubles.contained(self.name, now):
            poll = self._watcher.poll(now)
            again_at, notices = poll.again_at, poll.notices
            for arrival in poll.arrivals:
                kept += self._intake.keep(arrival, now)
        return Pace(kept > 0, again_at, notices=notices, problems=self._troubles.problems())

    def tick(self, now: datetime) -> None:
        """Nothing to do between polls."""

    def close(self, now: datetime) -> None:
        """Nothing is held between polls."""
