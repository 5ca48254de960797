"""How soon something is wanted: by the words of the person's handbook, by words anybody uses, by its deadline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from daemon.core.handbook import PRIORITY_RULES, Handbook
from daemon.core.language import dates, reading, words
from daemon.core.task import Priority, Task

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


def deadline(task: Task, text: str, now: datetime) -> tuple[date | None, str]:
    """The day by which something is wanted, and why, for the person; one that is over is none."""
    if task.due:
        return task.due, f"due {task.due:%Y-%m-%d}, as you set it"
    written = reading.day_written(task.mail, now) if task.mail else now.date()
    found = dates.due(text, written)
    if not found or found.day < now.date():
        return None, ""
    return found.day, f"due {found.day:%Y-%m-%d} (“{found.quote}”)"


def nearer(pressing: Pressing, days: int | None) -> Pressing:
    """The same, raised by a deadline in so many days. What is low stays low: somebody said so."""
    name = pressing[0]
    if days is None or name in {"urgent", "low"} or days > _WEEK:
        return pressing
    if days <= _TOMORROW:
        return "urgent", "urgent: it is due today or tomorrow"
    return pressing if name == "high" else ("high", "high: it is due within a week")
