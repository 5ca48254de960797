"""JSON as lines that a person can read: `key: value`, what belongs together indented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import cast

from daemon.core.formats.letters import beginning, converted
from daemon.core.ports import Converted

MAX_LINES = 3_000
MAX_DEPTH = 12
_MAX_VALUE = 2_000  # characters
Json = dict[str, "Json"] | list["Json"] | str | bool | None
_BROKEN = "It is no valid JSON; it is shown as it stands."


def read(data: bytes) -> Converted:
    """Figures as they were written: 10.50 stays 10.50."""
    text, notices = beginning(data)
    try:
        tree = _parsed(text)
    except (ValueError, RecursionError):
        return converted(text, "application/json", *notices, _BROKEN)
    lines = list(islice(_lines(tree, 0), MAX_LINES + 1))
    cut = f"Only its first {MAX_LINES:,} lines were read." if len(lines) > MAX_LINES else ""
    return converted("\n".join(lines[:MAX_LINES]), "application/json", *notices, cut)


def _parsed(text: str) -> Json:
    """One value, or one on each line as programs write logs."""
    try:
        return cast("Json", json.loads(text, parse_float=str, parse_int=str))
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) > 1 and all(line.startswith("{") for line in lines[:10]):
            return [json.loads(line, parse_float=str, parse_int=str) for line in lines[:MAX_LINES]]
        raise


def _lines(value: Json, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if depth > MAX_DEPTH:
        yield f"{pad}…"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(f"{pad}{_word(key)}:", inner, depth)
    elif isinstance(value, list):
        for inner in value:
            yield from _entry(f"{pad}-", inner, depth)
    else:
        yield f"{pad}{_word(value)}"


def _entry(head: str, value: Json, depth: int) -> Iterator[str]:
    """One line for a plain value; what is in a dictionary or list stands below."""
    if isinstance(value, (dict, list)) and value:
        inner = _lines(value, depth + 1)
        if head.endswith("-"):
            head = f"{head} {next(inner).strip()}"
        yield head
        yield from inner
    else:
        yield f"{head} {_word(value)}".rstrip()


def _word(value: Json) -> str:
    match value:
        case None | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case _:
            return " ".join(str(value)[:_MAX_VALUE].split())
