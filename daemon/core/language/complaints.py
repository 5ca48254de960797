"""Whether somebody complains, what they demand, and what the handbook may have to say to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daemon.core.handbook import Fact
from daemon.core.language import extract, phrasebook, topics, words
from daemon.core.language.phrasebook import Phrasebook

_MOST = 8  # demands
_LONGEST = 200  # characters of one


def is_one(text: str, book: Phrasebook, books: Iterable[Phrasebook]) -> bool:
    """Whether it complains in its own language, or says in any what nobody says who is content ("the third time").

    What is only asked ("can I get my money back?") is no complaint.
    """
    if book.has("complaint", text):
        return True
    grave = phrasebook.every(books, "grave")
    return bool(words.mentioned(text, grave)) and any(words.mentioned(said, grave) for said in _told(text))


def demands(text: str, book: Phrasebook) -> tuple[str, ...]:
    """The sentences of a complaint that demand or threaten something."""
    claims = (said for said in _told(text) if book.has("claim", said))
    return tuple(dict.fromkeys(said[:_LONGEST] for said in claims))[:_MOST]


def helpful(facts: Iterable[Fact], books: Iterable[Phrasebook]) -> Iterator[Fact]:
    """The facts on warranty, returns and the like: what a complaint is often answered with."""
    redress = phrasebook.every(books, "redress")
    return (fact for fact in facts if words.mentioned(", ".join(fact.topics), redress))


def _told(text: str) -> tuple[str, ...]:
    return tuple(said for said in extract.sentences(text)[: topics.SENTENCES] if not topics.asks(said))
