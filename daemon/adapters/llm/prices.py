"""What calls cost: the price list that comes with genai-prices, and the person's own prices on top.

The list is as old as the installed package; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from daemon.core.minds import providers
from daemon.core.minds.question import Usage

_MILLION = Decimal(1_000_000)
# What Anthropic asks for writing into its cache, of the price of input:
# https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing
_WRITTEN = {providers.ANTHROPIC.name: Decimal("1.25")}


class PriceList:
    """`core.minds.model.Prices`. The list is loaded when the first price is asked for."""

    def __init__(self, own: Mapping[str, Sequence[float]]) -> None:
        """`own`: by model, US dollars for a million tokens of input, cached input and output."""
        self._own = {model: tuple(Decimal(str(price)) for price in prices) for model, prices in own.items()}

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        """US dollars; None when nobody knows the price of this model."""
        if prices := self._own.get(model):
            return _by_table(prices, usage, _WRITTEN.get(model.partition(":")[0], Decimal(1)))
        if providers.of(model) == providers.LOCAL:
            return Decimal(0)
        return _listed(model, usage)


def _by_table(prices: Sequence[Decimal], usage: Usage, written: Decimal) -> Decimal:
    """`usage.input` counts what was cached, too."""
    fresh, cached, output = prices
    plain = max(0, usage.input - usage.read - usage.written)
    dollars = plain * fresh + usage.written * fresh * written + usage.read * cached + usage.output * output
    return dollars / _MILLION


def _listed(model: str, usage: Usage) -> Decimal | None:
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    provider = providers.of(model)
    if provider is None:
        return None
    tokens = Tokens(
        input_tokens=max(usage.input, usage.read + usage.written),  # what claims less is no arithmetic
        cache_read_tokens=usage.read,
        cache_write_tokens=usage.written,
        output_tokens=usage.output,
    )
    try:
        return calc_price(tokens, providers.own_name(model), provider_id=provider.name).total_price
    except LookupError:
        return None
