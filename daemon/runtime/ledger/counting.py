"""How many effects have begun today, for the daily caps.

Counted from when each began, so that neither a restart nor another time zone forgets one. An unknown outcome counts;
what surely did not happen does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from daemon.core.policy import Day
from daemon.runtime.ledger.database import Database, Row, stamp

_ZONES = timedelta(days=2)  # how far the day of an effect may be from the one in UTC; only to use its index
_BEGUN = "SELECT id, action, begun_at FROM effects WHERE day >= ? AND begun_at >= ? AND outcome <> 'deferred'"


def begun(db: Database, day: Day) -> Mapping[str, int]:
    """By action. Those of a later day count as well, as long as the clock has not passed a midnight since.

    They were begun before the clock was set back, which must not give a second day's worth.
    """
    since = (day.start - _ZONES).date().isoformat()
    found = db.rows(_BEGUN, (since, stamp(day.start)))
    end = stamp(day.end)
    return Counter(row["action"] for row in found if row["begun_at"] < end or not _long_past(db, row, day))


def _long_past(db: Database, row: Row, day: Day) -> bool:
    """Whether something was recorded on an earlier day than today after this effect of a day to come."""
    intent = db.row("SELECT max(seq) AS seq FROM audit WHERE subject = ? AND kind = 'INTENT'", (row["id"],))
    after = (intent and intent["seq"]) or 0
    return db.row("SELECT 1 FROM audit WHERE seq > ? AND at < ? LIMIT 1", (after, stamp(day.start))) is not None
