"""The judges of the torture with models find what is wrong."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from daemon.core.draft import Closed, Draft
from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.question import Unanswered
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.spending import OK, Call, Ended
from tests.agents.factories import note
from tests.fakes import NOON
from tests.minds import CHEAP
from tests.torture import bills, drafted
from tests.torture.bills import Bill

LIMITS = Limits(Decimal(9), Decimal(9), Decimal("0.8"))
DRAFT = Draft("email.reply", {"to": ["anna@example.com"]}, "Hello", "Reply", "A mail.", 0.4, "low")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """One call, booked with a dollar."""
    opened = Ledger(tmp_path / "ledger.db")
    row = opened.spending.reserve(Call("mail", "draft", "t1", CHEAP), Decimal(2), LIMITS, Periods.of(NOON, UTC))
    opened.spending.settle(row or 0, Ended(OK, cost=Decimal(1)), NOON)
    opened.close()
    return tmp_path / "ledger.db"


def bill(**changes: Any) -> Bill:
    """The bill of that call, changed only in what the test is about."""
    one = Bill(
        day=date(2026, 3, 10),
        model=CHEAP,
        row=1,
        honest=Decimal(1),
        real=Decimal(1),
        exact=True,
        again=False,
        limits=(Decimal(2), Decimal(9)),
    )
    return replace(one, **changes)


def test_a_call_that_is_booked_as_it_was_is_right(ledger: Path) -> None:
    assert bills.faults([bill()], ledger) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"real": Decimal("1.5")},
        {"real": Decimal("0.5")},
        {"row": 2},
        {"again": True},
        {"limits": (Decimal("0.5"), Decimal(9))},
        {"limits": (Decimal(9), Decimal("0.5"))},
    ],
)
def test_a_wrong_call_is_found(ledger: Path, changes: dict[str, Any]) -> None:
    assert bills.faults([bill(**changes)], ledger)


def test_two_calls_on_one_row_are_found(ledger: Path) -> None:
    assert bills.faults([bill(), bill()], ledger)


@pytest.mark.parametrize(
    "changes", [{"params": {"to": ["eve@evil.example"]}}, {"action": "email.send"}, {"title": "Eve"}, {"text": "Hi"}]
)
def test_what_a_model_must_not_change_is_found(changes: dict[str, Any]) -> None:
    assert _judged(replace(DRAFT, **changes), DRAFT)


def test_words_of_a_model_that_is_named_are_right() -> None:
    assert not _judged(replace(DRAFT, text="Hi", model=CHEAP), DRAFT)


def test_a_lower_risk_is_found() -> None:
    assert _judged(DRAFT, replace(DRAFT, risk="high"))


def test_a_task_that_waits_without_need_is_found() -> None:
    waits = Unanswered("no money", until=NOON + timedelta(days=1))
    assert _judged(waits, replace(DRAFT, confidence=0.8))
    assert not _judged(waits, DRAFT)


def _judged(made: Draft | Closed | Unanswered, by_rules: Draft) -> list[str]:
    future = Future[Draft | Closed]()
    if isinstance(made, Unanswered):
        future.set_exception(made)
    else:
        future.set_result(made)
    return list(drafted.faults(note("Hello"), future, by_rules))
