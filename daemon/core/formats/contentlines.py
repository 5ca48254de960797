"""The lines of calendars and business cards: folded, with parameters (RFC 5545, 3.1; RFC 6350, 3.3)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_LINES = 20_000
_MAX_LINE = 50_000  # characters
_FOLD = re.compile(r"\n[ \t]")
_PARAMETER = re.compile(r';([A-Za-z0-9-]++)(?:=("[^"]*+"|[^;:"]*+))?+')
_NAME = re.compile(r"(?:[A-Za-z0-9-]++\.)?+([A-Za-z0-9-]++)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Line:
    """`SUMMARY;LANGUAGE=de:Besuch`: name and parameter names in upper case, the value as it stands."""

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value without its escapes, and without the encoding that vCard 2.1 had."""
        value = self.value
        if self.parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in self.parameters:
            value = binascii.a2b_qp(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()

    @property
    def fields(self) -> list[str]:
        """The parts of a structured value, such as a name or an address; empty ones left out."""
        parts = re.split(r"(?<!\\);", self.value)
        return [text for part in parts if (text := Line(self.name, self.parameters, part).text)]


def read(text: str) -> Iterator[Line]:
    """Each line that has a name; others are left out."""
    for raw in _unfolded(text):
        if line := _line(raw[:_MAX_LINE]):
            yield line


def _unfolded(text: str) -> Iterator[str]:
    """Whole lines; vCard 2.1 ends a line that goes on with a "=", where it is encoded so."""
    pending: list[str] = []
    for raw in _FOLD.sub("", text).split("\n", MAX_LINES)[:MAX_LINES]:
        pending.append(raw)
        if not (raw.endswith("=") and "QUOTED-PRINTABLE" in pending[0][:200].upper()):
            yield "\n".join(pending)
            pending = []


def _line(raw: str) -> Line | None:
    name = _NAME.match(raw)
    if name is None:
        return None
    parameters: dict[str, str] = {}
    position = name.end()
    while found := _PARAMETER.match(raw, position):
        parameters[found[1].upper()] = (found[2] or "").strip('"')
        position = found.end()
    return Line(name[1].upper(), parameters, raw[position + 1 :]) if raw[position : position + 1] == ":" else None
