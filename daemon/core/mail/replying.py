"""To whom, under which subject and in which thread an answer goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from daemon.core.mail.values import Address, Mail

MAX_REFERENCES = 20

_PREFIX = re.compile(
    r"\s*(?:re|aw|sv|vs|antw|antwort|odp|rv|res|rif|ref|r|回复|回覆|答复|返信)(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:\uff1a]",
    re.IGNORECASE,
)


def reply_subject(subject: str) -> str:
    """The subject with "Re: " once, whatever language the other side's mail program counts its answers in."""
    rest = subject
    while match := _PREFIX.match(rest):
        rest = rest[match.end() :]
    return f"Re: {rest.strip() or '(no subject)'}"


def reply_recipients(
    mail: Mail, own: Collection[str], *, everyone: bool = False
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of an answer: Reply-To, else the sender; `everyone` keeps the other recipients as Cc.

    `own` are the person's addresses and get no copy. An answer to one's own mail goes to its recipients. Nobody
    (two empty tuples) when the sender is unknown.
    """
    mine = {address.casefold() for address in own}
    first = mail.reply_to or ((mail.sender,) if mail.sender else ())
    to = _without(first, mine)
    if first and not to:
        to = _without(mail.to, mine)
    taken = mine | {address.email.casefold() for address in to}
    cc = _without((*mail.to, *mail.cc), taken) if everyone and to else ()
    return to, cc


def answered(
    mail: Mail, earlier: Iterable[Mail], own: Collection[str], *, everyone: bool
) -> tuple[tuple[Address, ...], tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of an answer to a mail and those before it that wait for the same answer; then who is left out.

    It goes to all who wait, and with `everyone` to all who were on the newest mail. Whoever waits is on it.
    """
    mine = {address.casefold() for address in own}
    to, cc = reply_recipients(mail, own, everyone=True)
    there = {address.email.casefold() for address in cc}
    waiting = _without((each.sender for each in earlier if each.sender), mine)
    to = (*to, *(each for each in waiting if each.email.casefold() in there)) if to else to
    others = _without(cc, {address.email.casefold() for address in to})
    return (to, others, ()) if everyone else (to, (), others)


def to_oneself(mail: Mail, own: Collection[str]) -> bool:
    """Whether the person wrote it, or somebody in their name, and nobody else is on it."""
    mine = {address.casefold() for address in own}
    known = (mail.sender, *mail.reply_to, *mail.to, *mail.cc)
    return mail.sender is not None and all(each is None or each.email.casefold() in mine for each in known)


def reply_references(mail: Mail) -> tuple[str, ...]:
    """The References of an answer (RFC 5322, 3.6.4): the thread's first id, then the most recent ones."""
    known = mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ())
    chain = tuple(dict.fromkeys((*known, mail.message_id) if mail.message_id else known))
    return chain if len(chain) <= MAX_REFERENCES else (chain[0], *chain[1 - MAX_REFERENCES :])


def _without(addresses: Iterable[Address], taken: Collection[str]) -> tuple[Address, ...]:
    """Each mailbox once, none of those taken."""
    kept = {address.email.casefold(): address for address in reversed(tuple(addresses))}
    return tuple(reversed([address for email, address in kept.items() if email not in taken]))
