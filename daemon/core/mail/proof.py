"""The proof that a built message says what it was asked to say, and nothing else.

Reads the bytes with our own reader, which shares no code with what wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator

from daemon.core.errors import Permanent
from daemon.core.mail import addresses, headers, mime
from daemon.core.mail.headers import Fields
from daemon.core.mail.mime import Leaf
from daemon.core.mail.values import Outgoing, Part

_ALWAYS = {"subject", "date", "message-id", "mime-version", "content-type"}


def check(ready: Outgoing, data: bytes, *, key_header: str) -> None:
    """Raises Permanent naming every part of the message that would not arrive as it is in `ready`."""
    message = mime.parse(data)
    body, *files = mime.leaves(message.root)
    differing = [
        *_odd_fields(message.fields, ready, key_header.lower()),
        *_differing(message.fields, ready, key_header.lower()),
        *(["text"] if _text(body) != ready.text else []),
        *(["attachments"] if tuple(map(_part, files)) != ready.attachments else []),
    ]
    if differing:
        raise Permanent(f"The mail cannot be written faithfully ({', '.join(differing)}); simplify it there.")


def _odd_fields(fields: Fields, ready: Outgoing, key: str) -> Iterator[str]:
    """Header lines that are missing, doubled, or that nobody asked for."""
    optional = {
        "from": ready.sender,
        "x-unsent": ready.unsent,
        "to": ready.to,
        "cc": ready.cc,
        "bcc": ready.bcc,
        "in-reply-to": ready.in_reply_to,
        "references": ready.references,
        "content-transfer-encoding": not ready.attachments,
    }
    wanted = {name for name, value in optional.items() if value} | _ALWAYS | {key}
    doubled = {name for name, values in fields.values.items() if len(values) > 1}
    yield from sorted(wanted.symmetric_difference(fields.values) | doubled)


def _differing(fields: Fields, ready: Outgoing, key: str) -> Iterator[str]:
    """Header lines that say something else."""
    mailboxes = {"from": (ready.sender,) if ready.sender else (), "to": ready.to, "cc": ready.cc, "bcc": ready.bcc}
    for name, wanted in mailboxes.items():
        if addresses.read(fields.first(name)) != addresses.Listed(wanted):
            yield name
    ids = {
        "message-id": (ready.message_id,),
        "in-reply-to": (ready.in_reply_to,) if ready.in_reply_to else (),
        "references": ready.references,
    }
    yield from (name for name, wanted in ids.items() if headers.message_ids(fields.first(name)) != wanted)
    yield from ["subject"] if fields.text("subject") != ready.subject else []
    yield from ["date"] if headers.date(fields.first("date")) != ready.date else []
    yield from ["key"] if fields.first(key) != ready.key else []


def _text(body: Leaf) -> str:
    return body.data.decode("utf-8", "replace").replace("\r\n", "\n")


def _part(leaf: Leaf) -> Part:
    return Part(leaf.name, leaf.media_type, leaf.data)
