"""The same promises of sending, against Google as others wrote it: it finds no mail by its Message-ID."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from daemon.adapters.gmail.channel import GmailChannel
from daemon.adapters.gmail.client import Client
from daemon.core import mail
from daemon.core.errors import UnknownOutcome
from daemon.core.mail import Address, Part
from daemon.core.ports import Absent
from tests.carrying import Killed, Notes, carry_out, mortal
from tests.emulators import EmulatedMailbox, Emulator, emulator
from tests.factories import outgoing

__all__ = ("emulator",)
pytestmark = pytest.mark.integration
KEY = "t1-g1.i"
QUESTION = (
    b"From: Ben <ben@example.com>\r\nTo: anna@company.example\r\nSubject: Opening hours\r\n"
    b"Message-ID: <q1@example.com>\r\nDate: Tue, 10 Mar 2026 11:00:00 +0000\r\n\r\nWhen do you open?\r\n"
)
POINTS = 14  # fewer than where the answered mail is found: its head is not asked for


@dataclass
class Office:
    """A mailbox at the emulator, with Ben's question in it."""

    emulator: Emulator
    mailbox: EmulatedMailbox
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        self.question = self.mailbox.put(QUESTION, ["INBOX", "UNREAD"], datetime.now(UTC))
        self.message = mail.build(
            outgoing(
                sender=Address("Anna", self.mailbox.account.address),
                to=(Address("Ben", "ben@example.com"),),
                cc=(Address("", "carl@example.com"),),
                bcc=(Address("", "dora@example.com"),),
                in_reply_to="<q1@example.com>",
                references=("<q1@example.com>",),
                key=KEY,
                date=datetime.now(UTC),
                attachments=(Part("plan.pdf", "application/pdf", bytes(range(256))),),
            )
        )

    def channel(self) -> GmailChannel:
        return mortal(GmailChannel(self.mailbox.account, self.emulator.settings(), self.notes), self.notes.fuse)

    def send(self) -> str:
        return self.channel().send(self.message, title="", key=KEY).id

    def unsent(self) -> str:
        """The id of a draft that was checked and not sent, as after a kill at this point."""
        self.notes.fuse.kills = frozenset({POINTS - 4})
        with pytest.raises(Killed):
            self.send()
        return self.notes.get(KEY, "draft")

    def change(self, draft: str, message: bytes) -> None:
        """The person writes something else into a draft."""
        raw = base64.urlsafe_b64encode(message).decode()
        client = Client(self.mailbox.account, self.emulator.settings())
        client.ask(lambda users: users.drafts().update(userId="me", id=draft, body={"message": {"raw": raw}}))
        client.close()

    @property
    def answers(self) -> list[bytes]:
        return [raw for raw in self.mailbox.sent() if mail.read(raw).message_id == "<t1-g1.i@company.example>"]

    @property
    def drafts(self) -> list[object]:
        return self.mailbox.ask("drafts").get("drafts", [])


@pytest.fixture
def office(emulator: Emulator) -> Office:
    return Office(emulator, emulator.mailbox())


def test_an_answer_leaves_once_as_it_was_approved_and_in_its_thread(office: Office) -> None:
    receipt = office.send()
    (answer,) = office.answers
    thread = office.mailbox.ask(f"messages/{office.question}?format=minimal")["threadId"]
    assert mail.differing(office.message, answer) == ()
    assert receipt.endswith(f"in thread {thread}")
    assert office.drafts == []


def test_a_kill_can_come_at_so_many_points(office: Office) -> None:
    office.send()
    assert office.notes.fuse.passed == POINTS


@pytest.mark.parametrize("point", range(POINTS))
def test_a_kill_at_any_point_leaves_one_mail(office: Office, point: int) -> None:
    office.notes.fuse.kills = frozenset({point})
    carried = carry_out(office.channel, office.message, KEY)
    assert (carried.end, len(office.answers)) == ("sent", 1), carried
    assert office.drafts == []


def test_a_draft_that_waits_is_surely_unsent_after_a_while(office: Office) -> None:
    office.unsent()
    assert office.channel().look_up(office.message, title="", key=KEY) == Absent(timedelta(minutes=2))


def test_a_draft_that_somebody_changed_is_made_anew(office: Office) -> None:
    draft = office.unsent()
    edited = office.message.replace(b"open at 9", b"open at 8")
    office.change(draft, edited)
    office.send()
    (answer,) = office.answers
    assert mail.differing(office.message, answer) == ()
    assert office.drafts == []


def test_a_used_draft_is_refused_and_the_mail_is_found(office: Office) -> None:
    office.send()
    office.notes.put(KEY, "sent", "")
    with pytest.raises(UnknownOutcome):
        office.send()
    assert carry_out(office.channel, office.message, KEY).end == "sent"
    assert len(office.answers) == 1
