"""Phone calls: on which number, who is called, and what to say. Nothing here rings anybody.

A number counts for as much as its source: the person's note and contacts, then what the sender of a mail gives for
the call they ask for; a number that nobody can be held to, or from far away, can be anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from daemon.core import neutral
from daemon.core.call_requests import Order, asks
from daemon.core.draft import Risk
from daemon.core.handbook import Contact, Handbook
from daemon.core.language import dates, extract, phones, salutation, words
from daemon.core.language.phones import Phone
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.mail import Address

GAP = "…"  # what the person has to fill in while speaking
_RULER = re.compile(r"^--[ ]?$|^_{3,20}$", re.MULTILINE)
_SIGNATURE = 6  # lines at the end of a mail that can be one
_NAME = 60  # characters
_MOST = 6  # questions, sentences


@dataclass(frozen=True, slots=True)
class Number:
    """Where to call. `phone` is "" when there is none, or none that may be called; `found` says so."""

    phone: str
    extension: str
    risk: Risk
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """What a script is made of."""

    me: str
    name: str  # "" is shown as a gap
    matter: str
    asked: bool  # they asked to be called
    missed: bool = False  # they called, and nobody answered
    say: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


# --- on which number -------------------------------------------------------------------------------------


def number(text: str, contact: Contact | None, *, own: bool, giver: str, known: bool) -> Number:
    """The number to call and what it is worth.

    `own`: the text is the person's note; `giver`: in words, who can be held to the message, or "", and `known`: it is
    a contact.
    """
    listed = phones.find(contact.phone) if contact else ()
    if own:
        return _chosen(phones.find(text), "your note", "low") or _chosen(listed, _HANDBOOK, "low") or _NONE
    written = phones.find(text)
    if listed and (chosen := _chosen(listed, _HANDBOOK, "low")):
        others = [phone for phone in written if not phones.same(phone.number, chosen.phone)]
        more = tuple(f"Careful: the message names another number, {phone.written}." for phone in others[:1])
        return Number(chosen.phone, chosen.extension, "medium" if others else "low", (*chosen.found, *more))
    signed = [phone for phone in written if phone.at >= _signature_start(text)]
    given = _given(signed or written, giver, signed=bool(signed)) or _NONE
    return given if known else _from_afar(given)


def _given(written: Sequence[Phone], giver: str, *, signed: bool) -> Number | None:
    """A number that the message itself names."""
    if not giver:
        return _chosen(written, "the message, and nobody knows who wrote that", "high")
    part = "the signature in " if signed else ""
    return _chosen(written, f"{part}{giver}; nobody has checked it", "medium")


def _from_afar(given: Number) -> Number:
    """A number of a country that is far from all our languages is worth a second look."""
    if not phones.is_afar(given.phone):
        return given
    careful = f"Careful: {given.phone} is a number of a faraway country; calls there can be a trick to make you pay."
    return Number(given.phone, given.extension, "high", (*given.found, careful))


def signature(text: str) -> str:
    """What stands below the ruler of a message's own part: at most a few lines, none that is quoted."""
    own = re.split(r"^>", text[: extract.LIMIT], maxsplit=1, flags=re.MULTILINE)[0]
    _, ruler, below = own.partition("\n-- \n") if "\n-- \n" in own else own.partition("\n--\n")
    return "\n".join(["--", *below.splitlines()[:_SIGNATURE]]) if ruler else ""


_HANDBOOK = "your handbook's contacts"
_NONE = Number("", "", "medium", ("No phone number is known: write it into “phone” before you approve.",))


def _chosen(found: Sequence[Phone], source: str, risk: Risk) -> Number | None:
    if not found:
        return None
    allowed = [phone for phone in found if not phones.refused(phone.number)]
    if not allowed:
        why = phones.refused(found[0].number)
        return Number("", "", "high", (f"Careful: {found[0].written} is not called: {why}.", *_NONE.found))
    first = allowed[0]
    more = f" It names {len(allowed)} numbers; this is the first." if len(allowed) > 1 else ""
    said = f"The number {first.written} is from {source}.{more}"
    local = "It names no country: from abroad it needs one before it."
    local = "" if risk == "low" or first.number.startswith("+") else local
    return Number(first.number, first.extension, risk, tuple(filter(None, (said, local))))


def _signature_start(text: str) -> int:
    """Where the signature begins: behind its ruler, else the last lines."""
    rulers = list(_RULER.finditer(text))
    if rulers:
        return rulers[-1].end()
    lines = text.rstrip().split("\n")
    paragraphs = text.rstrip().rfind("\n\n")
    last = len(text.rstrip()) - len("\n".join(lines[-_SIGNATURE:]))
    return max(last, paragraphs) if len(lines) > 2 and paragraphs > 0 else len(text)  # noqa: PLR2004 - a text has one


# --- what to say -----------------------------------------------------------------------------------------


def script(book: Phrasebook, call: Call) -> tuple[tuple[str, ...], str]:
    """The paragraphs of a script in the language of the person called, and the one that "shorter" may drop."""
    line = book.line
    name = call.name or GAP
    hello = line("call_hello", me=call.me, name=name)
    matter = (line("call_matter", matter=call.matter),) if call.matter else ()
    said = (*((line("call_asked"),) if call.asked and not call.missed else ()), *matter, *call.say)
    unclear = call.asked and not call.matter and not call.questions
    asks = (*((line("call_help"), line("call_until")) if unclear else ()), line("call_settled"))
    key = "call_message_matter" if call.matter else "call_message"
    voicemail = line(key, me=call.me, name=name, matter=call.matter)
    optional = _part(line("call_questions"), call.questions)
    parts = (
        _part(line("call_opening"), (hello, line("call_moment"))),
        _part(line("call_say"), said),
        optional,
        _part(line("call_ask"), asks),
        f"{line('call_voicemail')}\n{voicemail}",
        _part(line("call_end"), (line("call_goodbye"),)) + f"\n\n({line('call_recorded')})",
    )
    return parts, optional


def _part(title: str, lines: Iterable[str]) -> str:
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{title}\n{listed}" if listed else ""


def caller(handbook: Handbook, books: Iterable[Phrasebook]) -> str:
    """Who calls: the first line of the signature that is no closing, and the company."""
    lines = [line.strip() for line in handbook.signature.splitlines() if line.strip()]
    own = next((line for line in lines if not any(book.has("closing", line) for book in books)), "")
    company = "" if words.fold(handbook.company) in words.fold(own) else handbook.company
    return ", ".join(filter(None, (own, company))) or GAP


def due_day(text: str, written: dates.date) -> dates.date | None:
    """The first day that a text names, for a call that has to be made then."""
    return next((mention.day for mention in dates.find(text, written) if not mention.other), None)


def spoken(text: str, books: Mapping[str, Phrasebook], order: Order | None) -> Phrasebook | None:
    """The language whose words ask for the call; for texts too short to tell otherwise."""
    if order:
        return books[order.language]
    asking = [book for book in books.values() if book.has("call_back", text)]
    return asking[0] if len(asking) == 1 else None


def questions(text: str, book: Phrasebook) -> Iterator[str]:
    """What the sender asks, beside asking to be called."""
    for question in extract.questions(text, book.cues["request"])[:_MOST]:
        if not (book.has("call_back", question) or asks(question) or book.has("courtesy", question)):
            yield neutral.visible(question)[:200]


def spoken_name(sender: Address, handbook: Handbook) -> str:
    """The name to say for a sender. Nobody has checked it, but it is what they are called; "" when it is odd.

    Odd is one that hides an address or a link, or that is a contact's with another address.
    """
    name = salutation.plausible(sender) or neutral.visible(sender.name).strip("\"' ")
    strange = not any(map(str.isalpha, name)) or re.search(r"[@/<>\[\]{}|\d]|\.\w{2,}$", name)
    contact = handbook.named(name)
    foreign = contact and contact.email != words.fold(sender.email)
    return "" if strange or foreign or len(name) > _NAME else name
