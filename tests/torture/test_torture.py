"""A short slice of each kind of torture; `make torture SECONDS=1200` is the whole of it."""

from __future__ import annotations

import pytest

from tests.torture.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_one_round_finds_nothing(name: str) -> None:
    tally = KINDS[name](1)
    assert not tally.faults
    assert sum(tally.counts.values()) > 0
