"""The audit chain: what happened, in order, so that a later change of the record shows.

Each record holds the hash of the one before. A record is written in the same transaction as what it records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from daemon.runtime.ledger.chain import START, chained, rows
from daemon.runtime.ledger.database import Database, Row, stamp

if TYPE_CHECKING:
    from daemon.runtime.ledger.verifying import Verdict, Witness

Kind = Literal[
    "ARRIVED", "ROUTED", "CLOSED", "FAILED", "PROPOSED", "APPROVED", "REJECTED", "EXPIRED", "WITHDRAWN",
    "SUPERSEDED", "RESTATED", "INTENT", "RESULT", "DEFERRED", "REFUSED", "UNKNOWN", "SETTLED", "REVIEW", "RETRIED",
    "PAUSED", "RESUMED", "ADOPTED", "NUMBERED", "RELEASED", "CLOCK",
    "TRUSTED", "UNTRUSTED", "NOTICE", "NOTICED", "UNDONE",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    seq: int
    at: str  # UTC, ISO 8601
    kind: str
    subject: str  # task id
    data: dict[str, Any]  # ids, digests, reasons; never the contents of mail
    prev: str
    hash: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Newest:
    seq: int
    hash: str


class Audit:
    """Appends to and reads the chain of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def record(self, at: datetime, kind: Kind, subject: str, data: Mapping[str, object]) -> None:
        """Append one record. Call it inside the transaction of what it records."""
        with self._db.transaction():
            last = self._db.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
            seq, prev = (last["seq"] + 1, last["hash"]) if last else (1, START)
            body = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
            row = {"seq": seq, "at": stamp(at), "kind": kind, "subject": subject, "data": body, "prev": prev}
            self._db.insert("audit", {**row, "hash": chained(row)})

    def of(self, subject: str) -> list[Record]:
        """Everything recorded about one task, oldest first."""
        return [_record(r) for r in self._db.rows("SELECT * FROM audit WHERE subject = ? ORDER BY seq", (subject,))]

    def tail(self, count: int) -> list[Record]:
        rows = self._db.rows("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", (count,))
        return [_record(r) for r in reversed(rows)]

    def since(self, start: datetime) -> list[Record]:
        """Everything recorded from `start` on, oldest first."""
        return [_record(r) for r in self._db.rows("SELECT * FROM audit WHERE at >= ? ORDER BY seq", (stamp(start),))]

    def all(self) -> Iterator[Record]:
        """Oldest first, read in pages."""
        return (_record(row) for row in rows(self._db))

    def newest(self) -> Newest | None:
        """Up to where a head would cover it now; None while nothing is recorded."""
        row = self._db.row("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        return Newest(row["seq"], row["hash"]) if row else None

    def hash_of(self, seq: int) -> str:
        """Of one record; "" when it is not there."""
        row = self._db.row("SELECT hash FROM audit WHERE seq = ?", (seq,))
        return row["hash"] if row else ""

    def verify(self, witness: Witness | None = None) -> Verdict:
        """Whether everything is as it was written; see `verifying.verify`."""
        from daemon.runtime.ledger import verifying

        return verifying.verify(self._db, witness)


def _record(row: Row) -> Record:
    return Record(**{**dict(row), "data": json.loads(row["data"])})
