"""Which models are worth trying for a question, in which order, and why: a decision without any effect.

The models of the question's own tier come first, then those of cheaper tiers. Dearer ones are asked only when no
other can be. A model whose provider is resting, and one whose call may cost more than is left, is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import TYPE_CHECKING

from daemon.core.minds.budget import FREE, shown
from daemon.core.minds.question import Weight

if TYPE_CHECKING:
    from daemon.core.settings import Models, Tier

TIERS: tuple[Tier, Tier, Tier] = ("simple", "medium", "complex")
_SIMPLE, _MEDIUM = 3, 7  # the hardest of each; what is above is complex
_MANY = {"is": "are", "has": "have"}
_URGENT: Tier = "medium"  # nobody has time to put a weak draft right


@dataclass(frozen=True, slots=True)
class Condition:
    """How it stands with one model that can be asked at all."""

    resting: str = ""  # "is resting after 3 failures"; "" = it is well
    expected: Decimal | None = FREE  # the most that this question may cost; None: nobody knows its price


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks for: how hard it is, and by which names [llm.at_least] may speak of it."""

    weight: Weight
    names: tuple[str, ...]  # agent, purpose
    at_least: Mapping[str, Tier]


@dataclass(frozen=True, slots=True)
class Rung:
    """One model to try. `expected`: the most that it may cost."""

    model: str
    tier: Tier
    expected: Decimal


@dataclass(frozen=True, slots=True)
class Ladder:
    """The models to try, in order. `why`: the tier, and what it follows from; `passed`: who is not asked, and why."""

    rungs: tuple[Rung, ...]
    why: str
    passed: tuple[str, ...]
    short: Decimal | None  # the least that one of those may cost which only money keeps from being asked


def tier_of(wanted: Wanted) -> tuple[Tier, str]:
    """The tier of a question, and why: "complexity 5 (3 questions, about money): medium tier"."""
    weight = wanted.weight
    best, because = _own(weight.complexity), ""
    for name in wanted.names:
        least = wanted.at_least.get(name, best)
        if TIERS.index(least) > TIERS.index(best):
            best, because = least, f", at least {least} for {name}"
    if weight.urgent and TIERS.index(best) < TIERS.index(_URGENT):
        best, because = _URGENT, ", urgent"
    counted = f" ({weight.why})" if weight.why else ""
    return best, f"complexity {weight.complexity}{counted}{because}: {best} tier"


def _own(complexity: int) -> Tier:
    if complexity <= _SIMPLE:
        return "simple"
    return "medium" if complexity <= _MEDIUM else "complex"


def ladder(wanted: Wanted, models: Models, conditions: Mapping[str, Condition], left: Decimal) -> Ladder:
    """What to try for a question. `conditions`: of the models that can be asked at all; `left`: US dollars."""
    own, why = tier_of(wanted)
    position = TIERS.index(own)
    near = (own, *reversed(TIERS[:position]))
    offered = _offered((*near, *TIERS[position + 1 :]), models, conditions)
    usable = [rung for rung in offered if not hindrance(conditions[rung.model], left)]
    rungs = [rung for rung in usable if rung.tier in near] or [rung for rung in usable if rung.tier == usable[0].tier]
    before = list(takewhile(lambda rung: rung not in rungs, offered))
    passed = _told((short(rung.model), hindrance(conditions[rung.model], left)) for rung in before)
    lacking = [] if any(rung.tier == own for rung in offered) else [f"no model of the {own} tier is connected"]
    return Ladder(tuple(rungs), why, (*lacking, *passed), _least(before, conditions, left))


def hindrance(condition: Condition, left: Decimal) -> str:
    """What keeps a model from being asked now; "" when nothing does."""
    if condition.resting:
        return condition.resting
    if condition.expected is None:
        return "has no known price (a line in [llm.prices] gives it one)"
    if _fits(condition.expected, left):
        return ""
    most = f"may cost up to {shown(condition.expected)}"
    return f"{most}, and {shown(left)} is left of the budget" if left > 0 else f"{most}, and the budget is spent"


def reason(ladder: Ladder, failures: Sequence[str], model: str) -> str:
    """Why it was this model, and what went wrong before it: one sentence without a full stop."""
    before = [*ladder.passed, *failures]
    return f"{ladder.why}; {', '.join(before)}, so {short(model)}" if before else f"{ladder.why}, {short(model)}"


def short(model: str) -> str:
    """A model as a person calls it: without the name of who provides it."""
    provider, _, name = model.partition(":")
    if provider == "local":
        return "the model of your own server" if name == "any" else f"{name} of your own server"
    return name or model


def _told(hindered: Iterable[tuple[str, str]]) -> list[str]:
    """Each model and what keeps it from being asked; what is alike is said once: of a provider it is true of all."""
    names: dict[str, list[str]] = {}
    for name, why in hindered:
        names.setdefault(why, []).append(name)
    return [f"{_listed(named)} {why if len(named) == 1 else _of_many(why)}" for why, named in names.items()]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _of_many(why: str) -> str:
    """Of "is resting": "are resting"."""
    verb, _, rest = why.partition(" ")
    return f"{_MANY.get(verb, verb)} {rest}"


def _offered(tiers: Iterable[Tier], models: Models, conditions: Mapping[str, Condition]) -> list[Rung]:
    """Each model that can be asked at all, once, in the order of these tiers."""
    found: dict[str, Rung] = {}
    for tier in tiers:
        for name in getattr(models, tier):
            if name in conditions:
                found.setdefault(name, Rung(name, tier, conditions[name].expected or FREE))
    return list(found.values())


def _least(passed: Iterable[Rung], conditions: Mapping[str, Condition], left: Decimal) -> Decimal | None:
    waiting = (rung.expected for rung in passed if not conditions[rung.model].resting)
    return min((cost for cost in waiting if not _fits(cost, left)), default=None)


def _fits(cost: Decimal, left: Decimal) -> bool:
    return cost <= FREE or cost <= left
