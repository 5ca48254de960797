"""The published prices, by hand. What fails here after an update of genai-prices is a new price: look it up."""

from __future__ import annotations

from decimal import Decimal

import pytest

from daemon.adapters.llm.prices import PriceList
from daemon.core.minds.question import Usage

HAIKU, SONNET = "anthropic:claude-haiku-4-5", "anthropic:claude-sonnet-4-5"


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        (HAIKU, Usage(1_000_000, 0), "1"),
        (HAIKU, Usage(0, 1_000_000), "5"),
        (SONNET, Usage(1_000, 200), "0.006"),
        # 500 fresh at $3, 300 written at $3.75, 1,200 read at $0.30, 100 said at $15
        (SONNET, Usage(2_000, 100, read=1_200, written=300), "0.004485"),
        ("openai:gpt-5-mini", Usage(1_000_000, 0, read=1_000_000), "0.025"),
        ("groq:llama-3.3-70b-versatile", Usage(1_000_000, 1_000_000), "1.38"),
        ("google:gemini-2.5-flash", Usage(1_000_000, 0), "0.3"),
    ],
)
def test_costs_are_the_published_ones(model: str, usage: Usage, dollars: str) -> None:
    assert PriceList({}).cost(model, usage) == Decimal(dollars)


def test_own_prices_come_before_the_list() -> None:
    prices = PriceList({HAIKU: (10, 1, 20)})
    assert prices.cost(HAIKU, Usage(1_000_000, 1_000_000)) == Decimal(30)
    assert prices.cost(HAIKU, Usage(1_000_000, 0, read=1_000_000)) == Decimal(1)
    assert prices.cost(HAIKU, Usage(1_000_000, 0, written=1_000_000)) == Decimal("12.5")
    assert prices.cost(SONNET, Usage(100_000, 0)) == Decimal("0.3")


def test_an_own_server_is_free_unless_the_person_says_otherwise() -> None:
    assert PriceList({}).cost("local:any", Usage(10**9, 10**9)) == 0
    assert PriceList({"local:any": (1, 1, 1)}).cost("local:any", Usage(1_000_000, 0)) == 1


@pytest.mark.parametrize("model", ["anthropic:claude-ours-9", "nobody:gpt-5-mini", "", "anthropic:"])
def test_an_unknown_price_is_not_zero(model: str) -> None:
    assert PriceList({}).cost(model, Usage(1000, 1000)) is None


def test_absurd_counts_have_a_price_too() -> None:
    prices = PriceList({"openai:mine": (3, 1, 1)})
    assert prices.cost(SONNET, Usage(10**12, 10**12)) == Decimal(28_500_000)  # long prompts have prices of their own
    assert prices.cost(SONNET, Usage(0, 0, read=100_000)) == Decimal("0.03")
    assert prices.cost("openai:mine", Usage(0, 0, read=1_000_000)) == 1
