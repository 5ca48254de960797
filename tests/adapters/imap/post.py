"""An SMTP server, an account on it, and what is remembered: what the tests of sending begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from daemon.adapters.imap.channel import SmtpChannel
from daemon.core import mail
from daemon.core.errors import Outage
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.ports import Finding
from daemon.core.settings import Imap
from tests import smtp as servers
from tests.factories import outgoing, settings
from tests.smtp import MailServer

KEY = "taaaaaaaaaa-g1.i123"
ME = mail.Address("Me", servers.USER)
ANNA, BOB, EVE = (mail.Address("", f"{name}@example.com") for name in ("anna", "bob", "eve"))


def message(**changes: Any) -> bytes:
    """As the mail actions build it."""
    plain = {"sender": ME, "to": (ANNA,), "key": KEY, "text": "Hello,\n\nwe are open.\n"}
    return mail.build(outgoing(**plain | changes))


def patience(seconds: float = 10) -> Imap:
    return settings(imap={"timeout_seconds": seconds}).imap


@dataclass
class Notes:
    """Jottings in memory. `full`: the disk takes nothing any more."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    full: bool = False

    def get(self, key: str, name: str) -> str:
        return self.kept.get((key, name), "")

    def put(self, key: str, name: str, value: str) -> None:
        if self.full:
            raise Outage("the disk is full")
        self.kept[key, name] = value


@dataclass
class FakeSent:
    """A folder of sent mail. `away`: it cannot be used. `later`: what the provider puts there by itself in time."""

    messages: list[bytes] = field(default_factory=list[bytes])
    away: Exception | None = None
    later: list[bytes] = field(default_factory=list[bytes])

    def holds(self, message_id: str, key: str) -> bool:
        self._require()
        self.messages += self.later
        self.later.clear()
        return any(mail.read(each).message_id == message_id or mail.read(each).key == key for each in self.messages)

    def put(self, message: bytes) -> None:
        self._require()
        self.messages.append(message)

    def _require(self) -> None:
        if self.away:
            raise self.away


@dataclass
class Post:
    """A server, an account on it, and what is remembered."""

    server: MailServer
    account: ImapAccount
    notes: Notes = field(default_factory=Notes)
    sent: FakeSent = field(default_factory=FakeSent)
    settings: Imap = field(default_factory=patience)

    def __post_init__(self) -> None:
        self.channel = self.opened()

    def opened(self) -> SmtpChannel:
        """As after a restart."""
        return SmtpChannel(self.account, self.settings, self.notes, self.sent)

    def impatient(self) -> SmtpChannel:
        self.settings = patience(0.2)
        return self.opened()

    def send(self, data: bytes | None = None, key: str = KEY) -> str:
        return self.channel.send(message() if data is None else data, title="Opening hours", key=key).id

    def look_up(self, key: str = KEY) -> Finding:
        return self.opened().look_up(message(key=key), title="Opening hours", key=key)

    @property
    def accepted(self) -> int:
        return len(self.server.accepted)
