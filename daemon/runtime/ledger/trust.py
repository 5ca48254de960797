"""Whose words count as the person's own: the skills that were trusted, each with the digest of the file they saw.

There is no table beside the record: what the audit chain says last of a skill is what holds, so that trust given behind
the person's back shows as tampering.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from daemon.runtime.ledger.audit import Audit
from daemon.runtime.ledger.database import Database

_SUBJECT = "skill:"
# The two bounds let the index on the subject find them: ";" comes right after ":".
_SAID = """SELECT subject, kind, CASE WHEN json_valid(data) THEN json_extract(data, '$.sha256') END AS sha256
    FROM audit WHERE subject >= 'skill:' AND subject < 'skill;' ORDER BY seq"""


class Trust:
    """The trusted skills of one ledger."""

    def __init__(self, db: Database, audit: Audit) -> None:
        self._db = db
        self._audit = audit

    def pins(self) -> Mapping[str, str]:
        """The SHA-256 of the SKILL.md that the person trusts, by the name of the skill."""
        pins: dict[str, str] = {}
        for row in self._db.rows(_SAID):
            name = row["subject"].removeprefix(_SUBJECT)
            pins.pop(name, None)
            if row["kind"] == "TRUSTED":
                pins[name] = str(row["sha256"])
        return pins

    def pin(self, name: str, sha256: str, via: str, now: datetime) -> None:
        """From now on this skill counts, as long as its file has this digest."""
        self._audit.record(now, "TRUSTED", _SUBJECT + name, {"sha256": sha256, "via": via})

    def unpin(self, name: str, via: str, now: datetime) -> bool:
        """It counts no more. False when it did not before."""
        with self._db.transaction():
            if name not in self.pins():
                return False
            self._audit.record(now, "UNTRUSTED", _SUBJECT + name, {"via": via})
            return True
