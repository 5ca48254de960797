"""The audit chain: what happened, in order, so that a later change of the record shows.

Each record holds the hash of the one before. A record is written in the same transaction as what it records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from daemon.runtime.ledger.database import Database, Row, stamp

Kind = Literal[
    "ARRIVED", "ROUTED", "CLOSED", "FAILED", "PROPOSED", "APPROVED", "REJECTED", "EXPIRED", "WITHDRAWN",
    "SUPERSEDED", "RESTATED", "INTENT", "RESULT", "DEFERRED", "REFUSED", "UNKNOWN", "SETTLED", "REVIEW", "RETRIED",
    "PAUSED", "RESUMED", "ADOPTED", "NUMBERED", "RELEASED",
]  # fmt: skip
START = "0" * 64


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
class Verdict:
    """`wrong` is "" when every record is in place; else a sentence that names the first wrong one."""

    records: int
    head: str
    wrong: str = ""


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
        return (_record(row) for row in self._rows())

    def verify(self) -> Verdict:
        """Recompute the chain and check that every effect has its INTENT. Names the first wrong record."""
        count, prev = 0, START
        for row in self._rows():
            count += 1
            if row["seq"] != count:
                return Verdict(count, prev, f"record {count} is missing: the next one found is {row['seq']}")
            if row["prev"] != prev:
                return Verdict(count, prev, f"record {count} does not follow record {count - 1}")
            if row["hash"] != chained(dict(row)):
                return Verdict(count, prev, f"record {count} ({row['kind']} {row['subject']}) was changed")
            prev = row["hash"]
        return Verdict(count, prev, self._effect_without_intent())

    def _effect_without_intent(self) -> str:
        row = self._db.row(
            "SELECT key FROM effects WHERE key NOT IN (SELECT json_extract(data, '$.key') FROM audit"
            " WHERE kind = 'INTENT') LIMIT 1"
        )
        return f"the effect {row['key']} has no INTENT record" if row else ""

    def _rows(self, page: int = 5000) -> Iterator[Row]:
        after = 0
        while rows := self._db.rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (after, page)):
            yield from rows
            after = rows[-1]["seq"]


def chained(row: Mapping[str, object]) -> str:
    """sha256 over the previous hash and everything the record says, in a fixed order."""
    said = [row[name] for name in ("prev", "seq", "at", "kind", "subject", "data")]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _record(row: Row) -> Record:
    return Record(**{**dict(row), "data": json.loads(row["data"])})
