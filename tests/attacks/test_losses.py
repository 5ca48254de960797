"""The vault away or another's, the ledger damaged or old: nothing is concluded or sent, and the way on is said."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core.errors import Outage, UserError
from daemon.core.ports import VaultProblem
from daemon.core.proposal import State
from daemon.ops import adopt
from daemon.runtime import belonging
from daemon.runtime.dashboard import Dashboard
from daemon.vault import Vault
from tests.house import House

LONG = timedelta(hours=2)


def waiting(house: House) -> list[State]:
    return [proposal.state for proposal in house.app.ledger.proposals.open()]


@pytest.fixture
def drafted(house: House) -> House:
    house.arrive()
    house.run()
    house.manager.tick(house.clock.now())
    return house


def look(house: House) -> None:
    house.inbox.step(house.clock.now())
    house.manager.step(house.clock.now())
    house.manager.tick(house.clock.now())


def swap(house: House) -> Path:
    """Put the vault away, and a new one in its place."""
    house.root.rename(house.root.with_name("ours"))
    Vault(house.root).make_folders()
    (house.root / "Inbox" / "theirs.md").write_bytes(b"# Theirs\n")
    return house.root.with_name("ours")


def test_another_vault_in_the_place_of_ours_is_left_as_it_is(drafted: House) -> None:
    ours = swap(drafted)
    before = sorted(drafted.root.rglob("*"))
    with pytest.raises(Outage, match="another vault, or a new one"):
        drafted.inbox.step(drafted.clock.now())
    drafted.manager.tick(drafted.clock.now() + LONG)
    assert sorted(drafted.root.rglob("*")) == before
    shutil.rmtree(drafted.root)
    ours.rename(drafted.root)
    look(drafted)
    assert waiting(drafted) == [State.PROPOSED]


class Unmounted(Vault):
    """It goes away between the look at the folder and the first thing that is written into it."""

    def _folder(self, folder: str, *, make: bool = False) -> str:
        found = super()._folder(folder, make=make)
        if make:
            Path(found).rename(Path(found).with_name("ours"))
            Path(found).mkdir()
        return found


def test_an_empty_mount_point_gets_no_dashboard(drafted: House) -> None:
    app = drafted.app
    board = Dashboard(Unmounted(drafted.root), app.ledger.instance, app.status, every=timedelta(), zone=app.zone)
    with pytest.raises(VaultProblem):
        board.show(drafted.clock.now(), stopping=True)
    assert list(drafted.root.iterdir()) == []
    drafted.root.rmdir()
    drafted.root.with_name("ours").rename(drafted.root)


def test_a_deleted_dashboard_makes_no_vault_a_stranger(drafted: House) -> None:
    (drafted.root / "Dashboard.md").unlink()
    look(drafted)
    assert waiting(drafted) == [State.PROPOSED]


def test_a_folder_that_is_gone_with_its_drafts_is_no_answer(drafted: House) -> None:
    folder = drafted.root / "Pending_Approval"
    folder.rename(drafted.root.with_name("kept"))
    for _ in range(3):
        drafted.pass_time(LONG)
        with pytest.raises(Outage, match="Pending_Approval/ is gone, with 1 of your drafts"):
            drafted.manager.step(drafted.clock.now())
    assert not folder.exists()
    drafted.root.with_name("kept").rename(folder)
    look(drafted)
    assert waiting(drafted) == [State.PROPOSED]


def test_nothing_is_written_into_a_ledger_that_was_moved_away(drafted: House) -> None:
    ledger = drafted.app.places.ledger
    ledger.rename(ledger.with_name("moved"))
    drafted.move("Pending_Approval", "Approved")
    with pytest.raises(Outage, match="`employee run`"):
        drafted.app.ledger.put("a", "b")
    drafted.manager.step(drafted.clock.now())
    assert drafted.provider.accepted == []
    ledger.with_name("moved").rename(ledger)


def approve_altered(house: House, change: str) -> None:
    """The person approves a draft of which somebody else changed what the ledger holds."""
    with sqlite3.connect(house.app.places.ledger) as other:
        other.execute(f"UPDATE proposals SET {change}")
    other.close()
    house.restart()
    house.move("Pending_Approval", "Approved")


def test_a_draft_that_was_altered_in_the_ledger_goes_nowhere(drafted: House) -> None:
    approve_altered(drafted, "params = replace(params, 'anna@', 'bnna@')")
    with pytest.raises(UserError, match=r"does not hold the draft .* `employee adopt`"):
        drafted.manager.step(drafted.clock.now())
    assert drafted.provider.accepted == []


def test_a_ledger_that_lost_its_last_byte_is_not_believed(drafted: House) -> None:
    """Python reads a time without its last letter, but as one of another zone."""
    approve_altered(drafted, "expires_at = rtrim(expires_at, 'Z') || char(0)")
    with pytest.raises(UserError, match=r"a time that was never written.* `employee adopt`"):
        drafted.manager.step(drafted.clock.now())


def test_a_ledger_that_does_not_know_of_the_last_effect_is_refused(drafted: House, tmp_path: Path) -> None:
    """What a -wal file that was deleted after a kill leaves, or a copy put back."""
    ledger = drafted.app.places.ledger
    drafted.stop()
    shutil.copy(ledger, tmp_path / "old")
    drafted.start()
    drafted.move("Pending_Approval", "Approved")
    drafted.run()
    drafted.stop()
    (drafted.root / "Dashboard.md").unlink()
    shutil.copy(tmp_path / "old", ledger)
    drafted.start()
    with pytest.raises(UserError, match="not the newest one"):
        drafted.app.claim_vault()
    aside = adopt.set_aside(ledger, drafted.app.vault, locks=drafted.app.places.locks)
    assert aside
    assert aside.folder == ledger.with_name("set-aside-1")


def test_a_pause_outlives_the_ledger_it_was_written_in(drafted: House) -> None:
    drafted.app.ledger.pause("holidays", "owner", drafted.clock.now())
    drafted.app.ledger.mark.write(999)
    places = drafted.app.places
    aside = adopt.set_aside(places.ledger, drafted.app.vault, locks=places.locks)
    assert aside
    assert aside.paused
    assert aside.paused.reason == "holidays"


def test_a_whole_state_directory_put_back_is_noticed_by_the_dashboard(drafted: House, tmp_path: Path) -> None:
    drafted.stop()
    shutil.copytree(drafted.app.places.home, tmp_path / "backup")
    drafted.start()
    drafted.move("Pending_Approval", "Rejected")
    drafted.run()
    drafted.stop()
    shutil.rmtree(drafted.app.places.home)
    shutil.copytree(tmp_path / "backup", drafted.app.places.home)
    drafted.start()
    with pytest.raises(UserError, match="not the newest one"):
        belonging.require_current(drafted.app.vault, drafted.app.ledger)


def test_a_ledger_in_order_is_not_set_aside(drafted: House) -> None:
    places = drafted.app.places
    assert adopt.set_aside(places.ledger, drafted.app.vault, locks=places.locks) is None


def test_an_empty_mount_point_is_named_and_nothing_is_made_in_it(drafted: House) -> None:
    drafted.root.rename(drafted.root.with_name("ours"))
    drafted.root.mkdir()
    for role in (drafted.inbox, drafted.manager):
        with pytest.raises(Outage, match=r"The vault is not at .* all goes on by itself"):
            role.step(drafted.clock.now())
    drafted.manager.tick(drafted.clock.now() + LONG)
    assert [problem.what for problem in drafted.app.status().problems if "is not at" in problem.what][1:] == []
    assert list(drafted.root.iterdir()) == []
    drafted.root.rmdir()
    drafted.root.with_name("ours").rename(drafted.root)
