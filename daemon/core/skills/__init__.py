"""Agent Skills as values: how one kind of work is done well, in words for a model.

`reading` understands a `SKILL.md` by the standard, `choosing` says which ones an agent gets for a task. Nothing here
looks at a folder, and nothing knows whom the person trusts: that is `daemon/runtime/guidance.py`. Scripts that lie
beside a skill are never read and never run.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skill:
    """`description` says what it does and when it is used; `body` is the markdown below the front matter."""

    name: str
    description: str
    body: str
    own: bool = False  # the person's, from Skills/ in the vault; else it came with the program
    agents: tuple[str, ...] = ()  # who may use it; empty: everybody
    words: tuple[str, ...] = ()  # one of these in a task makes it fit; "remind*" means every word that begins so
