"""What a kind of torture counts and finds. Each kind is a function from a seed to the tally of one round.

A round takes a few seconds at most, begins with a fresh employee in a folder of its own, and depends on its seed
alone, so that a fault can be seen again: `make torture ONLY=kills SEED=<its seed> ROUNDS=1`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Tally:
    """`counts`: what was done and what came of it, by names that add up over rounds. `faults`: what must not be."""

    counts: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])

    def expect(self, holds: bool, fault: str) -> None:  # noqa: FBT001 - reads like an assertion
        """Note a fault, and go on counting."""
        if not holds:
            self.faults.append(fault)

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.faults += other.faults


Round = Callable[[int], Tally]
