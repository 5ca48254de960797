"""What a plug-in is given. A plug-in is one file with `Config` and one class of a fixed name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from daemon.core.accounting.ports import Books, Numbers, Printer
from daemon.core.ports import DocumentStore, MailChannel, VaultReader


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

    mail: MailChannel
    documents: DocumentStore
    outbox: DocumentStore  # finished things that wait for the person to pass them on
    files: VaultReader
    accounting: Accounting
