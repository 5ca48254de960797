"""Values as YAML text that YAML 1.1, YAML 1.2 and Obsidian all read alike.

Writing only, and one line per value or list item. Reading is in `frontmatter`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import assert_never

from daemon.core.properties import NUMBER, TYPES, Scalar, Value

# Starts with a letter, so it is no number, date or indicator; a colon only inside a word; no #, quote or
# bracket; U+2013 and U+2019 are the dash and the apostrophe of ordinary texts.
_PLAIN = re.compile(r"[^\W\d_](?:[\w ,.;/@+()&!?%$=\u2013\u2019€-]|:(?=[\w/]))*(?<! )")
_KEY = re.compile(r"[^\W\d][\w -]*(?<! )")
# YAML 1.1 (PyYAML) and 1.2 readers take these for booleans or null (yaml.org/type/bool.html).
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_LONGEST_NAME = 100  # characters; libyaml itself stops at 1,024
_MOST_ZEROS = 40


def entry(name: str, value: Value) -> str:
    """One property as lines, the last one ended too; a list as `  - x` lines, an empty one as `[]`."""
    return f"{key(name)}:{after_key(value)}\n"


def after_key(value: Value, rest: str = "", newline: str = "\n") -> str:
    """What stands behind `name:`, without the last newline; `rest` (a comment) stays in the first line."""
    if isinstance(value, tuple) and value:
        return rest + "".join(f"{newline}  - {text(item)}" for item in value)
    written = "[]" if isinstance(value, tuple) else scalar(value)
    return f" {written}{rest}" if written else rest


def scalar(value: Scalar) -> str:
    """ValueError for what a property cannot hold: microseconds, time zones, numbers that are none."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return _number(value)
        case datetime():
            return _datetime(value)
        case date():
            return value.isoformat()
        case str():
            return text(value)
        case _:
            assert_never(value)


def text(value: str) -> str:
    """Plain where that is safe everywhere, else in double quotes."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else _quoted(value)


def key(name: str) -> str:
    """A property's name; ValueError when it cannot be one."""
    if name in TYPES:
        return name
    if not is_name(name):
        raise ValueError(f"{name!r} cannot be the name of a property")
    return name if _KEY.fullmatch(name) and name.lower() not in _WORDS else _quoted(name)


def is_name(name: str) -> bool:
    """Can this be a property's name? `<<` is a merge key for YAML 1.1 even in quotes."""
    return 0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip() and name != "<<"


def _number(value: int | Decimal) -> str:
    if isinstance(value, int):
        written = str(value)
    elif value.is_finite() and abs(value.adjusted()) <= _MOST_ZEROS:
        written = format(value, "f")
    else:
        written = ""
    if not NUMBER.fullmatch(written):
        raise ValueError(f"{value} is no number with at most 40 digits before and behind the point")
    return written


def _datetime(value: datetime) -> str:
    if value.tzinfo or value.microsecond:
        raise ValueError(f"a property holds local time in whole seconds, not {value!r}")
    return value.isoformat()


def _quoted(value: str) -> str:
    if not value.isprintable() or '"' in value or "\\" in value:
        value = "".join(map(_escaped, value))
    # The note's source must not hold `<%`: Templater runs it anywhere in a file, also in its properties.
    return '"' + value.replace("<%", "<\\x25") + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() or "\ud800" <= char <= "\udfff":  # `render` replaces lone surrogates
        return char
    return f"\\u{ord(char):04X}" if char <= "\uffff" else f"\\U{ord(char):08X}"
