"""The values of mail: what came in, and what is about to go out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

KEY_HEADER = "X-AI-Employee-Key"


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
    key: str = ""  # the X-AI-Employee-Key header: what this program sent bears one


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that could be sent: everything `build` needs, and nothing it would have to guess."""

    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str  # with angle brackets
    key: str  # finds the message again at the provider (X-AI-Employee-Key)
    date: datetime  # aware
    sender: Address | None = None  # None: the mail program that opens the file fills it in
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[Part, ...] = ()
    unsent: bool = True  # a file for a mail program, which opens it as a draft; False: it is sent as it is


def content_hash(mail: Mail) -> str:
    """Equal for equal sender, subject, date, text and attachments, whatever the Message-ID claims."""
    digest = hashlib.sha256()
    for field in _content(mail):
        digest.update(len(field).to_bytes(8, "big"))
        digest.update(field)
    return digest.hexdigest()


def source_key(mail: Mail) -> str:
    """What makes the same message, dropped or fetched twice, one task."""
    return f"mail:{mail.message_id}:{content_hash(mail)}"


def _content(mail: Mail) -> Iterable[bytes]:
    sender = mail.sender.email if mail.sender else ""
    date = mail.date.isoformat() if mail.date else ""
    for text in (sender, mail.subject, date, mail.text):
        yield text.encode("utf-8", "surrogatepass")
    for part in mail.attachments:
        yield hashlib.sha256(part.data).digest()
