"""One call of one model: reserved, made, settled, and looked at."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Generic

from daemon.core.minds import answering, budget, choosing
from daemon.core.minds.answering import Unfit
from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.model import Answers, Batches, Model, ModelError, Prices, Prompt, Reply
from daemon.core.minds.question import T, Usage
from daemon.runtime.context import Context
from daemon.runtime.ledger.spending import OK, UNAFFORDABLE, Call, Ended
from daemon.runtime.minds.health import Health

log = logging.getLogger(__name__)
RESTING = "resting"  # it was not asked
_REPEATED = 8_000  # characters of a wrong answer that a model is shown again
Tells = Callable[[str], bool]  # whether a stored secret stands in a text


@dataclass(frozen=True, slots=True)
class Doors:
    """What stands outside."""

    model: Model
    prices: Prices
    answers: Answers
    close: Callable[[], None] = lambda: None
    batches: Batches | None = None


def nothing(_text: str, /) -> bool:
    """There are no secrets to tell."""
    return False


@dataclass(frozen=True, slots=True)
class Terms:
    """How a call is made."""

    limits: Limits
    max_tokens: int
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Heard(Generic[T]):
    """What came of a call. `value` None: no answer; `problem`: what a second try has to do better, "" = no use."""

    value: T | None
    outcome: str
    why: str = ""  # what went wrong, for the person
    text: str = ""
    problem: str = ""
    cost: Decimal = budget.FREE
    made: bool = True
    model: str = ""  # who answered; "" = nobody


class Calls:
    """Calls of models, each within the budget; usable from every thread."""

    def __init__(self, doors: Doors, context: Context, health: Health, tells: Tells) -> None:
        self._doors = doors
        self._context = context
        self._spending = context.ledger.spending
        self._health = health
        self._tells = tells

    def expected(self, model: str, prompt: Prompt, terms: Terms) -> Decimal | None:
        """The most that it can cost; None when nobody knows the price."""
        return budget.expected(prompt, terms.max_tokens, lambda usage: self._doors.prices.cost(model, usage))

    def make(self, call: Call, prompt: Prompt, schema: type[T], terms: Terms) -> Heard[T]:
        """Ask once. Whatever the model or its provider does is told; raises only what is a fault of ours."""
        name = choosing.short(call.model)
        turn = self._health.begin(call.model, self._context.clock.now())
        if turn is None:
            return Heard(None, RESTING, f"{name} is resting", made=False)
        expected = self.expected(call.model, prompt, terms)
        row = None if expected is None else self._reserve(call, expected, terms)
        if row is None or expected is None:
            self._health.abandoned(call.model, turn)
            return Heard(None, UNAFFORDABLE, f"{name} may cost more than is left of the budget", made=False)
        reply = self._asked(call.model, prompt, terms, turn)
        usage = budget.believable(reply.usage) if isinstance(reply, Reply) else Usage()
        model = (isinstance(reply, Reply) and reply.model) or call.model
        name = choosing.short(model)
        heard = self._discreet(_heard(reply, schema, name, self._cost(call.model, reply, expected)), name)
        self._spending.settle(row, Ended(heard.outcome, usage, heard.cost, model), self._context.clock.now())
        said = budget.shown(heard.cost)
        log.info("%s asked %s (%s): %s, %s", call.agent, model, call.purpose, heard.outcome, said)
        return replace(heard, model=model)

    def _asked(self, model: str, prompt: Prompt, terms: Terms, turn: int) -> Reply | ModelError:
        """Ask, and remember how the provider is. A call that ends in a fault of ours stays counted as reserved."""
        try:
            reply = self._doors.model.ask(model, prompt, max_tokens=terms.max_tokens, timeout=terms.timeout)
        except ModelError as error:
            self._health.failed(model, turn, error, self._context.clock.now())
            return error
        except BaseException:
            self._health.abandoned(model, turn)
            raise
        self._health.answered(model, turn)
        return reply

    def _discreet(self, heard: Heard[T], name: str) -> Heard[T]:
        """An answer with a secret in it is none, whoever put it there: it is neither kept nor shown to anybody."""
        said = heard.value.model_dump_json() if heard.value else ""
        if not self._tells(f"{heard.text}\n{said}"):
            return heard
        return Heard(None, "unfit", f"{name} repeated one of your secrets", cost=heard.cost)

    def _reserve(self, call: Call, expected: Decimal, terms: Terms) -> int | None:
        periods = Periods.of(self._context.clock.now(), self._context.zone)
        return self._spending.reserve(call, expected, terms.limits, periods)

    def _cost(self, model: str, reply: Reply | ModelError, expected: Decimal) -> Decimal:
        """What was reserved, when the provider does not say how much it was."""
        if isinstance(reply, ModelError):
            return expected if reply.charged else budget.FREE
        usage = budget.believable(reply.usage)
        found = self._doors.prices.cost(model, usage) if usage.input or usage.output else None
        return expected if found is None else budget.bounded(found)


def _heard(reply: Reply | ModelError, schema: type[T], name: str, cost: Decimal) -> Heard[T]:
    if isinstance(reply, ModelError):
        return Heard(None, reply.trouble, str(reply), cost=cost)
    if reply.stop == "refusal":
        return Heard(None, "declined", f"{name} declined to answer", cost=cost)
    try:
        return Heard(answering.understood(reply.text, schema), OK, text=answering.stripped(reply.text), cost=cost)
    except Unfit as unfit:
        cut = reply.stop == "length"
        outcome, why = ("length", "was cut off") if cut else ("unfit", "gave no usable answer")
        problem = "it was cut off because it is too long; be much shorter" if cut else str(unfit)
        return Heard(None, outcome, f"{name} {why}", reply.text[:_REPEATED], problem, cost)
