"""The gist of a longer text: a few of its own sentences, chosen by where they stand and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.core.language import extract, words
from daemon.core.language.phrasebook import Phrasebook

_LONG = 60  # words; a shorter text is its own gist
_MOST_SENTENCES = 400  # that are weighed
_SHORTEST, _LONGEST = 5, 45  # words of a sentence worth saying
_SAME = 0.6  # of the words: it says the same again
_EDGE = 6  # words; a greeting or a closing is not longer
_FEWER, _MORE = 3, 5
_WEIGHTY = "kind_contract"
_MANY = 100  # words of a text that deserves more sentences
_RAMBLING = 60  # words of a "sentence" that has no end
_FIGURE = re.compile(r"\d")
_NAME = re.compile(r"(?<=[a-zß-öø-ÿ,;] )[A-ZÀ-Þ][a-zß-öø-ÿ]+")
_MARK = re.compile(r"^[#>*\s-]+(?:\[[ xX]\]\s*)?")
_FIELD = re.compile(r"[\w-]{1,20}(?: [\w-]{1,20})?:\s*\S.{0,80}(?<![.!?])")  # "From: …", "Date: …"
_TABLE = re.compile(r"\s\|\s|\t")
_HEADING = re.compile(r"#.*|[-=_*]{3,}.*|\d{1,2}[.)]\s[^.!?]{1,50}|[A-ZÀ-Þ0-9 &/,()-]{4,80}")
_BLOCK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class _Sentence:
    place: int  # in the text
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Subject:
    """What makes a sentence of a text more telling: words of its title, its days as written, what it is."""

    title: str
    days: tuple[str, ...] = ()
    kind: str = ""


def choose(text: str, subject: Subject, book: Phrasebook) -> tuple[str, ...]:
    """Up to five sentences of the text, in its order; none of a short one."""
    if len(text.split()) < _LONG:
        return ()
    wanted = _MORE if len(text.split()) > _MANY or subject.kind == _WEIGHTY else _FEWER
    weighed = sorted(_weighed(text, subject, book), key=lambda s: (-s.weight, s.place))
    chosen: list[_Sentence] = []
    for sentence in weighed:
        if len(chosen) == wanted:
            break
        if not any(_says_same(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return tuple(sentence.text for sentence in sorted(chosen, key=lambda s: s.place))


def headings(text: str, most: int = 8) -> tuple[str, ...]:
    """The headings of a text that has some."""
    found = (line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#"))
    return tuple(dict.fromkeys(heading for heading in found if heading))[:most]


def _weighed(text: str, subject: Subject, book: Phrasebook) -> Iterator[_Sentence]:
    place = 0
    for number, block in enumerate(_BLOCK.split(text)):
        for order, sentence in enumerate(_sentences(block)):
            place += 1
            if place > _MOST_SENTENCES:
                return
            if _is_worth(sentence, book):
                weight = _weight(sentence, subject, book) + _position(number, order)
                yield _Sentence(place, sentence, weight)


def _sentences(block: str) -> tuple[str, ...]:
    lines = (line for line in block.splitlines() if not _is_frame(line.strip()))
    return tuple(_MARK.sub("", sentence) for sentence in extract.sentences("\n".join(lines)))


def _is_frame(line: str) -> bool:
    """A heading, a row of a table, a field: what stands round the sentences."""
    return bool(_HEADING.fullmatch(line) or _TABLE.search(line) or _FIELD.fullmatch(line))


def _is_worth(sentence: str, book: Phrasebook) -> bool:
    """No greeting, no closing, no small print, no bare address or field."""
    count = len(sentence.split())
    if not _SHORTEST <= count <= _RAMBLING or _FIELD.fullmatch(sentence) or book.has("boilerplate", sentence):
        return False
    bare = len(extract.links(sentence)) + len(extract.addresses(sentence))
    if bare and count - bare < _SHORTEST:
        return False
    return count > _EDGE or not (book.has("greeting", sentence) or book.has("closing", sentence))


def _weight(sentence: str, subject: Subject, book: Phrasebook) -> float:
    weight = 0.5 * min(3, len(words.stems(sentence) & words.stems(subject.title)))
    weight += 1.5 if extract.amounts(sentence) or any(day in sentence for day in subject.days) else 0
    weight += 0.5 if _FIGURE.search(sentence) else 0
    weight += 0.25 * min(3, len(_NAME.findall(sentence)))
    cues = ("decided", "legal", "money", *((subject.kind,) if subject.kind in book.cues else ()))
    weight += sum(1 for cue in cues if book.has(cue, sentence))
    return weight - (1 if len(sentence.split()) > _LONGEST else 0)


def _position(block: int, order: int) -> float:
    """What stands first, in the text and in its paragraph, says most."""
    return max(0.0, 1.5 - 0.5 * block) + (0.75 if order == 0 else 0)


def _says_same(one: str, other: str) -> bool:
    first, second = words.stems(one), words.stems(other)
    return len(first & second) >= _SAME * min(len(first), len(second))
