from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest

from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.mail import Address, Part
from tests.factories import outgoing

APPROVED = outgoing(
    sender=Address("Ben Müller", "ben@company.example"),
    cc=(Address("", "carl@example.com"),),
    bcc=(Address("", "dora@example.com"),),
    subject="Re: Öffnungszeiten",
    in_reply_to="<1@example.com>",
    references=("<0@example.com>", "<1@example.com>"),
    attachments=(Part("plan.pdf", "application/pdf", b"%PDF-1.7 plan"),),
)
BYTES = mail.build(APPROVED)


def test_a_message_says_the_same_as_itself() -> None:
    assert mail.differing(BYTES, BYTES) == ()


def test_another_encoding_of_the_same_words_is_no_difference() -> None:
    written_anew = message_from_bytes(BYTES, policy=policy.default).as_bytes(policy=policy.default.clone(linesep="\n"))
    assert written_anew != BYTES
    assert mail.differing(BYTES, written_anew) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "<CA+1@mail.gmail.com>"},
        {"date": datetime(2027, 1, 1, tzinfo=UTC)},
        {"sender": Address("", "Ben@company.example")},
        {"references": ("<1@example.com>",)},
    ],
)
def test_what_providers_write_in_their_own_way_is_no_difference(changes: dict[str, Any]) -> None:
    assert mail.differing(BYTES, mail.build(replace(APPROVED, **changes))) == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sender": Address("Ben Müller", "boss@company.example")}, ("from",)),
        ({"to": (Address("Anna Example", "anna@evil.example"),)}, ("to",)),
        ({"cc": ()}, ("cc",)),
        ({"bcc": (*APPROVED.bcc, Address("", "spy@example.com"))}, ("bcc",)),
        ({"subject": "Re: Offnungszeiten"}, ("subject",)),
        ({"text": "Hello Anna,\n\nwe open at 8 – as ever.\n"}, ("text",)),
        ({"key": "t1-g2.i"}, ("key",)),
        ({"attachments": ()}, ("attachments",)),
        ({"attachments": (Part("plan.pdf", "application/pdf", b"%PDF-1.7 plam"),)}, ("attachments",)),
        ({"attachments": (*APPROVED.attachments, Part("", "text/html", b"<b>!"))}, ("attachments",)),
    ],
)
def test_every_difference_is_named(changes: dict[str, Any], said: tuple[str, ...]) -> None:
    assert mail.differing(BYTES, mail.build(replace(APPROVED, **changes))) == said


def test_an_html_part_beside_the_same_text_is_another_text() -> None:
    edited = message_from_bytes(mail.build(replace(APPROVED, attachments=())), policy=policy.default)
    edited.add_alternative("<p>Send the money elsewhere</p>", subtype="html")
    assert mail.differing(mail.build(replace(APPROVED, attachments=())), edited.as_bytes()) == ("text",)


def test_answers_led_elsewhere_are_a_difference() -> None:
    assert mail.differing(BYTES, b"Reply-To: spy@example.com\r\n" + BYTES) == ("reply-to",)


def test_a_second_subject_is_a_difference() -> None:
    assert mail.differing(BYTES, b"Subject: Other\r\n" + BYTES) == ("subject",)


def test_a_sender_left_to_the_provider_may_be_anybody() -> None:
    assert mail.differing(mail.build(replace(APPROVED, sender=None)), BYTES) == ()


def test_what_cannot_be_read_differs_as_a_whole() -> None:
    assert mail.differing(BYTES, b"X: 1\r\n" * 100_000) == ("the whole message",)
    with pytest.raises(Permanent):
        mail.differing(b"X: 1\r\n" * 100_000, BYTES)
