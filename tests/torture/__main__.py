"""`make torture SECONDS=1200`: everything that must never happen, tried with seeds for as long as there is time.

The kinds take turns, a few at a time on processes of their own, until the time is over; then the table says what was
done and what was found. Exit status 1 when anything was found, with the command that shows it again.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count, islice

from tests.torture.kinds import KINDS
from tests.torture.tally import Tally


def main() -> int:
    options = _options()
    names = options.only.split(",") if options.only else list(KINDS)
    until = time.monotonic() + options.seconds
    total = {name: Tally() for name in names}
    for name, seed, tally in _rounds(islice(_plan(names, options.seed), options.rounds or None), options.jobs, until):
        tally.counts["rounds"] += 1
        total[name].add(tally)
        for fault in tally.faults:
            print(f"FAULT in {name}: {fault}\n  again: make torture ONLY={name} SEED={seed} ROUNDS=1", flush=True)
    for name, tally in total.items():
        print(f"{name:12} " + ", ".join(f"{number:,} {what}" for what, number in sorted(tally.counts.items())))
    faults = sum(len(tally.faults) for tally in total.values())
    print(f"seed {options.seed}: {faults} faults")
    return min(faults, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="kinds, separated by commas: " + ", ".join(KINDS))
    parser.add_argument("--rounds", type=int, default=0, help="end after so many, however much time is left")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def _plan(names: list[str], seed: int) -> Iterator[tuple[str, int]]:
    """The kinds in turn, each round of the same kind with the next seed; runs of neighbouring seeds do not overlap."""
    for n in count():
        yield names[n % len(names)], seed * 1_000_000 + n // len(names) if seed < 1_000_000 else seed + n // len(names)


def _rounds(plan: Iterator[tuple[str, int]], jobs: int, until: float) -> Iterator[tuple[str, int, Tally]]:
    running: dict[Future[Tally], tuple[str, int]] = {}
    with ProcessPoolExecutor(jobs, max_tasks_per_child=20) as pool:
        while True:
            for name, seed in islice(plan, jobs - len(running)) if time.monotonic() < until else ():
                running[pool.submit(_round, name, seed)] = (name, seed)
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                name, seed = running.pop(done)
                yield name, seed, done.result()


def _round(name: str, seed: int) -> Tally:
    """One round; a crash of the round itself is a fault, too."""
    try:
        return KINDS[name](seed)
    except Exception as error:  # whatever it is, it is what we are looking for
        return Tally(faults=[f"{type(error).__name__}: {error}"])


if __name__ == "__main__":
    sys.exit(main())
