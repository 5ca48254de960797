"""What is said of each mailbox, and of Outbox/ beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from daemon.core.mailboxes import accounts, connectors
from daemon.core.mailboxes.accounts import GmailAccount, ImapAccount, Server
from daemon.core.mailboxes.connectors import Before, Known
from daemon.core.mailboxes.consent import MODIFY, READ_ONLY

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SERVER = Server(host="mail.example.com", port=993, security="tls")
ANNA = Known("gmail.anna-example-com", "gmail", "anna@example.com", may_send=True)
BOB = Known("imap.bob-example-com", "imap", "bob@example.com", may_send=False)


def gmail(scope: str) -> GmailAccount:
    return GmailAccount(
        address="anna@example.com",
        connected_at=NOW,
        client_id="id",
        client_secret="secret",
        refresh_token="token",
        scopes=("openid", scope),
    )


def imap(smtp: Server | None) -> ImapAccount:
    return ImapAccount(
        address="bob@example.com", connected_at=NOW, user="bob", password="secret", imap=SERVER, smtp=smtp
    )


@pytest.mark.parametrize("account", [gmail(MODIFY), gmail(READ_ONLY), imap(SERVER), imap(None)])
def test_a_secret_says_the_same_here_as_read_in_full(account: accounts.Account) -> None:
    found = connectors.known(account.name, accounts.written(account), enabled=True)
    assert found == Known(
        account.name, account.kind, account.address, account.may_send, logged_in="2026-03-10T12:00:00+00:00"
    )


@pytest.mark.parametrize("value", ["", "canary", "[]", "{}", '{"address":"a@b"}', "[" * 100_000, '{"smtp":1}'])
def test_a_secret_that_is_no_account_needs_a_login(value: str) -> None:
    known = connectors.known("imap.password", value, enabled=True)
    (_, found) = connectors.of([known], {})
    assert (found.state, "`employee connect imap`" in found.detail, "canary" in found.detail) == (
        "needs login",
        True,
        False,
    )


def test_what_runs_without_trouble_is_ready() -> None:
    found = connectors.of([ANNA, BOB], {"gmail": (), "imap": ("carol@example.com: cannot be reached",)})
    assert [(each.name, each.state, each.detail) for each in found] == [
        ("outbox", "ready", "mail leaves through anna@example.com; everything else is a file in Outbox/"),
        ("gmail.anna-example-com", "ready", "anna@example.com: reads and sends"),
        ("imap.bob-example-com", "read only", "bob@example.com: approved mails lie in Outbox/"),
    ]


def test_without_an_account_that_sends_results_are_files() -> None:
    assert [connectors.of(some, {})[0].detail for some in ([], [BOB])] == [
        "no account connected that sends; results are files in Outbox/"
    ] * 2


def test_what_is_wrong_with_one_mailbox_is_no_trouble_of_another() -> None:
    joanna = Known("gmail.joanna", "gmail", "joanna@example.com", may_send=True)
    said = ("joanna@example.com: Google has trouble", "labels of anna@example.com: refused")
    found = connectors.of([ANNA, joanna], {"gmail": said})
    assert [(each.state, each.detail) for each in found[1:]] == [("trouble", said[1]), ("trouble", said[0])]


def test_only_a_new_login_helps() -> None:
    said = ("anna@example.com: Google ended the login. Then `employee connect gmail`.",)
    assert connectors.of([ANNA], {"gmail": said})[1].state == "needs login"


def test_a_mailbox_that_nobody_watches_says_so() -> None:
    assert (
        connectors.of([ANNA], {})[1].detail == "anna@example.com: reads and sends; nothing looks into it at the moment"
    )
    off = Known("gmail.anna", "gmail", "anna@example.com", may_send=True, enabled=False)
    assert [each.state for each in connectors.of([off], {"gmail": ()})] == ["ready", "off"]


def test_of_a_mailbox_that_nobody_watches_the_last_that_was_known_is_said() -> None:
    ended = "anna@example.com: Google ended the login. Then `employee connect gmail`."
    found = connectors.of([ANNA, BOB], {}, {ANNA.name: Before([ended], "10 March 12:00")})
    assert (found[1].state, found[1].detail) == (
        "needs login",
        f"{ended} (since 10 March 12:00; nothing looks into it at the moment)",
    )
    assert found[2].state == "read only"


def test_the_trouble_of_an_address_is_not_that_of_one_that_begins_like_it() -> None:
    short = Known("imap.anna-example-co", "imap", "anna@example.co", may_send=True)
    problem = "anna@example.com: no network"
    outbox, mine, other = connectors.of([short, ANNA], {"imap": [problem], "gmail": [problem]})
    assert (outbox.state, mine.state, other.state) == ("ready", "ready", "trouble")
