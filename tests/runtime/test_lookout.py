"""What one look at the vault makes of times that cannot be."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from daemon.app import parts as composition
from tests.fakes import NOON
from tests.house import House


def test_file_first_seen_by_a_clock_that_ran_ahead_does_not_settle_for_a_month(tmp_path: Path) -> None:
    house = House(tmp_path)
    lookout = composition.looking(house.app)
    house.drop("note.md", b"changed later than this clock says")
    entry = house.app.vault.stat("Inbox/note.md")
    assert lookout.settled_at(entry, NOON + timedelta(days=30)) >= NOON + timedelta(days=30)
    assert lookout.settled_at(entry, NOON) < NOON + timedelta(days=1)


def test_move_that_a_crash_left_halfway_on_a_network_disk_is_ended(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.arrive()
    house.run()
    pending = house.note("Pending_Approval")
    (house.root / "Rejected" / pending.name).hardlink_to(pending)
    house.run()
    assert house.counts() == {"Rejected": 1}
