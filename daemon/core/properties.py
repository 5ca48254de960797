"""What a property of a note may be: its type belongs to its name, in the whole vault, as in Obsidian.

No YAML here: `frontmatter` reads and writes the text, this module says what a scalar means.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from daemon.core.errors import Permanent

Scalar = str | int | Decimal | bool | date | datetime | None
Value = Scalar | tuple[str, ...]
PropertyType = Literal["text", "number", "checkbox", "date", "datetime", "list"]

_OF_TYPE: dict[PropertyType, str] = {
    "text": "id type kind source source_key from title priority status agent reason action channel subject "
    "currency risk feedback task digest from_account phone outcome receipt approved_by approved_via model "
    "instance network url place zone",
    "number": "amount confidence generation duration cost_usd",
    "checkbox": "approve reject",
    "date": "due",
    "datetime": "created expires starts executed",
    "list": "to cc bcc attachments tags aliases cssclasses",
}
# Every property of the contract; any other name is the person's own and is text or a list.
TYPES: Mapping[str, PropertyType] = MappingProxyType(
    {name: kind for kind, names in _OF_TYPE.items() for name in names.split()}
)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})  # YAML 1.2 core schema, 10.3.2
NUMBER = re.compile(r"[-+]?[0-9]{1,40}(?:\.[0-9]{1,40})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?", re.ASCII)


class Broken(Permanent):
    """The note cannot be read as it stands; the text says what is wrong, in which line, and what to write.

    The sentence may quote the note. `line` counts from 1 in the file; None when no one line is to blame.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence if line is None else f"Line {line}: {sentence}")
        self.line = line


def typed(name: str, text: str, *, quoted: bool) -> Scalar:
    """The value of property `name` written as the scalar `text`; ValueError says what to write instead.

    A quoted number or date is still one: the name decides, and other programs like to quote. A quoted
    checkbox is refused: a yes must be unmistakable.
    """
    if not quoted and text in _NULL:
        return None
    kind = TYPES.get(name, "text")
    if kind == "checkbox" and quoted:
        raise ValueError(f"write “{name}: {text.lower()}” without quotes")
    return _READERS[kind](name, text)


def _checkbox(name: str, text: str) -> bool:
    match text.lower():
        case "true":
            return True
        case "false":
            return False
        case _:
            raise ValueError(f"“{name}” is a checkbox: write true or false, not {shown(text)}")


def _number(name: str, text: str) -> int | Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError(f"“{name}” is a number: write it like 1250 or 1250.50, not {shown(text)}")
    return Decimal(text) if "." in text else int(text)


def _date(name: str, text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 31 June has the right form and is no date either
    raise ValueError(f"“{name}” is a date: write it like 2026-11-21, not {shown(text)}")


def _datetime(name: str, text: str) -> datetime:
    """Local time; a date alone is its midnight, a space may stand for the T (people type both)."""
    try:
        if found := _DATETIME.fullmatch(text):
            return datetime.fromisoformat(f"{found[1]}T{found[2] or '00:00'}")
    except ValueError:
        pass  # 25:00 has the right form and is no time either
    raise ValueError(f"“{name}” is a local date and time: write it like 2026-11-21T07:00, not {shown(text)}")


def _text(name: str, text: str) -> str:
    del name
    return text


_READERS: dict[PropertyType, Callable[[str, str], Scalar]] = {
    "text": _text,
    "list": _text,  # one item without the list around it
    "number": _number,
    "checkbox": _checkbox,
    "date": _date,
    "datetime": _datetime,
}


def shown(text: str) -> str:
    """`text` in a sentence: on one line, in quotes, cut when long."""
    return repr(textwrap.shorten(text, 40, placeholder="…"))


def same(a: Value, b: Value) -> bool:
    """True when both say the same, whatever Obsidian or a person did to the spelling.

    Missing, null, empty text and empty list are one; a list of one text is that text; 1.50 is 1.5. Text is
    compared exactly, a list in its order, a box never with a number.
    """
    a, b = _bare(a), _bare(b)
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    return a == b


def _bare(value: Value) -> Value:
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    return None if value in ("", ()) else value
