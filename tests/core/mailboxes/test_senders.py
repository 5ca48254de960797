"""From which address a mail leaves, and through which mailbox."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from daemon.core.mail import Address
from daemon.core.mailboxes import senders
from daemon.core.mailboxes.senders import Sender, Way
from tests.agents.factories import letter

WORK = Sender("imap.work", ("me@work.example", "info@work.example"), "Me Lindner")
HOME = Sender("gmail.home", ("me@home.example",))
READ_ONLY = replace(WORK, may_send=False)


def to(*addresses: str, cc: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"to": tuple(Address("", each) for each in addresses), "cc": tuple(Address("", each) for each in cc)}


def test_without_a_mailbox_it_is_put_into_the_outbox_without_a_word() -> None:
    assert senders.answering(letter(), "", ()) == senders.anew(()) == Way()


@pytest.mark.parametrize(
    ("written_to", "address"),
    [
        (to("info@work.example"), "info@work.example"),
        (to("anna@mail.example", cc=("INFO@work.example",)), "info@work.example"),
        (to("me@home.example", "info@work.example"), "info@work.example"),
        (to("undisclosed@mail.example"), "me@work.example"),
        (to(), "me@work.example"),
    ],
)
def test_an_answer_leaves_from_the_address_that_was_written_to(written_to: dict[str, Any], address: str) -> None:
    way = senders.answering(letter(**written_to), "imap.work", (HOME, WORK))
    assert way == Way("imap.work", f"Me Lindner <{address}>")


def test_a_dropped_mail_is_answered_from_the_mailbox_it_was_written_to() -> None:
    way = senders.answering(letter(**to("info@work.example")), "", (HOME, WORK))
    assert way.account == "imap.work"


def test_a_dropped_mail_to_somebody_else_is_answered_from_the_first_mailbox() -> None:
    assert senders.answering(letter(**to("x@mail.example")), "", (HOME, WORK)) == Way("gmail.home", "me@home.example")


def test_a_mailbox_that_may_not_send_is_replaced_by_no_other() -> None:
    way = senders.answering(letter(**to("me@work.example")), "imap.work", (READ_ONLY, HOME))
    assert (way.account, way.address) == ("", "")
    assert "connected only to be read" in way.why
    assert "`employee connect imap`" in way.why


def test_a_mailbox_that_is_gone_is_replaced_by_no_other() -> None:
    assert "not connected any more" in senders.answering(letter(), "imap.work", (HOME,)).why
    assert "not connected any more" in senders.answering(letter(), "imap.work", ()).why


def test_a_new_mail_leaves_from_the_first_mailbox_that_may_send() -> None:
    assert senders.anew((READ_ONLY, HOME)).account == "gmail.home"
    assert "connected only to be read" in senders.anew((READ_ONLY,)).why


def test_the_person_says_which_address_is_the_first() -> None:
    ordered = senders.ordered((HOME, WORK), "Info@work.example")
    assert senders.anew(ordered) == Way("imap.work", "Me Lindner <info@work.example>")
    assert senders.ordered((HOME, WORK), "") == (HOME, WORK)
