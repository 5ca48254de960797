"""What lies in the vault, as values. A file is read again only when its version changed.

Events are hints; this look is the truth. It changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import get_args

from daemon.core import approval, frontmatter, names
from daemon.core.errors import Outage, Transient
from daemon.core.ports import Entry, Missing, VaultProblem, VaultReader
from daemon.core.properties import Broken
from daemon.core.proposal import Key, Proposal, State, sha256
from daemon.core.steps import Place, Reading, Sighting
from daemon.core.task import Kind
from daemon.runtime.ledger import Ledger

NEEDS_ACTION = "Needs_Action"
IN_PROGRESS = "In_Progress"


@dataclass(frozen=True, slots=True)
class Stray:
    """A file in a state folder that no proposal of ours accounts for."""

    path: str
    place: Place
    settled_at: datetime
    why: str
    movable: bool = True  # False: a link or a device, which is never touched


@dataclass(slots=True)
class Look:
    """One look at all state folders."""

    sightings: dict[Key, list[Sighting]] = field(default_factory=dict[Key, list[Sighting]])
    proposals: dict[Key, Proposal] = field(default_factory=dict[Key, Proposal])
    strays: list[Stray] = field(default_factory=list[Stray])
    tasks: list[Entry] = field(default_factory=list[Entry])  # Needs_Action/
    claimed: list[Entry] = field(default_factory=list[Entry])  # In_Progress/<agent>/
    failed: list[Entry] = field(default_factory=list[Entry])  # task notes in Failed/
    notices: list[str] = field(default_factory=list[str])
    halfway: list[tuple[str, Place]] = field(default_factory=list[tuple[str, Place]])  # one file under two names


@dataclass(frozen=True, slots=True)
class _Known:
    """What one version of a file is."""

    version: tuple[object, ...]
    key: Key | None  # the proposal that it names
    reading: Reading | None  # None: there was no such proposal when it was read
    is_task: bool = False


class Lookout:
    """Looks at one vault; remembers versions, so a look costs one `lstat` a file."""

    def __init__(self, vault: VaultReader, ledger: Ledger, *, settle: timedelta, typing: timedelta) -> None:
        self._vault = vault
        self._ledger = ledger
        self._settle = settle
        self._typing = typing
        self._known: dict[str, _Known] = {}
        self._first_seen: dict[str, tuple[object, datetime]] = {}  # version, and when it was first looked at

    def look(self, now: datetime) -> Look:
        """Raises Outage when the vault is not there, or lacks a folder in which drafts were."""
        look = Look(proposals={p.key: p for p in self._ledger.proposals.open()})
        look.tasks = self._notes(look, NEEDS_ACTION)
        entries = self._notes(look, IN_PROGRESS, deep=True)
        look.claimed = [e for e in entries if e.folder != Place.EXECUTING.value]
        seen, linked = set[str](), dict[tuple[int, int, str], list[Entry]]()
        for place in Place:
            inside = entries if place is Place.EXECUTING else self._notes(look, place.value, deep=place in _FLAT)
            look.notices += [_TOO_DEEP.format(entry.path, place.value) for entry in inside if place in _FLAT
                             and entry.folder != place.value]  # fmt: skip
            for entry in [e for e in inside if e.folder == place.value]:
                seen.add(entry.path)
                self._sort(look, place, entry, now)
                if entry.links > 1 and entry.regular and place in _WAY:
                    linked.setdefault((entry.dev, entry.ino, entry.name), []).append(entry)
        look.halfway = [half for found in linked.values() for half in _halfway(found)]
        self._known = {path: known for path, known in self._known.items() if path in seen}
        self._require_folders(look)
        seen |= {entry.path for entry in (*look.tasks, *entries)}
        self._first_seen = {path: first for path, first in self._first_seen.items() if path in seen}
        return look

    def _require_folders(self, look: Look) -> None:
        """A folder that is gone with all drafts in it is no answer to any of them."""
        away = [p for p in look.proposals.values() if p.seen and p.key not in look.sightings]
        for state, place in ((State.PROPOSED, Place.PENDING), (State.HELD, Place.APPROVED)):
            lost = sum(p.state is state for p in away)
            if lost and not self._there(place.value):
                raise Outage(
                    f"{place.value}/ is gone, with {lost} of your drafts. Put the folder back; if you deleted it, "
                    "`employee init` makes it again, and these drafts are dropped. Nothing is done until then."
                )

        approved = any(each.place is Place.APPROVED for found in look.sightings.values() for each in found)
        if approved and not self._there(Place.REJECTED.value):
            raise Outage(
                "Rejected/ is gone, so nobody can tell what you said no to. Put the folder back, or make it again with "
                "`employee init`. Nothing is done until then."
            )

    def _there(self, folder: str) -> bool:
        try:
            self._vault.stat(folder)
        except Missing:
            return False
        return True

    def settled_at(self, entry: Entry, now: datetime) -> datetime:
        """When the file counts as completely written: unchanged for the settling time.

        The clock of the disk may be wrong: a change "in the future" counts from when it was first seen.
        """
        changed = datetime.fromtimestamp(max(entry.mtime, entry.ctime), UTC)
        if changed <= now:
            return changed + self._settle
        first = self._first_seen.get(entry.path)
        if first is None or first[0] != entry.version or first[1] > now:
            first = self._first_seen[entry.path] = (entry.version, now)
        return first[1] + self._settle

    def _notes(self, look: Look, folder: str, *, deep: bool = False) -> list[Entry]:
        entries = self._vault.scan(folder, deep=deep)
        copies = {e.path for e in entries if names.conflict_copy(e.name) or _twin_of_known(e.name)}
        look.notices += [f"{path} is a sync conflict or a copy; it was left alone" for path in sorted(copies)]
        return [e for e in entries if e.path not in copies]

    def _sort(self, look: Look, place: Place, entry: Entry, now: datetime) -> None:
        settled = self.settled_at(entry, now)
        if not entry.regular:
            look.strays.append(Stray(entry.path, place, settled, "it is a link or a device, not a note", movable=False))
            return
        try:
            known = self._know(look, entry)
        except Transient as unreadable:
            look.notices.append(str(unreadable))
            return
        if known is None:
            return
        if known.is_task and place is Place.FAILED:
            look.failed.append(entry)
        elif known.is_task:
            look.strays.append(Stray(entry.path, place, settled, "it is a task, not a draft"))
        elif known.key is None or known.reading is None:
            look.strays.append(Stray(entry.path, place, settled, "I never proposed it"))
        else:
            self._sight(look, entry, known, now)

    def _sight(self, look: Look, entry: Entry, known: _Known, now: datetime) -> None:
        if known.key is None or known.reading is None:
            return
        if known.key not in look.proposals:
            proposal = self._ledger.proposals.get(known.key)
            if proposal is None:
                return
            look.proposals[known.key] = proposal
        settled = now if known.reading.identical else self.settled_at(entry, now)
        patience = self.settled_at(entry, now) + self._typing
        if known.reading.fault and settled <= now:
            look.notices.append(f"{entry.path}: {known.reading.fault}; until then it counts neither as yes nor as no")
        sighting = Sighting(Place(entry.folder), entry.path, settled, patience, known.reading)
        look.sightings.setdefault(known.key, []).append(sighting)

    def _know(self, look: Look, entry: Entry) -> _Known | None:
        """What was nobody's may bear a generation that has been proposed since."""
        known = self._known.get(entry.path)
        if known is None or known.version != entry.version or (known.reading is None and known.key in look.proposals):
            known = self._identify(entry)
            if known is not None:
                self._known[entry.path] = known
        return known

    def _identify(self, entry: Entry) -> _Known | None:
        try:
            data = self._vault.read(entry.path)
        except Missing:
            return None
        except VaultProblem:
            return _Known(entry.version, None, None)
        guess = names.identity(entry.name)
        if guess and self._published(guess) == data:
            text = self._ledger.proposals.content(guess).text
            return _Known(entry.version, guess, Reading(sha256(data), identical=True, text=text))
        key, is_task = identify(entry.name, data)
        published = self._published(key) if key and not is_task else None
        if published is None:
            return _Known(entry.version, None if is_task else key, None, is_task=is_task)
        return _Known(entry.version, key, approval.compare(published, data))

    def _published(self, key: Key) -> bytes | None:
        try:
            return self._ledger.proposals.content(key).note
        except KeyError:
            return None


def identify(name: str, data: bytes) -> tuple[Key | None, bool]:
    """(id and generation, is it a task note). A note that cannot be read goes by its file name."""
    try:
        said = frontmatter.read(data).properties
    except Broken:
        kind = _KIND.match(name)
        return names.identity(name), kind is not None and kind[0].lower() in get_args(Kind)
    if said.get("type") == "task":
        return None, True
    task, generation = said.get("id"), said.get("generation")
    if isinstance(task, str) and isinstance(generation, int) and 0 < generation <= _MOST_GENERATIONS:
        return (task, generation), False
    return None, False


_FLAT = (Place.PENDING, Place.APPROVED)  # what lies deeper in them is decided by nobody
_TOO_DEEP = "{}: notes count only in {}/ itself; move it up"
_MOST_GENERATIONS = 9_999  # what no ledger can hold is not one of ours
_KIND = re.compile(r"[A-Z]+(?:_[A-Z]+)?(?=_)")  # EMAIL is a task, EMAIL_REPLY a draft


def _twin_of_known(name: str) -> bool:
    return names.numbered_twin(name) and names.identity(name) is not None


_WAY = (Place.PENDING, Place.APPROVED, Place.REVIEW, Place.REJECTED)  # the manager moves notes only this way


def _halfway(found: list[Entry]) -> list[tuple[str, Place]]:
    """Which names a crash left on a disk that moves by linking, and where the file was going."""
    *earlier, last = sorted(found, key=lambda entry: _WAY.index(Place(entry.folder)))
    return [(entry.path, Place(last.folder)) for entry in earlier]
