"""Whether one text repeats another, however it is cut, turned round or shifted: by what is rare in it.

A text is squashed to its letters and digits. Two things are compared: its codes (words of letters and digits), and
whole passages. A passage of `LENGTH` letters that stands in both is always found. Fingerprints are of this process:
they are never written down.
"""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

_STEP = 24  # letters of one sample
LENGTH = 2 * _STEP - 1
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,64}")
_APART = re.compile(r"[\W_]+")
_CODED = re.compile(r"[\w-]{8,}")
_START = 8  # letters with which a code is looked for


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a private text: samples of its passages, and its codes."""

    samples: array[int]
    codes: Mapping[str, frozenset[str]]  # by how they begin


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that is about to leave, in the ways in which it could be read."""

    passages: Mapping[int, str]
    starts: frozenset[str]
    readings: tuple[str, ...]


def of_private(text: str, step: int = _STEP) -> Print:
    """What is kept of a note, to know it again. `step` 1: also passages that are half as long."""
    squashed = squash(text)
    samples = (hash(squashed[at : at + _STEP]) for at in range(0, len(squashed) - _STEP + 1, step))
    codes = sorted(frozenset(_codes(text)))
    begun = groupby(codes, key=lambda code: code[:_START])
    return Print(array("q", samples), {start: frozenset(group) for start, group in begun})


def of_outgoing(text: str) -> Sample:
    """What is compared with the notes."""
    plain = squash(text)
    readings = (plain, codecs.encode(plain, "rot13"), plain[::-1])
    passages = {hash(letters): letters for each in readings for letters in _cut(each, _STEP)}
    return Sample(passages, frozenset(start for each in readings for start in _cut(each, _START)), readings)


def repeats(outgoing: Sample, private: Print, told: str) -> bool:
    """Whether a passage or a code of the private text leaves, that is not in what is `told` (squashed) anyway."""
    shared = () if outgoing.passages.keys().isdisjoint(private.samples) else private.samples
    if any(mark in outgoing.passages and outgoing.passages[mark] not in told for mark in shared):
        return True
    codes = (code for start in outgoing.starts & private.codes.keys() for code in private.codes[start])
    return any(code not in told and any(code in reading for reading in outgoing.readings) for code in codes)


def squash(text: str) -> str:
    """Letters and digits only, in lower case."""
    return _APART.sub("", text.lower())


def _codes(text: str) -> Iterator[str]:
    """Words of letters and digits, also when hyphens are between them."""
    for found in _CODED.findall(text.lower()):
        if not found.isalpha() and _CODE.fullmatch(word := squash(found)):
            yield word


def _cut(letters: str, length: int) -> Iterator[str]:
    """Every piece of that length."""
    return (letters[at : at + length] for at in range(len(letters) - length + 1))
