"""Work beside a role, in a thread of its own: it holds up nobody, and what goes wrong with it stops nothing else."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

from daemon.runtime.pace import Pace, Troubles


class Beside:
    """One kind of work, one piece of it at a time. Who has it says when a piece begins."""

    def __init__(self, what: str, every: timedelta, *, thread: str) -> None:
        """`what`: as the person is told of its troubles. `thread`: its name in a list of threads."""
        self._what = what
        self._every = every
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=thread)
        self._running: Future[None] | None = None
        self._looked: datetime | None = None
        self._troubles = Troubles()

    def due(self, now: datetime) -> bool:
        """Whether the last `begin` is long enough ago; a clock that was set back makes nobody wait."""
        return self._looked is None or not timedelta() <= now - self._looked < self._every

    def over(self, now: datetime) -> bool:
        """Whether nothing is under way. That the last piece failed is a problem from now on."""
        if self._running and not self._running.done():
            return False
        ended, self._running = self._running, None
        if ended:
            with self.contained(now):
                ended.result()
        return True

    def begin(self, now: datetime, work: Callable[[], None] | None) -> None:
        """Only when the last piece is `over`. None: there is nothing to do this time."""
        self._looked = now
        if work:
            self._running = self._pool.submit(work)

    def contained(self, now: datetime) -> AbstractContextManager[None]:
        """What fails inside is a problem of this work; what does not ends the last one."""
        return self._troubles.contained(self._what, now)

    def resting(self, now: datetime) -> bool:
        """Whether it failed a moment ago and is left alone."""
        return self._troubles.resting(self._what, now)

    def shown(self, pace: Pace) -> Pace:
        """The pace of the role, with this work in it."""
        busy = self._running is not None and not self._running.done()
        return replace(pace, busy=pace.busy or busy, problems=(*pace.problems, *self._troubles.problems()))

    def close(self, *, wait: bool) -> None:
        """`wait`: until what is under way is over."""
        self._pool.shutdown(wait=wait, cancel_futures=True)
