"""A mailbox in memory and the accounts that mail leaves from: what tests use where no server is needed.

`FakeMailbox` keeps what a real one keeps: messages in an inbox and in Sent, labels, threads, a history that a cursor
points into. `FakeMailAccounts` sends through `FakeChannel`s, whose `accepted` is the append-only list of what left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

from daemon.core import mail as mails
from daemon.core.errors import Transient
from daemon.core.mailboxes import accounts, senders
from daemon.core.mailboxes.accounts import Account, ImapAccount, Server
from daemon.core.mailboxes.senders import Sender
from daemon.core.mailboxes.values import IGNORE, Changes, CursorLost, Happened, Letter, Lost, Mark, Stub, Window
from daemon.core.ports import MailChannel, Missing, Receipt
from tests.fakes import NOON, FakeProvider

ME = "me@company.example"


def account(address: str = ME, *aliases: str, may_send: bool = True, sender_name: str = "") -> ImapAccount:
    """An account of a mailbox that no test ever connects to."""
    here = Server(host="127.0.0.1", port=1, security="plain")
    return ImapAccount(
        address=address,
        aliases=aliases,
        sender_name=sender_name,
        connected_at=NOON,
        user=address,
        password="app-password",
        imap=here,
        smtp=here if may_send else None,
    )


USUAL = {
    "from": "Anna Example <anna@example.com>",
    "to": ME,
    "subject": "Opening hours",
    "message_id": "<1@example.com>",
    "date": "Tue, 10 Mar 2026 09:00:00 +0000",
}


def letter(text: str = "Hello, when are you open on Saturday?\nAnna", *, answers: str = "", **headers: str) -> bytes:
    """A message as a mail program writes it. `answers`: the Message-IDs of References, the newest last.

    Headers by name, `_` for `-`: `to="…"`, `reply_to="…"`, `sender="…"` for From; an empty one is left out.
    """
    message = EmailMessage()
    sender = {"from": headers.pop("sender")} if "sender" in headers else {}
    replied = {"references": answers, "in_reply_to": answers.rpartition(" ")[2]}
    for name, value in (USUAL | replied | sender | headers).items():
        if value:
            message[name.replace("_", "-").title()] = value
    message.set_content(text)
    return message.as_bytes()


@dataclass
class Kept:
    """One message of a mailbox."""

    data: bytes
    thread: str
    sent: bool
    at: datetime
    labels: set[str]
    unread: bool


@dataclass(frozen=True)
class Event:
    """What happened in a mailbox: a message came, or a person did something to one."""

    seq: int
    remote: str
    happened: Happened | None = None


@dataclass
class FakeMailbox:
    """See `daemon.core.mailboxes.ports.Mailbox`. `requests` counts what a server would have been asked.

    `threads`: it groups messages by their references, as Gmail does; else it knows no threads, as IMAP.
    `troubles` are raised one after the other, each in place of the next answer.
    """

    account: Account = field(default_factory=account)
    threads: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    messages: dict[str, Kept] = field(default_factory=dict[str, Kept])
    history: list[Event] = field(default_factory=list[Event])
    requests: list[str] = field(default_factory=list[str])
    troubles: list[Exception] = field(default_factory=list[Exception])
    unreadable: dict[str, Exception] = field(default_factory=dict[str, Exception])  # by message
    stirred: bool = False
    closed: bool = False
    _born: int = 0
    _seq: int = 0
    _oldest: int = 0  # cursors before this one are lost

    # --- the mailbox

    def changes(self, cursor: str, window: Window) -> Changes:
        self._asked("changes")
        self.stirred = False
        if cursor and int(cursor) < self._oldest:
            raise CursorLost("the mailbox does not remember what happened since the last look")
        if not cursor:
            return Changes(str(self._seq), self._stubs(self._within(window)))
        news = [event for event in self.history if event.seq > int(cursor)]
        stubs = self._stubs([event.remote for event in news if event.happened is None])
        return Changes(str(self._seq), stubs, [event.happened for event in news if event.happened])

    def fetch(self, remote: str, limit: int) -> bytes:
        self._asked("fetch")
        if remote not in self.messages:
            raise Missing(f"{remote} is gone")
        if remote in self.unreadable:
            raise self.unreadable[remote]
        return self.messages[remote].data[:limit]

    def mark(self, marks: Sequence[Mark]) -> None:
        self._asked("mark")
        for mark in marks:
            if found := self.messages.get(mark.remote):
                inbox = {"INBOX"} if mark.archive else set[str]()
                found.labels = (found.labels | set(mark.add)) - set(mark.remove) - inbox
                found.unread = found.unread and not mark.read

    def close(self) -> None:
        self.closed = True

    def _asked(self, what: str) -> None:
        self.requests.append(what)
        if self.troubles:
            raise self.troubles.pop(0)

    def _within(self, window: Window) -> list[str]:
        inside = [(remote, kept) for remote, kept in self.messages.items() if kept.at >= window.since]
        wanted = [remote for remote, kept in inside if kept.sent or kept.unread or not window.unread]
        return wanted[-window.most :] if window.most else wanted

    def _stubs(self, remotes: Sequence[str]) -> Iterator[Stub]:
        """Read when they are asked for: what was moved away meanwhile is told all the same, and is Missing."""
        for remote in dict.fromkeys(remotes):
            found = self.messages.get(remote)
            if found is None:
                yield Stub(remote)
            else:
                yield Stub(remote, found.thread, found.sent, frozenset(found.labels), len(found.data))

    # --- the world

    def deliver(self, data: bytes, *, sent: bool = False, labels: Sequence[str] = (), unread: bool = True) -> str:
        """A message comes, or stands in Sent. Returns its name in the mailbox."""
        self._born += 1
        remote = f"{'sent' if sent else 'inbox'}-{self._born}"
        home = {"SENT"} if sent else {"INBOX"}
        self.messages[remote] = Kept(
            data, self._thread(data, remote), sent, self.now(), home | set(labels), unread and not sent
        )
        self._happens(remote)
        return remote

    def _thread(self, data: bytes, remote: str) -> str:
        if not self.threads:
            return ""
        message = mails.read(data)
        named = {message.in_reply_to, *message.references} - {""}
        for other in self.messages.values():
            said = mails.read(other.data)
            if said.message_id in named or message.message_id in {said.in_reply_to, *said.references} - {""}:
                return other.thread
        return f"thread-{remote}"

    def _happens(self, remote: str, happened: Happened | None = None) -> None:
        self._seq += 1
        self.history.append(Event(self._seq, remote, happened))
        self.stirred = True

    # --- the person's hands, and a server's moods

    def ignore(self, remote: str) -> None:
        """The person sets AI/Ignore."""
        self.messages[remote].labels.add(IGNORE)
        self._happens(remote, Happened("ignored", remote))

    def remove(self, remote: str) -> None:
        """The message is deleted for good."""
        del self.messages[remote]

    def forget(self) -> None:
        """The history before now is not kept any more."""
        self._seq += 1
        self._oldest = self._seq

    def rename(self) -> None:
        """All messages bear other names (another UIDVALIDITY), and no cursor counts any more."""
        self.messages = {f"again-{remote}": kept for remote, kept in self.messages.items()}
        self.history = []
        self.forget()

    def labels(self, remote: str) -> set[str]:
        """What of it is shown as ours."""
        return {label for label in self.messages[remote].labels if label.startswith("AI/")}


@dataclass
class FakeLetters:
    """See `daemon.core.mailboxes.ports.Letters`: what was kept, by name alone."""

    cursor: str = ""
    last_at: datetime | None = None
    kept: list[str] = field(default_factory=list[str])

    def lost(self, lost: Lost) -> Lost:
        return lost

    def known(self, remote: str) -> bool:
        return remote in self.kept

    def begun(self, remote: str) -> bool:
        del remote
        return False

    def get(self, remote: str) -> Letter | None:
        del remote


@dataclass
class FakeChannel(FakeProvider):
    """Sends for one account: what was accepted lies in the mailbox's Sent as well, as at a real provider."""

    mailbox: FakeMailbox = field(default_factory=FakeMailbox)

    def _take(self, message: bytes, key: str) -> Receipt:
        self.mailbox.deliver(message, sent=True)
        return super()._take(message, key)


@dataclass
class FakeMailAccounts:
    """See `daemon.core.mailboxes.ports.MailAccounts`: mailboxes are connected and removed at any moment."""

    boxes: list[FakeMailbox] = field(default_factory=list[FakeMailbox])
    channels: dict[str, FakeChannel] = field(default_factory=dict[str, FakeChannel])

    def connect(self, mailbox: FakeMailbox) -> FakeChannel:
        self.boxes.append(mailbox)
        name = mailbox.account.name
        return self.channels.setdefault(name, FakeChannel(name, mailbox=mailbox))

    def remove(self, mailbox: FakeMailbox) -> None:
        self.boxes.remove(mailbox)

    def mailboxes(self) -> Sequence[Sender]:
        return tuple(senders.sender(box.account) for box in self.boxes)

    def of_sender(self, address: str) -> str:
        found = accounts.of_sender(self._sending(), address)
        return found.name if found else ""

    def senders(self) -> Sequence[str]:
        return [address for each in self._sending() for address in each.addresses]

    def channel(self, account: str) -> MailChannel:
        if account not in {each.name for each in self._sending()}:
            raise Transient(f"the mailbox {account} is not connected, or may not send")
        return self.channels[account]

    def _sending(self) -> list[Account]:
        return [each for each in (box.account for box in self.boxes) if each.may_send]


__all__ = ["ME", "FakeChannel", "FakeLetters", "FakeMailAccounts", "FakeMailbox", "account", "letter"]
