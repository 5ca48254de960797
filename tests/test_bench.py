"""The bench runs and says all it should. How fast anything is, no test decides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = (
    "Drop → draft, p50",
    "Drop → draft, p95",
    "Drop → Done, each of 6",
    "… tasks a second",
    "employee status",
    "Start → ready",
    "Idle memory (RSS), one draft made",
    "employee status, 30 finished tasks",
    "One look of all roles, 30 finished tasks",
    "One task, drop → Done, 30 finished tasks",
    "Read a note with 20 properties",
    "Write a note with 20 properties",
)


def test_a_quick_bench_prints_every_row() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8", timeout=300)
    lines = [line.split("│")[1].strip() for line in done.stdout.splitlines() if line.startswith("│")]
    assert lines == list(ROWS)
