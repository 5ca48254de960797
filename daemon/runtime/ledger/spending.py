"""What language models cost: a row for each call, written before it begins.

A call under way counts at what was reserved for it, and so does one that a kill left open: nobody knows what it cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from daemon.core.minds import budget
from daemon.core.minds.budget import Limits, Month, Periods, Spent
from daemon.core.minds.outages import Failing
from daemon.core.minds.usage import Usage
from daemon.core.policy import Day
from daemon.runtime.ledger.database import Database, Row, moment, stamp

OPEN = "open"
OK = "ok"
CACHED = "cached"  # answered from what was kept, for nothing
UNAFFORDABLE = "unaffordable"  # nobody was asked, because it may have cost more than was left
WEAKER = "weaker"  # a cheaper model was asked for that reason
ANSWERED = (OK, CACHED)
NOT_MADE = (CACHED, UNAFFORDABLE, WEAKER)  # rows that are no calls

_WITHIN = "SELECT coalesce(sum(nanos), 0) AS n FROM spending WHERE begun_at >= ? AND begun_at < ?"
_LATER = "SELECT 1 FROM spending WHERE begun_at >= ? LIMIT 1"
_EARLIER = "SELECT seq FROM audit WHERE at < ? ORDER BY seq DESC LIMIT 1"
_SINCE = "SELECT coalesce(sum(nanos), 0) AS n FROM spending WHERE begun_at >= ? AND after >= ?"
_GROUPED = """SELECT agent, purpose, model, task, outcome, count(*) AS calls, sum(input) AS input,
    sum(output) AS output, sum(read) AS read, sum(written) AS written, sum(nanos) AS nanos,
    sum(milliseconds) AS milliseconds FROM spending WHERE begun_at >= ? AND begun_at < ?
    GROUP BY agent, purpose, model, task, outcome"""
_FAILING = """WITH calls AS (SELECT seq, begun_at, outcome, substr(model, 1, instr(model, ':') - 1) AS provider
    FROM spending WHERE begun_at >= ?),
  heard AS (SELECT provider, max(seq) AS seq FROM calls WHERE outcome IN ('ok', 'unfit', 'declined', 'length')
    GROUP BY provider)
    SELECT calls.provider, calls.outcome, calls.begun_at FROM calls LEFT JOIN heard USING (provider)
    WHERE calls.outcome IN ('login', 'down') AND calls.seq > coalesce(heard.seq, 0) ORDER BY calls.seq"""


@dataclass(frozen=True, slots=True)
class Call:
    """Who asks which model, what for."""

    agent: str
    purpose: str
    task: str  # "" when it is about several
    model: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call went. `outcome`: "ok", "unfit", "declined", "length" or the trouble that it met."""

    outcome: str
    usage: Usage = field(default_factory=Usage)
    cost: Decimal = budget.FREE
    model: str = ""  # who answered, where that is known better than when it began


@dataclass(frozen=True, slots=True)
class Charges:
    """Calls of one kind within some time. `outcome` as it ended; "open" while it did not."""

    call: Call
    outcome: str
    calls: int
    usage: Usage
    cost: Decimal  # US dollars
    took: timedelta  # all together


@dataclass(frozen=True, slots=True)
class Bill:
    """What one task cost, and which model answered last; "" when none did."""

    cost: Decimal
    model: str


class Spending:
    """The calls of one ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def reserve(self, call: Call, expected: Decimal, limits: Limits, periods: Periods) -> int | None:
        """Begin a call that costs at most `expected`: its row, or None when that does not fit in what is left.

        Checked and written in one transaction: of any number of calls that begin at once no two take the same money.
        """
        with self._db.transaction():
            if not budget.fits(expected, limits, self.spent(periods)):
                return None
            return self._add(call, expected, OPEN, periods.now)

    def settle(self, seq: int, end: Ended, now: datetime) -> None:
        """It is over, and cost this. Done twice it counts once."""
        self._db.execute(
            "UPDATE spending SET finished_at = :now, input = :input, output = :output, read = :read,"
            " written = :written, nanos = :nanos, outcome = :outcome,"
            " model = coalesce(nullif(:model, ''), model),"
            " milliseconds = max(0, CAST(1000 * 86400 * (julianday(:now) - julianday(begun_at)) AS INTEGER))"
            " WHERE seq = :seq AND outcome = 'open'",
            {"seq": seq, "now": stamp(now), "nanos": budget.nanos(end.cost), "outcome": end.outcome, "model": end.model}
            | _counts(end.usage),
        )

    def note(self, call: Call, outcome: str, now: datetime) -> None:
        """What cost nothing: an answer that was kept, or a call that was not made."""
        with self._db.transaction():
            self._add(call, budget.FREE, outcome, now, finished=True)

    def spent(self, periods: Periods) -> Spent:
        """So far, with all that is under way."""
        return Spent(self._sum(periods.day), self._sum(periods.month))

    def within(self, start: datetime, end: datetime) -> Decimal:
        """By the clock of each call."""
        row = self._db.row(_WITHIN, (stamp(start), stamp(end)))
        return budget.dollars(row["n"]) if row else budget.FREE

    def charges(self, start: datetime, end: datetime) -> list[Charges]:
        """What was spent on what, in this time."""
        return [_charges(row) for row in self._db.rows(_GROUPED, (stamp(start), stamp(end)))]

    def failing(self, since: datetime) -> list[Failing]:
        """The providers that brought no answer since then, or since their last one: not reached, or no way in."""
        found: dict[str, Failing] = {}
        for row in self._db.rows(_FAILING, (stamp(since),)):
            name = row["provider"]
            begun = found[name].since if name in found else moment(row["begun_at"])
            found[name] = Failing(name, row["outcome"], begun)
        return list(found.values())

    def first(self) -> datetime | None:
        """When the first call ever was made."""
        row = self._db.row("SELECT min(begun_at) AS at FROM spending")
        return moment(row["at"]) if row and row["at"] else None

    def of(self, task: str) -> Bill:
        """Of all drafts of a task."""
        rows = self._db.rows("SELECT model, nanos, outcome FROM spending WHERE task = ? ORDER BY seq", (task,))
        answered = [row["model"] for row in rows if row["outcome"] in ANSWERED]
        return Bill(budget.dollars(sum(row["nanos"] for row in rows)), answered[-1] if answered else "")

    def tasks(self, outcomes: Iterable[str], start: datetime, end: datetime) -> Sequence[str]:
        """Which tasks met one of these outcomes in this time."""
        wanted = list(outcomes)
        marks = ", ".join("?" * len(wanted))
        rows = self._db.rows(
            f"SELECT DISTINCT task FROM spending WHERE begun_at >= ? AND begun_at < ? AND outcome IN ({marks})"  # noqa: S608
            " AND task <> ''",
            (stamp(start), stamp(end), *wanted),
        )
        return [row["task"] for row in rows]

    def _sum(self, period: Day | Month) -> Decimal:
        """Those of later days count as well, unless something was recorded before this period after them.

        They were made before the clock was set back, which must not give a second day's worth of money; past the
        next midnight they are forgotten. See `counting`.
        """
        found = self.within(period.start, period.end)
        if self._db.row(_LATER, (stamp(period.end),)) is None:
            return found
        earlier = self._db.row(_EARLIER, (stamp(period.start),))
        row = self._db.row(_SINCE, (stamp(period.end), earlier["seq"] if earlier else 0))
        return found + budget.dollars(row["n"] if row else 0)

    def _add(self, call: Call, cost: Decimal, outcome: str, now: datetime, *, finished: bool = False) -> int:
        newest = self._db.row("SELECT max(seq) AS seq FROM audit")
        table = {"agent": call.agent, "purpose": call.purpose, "task": call.task, "model": call.model}
        times = {"begun_at": stamp(now), "finished_at": stamp(now) if finished else None}
        kept = {"nanos": budget.nanos(cost), "outcome": outcome, "after": (newest["seq"] if newest else 0) or 0}
        self._db.insert("spending", table | times | kept)
        row = self._db.row("SELECT last_insert_rowid() AS seq")
        return row["seq"] if row else 0


def _counts(usage: Usage) -> dict[str, int]:
    return {"input": usage.input, "output": usage.output, "read": usage.read, "written": usage.written}


def _charges(row: Row) -> Charges:
    return Charges(
        call=Call(row["agent"], row["purpose"], row["task"], row["model"]),
        outcome=row["outcome"],
        calls=row["calls"],
        usage=Usage(row["input"], row["output"], row["read"], row["written"]),
        cost=budget.dollars(row["nanos"]),
        took=timedelta(milliseconds=row["milliseconds"]),
    )
