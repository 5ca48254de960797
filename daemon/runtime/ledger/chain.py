"""How one audit record holds on to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from daemon.runtime.ledger.database import Row

START = "0" * 64  # what the first record follows
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def chained(row: Mapping[str, object] | Row) -> str:
    """sha256 over the previous hash and everything the record says, in a fixed order."""
    said = [row["prev"], row["seq"], row["at"], row["kind"], row["subject"], row["data"]]
    return hashlib.sha256(_ENCODE(said).encode()).hexdigest()
