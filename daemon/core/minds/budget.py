"""Money for language models: what may be spent, what is left, what a call may cost.

A call is reserved at the most that it can cost before it begins. All calls that were ever begun count, those under
way with what was reserved for them. So when a call begins everything together is within the limit, and only what is
under way at that moment can come dearer than was reserved: the limit is never passed by more than these calls. With
a provider that keeps to `max_tokens` and counts like others it is never passed at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, tzinfo
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from daemon.core.minds.usage import Usage
from daemon.core.policy import Day

if TYPE_CHECKING:
    from daemon.core.minds.model import Prompt
    from daemon.core.settings import Budget

FREE = Decimal(0)
_BYTES_A_TOKEN = 3  # of UTF-8: English has 4 to 5, German 4, Chinese 3 and more; fewer would be odd
_FRAME = 300  # tokens that a provider puts around a prompt
_MOST_TOKENS = 10**12
_MOST_NANOS = 10**15  # a million dollars: thousands of such calls can be added up
_NANO = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Limits:
    """US dollars. 0: only what is free."""

    daily: Decimal
    monthly: Decimal
    warn_at: Decimal  # the share at which the person is told
    waits: bool = True  # what rules cannot do well waits until there is money again

    @classmethod
    def of(cls, budget: Budget) -> Limits:
        return cls.read(budget.model_dump())

    @classmethod
    def read(cls, table: Mapping[str, object]) -> Limits:
        """From the table [budget]."""
        numbers = (Decimal(str(table[name])) for name in ("daily_usd", "monthly_usd", "warn_at"))
        return cls(*numbers, waits=table["when_spent"] == "wait")


@dataclass(frozen=True, slots=True)
class Month:
    """The person's calendar month as two moments."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Month:
        first = now.astimezone(zone).date().replace(day=1)
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        return cls(*(datetime.combine(each, time(0), zone).astimezone(UTC) for each in (first, following)))


@dataclass(frozen=True, slots=True)
class Periods:
    """A moment, and the day and the month that it lies in by the person's calendar."""

    now: datetime
    day: Day
    month: Month

    @classmethod
    def of(cls, now: datetime, zone: tzinfo) -> Periods:
        return cls(now, Day.of(now, zone), Month.of(now, zone))


@dataclass(frozen=True, slots=True)
class Spent:
    """US dollars today and this month, with what is reserved for calls under way."""

    today: Decimal = FREE
    month: Decimal = FREE


def left(limits: Limits, spent: Spent) -> Decimal:
    """What may still be spent now; less than nothing when more was spent than was allowed."""
    return min(limits.daily - spent.today, limits.monthly - spent.month)


def fits(cost: Decimal, limits: Limits, spent: Spent) -> bool:
    """Whether a call of at most this cost may begin. What is free always may."""
    return cost <= FREE or cost <= left(limits, spent)


def again(cost: Decimal, limits: Limits, spent: Spent, periods: Periods) -> datetime | None:
    """When a call that does not fit now will: the next day or the next month. None: never with these limits."""
    if cost > min(limits.daily, limits.monthly):
        return None
    return periods.day.end if cost <= limits.monthly - spent.month else periods.month.end


def expected(prompt: Prompt, max_tokens: int, price: Callable[[Usage], Decimal | None]) -> Decimal | None:
    """The most that a call can cost; None when nobody knows its price.

    All of the prompt new to the provider's cache, which some sell dearer than plain text, and the longest answer.
    """
    tokens = tokens_of(prompt)
    usages = (Usage(tokens, max_tokens), Usage(tokens, max_tokens, written=tokens))
    costs = [cost for usage in usages if (cost := price(usage)) is not None]
    return bounded(max(costs)) if costs else None


def tokens_of(prompt: Prompt) -> int:
    """How many tokens a prompt has at most, guessed without asking anybody."""
    turn = (prompt.repair.said, prompt.repair.problem) if prompt.repair else ()
    size = sum(len(text.encode("utf-8", "replace")) for text in (prompt.system, prompt.user, *turn))
    return -(-size // _BYTES_A_TOKEN) + _FRAME


def believable(usage: Usage) -> Usage:
    """What a provider reports, without what cannot be counted on: no negative counts, none without an end."""
    counts = (usage.input, usage.output, usage.read, usage.written)
    return Usage(*(min(max(count, 0), _MOST_TOKENS) for count in counts))


def bounded(cost: Decimal) -> Decimal:
    """A price that can be added up: never negative, never without an end."""
    if not cost.is_finite():
        return dollars(_MOST_NANOS)
    return min(max(cost, FREE), dollars(_MOST_NANOS))


def nanos(amount: Decimal) -> int:
    """US dollars as the ledger keeps them, rounded up."""
    return int((bounded(amount) / _NANO).to_integral_value(ROUND_CEILING))


def dollars(count: int) -> Decimal:
    """What `nanos` wrote."""
    return count * _NANO


def shown(amount: Decimal) -> str:
    """For people: `$1.23`; cents are not enough for a single call: `$0.0042`."""
    digits = 2 if amount >= 1 or not amount else 4
    return f"${amount:,.{digits}f}" if amount == 0 or amount >= Decimal("0.0001") else "less than $0.0001"
