from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.minds import choosing
from daemon.core.minds.choosing import TIERS, Condition, Ladder, Wanted
from daemon.core.minds.question import Weight
from daemon.core.settings import Models, Tier
from tests.minds import BEST, CHEAP, FAIR, OWN

MODELS = Models(simple=(OWN, CHEAP), medium=(FAIR,), complex=(BEST,))
PLENTY = Decimal(5)
COSTS = {OWN: Decimal(0), CHEAP: Decimal("0.02"), FAIR: Decimal("0.06"), BEST: Decimal("0.10")}
WELL = {name: Condition(expected=cost) for name, cost in COSTS.items()}


def wanted(
    complexity: int, why: str = "", *, urgent: bool = False, at_least: Mapping[str, Tier] | None = None
) -> Wanted:
    return Wanted(Weight(complexity, why, urgent), ("mail", "draft"), at_least or {})


def chosen(subject: Wanted, conditions: Mapping[str, Condition] = WELL, left: Decimal = PLENTY) -> Ladder:
    return choosing.ladder(subject, MODELS, conditions, left)


def names(ladder: Ladder) -> list[str]:
    return [rung.model for rung in ladder.rungs]


@pytest.mark.parametrize(
    ("complexity", "tried"),
    [
        (1, [OWN, CHEAP]),
        (3, [OWN, CHEAP]),
        (4, [FAIR, OWN, CHEAP]),
        (7, [FAIR, OWN, CHEAP]),
        (8, [BEST, FAIR, OWN, CHEAP]),
        (10, [BEST, FAIR, OWN, CHEAP]),
    ],
)
def test_own_tier_comes_first_then_the_cheaper_ones(complexity: int, tried: list[str]) -> None:
    assert names(chosen(wanted(complexity))) == tried


def test_dearer_tier_is_asked_only_when_nothing_else_can_be() -> None:
    conditions = {FAIR: WELL[FAIR], BEST: WELL[BEST]}
    ladder = chosen(wanted(2), conditions)
    assert names(ladder) == [FAIR]
    said = "complexity 2: simple tier; no model of the simple tier is connected, so claude-sonnet-5-5"
    assert choosing.reason(ladder, [], FAIR) == said


def test_resting_provider_is_passed_over_and_named() -> None:
    ladder = chosen(wanted(5, "3 questions, about money"), WELL | {FAIR: Condition("is resting after 3 failures")})
    assert names(ladder) == [OWN, CHEAP]
    assert choosing.reason(ladder, ["the model of your own server was too slow"], CHEAP) == (
        "complexity 5 (3 questions, about money): medium tier; claude-sonnet-5-5 is resting after 3 failures, "
        "the model of your own server was too slow, so claude-haiku-5-5"
    )


def test_what_is_true_of_a_provider_is_said_once() -> None:
    refused = Condition("is not asked for now (No.)")
    ladder = chosen(wanted(9), {**WELL, BEST: refused, FAIR: refused})
    assert ladder.passed == ("claude-opus-5 and claude-sonnet-5-5 are not asked for now (No.)",)
    nobody = chosen(wanted(9), dict.fromkeys((BEST, FAIR, CHEAP), refused))
    assert nobody.passed == ("claude-opus-5, claude-sonnet-5-5 and claude-haiku-5-5 are not asked for now (No.)",)


def test_what_may_cost_more_than_is_left_is_passed_over_step_by_step() -> None:
    assert names(chosen(wanted(9), left=Decimal("0.07"))) == [FAIR, OWN, CHEAP]
    assert names(chosen(wanted(9), left=Decimal("0.05"))) == [OWN, CHEAP]
    ladder = chosen(wanted(9), left=Decimal(-3))
    assert names(ladder) == [OWN]
    assert "claude-haiku-5-5" not in choosing.reason(ladder, [], OWN)
    assert "claude-sonnet-5-5 may cost up to $0.0600, and the budget is spent" in choosing.reason(ladder, [], OWN)


def test_nothing_fits_says_what_the_cheapest_would_cost() -> None:
    ladder = chosen(wanted(9), {name: WELL[name] for name in (CHEAP, FAIR, BEST)}, Decimal("0.01"))
    assert (ladder.rungs, ladder.short) == ((), Decimal("0.02"))


def test_model_without_a_price_is_too_dear_whatever_is_left() -> None:
    ladder = chosen(wanted(5), {FAIR: Condition(expected=None)})
    assert (ladder.rungs, ladder.short) == ((), None)
    assert ladder.passed == ("claude-sonnet-5-5 has no known price (a line in [llm.prices] gives it one)",)


@pytest.mark.parametrize("name", ["mail", "draft"])
def test_agent_or_purpose_may_ask_for_a_better_tier(name: str) -> None:
    ladder = chosen(wanted(1, "short", at_least={name: "complex", "social": "medium"}))
    assert names(ladder)[0] == BEST
    assert ladder.why == f"complexity 1 (short), at least complex for {name}: complex tier"


def test_least_tier_changes_nothing_for_what_is_harder_anyway() -> None:
    assert chosen(wanted(9, at_least={"mail": "medium"}), WELL) == chosen(wanted(9), WELL)


def test_urgent_question_gets_a_fair_model_at_least() -> None:
    ladder = chosen(wanted(1, urgent=True))
    assert (names(ladder)[0], ladder.why) == (FAIR, "complexity 1, urgent: medium tier")


def test_model_in_two_tiers_is_tried_once() -> None:
    models = Models(simple=(CHEAP,), medium=(CHEAP, FAIR), complex=())
    assert names(choosing.ladder(wanted(5), models, WELL, PLENTY)) == [CHEAP, FAIR]


CONDITIONS = st.builds(
    Condition,
    st.sampled_from(["", "", "is resting"]),
    st.none() | st.decimals(0, 1, places=3),
)
LEFT = st.decimals(-2, 2, places=3)
WANTED = st.builds(
    wanted,
    st.integers(1, 10),
    urgent=st.booleans(),
    at_least=st.dictionaries(st.sampled_from(["mail", "draft", "x"]), st.sampled_from(TIERS)),
)


@given(WANTED, st.dictionaries(st.sampled_from(sorted(COSTS)), CONDITIONS), LEFT)
def test_every_rung_may_be_asked_and_none_twice(
    subject: Wanted, conditions: dict[str, Condition], left: Decimal
) -> None:
    ladder = chosen(subject, conditions, left)
    assert len(set(names(ladder))) == len(ladder.rungs)
    assert [name for name in names(ladder) if choosing.hindrance(conditions[name], left)] == []
    usable = [name for name, each in conditions.items() if not choosing.hindrance(each, left)]
    assert bool(ladder.rungs) == bool(usable)


@given(WANTED, st.dictionaries(st.sampled_from(sorted(COSTS)), CONDITIONS), LEFT)
def test_ladder_never_climbs_while_something_cheaper_can_be_asked(
    subject: Wanted, conditions: dict[str, Condition], left: Decimal
) -> None:
    tier, _ = choosing.tier_of(subject)
    steps = [TIERS.index(rung.tier) for rung in chosen(subject, conditions, left).rungs]
    assert steps == sorted(steps, reverse=True)
    assert all(step <= TIERS.index(tier) for step in steps) or len(set(steps)) == 1


@given(WANTED, st.dictionaries(st.sampled_from(sorted(COSTS)), CONDITIONS), LEFT)
def test_less_money_never_brings_a_dearer_model(
    subject: Wanted, conditions: dict[str, Condition], left: Decimal
) -> None:
    more, less = chosen(subject, conditions, left), chosen(subject, conditions, left / 2 if left > 0 else left * 2)
    assert set(names(less)) <= set(names(more)) or not set(names(more)) & set(names(less))


@given(st.integers(1, 10), st.sampled_from(TIERS))
def test_better_least_tier_never_makes_it_worse(complexity: int, tier: Tier) -> None:
    plain, raised = wanted(complexity), replace(wanted(complexity), at_least={"mail": tier})
    assert TIERS.index(choosing.tier_of(raised)[0]) >= TIERS.index(choosing.tier_of(plain)[0])
