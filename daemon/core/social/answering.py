"""What to answer in public: our own words only, no argument, nothing about a customer.

What somebody wrote decides which of our sentences are said, and never becomes part of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from daemon.core.handbook import Handbook
from daemon.core.language import phrasebook, words
from daemon.core.language.phrasebook import FALLBACK, Phrasebook
from daemon.core.language.reading import Reader, Reading
from daemon.core.social.counting import links
from daemon.core.social.mention import Mention

Tone = Literal["spam", "insult", "trap", "complaint", "question", "praise", "remark"]
_SEVERAL = 2  # cues that together leave no doubt
_POOR, _GOOD, _OF = 2, 4, 5  # stars


@dataclass(frozen=True, slots=True)
class Heard:
    """A mention and how it is meant. `hostile`: it insults, whatever else it says."""

    mention: Mention
    read: Reading
    tone: Tone
    hostile: bool
    because: str = ""  # the words that made it spam or an insult


def hear(mention: Mention, read: Reading, reader: Reader) -> Heard:
    """How a mention is meant. In doubt it is worth an answer."""
    book, heard_in = _language(mention.text, read.book, reader)
    read = replace(read, recognised=read.recognised or heard_in)
    read = read if book is read.book else reader.told_in(read, book)
    text, heard = mention.text, _Ear(read.book, reader.books[FALLBACK])
    spam = words.mentioned(text, phrasebook.every(reader.books.values(), "spam"))
    insults = heard.cues("hostile", text)
    asks = bool(read.answered or read.open_questions or read.returned or read.asks)
    sour = heard.cues("disappointed", text)
    stars = _stars(text)
    complains = read.complaint or len(sour) >= _SEVERAL or bool(sour and "?" not in text) or 0 < stars <= _POOR

    def made(tone: Tone, because: str = "") -> Heard:
        return Heard(mention, read, tone, hostile=bool(insults), because=because)

    if not read.answered and (len(spam) >= _SEVERAL or (spam and (links(text) or read.harms))):
        return made("spam", spam[0].rstrip("*"))
    if insults and not complains and not asks:
        return made("insult", insults[0].rstrip("*"))
    if read.harms:
        return made("trap")
    if complains or insults:
        return made("complaint")
    if asks:
        return made("question")
    return made("praise" if read.kind or stars >= _GOOD or heard.cues("praise", text) else "remark")


def _stars(text: str) -> int:
    """How many of five stars a review gives; 0 when it shows none."""
    given, missing = text.count("★") + text.count("⭐"), text.count("☆")
    return given if given + missing == _OF or (given <= _OF and not missing) else 0


def public(heard: Heard, handbook: Handbook, address: str) -> str:
    """The answer that everybody may read. `address`: where customers write to, or ""."""
    return " ".join(_sentences(heard, handbook, address))


def _sentences(heard: Heard, handbook: Handbook, address: str) -> Iterator[str]:
    say, read = heard.read.book.line, heard.read
    private = say("social_write", address=address) if address else say("social_message")
    facts = tuple(fact.answer for fact in read.facts if not handbook.forbidden(fact.answer))
    match heard.tone:
        case "complaint":
            yield say("social_sorry")
            yield private
        case "question":
            yield from _answers(read, facts, private)
        case "praise":
            yield say("social_praise")
        case _:
            yield say("social_thanks" if heard.mention.kind == "mention" else "social_comment")


def _answers(read: Reading, facts: tuple[str, ...], private: str) -> Iterator[str]:
    """Facts for all; what needs a number, a day or an order is not asked in public."""
    say = read.book.line
    if facts:
        yield say("social_asked")
        yield from facts
    if read.returned or (read.asks and not read.open_questions):
        yield from () if facts else (say("social_asked"),)
        yield private
    elif read.open_questions or not facts:
        yield say("social_rest") if facts else say("social_later")


def _language(text: str, book: Phrasebook, reader: Reader) -> tuple[Phrasebook, bool]:
    """The language whose words of praise and blame a short text has, when the common words may mislead.

    And whether it has such words of that language.
    """
    hits = {code: len(words.mentioned(text, _feelings(other))) for code, other in reader.books.items()}
    best = max(hits, key=lambda code: (hits[code], code == book.code))
    clear = hits[best] > hits[book.code] and sum(count == hits[best] for count in hits.values()) == 1
    return (reader.books[best].toward(text), True) if clear else (book, best == book.code and hits[best] > 0)


def _feelings(book: Phrasebook) -> tuple[str, ...]:
    return (*book.cues["praise"], *book.cues["disappointed"])


@dataclass(frozen=True, slots=True)
class _Ear:
    """Two languages to listen in: that of the text, and English, which people mix in."""

    book: Phrasebook
    english: Phrasebook

    def cues(self, name: str, text: str) -> tuple[str, ...]:
        return words.mentioned(text, dict.fromkeys((*self.book.cues[name], *self.english.cues[name])))


def needs_nothing(heard: Heard) -> str:
    """Why nobody answers it, in a sentence, or ""."""
    if heard.tone == "spam":
        return f"It looks like spam (it says “{heard.because}”), so nobody answers. You can report it on the network."
    if heard.tone == "insult":
        return f"It only insults (it says “{heard.because}”), so nobody answers. You can hide or report it."
    return ""


def notes(heard: Heard, address: str) -> Iterable[str]:
    """What the person should know about it, in sentences."""
    if heard.tone == "complaint" and heard.mention.public:
        yield "A complaint that others can read: the draft says sorry, argues nothing and moves to private."
        if not address:
            yield "Your handbook has no address under Me, so they are asked for a private message."
    if heard.tone == "remark":
        yield "Rules cannot tell whether this is kind or sharp: read it before you approve."
    yield from _insulted(heard)
    yield from _harmed(heard)


def warnings(heard: Heard) -> Iterable[str]:
    """Those of them that say: look twice."""
    yield from _insulted(heard)
    yield from _harmed(heard)


def _insulted(heard: Heard) -> Iterable[str]:
    if heard.hostile:
        yield "Careful: it insults or accuses you. Perhaps no answer is the better answer."


def _harmed(heard: Heard) -> Iterable[str]:
    return (f"Careful: {harm}." for harm in heard.read.harms)
