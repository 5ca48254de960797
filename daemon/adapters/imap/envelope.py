"""What leaves by SMTP, made of the message that was approved: who gets it, and its bytes without Bcc. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.mail import addresses, headers, mime
from daemon.core.mail.headers import Fields
from daemon.core.mailboxes.accounts import ImapAccount

_LONGEST = 998  # bytes of a line (RFC 5322, 2.1.1)
_BCC = re.compile(rb"bcc[ \t]*:", re.IGNORECASE)
_RECIPIENTS = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Ready to be sent. Every address is ASCII, so no server has to know SMTPUTF8."""

    sender: str  # addr-spec
    recipients: tuple[str, ...]  # each once
    content: bytes  # CRLF line ends, the last one too; no line over 998 bytes, ASCII only
    message_id: str
    key: str

    @property
    def stuffed(self) -> bytes:
        """The content as it is said: a dot more where a line begins with one (RFC 5321, 4.5.2)."""
        stuffed = self.content.replace(b"\r\n.", b"\r\n..")
        return b"." + stuffed if stuffed.startswith(b".") else stuffed


def of(message: bytes, account: ImapAccount) -> Envelope:
    """The envelope of a message. Raises Permanent when it cannot leave from this account as it is."""
    read = mail.read(message)
    fields = fields_of(message)
    _require_own(read.sender, account)
    recipients = tuple({each.casefold(): each for name in _RECIPIENTS for each in _addresses(fields, name)}.values())
    if not recipients:
        raise Permanent("The mail has no recipient.")
    content = _without_bcc(message)
    _require_same(message, content, read)
    _require_sendable(content)
    sender = read.sender.email if read.sender else ""
    return Envelope(sender, recipients, content, read.message_id, read.key)


def fields_of(message: bytes) -> Fields:
    """The header of a message."""
    return headers.split(message, 0, len(message), limit=mime.MAX_HEADER)[0]


def _require_own(sender: mail.Address | None, account: ImapAccount) -> None:
    own = [each.casefold() for each in account.addresses]
    if sender is None or sender.email.casefold() not in own:
        shown = sender.email if sender else "nobody"
        raise Permanent(f"The mail is from {shown}, and {account.address} sends only from {', '.join(own)}.")


def _addresses(fields: Fields, name: str) -> Iterator[str]:
    """Each must be what a person may write as an address; anything else would be read otherwise by others."""
    listed = addresses.read(fields.first(name))
    if listed.broken or len(fields.all(name)) > 1:
        raise Permanent(f"Nobody can say to whom the mail goes: its {name.title()} can be read in two ways.")
    for mailbox in listed.mailboxes:
        yield mail.address(mailbox.email).email


def _without_bcc(message: bytes) -> bytes:
    head, gap, body = message.partition(b"\r\n\r\n")
    kept = [field for field in re.split(rb"\r\n(?![ \t])", head) if not _BCC.match(field)]
    return b"\r\n".join(kept) + gap + body


def _require_same(message: bytes, content: bytes, read: mail.Mail) -> None:
    """The proof that nothing but Bcc was taken out: by our reader, and the body byte for byte."""
    fields = {name: values for name, values in fields_of(message).values.items() if name != "bcc"}
    body = message.partition(b"\r\n\r\n")[2]
    same = fields_of(content).values == fields and mail.read(content) == read
    if not same or content.partition(b"\r\n\r\n")[2] != body:
        raise Permanent("The mail cannot be sent without its Bcc line and otherwise unchanged, so it is not sent.")


def _require_sendable(content: bytes) -> None:
    lines = content.count(b"\r\n")
    whole = content.count(b"\r") == lines == content.count(b"\n") and content.endswith(b"\r\n")
    if not whole or not content.isascii() or b"\0" in content:
        raise Permanent("The mail holds bytes that not every mail server takes, so it is not sent.")
    if max(map(len, content.split(b"\r\n"))) > _LONGEST:
        raise Permanent(f"The mail has a line of more than {_LONGEST} characters, which mail servers cut.")
