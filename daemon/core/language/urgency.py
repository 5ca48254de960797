"""How soon something is wanted: by the words of the person's handbook, by words anybody uses, by its deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daemon.core.handbook import PRIORITY_RULES, Handbook
from daemon.core.language import words
from daemon.core.task import Priority

Pressing = tuple[Priority, str]  # and why, for the person; "" for normal
_TOMORROW, _WEEK = 1, 7


def said(text: str, email: str, handbook: Handbook, lists: Mapping[str, Sequence[str]]) -> Pressing:
    """The first that fits: urgent before high before low. `lists` are words by priority."""
    for name in PRIORITY_RULES:
        rule = handbook.rule(name)
        if term := rule.sender(email) or rule.words(text):
            return name, f"{name}: your handbook names “{term}”"
        if found := words.mentioned(text, lists[name]):
            return name, f"{name}: it says “{found[0]}”"
    return "normal", ""


def nearer(pressing: Pressing, days: int | None) -> Pressing:
    """The same, raised by a deadline in so many days. What is low stays low: somebody said so."""
    name = pressing[0]
    if days is None or name in {"urgent", "low"} or days > _WEEK:
        return pressing
    if days <= _TOMORROW:
        return "urgent", "urgent: it is due today or tomorrow"
    return pressing if name == "high" else ("high", "high: it is due within a week")
