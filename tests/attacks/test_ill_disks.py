"""Disks that fail in the middle of something, one call at a time; `tests/torture/disks.py` lets them fail by chance."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.outbox import Documents
from daemon.core.errors import Outage
from daemon.core.ports import Absent, Found
from daemon.vault import Vault
from tests.house import House
from tests.torture.disks import Sickness, ill

CALLS = range(1, 16)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = Vault(tmp_path)
    made.make_folders()
    return made


def attempt(act: Callable[[], object], call: int) -> bool:
    """Whether it worked although this one call failed."""
    sickness = Sickness(0, only=call)
    sickness.begin()
    with ill(sickness), suppress(Outage):
        act()
        return True
    return False


def seen(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file() and ".effects" not in path.parts)


@pytest.mark.parametrize("call", CALLS)
def test_a_note_is_there_when_that_was_said_and_only_then(vault: Vault, tmp_path: Path, call: int) -> None:
    made = attempt(lambda: vault.create("Inbox/a.md", b"whole"), call)
    assert [name for name in seen(tmp_path) if name == "a.md"] == ["a.md"] * made


@pytest.mark.parametrize("call", CALLS)
def test_a_document_is_saved_once_however_often_it_is_tried(vault: Vault, tmp_path: Path, call: int) -> None:
    documents = Documents(vault)
    attempt(lambda: documents.save("Documents/plan.md", b"Plan", key="taaaaaaaaaa-g1.i1"), call)
    assert isinstance(documents.look_up("Documents/plan.md", b"Plan", key="taaaaaaaaaa-g1.i1"), Absent | Found)
    documents.save("Documents/plan.md", b"Plan", key="taaaaaaaaaa-g1.i1")
    assert seen(tmp_path) == ["plan.md"]


def test_a_document_that_was_linked_when_the_ledger_failed_is_not_saved_again(vault: Vault, tmp_path: Path) -> None:
    Documents(vault).save("Documents/plan.md", b"Plan", key="taaaaaaaaaa-g1.i1")
    Documents(vault).save("Documents/plan.md", b"Plan", key="taaaaaaaaaa-g1.i1")
    assert seen(tmp_path) == ["plan.md"]


def test_an_hour_without_a_disk_costs_a_task_no_try(house: House) -> None:
    house.arrive()
    sickness = Sickness(0, rate=1.0, writing_only=True)
    sickness.begin()
    with ill(sickness):
        for _ in range(6):
            house.run()
            house.pass_time(timedelta(minutes=10))
    house.run()
    assert house.counts() == {"Pending_Approval": 1}
