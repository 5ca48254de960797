"""How the money for language models stands, from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.thrift import WEEK, Purse
from daemon.core.policy import Day
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.spending import UNAFFORDABLE


def purse(ledger: Ledger, limits: Limits, zone: tzinfo, now: datetime) -> Purse:
    """At this moment."""
    periods = Periods.of(now, zone)
    spent = ledger.spending.spent(periods)
    too_dear = bool(ledger.spending.tasks((UNAFFORDABLE,), periods.day.start, periods.day.end))
    return Purse(limits, spent, list(_earlier(ledger, zone, now)) if spent.today else (), too_dear)


def days(now: datetime, zone: tzinfo, count: int) -> list[tuple[date, Day]]:
    """The last `count` days of the person with today, oldest first."""
    today = now.astimezone(zone).date()
    found = [today - timedelta(days=n) for n in reversed(range(count))]
    return [(day, Day.of(datetime.combine(day, time(12), zone), zone)) for day in found]


def _earlier(ledger: Ledger, zone: tzinfo, now: datetime) -> Iterator[Decimal]:
    """What each of the last days cost, from the first call ever on."""
    first = ledger.spending.first()
    for _, day in days(now, zone, WEEK + 1)[:-1]:
        if first and first < day.end:
            yield ledger.spending.within(day.start, day.end)
