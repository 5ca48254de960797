"""What came of a task: its draft is proposed, or it is closed or failed; and where its note goes then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from daemon.core import document, frontmatter, names, neutral, outbound, provenance
from daemon.core.approval import Cover
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent
from daemon.core.ports import NameTaken, VaultProblem
from daemon.core.properties import Value
from daemon.core.proposal import Proposal
from daemon.runtime.context import Context
from daemon.runtime.desks import Desks
from daemon.runtime.drafting import Job
from daemon.runtime.pages import Pages
from daemon.runtime.private import Private

log = logging.getLogger(__name__)
FAILED, DONE = "Failed", "Done"
_FILES = 20  # of a task that its draft links; the task note has all
_QUOTE = 20_000  # characters of the original in the draft note


class Outcomes:
    """Ends the drafting of tasks, one by one."""

    def __init__(self, context: Context, pages: Pages, desks: Desks, *, publish: Callable[[Proposal], bool]) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger
        self._pages = pages
        self._desks = desks
        self._publish = publish
        self._private = Private(context.vault)

    def settle(self, job: Job, result: Callable[[], Draft | Closed], now: datetime) -> None:
        """`result` gives what the agent answered, or raises; what is no refusal goes on to the caller."""
        try:
            outcome = result()
            if isinstance(outcome, Draft):
                self.propose(job, outcome, now)
                return
        except Permanent as refusal:
            self.fail(job.path, job.task.id, str(refusal), now)
        else:
            self.close(job.path, job.task.id, outcome.reason, now)

    def propose(self, job: Job, draft: Draft, now: datetime) -> None:
        """Ledger record, then the approval note, then the task note moves away."""
        task, key = job.task, (job.task.id, job.replacing + 1)
        draft = self._judged(job, draft, now)
        said = (f"It asks for a second thing, which gets a draft of its own: {one.reason}" for one in job.also)
        cover = Cover(
            agent=job.agent,
            reason=f"{job.reason} {draft.reason}",
            risk=draft.risk,
            confidence=draft.confidence,
            priority=task.priority,
            model=draft.model,
            found=(*draft.found, *said),
            task=_home(task.id, job.path),
            sender=task.sender,
            quoted=_quoted(task.text),
            files=tuple(one.path for one in task.attachments[:_FILES]),
            cost=f"{cost:.6f}" if (cost := self._ledger.spending.of(task.id).cost) else "",
        )
        content = self._pages.first(key, draft, cover, now)
        expires = self._pages.expires_at(now)
        with self._ledger.transaction():
            made = self._ledger.proposals.propose(key, content, replacing=job.replacing, expires=expires, now=now)
            self._ledger.tasks.forgive(task.id)  # it was drafted: a kill while its note is put away is no failed try
        proposal = self._ledger.proposals.get(key)
        if made and proposal:
            self._publish(proposal)
        new: dict[str, Value] = {
            "status": "drafted",
            "agent": job.agent,
            "reason": neutral.label(job.reason),
            "due": task.due,
        }
        self.put_away(job.path, task.id, new | {"priority": task.priority})

    def _judged(self, job: Job, draft: Draft, now: datetime) -> Draft:
        """What the person has to know before a yes: who and what in it is foreign, and what it gives away."""
        task, desk = job.task, job.desk
        draft = provenance.judged(draft, self._pages.shown(draft), task, desk.handbook)
        if not outbound.leaves(draft):
            return draft
        params = self._pages.params(draft.action, draft.params).model_dump(mode="json")
        known = outbound.sources(task, desk, self._desks.handbook_text)
        said = outbound.words(draft, params)
        notes = self._private.repeated(said, f"{known.own}\n{known.came}", now)
        untold = outbound.untold(draft, said, known, self._desks.handbook_text)
        return outbound.gives_away(outbound.judged(draft, params, known), (*untold, *notes))

    def put_away(self, path: str, task: str, said: dict[str, Value]) -> None:
        """A task note whose draft is out lies with its originals."""
        data = self._vault.read(path)
        self._go_on(path, _home(task, path), frontmatter.edit(data, said), data)

    def close(self, path: str, task: str, reason: str, now: datetime) -> bool:
        day = self._context.day(now)
        self._ledger.tasks.close(task, "closed", reason, day=day, now=now)
        data = self._vault.read(path)
        at = self._context.local(now)
        said: dict[str, Value] = {
            "status": "done",
            "outcome": "closed",
            "reason": neutral.label(reason),
            "executed": at,
        }
        self.rewrite(path, f"{DONE}/{day[:7]}", frontmatter.edit(data, said), data)
        log.info("task %s: closed: %s", task, reason)
        return True

    def fail(self, path: str, task: str, why: str, now: datetime) -> bool:
        self._ledger.tasks.close(task, "failed", why, day="", now=now)
        data = self._vault.read(path)
        help_ = f"{neutral.inline(why)}\n\nTo try again: `employee retry {task}`, or move this note to Needs_Action/."
        noted = document.with_callout(data, "failure", "This could not be done", help_)
        self.rewrite(path, FAILED, frontmatter.edit(noted, {"status": "failed", "reason": neutral.label(why)}), data)
        log.warning("task %s: failed: %s", task, why)
        return True

    def rewrite(self, path: str, folder: str, data: bytes, expected: bytes) -> None:
        self._go_on(path, f"{folder}/{path.rpartition('/')[2]}", data, expected)

    def _go_on(self, path: str, target: str, data: bytes, expected: bytes) -> None:
        """The note goes on elsewhere. One with its text that is there already is itself, from before a restart."""
        try:
            self._vault.create(target, data)
        except NameTaken:
            if not self._is_there(target, data, expected):
                self._vault.create_beside(target, data)
        self._vault.remove(path, expected=expected)

    def _is_there(self, target: str, data: bytes, expected: bytes) -> bool:
        """Properties and a callout above the text differ from one time to the next; the text itself does not."""
        text = expected[frontmatter.body_start(expected) :]
        try:
            found = self._vault.read(target)
        except VaultProblem:
            return False
        return found == data or bool(text.strip() and found.endswith(text))


def _home(task: str, path: str) -> str:
    """Where the note of a task lies once its draft is out: under a name that no original can have."""
    name = path.rpartition("/")[2]
    own = names.identity(name) == (task, 1)
    return f"Attachments/{task}/{name if own else names.task_name('note', 'task', task)}"


def _quoted(text: str) -> str:
    """The part of the original that stands in the draft note; the whole is one click away."""
    return text if len(text) <= _QUOTE else f"{text[:_QUOTE]}\n\n[… the rest is in the original]"
