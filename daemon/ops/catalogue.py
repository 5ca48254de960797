"""What lies where, for people: the notes of a folder with what the ledger knows of them, and the note of one ID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from daemon.core import names
from daemon.core.errors import UserError
from daemon.core.ports import Entry, VaultProblem, VaultReader
from daemon.core.proposal import Key, Proposal, label
from daemon.runtime.ledger import Ledger

OPEN = ("Inbox", "Needs_Action", "In_Progress", "Pending_Approval", "Approved", "Needs_Review", "Failed")
FOLDERS = (*OPEN, "Rejected", "Done")
_OF_DRAFTS = ("Pending_Approval", "Approved", "Needs_Review", "Rejected")  # what else lies there is nobody's note


@dataclass(frozen=True, slots=True)
class Listed:
    """One file; `id` is "" for what has none yet."""

    id: str  # as the commands take it
    kind: Literal["task", "draft", "file"]
    path: str
    title: str
    action: str
    risk: str
    state: str
    since: datetime
    noted: str = ""  # what was said about it by command, and nobody acted on it yet

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


def folder(said: str) -> str:
    """The folder somebody means: `pending`, `Needs Action`, `done/`. Raises UserError that lists them."""
    wanted = _plain(said)
    found = [each for each in FOLDERS if wanted and _plain(each).startswith(wanted)]
    exact = [each for each in found if _plain(each) == wanted]
    if len(exact or found) != 1:
        raise UserError(f"There is no folder {said}. Choose one of: {', '.join(FOLDERS)}.", exit_code=2)
    return (exact or found)[0]


def listed(vault: VaultReader, ledger: Ledger, folders: tuple[str, ...] = OPEN) -> list[Listed]:
    """Every file of the folders, in their order, oldest first."""
    return [
        note
        for each in folders
        for note in sorted((_listed(vault, ledger, e) for e in vault.scan(each, deep=True)), key=lambda n: n.since)
    ]


def locate(vault: VaultReader, key: Key, draft: str = "") -> str:
    """Where the note of a task, or of the draft with this file name, lies now; "" when nowhere.

    A task and its first draft share their id; once drafted, the note of the task lies in Attachments/.
    """
    folders = FOLDERS if draft else (*FOLDERS, f"Attachments/{key[0]}")
    entries = [entry for each in folders for entry in vault.scan(each, deep=True)]
    exact = [entry.path for entry in entries if draft and entry.name == draft]
    same = [entry.path for entry in entries if names.identity(entry.name) == key]
    return next(iter([*exact, *same]), "")


def _plain(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _listed(vault: VaultReader, ledger: Ledger, entry: Entry) -> Listed:
    key = names.identity(entry.name) or _written_in(vault, entry)
    proposal = ledger.proposals.get(key) if key else None
    if proposal and (proposal.name == entry.name or not names.identity(entry.name)):
        return _draft(ledger, entry, proposal)
    known = ledger.tasks.get(key[0]) if key else None
    changed = datetime.fromtimestamp(entry.mtime, UTC)
    if key and known and key[1] == 1 and entry.folder not in _OF_DRAFTS:
        state = known.outcome or ("being worked on" if known.attempts else "new")
        return Listed(label(*key), "task", entry.path, known.title, "", "", state, changed)
    return Listed("", "file", entry.path, entry.name, "", "", "", changed)


def _draft(ledger: Ledger, entry: Entry, proposal: Proposal) -> Listed:
    said = ledger.decisions.said(proposal.key)
    return Listed(
        id=proposal.label,
        kind="draft",
        path=entry.path,
        title=proposal.title,
        action=proposal.action,
        risk=proposal.risk,
        state=proposal.state.value,
        since=proposal.proposed_at,
        noted=said[-1] if said else "",
    )


def _written_in(vault: VaultReader, entry: Entry) -> Key | None:
    """The id that a renamed note still bears in its properties."""
    if not entry.regular or not entry.name.endswith(".md") or entry.folder == "Inbox":
        return None
    from daemon.runtime import lookout

    try:
        return lookout.identify(entry.name, vault.read(entry.path))[0]
    except VaultProblem:
        return None
