"""How every watcher of a mailbox looks: when it is due, from the cursor on, one message after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.core import arrivals
from daemon.core.errors import Permanent, Transient
from daemon.core.mailboxes.values import IGNORE, CursorLost, Lost, Origin, Stub, Window
from daemon.core.plugins import Mailed
from daemon.core.ports import Missing, Poll
from daemon.core.task import Arrival

# How far back a look goes when the mailbox forgot what happened since the last one: to the last mail that is known, and
# somewhat more; of an absence of months not to its beginning.
_LOST, _LONGEST_LOST = timedelta(days=7), timedelta(days=60)
_DAY = timedelta(days=1)
_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """What the person set."""

    every: timedelta
    first: timedelta  # how far back the first look goes
    first_most: int
    largest: int  # bytes


class Polling:
    """One mailbox. Nothing is kept here that a restart would miss."""

    def __init__(self, mailed: Mailed, rules: Rules) -> None:
        self._account = mailed.account
        self._box = mailed.mailbox
        self._letters = mailed.letters
        self._rules = rules
        self._looked: datetime | None = None
        self._told = ""  # the cursor of the last look; it is taken up when all that was told is kept

    def poll(self, now: datetime) -> Poll:
        """Nothing before it is due. Raises Transient or UserError when the mailbox cannot be looked at."""
        if not self._due(now):
            return Poll(iter(()))
        cursor = self._letters.cursor
        try:
            changes = self._box.changes(cursor, self._first(now))
        except CursorLost:
            changes = self._box.changes("", Window(self._letters.lost(self._lost(now)).since))
        self._looked, self._told = now, changes.cursor
        arrivals = self._arrivals(changes.stubs)
        return Poll(arrivals, notices=changes.notices, happened=changes.happened, cursor=changes.cursor)

    def _due(self, now: datetime) -> bool:
        unfinished = self._told not in {"", self._letters.cursor}
        waited = self._looked is None or not timedelta() <= now - self._looked < self._rules.every
        return waited or unfinished or self._box.stirred

    def _first(self, now: datetime) -> Window:
        return Window(now - self._rules.first, unread=True, most=self._rules.first_most)

    def _lost(self, now: datetime) -> Lost:
        last = self._letters.last_at
        unseen = last - _DAY if last else self._account.connected_at
        wanted = max(self._account.connected_at, min(now - _LOST, unseen))
        return Lost(wanted, max(wanted, now - _LONGEST_LOST), now)

    def _arrivals(self, stubs: Iterable[Stub]) -> Iterator[Arrival]:
        """A message that cannot be read stands in no other's way, but the cursor waits for it: it raises at the end.

        When several in a row cannot, it is the mailbox.
        """
        trouble, in_a_row = None, 0
        for stub in self._new(stubs):
            try:
                data = self._box.fetch(stub.remote, self._rules.largest)
            except Missing:
                continue
            except (Transient, Permanent) as error:
                trouble, in_a_row = error, in_a_row + 1
                if in_a_row == _IN_A_ROW:
                    raise
                continue
            in_a_row = 0
            yield replace(arrivals.mail("message.eml", data, source=self._account.kind), origin=self._origin(stub))
        if trouble:
            raise trouble

    def _new(self, stubs: Iterable[Stub]) -> Iterator[Stub]:
        """What the person wants left alone is not even read, unless a kill left it begun."""
        fresh = (stub for stub in stubs if not self._letters.known(stub.remote))
        return (stub for stub in fresh if IGNORE not in stub.labels or self._letters.begun(stub.remote))

    def _origin(self, stub: Stub) -> Origin:
        account = self._account
        return Origin(account.name, account.address, stub.remote, stub.thread, stub.sent, stub.labels)
