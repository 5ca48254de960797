"""What became of a mail, as it stands in its mailbox."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.mailboxes.values import DONE, READY, SEEN, WAITING, Letter, Mark
from daemon.runtime.filing import Filing
from daemon.runtime.pace import BACKOFF, Pace
from daemon.runtime.showing import Showing
from tests import factories
from tests.fakes import NOON
from tests.house import House

HOST = Server(host="mail.example", port=993, security="tls")
ACCOUNT = ImapAccount(
    address="me@company.example", connected_at=NOON, user="me", password="-", imap=HOST, smtp=HOST
)  # fmt: skip
NEWSLETTER = b"""From: News <news@shop.example>
To: me@company.example
Subject: Spring is here
List-Unsubscribe: <mailto:stop@shop.example>
Message-ID: <news@shop.example>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Buy now.
"""


@dataclass
class Labels:
    """A mailbox of which only the labels count. `refused`: messages whose label it never takes; `calls`: requests."""

    there: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    refused: set[str] = field(default_factory=set[str])
    refusal: Exception = field(default_factory=lambda: Permanent("no such label"))
    down: bool = False
    calls: int = 0

    def mark(self, marks: Sequence[Mark]) -> None:
        self.calls += 1
        if self.down:
            raise Transient("the network is down")
        if any(mark.remote in self.refused for mark in marks):
            raise self.refusal
        for mark in marks:
            if (labels := self.there.get(mark.remote)) is not None:
                labels.difference_update(mark.remove)
                labels.update(mark.add)
                labels.difference_update({"INBOX"} if mark.archive else set())
                labels.difference_update({"UNREAD"} if mark.read else set())


class Desk:
    """A house with one mailbox, whose messages are named by their tasks' keys."""

    def __init__(self, house: House, **mail: object) -> None:
        self.house = house
        self.box = Labels()
        self.account = ACCOUNT
        self.letters = house.app.ledger.letters(ACCOUNT.name)
        self.wants(**mail)

    def wants(self, **mail: object) -> None:
        wanted, app = factories.settings(mail=mail).mail, self.house.app
        filed = Filing(app.vault, app.converter, self.account).of
        self.showing = Showing(self.account, self.box, app.ledger, wanted=wanted, filed=filed)  # pyright: ignore[reportArgumentType]

    def comes(self, remote: str, data: bytes) -> None:
        self.house.arrive(data, key=remote, title=remote)
        task = self.house.app.ledger.tasks.by_source(remote)
        assert task
        path = f"Attachments/{task.id}/mail.eml"
        self.letters.add(Letter(ACCOUNT.name, remote, remote, "", sent=False, task=task.id, path=path, people=()), NOON)
        self.box.there[remote] = {"INBOX", "UNREAD"}

    def show(self) -> Pace:
        return self.showing.show(self.house.clock.now())

    def handbook(self, rules: str) -> None:
        (self.house.root / "Company_Handbook.md").write_text(f"## Filing\n\n{rules}\n", encoding="utf-8")


MAIL = b"From: Anna <anna@example.com>\nTo: me@company.example\nSubject: Hours\n\nWhen are you open on Saturday?\n"


@pytest.fixture
def desk(house: House) -> Desk:
    made = Desk(house)
    made.comes("m1", MAIL)
    return made


def test_each_state_takes_the_place_of_the_one_before(desk: Desk) -> None:
    assert desk.show().progress
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", SEEN}
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", READY}
    desk.house.move("Pending_Approval", "Approved")
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", DONE}


def test_what_stands_there_is_not_asked_for_again(desk: Desk) -> None:
    desk.show()
    assert not desk.show().progress
    assert desk.box.calls == 1


def test_what_needs_no_answer_is_done_at_once(desk: Desk) -> None:
    desk.comes("m2", NEWSLETTER)
    desk.house.run()
    desk.show()
    assert desk.box.there == {"m1": {"INBOX", "UNREAD", READY}, "m2": {"INBOX", "UNREAD", DONE}}


def test_a_yes_that_is_not_out_yet_waits(slow_house: House) -> None:
    desk = Desk(slow_house)
    desk.comes("m1", MAIL)
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", WAITING}


def test_what_nobody_decided_is_not_called_done(desk: Desk) -> None:
    desk.house.run()
    desk.house.pass_time(timedelta(days=30))
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", WAITING}


def test_a_no_is_done_and_a_new_draft_is_ready_again(desk: Desk) -> None:
    desk.house.run()
    desk.house.move("Pending_Approval", "Rejected")
    desk.house.run()
    desk.show()
    assert DONE in desk.box.there["m1"]
    note = desk.house.notes("Rejected")[0]
    note.write_text(note.read_text(encoding="utf-8") + "\n## Feedback\n\nshorter please\n", encoding="utf-8")
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", READY}


def test_a_label_that_the_person_took_off_stays_off_until_the_mail_gets_on(desk: Desk) -> None:
    desk.show()
    desk.box.there["m1"].remove(SEEN)
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD"}
    desk.house.run()
    desk.show()
    assert READY in desk.box.there["m1"]


def test_a_mail_that_is_gone_is_left_out(desk: Desk) -> None:
    del desk.box.there["m1"]
    desk.show()
    assert not desk.show().problems
    assert desk.box.calls == 1


def test_archived_and_read_only_when_wanted_and_only_when_done(desk: Desk) -> None:
    desk.wants(archive=True, mark_read=True)
    desk.comes("m2", NEWSLETTER)
    desk.house.run()
    desk.show()
    assert desk.box.there == {"m1": {"INBOX", "UNREAD", READY}, "m2": {DONE}}


@pytest.mark.parametrize("reason", ["labels are off", "it is only read", "everything is paused"])
def test_nothing_is_touched_when(desk: Desk, reason: str) -> None:
    if reason == "it is only read":
        desk.account = ACCOUNT.model_copy(update={"smtp": None})
    if reason == "everything is paused":
        desk.house.app.ledger.pause("", "owner", NOON)
    desk.wants(labels=reason != "labels are off", archive=True, mark_read=True)
    desk.handbook("- Mine: hours -> move")
    assert not desk.show().progress
    assert desk.box.calls == 0


def test_after_a_pause_what_is_so_now_is_shown(desk: Desk) -> None:
    desk.house.app.ledger.pause("", "owner", NOON)
    desk.show()
    desk.house.run()
    desk.house.app.ledger.resume("owner", NOON)
    desk.show()
    assert READY in desk.box.there["m1"]


def test_a_mailbox_that_is_away_is_a_problem_and_tried_again(desk: Desk) -> None:
    desk.box.down = True
    pace = desk.show()
    assert pace.problems == ("labels of me@company.example: the network is down",)
    assert pace.next_at == NOON + BACKOFF
    desk.show()
    assert desk.box.calls == 1
    desk.box.down = False
    desk.house.pass_time(BACKOFF)
    assert desk.show().problems == ()
    assert SEEN in desk.box.there["m1"]


def test_a_mail_that_is_refused_stands_in_nobodys_way(desk: Desk) -> None:
    for n in range(2, 120):
        desk.comes(f"m{n}", MAIL.replace(b"Hours", b"Hours %d" % n))
    desk.box.refused = {f"m{n}" for n in range(1, 60)}
    for _ in range(12):
        desk.show()
        desk.house.pass_time(BACKOFF)
    assert {name for name, labels in desk.box.there.items() if SEEN in labels} == {f"m{n}" for n in range(60, 120)}
    desk.box.refused = set()
    for _ in range(20):
        desk.show()
        desk.house.pass_time(BACKOFF)
    assert all(SEEN in labels for labels in desk.box.there.values())
    assert desk.show().problems == ()


@pytest.mark.parametrize("refusal", [UserError("Google does not allow this"), Transient("Google has trouble (500)")])
def test_a_mail_that_is_refused_for_ever_as_if_it_were_the_mailbox_stands_in_nobodys_way(
    desk: Desk, refusal: Exception
) -> None:
    desk.comes("m2", NEWSLETTER)
    desk.comes("m3", MAIL.replace(b"Hours", b"Days"))
    desk.box.refused, desk.box.refusal = {"m1"}, refusal
    for _ in range(3):
        desk.show()
        desk.house.pass_time(2 * BACKOFF)
    assert [SEEN in labels for labels in desk.box.there.values()] == [False, True, True]
    desk.comes("m4", MAIL.replace(b"Hours", b"Weeks"))
    desk.house.pass_time(8 * BACKOFF)
    assert desk.show().problems == (f"labels of me@company.example, message m1: {refusal}",)
    assert SEEN in desk.box.there["m4"]
    desk.box.refused = set()
    desk.house.pass_time(8 * BACKOFF)
    assert desk.show().problems == ()
    assert SEEN in desk.box.there["m1"]


def test_a_mailbox_that_goes_away_in_the_middle_is_not_asked_for_every_mail(desk: Desk) -> None:
    for n in range(2, 30):
        desk.comes(f"m{n}", MAIL.replace(b"Hours", b"Hours %d" % n))
    desk.box.refused, desk.box.refusal = {f"m{n}" for n in range(2, 30)}, Transient("the network is down")
    desk.show()
    desk.house.pass_time(BACKOFF)
    before = desk.box.calls
    desk.show()
    assert desk.box.calls - before == 4


def test_a_kill_between_the_mailbox_and_the_ledger_shows_it_twice(desk: Desk) -> None:
    desk.show()
    desk.letters.show("m1", "")
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", SEEN}


# --- labels of the person's own


def test_a_mail_gets_the_persons_label_once(desk: Desk) -> None:
    desk.handbook("- Times: hours\n- News: newsletters")
    desk.comes("m2", NEWSLETTER)
    desk.show()
    assert desk.box.there == {"m1": {"INBOX", "UNREAD", SEEN, "Times"}, "m2": {"INBOX", "UNREAD", SEEN, "News"}}
    desk.box.there["m1"].remove("Times")
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", READY}


def test_a_mail_that_waits_for_an_answer_is_not_moved(desk: Desk) -> None:
    desk.handbook("- Times: hours -> move\n- News: newsletters -> move")
    desk.comes("m2", NEWSLETTER)
    desk.house.run()
    desk.show()
    assert desk.box.there == {"m1": {"INBOX", "UNREAD", READY, "Times"}, "m2": {"UNREAD", DONE, "News"}}
    desk.house.move("Pending_Approval", "Approved")
    desk.house.run()
    desk.show()
    assert desk.box.there["m1"] == {"UNREAD", DONE, "Times"}


def test_a_mail_whose_original_is_gone_is_shown_without_the_persons_label(desk: Desk) -> None:
    desk.handbook("- Times: hours")
    for file in desk.house.root.rglob("mail.eml"):
        file.unlink()
    desk.show()
    assert desk.box.there["m1"] == {"INBOX", "UNREAD", SEEN}


def test_ten_thousand_mails_that_are_shown_cost_nothing_noticeable(desk: Desk) -> None:
    ledger = desk.house.app.ledger
    with ledger.transaction():
        for n in range(10_000):
            name = f"t{n:010}"
            desk.letters.add(Letter(ACCOUNT.name, name, "", "", False, name, "", (), shown=SEEN), NOON)  # noqa: FBT003
    desk.show()
    begun = time.process_time()
    assert not desk.show().progress
    assert time.process_time() - begun < 0.5
