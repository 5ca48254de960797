"""The address that stands behind a name: its street and its town, and nothing of what the sentence goes on with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

_PLACES = 3  # parts of an address in one line
_STREET = re.compile(r"\d{1,4}[a-z]?,?[ ][^\d]{3,40}|[^\d]{3,40}[ ]\d{1,4}[ ]?[a-z]?", re.IGNORECASE)
_TOWN = re.compile(
    r"(?:[A-Z]{1,2}-)?\d{4,5}[ ][A-ZÀ-Þ].*|[A-ZÀ-Þ][^\d]+|[A-ZÀ-Þ][^\d]+[A-Z]{1,2}\d[\w ]{2,6}|[\d-]{8} .*"
)
_CODE = re.compile(r"(?:[A-Z]{1,2}-)?(?:\d{4}[ ][A-Z]{2}(?=[ ])|\d{4,5}(?:-\d{3})?)[ ]")
_GOES_ON = re.compile(r"[ ]*:(?=\s|$)")
_SMALL = frozenset(
    "am an der den de du des la le les l sur sous en del los las di da do dos das aan im in bei ob"
    " upon op ten zu".split()
)


def of(parts: Iterable[str]) -> tuple[str, ...]:
    """The address with which a list of parts begins; () where it begins with none."""
    found = tuple(_kept(islice(parts, _PLACES)))
    return next((each for each in (found, found[:-1]) if _is_address(each)), ())


def _kept(parts: Iterable[str]) -> Iterator[str]:
    """The parts up to one in which the sentence goes on: "3512 AL Utrecht: 2 services"."""
    for part in parts:
        said = part.strip().rstrip(".")
        kept = _town(_GOES_ON.split(said, maxsplit=1)[0])
        yield kept
        if kept != said:
            return


def _town(said: str) -> str:
    """A place without what follows its name in small letters."""
    code = _CODE.match(said)
    if not code:
        return said
    words = said[code.end() :].split(" ")
    ends = (n for n in range(1, len(words)) if not _is_of_name(words[n:]))
    return code[0] + " ".join(words[: next(ends, len(words))])


def _is_of_name(words: list[str]) -> bool:
    first, *more = words
    return first[:1].isupper() or (first in _SMALL and bool(more) and more[0][:1].isupper())


def _is_address(parts: tuple[str, ...]) -> bool:
    """Whether one part is a street and another one a town; "3512 AL Utrecht" could be either."""
    streets = [number for number, part in enumerate(parts) if _STREET.fullmatch(part)]
    towns = [number for number, part in enumerate(parts) if _TOWN.fullmatch(part)]
    return any(street != town for street in streets for town in towns)
