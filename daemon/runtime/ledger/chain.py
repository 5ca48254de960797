"""The records one after another, and how each holds on to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from daemon.runtime.ledger.database import Database, Row

PAGE = 5000  # records read at a time
START = "0" * 64  # what the first record follows
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def chained(row: Mapping[str, object] | Row) -> str:
    """sha256 over the previous hash and everything the record says, in a fixed order."""
    said = [row["prev"], row["seq"], row["at"], row["kind"], row["subject"], row["data"]]
    return hashlib.sha256(_ENCODE(said).encode()).hexdigest()


def rows(db: Database) -> Iterator[Row]:
    """All records in the order of their numbers, read in pages."""
    page = db.rows("SELECT * FROM audit ORDER BY seq LIMIT ?", (PAGE,))
    while page:
        yield from page
        page = db.rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", (page[-1]["seq"], PAGE))
