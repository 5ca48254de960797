"""How fast it is here: one table of ratios, each to a floor measured in the same run. `--quick` only tries it out."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from daemon.adapters.file_events import file_system
from tests.bench import day, growing, living, notes, sending, starting
from tests.bench.measuring import Row, Scale

FULL = Scale(drops=40, tasks=1000, rounds=3, starts=5, pairs=11, finished=10_000, repeats=300, day=100)
QUICK = Scale(drops=2, tasks=6, rounds=1, starts=1, pairs=1, finished=30, repeats=5, day=10)
PARTS = (
    living.latency,
    living.throughput,
    starting.status,
    starting.daemon,
    growing.finished,
    notes.twenty_keys,
    day.models,
    sending.by_smtp,
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few of each: shows that it runs, measures nothing")
    scale = QUICK if parser.parse_args().quick else FULL
    began = time.monotonic()
    with kept_until_the_end() as folder:
        table = Table("What", "Here", "Floor", "Ratio", "Aim")
        for part in PARTS:
            for row in part(folder / part.__name__, scale):
                table.add_row(*cells(row))
        print(f"Python {platform.python_version()} on {platform.machine()}; vaults on {file_system(folder) or 'disk'};")
        print(
            f"{os.cpu_count()} processors with a load of {load():.1f}: more than 1.5 is somebody else's and slows all."
        )
        print("Every run has a fresh folder and nothing is deleted before the end: making files right after")
        print("mass deletes is up to 20 times slower on some file systems. Medians, unless it says otherwise.")
        print(*day.ASSUMED, sep="\n")
    console = Console()
    console.width = max(console.width, 150)  # a pipe has 80 columns, the floors need more
    console.print(table)
    print(f"{time.monotonic() - began:.0f} s")


@contextmanager
def kept_until_the_end() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="employee-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def load() -> float:
    """Processes that want to run, on average of the last five minutes; 0 where the system does not tell."""
    return os.getloadavg()[1] if hasattr(os, "getloadavg") else 0.0


def cells(row: Row) -> tuple[str, ...]:
    ratio = f"{row.here / row.floor:.2f}" if row.floor else ""
    floor = f"{row.show(row.floor)} {row.against}" if row.floor else ""
    return row.what, row.show(row.here), floor, ratio, row.aim


if __name__ == "__main__":
    main()
