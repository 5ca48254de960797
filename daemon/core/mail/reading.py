"""From the bytes of a message to a `Mail`."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.core.mail import addresses, automated, bodies, headers, mime
from daemon.core.mail.addresses import Listed
from daemon.core.mail.headers import Fields
from daemon.core.mail.values import KEY_HEADER, Address, Mail

MAX_MAILBOXES = 2000
MAX_KEY = 200  # characters


def read(data: bytes) -> Mail:
    """Everything a person needs of one message (RFC 5322); what is odd becomes a sentence in `warnings`.

    Raises Permanent when it is over 25 MB, nested over 20 deep or in over 300 parts. Nothing else is raised,
    whatever the bytes.
    """
    message = mime.parse(data)
    fields = message.fields
    sender = _sender(fields)
    reply_to = _mailboxes(fields, "reply-to")
    body = bodies.read(message.root)
    claimed = addresses.read(",".join(fields.all("from"))).mailboxes
    targets = reply_to or claimed
    return Mail(
        message_id=next(iter(headers.message_ids(fields.first("message-id"))), ""),
        sender=sender,
        reply_to=reply_to,
        to=_mailboxes(fields, "to"),
        cc=_mailboxes(fields, "cc"),
        subject=fields.text("subject"),
        date=headers.date(fields.first("date")),
        text=body.text,
        in_reply_to=next(iter(headers.message_ids(fields.first("in-reply-to"))), ""),
        references=headers.message_ids(" ".join(fields.all("references"))),
        automated=automated.why(fields, claimed, targets, list(mime.leaves(message.root))),
        attachments=body.attachments,
        warnings=(*_odd_header(fields, sender, reply_to), *body.warnings),
        key=fields.first(KEY_HEADER.lower()).strip()[:MAX_KEY],
    )


def _sender(fields: Fields) -> Address | None:
    """Exactly one From with exactly one address; anything else may be read differently elsewhere."""
    values = fields.all("from")
    listed = addresses.read(values[0]) if len(values) == 1 else Listed(())
    return listed.mailboxes[0] if len(listed.mailboxes) == 1 and not listed.broken else None


def _mailboxes(fields: Fields, name: str) -> tuple[Address, ...]:
    found = addresses.read(",".join(fields.all(name))).mailboxes
    return tuple(dict.fromkeys(found))[:MAX_MAILBOXES]


def _odd_header(fields: Fields, sender: Address | None, reply_to: Sequence[Address]) -> list[str]:
    checks = {
        "Nobody can say who sent this: it has no single From address.": sender is None,
        "It has two From headers, which is a known trick.": len(fields.all("from")) > 1,
        "It has several Message-IDs.": len(fields.all("message-id")) > 1,
        "It has several subjects; the first is shown.": len(fields.all("subject")) > 1,
        "It has no readable date.": headers.date(fields.first("date")) is None,
    }
    sentences = [sentence for sentence, applies in checks.items() if applies]
    return [*sentences, *_misleading(sender), *_redirected(sender, reply_to)]


def _misleading(sender: Address | None) -> list[str]:
    """A display name that shows another address than the real one."""
    shown = [word.strip("<>()[],;\"'").lower() for word in sender.name.split()] if sender else []
    claimed = [word for word in shown if "@" in word[1:]]
    if sender is None or not claimed or claimed == [sender.email.lower()]:
        return []
    return [f"The sender's name shows {claimed[0]}, but the address is {sender.email}."]


def _redirected(sender: Address | None, reply_to: Sequence[Address]) -> list[str]:
    elsewhere = [str(address) for address in reply_to if sender is None or address.email != sender.email]
    if not elsewhere:
        return []
    return [f"Answers go to {', '.join(elsewhere[:3])}, not to the sender (Reply-To)."]
