"""What people, phones and sync tools do that nobody would design for, and that once made the daemon stumble."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core.errors import Outage
from daemon.core.proposal import Decision, State, Verdict
from tests.acceptance.mortal import MortalHouse
from tests.house import MAIL


@pytest.fixture
def house(tmp_path: Path) -> MortalHouse:
    """A draft waits for the person."""
    house = MortalHouse(tmp_path)
    (house.root / "Inbox" / "mail.eml").write_bytes(MAIL)
    house.rest()
    return house


def state(house: MortalHouse) -> State:
    (task,) = house.app.ledger.tasks.matching("t")
    latest = house.app.ledger.proposals.latest(task)
    assert latest
    return latest.state


def decide(house: MortalHouse, verdict: Verdict) -> None:
    (task,) = house.app.ledger.tasks.matching("t")
    house.app.ledger.decisions.add(Decision(0, task, 1, verdict, "cli", "owner", "", house.clock.now()))


def test_copy_in_the_executors_folder_does_not_stop_an_approval(house: MortalHouse) -> None:
    note = house.note("Pending_Approval")
    (house.root / "In_Progress/executor").mkdir(exist_ok=True)
    shutil.copy(note, house.root / "In_Progress/executor" / note.name)
    house.move("Pending_Approval", "Approved")
    house.rest()
    assert len(house.provider.accepted) == 1
    assert house.counts() == {"Done": 1}


def test_stranger_under_the_same_name_in_the_executors_folder_is_put_aside(house: MortalHouse) -> None:
    note = house.note("Pending_Approval")
    (house.root / "In_Progress/executor").mkdir(exist_ok=True)
    (house.root / "In_Progress/executor" / note.name).write_text("My own text\n", encoding="utf-8")
    house.move("Pending_Approval", "Approved")
    house.rest()
    assert len(house.provider.accepted) == 1
    assert house.counts() == {"Needs_Review": 1, "Done": 1}


def test_command_about_a_withdrawn_and_expired_draft_ends(house: MortalHouse) -> None:
    house.note("Pending_Approval").unlink()
    house.rest()
    house.pass_time(timedelta(days=30))
    house.rest()
    decide(house, "approve")
    house.rest()
    assert (state(house), house.app.ledger.decisions.open(), house.provider.accepted) == (State.WITHDRAWN, [], [])


@pytest.mark.parametrize("folder", ["Approved", "Pending_Approval"])
def test_note_dragged_into_a_folder_inside_is_named(house: MortalHouse, folder: str) -> None:
    note = house.note("Pending_Approval")
    inside = house.root / folder / "March"
    inside.mkdir()
    note.rename(inside / note.name)
    (pace, *_) = [pace for pace in house.look() if pace.notices]
    assert pace.notices == (f"{folder}/March/{note.name}: notes count only in {folder}/ itself; move it up",)
    (inside / note.name).rename(house.root / "Approved" / note.name)
    house.rest()
    assert len(house.provider.accepted) == 1


@pytest.mark.parametrize("added", ["-DESKTOP-4QK7", " [conflicted]", "_conflict-20260310", " (conflict, Max)", " ok"])
def test_copy_that_an_unknown_sync_tool_puts_into_approved_is_no_approval(house: MortalHouse, added: str) -> None:
    note = house.note("Pending_Approval")
    shutil.copy(note, house.root / "Approved" / f"{note.stem}{added}.md")
    house.rest()
    assert (state(house), house.provider.accepted) == (State.PROPOSED, [])


def test_yes_waits_while_the_folder_of_the_noes_is_away(house: MortalHouse) -> None:
    note = house.move("Pending_Approval", "Approved")
    shutil.copy(note, house.root / "Rejected" / note.name)
    (house.root / "Rejected").rename(house.root / "No")
    with pytest.raises(Outage, match="Rejected/ is gone"):
        house.look()
    (house.root / "No").rename(house.root / "Rejected")
    house.rest()
    assert house.provider.accepted == []
    assert "yes and no at the same time" in house.note("Pending_Approval").read_text(encoding="utf-8")
