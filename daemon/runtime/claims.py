"""The task side: which task is next, who works on it, and what else it asks for. What comes of it is in `outcomes`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.core import document, frontmatter, names, neutral, task_note
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Outage, Permanent, Transient
from daemon.core.mailboxes import routing
from daemon.core.minds.question import Unanswered
from daemon.core.minds.writing import PRESSING
from daemon.core.ports import Entry, Missing, NameTaken, Route, Router, VaultProblem
from daemon.core.properties import Broken, Value
from daemon.core.proposal import Decision, Proposal, State
from daemon.core.task import PRIORITIES, Arrival, FollowUp, Original, Priority, Task
from daemon.core.task_note import TaskNote
from daemon.runtime import originals
from daemon.runtime.context import Context
from daemon.runtime.desks import Desks
from daemon.runtime.drafting import Desk, Drafting, Job
from daemon.runtime.intake import Intake
from daemon.runtime.lookout import IN_PROGRESS, NEEDS_ACTION, Look, Lookout
from daemon.runtime.outcomes import Outcomes
from daemon.runtime.pace import Troubles
from daemon.runtime.pages import Pages
from daemon.runtime.putting_off import PutOff
from daemon.runtime.sorting import Sorting
from daemon.runtime.suspects import Suspects
from daemon.runtime.task_notes import DONE, FAILED, TaskNotes

log = logging.getLogger(__name__)
_BATCH = 64  # tasks read into memory at once
_NOTHING = b"From: a@example.com\r\n\r\n"  # a mail
_NO_NOTE = "it is no task note of mine and was left alone; drop it into Inbox/"
_AGENT = re.compile(r"(?!executor$)[a-z][a-z_]{0,30}")  # one who may have a folder in In_Progress/
_NONE: Mapping[str, Decision] = {}
_OUT = (State.PROPOSED, State.HELD, State.SENDING, State.UNKNOWN, State.DONE)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who decides who drafts, and those who draft."""

    router: Router
    drafting: Drafting
    sorting: Sorting = field(default_factory=Sorting)  # what the router is not sure of; nobody unless there are models


class Claims:
    """Takes tasks and has them drafted."""

    def __init__(self, context: Context, lookout: Lookout, pages: Pages, staff: Staff) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger
        self._lookout = lookout
        self._drafting = staff.drafting
        self._router = staff.router
        self._sorting = staff.sorting
        self._desks = Desks(context)
        self._outcomes = Outcomes(context, pages, self._desks)
        self._notes = TaskNotes(context)
        self._intake = Intake(context.vault, context.ledger, context.zone, context.converter)
        self._suspects = Suspects(self._ledger.tasks.under_way)
        self._ready = False
        self._owed: set[str] = set()  # tasks that met an outage, and get that try back
        self._patience: dict[str, datetime] = {}  # notes that somebody may still be typing
        self.put_off = PutOff(context)
        self._briefs: dict[str, tuple[tuple[object, ...], tuple[str, Priority, str]]] = {}
        self._unwanted: Mapping[str, Decision] = _NONE

    def step(self, look: Look, troubles: Troubles, now: datetime, *, unwanted: Mapping[str, Decision] = _NONE) -> bool:
        """Propose what is drafted, then take the next tasks. Returns whether anything changed.

        `unwanted`: by task, why nobody wants its answer any more. What else it asks for is done all the same.
        """
        changed = False
        self._unwanted = unwanted
        there = {entry.path for entry in (*look.claimed, *look.tasks)}
        self._patience = {path: at for path, at in self._patience.items() if path in there}
        self._briefs = {path: brief for path, brief in self._briefs.items() if path in there}
        self.put_off.look(there, now)
        for job, future in self._drafting.results():
            with troubles.contained(job.path, now), troubles.waited_out(being_drafted(job.path), now):
                with self._for_nothing(job.task.id):
                    self._settle(job, future.result, now)
                changed = True
        self._sorting.collect(there)
        for entry in self._next(look, troubles, now):
            with troubles.contained(entry.path, now):
                changed |= self._take(entry, troubles, now)
        self._sorting.send()
        return changed

    @property
    def busy(self) -> bool:
        return bool(self._drafting.busy or self._sorting.busy)

    @property
    def _under_way(self) -> set[str]:
        sorted_ = (names.identity(path.rpartition("/")[2]) for path in self._sorting.busy)
        return {*self._drafting.busy, *(found[0] for found in sorted_ if found)}

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
            self._notes.rewrite(entry.path, NEEDS_ACTION, renewed, data)
            return True
        return False

    def hurry(self, task: str, look: Look, now: datetime) -> bool:
        """The person wants the draft of this task now, whatever it waits for. False when nobody works on it."""
        for entry in (e for e in (*look.claimed, *look.tasks) if _is_note(e) and self._task_of(e) == task):
            data = self._vault.read(entry.path)
            if task_note.read(data).priority not in PRESSING:
                self._vault.replace(entry.path, frontmatter.edit(data, {"priority": "high"}), expected=data)
            self._ledger.audit.record(now, "RETRIED", task, {"was": ""})
            self.put_off.drop(entry.path)
            return True
        return False

    def close(self) -> None:
        """What is under way when the program is stopped is no failed try: models take their time."""
        under_way = self._under_way
        self._sorting.close()
        self._drafting.close()
        with suppress(Outage):
            for task in under_way:
                self._ledger.tasks.forgive(task)

    def _next(self, look: Look, troubles: Troubles, now: datetime) -> list[Entry]:
        """Settled and not under way; urgent first, then what is due first, then the oldest.

        Before them what a kill left: put away if it was drafted, and tried by itself if not.
        """
        self._suspects.look(lambda: map(self._task_of, look.claimed))
        notes = [entry for entry in (*look.claimed, *look.tasks) if _is_note(entry)]
        look.notices += [f"{e.path}: {_NO_NOTE}" for e in (*look.claimed, *look.tasks) if not _is_note(e)]
        being_sorted = self._sorting.busy
        ready = [
            entry
            for entry in notes
            if entry.path not in being_sorted
            and not any(troubles.resting(what, now) for what in (entry.path, being_drafted(entry.path)))
            and (self._task_of(entry) in self._unwanted or not self.put_off.holds(entry.path, now))
            and self._task_of(entry) not in self._drafting.busy
        ]
        return sorted(ready, key=self._urgency)[: max(0, _BATCH - len(self._drafting.busy))]

    def _settle(self, job: Job, result: Callable[[], Draft | Closed], now: datetime) -> None:
        """A task that waits for its model is no failed try."""
        if job.agent == routing.ANSWERING and (unwanted := self._unwanted.get(job.task.id)):
            self._drop(job.path, unwanted, now)
            return
        try:
            self._outcomes.settle(job, result, now)
        except Unanswered as nobody:
            if nobody.until is None:
                raise
            self._ledger.tasks.forgive(job.task.id)
            self.put_off.put(job.path, job.task, str(nobody), until=nobody.until, now=now)
        else:
            self.put_off.drop(job.path)

    def _drop(self, path: str, unwanted: Decision, now: datetime) -> bool:
        """The task is over without an answer; that stands until no note of it, left by a kill, can begin it again."""
        self._notes.close(path, unwanted.id, unwanted.reason, now)
        self.put_off.drop(path)
        return True

    def _task_of(self, entry: Entry) -> str:
        return self._brief(entry)[0]

    def _urgency(self, entry: Entry) -> tuple[bool, int, str, float]:
        task, priority, due = self._brief(entry)
        return (task not in self._suspects, PRIORITIES.index(priority), due, entry.mtime)

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
        if self._is_being_taken(note):
            return False
        latest = self._ledger.proposals.latest(note.id)
        if latest and latest.state in _OUT:
            self._notes.put_away(entry.path, note.id, {"status": "drafted"})
            return True
        if latest and self._is_over(entry, latest):
            return self._notes.close(entry.path, note.id, latest.why, now)
        if self._is_taken_back(entry, note.id, data):
            self._ledger.tasks.forgive(note.id)
        with self._for_nothing(note.id):
            replacing = latest.generation if latest else 0
            return self._try(entry, note, troubles, replacing=replacing, now=now)

    def _is_taken_back(self, entry: Entry, task: str, data: bytes) -> bool:
        """Whether the person moved it out of Failed/, as it says there: what was tried before counts no more."""
        known = self._ledger.tasks.get(task)
        failed = known is not None and known.outcome == "failed" and entry.folder == NEEDS_ACTION
        return failed and frontmatter.read(data).properties.get("status") == "failed"

    def _is_being_taken(self, note: TaskNote) -> bool:
        """The intake writes the note first and moves the dropped file then; it tells when that is done.

        After a kill the file lies where it was until its watcher runs again. What is in neither place is gone.
        """
        known = self._ledger.tasks.get(note.id)
        if known is None or not known.taken or all(originals.there(self._vault, path) for path in note.originals):
            return False
        return originals.there(self._vault, known.taken)

    def _is_over(self, entry: Entry, latest: Proposal) -> bool:
        """A kill came before its note was put away, and since then nobody wants its answer any more."""
        if latest.state is not State.SUPERSEDED or entry.folder == NEEDS_ACTION:
            return False
        known = self._ledger.tasks.get(latest.id)
        return not latest.filed or (known is not None and known.outcome == "closed")

    def _try(self, entry: Entry, note: TaskNote, troubles: Troubles, *, replacing: int, now: datetime) -> bool:
        desk = self._desks.desk(note.id, now)
        if note.id in self._owed:
            self._ledger.tasks.forgive(note.id)
            self._owed.remove(note.id)
        if not self._suspects.let(note.id, self._under_way):
            return False
        self._get_ready(note)
        route = self._sorting.decided(entry)  # then this try was counted before it waited
        if route is None and self._ledger.tasks.attempt(note.id) > self._context.settings.work.attempts:
            why = troubles.said.get(entry.path, "it failed again and again")
            return self._notes.fail(entry.path, note.id, why, now)
        try:
            task = originals.load(self._context, note, entry.path)
        except Permanent as refusal:
            return self._unloadable(entry.path, note.id, refusal, now)
        job = Job(task, "", "", entry.path, replacing, desk)
        return self._hand_out(entry, note, job, route or self._route(note, task, desk), now=now)

    def _get_ready(self, note: TaskNote) -> None:
        """What reads files starts slowly; a kill meanwhile is no failed try of the task that happens to be first."""
        if note.originals and not self._ready:
            self._ready = True
            with suppress(Permanent, Transient):
                self._context.converter.mail(_NOTHING)

    @contextmanager
    def _for_nothing(self, task: str) -> Generator[None]:
        """What the disk does is no fault of the task: a try that met an outage does not count."""
        try:
            yield
        except Outage:
            self._owed.add(task)
            raise

    def _hand_out(self, entry: Entry, note: TaskNote, job: Job, route: Route | Closed, *, now: datetime) -> bool:
        """To the agent that the route names, and what else it asks for as tasks of their own."""
        if isinstance(route, Closed):
            return self._notes.close(entry.path, note.id, route.reason, now)
        if unwanted := self._unwanted.get(note.id):
            route = routing.without_answer(route)
        if entry.folder == NEEDS_ACTION and not job.replacing and self._sorting.hold(entry, job.task, route, job.desk):
            return True
        for second in route.also:
            self._follow_up(job.task, note, second, route=route, now=now)
        if unwanted and route.agent == routing.ANSWERING:
            return self._drop(entry.path, unwanted, now)
        if unwanted:
            self._ledger.decisions.apply([unwanted], now)
        return self._claim(entry, replace(job, agent=route.agent, reason=route.reason, also=route.also), route)

    def _unloadable(self, path: str, task: str, refusal: Permanent, now: datetime) -> bool:
        """What I took in is tried again a few times; of a note that I do not know, nobody counts the tries."""
        if self._ledger.tasks.get(task):
            raise refusal
        return self._notes.fail(path, task, str(refusal), now)

    def _follow_up(self, task: Task, note: TaskNote, second: FollowUp, *, route: Route, now: datetime) -> None:
        """The second thing as a task of its own; its key makes it the same one after a restart."""
        thread = note.earlier if second.agent == routing.ANSWERING else ()
        arrival = Arrival(
            kind=task.kind,
            source=task.source,
            source_key=f"{task.source_key}+{second.agent}",
            sender=task.sender,
            title=task.title,
            text=task.text,
            originals=tuple(self._again(one.path, one.name) for one in task.attachments),
            earlier=tuple(self._again(path, path.rpartition("/")[2]) for path in thread),
            priority=route.priority,
            due=route.due,
            follows=task.id,
            agent=second.agent,
            reason=second.reason[:1].upper() + second.reason[1:],
        )
        self._intake.keep(arrival, now)

    def _again(self, path: str, name: str) -> Original:
        """A file of one task, for another one."""
        return Original(name, self._vault.read(path, originals.LARGEST))

    def _route(self, note: TaskNote, task: Task, desk: Desk) -> Route | Closed:
        if note.same_as:
            return Closed(f"The same content came before as task {note.same_as}; nothing was done again. "
                          f"To have it done again: `employee retry {note.id}`.")  # fmt: skip
        if note.follows and _AGENT.fullmatch(note.agent):
            return Route(note.agent, note.priority, note.due, note.reason)
        return routing.with_answer(self._router.route(task, desk), task)

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
        noted = document.with_callout(data, "failure", "I cannot read this", help_)
        self._notes.rewrite(entry.path, FAILED, noted, data)
        return True


def being_drafted(path: str) -> str:
    """What an outage while a draft is put down is called: it is no failed try, so nothing else would slow it."""
    return f"{path} (being drafted)"


def _is_note(entry: Entry) -> bool:
    return entry.regular and entry.name.lower().endswith(".md") and entry.size <= frontmatter.MAX_NOTE
