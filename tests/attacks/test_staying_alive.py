"""One file that nobody thought of must not stop the employee, nor be damaged or lost by it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core import arrivals
from daemon.core.errors import UserError
from daemon.core.ports import Poll
from daemon.core.proposal import Decision
from daemon.core.task import Arrival, Original
from daemon.runtime import runner
from daemon.runtime.intake import Intake
from daemon.runtime.pace import Said
from daemon.runtime.watching import Watching
from tests.fakes import NOON
from tests.house import House

DAY = timedelta(days=1)
STATE_FOLDERS = ("Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed", "Done")


def approval(house: House) -> None:
    """The main job still works."""
    house.arrive()
    house.run()
    house.move_all("Pending_Approval", "Approved")
    house.run()
    assert len(house.provider.accepted) == 1


def note(*properties: str, body: str = "## Draft\nPay now\n") -> str:
    return "\n".join(["---", *properties, "---", body])


@pytest.mark.parametrize("folder", STATE_FOLDERS)
@pytest.mark.parametrize(
    "generation", ["99999999999999999999999", "9223372036854775808", "-1", "0", "1.0", "true", '" 1"', "1e3", "[1]"]
)
def test_generation_that_cannot_be(house: House, folder: str, generation: str) -> None:
    (house.root / folder / "x.md").write_text(note("id: taaaaaaaaaa", "type: approval", f"generation: {generation}"))
    house.pass_time(DAY)
    approval(house)


@pytest.mark.parametrize("identity", ['"a\\0b"', '"a\\uD800b"', "../../x", '"a\\nb"', "x" * 60_000, "\u2066t", "[]"])
def test_id_that_cannot_be(house: House, identity: str) -> None:
    text = note(f"id: {identity}", "type: approval", "generation: 1", "approve: true")
    (house.root / "Approved" / "x.md").write_text(text)
    house.pass_time(DAY)
    approval(house)
    assert len(house.notes("Needs_Review")) == 1


@pytest.mark.parametrize("folder", ["Needs_Action", *STATE_FOLDERS])
@pytest.mark.parametrize("size", [5_000_001, 6_000_000])
def test_file_too_large_to_be_a_note(house: House, folder: str, size: int) -> None:
    (house.root / folder / "huge.md").write_bytes(b"a" * size)
    house.pass_time(DAY)
    approval(house)
    (kept,) = house.root.rglob("huge.md")
    assert kept.read_bytes().endswith(b"a" * size)


def test_picture_dropped_among_the_tasks_stays_as_it_is(house: House) -> None:
    picture = house.root / "Needs_Action" / "scan.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    house.pass_time(DAY)
    house.run()
    assert picture.read_bytes() == b"\x89PNG\r\n\x1a\n"
    assert any("scan.png" in notice and "Inbox/" in notice for notice in house.notices())


def test_mail_of_invisible_characters_becomes_a_draft(house: House) -> None:
    head = b"From: a@b.example\nMessage-ID: <1@x>\nDate: Tue, 10 Mar 2026 09:00:00 +0000\n"
    text = "Content-Type: text/plain; charset=utf-8\n\nWhen are you open?\n" + "\u202e\u202d" * 240_000
    arrival = arrivals.mail("bomb.eml", head + text.encode(), source="inbox")
    Intake(house.app.vault, house.app.ledger, house.app.zone, house.app.converter).keep(arrival, house.clock.now())
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


def test_retry_of_a_note_somebody_broke_waits_until_it_is_mended(house: House) -> None:
    broken = house.root / "Failed" / "EMAIL_x_taaaaaaaaaa.md"
    broken.write_text("---\nid: taaaaaaaaaa\ntype: task\nwhat: is: this\n---\n")
    house.app.ledger.decisions.add(Decision(0, "taaaaaaaaaa", 0, "retry", "cli", "owner", "", house.clock.now()))
    approval(house)
    broken.write_text("---\nid: taaaaaaaaaa\ntype: task\nkind: note\ntitle: x\n---\nHello\n")
    house.pass_time(DAY)
    house.run()
    assert house.counts() == {"Done": 1, "Pending_Approval": 1}


@pytest.mark.parametrize("verdict", ["approve", "reject", "undo", "retry"])
def test_decision_about_nothing_is_dropped(house: House, verdict: str) -> None:
    decision = Decision(0, "taaaaaaaaaa", 7, verdict, "cli", "owner", "", house.clock.now())  # pyright: ignore[reportArgumentType]
    house.app.ledger.decisions.add(decision)
    approval(house)
    assert house.app.ledger.decisions.open() == []


@pytest.mark.parametrize("name", ["Dashboard.md", "Company_Handbook.md"])
def test_folder_where_a_file_belongs_is_a_problem_that_is_told(house: House, name: str) -> None:
    (house.root / name).mkdir()
    house.arrive()
    runner.look(house.manager, house.clock.now(), Said())
    house.manager.tick(house.clock.now())
    assert any(name in problem for problem in runner.look(house.manager, house.clock.now(), Said()).problems)


def test_task_waits_while_the_handbook_cannot_be_read(house: House) -> None:
    handbook = house.root / "Company_Handbook.md"
    handbook.write_bytes(b"- a fact\n" * 800_000)
    house.arrive()
    house.run()
    house.pass_time(DAY)
    house.run()
    assert house.counts() == {"Needs_Action": 1}
    handbook.write_text("## Facts\n")
    house.pass_time(DAY)
    house.run()
    assert house.counts() == {"Pending_Approval": 1}


@pytest.mark.parametrize("folder", ["Approved", "Needs_Action", "Done", "In_Progress"])
def test_state_folder_that_is_a_link_stops_everything_until_it_is_one_again(house: House, folder: str) -> None:
    house.arrive()
    house.run()
    shutil.rmtree(house.root / folder)
    (house.root / folder).symlink_to(house.root.parent)
    with pytest.raises(UserError, match="is a link"):
        house.run()
    assert any(folder in problem for problem in runner.look(house.manager, house.clock.now(), Said()).problems)
    (house.root / folder).unlink()
    (house.root / folder).mkdir()
    house.move("Pending_Approval", "Approved")
    house.run()
    assert len(house.provider.accepted) == 1


def test_task_note_moved_to_approved_is_told(house: House) -> None:
    house.arrive()
    house.move("Needs_Action", "Approved")
    house.pass_time(DAY)
    house.run()
    assert "a task, not a draft" in house.note("Needs_Review").read_text()
    assert house.provider.accepted == []


class Two:
    """A watcher whose first arrival cannot be kept."""

    def poll(self, now: object) -> Poll:
        del now
        return Poll(iter([self._arrival("\ud800"), self._arrival("fine")]))

    def _arrival(self, title: str) -> Arrival:
        return Arrival("note", "inbox", f"file:{len(title)}", "", title, title, (Original("a.txt", b"text"),))


def test_arrival_that_cannot_be_kept_stands_in_nobodys_way(house: House) -> None:
    role = Watching("inbox", Two(), house.intake, house.wake.set)
    role.step(NOON)
    assert len(house.notes("Needs_Action")) == 1


@pytest.fixture
def odd_name(house: House) -> Iterator[Path]:
    path = house.root / "Approved" / b"\xff\xfe.md".decode(errors="surrogateescape")
    path.write_text("Pay now")
    return iter([path])


def test_name_that_is_no_text(house: House, odd_name: Iterator[Path]) -> None:
    assert next(odd_name).exists()
    house.pass_time(DAY)
    approval(house)
    house.manager.tick(house.clock.now())
