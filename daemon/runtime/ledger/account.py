"""Whether the record and the rest of the ledger tell the same of every effect.

Before each effect stands its INTENT, before that the person's yes to exactly this file, and before that the draft;
after it stands how it ended. What the daily caps count is what was begun. A notice to the person needs no yes, but it
is begun once and ends once, too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from daemon.runtime.ledger.database import Database, Row
from daemon.runtime.ledger.tampering import Break, Kind

_ENDS = {"RESULT": "", "DEFERRED": "deferred", "REFUSED": "refused", "UNKNOWN": "unknown"}
_DECISIONS = frozenset({"APPROVED", "REJECTED", "EXPIRED", "WITHDRAWN", "SUPERSEDED", "SETTLED"})
_TELLING = frozenset({"PROPOSED", "INTENT", "NOTICE", "NOTICED", *_DECISIONS, *_ENDS})
_ZONES = timedelta(days=1)  # how far the person's day may be from the day in UTC
_UNRECORDED_TASK = """SELECT id, arrived_at AS at FROM tasks WHERE NOT EXISTS
    (SELECT 1 FROM audit WHERE subject = tasks.id AND kind = 'ARRIVED') LIMIT 1"""
_UNRECORDED_PROPOSAL = """SELECT id, proposed_at AS at FROM proposals AS p WHERE NOT EXISTS
    (SELECT 1 FROM audit WHERE subject = p.id AND kind = 'PROPOSED'
    AND json_extract(data, '$.generation') = p.generation) LIMIT 1"""


@dataclass(frozen=True, slots=True)
class _Effect:
    """What the record says last of one effect. `outcome` is "" as long as it has not ended."""

    action: str
    begun: str
    outcome: str = ""
    receipt: str = ""


@dataclass(slots=True)
class Account:
    """The effects, as the record tells them one after another."""

    broken: Break | None = None  # the first record that lacks what must stand before it
    at: str = ""  # of the newest record
    _effects: dict[str, _Effect] = field(default_factory=dict[str, _Effect])
    _approved: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])  # the file; "" not yet
    _notices: dict[str, bool] = field(default_factory=dict[str, bool])  # whether it has ended

    def take(self, row: Row) -> None:
        """The next record."""
        self.at = max(self.at, row["at"])
        if row["kind"] not in _TELLING or self.broken:
            return
        try:
            found = self._take(row, json.loads(row["data"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            found = "forged", "does not say what such a record says"
        if found:
            kind, lacks = found
            self.broken = Break(kind, row["seq"], f"record {row['seq']} ({row['kind']} {row['subject']}) {lacks}")

    def _take(self, row: Row, said: Mapping[str, Any]) -> tuple[Kind, str] | None:
        kind = row["kind"]
        if kind in _ENDS:
            return self._end(kind, said)
        if kind in {"NOTICE", "NOTICED"}:
            return self._notice(said["key"], ended=kind == "NOTICED")
        draft = (row["subject"], int(said["generation"]))
        if kind == "PROPOSED":
            self._approved.setdefault(draft, "")
        elif draft not in self._approved:
            return "unproposed", "is about a draft that was never proposed"
        elif kind == "APPROVED":
            self._approved[draft] = said["file"]
        elif kind == "INTENT":
            return self._begin(row, draft, said)
        return None

    def _begin(self, row: Row, draft: tuple[str, int], said: Mapping[str, Any]) -> tuple[Kind, str] | None:
        before = self._effects.get(said["key"])
        if not said["file"] or self._approved[draft] != said["file"]:
            return "unapproved", "has no approval of that file before it"
        if before and before.outcome != "deferred":
            return "unapproved", "begins an effect that was begun before"
        self._effects[said["key"]] = _Effect(said["action"], row["at"])
        return None

    def _end(self, kind: str, said: Mapping[str, Any]) -> tuple[Kind, str] | None:
        before = self._effects.get(said["key"])
        if before is None or before.outcome:
            return "unrecorded", "has no INTENT before it"
        outcome = said["outcome"] if kind == "RESULT" else _ENDS[kind]
        self._effects[said["key"]] = _Effect(before.action, before.begun, outcome, said.get("receipt", ""))
        return None

    def _notice(self, key: str, *, ended: bool) -> tuple[Kind, str] | None:
        if ended and self._notices.get(key) is not False:
            return "unrecorded", "has no NOTICE before it"
        if not ended and key in self._notices:
            return "unapproved", "begins a notice that was begun before"
        self._notices[key] = ended
        return None

    def against(self, db: Database, count: int) -> Break | None:
        """The first thing in the ledger that `count` records do not tell, or tell otherwise."""
        untold = dict(self._effects)
        for row in db.rows("SELECT * FROM effects"):
            if why := _objection(row, untold.pop(row["key"], None)):
                return self._unrecorded(count, f"the effect {row['key']} {why}", row["finished_at"] or row["begun_at"])
        if untold:
            return Break("unrecorded", 0, f"the effect {next(iter(untold))} was begun, but is not counted any more")
        for what, query in (("task", _UNRECORDED_TASK), ("draft of task", _UNRECORDED_PROPOSAL)):
            if row := db.row(query):
                return self._unrecorded(count, f"the {what} {row['id']} has no record", row["at"])
        return None

    def _unrecorded(self, count: int, told: str, at: str) -> Break:
        """Newer than the newest record: records are missing at the end."""
        if at >= self.at:
            return Break("cut", count + 1, f"record {count + 1} and what followed were cut off: {told}")
        return Break("unrecorded", 0, told)


def _objection(row: Row, told: _Effect | None) -> str:
    if told is None:
        return "has no INTENT record"
    if (told.outcome, told.receipt) != (row["outcome"], row["receipt"]):
        return f"ended as {row['outcome'] or 'not over'}, but its record says {told.outcome or 'not over'}"
    if (told.action, told.begun) != (row["action"], row["begun_at"]) or not _near(row["day"], told.begun):
        return "is counted for another action or day than its INTENT says"
    return ""


def _near(day: str, stamp: str) -> bool:
    try:
        return abs(date.fromisoformat(day) - date.fromisoformat(stamp[:10])) <= _ZONES
    except ValueError:
        return False
