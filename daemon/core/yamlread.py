"""The properties in a piece of YAML, from the events of PyYAML's parser; nothing is guessed or constructed.

PyYAML's loader turns `no` into false and `0123456` into 42798, keeps the last of two equal names, and expands
merge-key bombs. Its parser does none of that, and is the quick part (0.1 ms for 20 properties).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol, cast

import yaml

from daemon.core import yamlwrite
from daemon.core.properties import TYPES, Broken, Value, shown, typed

MAX_PROPERTIES = 200
FIRST_LINE = 2  # of the front matter, counted from 1 in the file: it stands below the first `---`

# Besides control characters: U+0085, U+2028 and U+2029 end a line for YAML 1.1 (PyYAML) but not for 1.2
# (Obsidian), so that two readers would see different properties.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

# What libyaml and PyYAML say when a person has mistyped, and what the person can do about it.
_REMEDIES = (
    (
        "mapping values are not allowed",
        "a value with a colon and a space inside needs double quotes around it",
    ),
    (
        "cannot start any token",
        "a value that begins with a special character needs double quotes; use no tabs",
    ),
    ("quoted scalar", "a quotation mark is opened here and never closed"),
    ("flow sequence", "a list is opened here with “[” and never closed with “]”"),
    ("could not find expected ':'", "this is no property: write “name: value”"),
)
_REMEDY = "this is no property: write one “name: value” per line, and double quotes around special characters"


class Entry(NamedTuple):
    """One property where it stands. Lines and columns count from 0 in the front matter."""

    name: str  # as written; lower case when the contract knows it
    value: Value
    first: int
    name_end: int  # column behind the name, in line `first`
    last: int
    value_end: int  # column behind the value, in line `last`


class _Mark(Protocol):
    line: int
    column: int


class _Parser(Protocol):
    def get_event(self) -> yaml.Event | None: ...


@lru_cache(maxsize=256)
def entries(front: str) -> tuple[Entry, ...]:
    """The properties in their order; Broken at the first thing that is wrong.

    On its way a note is read several times as it is: what 256 front matters said is remembered.
    """
    unix = front.replace("\r\n", "\n")
    if bad := _FORBIDDEN.search(unix):
        line = unix.count("\n", 0, bad.start()) + FIRST_LINE
        raise Broken(f"an invisible character (U+{ord(bad[0]):04X}) stands in the properties; remove it", line)
    try:
        return tuple(_entries(_events(unix), unix.split("\n")))
    except yaml.MarkedYAMLError as error:
        raise _explained(error) from error


def _events(front: str) -> Iterator[yaml.Event]:
    """What libyaml sees, or PyYAML's own slower parser where PyYAML was built without it."""
    loader = cast("Callable[[str], _Parser]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    parser = loader(front)
    yield from iter(parser.get_event, None)


def _explained(error: yaml.MarkedYAMLError) -> Broken:
    said = f"{error.context} {error.problem}"
    remedy = next((remedy for sign, remedy in _REMEDIES if sign in said), _REMEDY)
    # What has no end is noticed later, and mended where it begins.
    mark = error.problem_mark if error.context is None or "next token" in said else error.context_mark
    return Broken(remedy, mark.line + FIRST_LINE if mark else None)


def _entries(events: Iterator[yaml.Event], lines: Sequence[str]) -> Iterator[Entry]:
    next(events)  # the stream starts
    start = next(events)
    if isinstance(start, yaml.StreamEndEvent):
        return
    _check_root(start, next(events))
    seen: set[str] = set()
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        yield _entry(_name(event, seen), event, events, lines)
    end = next(events)
    if cast("yaml.DocumentEndEvent", end).explicit or not isinstance(next(events), yaml.StreamEndEvent):
        raise Broken("the properties end here, but more follows; remove this line", _line(end))


def _check_root(start: yaml.Event, root: yaml.Event) -> None:
    if cast("yaml.DocumentStartEvent", start).explicit:
        raise Broken("remove this line: only “name: value” lines stand between the two “---”", _line(start))
    if not isinstance(root, yaml.MappingStartEvent) or root.flow_style:
        raise Broken("these are no properties: write “name: value” lines between the two “---”", _line(root))
    _check_plain(root)


def _check_plain(event: yaml.Event) -> None:
    """No aliases, anchors or tags: they make values that are not written where they count."""
    if isinstance(event, yaml.AliasEvent):
        raise Broken("a value that begins with * needs double quotes around it", _line(event))
    if getattr(event, "anchor", None) is not None:
        raise Broken("a value that begins with & needs double quotes around it", _line(event))
    if getattr(event, "tag", None) is not None:
        raise Broken("a value that begins with ! needs double quotes around it", _line(event))


def _name(event: yaml.Event, seen: set[str]) -> str:
    """The name of the next property, added in lower case to those that were `seen`."""
    _check_plain(event)
    if len(seen) >= MAX_PROPERTIES:
        raise Broken(f"there are more than {MAX_PROPERTIES} properties; remove some", _line(event))
    name = _text(event) if isinstance(event, yaml.ScalarEvent) else ""
    if not yamlwrite.is_name(name):
        raise Broken("this is no name for a property: write “name: value”", _line(event))
    if cast("_Mark", event.start_mark).column:
        raise Broken("a property begins at the start of its line; remove what stands before it", _line(event))
    # Obsidian does not tell names apart by case, so `Approve` beside `approve` would be two answers.
    folded = name.lower()
    if folded in seen:
        raise Broken(f"the property {shown(name)} is there twice; keep one", _line(event))
    seen.add(folded)
    return folded if folded in TYPES else name


def _entry(name: str, key: yaml.Event, events: Iterator[yaml.Event], lines: Sequence[str]) -> Entry:
    event = next(events)
    _check_plain(event)
    if isinstance(event, yaml.ScalarEvent):
        value, end = _scalar(name, event), event
    elif isinstance(event, yaml.SequenceStartEvent):
        value, end = _list(name, event, events)
    else:
        raise Broken(f"{shown(name)} holds properties of its own; give each its own line", _line(event))
    named = cast("_Mark", key.end_mark)
    last, column = _end(cast("_Mark", end.end_mark), named.line, lines)
    return Entry(name, value, named.line, named.column, last, column)


def _end(mark: _Mark, first: int, lines: Sequence[str]) -> tuple[int, int]:
    """Where a value ends. A block text (`|`) claims the empty lines below it too; they are not part of it."""
    if mark.column or mark.line == first:
        return mark.line, mark.column
    last = mark.line - 1
    while last > first and not lines[last].strip():
        last -= 1
    return last, len(lines[last])


def _scalar(name: str, event: yaml.ScalarEvent) -> Value:
    try:
        value = typed(name, _text(event), quoted=_quoted(event))
    except ValueError as error:
        raise Broken(str(error), _line(event)) from error
    return (value,) if TYPES.get(name) == "list" and isinstance(value, str) else value


def _list(name: str, start: yaml.SequenceStartEvent, events: Iterator[yaml.Event]) -> tuple[Value, yaml.Event]:
    """A list of texts and the event it ends with; items left empty, as Obsidian does, count for nothing."""
    if TYPES.get(name, "list") != "list":
        raise Broken(f"{shown(name)} holds one value, not a list", _line(start))
    items: list[str] = []
    end: yaml.Event = start
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        _check_plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise Broken("a list holds only texts; a link like [[this]] needs double quotes", _line(event))
        if _quoted(event) or typed("", _text(event), quoted=False) is not None:
            items.append(_text(event))
        end = event
    return tuple(items), event if start.flow_style else end


def _text(event: yaml.ScalarEvent) -> str:
    return cast("str", event.value)


def _quoted(event: yaml.ScalarEvent) -> bool:
    return not cast("tuple[bool, bool]", event.implicit)[0]


def _line(event: yaml.Event) -> int:
    return cast("_Mark", event.start_mark).line + FIRST_LINE
