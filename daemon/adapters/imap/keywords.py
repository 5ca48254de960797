"""Labels as the keywords of IMAP, which hold no space.

As Thunderbird makes the keyword of a tag ("AI/Draft ready" is `ai_draft_ready`): a person who makes a tag of that name
there sees ours, and we see theirs. Case does not count.
Source: `nsMsgTagService::AddTag` in mailnews/base/src/nsMsgTagService.cpp.
"""

from __future__ import annotations

from collections.abc import Iterable

from daemon.adapters.imap.client import atom
from daemon.core.mailboxes.values import IGNORE, STATES

_LONGEST = 60
_UNFIT = str.maketrans(dict.fromkeys(' ()/{%*<>\\"]', "_") | {chr(code): "_" for code in (*range(32), 127)})


def keyword(label: str) -> str:
    """How a label is written; "" for one that has no sign in it."""
    return atom(label.strip().translate(_UNFIT)).lower()[:_LONGEST]


_OURS = {keyword(label): label for label in (*STATES, IGNORE)}


def labels(flags: Iterable[str]) -> frozenset[str]:
    """What a message bears: our labels by their names, everything else as the server calls it, in lower case."""
    return frozenset(_OURS.get(flag.removeprefix("$"), flag) for flag in flags)


def ways(label: str) -> tuple[str, ...]:
    """Every way in which programs write a label as a keyword."""
    return (keyword(label), f"${keyword(label)}")
