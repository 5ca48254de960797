"""`make torture SECONDS=1200`: everything that must never happen, tried with seeds for as long as there is time.

The kinds share the time equally, a few at once in processes of their own; at the end the table says what was done and
what was found. Exit status 1 when anything was found, with the command that shows it again.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.torture.kinds import KINDS
from tests.torture.running import Plan, rounds
from tests.torture.tally import Tally


def main() -> int:
    plan = _plan()
    total = {name: Tally() for name in plan.names}
    for begun, tally in rounds(plan):
        tally.counts["rounds"] += 1
        total[begun.name].add(tally)
        for fault in tally.faults:
            print(f"FAULT in {begun.name}: {fault}", flush=True)
            print(f"  again: make torture ONLY={begun.name} SEED={begun.seed} ROUNDS=1", flush=True)
    for name, tally in total.items():
        print(f"{name:10} " + ", ".join(f"{number:,} {what}" for what, number in sorted(tally.counts.items())))
    faults = sum(len(tally.faults) for tally in total.values())
    print(f"seed {plan.seed}: {faults} faults")
    return min(faults, 1)


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="make torture", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds, separated by commas")
    parser.add_argument("--rounds", type=int, default=sys.maxsize, help="end after so many, however much time is left")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--models", action="store_true", help="only rounds in which agents ask language models")
    options = parser.parse_args()
    names = options.only.split(",")
    return Plan(names, options.seed, options.seconds, options.rounds, options.jobs, options.models)


if __name__ == "__main__":
    sys.exit(main())
