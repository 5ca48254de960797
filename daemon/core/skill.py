"""One Agent Skill as a value: how something is done, in words for a model. See skills/README.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skill:
    """`description` says what it does and when it is used; `body` is the markdown below the front matter."""

    name: str
    description: str
    body: str
    own: bool = False  # the person's, from Skills/ in the vault; else it came with the program
