"""Proposals and their effects: every change of state is one transaction with its audit record.

A method that returns bool is a conditional update: False means the proposal was no longer in the state the caller
saw, and nothing was changed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from daemon.core.policy import Day
from daemon.core.proposal import Content, Hold, Key, Proposal, State, is_digest, label, sha256
from daemon.runtime.ledger import counting
from daemon.runtime.ledger.audit import Audit, Kind
from daemon.runtime.ledger.database import Damaged, Database, Row, maybe, moment, stamp

if TYPE_CHECKING:
    from daemon.core.ports import Receipt
    from daemon.runtime.ledger.mark import Mark

_COLUMNS = (
    "id, generation, action, channel, title, risk, name, state, proposed_at, expires_at, decided_at, seen, gone_since,"
    " hold_until, hold_digest, hold_by, hold_via, hold_twin, not_before, latest, filed, why"
)
_OVER: dict[State, Kind] = {
    State.REJECTED: "REJECTED",
    State.EXPIRED: "EXPIRED",
    State.WITHDRAWN: "WITHDRAWN",
    State.SUPERSEDED: "SUPERSEDED",
    State.REFUSED: "REFUSED",
    State.UNKNOWN: "UNKNOWN",
}


@dataclass(frozen=True, slots=True)
class Start:
    """What begins: the idempotency key, the approved file, and the person's calendar day."""

    key: str
    snapshot: bytes
    day: str


class Proposals:
    """The proposals of one ledger."""

    def __init__(self, db: Database, audit: Audit, mark: Mark) -> None:
        self._db = db
        self._audit = audit
        self._mark = mark
        self._beginning = threading.Lock()  # between one effect's record and its mark no other one begins
        self.holder = ""  # what the manager of this process wrote into the ledger; "": nobody said who may begin

    def displaced_by(self) -> str:
        """Which process became the manager after this one; "" while none did."""
        row = self.holder and self._db.row("SELECT value FROM meta WHERE key = 'manager'", ())
        return row["value"].partition(" ")[0] if row and row["value"] != self.holder else ""

    # --- reading

    def open(self) -> list[Proposal]:
        """Every proposal that is not finished and filed; their number does not grow with what is done."""
        return [_proposal(r) for r in self._db.rows(f"SELECT {_COLUMNS} FROM proposals WHERE filed = 0")]  # noqa: S608

    def get(self, key: Key) -> Proposal | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM proposals WHERE id = ? AND generation = ?", key)  # noqa: S608
        return _proposal(row) if row else None

    def latest(self, task: str) -> Proposal | None:
        row = self._db.row(f"SELECT {_COLUMNS} FROM proposals WHERE id = ? AND latest = 1", (task,))  # noqa: S608
        return _proposal(row) if row else None

    def content(self, key: Key) -> Content:
        """The complete texts. Raises KeyError for a proposal that never was, Damaged for one that was altered."""
        row = self._db.row(
            "SELECT action, channel, agent, title, risk, cover, params, text, note, name, digest FROM proposals"
            " WHERE id = ? AND generation = ?",
            key,
        )
        if row is None:
            raise KeyError(key)
        content = Content(**dict(row))
        if not _intact(content):
            raise Damaged(f"the ledger {self._db.path} does not hold the draft {label(*key)} as it was proposed")
        return content

    def snapshot(self, key: Key) -> bytes:
        """The approved file as it was when its effect began; the published note when none has begun."""
        row = self._db.row("SELECT coalesce(snapshot, note) AS s FROM proposals WHERE id = ? AND generation = ?", key)
        if row is None:
            raise KeyError(key)
        return bytes(row["s"])

    def matching(self, prefix: str) -> list[Proposal]:
        """Latest generations whose task id begins so; for people who type the first letters."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM proposals WHERE latest = 1 AND substr(id, 1, ?) = ?",  # noqa: S608
            (len(prefix), prefix),
        )
        return [_proposal(r) for r in rows]

    def begun(self, day: Day) -> Mapping[str, int]:
        """How many effects of each action have begun on this day of the person's (for the caps)."""
        return counting.begun(self._db, day)

    # --- before the effect

    def propose(self, key: Key, content: Content, *, replacing: int, expires: datetime, now: datetime) -> bool:
        """Record a new generation that supersedes generation `replacing` (0: the first one) in the same transaction.

        False, and nothing is recorded, when `replacing` is no longer the newest or its effect has begun.
        """
        task, generation = key
        with self._db.transaction():
            newest = self._db.row("SELECT generation, state FROM proposals WHERE id = ? AND latest = 1", (task,))
            if (newest["generation"] if newest else 0) != replacing:
                return False
            if newest and newest["state"] in {State.SENDING, State.DONE}:
                return False
            if newest:
                self._supersede((task, replacing), now)
            row = asdict(content) | {"id": task, "generation": generation, "state": State.PROPOSED.value}
            self._db.insert("proposals", row | {"proposed_at": stamp(now), "expires_at": stamp(expires)})
            said = {"generation": generation, "action": content.action, "digest": content.digest, "risk": content.risk}
            self._audit.record(now, "PROPOSED", task, said | {"note": sha256(content.note)})
            return True

    def mark_seen(self, keys: list[Key]) -> None:
        with self._db.transaction():
            for key in keys:
                self._db.execute("UPDATE proposals SET seen = 1 WHERE id = ? AND generation = ?", key)

    def mark_gone(self, key: Key, since: datetime | None) -> None:
        self._db.execute(
            "UPDATE proposals SET gone_since = ? WHERE id = ? AND generation = ?", (since and stamp(since), *key)
        )

    def hold(self, proposal: Proposal, hold: Hold, now: datetime) -> bool:
        """The person said yes: wait out the hold, counted from now. Also used when the text changed meanwhile."""
        with self._db.transaction():
            changed = self._db.execute(
                "UPDATE proposals SET state = 'held', decided_at = ?, hold_until = ?, hold_digest = ?, hold_by = ?,"
                " hold_via = ?, hold_twin = ?, gone_since = NULL WHERE id = ? AND generation = ? AND state = ?",
                (
                    stamp(now), stamp(hold.until), hold.file_digest, hold.by, hold.via, hold.twin,
                    *proposal.key, proposal.state.value,
                ),
            )  # fmt: skip
            if changed:
                said = {"generation": proposal.generation, "via": hold.via, "by": hold.by, "file": hold.file_digest}
                self._audit.record(now, "APPROVED", proposal.id, said | {"until": stamp(hold.until)})
            return bool(changed)

    def end(self, proposal: Proposal, state: State, why: str, now: datetime) -> bool:
        """Leave the current state for a final one without an effect: nobody wants it, or not any more."""
        with self._db.transaction():
            changed = self._db.execute(
                "UPDATE proposals SET state = ?, why = ?, decided_at = ?, hold_until = NULL"
                " WHERE id = ? AND generation = ? AND state = ?",
                (state.value, why, stamp(now), *proposal.key, proposal.state.value),
            )
            if changed:
                self._audit.record(now, _OVER[state], proposal.id, {"generation": proposal.generation, "why": why})
            return bool(changed)

    def _supersede(self, key: Key, now: datetime) -> None:
        self._db.execute(
            "UPDATE proposals SET latest = 0, state = 'superseded', filed = 0 WHERE id = ? AND generation = ?", key
        )
        self._audit.record(now, "SUPERSEDED", key[0], {"generation": key[1]})

    def mark_filed(self, key: Key) -> None:
        """Its note is where it belongs; the scan need not think of it again."""
        self._db.execute("UPDATE proposals SET filed = 1 WHERE id = ? AND generation = ?", key)

    # --- the effect

    def begin(self, proposal: Proposal, start: Start, now: datetime, *, objection: Callable[[], str]) -> str:
        """INTENT: from `held` to `sending`, conditional on the hold, the pause and `objection`, in one transaction.

        Returns "" when the effect may begin now, else the reason why not ("undone", "paused", or the objection). The
        mark knows of it then, too: raises Damaged when the ledger is older than the mark, so that it may have happened.
        """
        with self._beginning:
            newest = self._audit.newest()
            if (newest.seq if newest else 0) < self._mark.read():
                raise Damaged(f"the ledger {self._db.path} is an old copy: it does not know of the last effect")
            why = self._intend(proposal, start, now, objection)
            newest = self._audit.newest()
            if newest and not why:
                self._mark.write(newest.seq)
            return why

    def _intend(self, proposal: Proposal, start: Start, now: datetime, objection: Callable[[], str]) -> str:
        with self._db.transaction():
            if self._db.row("SELECT 1 FROM meta WHERE key = 'paused'"):
                return "paused"
            if self.displaced_by():
                return "another AI Employee took over"
            if why := objection():
                return why
            if self._taken_back(proposal.key):
                return "undone"
            changed = self._db.execute(
                "UPDATE proposals SET state = 'sending', snapshot = ? WHERE id = ? AND generation = ?"
                " AND state = 'held' AND hold_digest = ? AND latest = 1",
                (start.snapshot, *proposal.key, sha256(start.snapshot)),
            )
            if not changed:
                return "undone"
            self._db.execute("DELETE FROM effects WHERE key = ? AND outcome = 'deferred'", (start.key,))
            row = {"key": start.key, "id": proposal.id, "generation": proposal.generation, "action": proposal.action}
            self._db.insert("effects", row | {"day": start.day, "begun_at": stamp(now)})
            said = {"key": start.key, "generation": proposal.generation, "action": proposal.action}
            self._audit.record(now, "INTENT", proposal.id, said | {"file": sha256(start.snapshot)})
            return ""

    def _taken_back(self, key: Key) -> bool:
        """Whether a no was said by command that nobody acted on yet: who was told that it counts may rely on it."""
        sql = (
            "SELECT 1 FROM decisions WHERE applied_at IS NULL AND id = ? AND generation = ?"
            " AND verdict IN ('undo', 'reject')"
        )
        return self._db.row(sql, key) is not None

    def finish(self, proposal: Proposal, effect_key: str, receipt: Receipt, *, day: str, now: datetime) -> None:
        """RESULT: the provider has it."""
        with self._db.transaction():
            self._effect_over(effect_key, receipt.outcome, receipt.id, now)
            self._leave_sending(proposal, State.DONE, receipt.id)
            self._db.execute(
                "UPDATE tasks SET outcome = ?, finished_day = ? WHERE id = ?", (receipt.outcome, day, proposal.id)
            )
            said = {"key": effect_key, "outcome": receipt.outcome, "receipt": receipt.id}
            self._audit.record(now, "RESULT", proposal.id, said)

    def fail(self, proposal: Proposal, effect_key: str, state: State, *, why: str, now: datetime) -> None:
        """The effect was refused, or nobody can know."""
        with self._db.transaction():
            self._effect_over(effect_key, state.value, "", now)
            self._leave_sending(proposal, state, why)
            self._audit.record(now, _OVER[state], proposal.id, {"key": effect_key, "why": why})

    def defer(self, proposal: Proposal, effect_key: str, until: datetime, *, why: str, now: datetime) -> None:
        """It surely did not happen: back to `held`, and not before `until`."""
        with self._db.transaction():
            self._effect_over(effect_key, "deferred", "", now)
            self._db.execute(
                "UPDATE proposals SET state = 'held', not_before = ?, why = ? WHERE id = ? AND generation = ?"
                " AND state = 'sending'",
                (stamp(until), why, *proposal.key),
            )
            said = {"key": effect_key, "until": stamp(until), "why": why}
            self._audit.record(now, "DEFERRED", proposal.id, said)

    def settle(self, proposal: Proposal, state: State, why: str, *, day: str, now: datetime) -> None:
        """The person says what became of an unknown outcome: it happened (done) or drop it (rejected)."""
        with self._db.transaction():
            self._db.execute(
                "UPDATE proposals SET state = ?, why = '', filed = 0 WHERE id = ? AND generation = ?"
                " AND state = 'unknown'",
                (state.value, *proposal.key),
            )
            if state is State.DONE:
                self._db.execute("UPDATE tasks SET outcome = 'sent', finished_day = ? WHERE id = ?", (day, proposal.id))
            said = {"generation": proposal.generation, "state": state.value, "why": why}
            self._audit.record(now, "SETTLED", proposal.id, said)

    def effect(self, key: Key) -> Row | None:
        return self._db.row("SELECT * FROM effects WHERE id = ? AND generation = ?", key)

    def _effect_over(self, effect_key: str, outcome: str, receipt: str, now: datetime) -> None:
        self._db.execute(
            "UPDATE effects SET finished_at = ?, outcome = ?, receipt = ? WHERE key = ?",
            (stamp(now), outcome, receipt, effect_key),
        )

    def _leave_sending(self, proposal: Proposal, state: State, why: str) -> None:
        self._db.execute(
            "UPDATE proposals SET state = ?, why = ? WHERE id = ? AND generation = ? AND state = 'sending'",
            (state.value, why, *proposal.key),
        )


def _intact(content: Content) -> bool:
    try:
        return is_digest(content.digest, content.action, json.loads(content.params), content.text)
    except ValueError:
        return False


def _proposal(row: Row) -> Proposal:
    try:
        return _read(row)
    except (ValueError, TypeError) as error:
        raise Damaged(f"the ledger holds what was never written ({error})") from error


def _read(row: Row) -> Proposal:
    hold = None
    if row["hold_until"] is not None:
        by, via, twin = row["hold_by"], row["hold_via"], bool(row["hold_twin"])
        hold = Hold(moment(row["hold_until"]), row["hold_digest"], by, via, twin)
    return Proposal(
        id=row["id"],
        generation=row["generation"],
        action=row["action"],
        channel=row["channel"],
        title=row["title"],
        risk=row["risk"],
        name=row["name"],
        state=State(row["state"]),
        proposed_at=moment(row["proposed_at"]),
        expires_at=moment(row["expires_at"]),
        decided_at=maybe(row["decided_at"]),
        seen=bool(row["seen"]),
        gone_since=maybe(row["gone_since"]),
        hold=hold,
        not_before=maybe(row["not_before"]),
        latest=bool(row["latest"]),
        filed=bool(row["filed"]),
        why=row["why"],
    )
