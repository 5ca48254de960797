"""What a plug-in is given. A plug-in is one file with `Config` and one class of a fixed name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from daemon.core.accounting.ports import Books, Numbers, Printer
from daemon.core.errors import Transient
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.ports import Letters, MailAccounts, Mailbox
from daemon.core.mailboxes.senders import Sender
from daemon.core.ports import DocumentStore, MailChannel, VaultReader


class NoAccounts:
    """No mailbox is connected: every mail goes to the outbox."""

    def mailboxes(self) -> Sequence[Sender]:
        return ()

    def of_sender(self, address: str) -> str:
        del address
        return ""

    def senders(self) -> Sequence[str]:
        return ()

    def channel(self, account: str) -> MailChannel:
        raise Transient(f"the mailbox {account} is not connected; `employee connect {account.partition('.')[0]}`")


@dataclass(frozen=True, slots=True)
class Mailed:
    """The mailbox that a watcher watches."""

    account: Account
    mailbox: Mailbox
    letters: Letters


@dataclass(frozen=True, slots=True)
class Sources:
    """What a watcher may look at."""

    vault: VaultReader
    mailed: Mailed | None = None  # of those that watch a mailbox


@dataclass(frozen=True, slots=True)
class Accounting:
    """Where money is written down. Effects on it are carried out one after another, whatever their kind."""

    books: Books
    numbers: Numbers
    printer: Printer
    zone: tzinfo  # the person's: a day is theirs


@dataclass(frozen=True, slots=True)
class Channels:
    """Where effects leave; what an action is built from."""

    mail: MailChannel  # without an account
    documents: DocumentStore
    outbox: DocumentStore  # finished things that wait for the person to pass them on
    files: VaultReader
    accounting: Accounting
    accounts: MailAccounts = field(default_factory=NoAccounts)
