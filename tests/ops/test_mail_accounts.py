"""What becomes of a yes at Google, and of what Google says of the mailbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daemon.adapters.gmail import oauth
from daemon.adapters.gmail.oauth import Grant
from daemon.core.errors import UserError
from daemon.core.mailboxes import accounts
from daemon.core.mailboxes.accounts import GmailAccount, Server
from daemon.core.mailboxes.consent import MODIFY, READ_ONLY, App
from daemon.core.mailboxes.providers import Chosen
from daemon.ops import mail_accounts
from daemon.ops.mail_accounts import Identity
from tests.fakes import NOON
from tests.google import GoogleServer
from tests.house import House
from tests.oauth import CLIENT_ID, CLIENT_SECRET

ASKED = oauth.question(App(CLIENT_ID, CLIENT_SECRET), MODIFY, 4711)
SERVER = Server(host="mail.example.com", port=993, security="tls")


def made(google: GoogleServer, address: str = "") -> GmailAccount:
    grant = Grant(MODIFY, None, google.account(google.box.address).refresh_token)
    return mail_accounts.gmail(ASKED, grant, google.settings(), address=address, now=NOON)


def test_the_account_is_what_was_granted(google: GoogleServer) -> None:
    account = made(google)
    assert (account.name, account.connected_at, account.scopes) == ("gmail.me-company-example", NOON, (MODIFY,))
    assert (account.client_id, account.client_secret) == (CLIENT_ID, CLIENT_SECRET)


def test_no_lasting_permission_is_no_account(google: GoogleServer) -> None:
    with pytest.raises(UserError, match="no refresh token") as refused:
        mail_accounts.gmail(ASKED, Grant(MODIFY, None, ""), google.settings(), address="", now=NOON)
    assert (refused.value.exit_code, google.requests) == (5, [])


def test_less_than_was_asked_for_is_no_account(google: GoogleServer) -> None:
    with pytest.raises(UserError, match="tick the box"):
        mail_accounts.gmail(ASKED, Grant(READ_ONLY, None, "1//a"), google.settings(), address="", now=NOON)


def test_the_addresses_it_sends_from_are_taken_over(google: GoogleServer) -> None:
    google.says_senders = [
        {"sendAsEmail": "me@company.example", "displayName": "Anna\u202e\r\nBcc: x@evil.example", "isPrimary": True},
        {"sendAsEmail": "Sales@Company.example", "verificationStatus": "accepted"},
        {"sendAsEmail": "ceo@bank.example", "verificationStatus": "pending"},
        {"sendAsEmail": "no address"},
        {"sendAsEmail": 7},
        "nonsense",
        {},
    ]
    account = made(google)
    assert account.aliases == ("sales@company.example",)
    assert account.sender_name == "Anna Bcc: x@evil.example"


@pytest.mark.parametrize("senders", [7, "a", {"a": 1}, None, []])
def test_nonsense_instead_of_addresses_is_none(google: GoogleServer, senders: object) -> None:
    google.says_senders = senders
    assert (made(google).aliases, made(google).sender_name) == ((), "")


def test_many_addresses_are_cut(google: GoogleServer) -> None:
    google.says_senders = [{"sendAsEmail": f"a{number}@company.example"} for number in range(1000)]
    assert len(made(google).aliases) == mail_accounts.MOST_ALIASES


def test_a_mailbox_without_an_address_is_none(google: GoogleServer) -> None:
    google.box.address = "not an address"
    with pytest.raises(UserError, match="not a mail address"):
        made(google)


# --- kept

DAY = timedelta(days=1)


def test_an_account_takes_the_place_of_the_one_before(house: House, google: GoogleServer) -> None:
    secrets, now = house.app.secrets, house.clock.now()
    first, second = google.account(connected_at=now), google.account(connected_at=now + timedelta(days=1))
    assert mail_accounts.keep(secrets, first, now).before is None
    assert mail_accounts.keep(secrets, second, now).before == first
    assert [each.name for each in mail_accounts.stored(secrets)[0]] == [second.name]


def test_a_new_login_keeps_the_day_since_which_mail_is_ours_and_the_order(house: House, google: GoogleServer) -> None:
    """After a lost cursor all that came since that day is looked at, and what is written anew leaves from the first."""
    secrets, now = house.app.secrets, house.clock.now()
    first, other = google.account(connected_at=now), google.account("z@company.example", connected_at=now + DAY)
    again = google.account(connected_at=now + 2 * DAY, refresh_token="another")
    for each in (first, other, again):
        mail_accounts.keep(secrets, each, now)
    kept, second = mail_accounts.stored(secrets)[0]
    assert (kept.address, second.address) == (first.address, other.address)
    assert (kept.connected_at, kept.logged_in_at) == (now, now + 2 * DAY)
    assert kept.hidden == again.hidden


def test_the_first_that_was_connected_comes_first(house: House, google: GoogleServer) -> None:
    secrets, now = house.app.secrets, house.clock.now()
    late = google.account("a@company.example", connected_at=now)
    early = google.account("z@company.example", connected_at=now - timedelta(days=1))
    for each in (late, early):
        mail_accounts.keep(secrets, each, now)
    assert [each.address for each in mail_accounts.stored(secrets)[0]] == ["z@company.example", "a@company.example"]


def test_a_gmail_address_is_not_found_among_the_others(house: House, google: GoogleServer) -> None:
    secrets, now = house.app.secrets, house.clock.now()
    account = google.account(connected_at=now)
    mail_accounts.keep(secrets, account, now)
    assert mail_accounts.find(secrets, "gmail", "ME@company.example") == account
    with pytest.raises(UserError, match="`employee connect imap` connects a mailbox"):
        mail_accounts.find(secrets, "imap", account.address)
    mail_accounts.forget(secrets, account)
    assert mail_accounts.stored(secrets) == ([], [])


# --- any other mailbox


def test_the_login_is_the_address_unless_it_is_not() -> None:
    chosen = Chosen(SERVER, None)
    plain = mail_accounts.imap(Identity("a@example.com"), "secret", chosen, NOON)
    other = mail_accounts.imap(Identity("a@example.com", user="u123", name="Anna"), "secret", chosen, NOON)
    assert (plain.user, plain.sender_name, plain.may_send) == ("a@example.com", "", False)
    assert (other.user, other.sender_name) == ("u123", "Anna")
    assert accounts.read(other.name, accounts.written(other)) == other


@pytest.mark.parametrize("typed", [" app word \n", "app word\r\n", "app word"])
def test_the_spaces_around_a_password_are_none_of_it(typed: str) -> None:
    assert mail_accounts.password_of(typed) == "app word"
