"""Whether a text mentions a term, and whether two texts speak of the same thing. Whole words, any case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"\w+")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_ENDINGS = ("ungen", "ings", "ing", "ung", "ies", "ern", "es", "ed", "en", "em", "et", "e", "s", "n", "y")
_SHORTEST = 4  # letters that stay: "open" is not "op"


@lru_cache(maxsize=64)  # one message is asked about many things
def fold(text: str) -> str:
    """The text for comparing: one case, one form of each letter, straight quotes, nothing invisible."""
    straight = text.replace("\u2019", "'")
    if not straight.isascii():
        straight = _INVISIBLE.sub("", unicodedata.normalize("NFKC", straight))
    return straight.casefold()


def mentioned(text: str, terms: Iterable[str]) -> tuple[str, ...]:
    """Those of `terms` that stand in `text` as whole words, in their own order.

    A term may be several words; "invoice*" also means every word that begins so.
    """
    wanted = tuple(terms)
    folded = fold(text)
    runs = _runs(folded)
    begun, whole = _parted(wanted)
    near = {term for term, first in whole if first in runs}
    if begun and _any_of(begun).search(folded):
        near.update(begun)
    return tuple(term for term in wanted if term in near and _any_of((term,)).search(folded))


def stems(text: str) -> frozenset[str]:
    """The words of a text without their endings, for comparing a question with a topic.

    A short list of English and German endings: "prices" and "pricing" meet, "price" and "cost" do not.
    """
    return frozenset(stem(word) for word in _WORD.findall(fold(text)))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """One folded word without its endings."""
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _SHORTEST), "")
    if ending:
        return stem(word.removesuffix(ending))
    return word[:-1] if word[-2:-1] == word[-1:] and len(word) > _SHORTEST else word


@lru_cache(maxsize=64)
def _runs(folded: str) -> frozenset[str]:
    return frozenset(_WORD.findall(folded))


@lru_cache(maxsize=1024)
def _parted(terms: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The terms whose first word may end anyhow, and the others with their first word: most are not in a text."""
    firsts = [(term, _first(term)) for term in terms]
    return tuple(term for term, first in firsts if not first), tuple(pair for pair in firsts if pair[1])


def _first(term: str) -> str:
    """The word that a term begins with, or "" when it may be any of many."""
    folded = fold(term)
    found = _WORD.match(folded)
    return found[0] if found and not folded.startswith("*", found.end()) else ""


@lru_cache(maxsize=8192)
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    choices = "|".join(_expression(term) for term in terms)
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)")


def _expression(term: str) -> str:
    steps = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in fold(term).split())
    return r"\s+".join(steps)
