"""What language models really cost, from the bills of their provider, against what the ledger says.

Priced by hand, and the ledger is read as a file: nothing here asks the program.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from daemon.core.minds.question import Usage
from tests.minds import BEST, CHEAP, FAIR, OWN

_NANO = Decimal("1e-9")
# Nanodollars for a token, in and out.
_PRICES: Mapping[str, tuple[int, int]] = {OWN: (0, 0), CHEAP: (1000, 5000), FAIR: (3000, 15000), BEST: (5000, 25000)}


@dataclass(frozen=True, slots=True)
class Bill:
    """One call. `honest`: what it costs where tokens are counted as everywhere; `real`: what was charged."""

    day: date  # of the person
    model: str
    row: int  # of the ledger, in which it was reserved
    honest: Decimal
    real: Decimal
    exact: bool  # the daemon was told the very counts
    again: bool  # the answer was kept already
    limits: tuple[Decimal, Decimal]  # for the day and the month, when it was asked


@dataclass(frozen=True, slots=True)
class Booked:
    """A row of the ledger."""

    outcome: str
    cost: Decimal


def by_hand(model: str, usage: Usage) -> Decimal:
    """US dollars."""
    each, output = _PRICES[model]
    return (usage.input * each + usage.output * output) * _NANO


def booked(ledger: Path) -> dict[int, Booked]:
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as opened:
        rows = opened.execute("SELECT seq, outcome, nanos FROM spending").fetchall()
    opened.close()
    return {int(seq): Booked(str(outcome), int(nanos) * _NANO) for seq, outcome, nanos in rows}


def left_open(ledger: Path) -> list[int]:
    """Calls of which nobody knows what they cost."""
    return [row for row, found in booked(ledger).items() if found.outcome == "open"]


def faults(bills: Sequence[Bill], ledger: Path) -> list[str]:
    """Everything reserved before, nothing booked for less, no limit passed but by what was under way, nothing twice."""
    rows = booked(ledger)
    return [*_reserved(bills), *_undercounted(bills, rows), *_over(bills, rows), *_twice(bills)]


def _reserved(bills: Iterable[Bill]) -> Iterator[str]:
    for row, count in Counter(each.row for each in bills).items():
        if count > 1:
            yield f"row {row} of the ledger stands for {count} calls"


def _undercounted(bills: Iterable[Bill], rows: Mapping[int, Booked]) -> Iterator[str]:
    for each in bills:
        found = rows.get(each.row, Booked("missing", Decimal(0)))
        known = _known(each, rows)
        if found.cost < known:
            yield f"{each} is booked with {found.cost} ({found.outcome})"
        if each.exact and found.outcome != "open" and found.cost >= known + _NANO:
            yield f"{each} is booked with {found.cost} ({found.outcome}), which nobody charged"


def _over(bills: Sequence[Bill], rows: Mapping[int, Booked]) -> Iterator[str]:
    days, months = defaultdict[date, Decimal](Decimal), defaultdict[date, Decimal](Decimal)
    for each in sorted(bills, key=lambda bill: bill.row):  # as they were reserved
        day, month = each.day, each.day.replace(day=1)
        daily, monthly = each.limits
        if each.honest and (days[day] + each.honest > daily or months[month] + each.honest > monthly):
            yield f"{each} began when {days[day]} of {daily} were spent, and {months[month]} of {monthly}"
        known = _known(each, rows)
        days[day] += known
        months[month] += known


def _known(bill: Bill, rows: Mapping[int, Booked]) -> Decimal:
    """What of it could be known: how much it was, a kill may have kept from the daemon."""
    open_ = bill.row in rows and rows[bill.row].outcome == "open"
    return min(bill.honest, bill.real) if open_ else bill.real


def _twice(bills: Iterable[Bill]) -> Iterator[str]:
    for each in bills:
        if each.again and each.honest:
            yield f"paid although its answer was kept: {each}"
