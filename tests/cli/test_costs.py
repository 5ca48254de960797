"""`employee costs` and what `employee status` says of money."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.usage import Usage
from daemon.runtime.ledger.spending import CACHED, Call, Ended
from tests.cli.terminal import Terminal
from tests.minds import CHEAP, FAIR

PLENTY = Limits(Decimal(100), Decimal(100), Decimal("0.8"))


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path)
    made.ok("init")
    return made


def spend(terminal: Terminal, *, model: str = CHEAP, cost: str = "0.25", task: str = "taaaaaaaaaa") -> None:
    opened = terminal.open()
    now, call = datetime.now(UTC), Call("mail", "draft", task, model)
    row = opened.ledger.spending.reserve(call, Decimal(1), PLENTY, Periods.of(now, opened.zone))
    assert row is not None
    opened.ledger.spending.settle(row, Ended("ok", Usage(12_000, 800), Decimal(cost)), now)
    opened.close()


def test_nothing_was_asked(terminal: Terminal) -> None:
    done = terminal.say("costs")
    assert done.stdout.startswith("Today       $0.00 of $5.00 (0%)\nThis month  $0.00 of $100.00 (0%)\n")
    assert "No language model was asked in 7 days." in done.stderr


def test_money_by_day_agent_model_and_task(terminal: Terminal) -> None:
    spend(terminal)
    spend(terminal, model=FAIR, cost="0.5", task="tbbbbbbbbbb")
    said = terminal.ok("costs")
    assert "Today       $0.7500 of $5.00 (15%)" in said
    assert "mail   2      24,000     1,600  0       $0.7500" in said
    assert said.index(FAIR) < said.index(CHEAP)
    assert said.index("tbbbbbbbbbb") < said.index("taaaaaaaaaa")


def test_longest_bar_is_the_dearest_day(terminal: Terminal) -> None:
    spend(terminal)
    assert "█" * 40 in terminal.ok("costs", "--days", "2")


def test_what_scripts_read(terminal: Terminal) -> None:
    spend(terminal)
    opened = terminal.open()
    opened.ledger.spending.note(Call("mail", "draft", "tbbbbbbbbbb", CHEAP), CACHED, datetime.now(UTC))
    opened.close()
    found = terminal.json("costs", "--days", "3")
    assert (found["schema_version"], len(found["days"]), found["cached_answers"]) == (1, 3, 1)
    assert [(each["name"], each["cost_usd"], each["calls"]) for each in found["models"]] == [(CHEAP, 0.25, 1)]


def test_status_speaks_of_money_once_there_is_some(terminal: Terminal) -> None:
    assert "Models " not in terminal.ok("status")
    spend(terminal)
    assert "Models   $0.2500 of $5.00 today, $0.2500 of $100.00 this month" in terminal.ok("status")
    assert terminal.json("status")["cost"]["today_usd"] == 0.25


def test_spent_budget_makes_the_status_degraded(terminal: Terminal) -> None:
    spend(terminal, cost="6")
    done = terminal.say("status")
    assert done.exit_code == 3
    assert "today's budget for language models is spent ($6.00 of $5.00)" in done.stdout


@pytest.mark.parametrize("days", ["0", "-1", "367", "x"])
def test_days_that_make_no_sense_are_wrong_usage(terminal: Terminal, days: str) -> None:
    assert terminal.say("costs", "--days", days).exit_code == 2
