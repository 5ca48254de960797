"""What two messages say differently: the one that was approved, and the one that stands in a mailbox as a draft."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.core.errors import Permanent
from daemon.core.mail import addresses, charsets, headers, mime
from daemon.core.mail.headers import Fields
from daemon.core.mail.mime import Leaf
from daemon.core.mail.values import KEY_HEADER, Address

_PEOPLE = ("to", "cc", "bcc", "reply-to")


def differing(approved: bytes, found: bytes) -> tuple[str, ...]:
    """What of `approved` stands otherwise in `found`, as words for a person; empty when they say the same.

    Providers write a Message-ID, a Date, the sender's name and the lines of the thread in their own way; those may
    differ, and so may every encoding and line end. A sender that was left to the provider may be anybody. Raises
    Permanent when `approved` cannot be read.
    """
    wanted = _said(approved)
    try:
        there = _said(found)
    except Permanent:
        return ("the whole message",)
    if not wanted["from"]:
        there["from"] = wanted["from"]
    return tuple(name for name, value in wanted.items() if there[name] != value)


def _said(data: bytes) -> dict[str, object]:
    message = mime.parse(data)
    people: Mapping[str, object] = {name: _mailboxes(message.fields, name) for name in _PEOPLE}
    subject = tuple(headers.one_line(headers.decoded(each)) for each in message.fields.all("subject"))
    parts = tuple(map(_part, mime.leaves(message.root)))
    return {
        "from": tuple(map(_email, _mailboxes(message.fields, "from"))),
        **people,
        "subject": subject,
        "key": message.fields.all(KEY_HEADER.lower()),
        "text": tuple(part for part in parts if not part[1]),
        "attachments": tuple(part for part in parts if part[1]),
    }


def _mailboxes(fields: Fields, name: str) -> tuple[Address, ...]:
    """An entry that names nobody is something else than no entry."""
    listed = addresses.read(",".join(fields.all(name)))
    return (*listed.mailboxes, *[Address("", "?")] * listed.broken)


def _email(mailbox: Address) -> str:
    return mailbox.email.lower()


def _part(leaf: Leaf) -> tuple[str, str, object]:
    """A second body part of any kind (HTML beside the plain text) is another message to whoever reads it."""
    if leaf.name or not leaf.media_type.startswith("text/"):
        return leaf.media_type, leaf.name or "unnamed", leaf.data
    text = charsets.decode(leaf.data, leaf.charset).text
    return leaf.media_type, "", text.replace("\r\n", "\n").rstrip("\n")
