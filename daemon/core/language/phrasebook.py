"""One language as data: our sentences, and the cues by which we understand those of others.

Agents ship one file per language, `prompts/<code>.toml`; a new language is a new file. English is the
fallback.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.abc import Traversable
from typing import Any, Literal, get_args

from daemon.core.language import words

FALLBACK = "en"
Need = Literal["quantity", "date", "reference"]
_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")  # these have no language
_SAMPLE = 4000  # characters that are enough to tell a language
_SHARE = 0.15  # at least so many of a text's words are common words of its language
_CLEAR = 1.25  # so much better than the second best
_FAR = 2  # times as many common words
_FEW = 5  # words; in a longer text one common word may be chance


@dataclass(frozen=True, slots=True)
class Ask:
    """What to ask when a message is about something and lacks what we need for it. `say` is a key."""

    about: tuple[str, ...]
    need: Need
    unless: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """`say`: sentences with {placeholders}; `cues`: words that tell what a text is about."""

    code: str
    name: str
    first_names: bool  # greeted by the first name
    full_names: bool  # greeted by first and last name, where no title is known
    common: frozenset[str]
    say: Mapping[str, str]
    cues: Mapping[str, tuple[str, ...]]
    asks: tuple[Ask, ...]
    informal: Mapping[str, str]  # what is said otherwise to someone who writes informally

    def toward(self, text: str) -> Phrasebook:
        """This language in the tone of `text`, where the language knows an informal one."""
        return self.familiar() if self.has("informal", text) else self

    def familiar(self) -> Phrasebook:
        """This language as among people who know each other, where that makes a difference."""
        if not self.informal:
            return self
        return replace(self, say={**self.say, **self.informal}, first_names=True)

    def line(self, key: str, **values: object) -> str:
        return self.say[key].format(**values)

    def has(self, cue: str, text: str) -> bool:
        """Whether a cue of this kind stands in the text."""
        return bool(words.mentioned(text, self.cues[cue]))


def shipped(folder: Traversable) -> Mapping[str, Phrasebook]:
    """The phrasebooks that travel with an agent, by language code."""
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    books = [parse(f.read_text(encoding="utf-8")) for f in files]
    return {book.code: book for book in books}


@cache
def parse(text: str) -> Phrasebook:
    """Read one file; once, for all agents that know the language.

    Raises ValueError or KeyError when it is not a phrasebook: that is our bug.
    """
    data: dict[str, Any] = tomllib.loads(text)
    return Phrasebook(
        code=data["code"],
        name=data["name"],
        first_names=data["first_names"],
        full_names=data.get("full_names", True),
        common=frozenset(data["common"].split()),
        say=data["say"],
        cues={name: tuple(terms) for name, terms in data["cues"].items()},
        asks=tuple(_ask(entry) for entry in data["ask"]),
        informal=data.get("informal", {}),
    )


def detect(books: Mapping[str, Phrasebook], text: str) -> Phrasebook | None:
    """The language of a text by its common words; None when no phrasebook fits it clearly better than the others.

    A word that several languages share says less: "de" little, "est" much.
    """
    tokens = Counter(_WORD.findall(words.fold(_ADDRESS.sub(" ", text[:_SAMPLE]))))
    scores = dict.fromkeys(books, 0.0)
    for token, count in tokens.items():
        codes = [code for code, book in books.items() if token in book.common]
        for code in codes:
            scores[code] += count / len(codes)
    (best, code), (second, _) = sorted(((score, code) for code, score in scores.items()), reverse=True)[:2]
    several = sum(token in books[code].common for token in tokens) > 1 or tokens.total() <= _FEW
    clear = several and best >= _CLEAR * second and best > _SHARE * tokens.total()
    return books[code] if clear else None


def differs(book: Phrasebook, other: Phrasebook, text: str) -> bool:
    """Whether a text is far more likely in the one language than in the other, which fits what stands around it."""
    tokens = frozenset(_WORD.findall(words.fold(text[:_SAMPLE])))
    return len(tokens & book.common) >= _FAR * max(1, len(tokens & other.common))


def every(books: Iterable[Phrasebook], cue: str) -> Sequence[str]:
    """The cues of one kind in all languages: what warns of harm must not depend on guessing the language."""
    return tuple(dict.fromkeys(term for book in books for term in book.cues[cue]))


def _ask(entry: Mapping[str, Any]) -> Ask:
    if entry["need"] not in get_args(Need):
        raise ValueError(f"no rule knows whether a text has a {entry['need']}")
    return Ask(tuple(entry["about"]), entry["need"], tuple(entry.get("unless", ())), entry["say"])
