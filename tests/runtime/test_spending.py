"""Money in the ledger: what is reserved, what is settled, and what counts as today's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.minds.budget import Limits, Periods, Spent
from daemon.core.minds.outages import Failing
from daemon.core.minds.question import Usage
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.spending import CACHED, UNAFFORDABLE, Call, Ended
from tests.fakes import NOON
from tests.minds import CHEAP, FAIR

CALL = Call("mail", "draft", "taaaaaaaaaa", CHEAP)
LIMITS = Limits(Decimal(1), Decimal(10), Decimal("0.8"))
DIME = Decimal("0.1")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.sqlite3")) as opened:
        yield opened


def at(now: datetime = NOON) -> Periods:
    return Periods.of(now, UTC)


def reserve(ledger: Ledger, cost: Decimal = DIME, now: datetime = NOON) -> int | None:
    return ledger.spending.reserve(CALL, cost, LIMITS, at(now))


def spend(ledger: Ledger, cost: Decimal = DIME, now: datetime = NOON) -> None:
    row = reserve(ledger, DIME, now)
    assert row is not None
    ledger.spending.settle(row, Ended("ok", Usage(10, 5), cost), now)


def fail(ledger: Ledger, outcome: str, now: datetime) -> None:
    row = reserve(ledger, DIME, now)
    assert row is not None
    ledger.spending.settle(row, Ended(outcome), now)


def test_provider_that_fails_is_known_since_its_last_answer(ledger: Ledger) -> None:
    fail(ledger, "down", NOON)
    spend(ledger, DIME, NOON + MINUTE)
    assert ledger.spending.failing(NOON) == []
    fail(ledger, "down", NOON + 2 * MINUTE)
    fail(ledger, "login", NOON + 3 * MINUTE)
    fail(ledger, "busy", NOON + 4 * MINUTE)
    assert ledger.spending.failing(NOON) == [Failing("anthropic", "login", NOON + 2 * MINUTE)]
    assert ledger.spending.failing(NOON + 4 * MINUTE) == []


def test_what_is_under_way_counts_as_spent(ledger: Ledger) -> None:
    assert [reserve(ledger) is not None for _ in range(12)] == [True] * 10 + [False] * 2
    assert ledger.spending.spent(at()) == Spent(Decimal(1), Decimal(1))


def test_what_was_reserved_too_much_is_free_again(ledger: Ledger) -> None:
    first = reserve(ledger, Decimal(1))
    assert first is not None
    assert reserve(ledger) is None
    ledger.spending.settle(first, Ended("ok", Usage(10, 5), Decimal("0.2")), NOON)
    assert reserve(ledger, Decimal("0.8")) is not None


def test_a_kill_leaves_a_call_counted_at_what_was_reserved(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(Ledger(path)) as killed:
        assert reserve(killed, Decimal("0.7")) is not None
    with closing(Ledger(path)) as ledger:
        assert ledger.spending.spent(at()).today == Decimal("0.7")
        assert reserve(ledger, Decimal("0.4")) is None


def test_settled_twice_counts_once(ledger: Ledger) -> None:
    row = reserve(ledger)
    assert row is not None
    ledger.spending.settle(row, Ended("ok", cost=DIME), NOON)
    ledger.spending.settle(row, Ended("busy"), NOON)
    assert [(each.outcome, each.cost) for each in ledger.spending.charges(NOON, NOON + DAY)] == [("ok", DIME)]


def test_month_ends_what_the_day_would_allow(ledger: Ledger) -> None:
    for day in reversed(range(1, 10)):
        spend(ledger, Decimal("1.1"), NOON - day * DAY)
    assert reserve(ledger) is not None
    assert reserve(ledger) is None


def test_next_day_begins_anew(ledger: Ledger) -> None:
    spend(ledger, Decimal(1))
    assert reserve(ledger) is None
    assert reserve(ledger, now=NOON + DAY) is not None


def test_many_threads_never_reserve_the_same_money(ledger: Ledger) -> None:
    with ThreadPoolExecutor(16) as pool:
        calls = [pool.submit(reserve, ledger, Decimal("0.02")) for _ in range(200)]
    given = [row for call in calls if (row := call.result()) is not None]
    assert len(given) == len(set(given)) == 50


def test_two_processes_never_reserve_the_same_money(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(Ledger(path)) as one, closing(Ledger(path)) as two, ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(reserve, (one, two)[n % 2], Decimal("0.05")) for n in range(60)]
        assert sum(call.result() is not None for call in calls) == 20


def test_clock_set_back_gives_no_second_days_worth(ledger: Ledger) -> None:
    ledger.note_day("2026-03-10", NOON)
    spend(ledger, Decimal(1))
    back = NOON - 3 * DAY
    ledger.note_day("2026-03-07", back)
    assert reserve(ledger, now=back) is None


def test_what_was_spent_before_the_clock_was_set_back_is_forgotten_the_next_day(ledger: Ledger) -> None:
    spend(ledger, Decimal(1), NOON + 120 * DAY)
    ledger.note_day("2026-07-08", NOON + 120 * DAY)
    ledger.note_day("2026-03-10", NOON)
    assert reserve(ledger) is None
    assert reserve(ledger, now=NOON + DAY) is not None


def test_what_is_free_may_always_begin(ledger: Ledger) -> None:
    spend(ledger, Decimal(3))
    assert reserve(ledger) is None
    assert reserve(ledger, Decimal(0)) is not None


@pytest.mark.parametrize("cost", [Decimal("1e30"), Decimal("NaN"), Decimal(-5)])
def test_absurd_price_can_be_kept(ledger: Ledger, cost: Decimal) -> None:
    spend(ledger, cost)
    assert 0 <= ledger.spending.spent(at()).today <= 1_000_000


def test_bill_of_a_task_names_who_answered_last(ledger: Ledger) -> None:
    spend(ledger)
    spend(ledger)
    ledger.spending.note(Call("mail", "draft", CALL.task, FAIR), CACHED, NOON)
    ledger.spending.note(Call("mail", "draft", CALL.task, CHEAP), UNAFFORDABLE, NOON)
    bill = ledger.spending.of(CALL.task)
    assert (bill.cost, bill.model) == (Decimal("0.2"), FAIR)
    assert ledger.spending.of("tzzzzzzzzzz").model == ""


def test_tasks_that_met_the_limit_are_known(ledger: Ledger) -> None:
    ledger.spending.note(CALL, UNAFFORDABLE, NOON)
    ledger.spending.note(CALL, UNAFFORDABLE, NOON)
    assert list(ledger.spending.tasks([UNAFFORDABLE], NOON, NOON + DAY)) == [CALL.task]


def test_how_long_calls_took_is_kept(ledger: Ledger) -> None:
    row = reserve(ledger)
    assert row is not None
    ledger.spending.settle(row, Ended("slow"), NOON + timedelta(seconds=90))
    (charges,) = ledger.spending.charges(NOON, NOON + DAY)
    assert abs(charges.took - timedelta(seconds=90)) <= timedelta(milliseconds=1)
