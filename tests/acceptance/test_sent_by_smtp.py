"""An approved answer leaves by SMTP: the whole employee, its own ledger, and a server that fails and loses answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.adapters.imap import smtp
from daemon.adapters.imap.channel import SmtpChannel
from daemon.core import mail
from daemon.core.ports import MailChannel
from tests import smtp as servers
from tests.factories import settings
from tests.house import House
from tests.mailboxes import FakeMailAccounts, FakeMailbox, letter
from tests.smtp import Drops, Hangs, MailServer, Says


@dataclass
class SmtpAccounts(FakeMailAccounts):
    """The mailboxes are in memory; what leaves them goes through `way`."""

    way: Callable[[], MailChannel] = field(default=lambda: pytest.fail("nothing was to leave"))

    def channel(self, account: str) -> MailChannel:
        super().channel(account)
        return self.way()


class Folder:
    """Sent. `witness`: the provider puts a copy there itself as soon as it takes a mail."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self.witness = False
        self.copies: list[bytes] = []

    def holds(self, message_id: str, key: str) -> bool:
        del message_id
        by_provider = [taken.content for taken in self._server.accepted] if self.witness else []
        return any(mail.read(each).key == key for each in [*self.copies, *by_provider])

    def put(self, message: bytes) -> None:
        self.copies.append(message)


class Cut(BaseException):
    """The power goes."""


class Fragile(SmtpChannel):
    """The power goes after the server took the mail, and before anybody knows."""

    def _session(self) -> AbstractContextManager[smtp.Session]:
        return smtp.opened(self._account, self._settings, Silenced)


class Silenced(smtp.Dialogue):
    def reply(self, patience: float = 1.0) -> smtp.Reply:
        reply = super().reply(patience)
        if "queued" in reply.text:
            raise Cut
        return reply


@dataclass
class Office:
    """The employee, the server its mail leaves through, and its folder of sent mail."""

    house: House
    server: MailServer
    sent: Folder
    channel: type[SmtpChannel] = SmtpChannel
    patience: float = 10

    def way(self) -> MailChannel:
        taken = settings(imap={"timeout_seconds": self.patience}).imap
        return self.channel(servers.account(self.server), taken, self.house.app.ledger.jottings, self.sent)

    def approve(self) -> None:
        self.house.move("Pending_Approval", "Approved")

    def note(self, folder: str) -> str:
        return self.house.note(folder).read_text(encoding="utf-8")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Anna's question came by mail, and the answer waits for the person."""
    with servers.running() as server:
        made = Office(House(tmp_path), server, Folder(server))
        account = servers.account(server)
        made.house.accounts = SmtpAccounts(way=made.way)
        made.house.restart()
        made.house.connect(FakeMailbox(account=account)).deliver(letter())
        made.house.run()
        yield made
        made.house.stop()


def test_an_approved_answer_is_sent_once_and_proven(office: Office) -> None:
    office.approve()
    office.house.run()
    (left,) = office.server.accepted
    assert (left.sender, left.recipients) == (servers.USER, ("anna@example.com",))
    assert mail.read(left.content).in_reply_to == mail.read(letter()).message_id
    assert office.sent.copies == [left.content]
    assert "outcome: sent" in office.note("Done")
    assert "250 2.0.0 Ok: queued as Q1" in office.note("Done")


@pytest.mark.parametrize("moment", ["CONNECT", "AUTH", "RCPT", "DATA", "CONTENT", "END"])
def test_a_server_that_is_busy_gets_it_later_once(office: Office, moment: str) -> None:
    office.server.fails(moment, Says("451 4.3.0 come again"))
    office.approve()
    office.house.run()
    assert office.server.accepted == []
    office.server.heals()
    office.house.clock.advance(timedelta(hours=1))
    office.house.run()
    assert len(office.server.accepted) == 1
    assert "outcome: sent" in office.note("Done")


def test_a_refused_answer_is_in_failed_with_the_words_of_the_server(office: Office) -> None:
    office.server.fails("RCPT", Says("550 5.1.1 no such user"))
    office.approve()
    office.house.run()
    assert "sent to nobody" in office.note("Failed")
    assert "no such user" in office.note("Failed")


@pytest.mark.parametrize("fault", [Drops(), Hangs()])
def test_a_lost_answer_is_found_in_sent(office: Office, fault: Drops | Hangs) -> None:
    office.patience, office.sent.witness = 0.2, True
    office.server.fails("ACCEPTED", fault)
    office.approve()
    office.house.run()
    assert len(office.server.accepted) == 1
    assert "outcome: sent" in office.note("Done")


def test_a_lost_answer_without_a_witness_is_for_the_person(office: Office) -> None:
    office.server.fails("ACCEPTED", Drops())
    office.approve()
    office.house.run()
    office.server.heals()
    office.house.restart()
    office.house.run()
    assert len(office.server.accepted) == 1
    assert "Only a recipient can tell whether it was sent" in office.note("Needs_Review")


@pytest.mark.parametrize(("witness", "folder"), [(True, "Done"), (False, "Needs_Review")])
def test_power_cut_after_the_server_took_it_makes_no_second_mail(office: Office, folder: str, *, witness: bool) -> None:
    office.channel, office.sent.witness = Fragile, witness
    office.approve()
    with suppress(Cut):
        office.house.run()
    office.channel = SmtpChannel
    office.house.restart()
    office.house.run()
    assert len(office.server.accepted) == 1
    assert office.note(folder)
