"""A short slice of each kind of torture; `make torture SECONDS=1200` is the whole of it."""

from __future__ import annotations

import pytest

from tests.torture import models
from tests.torture.kinds import KINDS
from tests.torture.running import Plan


@pytest.mark.parametrize("name", KINDS)
def test_one_round_finds_nothing(name: str) -> None:
    tally = KINDS[name](1)
    assert not tally.faults
    assert sum(tally.counts.values()) > 0


@pytest.mark.parametrize(("name", "seed"), [("points", 121), ("clocks", 2)])
def test_one_round_with_models_finds_nothing(name: str, seed: int) -> None:
    tally = KINDS[name](seed)
    assert models.with_models(seed)
    assert not tally.faults
    assert tally.counts["questions to a model"] > 0


def test_a_run_that_keeps_to_models_leaves_the_other_seeds_out() -> None:
    seeds = Plan(["kills"], 7, 1, 1, 1, models=True).seeds()
    assert all(models.with_models(next(seeds)) for _ in range(20))
