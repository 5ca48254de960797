"""Decisions that came by command line or API, waiting for the manager to apply them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from daemon.core.proposal import Decision, Key, Verdict
from daemon.runtime.ledger.database import Database, Row, moment, stamp


class Decisions:
    """The decisions of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, decision: Decision) -> None:
        """Record one; its `seq` is given by the ledger."""
        row = {name: getattr(decision, name) for name in ("id", "generation", "verdict", "via", "by", "reason", "file")}
        self._db.insert("decisions", row | {"at": stamp(decision.at)})

    def open(self) -> list[Decision]:
        """Not yet applied, oldest first."""
        return [_decision(r) for r in self._db.rows("SELECT * FROM decisions WHERE applied_at IS NULL ORDER BY seq")]

    def said(self, key: Key) -> list[Verdict]:
        """What a person said about this draft by command line or API and is not yet applied, oldest first."""
        return [
            each.verdict for each in self.open() if (each.id, each.generation) == key and each.verdict != "obsolete"
        ]

    def noted(self) -> dict[Key, Decision]:
        """By draft, the last thing that a person said about it and that is not yet applied."""
        return {(each.id, each.generation): each for each in self.open() if each.verdict != "obsolete"}

    def newest(self) -> int:
        """The number of the last one that was recorded, applied or not; 0 when there is none."""
        row = self._db.row("SELECT max(seq) AS seq FROM decisions")
        return int(row["seq"] or 0) if row else 0

    def unwanted(self, task: str) -> bool:
        """Whether a mailbox said, and it is not yet applied, that the answer to this task is no longer wanted."""
        sql = "SELECT 1 FROM decisions WHERE applied_at IS NULL AND id = ? AND verdict = 'obsolete'"
        return self._db.row(sql, (task,)) is not None

    def apply(self, decisions: Iterable[Decision], now: datetime) -> None:
        """They have had their effect (or could have none); never looked at again."""
        with self._db.transaction():
            for decision in decisions:
                self._db.execute("UPDATE decisions SET applied_at = ? WHERE seq = ?", (stamp(now), decision.seq))


def _decision(row: Row) -> Decision:
    at = moment(row["at"])
    said = {name: row[name] for name in ("seq", "id", "generation", "verdict", "via", "by", "reason", "file")}
    return Decision(**said, at=at)
