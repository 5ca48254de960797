"""Drafts that are kept among those of the mailbox: what the person does there counts here."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.core import mail
from daemon.core.errors import Transient
from daemon.core.mailboxes.keeping import Fate, Kept
from daemon.runtime.keeping import Keeping
from daemon.runtime.pace import Pace
from tests.house import House
from tests.mailboxes import account

ME = account()
LOOK = timedelta(minutes=5)


@dataclass
class Drafts:
    """A mailbox of which only the drafts count. `requests`: how often it was asked."""

    drafts: dict[str, bytes] = field(default_factory=dict[str, bytes])
    sent: set[str] = field(default_factory=set[str])
    down: bool = False
    killing: bool = False
    requests: int = 0
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def keep(self, message: bytes, *, again: bool) -> Kept:
        self.ask()
        found = [draft for draft, there in self.drafts.items() if again and there == message]
        draft = found[0] if found else f"d{next(self.numbers)}"
        self.drafts[draft] = message
        if self.killing:
            raise KeyboardInterrupt
        return Kept(draft, f"thread-{draft}")

    def there(self) -> Collection[str]:
        self.ask()
        return set(self.drafts)

    def fate(self, kept: Kept, since: datetime) -> Fate:
        del since
        self.ask()
        return "there" if kept.draft in self.drafts else "sent" if kept.draft in self.sent else "deleted"

    def untouched(self, kept: Kept, message: bytes) -> bool:
        self.ask()
        return self.drafts.get(kept.draft) == message

    def drop(self, kept: Kept) -> None:
        self.ask()
        self.drafts.pop(kept.draft, None)

    def close(self) -> None: ...

    def ask(self) -> None:
        self.requests += 1
        if self.down:
            raise Transient("the network is down")


class Quiet:
    """Nothing is to be shown."""

    def show(self, now: datetime) -> Pace:
        del now
        return Pace(progress=False)


class Desk:
    """A house with a mailbox that keeps its drafts."""

    def __init__(self, folder: Path, *, wanted: str = "true", hold: float = 0) -> None:
        self.house = House(folder, hold=hold, mail__keep_drafts=wanted)
        self.box = Drafts()
        self.begin()

    def begin(self) -> None:
        self.keeping = Keeping(Quiet(), ME, self.box, context=self.house.app.context)

    def draft(self) -> None:
        """One that would leave this mailbox; which one that is, the draft alone says."""
        self.house.arrive()
        self.house.run()
        with closing(sqlite3.connect(self.house.app.ledger.path)) as db, db:
            db.execute("UPDATE proposals SET channel = ?", (ME.name,))

    def look(self) -> Pace:
        self.house.pass_time(LOOK)
        return self.keeping.show(self.house.clock.now())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.draft()
    yield made
    made.house.stop()


def test_a_draft_that_waits_is_kept_once(desk: Desk) -> None:
    desk.look()
    desk.look()
    (kept,) = desk.box.drafts.values()
    read = mail.read(kept)
    note = desk.house.note("Pending_Approval").read_text(encoding="utf-8")
    assert read.text.strip() in note.partition("## Draft")[2]
    assert not read.key.endswith(desk.house.app.ledger.instance)


def test_decided_here_it_leaves_there(desk: Desk) -> None:
    desk.look()
    desk.house.move("Pending_Approval", "Rejected")
    desk.house.run()
    desk.look()
    assert desk.box.drafts == {}


def test_after_a_yes_nobody_can_send_it_a_second_time_from_there(tmp_path: Path) -> None:
    desk = Desk(tmp_path, hold=600)
    desk.draft()
    desk.look()
    desk.house.move("Pending_Approval", "Approved")
    desk.house.manager.step(desk.house.clock.now())
    desk.look()
    assert desk.house.note("Approved")
    assert desk.box.drafts == {}
    desk.house.stop()


def test_sent_there_and_approved_here_before_anybody_looked_it_leaves_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, hold=600)
    desk.draft()
    desk.look()
    desk.box.sent |= set(desk.box.drafts)
    desk.box.drafts.clear()
    desk.house.move("Pending_Approval", "Approved")
    desk.house.manager.step(desk.house.clock.now())
    desk.keeping.show(desk.house.clock.now())
    desk.house.run()
    assert desk.house.provider.accepted == []
    assert desk.house.notes("Approved") == []
    desk.house.stop()


def test_what_the_person_wrote_into_it_there_stays_theirs(desk: Desk) -> None:
    desk.look()
    desk.box.drafts = dict.fromkeys(desk.box.drafts, b"something else")
    desk.house.move("Pending_Approval", "Rejected")
    desk.house.run()
    desk.look()
    desk.look()
    assert list(desk.box.drafts.values()) == [b"something else"]


@pytest.mark.parametrize(("sent", "why"), [(True, "You sent this draft yourself"), (False, "You deleted this draft")])
def test_what_the_person_did_there_counts_here(desk: Desk, *, sent: bool, why: str) -> None:
    desk.look()
    draft = next(iter(desk.box.drafts))
    desk.box.sent |= {draft} if sent else set()
    desk.box.drafts.clear()
    desk.look()
    desk.house.run()
    assert desk.house.notes("Pending_Approval") == []
    assert desk.house.provider.accepted == []
    task = desk.house.app.ledger.proposals.matching("t")[0]
    assert why in task.why
    desk.look()
    assert desk.box.drafts == {}


def test_a_list_that_leaves_one_out_deletes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.look()
    monkeypatch.setattr(desk.box, "there", set[str])
    desk.look()
    desk.house.run()
    assert desk.house.note("Pending_Approval")


def test_without_a_draft_nobody_is_asked(desk: Desk) -> None:
    desk.house.move("Pending_Approval", "Rejected")
    desk.house.run()
    desk.look()
    assert desk.box.requests == 0


def test_between_two_looks_nobody_is_asked(desk: Desk) -> None:
    desk.look()
    desk.look()
    asked = desk.box.requests
    desk.keeping.show(desk.house.clock.now())
    assert desk.box.requests == asked


def test_after_a_kill_it_is_not_there_twice(desk: Desk) -> None:
    desk.box.killing = True
    with pytest.raises(KeyboardInterrupt):
        desk.look()
    desk.box.killing = False
    desk.house.restart()
    desk.begin()
    desk.look()
    assert len(desk.box.drafts) == 1


def test_a_mailbox_that_is_away_is_a_problem_and_tried_again(desk: Desk) -> None:
    desk.box.down = True
    assert "the network is down" in desk.look().problems[0]
    desk.box.down = False
    assert desk.look().problems == ()
    assert len(desk.box.drafts) == 1


def test_while_paused_nothing_is_touched(desk: Desk) -> None:
    desk.house.app.ledger.pause("", "owner", desk.house.clock.now())
    desk.look()
    assert desk.box.requests == 0


def test_unless_it_is_wanted_nothing_is_kept_and_what_was_leaves(desk: Desk) -> None:
    desk.look()
    desk.keeping._wanted = False  # pyright: ignore[reportPrivateUsage]
    desk.look()
    assert desk.box.drafts == {}
