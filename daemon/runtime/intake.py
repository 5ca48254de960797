"""From arrival to task note, once each: the only thing a watcher's process writes.

The order makes a kill at any point harmless: the ledger announces the id, the originals and the note are written, the
ledger records that they are durable, and only then does the dropped file leave Inbox/. The id follows from the source
key, so doing it again after a kill writes the same names.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, tzinfo

from daemon.core import arrivals, document, names, neutral, task_note
from daemon.core.errors import Permanent
from daemon.core.mail import Mail
from daemon.core.mailboxes.values import Happened
from daemon.core.ports import Changed, Converted, Converter, Missing, NameTaken, VaultProblem, VaultWriter
from daemon.core.task import Arrival
from daemon.runtime import belonging, originals
from daemon.runtime.ledger import Ledger

log = logging.getLogger(__name__)

NEEDS_ACTION = "Needs_Action"
FAILED = "Failed"
_EARLIER = re.compile(r"earlier-", re.IGNORECASE)  # of these, the mailroom reads what a task answers as well
_REPAIR = "Repair the file linked below, then `employee retry {}`; or drop a repaired copy into Inbox/."


class Intake:
    """Keeps what a watcher yields."""

    def __init__(self, vault: VaultWriter, ledger: Ledger, zone: tzinfo, converter: Converter) -> None:
        self._vault = vault
        self._ledger = ledger
        self._zone = zone
        self._converter = converter

    def keep_all(self, found: Iterable[Arrival], now: datetime) -> int:
        """Returns how many new tasks came of them. Raises Transient when the disk or the ledger refuses."""
        return sum(self.keep(arrival, now) for arrival in found)

    def require_ours(self) -> None:
        """Raises Outage when the vault that lies there now is not the one that this ledger belongs to."""
        belonging.require(self._vault, self._ledger)

    def keep(self, arrival: Arrival, now: datetime) -> bool:
        """True when a task note was written; False for what was kept before."""
        arrival, _ = self.opened(arrival)
        tasks = self._ledger.tasks
        begun = tasks.unfinished(arrival.source_key, arrival.taken)
        if begun and begun.durable:
            self._take_out(arrival, begun.id)
            return False
        known = tasks.by_source(arrival.source_key)
        if known and known.durable and not arrival.taken:
            return False
        again = known is not None and known.durable
        key = self._own(f"{arrival.source_key}#{now.timestamp():.6f}" if again else arrival.source_key)
        self._write(arrival, begun.source_key if begun else key, known.id if known and again else "", now)
        return True

    def heard(self, happened: Happened, now: datetime) -> None:
        """What a person does to messages in a mailbox is nothing that is kept here."""

    def opened(self, arrival: Arrival) -> tuple[Arrival, Mail | None]:
        """The same once it was read, and the message itself; None when it cannot be read, or was no unread mail."""
        if not arrival.unread:
            return arrival, None
        try:
            message = self._converter.mail(arrival.originals[0].data)
        except Permanent as problem:
            return arrivals.unreadable(arrival, str(problem)), None
        return arrivals.opened(arrival, message), message

    def _own(self, key: str) -> str:
        """A key whose id no other thing has: two keys of one id can be computed, and the second would be lost."""
        other = self._ledger.tasks.get(names.task_id(key))
        return key if other is None or other.source_key == key else self._own(f"{key}#")

    def _write(self, arrival: Arrival, key: str, same_as: str, now: datetime) -> None:
        """`same_as`: the task that brought the same content before; a person who drops it again is told so."""
        task = names.task_id(key)
        self._ledger.tasks.arrive(task, key, arrival, now)
        files = self._readings(arrival, self._keep_originals(arrival, task))
        linked = {"same_as": same_as, "earlier": self._keep_earlier(arrival, task)}
        note = task_note.write(arrival, task, files, created=now.astimezone(self._zone), linked=linked)
        folder = NEEDS_ACTION
        if arrival.fault:
            said = f"{neutral.inline(arrival.fault)}\n\n{_REPAIR.format(task)}"
            folder, note = FAILED, document.with_callout(note, "failure", "This could not be read", said)
            self._ledger.tasks.close(task, "failed", arrival.fault, day="", now=now)
        try:
            self._vault.create(f"{folder}/{names.task_name(arrival.kind, arrival.title, task)}", note)
        except NameTaken:
            log.info("task %s: its note was already written before a restart", task)
        self._ledger.tasks.mark_durable(task)
        if arrival.taken:
            self._take_out(arrival, task)
        log.info("task %s: %s from %s is in %s/", task, arrival.kind, arrival.source, folder)

    def _keep_originals(self, arrival: Arrival, task: str) -> list[str]:
        """Write the originals that were read. A dropped file that was not read keeps its own bytes and is moved."""
        folder, paths, taken = f"Attachments/{task}", list[str](), list[str]()
        if not arrival.originals:
            return [f"{folder}/{_kept_name(arrival.taken.rpartition('/')[2])}"]
        for original in arrival.originals:
            taken.append(_kept_name(original.name, taken))
            paths.append(self._keep_original(f"{folder}/{taken[-1]}", original.data))
        return paths

    def _keep_earlier(self, arrival: Arrival, task: str) -> tuple[str, ...]:
        folder = f"Attachments/{task}"
        return tuple(
            self._keep_original(f"{folder}/{names.safe_file_name(one.name)}", one.data) for one in arrival.earlier
        )

    def _readings(self, arrival: Arrival, kept: Sequence[str]) -> dict[str, Converted | None]:
        """What can be read of each file; nothing of the mail or note itself, whose text the arrival has.

        Each by the name under which it is kept and read again: by another one a bomb would cost its time twice.
        """
        found: dict[str, Converted | None] = dict.fromkeys(kept)
        try:
            if not arrival.originals:
                return {kept[0]: originals.reading(self._vault, arrival.taken, self._converter, kept=kept[0])}
        except Missing:
            return found  # it is moved already, from before a restart
        sitting = originals.Sitting(self._converter)
        for number, (path, original) in enumerate(zip(kept, arrival.originals, strict=True)):
            own = number == 0 and arrival.kind in {"email", "note"}
            if not own and len(original.data) <= self._converter.largest:
                found[path] = sitting.read(path.rpartition("/")[2], original.data)
        return found

    def _keep_original(self, path: str, data: bytes) -> str:
        """Returns where it is kept; something else that already has its name stays what it is."""
        try:
            return self._vault.create(path, data)
        except NameTaken:
            if self._holds(path, data):
                log.debug("%s was already kept before a restart", path)
                return path
            return self._vault.create_beside(path, data)

    def _holds(self, path: str, data: bytes) -> bool:
        try:
            return self._vault.read(path, len(data)) == data
        except VaultProblem:
            return False

    def _take_out(self, arrival: Arrival, task: str) -> None:
        try:
            if arrival.originals:
                self._vault.remove(arrival.taken, expected=arrival.originals[0].data)
            else:
                name = _kept_name(arrival.taken.rpartition("/")[2])
                self._vault.move(arrival.taken, f"Attachments/{task}", name=name)
        except Missing:
            log.info("task %s: %s is already out of the inbox", task, arrival.taken)
        except NameTaken:
            log.info("task %s: its file is already kept", task)
        except Changed:
            log.info("task %s: %s was written again meanwhile and will be a task of its own", task, arrival.taken)
        self._ledger.tasks.mark_taken(task)


def _kept_name(name: str, taken: Collection[str] = ()) -> str:
    """A safe name that is not like one of ours: the task note itself comes into the same folder, and earlier mails."""
    safe = names.safe_file_name(name, taken)
    return names.safe_file_name(f"file-{safe}", taken) if names.identity(safe) or _EARLIER.match(safe) else safe
