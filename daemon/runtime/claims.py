"""The task side: who works on a task, the draft that comes of it, and where the task note goes then."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.core import document, frontmatter, handbook, names, neutral, outbound, provenance, task_note
from daemon.core.approval import Cover
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Outage, Permanent, Transient
from daemon.core.handbook import Handbook
from daemon.core.ports import Entry, Missing, NameTaken, Route, Router, VaultProblem
from daemon.core.properties import Broken, Value
from daemon.core.proposal import Proposal, State
from daemon.core.task import PRIORITIES, Arrival, FollowUp, Original, Priority, Task
from daemon.core.task_note import TaskNote
from daemon.runtime import originals
from daemon.runtime.context import Context
from daemon.runtime.drafting import Desk, Drafting, Job
from daemon.runtime.intake import Intake
from daemon.runtime.lookout import IN_PROGRESS, NEEDS_ACTION, Look, Lookout
from daemon.runtime.pace import Troubles
from daemon.runtime.pages import Pages
from daemon.runtime.private import Private

log = logging.getLogger(__name__)
FAILED, DONE = "Failed", "Done"
HANDBOOK = "Company_Handbook.md"
_BATCH = 64  # tasks read into memory at once
_FILES = 20  # of a task that its draft links; the task note has all
_QUOTE = 20_000  # characters of the original in the draft note
_NO_NOTE = "it is no task note of mine and was left alone; drop it into Inbox/"
_AGENT = re.compile(r"(?!executor$)[a-z][a-z_]{0,30}")  # one who may have a folder in In_Progress/
_OUT = (State.PROPOSED, State.HELD, State.SENDING, State.UNKNOWN, State.DONE)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who decides who drafts, and those who draft."""

    router: Router
    drafting: Drafting


class Claims:
    """Takes tasks, has them drafted, publishes the drafts."""

    def __init__(
        self, context: Context, lookout: Lookout, pages: Pages, staff: Staff, *, publish: Callable[[Proposal], bool]
    ) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger
        self._lookout = lookout
        self._pages = pages
        self._drafting = staff.drafting
        self._router = staff.router
        self._publish = publish
        self._intake = Intake(context.vault, context.ledger, context.zone, context.converter)
        self._handbook: tuple[bytes, Handbook] = (b"", handbook.parse(""))
        self._private = Private(context.vault)
        self._owed: set[str] = set()  # tasks that met an outage, and get that try back
        self._patience: dict[str, datetime] = {}  # notes that somebody may still be typing
        self._briefs: dict[str, tuple[tuple[object, ...], tuple[str, Priority, str]]] = {}

    def step(self, look: Look, troubles: Troubles, now: datetime) -> bool:
        """Publish what is drafted, then take the next tasks. Returns whether anything changed."""
        changed = False
        there = {entry.path for entry in (*look.claimed, *look.tasks)}
        self._patience = {path: at for path, at in self._patience.items() if path in there}
        self._briefs = {path: brief for path, brief in self._briefs.items() if path in there}
        for job, future in self._drafting.results():
            with troubles.contained(job.path, now), self._for_nothing(job.task.id):
                self._answer(job, future.result, now)
                changed = True
        for entry in self._next(look, troubles, now):
            with troubles.contained(entry.path, now):
                changed |= self._take(entry, troubles, now)
        return changed

    @property
    def busy(self) -> bool:
        return bool(self._drafting.busy)

    def next_at(self, now: datetime) -> datetime | None:
        """When a note that cannot be read yet is no longer being typed."""
        return min((at for at in self._patience.values() if at > now), default=None)

    def retry(self, task: str, failed: Sequence[Entry], now: datetime) -> bool:
        """The person wants a failed or closed task worked on again. False when its note is nowhere."""
        done = [*self._vault.scan(f"{DONE}/{self._context.month(now)}"), *failed]
        known = self._ledger.tasks.get(task)
        for entry in (e for e in done if names.identity(e.name) == (task, 1)):
            data = self._vault.read(entry.path)
            again: dict[str, Value] = {"status": "new", "outcome": None, "reason": None, "same_as": None}
            renewed = frontmatter.edit(data, again)
            with self._ledger.transaction():
                self._ledger.tasks.forgive(task)
                self._ledger.audit.record(now, "RETRIED", task, {"was": known.outcome if known else ""})
            self._rewrite(entry.path, NEEDS_ACTION, renewed, data)
            return True
        return False

    def close(self) -> None:
        self._drafting.close()

    def _next(self, look: Look, troubles: Troubles, now: datetime) -> list[Entry]:
        """Settled and not under way; urgent first, then what is due first, then the oldest."""
        notes = [entry for entry in (*look.claimed, *look.tasks) if _is_note(entry)]
        look.notices += [f"{e.path}: {_NO_NOTE}" for e in (*look.claimed, *look.tasks) if not _is_note(e)]
        ready = [
            entry
            for entry in notes
            if not troubles.resting(entry.path, now) and self._task_of(entry) not in self._drafting.busy
        ]
        return sorted(ready, key=self._urgency)[: max(0, _BATCH - len(self._drafting.busy))]

    def _task_of(self, entry: Entry) -> str:
        return self._brief(entry)[0]

    def _urgency(self, entry: Entry) -> tuple[int, str, float]:
        _, priority, due = self._brief(entry)
        return (PRIORITIES.index(priority), due, entry.mtime)

    def _brief(self, entry: Entry) -> tuple[str, Priority, str]:
        """Id, priority and due date of a task note, read once a version."""
        known = self._briefs.get(entry.path)
        if known is None or known[0] != entry.version:
            known = (entry.version, self._read_brief(entry))
            self._briefs[entry.path] = known
        return known[1]

    def _read_brief(self, entry: Entry) -> tuple[str, Priority, str]:
        try:
            note = task_note.read(self._vault.read(entry.path))
        except (Broken, VaultProblem, Transient):
            return "", "normal", ""
        return note.id, note.priority, note.due.isoformat() if note.due else "9999"

    def _take(self, entry: Entry, troubles: Troubles, now: datetime) -> bool:
        try:
            data = self._vault.read(entry.path)
            note = task_note.read(data)
        except Missing:
            return False
        except Broken as fault:
            return self._unreadable(entry, str(fault), now)
        if note.id in self._drafting.busy:
            return False  # another note says that it is the same task
        latest = self._ledger.proposals.latest(note.id)
        if latest and latest.state in _OUT:
            self._put_away(entry.path, note.id, {"status": "drafted"})
            return True
        with self._for_nothing(note.id):
            replacing = latest.generation if latest else 0
            return self._try(entry, note, troubles, replacing=replacing, now=now)

    def _try(self, entry: Entry, note: TaskNote, troubles: Troubles, *, replacing: int, now: datetime) -> bool:
        desk = self._desk(note.id, now)
        if note.id in self._owed:
            self._ledger.tasks.forgive(note.id)
            self._owed.remove(note.id)
        if self._ledger.tasks.attempt(note.id) > self._context.settings.work.attempts:
            return self._fail(entry.path, note.id, troubles.said.get(entry.path, "it failed again and again"), now)
        try:
            task = originals.load(self._context, note, entry.path)
        except Permanent as refusal:
            return self._unloadable(entry.path, note.id, refusal, now)
        return self._hand_out(entry, note, Job(task, "", "", entry.path, replacing, desk), now)

    @contextmanager
    def _for_nothing(self, task: str) -> Generator[None]:
        """What the disk does is no fault of the task: a try that met an outage does not count."""
        try:
            yield
        except Outage:
            self._owed.add(task)
            raise

    def _hand_out(self, entry: Entry, note: TaskNote, job: Job, now: datetime) -> bool:
        """To the agent that the router names, and what else it asks for as tasks of their own."""
        task, desk = job.task, job.desk
        route = self._route(note, task, desk)
        if isinstance(route, Closed):
            return self._close(entry.path, note.id, route.reason, now)
        for second in route.also:
            self._follow_up(task, second, route, now)
        return self._claim(entry, replace(job, agent=route.agent, reason=route.reason, also=route.also), route)

    def _unloadable(self, path: str, task: str, refusal: Permanent, now: datetime) -> bool:
        """What I took in is tried again a few times; of a note that I do not know, nobody counts the tries."""
        if self._ledger.tasks.get(task):
            raise refusal
        return self._fail(path, task, str(refusal), now)

    def _follow_up(self, task: Task, second: FollowUp, route: Route, now: datetime) -> None:
        """The second thing as a task of its own; its key makes it the same one after a restart."""
        kept = (Original(one.name, self._vault.read(one.path, originals.LARGEST)) for one in task.attachments)
        arrival = Arrival(
            kind=task.kind,
            source=task.source,
            source_key=f"{task.source_key}+{second.agent}",
            sender=task.sender,
            title=task.title,
            text=task.text,
            originals=tuple(kept),
            priority=route.priority,
            due=route.due,
            follows=task.id,
            agent=second.agent,
            reason=second.reason[:1].upper() + second.reason[1:],
        )
        self._intake.keep(arrival, now)

    def _route(self, note: TaskNote, task: Task, desk: Desk) -> Route | Closed:
        if note.same_as:
            return Closed(f"The same content came before as task {note.same_as}; nothing was done again. "
                          f"To have it done again: `employee retry {note.id}`.")  # fmt: skip
        if note.follows and _AGENT.fullmatch(note.agent):
            return Route(note.agent, note.priority, note.due, note.reason)
        return self._router.route(task, desk)

    def _claim(self, entry: Entry, job: Job, route: Route) -> bool:
        task = replace(job.task, priority=route.priority, due=job.task.due or route.due)
        path = entry.path
        if entry.folder == NEEDS_ACTION:
            try:
                path = self._vault.move(entry.path, f"{IN_PROGRESS}/{job.agent}")
            except (Missing, NameTaken) as gone:
                log.info("task %s: not claimed (%s)", task.id, gone)
                return True
        self._drafting.submit(replace(job, task=task, path=path))
        log.info("task %s: %s drafts it (%s)", task.id, job.agent, job.reason)
        return True

    # --- what came of it

    def _answer(self, job: Job, result: Callable[[], Draft | Closed], now: datetime) -> None:
        try:
            outcome = result()
            if isinstance(outcome, Draft):
                self._propose(job, outcome, now)
                return
        except Permanent as refusal:
            self._fail(job.path, job.task.id, str(refusal), now)
        else:
            self._close(job.path, job.task.id, outcome.reason, now)

    def _propose(self, job: Job, draft: Draft, now: datetime) -> None:
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
        self._put_away(job.path, task.id, new | {"priority": task.priority})

    def _judged(self, job: Job, draft: Draft, now: datetime) -> Draft:
        """What the person has to know before a yes: who and what in it is foreign, and what it gives away."""
        task, desk = job.task, job.desk
        draft = provenance.judged(draft, self._pages.shown(draft), task, desk.handbook)
        if not outbound.leaves(draft):
            return draft
        params = self._pages.params(draft.action, draft.params).model_dump(mode="json")
        known = outbound.sources(task, desk, self._handbook[0].decode("utf-8", "replace"))
        notes = self._private.repeated(outbound.words(draft, params), f"{known.own}\n{known.came}", now)
        return outbound.gives_away(outbound.judged(draft, params, known), notes)

    def _put_away(self, path: str, task: str, said: dict[str, Value]) -> None:
        data = self._vault.read(path)
        self._go_on(path, _home(task, path), frontmatter.edit(data, said), data)

    def _close(self, path: str, task: str, reason: str, now: datetime) -> bool:
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
        self._rewrite(path, f"{DONE}/{day[:7]}", frontmatter.edit(data, said), data)
        log.info("task %s: closed: %s", task, reason)
        return True

    def _fail(self, path: str, task: str, why: str, now: datetime) -> bool:
        self._ledger.tasks.close(task, "failed", why, day="", now=now)
        data = self._vault.read(path)
        help_ = f"{neutral.inline(why)}\n\nTo try again: `employee retry {task}`, or move this note to Needs_Action/."
        noted = document.with_callout(data, "failure", "This could not be done", help_)
        self._rewrite(path, FAILED, frontmatter.edit(noted, {"status": "failed", "reason": neutral.label(why)}), data)
        log.warning("task %s: failed: %s", task, why)
        return True

    def _unreadable(self, entry: Entry, fault: str, now: datetime) -> bool:
        """Left alone while somebody may be typing; then Failed/, with the sentence."""
        patience = self._lookout.settled_at(entry, now) + self._context.settings.inbox.typing
        if now < patience:
            self._patience[entry.path] = patience
            return False
        data = self._vault.read(entry.path)
        help_ = (
            f"{neutral.inline(fault)}\n\nPut it right and move the note back to Needs_Action/, or drop it into Inbox/."
        )
        self._rewrite(entry.path, FAILED, document.with_callout(data, "failure", "I cannot read this", help_), data)
        return True

    def _rewrite(self, path: str, folder: str, data: bytes, expected: bytes) -> None:
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

    # --- the desk

    def _desk(self, task: str, now: datetime) -> Desk:
        try:
            data = self._vault.read(HANDBOOK)
        except Missing:
            data = b""
        if data != self._handbook[0]:
            self._handbook = (data, handbook.parse(data.decode("utf-8", "replace")))
        return Desk(self._handbook[1], tuple(self._ledger.tasks.earlier(task)), now.astimezone(self._context.zone))


def _home(task: str, path: str) -> str:
    """Where the note of a task lies once its draft is out: under a name that no original can have."""
    name = path.rpartition("/")[2]
    own = names.identity(name) == (task, 1)
    return f"Attachments/{task}/{name if own else names.task_name('note', 'task', task)}"


def _is_note(entry: Entry) -> bool:
    return entry.regular and entry.name.lower().endswith(".md") and entry.size <= frontmatter.MAX_NOTE


def _quoted(text: str) -> str:
    """The part of the original that stands in the draft note; the whole is one click away."""
    return text if len(text) <= _QUOTE else f"{text[:_QUOTE]}\n\n[… the rest is in the original]"
