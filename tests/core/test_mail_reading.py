import base64
import time
from datetime import UTC, datetime

import pytest

from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.mail import Address, Mail

MEGABYTE = 2**20


def message(*header: str, body: str = "Hello") -> Mail:
    return mail.read("\r\n".join([*header, "", body]).encode("utf-8", "surrogateescape"))


def multipart(subtype: str, *parts: str) -> str:
    inside = "".join(f"--b\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{subtype}; boundary=b\r\n\r\n{inside}--b--\r\n"


def test_a_plain_mail_is_read_completely() -> None:
    found = message(
        "Message-ID: <1@example.com>",
        "From: Anna Example <Anna@Example.COM>",
        "To: b@example.com, Team: c@example.com, d@example.com;",
        "Subject: Hello",
        "Date: Tue, 10 Mar 2026 10:00:00 +0100",
        "In-Reply-To: <0@example.com>",
        "References: <a@example.com>",
        " <0@example.com>",
    )
    assert found == Mail(
        message_id="<1@example.com>",
        sender=Address("Anna Example", "Anna@example.com"),
        reply_to=(),
        to=(Address("", "b@example.com"), Address("", "c@example.com"), Address("", "d@example.com")),
        cc=(),
        subject="Hello",
        date=datetime(2026, 3, 10, 9, tzinfo=UTC),
        text="Hello",
        in_reply_to="<0@example.com>",
        references=("<a@example.com>", "<0@example.com>"),
        automated="",
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("boss@corp.example <evil@x.example>", Address("boss@corp.example", "evil@x.example")),
        ('"Boss, Big" <b@x.example>', Address("Boss, Big", "b@x.example")),
        (r'"A \"quoted\" name" <b@x.example>', Address('A "quoted" name', "b@x.example")),
        ("b@x.example (Barry)", Address("", "b@x.example")),
        ("=?utf-8?Q?J=C3=B6rg_=3Cboss=40corp=3E?= <j@x.example>", Address("Jörg <boss@corp>", "j@x.example")),
        ("=?utf-8?B?5bGx?= =?utf-8?B?55Sw?= <y@x.example>", Address("山田", "y@x.example")),
        ("Müller <m@bücher.example>", Address("Müller", "m@bücher.example")),
        ("a@x.example, b@x.example", None),
        ("<a@x.example> <b@x.example>", None),
        ("<a@x.example> boss@corp.example", None),
        ("a@x.example b@x.example", None),
        ('"unclosed <a@x.example>', None),
        ("no address at all", None),
        ("<>", None),
        ("", None),
    ],
)
def test_the_sender_is_the_address_an_answer_would_reach_or_nobody(value: str, expected: Address | None) -> None:
    assert message(f"From: {value}").sender == expected


def test_two_from_headers_name_nobody() -> None:
    found = message("From: boss@corp.example", "From: evil@x.example")
    assert found.sender is None
    assert "It has two From headers, which is a known trick." in found.warnings


def test_a_name_that_shows_another_address_is_named() -> None:
    found = message("From: boss@corp.example <evil@x.example>")
    assert "The sender's name shows boss@corp.example, but the address is evil@x.example." in found.warnings


def test_answers_that_go_elsewhere_are_named() -> None:
    found = message("From: a@x.example", "Reply-To: B <b@y.example>")
    assert "Answers go to B <b@y.example>, not to the sender (Reply-To)." in found.warnings


def test_a_reply_to_that_is_the_sender_is_not_worth_a_word() -> None:
    found = message("From: A <a@x.example>", "Reply-To: a@x.example", "Date: Tue, 10 Mar 2026 10:00:00 +0100")
    assert found.warnings == ()


@pytest.mark.parametrize("value", ["", "yesterday", "Tue, 99 Foo 2026", "Mon, 1 Jan 1900 00:00:00 +0000", "1 " * 5000])
def test_a_date_that_makes_no_sense_is_none(value: str) -> None:
    found = message("From: a@x.example", f"Date: {value}")
    assert found.date is None
    assert "It has no readable date." in found.warnings


def test_a_date_without_zone_counts_as_utc() -> None:
    assert message("Date: Tue, 10 Mar 2026 10:00:00 -0000").date == datetime(2026, 3, 10, 10, tzinfo=UTC)


def test_several_message_ids_are_named() -> None:
    found = message("Message-ID: <1@x.example>", "Message-ID: <2@x.example>")
    assert found.message_id == "<1@x.example>"
    assert "It has several Message-IDs." in found.warnings


def test_line_breaks_hidden_in_encoded_words_stay_one_line() -> None:
    assert message("Subject: =?utf-8?B?" + base64.b64encode(b"a\r\nBcc: x").decode() + "?=").subject == "a Bcc: x"


def test_a_character_cut_between_encoded_words_is_whole_again() -> None:
    assert message("Subject: =?utf-8?B?w6TD?= =?utf-8?B?pA==?=").subject == "ää"


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "grün".encode(), "grün"),
        ("iso-8859-1", b"\x93quoted\x94 \x80", "“quoted” €"),
        ("x-unknown", "grün".encode(), "grün"),
        ("zlib", b"abc\xe4", "abcä"),
        ("idna", b"abc\xe4", "abcä"),
        ("utf-8", b"gr\xfcn", "gr�n"),
        ("gb2312", "㐀".encode("gb18030"), "㐀"),
        ("ks_c_5601-1987", "안녕".encode("cp949"), "안녕"),
        ("utf-16", "grün".encode("utf-16"), "grün"),
    ],
)
def test_text_is_decoded_whatever_the_label(charset: str, raw: bytes, text: str) -> None:
    data = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: base64\n\n".encode()
    assert mail.read(data + base64.b64encode(raw)).text == text


def test_characters_that_were_lost_are_named() -> None:
    found = mail.read(b"Content-Type: text/plain; charset=utf-8\n\ngr\xfcn")
    assert "Some characters are not valid utf-8; they are shown as �." in found.warnings


def test_broken_base64_keeps_what_can_be_read() -> None:
    assert mail.read(b"Content-Transfer-Encoding: base64\n\nSGVs!bG8\n=x").text.startswith("Hello")


def test_plain_text_is_preferred_to_html() -> None:
    parts = ("Content-Type: text/plain\r\n\r\nplain", "Content-Type: text/html\r\n\r\n<b>html</b>")
    assert mail.read(multipart("alternative", *parts).encode()).text == "plain"


@pytest.mark.parametrize(
    "stub", ["", "  \r\n", "Your mail client does not support HTML.", "View this email in your browser"]
)
def test_html_is_taken_when_the_plain_text_says_nothing(stub: str) -> None:
    parts = (f"Content-Type: text/plain\r\n\r\n{stub}", "Content-Type: text/html\r\n\r\n<p>Real <b>text</b></p>")
    assert mail.read(multipart("alternative", *parts).encode()).text == "Real text"


def test_text_parts_one_after_the_other_are_all_shown() -> None:
    parts = ("Content-Type: text/plain\r\n\r\none", "Content-Type: image/png\r\n\r\nx", "\r\ntwo")
    found = mail.read(multipart("mixed", *parts).encode())
    assert found.text == "one\n\ntwo"
    assert [part.name for part in found.attachments] == ["part-1.png"]


def test_an_attached_message_is_kept_byte_for_byte() -> None:
    inner = "From: x@y.example\r\nX-Odd:   spaced\r\n\r\ninner  \r\n"
    found = mail.read(multipart("mixed", "\r\nsee attached", f"Content-Type: message/rfc822\r\n\r\n{inner}").encode())
    assert found.text == "see attached"
    assert [(part.name, part.data) for part in found.attachments] == [("part-1.eml", inner.encode())]


def test_attachment_names_stay_data() -> None:
    part = 'Content-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx'
    assert mail.read(multipart("mixed", part).encode()).attachments[0].name == "../../etc/passwd"


def test_flowed_text_is_one_line_a_paragraph() -> None:
    body = "A long \r\nparagraph.\r\n> quoted \r\n> on.\r\n-- \r\nAnna"
    found = message("Content-Type: text/plain; format=flowed", body=body)
    assert found.text == "A long paragraph.\n> quoted on.\n-- \nAnna"


def test_a_boundary_that_begins_another_boundary_is_not_taken_for_it() -> None:
    inner = "Content-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\ninner\r\n--bb--"
    assert mail.read(multipart("mixed", inner, "\r\nouter").encode()).text == "inner\n\nouter"


def test_a_multipart_without_its_boundary_is_shown_as_it_is() -> None:
    assert mail.read(b"Content-Type: multipart/mixed; boundary=gone\n\nstill here").attachments != ()


def test_long_text_is_cut_and_named() -> None:
    found = message("Content-Type: text/plain", body="x" * (2 * MEGABYTE))
    assert len(found.text) == 1_000_000
    assert any("only its beginning is shown" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"x" * (25 * MEGABYTE + 1), "larger than 25 MB"),
        (b"A: b\n" * 100_000, "header of this mail is larger"),
        (b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(50)), "nested"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 10_000, "more than 300 parts"),
        (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + b"\n--bx" * 10_000, "more than 300 parts"),
    ],
)
def test_what_no_mailer_writes_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(Permanent, match=reason):
        mail.read(data)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("List-Id: <users.example.com>", "mailing list"),
        ("List-Unsubscribe: <https://x.example>", "newsletter"),
        ("Precedence: bulk", "bulk mail"),
        ("Auto-Submitted: auto-replied", "automatic message"),
        ("X-Auto-Response-Suppress: All", "automatic message"),
        ("X-Autoreply: yes", "automatic answer"),
        ("Return-Path: <>", "empty Return-Path"),
        ("Content-Type: multipart/report; boundary=x", "delivery report"),
        ("Reply-To: no-reply@x.example", "noreply address"),
        ("Reply-To: Shop <do_not_reply+77@x.example>", "noreply address"),
    ],
)
def test_machines_are_known_by_their_headers(header: str, reason: str) -> None:
    assert reason in message("From: a@x.example", header).automated


@pytest.mark.parametrize(
    "headers",
    [
        ("From: a@x.example", "Auto-Submitted: no"),
        ("From: noreply@shop.example", "Reply-To: customer@x.example"),
        ("From: renoreplyer@x.example",),
        ("From: a@x.example", "Subject: Out of office"),
    ],
)
def test_what_a_person_may_have_written_is_not_automated(headers: tuple[str, ...]) -> None:
    assert not message(*headers).automated


def test_the_content_hash_sees_through_a_forged_message_id() -> None:
    first = message("Message-ID: <1@x.example>", "From: a@x.example")
    forged = message("Message-ID: <1@x.example>", "From: a@x.example", body="Something else")
    again = message("Message-ID: <2@x.example>", "From: a@x.example")
    assert mail.source_key(first) != mail.source_key(forged)
    assert mail.content_hash(first) == mail.content_hash(again)


def nested(depth: int, inside: bytes) -> bytes:
    heads = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(depth))
    return b"".join(heads) + b"\n" + inside


@pytest.mark.parametrize(
    "data",
    [
        b"\n" * 25 * MEGABYTE,
        b"A: b\n" * 50_000 + b"\n",
        nested(19, b"\n--bx" * 4_000_000),
        b"Content-Type: multipart/mixed; boundary=b\n\n" + (b"--b\n" + b"a:\n" * 1300 + b"\n") * 290,
        b"To: " + b'"\\' * 120_000 + b"\n\n",
        b"To: " + b"<" * 250_000 + b"\n\n",
        b"To: " + b"(" * 250_000 + b"\n\n",
        b"To: " + b"a@b," * 60_000 + b"\n\n",
        b"Subject: " + b"=?utf-8?q?a?= " * 17_000 + b"\n\n",
        b"Subject: " + b"=?a?q?" * 40_000 + b"\n\n",
        b"References: " + b"<" * 200_000 + b"\n\n",
        b"Content-Type: text/plain; " + b'a="b";' * 40_000 + b"\n\n",
        b"Content-Type: text/plain; format=flowed\n\n" + b"> a \n" * 4_000_000,
        b"Content-Type: text/html\n\n" + b"<a " * 8_000_000,
        b"Content-Type: text/html\n\n<pre>" + b"\n" * 20_000_000,
        b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=3D" * 8_000_000,
        b"Content-Type: text/plain; charset=idna\n\n" + b"\xe4" * 20_000_000,
    ],
    ids=range(17),
)
def test_a_hostile_mail_takes_no_longer_than_another(data: bytes) -> None:
    begun = time.process_time()
    mail.read(data)
    assert time.process_time() - begun < 2
