"""What a plug-in is given. A plug-in is one file with `Config` and one class of a fixed name."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.core.ports import DocumentStore, MailChannel, VaultReader


@dataclass(frozen=True, slots=True)
class Channels:
    """Where effects leave; what an action is built from."""

    mail: MailChannel
    documents: DocumentStore
    outbox: DocumentStore  # finished things that wait for the person to pass them on
    files: VaultReader
