"""A text that is read in steps: each takes out what it understood, so that no other takes it for its own.

What is learned on the way and concerns the person becomes a sentence in `notes`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from daemon.core.accounting import cues
from daemon.core.accounting.house_rules import HouseRules


@dataclass(slots=True)
class Page:
    """`text` is what nobody has understood yet."""

    text: str
    language: str
    today: date
    house: HouseRules
    notes: list[str] = field(default_factory=list[str])

    def take(self, name: str) -> tuple[re.Match[str], ...]:
        """Every match of one of the expressions of `cues`, taken out."""
        found, rest = cues.taken(name, cues.squeezed(self.text))
        self.text = rest
        return found

    def blank(self, *spans: tuple[int, int]) -> None:
        self.text = cues.blank(self.text, spans)

    def note(self, sentence: str) -> None:
        """Say it once."""
        if sentence not in self.notes:
            self.notes.append(sentence)
