"""What a message is about, as far as rules can tell: topics as data, and where a text speaks of one.

A topic is found in one sentence that names something of each of its groups ("send" and "invoice"), or in a whole
document that has enough of them (a bill has a number, a total, a tax …). All languages count at once. Two terms are
no words: `#money` is any amount with its currency, `#time` any time of day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.core.language import extract, words

_TIME = re.compile(
    r"(?<![\w.,:])(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d(?![.,:\d])|\s?(?:h|uhr|uur|[ap]\.?m\.?|o'clock)(?!\w))",
    re.IGNORECASE,
)
_SPECIAL: Mapping[str, Callable[[str], object]] = {"#money": extract.amounts, "#time": _TIME.search}
Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that a message can be about, and whose work it is."""

    name: str
    agent: str
    say: str  # what the message does, for the person: "it asks for an invoice"
    of: frozenset[str]  # what it is looked for in: "mail", "machine", "note", "file"
    groups: Groups  # a sentence must name one term of each
    unless: tuple[str, ...]  # and none of these
    never: tuple[str, ...]  # nor may these stand anywhere in the text
    least: int = 0  # for documents: this many groups anywhere in the text, the first among them; 0 = a sentence


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic, and the sentence that speaks of it ("" for a document)."""

    topic: Topic
    sentence: str


def parse(text: str) -> tuple[Topic, ...]:
    """Read topics.toml: lists of words by name, and topics whose groups may name them (`@ask`)."""
    data: dict[str, Any] = tomllib.loads(text)
    lists: Mapping[str, Sequence[str]] = data["words"]
    return tuple(
        Topic(
            name=entry["name"],
            agent=entry["agent"],
            say=entry["say"],
            of=frozenset(entry["of"]),
            groups=tuple(_terms(group, lists) for group in entry["groups"]),
            unless=_terms(entry.get("unless", ()), lists),
            never=_terms(entry.get("never", ()), lists),
            least=entry.get("least", 0),
        )
        for entry in data["topic"]
    )


def found(topics: Iterable[Topic], text: str, kinds: Collection[str]) -> tuple[Hit, ...]:
    """The topics of a text of these kinds, in the order of the list, each with every sentence that speaks of it."""
    likely = [t for t in topics if t.of & frozenset(kinds) and _likely(t, text)]
    said = extract.sentences(text) if any(not t.least for t in likely) else ()
    return tuple(hit for topic in likely for hit in _hits(topic, said))


def _likely(topic: Topic, text: str) -> bool:
    """Cheap: whether the words are there at all, wherever they stand."""
    if _names(text, topic.never) or not _names(text, topic.groups[0]):
        return False
    present = 1 + sum(_names(text, group) for group in topic.groups[1:])
    return present >= (topic.least or len(topic.groups))


def _hits(topic: Topic, said: Sequence[str]) -> Iterator[Hit]:
    if topic.least:
        yield Hit(topic, "")
        return
    for sentence in said:
        if all(_names(sentence, group) for group in topic.groups) and not _names(sentence, topic.unless):
            yield Hit(topic, sentence)


def _names(text: str, group: Sequence[str]) -> bool:
    return bool(words.mentioned(text, group)) or any(test(text) for name, test in _SPECIAL.items() if name in group)


def _terms(names: Iterable[str], lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The terms themselves; `@ask` stands for the list of that name."""
    return tuple(term for name in names for term in (lists[name[1:]] if name.startswith("@") else (name,)))
