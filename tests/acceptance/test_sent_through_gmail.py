"""An approved answer leaves through Gmail: the whole employee, its own ledger, and a Google that loses answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.adapters.gmail.channel import GmailChannel
from daemon.core import mail
from daemon.core.ports import MailChannel
from tests.google import GoogleServer, Mode
from tests.house import House
from tests.mailboxes import FakeMailAccounts, FakeMailbox, letter


@dataclass
class GmailAccounts(FakeMailAccounts):
    """The mailboxes are in memory; what leaves them goes through `way`."""

    way: Callable[[], MailChannel] = field(default=lambda: pytest.fail("nothing was to leave"))

    def channel(self, account: str) -> MailChannel:
        super().channel(account)
        return self.way()


@pytest.fixture
def answered(tmp_path: Path, google: GoogleServer) -> Iterator[House]:
    """Anna's question came by Gmail, and the answer waits for the person."""
    house = House(tmp_path)
    account, settings = google.account(), google.settings(timeout_seconds=2)
    google.box.now = house.clock.now
    google.deliver(letter())
    house.accounts = GmailAccounts(way=lambda: GmailChannel(account, settings, house.app.ledger.jottings))
    house.restart()
    house.connect(FakeMailbox(account=account, threads=True)).deliver(letter())
    house.run()
    yield house
    house.stop()


@pytest.mark.parametrize("mode", ["ok", "accept-drop", "accept-500", "accept-hang", "accept-garbage"])
def test_an_approved_answer_is_sent_once_and_proven(answered: House, google: GoogleServer, mode: Mode) -> None:
    google.fails("drafts.send", mode)
    answered.move("Pending_Approval", "Approved")
    answered.run()
    (left,) = google.accepted
    done = answered.note("Done").read_text(encoding="utf-8")
    assert "outcome: sent" in done
    assert f"in thread {left.thread}" in done
    assert mail.read(left.raw).in_reply_to == mail.read(letter()).message_id


def test_a_refused_answer_is_in_failed_with_the_reason(answered: House, google: GoogleServer) -> None:
    google.box.refused.add("anna@example.com")
    answered.move("Pending_Approval", "Approved")
    answered.run()
    assert "Most often an address is wrong" in answered.note("Failed").read_text(encoding="utf-8")
    assert google.box.drafts == {}


def test_a_login_that_ended_keeps_the_answer_waiting_and_says_what_to_do(answered: House, google: GoogleServer) -> None:
    google.revoke()
    answered.move("Pending_Approval", "Approved")
    assert "employee connect gmail" in answered.run()[0].why
    assert google.accepted == []
