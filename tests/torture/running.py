"""Rounds of torture in processes of their own, until the time is over."""

from __future__ import annotations

import faulthandler
import itertools
import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass

from tests.torture import models
from tests.torture.kinds import KINDS
from tests.torture.tally import Tally

HANGS = 900  # seconds after which a round shows where it is, and the run ends
APART = 1_000_000  # rounds between two seeds of a person, so that runs of neighbouring seeds share none


@dataclass(frozen=True)
class Plan:
    """`seed`: of the whole run, or of one round that is to be seen again."""

    names: Sequence[str]
    seed: int
    seconds: float
    rounds: int
    jobs: int
    models: bool = False  # only rounds with language models; else every second one has them

    def seeds(self) -> Iterator[int]:
        """Of the rounds of one kind, one after the other."""
        first = self.seed if self.seed >= APART else self.seed * APART
        return (seed for seed in itertools.count(first) if models.with_models(seed) or not self.models)


@dataclass(frozen=True)
class Begun:
    name: str
    seed: int
    at: float  # time.monotonic()


def rounds(plan: Plan) -> Iterator[tuple[Begun, Tally]]:
    """What each round found, as they end. The kind that had the least time so far is the next."""
    until, turns, spent = time.monotonic() + plan.seconds, Counter[str](), dict.fromkeys(plan.names, 0.0)
    running: dict[Future[Tally], Begun] = {}
    seeds = {name: plan.seeds() for name in plan.names}
    with ProcessPoolExecutor(plan.jobs, max_tasks_per_child=20) as pool:
        while True:
            while len(running) < plan.jobs and turns.total() < plan.rounds and time.monotonic() < until:
                name = min(plan.names, key=lambda kind: (spent[kind], turns[kind]))
                begun = Begun(name, next(seeds[name]), time.monotonic())
                running[pool.submit(_round, name, begun.seed)] = begun
                turns[name] += 1
                spent[name] += 0.001  # it is on its way
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                begun = running.pop(done)
                spent[begun.name] += time.monotonic() - begun.at
                yield begun, done.result()


def _round(name: str, seed: int) -> Tally:
    """One round; a crash of the round itself is a fault, too."""
    faulthandler.dump_traceback_later(HANGS, exit=True)
    logging.getLogger().addHandler(logging.NullHandler())  # what the daemon warns of is what is done to it
    try:
        return KINDS[name](seed)
    except Exception as error:  # whatever it is, it is what we are looking for
        return Tally(faults=[f"{type(error).__name__}: {error}"])
    finally:
        faulthandler.cancel_dump_traceback_later()
