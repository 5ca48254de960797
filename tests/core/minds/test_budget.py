from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.minds import budget
from daemon.core.minds.budget import Limits, Month, Periods, Spent
from daemon.core.minds.model import Prompt, Turn
from daemon.core.minds.question import Usage
from tests.fakes import NOON
from tests.minds import CHEAP, FakePrices, Said

BERLIN = ZoneInfo("Europe/Berlin")
LIMITS = Limits(Decimal(5), Decimal(100), Decimal("0.8"))
PERIODS = Periods.of(NOON, BERLIN)


@pytest.mark.parametrize(
    ("today", "month", "left"),
    [("0", "0", "5"), ("4", "50", "1"), ("1", "99", "1"), ("6", "6", "-1"), ("0", "103", "-3")],
)
def test_what_is_left_is_the_smaller_of_day_and_month(today: str, month: str, left: str) -> None:
    assert budget.left(LIMITS, Spent(Decimal(today), Decimal(month))) == Decimal(left)


def test_what_is_free_always_fits() -> None:
    assert budget.fits(Decimal(0), Limits(Decimal(0), Decimal(0), Decimal(1)), Spent(Decimal(9), Decimal(9)))


@pytest.mark.parametrize(
    ("cost", "month", "until"),
    [
        ("1", "10", PERIODS.day.end),
        ("1", "99.5", PERIODS.month.end),
        ("6", "0", None),
    ],
)
def test_when_it_fits_again(cost: str, month: str, until: datetime | None) -> None:
    assert budget.again(Decimal(cost), LIMITS, Spent(Decimal(5), Decimal(month)), PERIODS) == until


def test_a_month_is_the_persons_and_goes_over_the_year() -> None:
    december = Month.of(datetime(2026, 12, 31, 23, 30, tzinfo=BERLIN), BERLIN)
    assert december.end.astimezone(BERLIN) == datetime(2027, 1, 1, tzinfo=BERLIN)
    assert december.end - december.start == timedelta(days=31)


def test_most_that_a_call_costs_counts_the_prompt_and_the_longest_answer() -> None:
    prompt = Prompt("a" * 3000, "b" * 6000, Said)
    cost = budget.expected(prompt, 4000, lambda usage: FakePrices().cost(CHEAP, usage))
    assert cost == Decimal((3000 + 300) * 1 + 4000 * 5) / 1_000_000


def test_most_that_a_call_costs_is_what_the_dearest_way_to_read_it_costs() -> None:
    cost = budget.expected(Prompt("a" * 30, "", Said), 0, lambda usage: Decimal(usage.input + usage.written))
    assert cost == 2 * 310


def test_repair_makes_a_prompt_longer() -> None:
    plain = Prompt("a", "b", Said)
    assert budget.tokens_of(plain) < budget.tokens_of(Prompt("a", "b", Said, Turn("c" * 30, "d" * 30)))


def test_letters_of_other_scripts_count_for_more() -> None:
    assert budget.tokens_of(Prompt("", "漢" * 300, Said)) == 300 + budget.tokens_of(Prompt("", "", Said))


def test_nobody_knows_the_price() -> None:
    assert budget.expected(Prompt("a", "b", Said), 100, lambda _: None) is None


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_whatever_a_provider_reports_can_be_kept(first: int, second: int) -> None:
    usage = budget.believable(Usage(first, second, first, second))
    cost = FakePrices().cost(CHEAP, usage)
    assert cost is not None
    assert 0 <= budget.nanos(cost) <= 10**15


@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity", "-1", "1e30"])
def test_odd_price_is_a_number_all_the_same(odd: str) -> None:
    assert 0 <= budget.nanos(Decimal(odd)) <= 10**15


@given(st.decimals(0, 1_000_000, places=12))
def test_the_ledger_never_keeps_less_than_was_spent(amount: Decimal) -> None:
    assert 0 <= budget.dollars(budget.nanos(amount)) - amount < Decimal("1e-9")


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0", "$0.00"),
        ("1234.5", "$1,234.50"),
        ("0.25", "$0.2500"),
        ("0.00421", "$0.0042"),
        ("0.00001", "less than $0.0001"),
    ],
)
def test_money_is_shown_as_exactly_as_it_matters(amount: str, said: str) -> None:
    assert budget.shown(Decimal(amount)) == said
