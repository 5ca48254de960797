"""What the parts of the bench share: how much to do, how a result looks, how two things are compared."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Scale:
    """How much is done of everything."""

    drops: int  # single files for the latency
    tasks: int  # in one throughput run
    rounds: int  # of the throughput
    starts: int
    pairs: int  # of interleaved runs
    finished: int  # tasks in the vault that has a history
    repeats: int  # of what takes microseconds
    day: int  # tasks of the simulated day


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def megabytes(count: float) -> str:
    return f"{count / 1e6:.1f} MB"


@dataclass(frozen=True)
class Row:
    """One line of the table. `floor` 0: there is nothing to compare with."""

    what: str
    here: float
    floor: float = 0.0
    against: str = ""  # what the floor does
    aim: str = ""
    show: Callable[[float], str] = milliseconds


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def paired(ours: Callable[[], object], floor: Callable[[], object], pairs: int) -> tuple[float, float]:
    """Medians of both, run in turn, so that whatever else the computer does meets both alike."""
    times = [(seconds(ours), seconds(floor)) for _ in range(pairs)]
    return median(here for here, _ in times), median(there for _, there in times)


def until(reached: Callable[[], bool], what: str, patience: float = 120.0) -> None:
    """Look again and again, without taking the processor from what is measured."""
    end = time.monotonic() + patience
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} did not happen within {patience:g} s")
        time.sleep(0.0005)
