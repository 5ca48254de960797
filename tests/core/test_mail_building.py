import email
import string
from dataclasses import replace
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.mail import Address, Outgoing, Part

ANNA = Address("Anna Example", "anna@example.com")
PLAIN = Outgoing(
    to=(ANNA,),
    subject="Re: Opening hours",
    text="Hello Anna,\n\nwe open at 9.\n",
    message_id="<t1-1@ai-employee.invalid>",
    key="t1-1",
    date=datetime(2026, 3, 10, 12, tzinfo=UTC),
)


def header_of(data: bytes) -> str:
    return data.partition(b"\r\n\r\n")[0].decode("ascii")


def test_a_plain_answer_reads_as_any_mail_program_reads_it() -> None:
    assert mail.build(PLAIN) == (
        b'To: "Anna Example"\r\n <anna@example.com>\r\n'
        b"Subject: Re: Opening hours\r\n"
        b"Date: Tue, 10 Mar 2026 12:00:00 +0000\r\n"
        b"Message-ID: <t1-1@ai-employee.invalid>\r\n"
        b"X-AI-Employee-Key: t1-1\r\n"
        b"X-Unsent: 1\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n"
        b"MIME-Version: 1.0\r\n"
        b"\r\n"
        b"Hello Anna,\r\n\r\nwe open at 9.\r\n"
    )


def test_everything_arrives_as_the_standard_library_reads_it() -> None:
    outgoing = replace(
        PLAIN,
        sender=Address("Größe, Karl", "me@example.com"),
        cc=(Address('B "Bob" Builder', "bob@example.com"),),
        bcc=(Address("", "hidden@example.com"),),
        subject="Re: Grüße 山 " * 20,
        text="Zeile — eins\n-- \n.\nFrom here\n> quoted   \n" + "x" * 2000,
        attachments=(
            Part("Übersicht (1).pdf", "application/pdf", b"\0\1\r\n"),
            Part("a.eml", "message/rfc822", b"A: b"),
        ),
    )
    found = email.message_from_bytes(mail.build(outgoing), policy=policy.default)
    body = found.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == outgoing.text + "\n"
    assert str(found["Subject"]) == outgoing.subject.strip()
    assert [(a.display_name, a.addr_spec) for a in found["From"].addresses] == [("Größe, Karl", "me@example.com")]
    assert [a.addr_spec for a in found["Bcc"].addresses] == ["hidden@example.com"]
    assert [part.get_filename() for part in found.iter_attachments()] == ["Übersicht (1).pdf", "a.eml"]


def test_a_long_message_id_is_never_encoded() -> None:
    long = "<" + "A" * 120 + "@eurprd04.prod.outlook.com>"
    data = mail.build(replace(PLAIN, in_reply_to=long, references=("<first@x.example>", long)))
    assert f"In-Reply-To: {long}\r\n" in header_of(data)
    assert f"References: <first@x.example>\r\n {long}\r\n" in header_of(data)


def test_no_line_is_longer_than_a_server_takes() -> None:
    outgoing = replace(
        PLAIN, subject="word " * 190 + "x" * 40, text="y" * 5000, cc=(Address("Z" * 150, "z@x.example"),) * 50
    )
    assert max(map(len, mail.build(outgoing).split(b"\r\n"))) <= 998


def test_an_international_domain_is_sent_as_punycode() -> None:
    assert mail.address("Anna <anna@Bücher.example>") == Address("Anna", "anna@xn--bcher-kva.example")


def test_what_str_wrote_is_read_back() -> None:
    known = Address("Example, Anna (Sales)", "anna@example.com")
    assert mail.address(str(known)) == known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anna",
        "anna@",
        "@example.com",
        "a b@example.com",
        '"odd name"@example.com',
        "a@b@example.com",
        "anna@example..com",
        "anna@-example.com",
        "anna@exa mple.com",
        "anna@example.com, bob@example.com",
        "a@x.example <b@x.example> c@x.example",
        "anna.@example.com",
        "änna@example.com",
        "anna@straße.example",
        "x" * 65 + "@example.com",
        "anna@" + "x" * 400,
    ],
)
def test_where_no_mail_could_go_is_refused(text: str) -> None:
    with pytest.raises(Permanent):
        mail.address(text)


@pytest.mark.parametrize("character", ["\r", "\n", "\r\n", "\x00", "\x0b", "\x85", "\u2028", "\u2029", "\ud800"])
@pytest.mark.parametrize(
    "outgoing",
    [
        replace(PLAIN, subject="Hello{}Bcc: evil@x.example"),
        replace(PLAIN, to=(Address("Anna{}Bcc: evil@x.example", "anna@example.com"),)),
        replace(PLAIN, to=(Address("", "anna@example.com{}Bcc: evil@x.example"),)),
        replace(PLAIN, message_id="<a@b>{}Bcc: evil@x.example"),
        replace(PLAIN, in_reply_to="<a@b{}>"),
        replace(PLAIN, references=("<a@b>{}Bcc: evil@x.example",)),
        replace(PLAIN, key="k{}Bcc: evil@x.example"),
        replace(PLAIN, attachments=(Part("a{}.pdf", "application/pdf", b"x"),)),
    ],
)
def test_a_header_cannot_be_forged(outgoing: Outgoing, character: str) -> None:
    with pytest.raises(Permanent):
        mail.build(spliced(outgoing, character))


def spliced(outgoing: Outgoing, character: str) -> Outgoing:
    """`outgoing` with {} replaced everywhere."""

    def put(text: str) -> str:
        return text.replace("{}", character)

    return replace(
        outgoing,
        subject=put(outgoing.subject),
        to=tuple(Address(put(a.name), put(a.email)) for a in outgoing.to),
        message_id=put(outgoing.message_id),
        in_reply_to=put(outgoing.in_reply_to),
        references=tuple(map(put, outgoing.references)),
        key=put(outgoing.key),
        attachments=tuple(Part(put(p.name), p.media_type, p.data) for p in outgoing.attachments),
    )


@pytest.mark.parametrize(
    ("outgoing", "reason"),
    [
        (replace(PLAIN, to=()), "no recipient"),
        (replace(PLAIN, text=" \n"), "no text and no attachment"),
        (replace(PLAIN, text="bell \x07"), r"control character U\+0007"),
        (replace(PLAIN, text="\ud800"), r"U\+D800"),
        (replace(PLAIN, message_id="no id"), "no Message-ID"),
        (replace(PLAIN, subject="x" * 1001), "longer than 1000"),
        (replace(PLAIN, date=datetime(2026, 3, 10)), "no time zone"),  # noqa: DTZ001
        (replace(PLAIN, attachments=(Part("big.bin", "application/zip", bytes(25 * 2**20)),)), "larger than 25 MB"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(outgoing: Outgoing, reason: str) -> None:
    with pytest.raises(Permanent, match=reason):
        mail.build(outgoing)


# A name that looks like an encoded word itself is the one thing a mail cannot carry; build refuses it.
printable = st.characters(exclude_categories=("C", "Zl", "Zp"))
line = st.text(printable, max_size=80).map(lambda text: text.replace("=?", "=").strip())
name = line.map(lambda text: " ".join(text.split()))
email_address = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z0-9]{1,10})?@[a-z0-9]{1,20}\.example", fullmatch=True)
telling = name.filter(lambda text: not text or any(map(str.isalnum, text)))
mailbox = st.builds(Address, telling, email_address)
body = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1)
file_name = st.text(string.ascii_letters + string.digits + " äß山'()+,-;=@~&%$#!", min_size=1, max_size=80)


anything = st.builds(
    replace,
    st.just(PLAIN),
    to=st.lists(mailbox, min_size=1, max_size=5, unique=True).map(tuple),
    sender=st.none() | mailbox,
    subject=line,
    text=body.filter(str.strip),
    attachments=st.lists(
        st.builds(Part, file_name.filter(str.strip), st.just("application/pdf"), st.binary()), max_size=3
    ).map(tuple),
)


@given(anything)
def test_whatever_can_be_built_arrives_unchanged(outgoing: Outgoing) -> None:
    found = mail.read(mail.build(outgoing))
    assert (found.to, found.sender, found.subject) == (outgoing.to, outgoing.sender, outgoing.subject)
    assert found.text == outgoing.text.strip("\n")
    assert [part.data for part in found.attachments] == [part.data for part in outgoing.attachments]


def test_the_same_mail_is_the_same_bytes() -> None:
    outgoing = replace(PLAIN, attachments=(Part("a.pdf", "application/pdf", b"x"),))
    assert mail.build(outgoing) == mail.build(outgoing)


@pytest.mark.parametrize("name", ['"', ":", "<>", "–"])
def test_a_name_that_says_nothing_is_left_out(name: str) -> None:
    found = mail.read(mail.build(replace(PLAIN, sender=Address(name, "me@example.com"))))
    assert found.sender == Address("", "me@example.com")
