"""Watches Inbox/: whatever a person drops there, by hand, from a phone or through a sync tool.

A file is taken when nobody has written to it for the settling time. Notes are read here, mails and everything else are
left to intake, which has them read apart. One bad file becomes an arrival with a fault, or a notice; the others go on.
Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from daemon.core import arrivals, frontmatter, names
from daemon.core.errors import Transient
from daemon.core.formats import letters, mailboxes
from daemon.core.plugins import Sources
from daemon.core.ports import Entry, Missing, Poll, TooLarge, VaultProblem
from daemon.core.properties import Broken
from daemon.core.task import Arrival

FOLDER = "Inbox"
SOURCE = "inbox"
MAX_DEPTH = 5  # folders inside Inbox/
_NOTHING = 1024  # bytes that a note without a word may have
MAX_KEPT = 2 * 1024**3  # bytes of a file that is kept unread

_SURROGATES = re.compile("[\ud800-\udfff]")  # bytes of a name that are not UTF-8
_MAILS = (".eml", ".emlx")
_PERHAPS_MAILS = ("", ".txt", ".mbox")
_NOTES = (".md", ".markdown", ".txt")


class Config(BaseModel):
    """`[inbox]` of the configuration."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settle_seconds: float
    rescan_seconds: float  # the runner's: how often a poll comes without any event
    typing_seconds: float
    max_mb: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A version of a file, and when it was first met."""

    version: object
    at: datetime


class Watcher:
    """Yields each file of Inbox/ once it is complete; the intake then takes it away."""

    def __init__(self, config: Config, sources: Sources) -> None:
        self._vault = sources.vault
        self._settle = timedelta(seconds=config.settle_seconds)
        self._typing = timedelta(seconds=config.typing_seconds)
        self._readable = config.max_mb * 2**20
        self._seen: dict[str, _Seen] = {}
        self._blank: dict[str, tuple[object, bool]] = {}  # version, and whether nothing is in it
        self._troubles: dict[str, str] = {}  # what the last arrivals could not do, by path

    def poll(self, now: datetime) -> Poll:
        """Everything that lies in Inbox/ now. Raises Transient when the vault cannot be looked at.

        The arrivals are read one at a time, when they are asked for; what goes wrong then is a notice of the next
        poll. `again_at` is when the next file will have settled.
        """
        entries = self._vault.scan(FOLDER, deep=True)
        self._remember(entries, now)
        refused = {entry.path: why for entry in entries if (why := _refusal(entry))}
        welcome = [entry for entry in entries if entry.path not in refused]
        ready = [entry for entry in welcome if self._due(entry, now) <= now]
        empty = {entry.path: "is empty; it is left until something is in it" for entry in ready if self._empty(entry)}
        later = [at for entry in welcome for at in (self._due(entry, now), self._patience(entry, now)) if at > now]
        notices = refused | empty | self._troubles
        return Poll(
            self._arrivals([entry for entry in ready if entry.path not in empty], now),
            min(later, default=None),
            tuple(f"{path} {why}" for path, why in sorted(notices.items())),
        )

    def _remember(self, entries: list[Entry], now: datetime) -> None:
        """Forgets what is gone. A version met "in the future" counts from now: the clock was set back."""
        before = self._seen
        self._seen = {}
        for entry in entries:
            known = before.get(entry.path)
            same = known is not None and known.version == entry.version and known.at <= now
            self._seen[entry.path] = known if known and same else _Seen(entry.version, now)
        self._blank = {path: known for path, known in self._blank.items() if path in self._seen}
        unchanged = {path for path, seen in self._seen.items() if seen is before.get(path)}
        self._troubles = {path: why for path, why in self._troubles.items() if path in unchanged}

    def _changed_at(self, entry: Entry, now: datetime) -> datetime:
        """When it was last written to: what the disk says, or, where that lies ahead, when we first saw it so."""
        changed = _when(max(entry.mtime, entry.ctime))
        return changed if changed <= now else self._seen[entry.path].at

    def _due(self, entry: Entry, now: datetime) -> datetime:
        """When the file counts as complete."""
        return self._changed_at(entry, now) + self._settle

    def _patience(self, entry: Entry, now: datetime) -> datetime:
        """Until when somebody may still be typing the properties of a note."""
        return self._changed_at(entry, now) + (self._typing if _suffix(entry) in _NOTES else self._settle)

    def _empty(self, entry: Entry) -> bool:
        """Also a note without any letter or digit: one that an editor made and nobody has written into."""
        if not entry.size or _suffix(entry) not in _NOTES or entry.size > _NOTHING:
            return not entry.size
        known = self._blank.get(entry.path)
        if known is None or known[0] != entry.version:
            known = self._blank[entry.path] = (entry.version, self._wordless(entry))
        return known[1]

    def _wordless(self, entry: Entry) -> bool:
        try:
            data = self._vault.read(entry.path, _NOTHING)
        except (Missing, TooLarge, VaultProblem, Transient):
            return False  # the arrival says what is wrong with it
        return not letters.is_binary(data) and not any(c.isalnum() for c in letters.decode(data)[0])

    def _arrivals(self, entries: list[Entry], now: datetime) -> Iterator[Arrival]:
        for entry in entries:
            try:
                arrival = self._arrival(entry, now)
                if self._vault.stat(entry.path).version == entry.version:
                    yield arrival
            except (Missing, TooLarge):
                continue  # it went away or grew; the next poll sees what is there then
            except (VaultProblem, Transient, Broken) as problem:
                self._troubles[entry.path] = f"could not be taken yet: {problem}"

    def _arrival(self, entry: Entry, now: datetime) -> Arrival:
        suffix = _suffix(entry)
        if entry.size > self._readable or suffix not in {*_MAILS, *_PERHAPS_MAILS, *_NOTES}:
            return self._kept(entry)
        data = self._vault.read(entry.path, self._readable)
        if suffix in _MAILS or (suffix in _PERHAPS_MAILS and _is_one_mail(data)):
            return arrivals.mail(entry.name, data, source=SOURCE, taken=entry.path)
        if suffix in _NOTES and len(data) <= frontmatter.MAX_NOTE and not letters.is_binary(data):
            patient = now < self._patience(entry, now)
            return arrivals.note(entry.name, data, source=SOURCE, taken=entry.path, patient=patient)
        return self._kept(entry)

    def _kept(self, entry: Entry) -> Arrival:
        """A file that the intake moves as it is, and has read where it can be."""
        return Arrival(
            kind="file",
            source=SOURCE,
            source_key=f"file:{self._vault.digest(entry.path)}",
            sender="",
            title=entry.name,
            text="",
            originals=(),
            taken=entry.path,
        )


def _refusal(entry: Entry) -> str:
    """Why a file is left where it is, or ""."""
    if not entry.regular:
        return "is a link or a device, not a file; it was not opened. Drop the file itself"
    if names.conflict_copy(entry.name):
        return "is a conflict copy of a sync tool; keep the right version and delete or rename the other"
    if entry.folder.count("/") > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep; move it up"
    if entry.size > MAX_KEPT:
        return "is larger than 2 GB; keep it elsewhere and drop a note with a link"
    return "has a name that is no text; rename it" if _SURROGATES.search(entry.path) else ""


def _is_one_mail(data: bytes) -> bool:
    return mailboxes.count(data) <= 1 and mailboxes.looks_like_mail(mailboxes.message(data))


def _suffix(entry: Entry) -> str:
    stem, dot, suffix = entry.name.rpartition(".")
    return (dot + suffix).lower() if stem else ""


def _when(seconds: float) -> datetime:
    """A time of the disk; one that no calendar has counts as long ago."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC)
