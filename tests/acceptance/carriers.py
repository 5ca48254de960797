"""Real mail providers on this computer: Gmail's API over HTTP, and Dovecot with an SMTP server."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Protocol

from daemon.core.mailboxes.accounts import Account
from tests import dovecot, smtp
from tests.dovecot import Dovecot
from tests.google import GoogleServer
from tests.smtp import MailServer


class Carrier(Protocol):
    """One mailbox at one provider."""

    @property
    def account(self) -> Account: ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Where it is reached, for `EMPLOYEE_…`."""
        ...

    def deliver(self, data: bytes) -> None:
        """A mail arrives."""
        ...

    def write_by_hand(self, data: bytes) -> None:
        """The person sends a mail in their own mail program."""
        ...

    def left(self) -> Sequence[bytes]:
        """Every mail that was taken from a program, oldest first."""
        ...

    def threads_of(self, number: int) -> bool:
        """Whether the mail that left as the `number`-th lies in the thread of the one it answers."""
        ...


@dataclass
class Gmail:
    server: GoogleServer
    account: Account

    @property
    def settings(self) -> Mapping[str, str]:
        google = self.server
        return {"API_ENDPOINT": google.url, "AUTH_URI": google.auth_uri, "TOKEN_URI": google.token_uri}

    def deliver(self, data: bytes) -> None:
        self.server.deliver(data)

    def write_by_hand(self, data: bytes) -> None:
        self.server.send_by_hand(data)

    def left(self) -> Sequence[bytes]:
        return [accepted.raw for accepted in self.server.accepted]

    def threads_of(self, number: int) -> bool:
        left = self.server.accepted[number]
        answered = parsed(left.raw)["In-Reply-To"]
        known = {message.message_id: message.thread for message in self.server.box.messages.values()}
        return known[answered] == left.thread


@dataclass
class Imap:
    reading: Dovecot
    sending: MailServer
    account: Account
    settings: Mapping[str, str]

    def deliver(self, data: bytes) -> None:
        self._put(data, "INBOX")

    def write_by_hand(self, data: bytes) -> None:
        self._put(data, "Sent")

    def left(self) -> Sequence[bytes]:
        return [taken.content for taken in self.sending.accepted]

    def threads_of(self, number: int) -> bool:
        left = parsed(self.left()[number])
        return bool(left["In-Reply-To"]) and left["References"].split()[-1] == left["In-Reply-To"]

    def _put(self, data: bytes, folder: str) -> None:
        assert self.account.kind == "imap"
        self.reading.put(self.account, data, folder=folder, at=datetime.now(UTC))


@contextmanager
def gmail() -> Generator[Gmail]:
    server = GoogleServer()
    try:
        yield Gmail(server, server.account())
    finally:
        server.close()


@contextmanager
def imap(reading: Dovecot) -> Generator[Imap]:
    with smtp.running() as sending:
        there = smtp.account(sending).smtp
        account = reading.account(connected_at=datetime.now(UTC), smtp=there)
        sending.user, sending.password = account.user, account.password
        yield Imap(reading, sending, account, {})


def parsed(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)  # pyright: ignore[reportReturnType]


__all__ = ["Carrier", "Gmail", "Imap", "dovecot", "gmail", "imap", "parsed"]
