"""Mail leaves by SMTP: whole, as approved, to all or nobody, and never twice, whatever the server does."""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.imap import smtp
from daemon.adapters.imap.channel import SmtpChannel
from daemon.core import mail
from daemon.core.errors import Outage, Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mailboxes.accounts import Server
from daemon.core.ports import Absent, CannotTell, Finding, Found
from tests import smtp as servers
from tests.adapters.imap.post import ANNA, BOB, EVE, KEY, FakeSent, Notes, Post, message, patience
from tests.certificates import Authority
from tests.smtp import Drips, Drops, Endless, Fault, Hangs, MailServer, Says

# --- what leaves


def test_mail_is_sent_and_its_copy_lies_in_sent(post: Post) -> None:
    receipt = post.channel.send(message(), title="Opening hours", key=KEY)
    assert receipt.outcome == "sent"
    assert receipt.id == f"<{KEY}@company.example> 250 2.0.0 Ok: queued as Q1"
    assert [taken.content for taken in post.server.accepted] == [message()]
    assert post.sent.messages == [message()]


def test_server_learns_nothing_of_this_computer(post: Post) -> None:
    post.send()
    assert post.server.accepted[0].named == "[127.0.0.1]"


def test_server_that_wants_a_name_is_told_the_domain_of_the_address(post: Post) -> None:
    post.server.fails("EHLO", Says("550 5.7.1 HELO can't be [127.0.0.1]"), of="[127.0.0.1]")
    post.send()
    assert post.server.accepted[0].named == "company.example"


def test_hidden_copies_get_the_mail_and_nobody_learns_of_them(post: Post) -> None:
    hidden = message(bcc=(EVE, mail.Address("A long name that needs a line of its own " * 3, "x@example.com")))
    post.send(hidden)
    assert post.server.accepted[0].recipients == ("anna@example.com", "eve@example.com", "x@example.com")
    assert post.server.accepted[0].content == message()
    assert post.sent.messages == [hidden]


def test_who_is_named_twice_gets_it_once(post: Post) -> None:
    post.send(message(cc=(mail.Address("", "Anna@example.com"), BOB)))
    assert post.server.accepted[0].recipients == ("Anna@example.com", "bob@example.com")


@pytest.mark.parametrize(
    "text",
    [
        ".\n",
        ".\n.\n..\n.. .\n",
        "Hello\n.\nRCPT TO:<eve@example.com>\n",
        "x" * 5000,
        "ä€😀" * 500,
        "From here on\n>From there\n",
        "a\r\n.\r\nMAIL FROM:<eve@example.com>\r\nb",
        "\n\n\n",
        "trailing  \t\n",
    ],
)
def test_text_arrives_as_it_is(post: Post, text: str) -> None:
    said = message(text=text, attachments=(mail.Part("a.bin", "application/x", b"."),))
    post.send(said)
    assert [taken.content for taken in post.server.accepted] == [said]


def test_every_line_is_short_enough_for_every_server(post: Post) -> None:
    post.send(message(subject="ä" * 900, text="x" * 3000, to=(ANNA, BOB) * 200))
    assert max(map(len, post.server.accepted[0].content.splitlines())) <= 998


def test_attachments_of_many_megabytes_arrive(post: Post) -> None:
    large = message(attachments=(mail.Part("a.bin", "application/x", bytes(range(256)) * 2**13),))
    post.send(large)
    assert post.server.accepted[0].content == large


def test_alias_may_send(post: Post) -> None:
    post.send(message(sender=mail.Address("Sales", "sales@company.example")))
    assert post.server.accepted[0].sender == "sales@company.example"


@pytest.mark.parametrize(
    "odd",
    [
        message(sender=mail.Address("", "boss@company.example")),
        message(sender=None),
        message().replace(b"To: anna@example.com", b"To: anna@example.com\r\nTo: eve@example.com"),
        message().replace(b"To: anna@example.com", b"To: anna@example.com <"),
        message().replace(b"anna@example.com", "änna@example.com".encode()),
        message().replace(b"anna@example.com", b'"a b"@example.com'),
        message().replace(b"To: anna@example.com\r\n", b""),
        message().replace(b"we are", b"we\nare"),
        message().replace(b"we are", b"we\r.\rare"),
        message().replace(b"we are", b"we\0are"),
        message().replace(b"we are", b"we are" * 200),
        message().replace(b"we are", "wé are".encode()),
        message() + b"no end",
        message(key="tbbbbbbbbbb-g1.i123"),
        b"",
    ],
)
def test_what_cannot_leave_as_it_is_does_not_leave(post: Post, odd: bytes) -> None:
    with pytest.raises(Permanent):
        post.send(odd)
    assert (post.accepted, post.server.heard) == (0, [])
    assert post.look_up() == Absent()


# --- servers


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_mail_leaves_encrypted(security: str, encrypted: Authority) -> None:
    with servers.running(security=security, authority=encrypted) as server:
        Post(server, servers.account(server, security)).send()
        assert [(taken.by, taken.encrypted) for taken in server.accepted] == [(servers.USER, True)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("moment", "taken", "finding"),
    [
        ("CONNECT", 0, Absent),
        ("RCPT", 0, Absent),
        ("DATA", 0, Absent),
        ("END", 0, CannotTell),
        ("ACCEPTED", 1, CannotTell),
        ("QUIT", 1, Found),
    ],
)
def test_encrypted_line_that_breaks_is_judged_alike(
    moment: str, taken: int, finding: type[Finding], *, security: str, encrypted: Authority
) -> None:
    with servers.running(security=security, authority=encrypted) as server:
        post = Post(server, servers.account(server, security))
        server.fails(moment, Drops())
        with suppress(Transient, UnknownOutcome):
            post.send()
        assert (post.accepted, type(post.look_up())) == (taken, finding)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("name", ["127.0.0.1", "smtp.example.com"])
def test_server_that_nobody_vouches_for_hears_no_password(security: str, name: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path, name)
    with servers.running(security=security, authority=authority) as server:
        with pytest.raises(UserError, match="certificate that cannot be trusted"):
            smtp.tried(servers.account(server, security), patience())
        assert "AUTH" not in server.heard


def test_certificate_of_another_server_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path, "smtp.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    refused = pytest.raises(UserError, match="certificate that cannot be trusted")
    with servers.running(security="tls", authority=authority) as server, refused:
        smtp.tried(servers.account(server, "tls"), patience())


def test_password_never_leaves_this_computer_unencrypted() -> None:
    account = servers.account(MailServer(port=25)).model_copy(
        update={"smtp": Server(host="smtp.example.com", port=25, security="plain")}
    )
    with pytest.raises(UserError, match="Without encryption"):
        smtp.tried(account, patience())


@pytest.mark.parametrize(("security", "other"), [("tls", "465"), ("starttls", "no encryption")])
def test_wrong_kind_of_encryption_is_named(post: Post, security: str, other: str) -> None:
    with pytest.raises(UserError, match=other):
        smtp.tried(servers.account(post.server, security), patience())
    assert "AUTH" not in post.server.heard


def test_trying_logs_in_and_out_and_sends_nothing(post: Post) -> None:
    smtp.tried(post.account, patience())
    assert post.server.heard == ["EHLO [127.0.0.1]", "AUTH", "QUIT"]


def test_wrong_password_is_told_without_a_word_of_it(post: Post) -> None:
    with pytest.raises(UserError, match="app password") as refused:
        smtp.tried(post.account.model_copy(update={"password": "geheim"}), patience())
    assert refused.value.exit_code == 5
    assert "geheim" not in str(refused.value)


def test_refused_login_waits_for_the_person(post: Post) -> None:
    post.server.fails("AUTH", Says("535 5.7.8 Bad credentials"))
    with pytest.raises(Transient, match="app password"):
        post.send()
    assert post.look_up() == Absent()


def test_no_word_that_a_server_says_to_the_password_is_repeated(post: Post) -> None:
    login = base64.b64encode(f"\0{servers.USER}\0{servers.PASSWORD}".encode()).decode()
    post.server.fails("AUTH", Says(f"454 4.7.0 not now: AUTH PLAIN {login}"))
    with pytest.raises(Transient) as later:
        post.send()
    assert login not in str(later.value)


def test_login_by_the_older_way() -> None:
    with servers.running(MailServer(without=("PLAIN",))) as server:
        Post(server, servers.account(server)).send()
        assert server.accepted[0].by == servers.USER


def test_server_without_a_login_is_named(post: Post) -> None:
    post.server.fails("EHLO", Says("250 smtp.example.com"))
    with pytest.raises(UserError, match="offers no login"):
        smtp.tried(post.account, patience())


def test_nobody_listens() -> None:
    account = servers.account(MailServer(port=1))
    with pytest.raises(Transient, match="cannot be reached"):
        SmtpChannel(account, patience(), Notes(), FakeSent()).send(message(), title="", key=KEY)


def test_account_for_reading_only_sends_nothing(post: Post) -> None:
    channel = SmtpChannel(post.account.model_copy(update={"smtp": None}), patience(), Notes(), FakeSent())
    with pytest.raises(Transient, match="for reading only"):
        channel.send(message(), title="", key=KEY)


def test_server_that_takes_only_smaller_mails_is_not_bothered() -> None:
    with servers.running(MailServer(limit=20_000)) as server:
        post = Post(server, servers.account(server))
        with pytest.raises(Permanent, match="takes at most"):
            post.send(message(attachments=(mail.Part("a.bin", "application/x", b"a" * 30_000),)))
        assert "DATA" not in server.heard


def test_server_that_knows_ascii_only_gets_every_mail() -> None:
    with servers.running(MailServer(eight_bits=False)) as server:
        Post(server, servers.account(server)).send(message(subject="Grüße", text="Schöne Grüße\n"))
        assert mail.read(server.accepted[0].content).text == "Schöne Grüße"


# --- refusals: surely not sent

BEFORE = ["CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT", "END"]
LATER = ["421 4.3.2 shutting down", "450 4.2.0 greylisted", "451 4.3.0 try again", "452 4.3.1 no space", "454 4.7.0 x"]
NEVER = ["550 5.7.1 spam", "552 5.3.4 too large", "554 5.7.1 no", "535 5.7.8 login", "501 5.5.4 syntax"]


@pytest.mark.parametrize("moment", BEFORE)
@pytest.mark.parametrize("answer", LATER)
def test_refusal_for_now_is_tried_again_and_sent_once(post: Post, moment: str, answer: str) -> None:
    post.server.fails(moment, Says(answer))
    with pytest.raises(Transient) as later:
        post.send()
    assert later.value.retry_after == timedelta(seconds=30)
    assert post.look_up() == Absent()
    post.server.heals()
    post.send()
    assert post.accepted == 1


@pytest.mark.parametrize("moment", ["MAIL", "RCPT", "DATA", "CONTENT", "END"])
@pytest.mark.parametrize("answer", NEVER)
def test_refusal_for_good_is_told_with_the_words_of_the_server(post: Post, moment: str, answer: str) -> None:
    post.server.fails(moment, Says(answer))
    with pytest.raises(Permanent, match=answer):
        post.send()
    assert (post.accepted, post.look_up()) == (0, Absent())


@pytest.mark.parametrize("moment", ["CONNECT", "EHLO", "AUTH"])
@pytest.mark.parametrize("answer", NEVER)
def test_server_that_refuses_everything_makes_mail_wait(post: Post, moment: str, answer: str) -> None:
    post.server.fails(moment, Says(answer))
    with pytest.raises(Transient):
        post.send()
    assert (post.accepted, post.look_up()) == (0, Absent())


def test_waits_grow_and_begin_anew_after_a_success(post: Post) -> None:
    post.server.fails("MAIL", Says("451 4.3.0 try again"))
    assert [waited(post) for _ in range(9)] == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    post.server.heals()
    post.send()
    post.server.fails("MAIL", Says("451 4.3.0 try again"))
    assert waited(post, "tbbbbbbbbbb-g1.i123") == 30


def waited(post: Post, key: str = KEY) -> float:
    with pytest.raises(Transient) as later:
        post.send(message(key=key), key)
    assert later.value.retry_after
    return later.value.retry_after.total_seconds()


def test_mail_goes_to_all_or_nobody(post: Post) -> None:
    post.server.fails("RCPT", Says("550 5.1.1 no such user"), of="bob@")
    with pytest.raises(Permanent, match=r"sent to nobody: .* bob@example.com \(550 5.1.1 no such user\)") as refused:
        post.send(message(to=(ANNA, BOB, EVE)))
    assert "anna" not in str(refused.value)
    assert (post.accepted, post.server.heard[-1]) == (0, "RSET")


def test_one_recipient_who_is_refused_for_now_makes_all_wait(post: Post) -> None:
    post.server.fails("RCPT", Says("450 4.2.0 greylisted"), of="bob@")
    with pytest.raises(Transient, match="to bob@"):
        post.send(message(to=(ANNA, BOB, EVE)))
    assert post.accepted == 0


def test_one_recipient_refused_for_good_decides(post: Post) -> None:
    post.server.fails("RCPT", Says("450 4.2.0 greylisted"), of="bob@")
    post.server.fails("RCPT", Says("550 5.1.1 no such user"), of="eve@")
    with pytest.raises(Permanent, match=r"bob@.*eve@"):
        post.send(message(to=(ANNA, BOB, EVE)))


def test_very_many_who_are_refused_are_not_all_named(post: Post) -> None:
    post.server.fails("RCPT", Says("550 5.1.1 " + "no such user " * 90))
    with pytest.raises(Permanent, match=r"n9@example.com .* and 290 more\.") as refused:
        post.send(message(to=tuple(mail.Address("", f"n{number}@example.com") for number in range(300))))
    assert len(str(refused.value)) < 2000


def test_too_many_recipients_at_a_time_is_no_reason_to_wait(post: Post) -> None:
    post.server.fails("RCPT", Says("452 4.5.3 Too many recipients"), of="eve@")
    with pytest.raises(Permanent, match="in several mails"):
        post.send(message(to=(ANNA, BOB, EVE)))


@pytest.mark.parametrize("moment", BEFORE[:-2])
@pytest.mark.parametrize(
    "fault",
    [Drops(), Hangs(), Drips(), Endless(), Says(b"\xff\x00\r\n"), Says(b"HTTP/1.1 400 Bad\r\n\r\n"), Says("999")],
)
def test_server_that_breaks_off_before_the_end_took_nothing(post: Post, moment: str, fault: Fault) -> None:
    post.channel = post.impatient()
    post.server.fails(moment, fault)
    with suppress(Transient, UnknownOutcome):
        post.send()
    assert (post.accepted, post.look_up()) == (0, Absent())
    post.server.heals()
    post.send()
    assert post.accepted == 1


@pytest.mark.parametrize("fault", [Drops(), Hangs()])
def test_server_that_breaks_off_in_the_middle_of_a_long_mail_took_nothing(post: Post, fault: Fault) -> None:
    post.channel = post.impatient()
    post.server.fails("CONTENT", fault)
    with pytest.raises(Transient):
        post.send(message(attachments=(mail.Part("a.bin", "application/x", bytes(12 * 2**20)),)))
    assert (post.accepted, post.look_up()) == (0, Absent())


# --- nobody can know

BREAKS = [Drops(), Hangs(), Drips(), Endless(), Says(b"\xff\xfe\r\n"), Says("354 go on"), Says(b"9" * 10_000)]


@pytest.mark.parametrize("fault", BREAKS)
@pytest.mark.parametrize(("moment", "taken"), [("END", 0), ("ACCEPTED", 1)])
def test_answer_that_never_comes_is_asked_of_the_person(post: Post, moment: str, taken: int, fault: Fault) -> None:
    post.channel = post.impatient()
    post.server.fails(moment, fault)
    with pytest.raises(UnknownOutcome):
        post.send()
    assert isinstance(post.look_up(), CannotTell)
    assert isinstance(post.channel.look_up(message(), title="", key=KEY), CannotTell)
    post.server.heals()
    with pytest.raises(UnknownOutcome):
        post.send()
    assert post.accepted == taken


def test_copy_that_the_provider_made_tells(post: Post) -> None:
    post.server.fails("ACCEPTED", Drops())
    with pytest.raises(UnknownOutcome):
        post.send()
    post.sent.later = [message().replace(b"Message-ID: <", b"Message-ID: <by-provider-")]
    assert isinstance(post.look_up(), Found)
    assert len(post.sent.messages) == 1


@pytest.mark.parametrize("trouble", [Transient("no network"), UserError("wrong password", exit_code=5)])
def test_sent_that_cannot_be_looked_at_is_looked_at_later(post: Post, trouble: Exception) -> None:
    post.server.fails("ACCEPTED", Drops())
    with pytest.raises(UnknownOutcome):
        post.send()
    post.sent.away = trouble
    with pytest.raises(Transient):
        post.look_up()


def test_mailbox_without_sent_is_no_witness(post: Post) -> None:
    post.server.fails("ACCEPTED", Drops())
    with pytest.raises(UnknownOutcome):
        post.send()
    post.sent.away = Permanent("there is no folder of sent mail")
    assert isinstance(post.look_up(), CannotTell)


@pytest.mark.parametrize("fault", [Drops(), Hangs(), Drips(), Endless(), Says("421 bye"), Says(b"\xff")])
def test_goodbye_that_fails_changes_nothing(post: Post, fault: Fault) -> None:
    post.channel = post.impatient()
    post.server.fails("QUIT", fault)
    post.send()
    assert (post.accepted, type(post.look_up())) == (1, Found)


# --- copies


def test_provider_that_makes_the_copy_gets_no_second_one(post: Post) -> None:
    post.sent.later = [message()]
    post.send()
    assert len(post.sent.messages) == 1


@pytest.mark.parametrize("trouble", [Transient("away"), UserError("login"), Permanent("no such folder")])
def test_copy_that_fails_is_made_with_the_next_sending(post: Post, trouble: Exception) -> None:
    post.sent.away = trouble
    post.send()
    post.sent.away = None
    post.channel = post.opened()
    other = "tbbbbbbbbbb-g1.i123"
    post.send(message(key=other), other)
    assert post.sent.messages == [message(key=other), message()]


def test_copy_that_fails_is_a_notice(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.sent.away = Transient("the folder is full")
    post.send()
    assert "a copy of sent mail is not in its folder yet: the folder is full" in caplog.text
    assert "Opening hours" not in caplog.text


def test_copy_that_fails_is_made_with_the_next_look(post: Post) -> None:
    post.sent.away = Transient("away")
    post.send()
    post.sent.away = None
    assert isinstance(post.look_up(), Found)
    assert isinstance(post.look_up(), Found)
    assert post.sent.messages == [message()]


def test_copies_that_never_succeed_do_not_pile_up(post: Post) -> None:
    post.sent.away = Permanent("no such folder")
    for number in range(25):
        key = f"t{number:010}-g1.i123"
        post.send(message(key=key), key)
    assert sum(bool(value) for (_, name), value in post.notes.kept.items() if name == "copy") == 20
    assert post.accepted == 25


def test_mail_that_was_sent_is_never_sent_again(post: Post) -> None:
    first = post.send()
    assert post.send() == first
    post.channel = post.opened()
    assert post.send() == first
    assert post.accepted == 1


# --- disks


@dataclass
class Failing(Notes):
    """A disk that fails at one note, after or before it is written."""

    at: str = ""
    written: bool = False

    def put(self, key: str, name: str, value: str) -> None:
        if name != self.at or self.written:
            super().put(key, name, value)
        if name == self.at:
            raise Outage("the disk is full")


@pytest.mark.parametrize("written", [True, False])
def test_disk_that_fails_before_the_end_of_the_mail_keeps_it_here(post: Post, *, written: bool) -> None:
    post.notes = Failing(at="begun", written=written)
    post.channel = post.opened()
    with pytest.raises(Outage):
        post.send()
    assert (post.accepted, post.channel.look_up(message(), title="", key=KEY)) == (0, Absent())


@pytest.mark.parametrize("written", [True, False])
def test_disk_that_fails_after_the_yes_makes_no_second_mail(post: Post, *, written: bool) -> None:
    post.notes = Failing(at="accepted", written=written)
    post.channel = post.opened()
    post.send()
    post.send()
    assert isinstance(post.channel.look_up(message(), title="", key=KEY), Found)
    assert isinstance(post.look_up(), Found)  # by the copy
    assert post.accepted == 1
