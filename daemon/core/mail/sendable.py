"""What may leave: refusals in words, before anything is built.

A line break in a header, in any of its Unicode forms, forges another header (a hidden Bcc); what no mail server
takes is refused here as well, while the person still looks at the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from daemon.core.errors import Permanent
from daemon.core.mail.values import Address, Outgoing, Part

MAX_NAME = 200  # characters of a display name or file name
MAX_SUBJECT = 1000  # characters

_UNSPEAKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNSPEAKABLE_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_KEY = re.compile(r"[A-Za-z0-9._:-]{1,200}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_BRACKETED = re.compile(r"([^<>]*)<([^<>]*)>")
_LOSSY = frozenset("ßς\u200c\u200d")  # letters of which IDNA 2003, all the standard library has, makes others


def address(text: str) -> Address:
    """One mailbox as a person or `str(Address)` writes it, "Anna Example <anna@example.com>".

    The domain comes back as it is sent (punycode). Raises Permanent when no mail could go there.
    """
    bracketed = _BRACKETED.fullmatch(text.strip())
    name, spec = (bracketed[1].strip().strip('"'), bracketed[2]) if bracketed else ("", text)
    return _mailbox(Address(name, spec.strip()))


def subject(text: str) -> str:
    """A subject as it is sent. Raises Permanent when it cannot be."""
    return _safe("subject", text, MAX_SUBJECT).strip()


def ready(outgoing: Outgoing) -> Outgoing:
    """The same message as it can be written, or Permanent with what stands in the way."""
    if not (outgoing.to or outgoing.cc or outgoing.bcc):
        raise Permanent("The mail has no recipient.")
    ids = (outgoing.message_id, *filter(None, [outgoing.in_reply_to]), *outgoing.references)
    _require(_ID, "Message-ID", ids)
    _require(_KEY, "key", [outgoing.key])
    if outgoing.date.tzinfo is None:
        raise Permanent("The date of the mail has no time zone.")
    return replace(
        outgoing,
        sender=_mailbox(outgoing.sender) if outgoing.sender else None,
        to=tuple(map(_mailbox, outgoing.to)),
        cc=tuple(map(_mailbox, outgoing.cc)),
        bcc=tuple(map(_mailbox, outgoing.bcc)),
        subject=subject(outgoing.subject),
        text=_text(outgoing),
        date=outgoing.date.replace(microsecond=0),
        attachments=tuple(map(_part, outgoing.attachments)),
    )


def _text(outgoing: Outgoing) -> str:
    text = outgoing.text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _UNSPEAKABLE_IN_TEXT.search(text):
        raise Permanent(f"The text contains the control character {_named(found[0])}; remove it.")
    if not text.strip() and not outgoing.attachments:
        raise Permanent("The mail has no text and no attachment.")
    return text if text.endswith("\n") else text + "\n"


def _part(part: Part) -> Part:
    """A message or multipart may not be encoded as a file must be (RFC 2046, 5.2.1), so it travels as bytes."""
    known = _MEDIA_TYPE.fullmatch(part.media_type) and not part.media_type.startswith(("message/", "multipart/"))
    name = _safe("name of an attachment", part.name, MAX_NAME).strip() or "attachment"
    return Part(name, part.media_type if known else "application/octet-stream", part.data)


def _mailbox(mailbox: Address) -> Address:
    """A name without a letter or digit says nothing, and some programs read it as part of the address."""
    name = " ".join(_safe("name", mailbox.name, MAX_NAME).split())
    name = name if any(map(str.isalnum, name)) else ""
    local, _, domain = mailbox.email.rpartition("@")
    if not _LOCAL.fullmatch(local):
        raise Permanent(f"{mailbox.email[:100]!r} is not a mail address.")
    return Address(name, f"{local}@{_ascii_domain(domain)}")


def _ascii_domain(domain: str) -> str:
    if _LOSSY & set(domain):
        raise Permanent(f"Write the domain {domain[:100]} in its xn-- form; some of its letters are ambiguous.")
    try:
        ascii_domain = domain[:300].lower().encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise Permanent(f"{domain[:100]!r} is not a mail domain.") from error
    if not _DOMAIN.fullmatch(ascii_domain):
        raise Permanent(f"{domain[:100]!r} is not a mail domain.")
    return ascii_domain


def _require(pattern: re.Pattern[str], what: str, values: Iterable[str]) -> None:
    for value in values:
        if not pattern.fullmatch(value):
            raise Permanent(f"{value[:80]!r} is no {what}.")


def _safe(what: str, value: str, limit: int) -> str:
    if found := _UNSPEAKABLE.search(value):
        raise Permanent(f"The {what} contains {_named(found[0])}, which could forge a header; remove it.")
    if len(value) > limit:
        raise Permanent(f"The {what} is longer than {limit} characters.")
    return value


def _named(character: str) -> str:
    return f"U+{ord(character):04X}"
