"""Tasks to try models on: those that are finished, and files that nobody worked on yet. Nothing is changed anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from daemon.core import approval, names, task_note
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.ports import Entry, VaultProblem, Watcher
from daemon.core.properties import Broken
from daemon.core.proposal import Proposal, State
from daemon.core.task import Task
from daemon.core.task_note import TaskNote
from daemon.runtime import originals
from daemon.runtime.context import Context
from daemon.runtime.intake import Intake
from daemon.runtime.ledger import Ledger
from daemon.runtime.lookout import NEEDS_ACTION
from daemon.runtime.task_notes import DONE
from daemon.vault import Vault

CLOSED = "closed"  # in place of an action: it needed nothing


@dataclass(frozen=True, slots=True)
class Case:
    """One task as it came in, and what became of it. `agent`, `action`, `sent`: None where nobody knows."""

    task: Task
    note: TaskNote
    agent: str | None = None
    action: str | None = None
    sent: str | None = None  # the text that really went out

    @property
    def id(self) -> str:
        return self.task.id


def finished(context: Context, limit: int) -> list[Case]:
    """The newest finished tasks whose originals are still there."""
    notes = sorted(context.vault.scan(DONE, deep=True), key=lambda entry: entry.mtime, reverse=True)
    found = (case for entry in notes if entry.regular and (case := _finished(context, entry)))
    return list(islice(found, limit))


def dropped(context: Context, folder: Path, limit: int, watcher: Callable[[Vault], Watcher]) -> list[Case]:
    """What would become of the files in a folder, as if they were dropped: in a vault that is gone afterwards."""
    files = sorted(each for each in folder.rglob("*") if each.is_file() and not _hidden(each, folder))[:limit]
    if not files:
        raise UserError(f"There is no file in {folder}.", exit_code=2)
    with tempfile.TemporaryDirectory(prefix="employee-eval-") as place:
        vault, ledger = Vault(Path(place) / "vault"), Ledger(Path(place) / "ledger.sqlite3")
        try:
            vault.make_folders()
            return _taken_in(replace(context, vault=vault, ledger=ledger), files, watcher(vault))
        finally:
            ledger.close()


def _hidden(path: Path, folder: Path) -> bool:
    return path.is_symlink() or any(names.ignored(part) for part in path.relative_to(folder).parts)


def _taken_in(context: Context, files: list[Path], watcher: Watcher) -> list[Case]:
    now = context.clock.now()
    for file in files:
        context.vault.create_beside(f"Inbox/{names.safe_file_name(file.name)}", file.read_bytes())
    Intake(context.vault, context.ledger, context.zone, context.converter).keep_all(watcher.poll(now).arrivals, now)
    entries = sorted(context.vault.scan(NEEDS_ACTION), key=lambda entry: entry.name)
    return [case for entry in entries if (case := _loaded(context, entry.path))]


def _finished(context: Context, entry: Entry) -> Case | None:
    """None for what cannot be tried again: its original is gone, or nobody knows it."""
    key = names.identity(entry.name)
    if key is None or context.ledger.tasks.get(key[0]) is None:
        return None
    proposal = context.ledger.proposals.get(key)
    if proposal is None or proposal.name != entry.name:
        case = _loaded(context, entry.path)
        return case and replace(case, action=CLOSED)
    return _sent(context, proposal) if proposal.state is State.DONE else None


def _sent(context: Context, proposal: Proposal) -> Case | None:
    beside = context.vault.scan(f"Attachments/{proposal.id}")
    notes = [entry.path for entry in beside if names.identity(entry.name) == (proposal.id, 1)]
    case = _loaded(context, notes[0]) if notes else None
    text = _text(context.ledger.proposals.snapshot(proposal.key))
    agent = context.ledger.proposals.content(proposal.key).agent
    return case and replace(case, agent=agent, action=proposal.action, sent=text)


def _text(note: bytes) -> str | None:
    try:
        return approval.published_parts(note)[1].draft
    except Broken:
        return None


def _loaded(context: Context, path: str) -> Case | None:
    try:
        note = task_note.read(context.vault.read(path))
        return Case(originals.load(context, note, path), note)
    except (Broken, VaultProblem, Permanent, Transient):
        return None
