"""What a command writes is heard by the daemon, which is another process: here, another open ledger."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from daemon.core.proposal import Decision
from daemon.runtime.ledger import Ledger
from daemon.runtime.listening import Listening
from tests.fakes import NOON

YES = Decision(0, "t7k3m2q9", 1, "approve", "cli", "owner", "", NOON)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Listening]:
    ledger = Ledger(tmp_path / "ledger.db")
    listening = Listening(ledger)
    assert listening.heard()  # whatever was said before it listened
    yield listening
    ledger.close()


@pytest.fixture
def command(listening: Listening, tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.db")
    listening.heard()
    yield ledger
    ledger.close()


def test_decision_is_heard_once(listening: Listening, command: Ledger) -> None:
    command.decisions.add(YES)
    assert [listening.heard(), listening.heard()] == [True, False]


def test_pause_and_its_end_are_heard(listening: Listening, command: Ledger) -> None:
    command.pause("", "owner", NOON)
    assert listening.heard()
    command.resume("owner", NOON)
    assert listening.heard()


def test_what_is_no_word_of_a_person_wakes_nobody(listening: Listening, command: Ledger) -> None:
    command.put("day", "2026-03-10")
    assert not listening.heard()


def test_nobody_waits_for_a_ledger_in_use(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.db")
    listening = Listening(ledger)
    with ThreadPoolExecutor(1) as another, ledger.transaction():
        assert not another.submit(listening.heard).result(5)
    ledger.close()


def test_damaged_ledger_is_told_by_others(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = Ledger(path)
    listening = Listening(ledger)
    listening.heard()
    path.write_bytes(b"something else" * 1000)
    assert not listening.heard()
    ledger.close()
