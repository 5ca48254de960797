"""A mail as a value: read from bytes, built into bytes. Pure; nothing here opens a file or a socket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox. `name` is decoded and unverified text of the sender; only `email` identifies anyone."""

    name: str
    email: str  # addr-spec, domain lower case

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment as it came; `name` may be anything and is never a path."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """What a person and an agent need of one message."""

    message_id: str  # with angle brackets, "" when missing
    sender: Address | None  # exactly one From with one address, else None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None  # aware
    text: str  # the newest message first as written, quoted parts included, plain text
    in_reply_to: str
    references: tuple[str, ...]
    automated: str  # why no person wrote this ("List-Id header"), "" when a person may have
    attachments: tuple[Part, ...] = ()
    warnings: tuple[str, ...] = ()  # sentences: two From headers, Reply-To differs, undecodable parts …
