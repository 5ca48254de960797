"""What it costs to look, to start, and to do nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from daemon.runtime import runner
from tests.bench.measuring import Row, Scale, megabytes, paired, until
from tests.bench.office import Office

ONE_TABLE = """
import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(add_completion=False)


@app.command()
def status() -> None:
    table = Table("State", "Count")
    for number in range(8):
        table.add_row(f"state {number}", str(number))
    Console().print(table)


app()
"""
LIBRARIES = "import filelock, platformdirs, pydantic, rich.table, typer, watchdog.observers, yaml, zoneinfo"
WAITING = 5  # drafts that `status` shows


def status(folder: Path, scale: Scale) -> Iterator[Row]:
    """The whole process, from the shell's point of view."""
    office = Office(folder)
    for number in range(WAITING):
        office.drop(number)
    with office.opened() as app, app.daemon() as daemon:
        runner.drain(daemon.roles, app.clock, daemon.wake)
    program = folder / "one_table.py"
    program.write_text(ONE_TABLE, encoding="utf-8")
    here, floor = paired(lambda: office.employee("status"), lambda: python(str(program)), scale.pairs)
    yield Row("employee status", here, floor, "a Typer program with one rich table", "1.30")


def daemon(folder: Path, scale: Scale) -> Iterator[Row]:
    """Each start is the first in a vault of its own."""
    starts = [one_start(Office(folder / str(number))) for number in range(scale.starts)]
    imports = [one_import() for _ in starts]
    here, floor = (median(each[0] for each in group) for group in (starts, imports))
    yield Row("Start → ready", here, floor, "Python importing the same libraries")
    here, floor = (median(each[1] for each in group) for group in (starts, imports))
    yield Row("Idle memory (RSS), one draft made", here, floor, "Python with the same libraries", "80 MB", megabytes)


def one_start(office: Office) -> tuple[float, float]:
    """Seconds until every role has looked, and bytes when it is idle again after its first draft."""
    with ExitStack() as stack:
        began = time.perf_counter()
        process = stack.enter_context(office.running())
        took = time.perf_counter() - began
        office.drop(1)
        until(lambda: bool(office.names("Pending_Approval")), "the first draft")
        time.sleep(0.5)
        return took, resident(process.pid)


def one_import() -> tuple[float, float]:
    began = time.perf_counter()
    code = f"{LIBRARIES}\nprint(flush=True)\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None or process.stdin is None:
            raise AssertionError("both are pipes")
        process.stdout.readline()
        took = time.perf_counter() - began
        found = resident(process.pid)
        process.stdin.write(b"\n")
    return took, found


def resident(process: int) -> float:
    """Bytes in memory, shared ones too; 0 where there is no /proc."""
    found = Path(f"/proc/{process}/status")
    lines = found.read_text(encoding="ascii").splitlines() if found.exists() else ["VmRSS: 0 kB"]
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


def python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True, timeout=60)
