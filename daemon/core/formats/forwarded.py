"""A message that came as a file inside another: who wrote it, when, about what, and its text."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.core import mail
from daemon.core.errors import Permanent
from daemon.core.formats import mailboxes
from daemon.core.formats.letters import converted
from daemon.core.mail import Mail
from daemon.core.ports import Converted

MAX_MESSAGES = 20
_SEVERAL = "It is a mailbox with {:,} messages; to have one answered, save it as .eml and drop that."
_SAID = "It is a forwarded mail: somebody else wrote it, and nobody here can tell whether it was changed."


def read(data: bytes) -> Converted:
    """Its attachments are only named."""
    try:
        message = mail.read(mailboxes.message(data))
    except Permanent as problem:
        return Converted("", "message/rfc822", (str(problem),))
    text = "\n".join(["Forwarded mail", *_head(message), "", message.text])
    return converted(text, "message/rfc822", _SAID, *message.warnings)


def read_all(data: bytes) -> Converted:
    """The first messages of a mailbox, one after another."""
    count = mailboxes.count(data)
    read_ones = [read(one) for one in mailboxes.messages(data, MAX_MESSAGES)]
    text = "\n\n".join(found.text.replace("Forwarded mail", "Mail in this mailbox", 1) for found in read_ones)
    cut = f"Only the first {MAX_MESSAGES} were read." if count > MAX_MESSAGES else ""
    return converted(text, "application/mbox", f"{_SEVERAL.format(count)} {cut}".rstrip())


def _head(message: Mail) -> Iterator[str]:
    fields = {
        "From": str(message.sender or "unknown"),
        "To": ", ".join(map(str, message.to[:20])),
        "Date": f"{message.date:%Y-%m-%d %H:%M %z}" if message.date else "",
        "Subject": message.subject,
        "Attached": ", ".join(part.name for part in message.attachments[:20]),
    }
    return (f"{name}: {value}" for name, value in fields.items() if value)
