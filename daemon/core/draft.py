"""What an agent answers: a `Draft` of one action, or `Closed` when nothing needs to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Risk = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposal to do one thing, for a person to decide.

    `text` is exactly what would be sent or saved. `params` is all else the action needs, validated against the
    action's `Params` before anything is published. `found` are short sentences for the person, shown above the
    draft (what was understood, what is missing, which recipient is new); they may quote text from outside and
    are neutralised when written. `confidence` is 0..1: the chance that it can go out without a change.
    """

    action: str  # "email.reply", "document.save" …
    params: Mapping[str, object]
    text: str
    title: str
    reason: str  # one sentence: why this draft, by what rule or model
    confidence: float
    risk: Risk
    found: tuple[str, ...] = ()
    model: str = ""  # "" = made without a language model, and the note says so


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing needs to be done; `reason` is one sentence for the person."""

    reason: str
