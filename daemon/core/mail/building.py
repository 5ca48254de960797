"""From an `Outgoing` to the bytes of a message that any mail program opens and sends.

Header lines are written here, because the standard library's folding would encode a long Message-ID in References
as a word, and no mail program finds the thread then; the body is the standard library's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from email import policy, utils
from email.header import Header
from email.message import EmailMessage

from daemon.core.mail import proof, sendable
from daemon.core.mail.values import KEY_HEADER, Address, Outgoing

_PLAIN = re.compile(r"(?!.*=\?)(?!.*\S{70})[ -~]*")  # needs no encoded word


def build(outgoing: Outgoing) -> bytes:
    """The complete message with CRLF line ends; the same `Outgoing` always gives the same bytes.

    Bcc stays in: a mail program that opens the file as a draft needs it, and removes it when it sends. Raises
    Permanent for what no message can carry, naming it, and when reading the bytes back shows any difference.
    """
    ready = sendable.ready(outgoing)
    head = "".join(f"{name}: {value}\r\n" for name, value in _fields(ready).items() if value or name == "Subject")
    data = head.encode("ascii") + _body(ready).as_bytes()
    proof.check(ready, data, key_header=KEY_HEADER)
    return data


def _fields(ready: Outgoing) -> dict[str, str]:
    """Every header line but the Content ones, folded; "" for a line that is left out."""
    return {
        "From": _mailboxes([ready.sender] if ready.sender else []),
        "To": _mailboxes(ready.to),
        "Cc": _mailboxes(ready.cc),
        "Bcc": _mailboxes(ready.bcc),
        "Subject": _words(ready.subject),
        "Date": utils.format_datetime(ready.date),
        "Message-ID": ready.message_id,
        "In-Reply-To": ready.in_reply_to,
        "References": "\r\n ".join(ready.references),
        KEY_HEADER: ready.key,
        "X-Unsent": "1" if ready.unsent else "",  # Outlook opens the file as a draft
    }


def _body(ready: Outgoing) -> EmailMessage:
    """Quoted-printable survives every relay and opens everywhere; not format=flowed, which Outlook ignores."""
    body = EmailMessage(policy=policy.SMTP)
    body.set_content(ready.text, cte="quoted-printable")
    for part in ready.attachments:
        maintype, _, subtype = part.media_type.partition("/")
        body.add_attachment(part.data, maintype, subtype, filename=part.name)
    if body.is_multipart():  # "=_" occurs neither in quoted-printable nor in base64
        body.set_boundary("=_" + hashlib.sha256(ready.message_id.encode()).hexdigest()[:32])
    return body


def _mailboxes(mailboxes: Iterable[Address]) -> str:
    return ",\r\n ".join(f"{_phrase(m.name)}<{m.email}>" if m.name else m.email for m in mailboxes)


def _phrase(name: str) -> str:
    """The display name and the fold after it."""
    escaped = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{escaped}"\r\n ' if _PLAIN.fullmatch(name) else f"{_words(name)}\r\n "


def _words(text: str) -> str:
    """As it is, folded, where ASCII says it; else as encoded words (RFC 2047)."""
    charset = "us-ascii" if _PLAIN.fullmatch(text) else "utf-8"
    return Header(text, charset, header_name="Subject").encode(linesep="\r\n")
