"""Connecting language models: a key is tried before it is kept, with a question of one word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from daemon.adapters.llm.models import Models
from daemon.core import credentials
from daemon.core.errors import UserError
from daemon.core.minds.budget import FREE, Limits, Periods
from daemon.core.minds.model import ModelError, Prices, Prompt
from daemon.core.minds.providers import Provider
from daemon.core.minds.question import Schema, Usage
from daemon.core.settings import Llm
from daemon.runtime.context import Context
from daemon.runtime.ledger.spending import OK, Call, Ended

NEEDS_LOGIN, TRY_AGAIN, MISCONFIGURED = 5, 75, 78
MAX_TOKENS = 16
_EXIT_CODES = {"login": NEEDS_LOGIN, "refused": 1, "unknown model": MISCONFIGURED}


class _Word(Schema):
    """One word."""

    word: str


_PROMPT = Prompt("You are asked whether you can be reached.", 'Answer {"word":"yes"}', _Word)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try. `model` is "" when none of this provider is in use: then only the key was looked at."""

    model: str = ""
    cost: Decimal | None = None  # US dollars; None = nobody knows the price
    usage: Usage = field(default_factory=Usage)
    offered: Sequence[str] = ()


def key_of(typed: str) -> str:
    """A key as it was typed or piped. Raises UserError for what cannot be one."""
    key = credentials.value_of(typed).strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UserError("This is no key: a key is one word of letters, digits and signs. Nothing was stored.")
    return key


def all_in_use(llm: Llm) -> list[str]:
    """The models that the configuration names, those for simple questions first."""
    return list(dict.fromkeys((*llm.models.simple, *llm.models.medium, *llm.models.complex)))


def in_use(llm: Llm, provider: Provider) -> list[str]:
    """Those of one provider."""
    return [model for model in all_in_use(llm) if model.partition(":")[0] == provider.name]


def tried(models: Models, prices: Prices, llm: Llm, provider: Provider) -> Tried:
    """One tiny question to the provider's first model in use; with none in use its list is read. Raises ModelError."""
    named = in_use(llm, provider)
    if not named or provider.keyless:
        offered = [f"{provider.name}:{name}" for name in models.offered(provider)]
        named = offered[:1] if provider.keyless else []
    else:
        offered = []
    if not named:
        return Tried(offered=offered)
    reply = models.ask(named[0], _PROMPT, max_tokens=MAX_TOKENS, timeout=timedelta(seconds=llm.timeout_seconds))
    return Tried(named[0], prices.cost(named[0], reply.usage), reply.usage, offered)


def book(context: Context, found: Tried) -> None:
    """Write a try down like every other call. Being tiny and asked for, it is not held against the budget before."""
    spending, now = context.ledger.spending, context.clock.now()
    limits, periods = Limits.of(context.settings.budget), Periods.of(now, context.zone)
    call = Call(agent="connect", purpose="test", task="", model=found.model)
    seq = spending.reserve(call, FREE, limits, periods) if found.model else None
    if seq is not None:
        spending.settle(seq, Ended(OK, found.usage, found.cost or FREE), now)


def failed(error: ModelError, *then: str) -> UserError:
    """The end of a command whose try failed. What passes by itself is to be tried again (75)."""
    return UserError(" ".join([f"{error}.", *then]), exit_code=_EXIT_CODES.get(error.trouble, TRY_AGAIN))
