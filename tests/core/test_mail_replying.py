from typing import Any

import pytest

from daemon.core import mail
from daemon.core.mail import Address, Mail

ANNA, BOB, ME = (Address("", f"{name}@example.com") for name in ("anna", "bob", "me"))


def received(**changes: Any) -> Mail:
    plain: dict[str, Any] = {
        "message_id": "<2@example.com>",
        "sender": ANNA,
        "reply_to": (),
        "to": (ME,),
        "cc": (BOB,),
        "subject": "Hello",
        "date": None,
        "text": "Hello",
        "in_reply_to": "",
        "references": (),
        "automated": "",
    }
    return Mail(**(plain | changes))


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Hello", "Re: Hello"),
        ("Re: Hello", "Re: Hello"),
        ("RE: re: AW: Hello", "Re: Hello"),
        ("Re[2]: Hello", "Re: Hello"),
        ("SV:Hello", "Re: Hello"),
        ("回复\uff1a报价", "Re: 报价"),
        ("Fwd: Hello", "Re: Fwd: Hello"),
        ("Regarding: Hello", "Re: Regarding: Hello"),
        ("Research: Hello", "Re: Research: Hello"),
        ("", "Re: (no subject)"),
        ("Re: ", "Re: (no subject)"),
    ],
)
def test_re_stands_once_before_the_subject(subject: str, answer: str) -> None:
    assert mail.reply_subject(subject) == answer


def test_the_answer_goes_to_the_sender_alone() -> None:
    assert mail.reply_recipients(received(), {"me@example.com"}) == ((ANNA,), ())


def test_reply_to_is_honoured() -> None:
    assert mail.reply_recipients(received(reply_to=(BOB,)), {"me@example.com"}) == ((BOB,), ())


def test_everyone_gets_a_copy_when_asked_but_not_oneself() -> None:
    found = mail.reply_recipients(received(to=(ME, ANNA, BOB), cc=(BOB,)), {"Me@Example.com"}, everyone=True)
    assert found == ((ANNA,), (BOB,))


def test_an_answer_to_ones_own_mail_goes_to_its_recipients() -> None:
    assert mail.reply_recipients(received(sender=ME, to=(BOB,)), {"me@example.com"}) == ((BOB,), ())


def test_nobody_is_answered_when_the_sender_is_unknown() -> None:
    assert mail.reply_recipients(received(sender=None), {"me@example.com"}, everyone=True) == ((), ())


def test_the_thread_goes_on() -> None:
    found = received(references=("<0@example.com>", "<1@example.com>"))
    assert mail.reply_references(found) == ("<0@example.com>", "<1@example.com>", "<2@example.com>")


def test_without_references_the_mail_answered_before_begins_the_thread() -> None:
    assert mail.reply_references(received(in_reply_to="<1@example.com>")) == ("<1@example.com>", "<2@example.com>")


def test_a_long_thread_keeps_its_first_and_its_latest_ids() -> None:
    ids = tuple(f"<{number}@example.com>" for number in range(100))
    found = mail.reply_references(received(references=ids, message_id="<new@example.com>"))
    assert (len(found), found[0], found[-1], found[-2]) == (20, ids[0], "<new@example.com>", ids[-1])


def test_a_mail_without_an_id_adds_none() -> None:
    assert mail.reply_references(received(message_id="")) == ()
