"""The signed heads of one ledger, kept beside the record that they cover."""

from __future__ import annotations

from typing import TYPE_CHECKING

from daemon.runtime.ledger.database import Database, Row

if TYPE_CHECKING:
    from daemon.core.heads import Head


_COPIED = "heads copied to "


class Heads:
    """Appends and reads; who signs is decided elsewhere."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def add(self, head: Head) -> None:
        """A head of an entry that has one already changes nothing."""
        self._db.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (head.seq, head.at, head.instance, head.hash, head.signature),
        )

    def after(self, seq: int) -> list[Head]:
        """Those of later entries than `seq`, oldest first."""
        return [_head(row) for row in self._db.rows("SELECT * FROM heads WHERE seq > ? ORDER BY seq", (seq,))]

    def last(self) -> Head | None:
        row = self._db.row("SELECT * FROM heads ORDER BY seq DESC LIMIT 1")
        return _head(row) if row else None

    def copied(self, vault: str) -> int:
        """Up to which record this vault once had every head; 0 when none."""
        row = self._db.row("SELECT value FROM meta WHERE key = ?", (_COPIED + vault,))
        return int(row["value"]) if row else 0

    def mark_copied(self, vault: str, seq: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_COPIED + vault, str(seq)))


def _head(row: Row) -> Head:
    from daemon.core.heads import Head  # most commands need none

    return Head(**dict(row))
