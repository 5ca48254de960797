"""XML without a reader of its own, such as an electronic bill: names and values as lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from daemon.core import markup
from daemon.core.formats.letters import MAX_SOURCE, MAX_TEXT, beginning, converted
from daemon.core.ports import Converted

_BROKEN = "It is no valid XML; it is shown as it stands."
_MAX_DEPTH = 200
_UNITS = frozenset({"currencyID", "unitCode", "unit", "currency"})


class _EnoughError(Exception):
    """It declares entities, is nested too deep, or gave enough text."""


@dataclass(slots=True)
class _Page:
    lines: list[str] = field(default_factory=list[str])
    depth: int = 0
    length: int = 0
    name: str = ""
    unit: str = ""
    pieces: list[str] = field(default_factory=list[str])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._end_text(closing=False)
        self.name = name.rpartition(":")[2][:100]
        self.unit = " ".join(value[:20] for key, value in attributes.items() if key in _UNITS)
        self.depth += 1
        if self.depth > _MAX_DEPTH or self.length > 2 * MAX_TEXT:
            raise _EnoughError

    def end(self, name: str) -> None:
        self.name = self.name or name.rpartition(":")[2][:100]
        self._end_text(closing=True)
        self.depth -= 1

    def text(self, text: str) -> None:
        self.pieces.append(text)

    def entity(self, *_: object) -> None:
        raise _EnoughError

    def _end_text(self, *, closing: bool) -> None:
        text = "".join(self.pieces).strip()
        if text.startswith("<"):
            text = markup.read(text).text
        pad = "  " * min(max(self.depth - 1, 0), 6)
        if text:
            self._put(f"{pad}{self.name}: {text} {self.unit}".rstrip())
        elif not closing and self.name:
            self._put(f"{pad}{self.name}:")
        self.pieces, self.name, self.unit = [], "", ""

    def _put(self, line: str) -> None:
        self.lines.append(line)
        self.length += len(line)


def read(data: bytes) -> Converted:
    """`Name: value`, what belongs together indented; a currency or unit after its figure."""
    page, odd = _Page(), ""
    parser = expat.ParserCreate()
    parser.StartElementHandler = page.start
    parser.EndElementHandler = page.end
    parser.CharacterDataHandler = page.text
    parser.EntityDeclHandler = page.entity
    try:
        parser.Parse(data[:MAX_SOURCE], len(data) <= MAX_SOURCE)
    except _EnoughError:
        odd = "Only its beginning was read."
    except (expat.ExpatError, ValueError, LookupError):
        text, notices = beginning(data)
        return converted(text, "text/xml", *notices, _BROKEN)
    return converted("\n".join(page.lines), "text/xml", odd)
