"""The bench runs and says all it should. How fast anything is, no test decides; what models cost is no chance."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

from tests.bench import day
from tests.minds import BEST, CHEAP

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
    "Models for 10 tasks: each its tier",
    "… answers kept",
    "… prompts kept by the provider",
    "… the night in a batch",
    "Send a mail by SMTP",
    "Send a mail of 7 MB by SMTP",
)


def test_a_quick_bench_prints_every_row() -> None:
    command = [sys.executable, "-m", "tests.bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, encoding="utf-8", timeout=300)
    lines = [line.split("│")[1].strip() for line in done.stdout.splitlines() if line.startswith("│")]
    assert lines == list(ROWS)


def test_a_day_of_tasks_costs_at_least_sixty_percent_less_than_with_the_best_model_alone(tmp_path: Path) -> None:
    bill, questions = day.simulated(tmp_path, 100)
    assert bill.batched <= bill.alone * Decimal("0.40")
    assert bill.kept < bill.routed < bill.alone
    assert bill.batched < bill.prompts
    assert questions[CHEAP] > questions[BEST] > 0
