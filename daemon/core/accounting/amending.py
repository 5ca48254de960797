"""How an edited note changes what is to be booked: its text says it, and so do some of its properties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from pydantic import BaseModel

from daemon.core.accounting import sheet
from daemon.core.errors import UserError
from daemon.core.properties import Value, same

M = TypeVar("M", bound=BaseModel)
_NEEDED = ("amount", "currency")


def merged(was: M, read: M, said: Mapping[str, Value], names: tuple[str, ...]) -> M:
    """What was `read` from the text, with the properties that were changed instead. Raises UserError.

    A property that is still as it was shown, is not there, or is empty where something is needed says nothing; where
    text and property were both changed they must agree.
    """
    changes: dict[str, Value] = {}
    problems: list[str] = []
    for name in names:
        before, now, written = getattr(was, name), said.get(name), getattr(read, name)
        if name not in said or same(now, before) or same(now, written) or (name in _NEEDED and now in (None, "")):
            continue
        if same(written, before):
            changes[name] = now
        else:
            problems.append(f"“{name}” says {shown(now)}, but the text says {shown(written)}. Make them the same.")
    if problems:
        raise UserError(*problems)
    if not changes:
        return read
    line = ", ".join(f"{name}: {shown(now)}" for name, now in changes.items())
    return sheet.checked(type(read), line, read.model_dump() | changes)


def listed(missing: Sequence[str]) -> str:
    """What is missing, in a short sentence: what lacks in several lines is named once."""
    lines: dict[str, list[str]] = {}
    for each in missing:
        name, _, number = each.partition(" of line ")
        lines.setdefault(name, []).extend(filter(None, [number]))
    return ", ".join(f"{name}{_in_lines(numbers)}" for name, numbers in lines.items())


def _in_lines(numbers: Sequence[str]) -> str:
    if len(numbers) < 2:  # noqa: PLR2004 - several
        return f" of line {numbers[0]}" if numbers else ""
    return f" of lines {', '.join(numbers[:-1])} and {numbers[-1]}"


def complete(missing: tuple[str, ...]) -> None:
    """Raises UserError that lists what is missing."""
    if missing:
        raise UserError(f"Still missing: {listed(missing)}. Write it in the text below instead of the “?”.")


def shown(value: Value) -> str:
    """A value in a sentence."""
    return value.isoformat() if isinstance(value, date) else "nothing" if value in (None, "", ()) else str(value)


def spelled(day: date) -> str:
    """A day for the person: "5 December 2026"."""
    return f"{day.day} {day:%B} {day.year}"
