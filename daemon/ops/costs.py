"""What language models cost: by day, agent, model and task, from the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from decimal import Decimal

from daemon.core.minds.budget import FREE, Limits
from daemon.core.minds.thrift import Purse
from daemon.core.minds.usage import Usage
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.spending import CACHED, NOT_MADE, OK, OPEN, Charges
from daemon.runtime.minds import purse

_TASKS = 100  # the dearest ones that are listed
_BESIDE = {"(test)": "trying the account", "(sort)": "sorting", "(eval)": "comparing models"}


@dataclass(frozen=True, slots=True)
class Sum:
    """All calls of one agent, model or task."""

    name: str  # a task: its id; "" = about several
    calls: int
    usage: Usage
    cost: Decimal
    title: str = ""  # of a task

    @property
    def tokens(self) -> int:
        return self.usage.input + self.usage.output


@dataclass(frozen=True, slots=True)
class OneDay:
    day: date
    calls: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Costs:
    """Of some days, the last of them today. `cached`: answers that cost nothing; `open`: calls under way."""

    days: Sequence[OneDay]
    agents: Sequence[Sum]
    models: Sequence[Sum]
    tasks: Sequence[Sum]
    total: Sum
    outcomes: dict[str, int]  # of the calls that brought no answer, and how often
    cached: int
    open: int
    purse: Purse


def report(ledger: Ledger, limits: Limits, zone: tzinfo, now: datetime, *, count: int) -> Costs:
    """The last `count` days of the person."""
    days = purse.days(now, zone, count)
    found = [(day, ledger.spending.charges(span.start, span.end)) for day, span in days]
    made = [charges for _, each in found for charges in each if charges.outcome not in NOT_MADE]
    other = [charges for _, each in found for charges in each if charges.outcome == CACHED]
    outcomes: defaultdict[str, int] = defaultdict(int)
    for charges in made:
        outcomes[charges.outcome] += charges.calls
    open_ = outcomes.pop(OPEN, 0)
    outcomes.pop(OK, None)
    return Costs(
        days=[OneDay(day, *_counted(each)) for day, each in found],
        agents=_by(made, lambda charges: charges.call.agent),
        models=_by(made, lambda charges: charges.call.model),
        tasks=[_titled(ledger, each) for each in _by(made, _about)[:_TASKS]],
        total=_sum("", made),
        outcomes=dict(sorted(outcomes.items())),
        cached=sum(charges.calls for charges in other),
        open=open_,
        purse=purse.purse(ledger, limits, zone, now),
    )


def as_json(costs: Costs) -> dict[str, object]:
    """For scripts; US dollars."""
    spent, limits = costs.purse.spent, costs.purse.limits
    return {
        "today_usd": float(spent.today),
        "daily_limit_usd": float(limits.daily),
        "month_usd": float(spent.month),
        "monthly_limit_usd": float(limits.monthly),
        "days": [
            {"day": each.day.isoformat(), "calls": each.calls, "cost_usd": float(each.cost)} for each in costs.days
        ],
        "agents": [_fields(each) for each in costs.agents],
        "models": [_fields(each) for each in costs.models],
        "tasks": [{"id": each.name, "title": each.title} | _fields(each) for each in costs.tasks],
        "total": _fields(costs.total),
        "without_answer": costs.outcomes,
        "cached_answers": costs.cached,
        "open_calls": costs.open,
    }


def _fields(each: Sum) -> dict[str, object]:
    return {
        "name": each.name,
        "calls": each.calls,
        "input_tokens": each.usage.input,
        "output_tokens": each.usage.output,
        "cached_tokens": each.usage.read,
        "cost_usd": float(each.cost),
    }


def _counted(charges: Iterable[Charges]) -> tuple[int, Decimal]:
    made = [each for each in charges if each.outcome not in NOT_MADE]
    return sum(each.calls for each in made), sum((each.cost for each in made), FREE)


def _by(charges: Iterable[Charges], name: Callable[[Charges], str]) -> list[Sum]:
    """The dearest first."""
    groups: defaultdict[str, list[Charges]] = defaultdict(list)
    for each in charges:
        groups[name(each)].append(each)
    sums = [_sum(found, group) for found, group in groups.items()]
    return sorted(sums, key=lambda each: (-each.cost, -each.calls, each.name))


def _sum(name: str, charges: Sequence[Charges]) -> Sum:
    def tokens(kind: str) -> int:
        return sum(getattr(each.usage, kind) for each in charges)

    usage = Usage(tokens("input"), tokens("output"), tokens("read"), tokens("written"))
    return Sum(name, sum(each.calls for each in charges), usage, sum((each.cost for each in charges), FREE))


def _about(charges: Charges) -> str:
    """The id of the task; else what the call was for, which is no id."""
    return charges.call.task or f"({charges.call.purpose})"


def _titled(ledger: Ledger, each: Sum) -> Sum:
    if each.name.startswith("("):
        return replace(each, name="", title=_BESIDE.get(each.name, "several at once"))
    known = ledger.tasks.get(each.name)
    return replace(each, title=known.title if known else "")
