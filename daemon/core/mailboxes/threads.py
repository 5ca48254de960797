"""What a message of a connected mailbox means for its thread. Pure.

One answer a thread: a new mail of somebody who is in the thread takes the place of the one that waits there, and its
answer answers both. Whoever is not in the thread is no reason to put a draft for others away, whatever Message-ID they
name: their mail begins a thread of its own. Nor is it somebody who left out the one who waits for the answer, who
wants theirs at another address, or who writes about another matter. What lies in Sent and is not ours was written by
the person: they answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from daemon.core import mail as mails
from daemon.core.mail import Mail
from daemon.core.mailboxes.values import IGNORE, Letter, Origin

MOST_EARLIER = 20  # unanswered messages that go along with a new one; more begin another draft
_MOST_NAMED = 30  # Message-IDs that are looked up
_MOST_PEOPLE = 200  # of one message


@dataclass(frozen=True, slots=True)
class Unrelated:
    """Nothing is done about it."""


@dataclass(frozen=True, slots=True)
class New:
    """A task. `instead`: those that wait in the thread, whose answer this one's may be."""

    instead: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """The person wrote to those who wait in this thread themselves: these tasks are done."""

    tasks: tuple[str, ...]


Meaning = Unrelated | New | Answered


def means(message: Mail, origin: Origin, thread: Sequence[Letter], *, own: Collection[str]) -> Meaning:
    """`thread`: the messages known before, in their order; `own`: the person's addresses, in lower case."""
    if origin.sent:  # also where they said hands off: another draft may wait there since before
        return Answered(_answered(message, thread, own))
    if IGNORE in origin.labels or any(letter.shown == IGNORE for letter in thread):
        return Unrelated()
    if _came_back(message, thread, own) or _answered_before(message, thread):
        return Unrelated()
    if message.automated or not _takes_part(message, thread, own):
        return New()
    here = set(people(message))
    return New(tuple(letter for letter in thread if letter.task and set(letter.people[:1]) <= here - set(own)))


def _answered(message: Mail, thread: Sequence[Letter], own: Collection[str]) -> tuple[str, ...]:
    """The tasks up to the message it answers that wait for somebody it goes to: a forwarded mail answers nobody.

    A task that waits for the answer to a later message as well goes on.
    """
    thread = _once(thread)
    end = _position(message, thread)
    later = {letter.task for letter in thread[end:]}
    found = (letter.task for letter in thread[:end] if letter.task and reaches(message, letter.people, own))
    return tuple(dict.fromkeys(task for task in found if task not in later))


def reaches(answer: Mail, people: Sequence[str], own: Collection[str]) -> bool:
    """Whether it goes to somebody who waits for it. `people`: of the message that may be answered, see `people`.

    The sender and Reply-To wait, who stand before all that the person got the message with.
    """
    asking = set(takewhile(lambda each: each not in own, people)) or set(people)
    return not asking.isdisjoint({address.email.lower() for address in (*answer.to, *answer.cc)} - set(own))


def _once(thread: Sequence[Letter]) -> list[Letter]:
    """Each message where it was seen first: a mailbox that gives all other names tells all of them again."""
    first: dict[tuple[str, ...], Letter] = {}
    for letter in thread:
        first.setdefault((letter.message_id or letter.remote, *letter.people[:1]), letter)
    return list(first.values())


def _position(message: Mail, thread: Sequence[Letter]) -> int:
    """Behind the message that it answers. When that one is not known: where it was told first, or behind all."""
    named = message.in_reply_to or next(reversed(message.references), "")
    at = [number for number, letter in enumerate(thread, 1) if named and letter.message_id == named]
    own = message.message_id
    told = (number for number, letter in enumerate(thread, 1) if own and letter.sent and letter.message_id == own)
    return max(at) if at else next(told, len(thread))


def _came_back(message: Mail, thread: Sequence[Letter], own: Collection[str]) -> bool:
    """Whether it is the person's own mail, that a list or a copy to themselves brought back."""
    known = {letter.message_id for letter in thread if letter.sent} - {""}
    return message.message_id in known and _sender(message) in own


def _answered_before(message: Mail, thread: Sequence[Letter]) -> bool:
    """Whether the person's answer to its sender, or to what was written upon it, was seen before the message itself.

    Anybody may give a mail the name of one that was answered; of two mails with one name, the second was not.
    """
    if any(letter.message_id == message.message_id and letter.task for letter in thread):
        return False
    upon = _upon(message.message_id, thread)
    answers = (letter for letter in thread if letter.sent and letter.answers in upon)
    return any(_sender(message) in letter.people for letter in answers)


def _upon(first: str, thread: Sequence[Letter]) -> set[str]:
    """The Message-IDs of a message, of the answers to it, of the answers to these, and so on."""
    answers: dict[str, set[str]] = {}
    for letter in thread:
        answers.setdefault(letter.answers, set()).add(letter.message_id)
    found, new = set[str](), {first} - {""}
    while new:
        found |= new
        new = {each for one in new for each in answers.get(one, ())} - found - {""}
    return found


def belongs(message: Mail, origin: Origin, thread: Sequence[Letter], *, own: Collection[str]) -> bool:
    """Whether a message may be counted to this thread."""
    if not thread or origin.sent or _came_back(message, thread, own) or _answered_before(message, thread):
        return True
    return _takes_part(message, thread, own) and title(message) in {letter.title for letter in thread}


def _takes_part(message: Mail, thread: Sequence[Letter], own: Collection[str]) -> bool:
    """Whether the sender is known here, and wants no answer at an address that is not."""
    known = {person for letter in thread for person in letter.people} - set(own)
    return {_sender(message), *(address.email.lower() for address in message.reply_to)} <= known


def together(waiting: Sequence[Letter]) -> list[Letter]:
    """Those that one more draft may answer along with a new mail: the newest, and never a part of a task's messages."""
    chosen: set[str] = set()
    for task in dict.fromkeys(letter.task for letter in reversed(waiting)):
        if sum(letter.task in {*chosen, task} for letter in waiting) > MOST_EARLIER:
            break
        chosen.add(task)
    return [letter for letter in waiting if letter.task in chosen]


def candidates(message: Mail, origin: Origin, named: Iterable[Letter]) -> Iterator[str]:
    """Threads that a message may belong to, the likeliest first. `named`: the known messages that it names.

    What the person sent is an answer to what it names, to the one of that name whose sender gets it; else, and between
    copies of one message, the mailbox knows best.
    """
    here = set(people(message))
    newest = [*named][::-1]
    order = [letter.message_id for letter in newest]
    newest.sort(key=lambda letter: (order.index(letter.message_id), letter.thread != origin.thread))
    newest.sort(key=lambda letter: origin.sent and not here.issuperset(letter.people[:1]))
    found = [letter.thread for letter in newest]
    home = (origin.thread,) if origin.thread else ()
    likely = (*found, *home) if origin.sent else (*home, *found)
    yield from dict.fromkeys(each for each in (*likely, *ancestors(message)[:1], message.message_id) if each)


def ancestors(message: Mail) -> tuple[str, ...]:
    """The Message-IDs it names, the thread's first one first; of very many, that one and the newest."""
    named = (*message.references, message.in_reply_to)
    found = tuple(dict.fromkeys(one for one in named if one))
    return found if len(found) <= _MOST_NAMED else (found[0], *found[1 - _MOST_NAMED :])


def people(message: Mail) -> tuple[str, ...]:
    """Everybody in From, Reply-To, To and Cc, by address, the sender first; nobody when it has no one sender."""
    if message.sender is None:
        return ()
    found = (message.sender, *message.reply_to, *message.to, *message.cc)
    return tuple(dict.fromkeys(address.email.lower() for address in found))[:_MOST_PEOPLE]


def drafted(key: str, instance: str) -> str:
    """The task of this state directory whose draft bears this key header, or ""."""
    return key.removesuffix(f".{instance}").rpartition("-g")[0] if is_ours(key, instance) else ""


def is_ours(key: str, instance: str) -> bool:
    """Whether the key header of a message in Sent, or of a notice, is of this state directory."""
    return bool(key) and key.endswith(f".{instance}")


def title(message: Mail) -> str:
    """What a thread is called, whoever answered in which language."""
    return " ".join(mails.reply_subject(message.subject).removeprefix("Re: ").casefold().split())[:_LONGEST]


def _sender(message: Mail) -> str:
    return message.sender.email.lower() if message.sender else ""


_LONGEST = 200  # characters of a title
