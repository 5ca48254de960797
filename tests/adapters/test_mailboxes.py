"""The mailbox in memory that other tests use keeps the promises of the real ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from daemon.core.mailboxes.values import Stub
from tests.adapters.mailbox_contract import MailboxContract, World
from tests.fakes import NOON
from tests.mailboxes import FakeMailbox


@dataclass
class InMemory:
    """See `World`."""

    box: FakeMailbox = field(default_factory=lambda: FakeMailbox(now=lambda: NOON))
    now: datetime = NOON

    def deliver(
        self, data: bytes, *, ago: timedelta = timedelta(), sent: bool = False, unread: bool = True, draft: bool = False
    ) -> None:
        self.box.now = lambda: NOON - ago
        if not draft:  # it keeps none
            self.box.deliver(data, sent=sent, unread=unread)

    def remove(self, stub: Stub) -> None:
        self.box.remove(stub.remote)

    def ignore(self, stub: Stub) -> None:
        self.box.ignore(stub.remote)

    def forget(self) -> None:
        self.box.forget()

    def labels(self, stub: Stub) -> set[str]:
        return self.box.labels(stub.remote)

    def unread(self, stub: Stub) -> bool:
        return self.box.messages[stub.remote].unread

    def in_inbox(self, stub: Stub) -> bool:
        return "INBOX" in self.box.messages[stub.remote].labels


class TestFakeMailbox(MailboxContract):
    @pytest.fixture
    def world(self) -> World:
        return InMemory()
