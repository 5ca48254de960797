"""What effects of several steps noted between them; see `daemon.core.mailboxes.ports.Jottings`."""

from __future__ import annotations

from daemon.runtime.ledger.database import Database


class Jottings:
    """The jottings of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def get(self, key: str, name: str) -> str:
        row = self._db.row("SELECT value FROM jottings WHERE key = ? AND name = ?", (key, name))
        return row["value"] if row else ""

    def put(self, key: str, name: str, value: str) -> None:
        said = {"key": key, "name": name, "value": value}
        self._db.execute(
            "INSERT INTO jottings VALUES (:key, :name, :value) ON CONFLICT DO UPDATE SET value = :value", said
        )
