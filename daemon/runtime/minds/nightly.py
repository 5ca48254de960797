"""A role that looks after the night's batch beside its own work: now and then, in a thread of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.runtime.beside import Beside
from daemon.runtime.minds.batching import Batching
from daemon.runtime.pace import Pace, Role

EVERY = timedelta(minutes=1)


class Nightly:
    """A role whose questions may wait for the night's batch."""

    def __init__(self, role: Role, batching: Batching) -> None:
        self._role = role
        self._batching = batching
        self._beside = Beside("The night's batch", EVERY, thread="batches")

    @property
    def name(self) -> str:
        return self._role.name

    def step(self, now: datetime) -> Pace:
        """The role's own step; what is under way about batches is nothing that it waits for."""
        self._look(now)
        return self._beside.shown(self._role.step(now))

    def tick(self, now: datetime) -> None:
        """Who ticks stays: only then a question is put down. `run --once` ends before any batch is back."""
        self._batching.attend()
        self._look(now)
        self._role.tick(now)

    def close(self, now: datetime) -> None:
        """A request that is under way ends when the connections are closed; what it leaves open is looked for."""
        self._role.close(now)
        self._beside.close(wait=False)

    def _look(self, now: datetime) -> None:
        if self._beside.due(now) and self._beside.over(now):
            self._beside.begin(now, None if self._batching.idle else self._batching.step)
