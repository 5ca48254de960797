"""Whether one text repeats another, however it is cut, turned round or shifted: by what is rare in it.

A text is squashed to its letters and digits. Two things are compared: its codes (words of letters and digits), and
whole passages. A passage of `LENGTH` letters that stands in both is always found.
"""

from __future__ import annotations

import codecs
import re
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_STEP = 24  # letters of one sample
LENGTH = 2 * _STEP - 1
_CODE = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,64}")
_APART = re.compile(r"[\W_]+")
_CODED = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a private text: samples of its passages, and its codes."""

    samples: array[int]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that is about to leave, in the ways in which it could be read."""

    passages: Mapping[int, str]
    readings: tuple[str, ...]


def of_private(text: str) -> Print:
    """What is kept of a note, to know it again."""
    squashed = squash(text)
    starts = range(0, len(squashed) - _STEP + 1, _STEP)
    return Print(array("L", (_mark(squashed[at : at + _STEP]) for at in starts)), frozenset(_codes(text)))


def of_outgoing(text: str) -> Sample:
    """What is compared with the notes."""
    plain = squash(text)
    readings = (plain, codecs.encode(plain, "rot13"), plain[::-1])
    passages = (each[at : at + _STEP] for each in readings for at in range(len(each) - _STEP + 1))
    return Sample({_mark(letters): letters for letters in passages}, readings)


def repeats(outgoing: Sample, private: Print, told: str) -> bool:
    """Whether a passage or a code of the private text leaves, that is not in what is `told` (squashed) anyway."""
    if any(mark in outgoing.passages and outgoing.passages[mark] not in told for mark in private.samples):
        return True
    return any(code in reading and code not in told for reading in outgoing.readings for code in private.codes)


def squash(text: str) -> str:
    """Letters and digits only, in lower case."""
    return _APART.sub("", text.lower())


def _codes(text: str) -> Iterator[str]:
    """Words of letters and digits, also when hyphens are between them."""
    for found in _CODED.finditer(text.lower()):
        word = squash(found[0])
        if _CODE.fullmatch(word):
            yield word


def _mark(letters: str) -> int:
    return zlib.crc32(letters.encode("utf-8", "surrogatepass"))
