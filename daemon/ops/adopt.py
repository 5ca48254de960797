"""Taking over a vault that another state directory owned.

This ledger knows nothing of what waits there, so no old yes counts: each draft is put away and its task worked on
again. Every step can be killed and done again; the vault becomes ours last.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from daemon.adapters.locks import RoleLock
from daemon.core import approval, document, task_note
from daemon.core.errors import Outage
from daemon.core.ports import Entry, Missing, NameTaken, VaultReader
from daemon.core.properties import Broken
from daemon.core.proposal import Key
from daemon.core.steps import Place, Reading
from daemon.core.task import Arrival
from daemon.core.task_note import TaskNote
from daemon.runtime import belonging, dashboard, lookout
from daemon.runtime.context import Context
from daemon.runtime.dashboard import Dashboard
from daemon.runtime.ledger import Ledger, Pause
from daemon.runtime.ledger.database import Damaged
from daemon.runtime.status import Status

NEEDS_ACTION, IN_PROGRESS = "Needs_Action", "In_Progress"
WAITING = (Place.PENDING, Place.APPROVED, Place.EXECUTING, Place.REJECTED)
_REDO = "To have it done, drop its text into Inbox/. To drop it, move this note to Rejected/."
_ORPHAN = f"Another AI Employee wrote this draft and the task it belongs to is not here any more.\n{_REDO}"
_UNCLEAR = (
    "Another AI Employee was carrying this out when the vault was taken over, so nobody here can know whether it "
    f"happened. Please check, for example in Outbox/ or among your sent mail.\n{_REDO}"
)


@dataclass(slots=True)
class Taken:
    """What came of it. `was`: whose the vault was before ("" when nobody's or ours); the rest are paths."""

    was: str
    again: list[str] = field(default_factory=list[str])  # tasks that are worked on again
    review: list[str] = field(default_factory=list[str])  # what cannot be done again without a look


def adopt(context: Context, now: datetime, *, locks: Path, where: str, status: Callable[[], Status]) -> Taken:
    """Take the vault at `where` over. Raises UserError (75) while a manager of ours runs."""
    lock = RoleLock(locks, "manager")
    lock.acquire()
    try:
        owner, instance = dashboard.instance_of(context.vault), context.ledger.instance
        taken = Taken("" if owner == instance else owner)
        for place in WAITING:
            for entry in context.vault.scan(place.value):
                _draft(context, entry, taken, now)
        for entry in (*context.vault.scan(NEEDS_ACTION), *context.vault.scan(IN_PROGRESS, deep=True)):
            _task(context, entry, now)
        with context.ledger.transaction():
            said = {"from": owner, "again": len(taken.again), "review": len(taken.review)}
            context.ledger.audit.record(now, "ADOPTED", "", said)
            context.ledger.put("vault", where)
        board = Dashboard(context.vault, instance, status, every=timedelta(), zone=context.zone)
        board.take_over(now)
    finally:
        lock.release()
    return taken


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a ledger is kept from now on, and whether the person had paused everything, as far as it can be read."""

    folder: Path
    paused: Pause | None


def set_aside(ledger: Path, vault: VaultReader, *, locks: Path) -> Aside | None:
    """Put a ledger away that cannot be believed; None when there is none, or it is in order.

    Raises UserError (75) while a manager of ours runs, Outage when the disk refuses.
    """
    lock = RoleLock(locks, "manager")
    lock.acquire()
    try:
        if not ledger.exists() or _believable(ledger, vault):
            return None
        paused = _paused(ledger)
        return Aside(_moved(ledger), paused)
    finally:
        lock.release()


def _believable(path: Path, vault: VaultReader) -> bool:
    try:
        opened = Ledger(path)
    except Damaged:
        return False
    try:
        belonging.require_current(vault, opened)
    except Damaged:
        return False
    finally:
        opened.close()
    return True


def _paused(path: Path) -> Pause | None:
    try:
        opened = Ledger(path)
    except Damaged:
        return None
    try:
        return opened.paused
    except (Damaged, Outage, ValueError, TypeError):
        return None
    finally:
        opened.close()


def _moved(ledger: Path) -> Path:
    """The ledger and what belongs to it, in a folder of their own; the ledger last, so that a kill is no loss."""
    numbers = (ledger.with_name(f"set-aside-{n}") for n in count(1))
    folder = next(folder for folder in numbers if not folder.exists())
    folder.mkdir(mode=0o700)
    for ending in ("-wal", "-shm", "-mark", ""):
        with suppress(FileNotFoundError):
            ledger.with_name(f"{ledger.name}{ending}").rename(folder / f"{ledger.name}{ending}")
    return folder


def _draft(context: Context, entry: Entry, taken: Taken, now: datetime) -> None:
    """One note where drafts wait. What this ledger knows, and what is no draft, stays where it is."""
    if not entry.regular or not entry.name.endswith(".md"):
        return
    data = context.vault.read(entry.path)
    key, is_task = lookout.identify(entry.name, data)
    if key is None or is_task or context.ledger.proposals.get(key):
        return
    reading = approval.compare(data, data)
    if entry.folder == Place.REJECTED and not reading.feedback:
        return
    if entry.folder == Place.EXECUTING:
        taken.review.append(_review(context, entry, data, _UNCLEAR))
    elif task := _again(context, key, reading, now):
        _put_away(context, entry, data, key[0])
        taken.again += [task] if task not in taken.again else []
    else:
        taken.review.append(_review(context, entry, data, _ORPHAN))


def _again(context: Context, key: Key, reading: Reading, now: datetime) -> str:
    """The task back in Needs_Action/, known to this ledger, with what the person said; "" when it is not there."""
    found = _task_note(context, key[0])
    if found is None:
        return ""
    path, note = found
    _register(context, note, now)
    if reading.feedback:
        context.ledger.tasks.add_feedback(key, reading.feedback, reading.text, now)
    return path if path.startswith(f"{NEEDS_ACTION}/") else context.vault.move(path, NEEDS_ACTION)


def _task_note(context: Context, task: str) -> tuple[str, TaskNote] | None:
    """The note of a task, wherever a draft or an interrupted run left it."""
    for folder in (NEEDS_ACTION, IN_PROGRESS, f"Attachments/{task}"):
        for entry in context.vault.scan(folder, deep=folder == IN_PROGRESS):
            note = _read(context, entry)
            if note and note.id == task:
                return entry.path, note
    return None


def _task(context: Context, entry: Entry, now: datetime) -> None:
    """A task that waits or is claimed: only this ledger has to know it."""
    note = _read(context, entry)
    if note:
        _register(context, note, now)


def _read(context: Context, entry: Entry) -> TaskNote | None:
    if not entry.regular or not entry.name.endswith(".md"):
        return None
    try:
        return task_note.read(context.vault.read(entry.path))
    except (Broken, Missing):
        return None


def _register(context: Context, note: TaskNote, now: datetime) -> None:
    tasks = context.ledger.tasks
    if tasks.get(note.id):
        return
    key = note.source_key if note.source_key and not tasks.by_source(note.source_key) else f"adopted:{note.id}"
    arrival = Arrival(note.kind, note.source, key, note.sender, note.title, "", ())
    with context.ledger.transaction():
        tasks.arrive(note.id, key, arrival, now)
        tasks.mark_durable(note.id)


def _put_away(context: Context, entry: Entry, data: bytes, task: str) -> None:
    try:
        context.vault.move(entry.path, f"Attachments/{task}", expected=data)
    except NameTaken:
        context.vault.create_beside(f"Attachments/{task}/{entry.name}", data)
        context.vault.remove(entry.path, expected=data)


def _review(context: Context, entry: Entry, data: bytes, why: str) -> str:
    noted = document.with_callout(data, "warning", "Needs your review", why)
    path = context.vault.create_beside(f"{Place.REVIEW.value}/{entry.name}", noted)
    context.vault.remove(entry.path, expected=data)
    return path
