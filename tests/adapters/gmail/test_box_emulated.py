"""The same promises of a Gmail mailbox, against Google as others wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from daemon.adapters.gmail.box import GmailBox
from daemon.core.mailboxes.values import Stub
from tests.adapters.mailbox_contract import MailboxContract, World
from tests.emulators import EmulatedMailbox, Emulator, emulator

__all__ = ("emulator",)


@dataclass
class Emulated:
    """See `World`."""

    mailbox: EmulatedMailbox
    box: GmailBox
    now: datetime

    def deliver(
        self, data: bytes, *, ago: timedelta = timedelta(), sent: bool = False, unread: bool = True, draft: bool = False
    ) -> str:
        inbox = ["INBOX", *["UNREAD"] * unread]
        return self.mailbox.put(data, ["DRAFT"] if draft else ["SENT"] if sent else inbox, self.now - ago)

    def remove(self, stub: Stub) -> None:
        self.mailbox.delete(stub.remote)

    def ignore(self, stub: Stub) -> None:
        self.mailbox.label(stub.remote, "AI/Ignore")

    def forget(self) -> None:
        pytest.skip("the emulator forgets nothing; our own Gmail does")

    def labels(self, stub: Stub) -> set[str]:
        return {name for name in self.mailbox.labels(stub.remote) if name.startswith("AI/")}

    def unread(self, stub: Stub) -> bool:
        return "UNREAD" in self.mailbox.labels(stub.remote)

    def in_inbox(self, stub: Stub) -> bool:
        return "INBOX" in self.mailbox.labels(stub.remote)


@pytest.mark.integration
class TestGmailBox(MailboxContract):
    @pytest.fixture
    def world(self, emulator: Emulator) -> Iterator[World]:
        mailbox = emulator.mailbox()
        box = GmailBox(mailbox.account, emulator.settings())
        yield Emulated(mailbox, box, datetime.now(UTC))
        box.close()
