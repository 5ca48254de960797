from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from daemon.core.minds import thrift
from daemon.core.minds.budget import Limits, Spent
from daemon.core.minds.thrift import Purse

LIMITS = Limits(Decimal(5), Decimal(100), Decimal("0.8"))


def said(today: str, month: str = "0", *, earlier: tuple[str, ...] = (), limits: Limits = LIMITS) -> list[str]:
    purse = Purse(limits, Spent(Decimal(today), Decimal(month)), [Decimal(each) for each in earlier])
    return [worry.what for worry in thrift.worries(purse)]


def test_little_spent_is_no_worry() -> None:
    assert said("3.99", "79.99") == []


def test_four_fifths_are_told() -> None:
    assert said("4") == ["80% of today's budget for language models is spent ($4.00 of $5.00)"]
    assert said("0", "81") == ["81% of this month's budget for language models is spent ($81.00 of $100.00)"]


def test_spent_says_what_it_means_and_how_to_raise_it() -> None:
    (worry,) = thrift.worries(Purse(LIMITS, Spent(Decimal("5.1"), Decimal("5.1"))))
    assert worry.what == (
        "today's budget for language models is spent ($5.10 of $5.00); none that costs money is asked, and what rules "
        "cannot do well waits until tomorrow"
    )
    assert worry.remedy == "raise [budget] daily_usd in your configuration; it counts at once"


def test_spent_month_waits_for_the_next() -> None:
    assert "waits until next month" in said("0", "100")[0]


def test_nothing_waits_when_the_person_wants_rules() -> None:
    (what,) = said("5", limits=Limits(Decimal(5), Decimal(100), Decimal("0.8"), waits=False))
    assert "waits" not in what


def test_limit_below_the_price_of_a_question_is_told() -> None:
    limits = Limits(Decimal("0.001"), Decimal(100), Decimal("0.8"))
    (worry,) = thrift.worries(Purse(limits, Spent(), too_dear=True))
    assert worry.what == "$0.0010 a day is less than one question to a language model may cost, so none is asked"
    assert worry.remedy.startswith("raise [budget] daily_usd")
    assert thrift.worries(Purse(limits, Spent())) == []
    assert thrift.worries(Purse(replace(limits, daily=Decimal(0)), Spent(), too_dear=True)) == []
    assert thrift.worries(Purse(LIMITS, Spent(), too_dear=True)) == []


def test_who_allows_nothing_is_not_warned_of_it() -> None:
    assert said("0", limits=Limits(Decimal(0), Decimal(0), Decimal("0.8"))) == []


@pytest.mark.parametrize(
    ("today", "earlier", "alarmed"),
    [
        ("0.61", ("0.5", "0.5", "0.5"), True),
        ("0.60", ("0.5", "0.5", "0.5"), False),
        ("0.61", ("0.5", "0.5"), False),  # two days make no mean
        ("0.10", ("0.01", "0.01", "0.01"), False),  # a dime is nothing
        ("0.11", ("0", "0", "0", "0", "0", "0", "0"), True),
    ],
)
def test_unusual_day_is_told(today: str, earlier: tuple[str, ...], alarmed: bool) -> None:  # noqa: FBT001
    assert bool(said(today, earlier=earlier)) == alarmed


def test_unusual_day_says_how_much_more() -> None:
    assert said("0.75", earlier=("0.5",) * 7) == [
        "language models cost $0.7500 today, 50% more than usual ($0.5000 a day)"
    ]
