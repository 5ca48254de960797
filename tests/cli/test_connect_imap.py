"""`connect imap`: both logins are tried, with a real Dovecot and a real SMTP server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from daemon.core.mailboxes import accounts
from daemon.core.mailboxes.accounts import ImapAccount, Server
from tests import dovecot, smtp
from tests.cli.terminal import Terminal
from tests.cli.test_credentials import at_a_terminal
from tests.dovecot import PASSWORD, Dovecot
from tests.smtp import MailServer

ADDRESS = "anna@company.example"


@pytest.fixture(scope="module")
def reading() -> Iterator[Dovecot]:
    with dovecot.running() as server:
        yield server


@pytest.fixture
def sending() -> Iterator[MailServer]:
    with smtp.running(MailServer(user=ADDRESS, password=PASSWORD)) as server:
        yield server


def servers(reading: Dovecot, sending: MailServer) -> tuple[str, ...]:
    """The words that name them."""
    where = ("--imap", f"127.0.0.1:{reading.port}", "--smtp", f"127.0.0.1:{sending.port}", "--security", "plain")
    return "connect", "imap", "--address", ADDRESS, *where


def kept(terminal: Terminal) -> list[accounts.Account]:
    opened = terminal.open()
    found = [accounts.read(each.name, each.value) for each in opened.secrets.all()]
    opened.close()
    return found


@pytest.mark.integration
def test_both_logins_are_tried_and_kept(terminal: Terminal, reading: Dovecot, sending: MailServer) -> None:
    more = ("--name", "Anna Example", "--alias", "Sales@company.example")
    done = terminal.say(*servers(reading, sending), *more, typed=f"{PASSWORD}\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert f"{ADDRESS} is connected." in done.stderr
    assert PASSWORD not in done.output
    (account,) = kept(terminal)
    assert isinstance(account, ImapAccount)
    assert account.imap == Server(host="127.0.0.1", port=reading.port, security="plain")
    assert account.smtp == Server(host="127.0.0.1", port=sending.port, security="plain")
    assert (account.password, account.sender_name, account.aliases) == (
        PASSWORD,
        "Anna Example",
        ("sales@company.example",),
    )
    assert sending.accepted == []


@pytest.mark.integration
def test_a_wrong_password_stores_nothing(terminal: Terminal, reading: Dovecot, sending: MailServer) -> None:
    done = terminal.say(*servers(reading, sending), typed="wrong-canary-5d81c0")
    assert (done.exit_code, kept(terminal)) == (5, [])
    assert "Most providers want an app password here" in done.stderr
    assert done.stderr.endswith("Nothing was stored.\n")
    assert "canary" not in done.output


@pytest.mark.integration
def test_reading_alone_is_not_enough_to_send(terminal: Terminal, reading: Dovecot, sending: MailServer) -> None:
    sending.password = "another"
    done = terminal.say(*servers(reading, sending), typed=PASSWORD)
    assert (done.exit_code, "for sending" in done.stderr, kept(terminal)) == (5, True, [])


@pytest.mark.integration
def test_to_read_only_needs_no_server_for_sending(terminal: Terminal, reading: Dovecot) -> None:
    where = ("--imap", f"127.0.0.1:{reading.port}", "--security", "plain")
    done = terminal.say("connect", "imap", "--address", ADDRESS, *where, "--read-only", typed=PASSWORD)
    assert (done.exit_code, "It is only read" in done.stderr) == (0, True)
    assert [each.may_send for each in kept(terminal)] == [False]


@pytest.mark.integration
def test_a_server_that_nobody_vouches_for_gets_no_password(terminal: Terminal, reading: Dovecot) -> None:
    where = ("--imap", f"127.0.0.1:{reading.tls}", "--read-only")
    done = terminal.say("connect", "imap", "--address", ADDRESS, *where, typed=PASSWORD)
    assert "no password was sent" in done.stderr
    assert (done.exit_code, kept(terminal)) == (4, [])


@pytest.mark.integration
def test_stored_mailboxes_are_tried_again_and_removed(
    terminal: Terminal, reading: Dovecot, sending: MailServer
) -> None:
    terminal.say(*servers(reading, sending), typed=PASSWORD)
    done = terminal.say("connect", "imap", "--test")
    assert (done.exit_code, done.stdout) == (0, f"{ADDRESS}: fine; it reads and sends\n")
    sending.password = "changed"
    assert terminal.say("connect", "imap", "--test").exit_code == 5
    done = terminal.say("connect", "imap", "--remove", ADDRESS)
    assert (done.exit_code, kept(terminal)) == (0, [])
    assert "delete it in the settings of your mail provider" in done.stderr


@pytest.mark.integration
@pytest.mark.skipif(os.name == "nt", reason="terminals are a matter of POSIX")
def test_a_typed_password_does_not_stand_on_the_screen(
    terminal: Terminal, reading: Dovecot, sending: MailServer
) -> None:
    screen = at_a_terminal(terminal, *servers(reading, sending), typed=PASSWORD)
    assert f"App password of {ADDRESS} (not shown)" in screen
    assert "is connected" in screen
    assert PASSWORD not in screen


def test_a_server_that_is_not_there_is_tried_later(terminal: Terminal) -> None:
    done = terminal.say("connect", "imap", "--address", ADDRESS, "--imap", "127.0.0.1:9", "--read-only", typed=PASSWORD)
    assert (done.exit_code, "cannot be reached" in done.stderr, kept(terminal)) == (75, True, [])


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--address", ADDRESS), 4, "I do not know the mail servers of company.example"),
        (("--address", "anna@outlook.com"), 4, "Microsoft lets no program in"),
        (("--address", ADDRESS, "--imap", "outlook.office365.com:993", "--read-only"), 4, "Microsoft lets"),
        (("--address", "anna@gmail.com"), 4, "`employee connect gmail`"),
        (("--address", "anna"), 1, "not a mail address"),
        ((), 4, "--address ADDRESS"),
        (("--address", ADDRESS, "--imap", "imap.example.com"), 2, "named with its port"),
        (("--address", ADDRESS, "--imap", "imap.example.com:993"), 2, "--smtp HOST:PORT"),
        (("--address", ADDRESS, "--smtp", "smtp.example.com:465"), 2, "--imap HOST:PORT"),
        (("--address", ADDRESS, "--imap", "a.example.com:993", "--read-only", "--security", "ssl"), 2, "starttls"),
        (("--address", ADDRESS, "--imap", "a.example.com:1", "--read-only", "--security", "plain"), 2, "this computer"),
        (("--address", "anna@fastmail.com", "--alias", "x"), 1, "not a mail address"),
        (("--address", "anna@fastmail.com", "--name", "A\nB"), 2, "one line of letters"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_anybody_is_asked(
    terminal: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    done = terminal.say("connect", "imap", *words, typed=PASSWORD)
    assert (done.exit_code, said in done.stderr, kept(terminal)) == (code, True, [])


@pytest.mark.parametrize("typed", ["", "\n", "  \n", "a\x00b", "a\nb", "a\x1bb"])
def test_what_is_no_password_is_refused(terminal: Terminal, typed: str) -> None:
    done = terminal.say("connect", "imap", "--address", "anna@fastmail.com", typed=typed)
    assert (done.exit_code, kept(terminal)) == (1, [])


def test_a_known_provider_says_first_which_password_it_wants(terminal: Terminal) -> None:
    done = terminal.say("connect", "imap", "--address", "anna@fastmail.com", typed="")
    assert done.stderr.startswith("Fastmail: Your usual password does not work. Make an app password")
