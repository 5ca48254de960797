"""What a message is about, as far as rules can tell: topics as data, and where a text speaks of one.

A topic is found in one sentence that names something of each of its groups ("send" and "invoice"), or in a whole
document that has enough of them (a bill has a number, a total, a tax …). All languages count at once. See `terms` for
how words are written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.core.language import extract
from daemon.core.language.terms import NOTHING, Terms

_LINK = re.compile(r"https?://\S+")
_LATE = (10_000, 0)  # after everything that the text itself says
SENTENCES = 120  # of one text that are looked at
_SENTENCE = 1_500  # characters of one


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that a message can be about, and whose work it is."""

    name: str
    agent: str
    say: str  # what the message does, for the person: "it asks for an invoice"
    of: frozenset[str]  # what it is looked for in: "mail", "machine", "note", "file"
    groups: tuple[Terms, ...]  # a sentence must name one term of each
    unless: Terms  # and none of these
    never: Terms  # nor may these stand anywhere in the text
    least: int = 0  # for documents: this many groups anywhere in the text, the first among them; 0 = a sentence
    sure: int = 0  # with so many groups in a document, `never` does not count; 0 = it always counts
    span: int = 1  # so many sentences together may name the groups
    told: bool = False  # only where nothing is asked: a question is no payment
    weak: bool = False  # counts only where nothing else is asked
    late: bool = False  # comes after what the text itself asks for
    matter: Terms = NOTHING  # words of that agent's work: a question that names them asks for nothing else


@dataclass(frozen=True, slots=True)
class Hit:
    """A topic, and the sentences that speak of it ("" for a document). `place` orders hits as the text has them."""

    topic: Topic
    sentence: str
    place: tuple[int, int] = (0, 0)  # which sentence, and where in it


def parse(text: str) -> tuple[Topic, ...]:
    """Read topics.toml: lists of words by name, and topics whose groups may name them (`@ask`)."""
    data: dict[str, Any] = tomllib.loads(text)
    return tuple(_topic(entry, data["words"]) for entry in data["topic"])


def _topic(entry: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> Topic:
    return Topic(
        name=entry["name"],
        agent=entry["agent"],
        say=entry["say"],
        of=frozenset(entry["of"]),
        groups=tuple(_terms(group, lists) for group in entry["groups"]),
        unless=_terms(entry.get("unless", ()), lists),
        never=_terms(entry.get("never", ()), lists),
        least=entry.get("least", 0),
        sure=entry.get("sure", 0),
        span=entry.get("span", 1),
        told=entry.get("told", False),
        weak=entry.get("weak", False),
        late=entry.get("late", False),
        matter=_terms((f"@{entry['agent']}",) if entry["agent"] in lists else (), lists),
    )


def found(topics: Iterable[Topic], text: str, kinds: Collection[str]) -> tuple[Hit, ...]:
    """The topics of a text of these kinds, each with every sentence that speaks of it, in the order of the list."""
    wanted = frozenset(kinds)
    likely = [topic for topic in topics if topic.of & wanted and _likely(topic, text)]
    said = tuple(s[:_SENTENCE] for s in extract.sentences(text)[:SENTENCES]) if likely else ()
    return tuple(hit for topic in likely for hit in _hits(topic, said))


def cued(topics: Iterable[Topic], text: str, agent: str, kind: str) -> bool:
    """Whether a text has a word of that agent's work: too little for a topic, enough to be no mere guess."""
    return any(_cue(topic).within(text) for topic in topics if topic.agent == agent and kind in topic.of)


def _cue(topic: Topic) -> Terms:
    return topic.matter if topic.matter.listed else topic.groups[0]


def asks(sentence: str) -> bool:
    """Whether there is a question in it; one in an address of the web is none."""
    return "?" in _LINK.sub("", sentence)


def _likely(topic: Topic, text: str) -> bool:
    """Cheap: whether the words are there at all, wherever they stand."""
    if not text or not topic.groups[0].within(text):
        return False
    denied = topic.never.within(text)
    if denied and not topic.sure:
        return False
    present = 1 + sum(group.within(text) for group in topic.groups[1:])
    return present >= (topic.sure if denied else topic.least or len(topic.groups))


def _hits(topic: Topic, said: Sequence[str]) -> Iterator[Hit]:
    if topic.least:
        yield Hit(topic, "", _LATE if topic.late else (0, 0))
        return
    alone = [number for number, sentence in enumerate(said) if _speaks(topic, sentence)]
    yield from (_hit(topic, said[number], number) for number in alone)
    taken = set(alone)
    for number in range(len(said) - 1 if topic.span > 1 else 0):
        together = " ".join(said[number : number + topic.span])
        if taken.isdisjoint(range(number, number + topic.span)) and _speaks(topic, together):
            taken.update(range(number, number + topic.span))
            yield _hit(topic, together, number)


def _hit(topic: Topic, sentence: str, number: int) -> Hit:
    return Hit(topic, sentence, (number, topic.groups[0].place(sentence)))


def _speaks(topic: Topic, sentence: str) -> bool:
    if topic.told and asks(sentence):
        return False
    return all(group.within(sentence) for group in topic.groups) and not topic.unless.within(sentence)


def _terms(names: Iterable[str], lists: Mapping[str, Sequence[str]]) -> Terms:
    return Terms(tuple(dict.fromkeys(_spelled(names, lists))))


def _spelled(names: Iterable[str], lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The terms themselves; `@ask` stands for the list of that name."""
    for name in names:
        if name.startswith("@"):
            yield from _spelled(lists[name[1:]], lists)
        else:
            yield name
