"""The questions of a message, each by itself: "is it there and how much is it?" are two."""

from __future__ import annotations

import re
from collections.abc import Iterator

from daemon.core.language import extract, words
from daemon.core.language.phrasebook import Phrasebook

_OPENING = " \t,;:\u00bf\"'“„«("
_WORD = re.compile(r"\w+")
_SEVERAL = 2  # words; "when and where" is one question


def find(text: str, book: Phrasebook) -> tuple[str, ...]:
    """The sentences that ask: with a question mark, a request, or how only a question begins ("could we …")."""
    sure = tuple(phrase for phrase in book.cues["ask_verb"] if len(_WORD.findall(phrase)) > 1)
    asking = extract.questions(text, book.cues["request"])
    unmarked = (s for s in extract.sentences(text) if s not in asking and _begins(_without_and(s, book), sure))
    return (*asking, *(s[: extract.LONGEST_QUESTION] for s in unmarked))


def halves(question: str, book: Phrasebook) -> tuple[str, ...]:
    """The two questions that are joined by "and", where both of them ask; else the one that it is."""
    for first, second in _parted(question, book):
        if _asks(first, book) and _asks(second, book):
            return first, second
    return (question,)


def _parted(question: str, book: Phrasebook) -> Iterator[tuple[str, str]]:
    for joint in re.finditer(rf"\s{re.escape(book.say['and'])}\s", question, re.IGNORECASE):
        yield question[: joint.start()].rstrip(" ,;?"), question[joint.end() :]


def _asks(half: str, book: Phrasebook) -> bool:
    """Whether a clause of it begins as questions do, or requests something."""
    if len(half.split()) < _SEVERAL:
        return False
    begins = (*book.cues["ask_what"], *book.cues["ask_verb"])
    clauses = re.split(r"[,;:\n\u2013\u2014]\s", half)
    return bool(words.mentioned(half, book.cues["request"])) or any(_begins(clause, begins) for clause in clauses)


def _begins(clause: str, phrases: tuple[str, ...]) -> bool:
    said = words.fold(clause.lstrip(_OPENING))
    return any(said.startswith(phrase) and not said[len(phrase) : len(phrase) + 1].isalnum() for phrase in phrases)


def _without_and(sentence: str, book: Phrasebook) -> str:
    joint, _, rest = sentence.lstrip(_OPENING).partition(" ")
    return rest if words.fold(joint) == book.say["and"] else sentence
