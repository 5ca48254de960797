"""The person's own notes, known well enough to notice when a draft gives one of them away.

Only fingerprints are kept, in memory. What lies in the folders of the daily work is not private in this sense: it came
from outside or has been out before. Of the handbook, `outbound.untold` looks after the private parts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from daemon.core import fingerprints
from daemon.core.fingerprints import Print
from daemon.core.ports import Entry, VaultProblem, VaultReader

_WORK = (
    "Inbox/", "Needs_Action/", "In_Progress/", "Pending_Approval/", "Approved/", "Rejected/", "Needs_Review/", "Done/",
    "Failed/", "Briefings/", "Attachments/", "Outbox/", "Audit/", "Skills/", "Templates/", "Help/",
)  # fmt: skip
_TOLD = ("Company_Handbook.md", "Dashboard.md", "AGENTS.md")  # looked after in `outbound`, or not the person's
_SUFFIXES = (".md", ".txt", ".csv")
_LARGEST = 512 * 1024  # bytes of a note
_MOST = 10_000  # notes, the newest
_EVERY = timedelta(minutes=5)  # looking through a large vault takes a moment


class Private:
    """The private notes of one vault."""

    def __init__(self, vault: VaultReader) -> None:
        self._vault = vault
        self._prints: dict[str, tuple[tuple[object, ...], Print]] = {}
        self._looked: datetime | None = None

    def repeated(self, text: str, known: str, now: datetime) -> tuple[str, ...]:
        """The notes of which `text` has a passage or a code that is not in `known`. Raises Transient."""
        self._look(now)
        outgoing, told = fingerprints.of_outgoing(text), fingerprints.squash(known)
        return tuple(path for path, (_, own) in self._prints.items() if fingerprints.repeats(outgoing, own, told))

    def _look(self, now: datetime) -> None:
        if self._looked and self._looked <= now < self._looked + _EVERY:
            return
        notes = sorted((e for e in self._vault.scan("", deep=True) if _is_private(e)), key=lambda e: -e.mtime)[:_MOST]
        self._prints = {entry.path: self._print(entry) for entry in notes}
        self._looked = now

    def _print(self, entry: Entry) -> tuple[tuple[object, ...], Print]:
        known = self._prints.get(entry.path)
        if known and known[0] == entry.version:
            return known
        try:
            data = self._vault.read(entry.path, _LARGEST)
        except VaultProblem:  # it went away, or is larger than anything a person writes
            data = b""
        return entry.version, fingerprints.of_private(data.decode("utf-8", "replace"))


def _is_private(entry: Entry) -> bool:
    path = entry.path
    return entry.regular and path.lower().endswith(_SUFFIXES) and not path.startswith(_WORK) and path not in _TOLD
