"""What arrives becomes one task note, however often it is seen and wherever the program is killed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from daemon import registry
from daemon.core import arrivals
from daemon.core.plugins import Sources
from daemon.core.task import Arrival, Original
from daemon.runtime.intake import Intake
from daemon.runtime.pace import Pace
from daemon.runtime.watching import Watching
from daemon.vault import Vault
from tests.house import House

TEXT = b"Call Bob tomorrow"

MAIL = b"""From: Anna <anna@example.com>
To: me@company.example
Subject: Opening hours
Message-ID: <1@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

When are you open?
--b
Content-Type: application/pdf; name="../plan.pdf"

%PDF
--b--
"""


@pytest.fixture
def intake(house: House) -> Intake:
    return Intake(house.app.vault, house.app.ledger, house.app.zone, house.app.converter)


def dropped(house: House, name: str = "bob.txt", **changes: str) -> Arrival:
    (house.root / "Inbox" / name).write_bytes(TEXT)
    taken = f"Inbox/{name}"
    plain = Arrival(
        "note", "inbox", "file:1", "", "Call Bob", "Call Bob tomorrow", (Original(name, TEXT),), taken=taken
    )
    return replace(plain, **changes)


def inbox(house: House) -> list[str]:
    return [path.name for path in (house.root / "Inbox").iterdir()]


def test_dropped_note_becomes_a_task_and_leaves_the_inbox(house: House, intake: Intake) -> None:
    assert intake.keep(dropped(house), house.clock.now())
    assert house.counts() == {"Needs_Action": 1}
    assert inbox(house) == []


def test_original_is_kept_under_its_own_name(house: House, intake: Intake) -> None:
    intake.keep(dropped(house), house.clock.now())
    kept = house.root / "Attachments" / house.task_of(house.note("Needs_Action")) / "bob.txt"
    assert kept.read_bytes() == TEXT


def test_same_content_dropped_again_is_said(house: House, intake: Intake) -> None:
    intake.keep(dropped(house), house.clock.now())
    house.run()
    assert intake.keep(dropped(house, "bob again.txt"), house.clock.now())
    house.run()
    assert "The same content came before" in house.note("Done").read_text()


def test_same_mail_from_an_account_is_kept_once(house: House, intake: Intake) -> None:
    mail = Arrival("email", "gmail", "mail:1", "", "Hi", "Hello", (Original("mail.eml", b"Subject: Hi\n\nHello"),))
    assert intake.keep(mail, house.clock.now())
    assert not intake.keep(mail, house.clock.now())
    assert house.counts() == {"Needs_Action": 1}


class DiesBeforeRemoving(Vault):
    def remove(self, path: str, *, expected: bytes) -> None:
        raise KeyboardInterrupt(path, expected)


def test_kill_after_the_note_only_takes_the_file_out(house: House, intake: Intake) -> None:
    arrival = dropped(house)
    dying = Intake(DiesBeforeRemoving(house.root), house.app.ledger, house.app.zone, house.app.converter)
    with pytest.raises(KeyboardInterrupt):
        dying.keep(arrival, house.clock.now())
    assert not intake.keep(arrival, house.clock.now())
    assert inbox(house) == []
    assert house.counts() == {"Needs_Action": 1}


def test_file_rewritten_meanwhile_stays_for_a_task_of_its_own(house: House, intake: Intake) -> None:
    arrival = dropped(house)
    (house.root / "Inbox" / "bob.txt").write_bytes(b"Call Bob today")
    intake.keep(arrival, house.clock.now())
    assert inbox(house) == ["bob.txt"]


def test_unread_file_is_moved_whole(house: House, intake: Intake) -> None:
    (house.root / "Inbox" / "photo.jpg").write_bytes(b"\xff\xd8")
    arrival = Arrival("file", "inbox", "file:2", "", "photo.jpg", "", (), taken="Inbox/photo.jpg")
    intake.keep(arrival, house.clock.now())
    task = house.task_of(house.note("Needs_Action"))
    assert (house.root / "Attachments" / task / "photo.jpg").read_bytes() == b"\xff\xd8"
    assert inbox(house) == []


def test_what_cannot_be_read_is_in_failed_with_the_sentence(house: House, intake: Intake) -> None:
    intake.keep(dropped(house, fault="Line 3: `due` is a date"), house.clock.now())
    assert "Line 3: \\`due\\` is a date" in house.note("Failed").read_text()


def test_mail_is_read_when_it_is_kept(house: House, intake: Intake) -> None:
    intake.keep(arrivals.mail("Hi.eml", MAIL, source="inbox"), house.clock.now())
    note = house.note("Needs_Action").read_text()
    assert "Anna <anna@example.com>" in note
    assert "title: Opening hours\n" in note
    assert "> When are you open?" in note
    assert sorted(path.name for path in house.root.glob("Attachments/*/*")) == ["Hi.eml", "plan.pdf"]


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"%-10d\n" % len(MAIL), b"<?xml version='1.0'?>"), (b"From anna@example.com Tue Mar 10 09:00:00 2026\n", b"")],
)
def test_mail_is_taken_out_of_its_wrapping(house: House, intake: Intake, before: bytes, after: bytes) -> None:
    intake.keep(arrivals.mail("Hi.eml", before + MAIL + after, source="inbox"), house.clock.now())
    assert "title: Opening hours\n" in house.note("Needs_Action").read_text()


def test_mail_that_nobody_can_read_is_in_failed_with_its_file(house: House, intake: Intake) -> None:
    deep = b"".join(b"Content-Type: multipart/x; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(50))
    intake.keep(arrivals.mail("deep.eml", deep, source="inbox"), house.clock.now())
    assert "nested more than 20 deep" in house.note("Failed").read_text()
    assert [path.read_bytes() for path in house.root.glob("Attachments/*/deep.eml")] == [deep]


def test_hostile_original_name_stays_inside_its_folder(house: House, intake: Intake, tmp_path: Path) -> None:
    evil = Original("../../../../evil.sh", b"rm -rf /")
    intake.keep(Arrival("file", "gmail", "mail:9", "", "x", "", (Original("a.eml", b"x"), evil)), house.clock.now())
    assert [path for path in tmp_path.rglob("evil.sh") if "Attachments" not in path.parts] == []


def test_recipient_in_the_properties_of_a_dropped_note_reaches_the_agent(house: House, intake: Intake) -> None:
    data = b"---\nto: bob@example.com\nsubject: The offer\n---\nHi Bob, here it is.\n"
    (house.root / "Inbox" / "offer.md").write_bytes(data)
    intake.keep(arrivals.note("offer.md", data, source="inbox", taken="Inbox/offer.md"), house.clock.now())
    house.run()
    assert "action: email.send" in house.note("Pending_Approval").read_text()
    assert "to:\n  - bob@example.com" in house.note("Pending_Approval").read_text()


def test_manager_is_told_when_something_was_kept(house: House, intake: Intake) -> None:
    watcher = registry.watcher("inbox", house.app.settings.inbox.model_dump(), Sources(house.app.vault)).made
    assert watcher
    told: list[str] = []
    role = Watching("inbox", watcher, intake, lambda: told.append("kept"))
    house.drop("bob.txt", TEXT)
    role.step(house.clock.now())
    role.step(house.clock.now())
    role.step(house.clock.now())
    assert told == ["kept"]


class Between(Vault):
    """Somebody else acts at the moment before a file is moved out of Inbox/."""

    def __init__(self, root: Path, act: Callable[[], object]) -> None:
        super().__init__(root)
        self._act = act

    def move(self, path: str, folder: str, *, name: str = "", expected: bytes | None = None) -> str:
        self._act()
        return super().move(path, folder, name=name, expected=expected)


def test_file_that_is_still_being_taken_is_left_alone_and_nothing_is_said(house: House) -> None:
    """The manager looks after the task note was written and before the dropped file is in its place."""
    house.manager.tick(house.clock.now())
    looks: list[Pace] = []
    vault = Between(house.root, lambda: looks.append(house.manager.step(house.clock.now())))
    intake = Intake(vault, house.app.ledger, house.app.zone, house.app.converter)
    intake.keep(replace(dropped(house, "bill.pdf"), kind="file", originals=()), house.clock.now())
    assert [(look.problems, look.notices, look.waiting) for look in looks] == [((), (), ())]
    (task,) = house.app.ledger.tasks.matching("t")
    known = house.app.ledger.tasks.get(task)
    assert known
    assert not known.attempts
    before = house.clock.now()
    house.run()
    assert house.notes("Pending_Approval")
    assert house.clock.now() == before


def test_dropped_file_that_went_away_while_it_was_taken_is_told(house: House, intake: Intake) -> None:
    house.manager.tick(house.clock.now())
    found = replace(dropped(house, "bill.pdf"), kind="file", originals=())
    (house.root / "Inbox" / "bill.pdf").unlink()
    intake.keep(found, house.clock.now())
    assert any("is not there yet" in problem for problem in house.manager.step(house.clock.now()).problems)
