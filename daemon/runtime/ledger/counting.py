"""How many effects have begun today, for the daily caps.

Counted from when each began, so that neither a restart nor another time zone forgets one. An unknown outcome counts;
what surely did not happen does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from daemon.core.policy import Day
from daemon.runtime.ledger.database import Database, stamp

_ZONES = timedelta(days=2)  # how far the day of an effect may be from the one in UTC; only to use its index
_TODAY = """SELECT action, count(*) AS n FROM effects
    WHERE day >= ? AND begun_at >= ? AND begun_at < ? AND outcome <> 'deferred' GROUP BY action"""
_LATER = "SELECT 1 FROM effects WHERE day >= ? AND begun_at >= ? LIMIT 1"
_EARLIER = "SELECT seq FROM audit WHERE at < ? ORDER BY seq DESC LIMIT 1"
_SINCE = """SELECT action, count(*) AS n FROM effects AS e WHERE day >= ? AND begun_at >= ? AND outcome <> 'deferred'
    AND (SELECT max(seq) FROM audit WHERE subject = e.id AND kind = 'INTENT') > ? GROUP BY action"""


def begun(db: Database, day: Day) -> Mapping[str, int]:
    """By action. Those of a later day count as well, unless something was recorded on an earlier day after them.

    They were begun before the clock was set back, which must not give a second day's worth; past the next midnight
    they are forgotten.
    """
    since, start, end = (day.start - _ZONES).date().isoformat(), stamp(day.start), stamp(day.end)
    found = Counter({row["action"]: row["n"] for row in db.rows(_TODAY, (since, start, end))})
    if db.row(_LATER, (since, end)):
        earlier = db.row(_EARLIER, (start,))
        later = db.rows(_SINCE, (since, end, earlier["seq"] if earlier else 0))
        found.update({row["action"]: row["n"] for row in later})
    return found
