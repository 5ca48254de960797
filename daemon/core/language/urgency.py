"""How soon something is wanted: by the words of the person's handbook, by words anybody uses, by its deadline."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from daemon.core.handbook import PRIORITY_RULES, Handbook
from daemon.core.language import dates, reading, words
from daemon.core.task import PRIORITIES, Priority, Task

Pressing = tuple[Priority, str]  # and why, for the person; "" for normal
_TOMORROW, _WEEK = 1, 7
_BY_HAND = ", as you set it"
# In the reason of a task that was drafted before; after the words of the message, so the last one counts.
_PRIORITY = re.compile(rf"(?:; |\. )({'|'.join(PRIORITIES)})(:|, as before|{_BY_HAND})", re.IGNORECASE)
_DUE = re.compile(rf"; (?:due \d{{4}}-\d\d-\d\d[ ,]|no due day{_BY_HAND})")


@dataclass(frozen=True, slots=True)
class Deadline:
    """`own`: the person wrote it into the note. `why` is for the person."""

    day: date | None
    why: str
    own: bool = False

    def days(self, now: datetime) -> int | None:
        """In how many days; None where none is named, and where the person named it: then they also say how soon."""
        return None if self.day is None or self.own else (self.day - now.date()).days


def said(text: str, email: str, handbook: Handbook, lists: Mapping[str, Sequence[str]]) -> Pressing:
    """The first that fits: urgent before high before low. `lists` are words by priority."""
    for name in PRIORITY_RULES:
        rule = handbook.rule(name)
        if term := rule.sender(email) or rule.words(text):
            return name, f"{name}: your handbook names “{term}”"
        if found := words.mentioned(text, lists[name]):
            return name, f"{name}: it says “{found[0]}”"
    return "normal", ""


def deadline(task: Task, text: str, now: datetime) -> Deadline:
    """The day by which something is wanted; one that is over is none, unless it stands in the task's note."""
    found = dates.due(text, _day_written(task, now))
    stated = Deadline(found.day, f"due {found.day:%Y-%m-%d} (“{found.quote}”)") if found else Deadline(None, "")
    if task.due:
        set_by_hand = Deadline(task.due, f"due {task.due:%Y-%m-%d}{_BY_HAND}", own=True)
        return stated if stated.day == task.due else set_by_hand
    if _DUE.search(task.reason):  # the person took it out since it was drafted
        return Deadline(None, f"no due day{_BY_HAND}", own=True)
    return stated if stated.day and stated.day >= now.date() else Deadline(None, "")


def _day_written(task: Task, now: datetime) -> date:
    """The day that "tomorrow" counts from, the same at each draft."""
    return reading.day_written(task.mail, now) if task.mail else min(task.created, now).astimezone(now.tzinfo).date()


def unhurried(deadline: Deadline, doubt: str) -> Deadline:
    """The same; of what may be a trick only a day that the person wrote counts."""
    return deadline if deadline.own or not doubt else Deadline(None, "")


def waits(doubt: str) -> Pressing:
    """How soon what may be a trick is looked at, whatever it says. `doubt`: why it may be one."""
    return "low", f"low: {doubt}; it is not believed how soon it wants something"


def decided(task: Task, ruled: Pressing) -> Pressing:
    """What rules say, or what the person set.

    The note of a task that was drafted before holds what we wrote there ourselves, unless they changed it.
    """
    before = [(found[1].lower(), found[2]) for found in _PRIORITY.finditer(task.reason)] or [("normal", ":")]
    name, by = before[-1] if task.reason else ("", "")
    if task.priority == ruled[0] or (task.priority == "normal" and name in {"", "normal"} and by != _BY_HAND):
        return ruled
    if task.priority != name or by == _BY_HAND:
        return task.priority, f"{task.priority}{_BY_HAND}"
    sooner = PRIORITIES.index(ruled[0]) < PRIORITIES.index(task.priority)
    return ruled if sooner else (task.priority, f"{task.priority}, as before")


def nearer(pressing: Pressing, days: int | None) -> Pressing:
    """The same, raised by a deadline in so many days. What is low stays low: somebody said so."""
    name = pressing[0]
    if days is None or name in {"urgent", "low"} or days > _WEEK:
        return pressing
    if days <= _TOMORROW:
        return "urgent", "urgent: it is due today or tomorrow"
    return pressing if name == "high" else ("high", "high: it is due within a week")
