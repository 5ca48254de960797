"""Amounts as people say them."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from daemon.core.language import extract, spoken


@pytest.mark.parametrize(
    "text",
    [
        "Lunch with Pieter, 18 euro 40",
        "I paid 18 euro 40 at Café Luna",
        "18 euros and 40 cents, by card",
        "ik heb voor 18 euro 40 bij Luna geluncht",
        "18 Euro 40 für das Mittagessen",
        "18 euros 40 chez Luna",
        "18€40 chez Luna",
        "18 euros con 40 céntimos",
        "18 euro e 40 centesimi",
        "18 euros e 40 cêntimos",
    ],
)
def test_cents_said_after_the_currency_belong_to_the_amount(text: str) -> None:
    assert [each.value for each in extract.amounts(text)] == [Decimal("18.40")]


def test_few_cents_are_not_tens_of_them() -> None:
    assert spoken.written("18 euro and 5 cents") == "18.05 euro"


@pytest.mark.parametrize(
    "text",
    ["18 euro 40 stuks", "18 euro 40 %", "18 euro 40,50 euro", "5 bags at 18 euro\n40 tyres", "18 euro, 40 bags"],
)
def test_number_that_counts_something_else_is_no_cents(text: str) -> None:
    assert spoken.written(text) == text


def test_what_may_be_cents_or_a_number_of_things_is_doubtful() -> None:
    assert list(spoken.doubtful("18 euro 40 geluncht")) == [(Decimal(18), Decimal("18.40"))]


@pytest.mark.parametrize("piece", ["18 euro 40 ", "18 euro ", "1", "18€40", "18 euro and 40 "])
def test_amounts_without_end_are_read_in_a_moment(piece: str) -> None:
    begun = time.process_time()
    spoken.written(piece * (60_000 // len(piece)))
    assert time.process_time() - begun < 1
