"""What came of a task: its draft is proposed, or it is closed or failed."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from daemon.core import mail, neutral, outbound, provenance
from daemon.core.accounting import twins
from daemon.core.approval import Cover
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent
from daemon.core.mail import Mail
from daemon.core.properties import Value
from daemon.core.proposal import State
from daemon.core.task import Task
from daemon.runtime.context import Context
from daemon.runtime.desks import Desks
from daemon.runtime.drafting import Job
from daemon.runtime.pages import Pages
from daemon.runtime.private import Private
from daemon.runtime.task_notes import TaskNotes, home

log = logging.getLogger(__name__)
_WAITING = (State.PROPOSED, State.HELD, State.SENDING)
_NEXT = ("a second", "a third", "a fourth", "a fifth")  # more agents than five there are none
_FILES = 20  # of a task that its draft links; the task note has all
_QUOTE = 20_000  # characters of the original in the draft note


class Outcomes:
    """Ends the drafting of tasks, one by one."""

    def __init__(self, context: Context, pages: Pages, desks: Desks) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger
        self._pages = pages
        self._desks = desks
        self._notes = TaskNotes(context)
        self._private = Private(context.vault)

    def settle(self, job: Job, result: Callable[[], Draft | Closed], now: datetime) -> None:
        """`result` gives what the agent answered, or raises; what is no refusal goes on to the caller."""
        try:
            outcome = result()
            if isinstance(outcome, Draft):
                self.propose(job, outcome, now)
                return
        except Permanent as refusal:
            self._notes.fail(job.path, job.task.id, str(refusal), now)
        else:
            self._notes.close(job.path, job.task.id, outcome.reason, now)

    def propose(self, job: Job, draft: Draft, now: datetime) -> None:
        """Ledger record, then the task note moves away. The next look shows the draft: it sees what lay there."""
        task, key = job.task, (job.task.id, job.replacing + 1)
        draft = self._judged(job, draft, now)
        said = (f"It asks for {which} thing, which gets a draft of its own: {one.reason}"
                for which, one in zip(_NEXT, job.also, strict=False))  # fmt: skip
        cover = Cover(
            agent=job.agent,
            reason=f"{job.reason} {draft.reason}",
            risk=draft.risk,
            confidence=draft.confidence,
            priority=task.priority,
            model=draft.model,
            found=(*draft.found, *said),
            task=home(task.id, job.path),
            sender=task.sender,
            quoted=_quoted(task, draft),
            files=tuple(one.path for one in task.attachments[:_FILES]),
            cost=f"{cost:.6f}" if (cost := self._ledger.spending.of(task.id).cost) else "",
        )
        content = self._pages.first(key, draft, cover, now)
        expires = self._pages.expires_at(now)
        with self._ledger.transaction():
            self._ledger.proposals.propose(key, content, replacing=job.replacing, expires=expires, now=now)
            self._ledger.tasks.forgive(task.id)  # it was drafted: a kill while its note is put away is no failed try
        new: dict[str, Value] = {
            "status": "drafted",
            "agent": job.agent,
            "reason": neutral.label(job.reason),
            "due": task.due,
        }
        self._notes.put_away(job.path, task.id, new | {"priority": task.priority})

    def _judged(self, job: Job, draft: Draft, now: datetime) -> Draft:
        """What the person has to know before a yes: who and what in it is foreign, and what it gives away."""
        task, desk = job.task, job.desk
        draft = self._known(draft, task.id)
        draft = provenance.judged(draft, self._pages.shown(draft), task, desk.handbook)
        if not outbound.leaves(draft):
            return draft
        params = self._pages.params(draft.action, draft.params).model_dump(mode="json")
        known = outbound.sources(task, desk, self._desks.handbook_text)
        said = outbound.words(draft, params)
        notes = self._private.repeated(said, f"{known.own}\n{known.came}", now)
        untold = outbound.untold(draft, said, known, self._desks.handbook_text)
        return outbound.gives_away(outbound.judged(draft, params, known), (*untold, *notes))

    def _known(self, draft: Draft, task: str) -> Draft:
        """The draft with what its action, and the other drafts that wait, know of the same thing."""
        params = self._pages.params(draft.action, draft.params)
        booked = tuple(self._pages.action(draft.action).describe(params).doubts)
        said = tuple(f"Careful: {doubt}" for doubt in (*booked, *self._waiting(draft, task)))
        if not said:
            return draft
        told = {"told": booked} if booked else {}
        return replace(draft, params={**draft.params, **told}, risk="high", found=(*said, *draft.found))

    def _waiting(self, draft: Draft, task: str) -> Iterator[str]:
        """A sentence for each other draft that is about the same order, or the same bill."""
        claim = twins.claim(draft.params)
        others = (each for each in self._ledger.proposals.open() if each.action == draft.action and each.id != task)
        for each in others if claim else ():
            content = self._ledger.proposals.content(each.key)
            other = twins.claim(json.loads(content.params)) if each.state in _WAITING else None
            if claim and other and claim.same(other):
                yield f"a draft for {claim.name} waits already: “{content.title}” ({each.id})."


def _before(message: Mail) -> str:
    """What was written in an earlier mail that the same draft answers."""
    when = f"{message.date:%Y-%m-%d}, " if message.date else ""
    return f"----- before, {when}{message.sender or 'nobody knows who'}:\n\n{mail.newest(message.text)}"


def _quoted(task: Task, draft: Draft) -> str:
    """The part of the original that stands above the draft; none of what the draft itself holds in full."""
    if neutral.fenced(task.text.strip()) in draft.text:
        return ""
    text = "\n\n".join((task.text, *map(_before, reversed(task.thread))))
    return text if len(text) <= _QUOTE else f"{text[:_QUOTE]}\n\n[… the rest is in the original]"
