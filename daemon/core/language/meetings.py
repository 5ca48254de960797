"""The days that a meeting without a time can be on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from daemon.core.language import dates

_MOST = 6


def days(
    said: Sequence[str], says: Callable[[str, str], bool], written: date, today: date, *, language: str
) -> tuple[date, ...]:
    """More than one: the sentences do not tell which.

    Those beside a word for it go first. A deadline is its day only where no other is named: "an offer by Friday".
    """
    speaking = [n for n, sentence in enumerate(said) if says("meeting", sentence)]
    near = {*speaking, *(n + 1 for n in speaking)}  # the next one often says when
    named = [(n, m) for n, sentence in enumerate(said) for m in dates.every(sentence, written, language)]
    plain = [(n, m) for n, m in named if not (m.deadline or m.rough)]
    for chosen in ([(n, m) for n, m in plain if n in near], plain, named):
        both = (day for _, m in chosen for day in (m.day, m.other) if day and day >= today)
        if found := tuple(dict.fromkeys(both)):
            return found[:_MOST]
    return ()
