"""What a call used, as a value of its own: who only counts money loads nothing else."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `read` and `written` are the parts of `input` that came from or went to a prompt cache."""

    input: int = 0  # all of them, cached ones too
    output: int = 0
    read: int = 0
    written: int = 0
