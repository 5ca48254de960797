"""Questions that wait for the night's batch. Neither what is asked nor what is answered stands here.

Who asked asks the same again, so a question needs no place on disk; its answer goes to where all answers are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from daemon.core.minds.postponing import Postponed, Stage
from daemon.runtime.ledger.database import Database, Row, maybe, moment, stamp


class Postponements:
    """The postponed questions of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, postponed: Postponed) -> None:
        """Put a question down. What the same task waited to ask before, in other words, is dropped."""
        with self._db.transaction():
            self._db.execute(
                "DELETE FROM postponed WHERE digest = ? OR (stage = ? AND task = ? AND agent = ? AND purpose = ?)",
                (postponed.digest, Stage.WAITING.value, postponed.task, postponed.agent, postponed.purpose),
            )
            self._db.insert("postponed", _columns(postponed))

    def get(self, digest: str) -> Postponed | None:
        row = self._db.row("SELECT * FROM postponed WHERE digest = ?", (digest,))
        return _postponed(row) if row else None

    def at(self, stage: Stage) -> list[Postponed]:
        """Those at this stage, oldest first."""
        rows = self._db.rows("SELECT * FROM postponed WHERE stage = ? ORDER BY put_at, digest", (stage.value,))
        return [_postponed(row) for row in rows]

    def send(self, reserved: Mapping[str, int], now: datetime) -> None:
        """They are about to be handed over, with what was reserved for each, by digest."""
        with self._db.transaction():
            for digest, spending in reserved.items():
                self._db.execute(
                    "UPDATE postponed SET stage = ?, sent_at = ?, spending = ? WHERE digest = ?",
                    (Stage.SENDING.value, stamp(now), spending, digest),
                )

    def arrived(self, digests: Sequence[str], batch: str) -> None:
        """Their provider took them, as this batch."""
        with self._db.transaction():
            for digest in digests:
                self._db.execute(
                    "UPDATE postponed SET stage = ?, batch = ? WHERE digest = ?", (Stage.OPEN.value, batch, digest)
                )

    def back(self, digest: str) -> None:
        """It was not handed over after all, and waits for the next batch."""
        self._db.execute(
            "UPDATE postponed SET stage = ?, sent_at = NULL, spending = 0 WHERE digest = ?",
            (Stage.WAITING.value, digest),
        )

    def end(self, digest: str) -> None:
        """It waits no more."""
        self._db.execute("UPDATE postponed SET stage = ? WHERE digest = ?", (Stage.OVER.value, digest))

    def drop(self, digest: str) -> None:
        """It is asked at once, unless it is in a batch already."""
        self._db.execute("DELETE FROM postponed WHERE digest = ? AND stage = ?", (digest, Stage.WAITING.value))

    def forget(self, before: datetime) -> None:
        """Those that were put down before then, whatever became of them."""
        self._db.execute("DELETE FROM postponed WHERE put_at < ?", (stamp(before),))


def _columns(postponed: Postponed) -> dict[str, object]:
    return {
        "digest": postponed.digest,
        "agent": postponed.agent,
        "purpose": postponed.purpose,
        "task": postponed.task,
        "model": postponed.model,
        "put_at": stamp(postponed.put_at),
        "until": stamp(postponed.until),
        "why": postponed.why,
        "stage": postponed.stage.value,
        "sent_at": stamp(postponed.sent_at) if postponed.sent_at else None,
        "batch": postponed.batch,
        "spending": postponed.spending,
    }


def _postponed(row: Row) -> Postponed:
    return Postponed(
        digest=row["digest"],
        agent=row["agent"],
        purpose=row["purpose"],
        task=row["task"],
        model=row["model"],
        put_at=moment(row["put_at"]),
        until=moment(row["until"]),
        why=row["why"],
        stage=Stage(row["stage"]),
        sent_at=maybe(row["sent_at"]),
        batch=row["batch"],
        spending=row["spending"],
    )
