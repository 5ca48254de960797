"""What the person is told about money: how much is spent, when it becomes little, and when a day is unusual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter

from daemon.core.minds.budget import FREE, Limits, Spent, left, shown
from daemon.core.neutral import Ours, ours

WEEK = 7  # days that a day is compared with
_ENOUGH = 3  # days that make a mean
_WORTH = Decimal("0.10")  # US dollars; below it nobody needs to be alarmed
_MUCH = Decimal("1.2")
_DEAR = Decimal(1)  # US dollars; hardly a question costs more, so a limit that was raised is no worry any more
_RAISE = "raise [budget] {} in your configuration; it counts at once"


@dataclass(frozen=True, slots=True)
class Purse:
    """What may be spent, what is, and what each of the last days cost: at most a week, none before the first call."""

    limits: Limits
    spent: Spent
    earlier: Sequence[Decimal] = ()
    too_dear: bool = False  # today a question was not put because it may have cost more than was left

    @property
    def too_small(self) -> bool:
        """Whether a limit is less than one question may cost: nothing of it is spent, and still there is no money."""
        least = min(self.limits.daily, self.limits.monthly)
        return self.too_dear and FREE < least < _DEAR and left(self.limits, self.spent) == least

    @property
    def usual(self) -> Decimal | None:
        """What a day costs; None while nobody can know."""
        return sum(self.earlier, FREE) / len(self.earlier) if len(self.earlier) >= _ENOUGH else None


@dataclass(frozen=True, slots=True)
class Worry:
    """What it means and what happens now; what to do about it."""

    what: str
    remedy: Ours


def worries(purse: Purse) -> list[Worry]:
    """What the person should know of now."""
    return [*too_small(purse), *_limits(purse), *_unusual(purse)]


def too_small(purse: Purse) -> Iterator[Worry]:
    """With this limit nothing is ever asked."""
    if purse.too_small:
        limits = purse.limits
        name, key, limit = min(
            ("day", "daily_usd", limits.daily), ("month", "monthly_usd", limits.monthly), key=itemgetter(2)
        )
        what = f"{shown(limit)} a {name} is less than one question to a language model may cost, so none is asked"
        yield Worry(what, ours(_RAISE, key))


def _limits(purse: Purse) -> Iterator[Worry]:
    limits, spent = purse.limits, purse.spent
    for name, key, limit, used, then in (
        ("today's", "daily_usd", limits.daily, spent.today, "tomorrow"),
        ("this month's", "monthly_usd", limits.monthly, spent.month, "next month"),
    ):
        amounts = f"({shown(used)} of {shown(limit)})"
        if limit and used >= limit:
            weak = f"what rules cannot do well waits until {then}" if limits.waits else "rules do the work"
            what = f"{name} budget for language models is spent {amounts}; none that costs money is asked, and {weak}"
            yield Worry(what, ours(_RAISE, key))
        elif limit and used >= limit * limits.warn_at:
            what = f"{used / limit:.0%} of {name} budget for language models is spent {amounts}"
            yield Worry(what, ours("at 100 % none that costs money is asked; to go on then, {}", ours(_RAISE, key)))


def _unusual(purse: Purse) -> Iterator[Worry]:
    usual, today = purse.usual, purse.spent.today
    if usual is None or today <= _WORTH or today <= usual * _MUCH:
        return
    more = f"{today / usual - 1:.0%} more than usual" if usual else "more than usual"
    what = f"language models cost {shown(today)} today, {more} ({shown(usual)} a day)"
    yield Worry(what, ours("`employee costs` shows what it went for"))
