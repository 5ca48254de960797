"""What a message of a connected mailbox means for its thread. Pure.

One answer a thread: a new mail of somebody who is in the thread takes the place of the one that waits there, and its
answer answers both. Whoever is not in the thread is no reason to put a draft for others away, whatever Message-ID they
name: it becomes a task of its own. What lies in Sent and is not ours was written by the person: they answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.core import mail as mails
from daemon.core.mail import Mail
from daemon.core.mailboxes.values import IGNORE, Letter, Origin

MOST_EARLIER = 5  # unanswered messages that go along with a new one


@dataclass(frozen=True, slots=True)
class Unrelated:
    """Nothing is done about it."""


@dataclass(frozen=True, slots=True)
class New:
    """A task. `instead`: those that wait in the thread, whose answer this one's will be."""

    instead: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The person wrote in this thread themselves: what waits there is done."""

    tasks: tuple[str, ...]


Meaning = Unrelated | New | Answered


def means(message: Mail, origin: Origin, thread: Sequence[Letter], *, ours: bool) -> Meaning:
    """`thread`: the messages known before, in their order; `ours`: this program sent it, or it is a notice of ours."""
    waiting = tuple(letter for letter in thread if letter.task)
    if ours or IGNORE in origin.labels:
        return Unrelated()
    if origin.sent:
        return Answered(tuple(dict.fromkeys(letter.task for letter in waiting)))
    taking_part = {person for letter in thread for person in letter.people} - {origin.address}
    if message.sender is None or message.sender.email.lower() not in taking_part or message.automated:
        return New()
    return New(waiting)


def key(message: Mail, origin: Origin, known: Iterable[Letter]) -> str:
    """The thread a message belongs to: the mailbox's own, else the one of a message it names, else a new one."""
    if origin.thread:
        return origin.thread
    named = next((letter.thread for letter in known), "")
    return named or next(iter(ancestors(message)), "") or message.message_id or origin.remote


def ancestors(message: Mail) -> tuple[str, ...]:
    """The Message-IDs it names, the thread's first one first."""
    named = (*message.references, message.in_reply_to)
    return tuple(dict.fromkeys(one for one in named if one))


def people(message: Mail) -> tuple[str, ...]:
    """Everybody in From, Reply-To, To and Cc, by address."""
    sender = (message.sender,) if message.sender else ()
    found = (*sender, *message.reply_to, *message.to, *message.cc)
    return tuple(dict.fromkeys(address.email.lower() for address in found))


def is_ours(data_key: str, instance: str) -> bool:
    """Whether the key header of a message in Sent, or of a notice, is of this state directory."""
    return bool(data_key) and data_key.endswith(f".{instance}")


def title(message: Mail) -> str:
    """What a thread is called, whoever answered in which language."""
    return mails.reply_subject(message.subject).removeprefix("Re: ")
