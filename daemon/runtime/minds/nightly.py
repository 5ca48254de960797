"""A role that looks after the night's batch beside its own work: now and then, in a thread of its own."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.runtime.minds.batching import Batching
from daemon.runtime.pace import Pace, Role, Troubles

EVERY = timedelta(minutes=1)
_WHAT = "The night's batch"


class Nightly:
    """A role whose questions may wait for the night's batch."""

    def __init__(self, role: Role, batching: Batching) -> None:
        self._role = role
        self._batching = batching
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._running: Future[None] | None = None
        self._looked: datetime | None = None
        self._troubles = Troubles()

    @property
    def name(self) -> str:
        return self._role.name

    def step(self, now: datetime) -> Pace:
        """The role's own step; what is under way about batches is nothing that it waits for."""
        self._look(now)
        pace = self._role.step(now)
        busy = self._running is not None and not self._running.done()
        return replace(pace, busy=pace.busy or busy, problems=(*pace.problems, *self._troubles.problems()))

    def tick(self, now: datetime) -> None:
        """Who ticks stays: only then a question is put down. `run --once` ends before any batch is back."""
        self._batching.attend()
        self._look(now)
        self._role.tick(now)

    def close(self, now: datetime) -> None:
        """A request that is under way ends when the connections are closed; what it leaves open is looked for."""
        self._role.close(now)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _look(self, now: datetime) -> None:
        if self._looked and timedelta() <= now - self._looked < EVERY:
            return
        if self._running:
            if not self._running.done():
                return
            with self._troubles.contained(_WHAT, now):
                self._running.result()
        self._looked, self._running = now, None
        if not self._batching.idle:
            self._running = self._pool.submit(self._batching.step)
