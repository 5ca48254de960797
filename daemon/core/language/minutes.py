"""What meeting notes settle and leave open: lines as they stand, with whoever is named in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from daemon.core.language import phrasebook, words
from daemon.core.language.phrasebook import Phrasebook

_MARK = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])?\s*(?:\[( |x|X)\]\s*)?")
_OWNER = re.compile(
    r"\([A-ZÀ-Þ][\w.'\u2019-]+(?:[ ,/&+][A-ZÀ-Þ]?[\w.'\u2019-]+){0,3}\)\s*\.?$"  # "… (Maiwald)"
    r"|(?:->|→|@)\s?[A-ZÀ-Þ][\w.-]+"  # "→ Nora", "@nora"
    r"|^[A-ZÀ-Þ][\w'\u2019-]+(?: [A-ZÀ-Þ][\w'\u2019-]+)? to (?=[a-z])"  # "Paulo to send …"
)
_FIELD = re.compile(r"^\s*[\w ]{2,20}:\s")
_HEADING = 5  # words
_MOST = 400  # lines
_Part = Literal["", "decided", "open"]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Lines of the notes, without their bullets."""

    decided: tuple[str, ...]
    open_points: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ear:
    """The words of all languages that tell what was settled."""

    decided: Sequence[str]
    undecided: Sequence[str]

    def part(self, text: str) -> _Part:
        if words.mentioned(text, self.decided):
            return "decided"
        return "open" if words.mentioned(text, self.undecided) else ""


def read(text: str, books: Sequence[Phrasebook]) -> Minutes:
    """By the headings of the notes; outside of them by the words of each line."""
    ear = _Ear(phrasebook.every(books, "decided"), phrasebook.every(books, "undecided"))
    found: dict[_Part, list[str]] = {"": [], "decided": [], "open": []}
    section: _Part = ""
    for line in text.splitlines()[:_MOST]:
        said = _MARK.sub("", line).strip()
        if _is_heading(line, said):
            section = ear.part(said)
        elif said:
            found[_part(line, said, section, ear)].append(said)
    return Minutes(tuple(dict.fromkeys(found["decided"])), tuple(dict.fromkeys(found["open"])))


def _is_heading(line: str, said: str) -> bool:
    return bool(said) and (line.startswith("#") or said.endswith(":")) and len(said.split()) <= _HEADING


def _part(line: str, said: str, section: _Part, ear: _Ear) -> _Part:
    """A box says it best, then the heading above, then the words; who is named has something open."""
    box = _MARK.match(line)
    if box and box[1]:
        return "open" if box[1] == " " else ""
    if section or _FIELD.match(said):
        return section
    return ear.part(said) or ("open" if _OWNER.search(said) else "")
