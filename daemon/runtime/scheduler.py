"""The scheduler role: runs each planned job once for each planned time, late when it must, and never twice.

It only looks at the clock and at the ledger; `daemon.core.schedule` decides. What a job does is not known here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.core import schedule
from daemon.core.errors import Transient, UserError
from daemon.core.schedule import REMEMBERED, Plan, Rules, Trigger
from daemon.runtime.ledger import Ledger
from daemon.runtime.pace import Pace, Troubles

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do at planned times. `run` may be killed and run again; it returns what came of it, in a word."""

    name: str
    trigger: Trigger | None  # None: switched off
    rules: Rules
    run: Callable[[datetime, datetime], str]  # planned for, now


class Scheduler:
    """Carries out planned jobs; `woken` is told when one is due between two looks."""

    name = "scheduler"

    def __init__(self, ledger: Ledger, jobs: Sequence[Job], woken: Callable[[], None]) -> None:
        self._runs = ledger.runs
        self._jobs = jobs
        self._woken = woken
        self._next: datetime | None = None
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """Begin what is due now. A job that cannot be done at the moment is a problem, and tried again."""
        plans = {job: self._plan(job, now) for job in self._jobs}
        started = [self._start(job, plan.start, now) for job, plan in plans.items() if plan.start]
        self._next = min((plan.next_at for plan in plans.values() if plan.next_at), default=None)
        again = [at for at in (*(plan.again_at for plan in plans.values()), self._troubles.next_try()) if at]
        return Pace(any(started), min(again, default=None), problems=self._troubles.problems())

    def tick(self, now: datetime) -> None:
        """Wake up for a planned time that has come; also after the computer slept."""
        if self._next and now >= self._next:
            self._next = None
            self._woken()

    def close(self, now: datetime) -> None:
        """A run that was cut off is found by the next start."""

    def _plan(self, job: Job, now: datetime) -> Plan:
        runs = self._runs.since(job.name, now - REMEMBERED)
        plan = schedule.plan(job.trigger, runs, job.rules, now)
        if plan.has_news(runs):
            self._runs.settle(job.name, plan, now)
        for at in plan.missed:
            log.warning("%s of %s was missed; the next one says so", job.name, at)
        for at in plan.failed:
            log.error("%s of %s did not work out; it is given up", job.name, at)
        return plan

    def _start(self, job: Job, planned_at: datetime, now: datetime) -> bool:
        """Whether it was ours to run. One that fails stays begun in the ledger, as if it had been killed."""
        if self._troubles.resting(job.name, now):
            return False
        run = self._runs.claim(job.name, planned_at, job.rules.patience, now)
        if run is None:
            return False
        with self._troubles.contained(job.name, now):
            try:
                detail = job.run(run.planned_at, now)
            except (Transient, UserError) as error:
                self._runs.release(job.name, run, str(error))
                raise
            self._runs.finish(job.name, run, detail, now)
            log.info("%s: %s", job.name, detail)
        return True
