"""What the doctor finds out about connected mailboxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.core.errors import UserError
from daemon.core.mailboxes import accounts
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.ops import doctor
from daemon.ops.doctor import Subject
from tests.factories import settings
from tests.google import GoogleServer
from tests.house import House
from tests.oauth import READONLY
from tests.providers import nobody


@pytest.fixture
def google(house: House) -> Iterator[GoogleServer]:
    opened = GoogleServer(house.clock.now)
    yield opened
    opened.close()


@pytest.fixture
def subject(house: House, google: GoogleServer) -> Subject:
    places = house.app.places
    context = replace(house.app.context, settings=settings(gmail=google.settings().model_dump()))
    return Subject(
        context,
        vault=places.vault,
        home=places.home,
        config=places.config,
        own_settings={},
        secrets=house.app.secrets,
        plugins={},
        now=house.clock.now(),
    )


def connected(subject: Subject, account: accounts.Account) -> accounts.Account:
    subject.secrets.put({account.name: accounts.written(account)}, subject.now)
    return account


def imap(subject: Subject) -> ImapAccount:
    nowhere = Server(host="127.0.0.1", port=9, security="plain")
    return ImapAccount(address="bob@example.com", connected_at=subject.now, user="bob", password="secret", imap=nowhere)


def with_gmail(subject: Subject, **changes: object) -> Subject:
    table = subject.context.settings.gmail.model_dump() | changes
    return replace(subject, context=replace(subject.context, settings=settings(gmail=table)))


def test_no_mailbox_is_fine(subject: Subject) -> None:
    (found,) = doctor.mailboxes(subject)
    assert (found.level, "`employee connect gmail`" in found.found) == ("fine", True)


def test_a_mailbox_that_lets_us_in_says_what_it_allows_and_since_when(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    later = replace(subject, now=subject.now + timedelta(days=40))
    assert [(each.level, each.found) for each in doctor.mailboxes(later)] == [
        ("fine", "me@company.example lets us in: reading and sending (gmail.modify); connected 40 days ago")
    ]


def test_a_young_login_is_told_how_long_it_lasts_in_testing(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account(scopes=(READONLY,)))
    (found,) = doctor.mailboxes(subject)
    assert found.level == "fine"
    assert "reading only (gmail.readonly); connected today" in found.found
    assert "in Testing it ends after 7 days" in found.found


def test_a_login_that_ended_is_wrong(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    google.revoke()
    (found,) = doctor.mailboxes(subject)
    assert (found.level, found.remedy) == ("wrong", "`employee connect gmail`")
    assert "Google ended the login" in found.found


def test_without_a_network_it_says_so(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    connected(subject, imap(subject))
    offline = with_gmail(subject, token_uri=f"{nobody()}/token")
    found = doctor.mailboxes(offline)
    assert [each.level for each in found] == ["hint", "hint"]
    assert all("was not reached" in each.found and "is there a network?" in each.remedy for each in found)


def test_a_server_that_says_nothing_is_not_waited_for(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    google.fails("token", "hang", "hang")
    (found,) = doctor.mailboxes(with_gmail(subject, timeout_seconds=0.3))
    assert (found.level, "was not reached" in found.found) == ("hint", True)


def test_one_that_is_switched_off_is_not_asked(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    (found,) = doctor.mailboxes(with_gmail(subject, enabled=False))
    assert (found.level, found.remedy, google.requests) == ("hint", "[gmail] enabled is false", [])


def sending_from(subject: Subject, address: str) -> Subject:
    chosen = settings(gmail=subject.context.settings.gmail.model_dump(), mail={"sender": address})
    return replace(subject, context=replace(subject.context, settings=chosen))


def test_a_sender_that_no_mailbox_has_is_named(subject: Subject, google: GoogleServer) -> None:
    connected(subject, google.account())
    _, found = doctor.mailboxes(sending_from(subject, "sales@company.example"))
    assert (found.level, "new mails leave from me@company.example" in found.found) == ("hint", True)
    assert "[mail] sender is sales@company.example" in found.found


@pytest.mark.parametrize("address", ["", "Me@Company.example", "info@company.example"])
def test_a_sender_that_a_mailbox_has_is_fine(subject: Subject, google: GoogleServer, address: str) -> None:
    connected(subject, google.account(aliases=("info@company.example",)))
    assert len(doctor.mailboxes(sending_from(subject, address))) == 1


def test_a_secret_that_is_no_account_is_wrong(subject: Subject) -> None:
    subject.secrets.put({"gmail.password": "canary-5d81c0"}, subject.now)
    (found,) = doctor.mailboxes(subject)
    assert (found.level, "gmail.password" in found.found, "canary" in found.found) == ("wrong", True, False)


def test_secrets_that_cannot_be_read_end_this_check_only(subject: Subject) -> None:
    subject.secrets.put({"gmail.password": "x"}, subject.now)
    subject.secrets.key_path.write_bytes(b"broken")
    with pytest.raises(UserError):
        doctor.mailboxes(subject)
    assert {"Mailboxes", "Plug-ins"} <= {each.name for each in doctor.examine(subject)}
