"""The daemon at work: how soon a draft is there, and how many tasks a second are done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.bare import Bare
from tests.bench.measuring import Row, Scale, seconds, until
from tests.bench.office import Office

FLOOR_TASKS = 250  # of them the floor does so many; each takes the same


def latency(folder: Path, scale: Scale) -> Iterator[Row]:
    """From the moment a file is written into Inbox/ to its draft lying in Pending_Approval/."""
    office, bare = Office(folder / "office"), Bare(folder / "bare")
    with office.running():
        drafted(office, 0)  # a running daemon has drafted before
        times = [(drafted(office, n), seconds(lambda n=n: bare.draft(str(n)))) for n in range(1, scale.drops + 1)]
    bare.close()
    here, floor = [each[0] for each in times], median(each[1] for each in times)
    against = "5 file operations, each with its fsyncs"
    yield Row("Drop → draft, p50", median(here), floor, against)
    yield Row("Drop → draft, p95", sorted(here)[round(0.95 * (len(here) - 1))], floor, against)


def drafted(office: Office, number: int) -> float:
    before = len(office.names("Pending_Approval"))
    took = seconds(lambda: dropped(office, number, before + 1))
    until(lambda: office.count("In_Progress", "Needs_Action") == 0, "the end of the task note's way")
    time.sleep(0.15)  # the hints of this one are over
    return took


def dropped(office: Office, number: int, drafts: int) -> None:
    office.drop(number)
    until(lambda: len(office.names("Pending_Approval")) >= drafts, "the draft")


def throughput(folder: Path, scale: Scale) -> Iterator[Row]:
    """All dropped at once; each draft is moved to Approved/ as soon as it is seen."""
    rounds = [one_round(folder / str(n), scale.tasks) for n in range(scale.rounds)]
    here, floor = median(each[0] for each in rounds), median(each[1] for each in rounds)
    against = "3 creations, 2 moves, 4 commits, each with its fsyncs"
    yield Row(f"Drop → Done, each of {scale.tasks}", here, floor, against, "10 ms, 4.00")
    yield Row("… tasks a second", 1 / here, 1 / floor, "in one thread", "100", lambda n: f"{n:.0f}")


def one_round(folder: Path, tasks: int) -> tuple[float, float]:
    office, bare = Office(folder / "office"), Bare(folder / "bare")
    with office.running():
        took = seconds(lambda: all_done(office, tasks))
    effects = len([*office.vault.glob("Outbox/*.eml"), *office.vault.glob("Documents/*.md")])
    if effects != tasks:
        raise AssertionError(f"{tasks} tasks had {effects} effects")
    few = min(tasks, FLOOR_TASKS)
    floor = seconds(lambda: [bare.task(str(n)) for n in range(few)])
    bare.close()
    return took / tasks, floor / few


def all_done(office: Office, tasks: int) -> None:
    for number in range(tasks):
        office.drop(number)
    end = time.monotonic() + 120
    while office.count("Done") < tasks:
        office.approve_all()
        if time.monotonic() > end:
            raise TimeoutError(f"{office.count('Done')} of {tasks} tasks were done in two minutes")
        time.sleep(0.02)
