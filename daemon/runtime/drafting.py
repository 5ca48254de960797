"""Drafting behind a port: jobs go in, results come out, in any order. This one runs them in a few threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent
from daemon.core.handbook import Handbook
from daemon.core.language import dismissal
from daemon.core.mailboxes.senders import Sender
from daemon.core.minds.question import Answer, NoModel, Question
from daemon.core.ports import Agent, AnyT, Earlier
from daemon.core.skills import Skill
from daemon.core.task import FollowUp, Task

log = logging.getLogger(__name__)


class Asking(Protocol):
    """Puts a question to a language model."""

    def __call__(self, question: Question[AnyT], /) -> Answer[AnyT]:
        """Raises Unanswered."""
        ...


def nobody(question: Question[AnyT], /) -> Answer[AnyT]:
    """There is no model."""
    del question
    raise NoModel("no language model is connected")


@dataclass(frozen=True, slots=True)
class Desk:
    """What an agent may know beside its task; read only."""

    handbook: Handbook
    earlier: tuple[Earlier, ...]
    now: datetime  # in the person's zone
    goals: str = ""
    skills: tuple[Skill, ...] = ()
    senders: tuple[Sender, ...] = ()
    asking: Asking = nobody

    def ask(self, question: Question[AnyT]) -> Answer[AnyT]:
        return self.asking(question)


@dataclass(frozen=True, slots=True)
class Job:
    """One draft to be written. `path`: the task note in In_Progress/<agent>/; `replacing`: the older generation."""

    task: Task
    agent: str
    reason: str  # why this agent
    path: str
    replacing: int
    desk: Desk
    also: tuple[FollowUp, ...] = ()  # what else the task asks for; each is a task of its own


class Drafting(Protocol):
    """Where drafts are written: here, or on several machines."""

    def submit(self, job: Job) -> None: ...

    def results(self) -> list[tuple[Job, Future[Draft | Closed]]]:
        """Those that ended since the last call; each `result()` gives the draft or raises what went wrong."""
        ...

    @property
    def busy(self) -> set[str]:
        """Ids of the tasks under way."""
        ...

    def close(self) -> None: ...


class Threads:
    """Drafting in this process."""

    def __init__(
        self, agents: dict[str, Agent], workers: int, wake: Callable[[], None], asking: Asking = nobody
    ) -> None:
        self._agents = agents
        self._asking = asking
        self._wake = wake
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="drafting")
        self._running: dict[str, tuple[Job, Future[Draft | Closed]]] = {}

    def submit(self, job: Job) -> None:
        future = self._pool.submit(self._draft, job)
        self._running[job.task.id] = (job, future)
        future.add_done_callback(lambda _: self._wake())

    def _draft(self, job: Job) -> Draft | Closed:
        agent = self._agents.get(job.agent)
        if agent is None:
            raise Permanent(f"there is no agent {job.agent!r}; “employee doctor” lists who works here")
        if _is_dismissed(job):
            return Closed(f"{_DISMISSED} “employee retry {job.task.id}” has it drafted again.")
        return agent.draft(job.task, replace(job.desk, asking=self._asking))

    def results(self) -> list[tuple[Job, Future[Draft | Closed]]]:
        ended = [(job, future) for job, future in self._running.values() if future.done()]
        for job, _ in ended:
            del self._running[job.task.id]
        return ended

    @property
    def busy(self) -> set[str]:
        return set(self._running)

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


_DISMISSED = "You rejected its draft and want no other."


def _is_dismissed(job: Job) -> bool:
    """Whether the last feedback wants no other draft. A task that is to be done again has lost its reason."""
    return bool(job.task.reason and job.desk.earlier) and dismissal.ends(job.desk.earlier[-1].feedback)
