"""How hard a question is, from 1 to 10, by what can be counted. The same signs give the same weight, always."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daemon.core.minds.question import Weight

HARDEST = 10
_PLAIN = "short and plain"
# From so many on, so many points. The first that fits counts.
_LENGTH = ((6000, 3), (2000, 2), (600, 1))  # characters
_QUESTIONS = ((4, 2), (2, 1))
_DEPTH = ((5, 2), (2, 1))  # messages in the thread
_REJECTED = ((2, 5), (1, 3))  # a rejected draft should meet a better model
_FILES = ((1, 1),)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@dataclass(frozen=True, slots=True)
class Signs:
    """What counts about one question. `language`: its name, when the handbook is written in another one."""

    length: int = 0  # characters
    questions: int = 0
    money: bool = False
    language: str = ""
    depth: int = 0  # messages in the thread before this one
    rejected: int = 0  # earlier drafts
    files: int = 0  # attachments that can be read
    complaint: bool = False
    legal: bool = False
    public: bool = False  # everybody will read what is written


def weigh(signs: Signs, *, urgent: bool = False) -> Weight:
    """The weight, and why: "3 questions, about money, second draft"."""
    counted = list(_counted(signs))
    points = 1 + sum(points for points, _ in counted)
    return Weight(min(points, HARDEST), ", ".join(why for _, why in counted) or _PLAIN, urgent)


def _counted(signs: Signs) -> Iterator[tuple[int, str]]:
    """What counts, in points and words."""
    found = (
        (6 * signs.legal, "about law or a contract"),
        (3 * signs.complaint, "a complaint"),
        (_points(_QUESTIONS, signs.questions), f"{signs.questions} questions"),
        (3 * signs.public, "for everybody to read"),
        (1 * signs.money, "about money"),
        (_points(_LENGTH, signs.length), f"{signs.length:,} characters"),
        (_points(_FILES, signs.files), "1 file" if signs.files == 1 else f"{signs.files} files"),
        (_points(_DEPTH, signs.depth), "a long thread"),
        (1 * bool(signs.language), f"in {signs.language}"),
        (_points(_REJECTED, signs.rejected), f"{_ordinal(signs.rejected)} draft"),
    )
    return ((points, why) for points, why in found if points)


def _points(steps: tuple[tuple[int, int], ...], value: int) -> int:
    return next((points for least, points in steps if value >= least), 0)


def _ordinal(rejected: int) -> str:
    return _ORDINALS[rejected] if rejected < len(_ORDINALS) else f"{rejected + 1}th"
