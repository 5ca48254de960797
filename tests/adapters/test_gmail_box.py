"""Reading and labelling a Gmail mailbox, against our own Gmail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from daemon.adapters.gmail.box import GmailBox
from daemon.core.mailboxes.values import Stub
from tests.adapters.mailbox_contract import MailboxContract, World
from tests.google import GoogleServer


@dataclass
class Gmail:
    """See `World`."""

    google: GoogleServer
    box: GmailBox
    now: datetime

    def deliver(
        self, data: bytes, *, ago: timedelta = timedelta(), sent: bool = False, unread: bool = True, draft: bool = False
    ) -> str:
        if draft:
            return self.google.box.create_draft(data, None)
        labels = ["SENT"] if sent else ["INBOX", *["UNREAD"] * unread]
        return self.google.deliver(data, labels, at=self.now - ago)

    def remove(self, stub: Stub) -> None:
        self.google.delete(stub.remote)

    def ignore(self, stub: Stub) -> None:
        self.google.label(stub.remote, "AI/Ignore")

    def forget(self) -> None:
        self.google.forget_history()

    def labels(self, stub: Stub) -> set[str]:
        return {name for name in self.google.box.labelled(stub.remote) if name.startswith("AI/")}

    def unread(self, stub: Stub) -> bool:
        return "UNREAD" in self.google.box.labelled(stub.remote)

    def in_inbox(self, stub: Stub) -> bool:
        return "INBOX" in self.google.box.labelled(stub.remote)


@pytest.fixture
def gmail() -> Iterator[Gmail]:
    google = GoogleServer()
    box = GmailBox(google.account(), google.settings())
    yield Gmail(google, box, google.box.now())
    box.close()
    google.close()


class TestGmailBox(MailboxContract):
    @pytest.fixture
    def world(self, gmail: Gmail) -> World:
        return gmail
