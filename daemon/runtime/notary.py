"""Signs the record of what was done, and keeps a copy of every signature in the vault.

A head is due after so many records, on each new day, and when the daemon stops. It is in the ledger before it is in
the vault; what a crash left out of the vault is put there by the next look. Only one role does this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.core import heads
from daemon.core.errors import UserError
from daemon.core.heads import PATH, Head
from daemon.core.policy import local_day
from daemon.core.ports import Missing, VaultWriter
from daemon.runtime.context import Context
from daemon.runtime.ledger.audit import Newest
from daemon.runtime.ledger.database import moment, stamp
from daemon.runtime.pace import Pace, Role, Troubles

_WHAT = "The signed record"


@dataclass(frozen=True, slots=True)
class Seal:
    """How the record is signed: the key, made when there is none yet, after how many records, and on which terms."""

    key: Callable[[bool], bytes]  # True: the first head, so a new key may be made. Raises UserError without one
    every: int
    require_own: Callable[[], None]  # raises UserError when the vault is somebody else's


class Notary:
    """Keeps one ledger signed."""

    def __init__(self, context: Context, seal: Seal) -> None:
        self._ledger = context.ledger
        self._vault: VaultWriter = context.vault
        self._zone = context.zone
        self._seal = seal
        self._copied = -1  # up to this record the vault has every head; -1: not looked at yet

    def look(self, now: datetime, *, leaving: bool = False) -> None:
        """Sign when it is due, and bring the copy up to date. Raises UserError when older heads say otherwise."""
        newest, last = self._ledger.audit.newest(), self._ledger.heads.last()
        if newest and self._due(newest, last, now, leaving=leaving):
            self._sign(newest, last, now)
            last = self._ledger.heads.last()
        if last and last.seq != self._copied:
            self._copy()
            self._copied = last.seq
            self._ledger.heads.mark_copied(self._ledger.get("vault"), last.seq)

    def _due(self, newest: Newest, last: Head | None, now: datetime, *, leaving: bool) -> bool:
        if last is None:
            return True
        fresh = newest.seq - last.seq
        new_day = local_day(now, self._zone) != local_day(moment(last.at), self._zone)
        return fresh >= self._seal.every or (fresh != 0 and (new_day or leaving))

    def _sign(self, newest: Newest, last: Head | None, now: datetime) -> None:
        if last:
            self._require(last)
        key = self._seal.key(last is None)
        self._ledger.heads.add(Head(newest.seq, stamp(now), self._ledger.instance, newest.hash).signed(key))

    def _copy(self) -> None:
        """Heads that the vault lacks go to the end of its note."""
        self._seal.require_own()
        try:
            data = self._vault.read(PATH, heads.LARGEST)
        except Missing:
            self._vault.create(PATH, heads.page(self._ledger.heads.after(0)))
            return
        if not heads.ours(data):
            raise UserError(f"{PATH} is a note of your own, or its first lines were changed; rename it")
        known = heads.read(data).of(self._ledger.instance)
        newest = max(known, key=lambda head: head.seq, default=None)
        if newest:
            self._require(newest)
        missing = self._ledger.heads.after(newest.seq if newest else 0)
        if missing:
            self._vault.replace(PATH, heads.extended(data, missing), expected=data)

    def _require(self, head: Head) -> None:
        if self._ledger.audit.hash_of(head.seq) != head.hash:
            raise UserError(
                f"record {head.seq} is not the one that was signed on {head.at[:10]}, so nothing more is signed; "
                "`employee audit verify` tells what was changed"
            )


class Signing:
    """A role that keeps the record signed beside its own work."""

    def __init__(self, role: Role, notary: Notary) -> None:
        self._role = role
        self._notary = notary
        self._troubles = Troubles()

    @property
    def name(self) -> str:
        return self._role.name

    def step(self, now: datetime) -> Pace:
        """The role's own step, then a look at the record; that it cannot be signed stops nothing else."""
        pace = self._role.step(now)
        self._look(now)
        return replace(pace, problems=(*pace.problems, *self._troubles.problems()))

    def tick(self, now: datetime) -> None:
        self._role.tick(now)

    def close(self, now: datetime) -> None:
        self._role.close(now)
        self._look(now, leaving=True)

    def _look(self, now: datetime, *, leaving: bool = False) -> None:
        if leaving or not self._troubles.resting(_WHAT, now):
            with self._troubles.contained(_WHAT, now):
                self._notary.look(now, leaving=leaving)
