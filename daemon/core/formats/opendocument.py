"""OpenDocument texts, tables and slides: one XML file in a zip, read without unpacking anything else."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from daemon.core.formats import kinds
from daemon.core.formats.letters import MAX_TEXT, converted
from daemon.core.ports import Converted

MAX_XML = 20_000_000  # bytes of the document that are looked at
_DAMAGED = "It is damaged, or locked with a password; open it yourself."
_BREAKS = {"text:p": "\n", "text:h": "\n", "text:line-break": "\n", "table:table-row": "\n", "text:tab": "\t"}
_SILENT = frozenset({"office:styles", "office:automatic-styles", "office:annotation", "text:tracked-changes"})


class _EnoughError(Exception):
    """The document type is declared, which no office program does, or there is enough text."""


@dataclass(slots=True)
class _Page:
    pieces: list[str] = field(default_factory=list[str])
    length: int = 0
    silent: int = 0
    cells: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.silent += name in _SILENT
        self.cells += name == "table:table-cell"
        if name == "text:s":
            self.text(" " * min(int(attributes.get("text:c", "1")[:2] or 1), 50))

    def end(self, name: str) -> None:
        self.silent -= name in _SILENT
        self.cells -= name == "table:table-cell"
        if name == "table:table-cell":
            self.text(" | ")
        elif name in _BREAKS and not (self.cells and name in {"text:p", "text:h"}):
            self.text(_BREAKS[name])

    def text(self, text: str) -> None:
        if not self.silent:
            self.pieces.append(text)
            self.length += len(text)
        if self.length > 2 * MAX_TEXT:
            raise _EnoughError

    def doctype(self, *_: object) -> None:
        raise _EnoughError


def read(data: bytes) -> Converted:
    """The text, table rows as `a | b | c`. Declared entities, and with them every XML bomb, end the reading."""
    kind, page = kinds.media_type("", data), _Page()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed, packed.open("content.xml") as content:
            xml = content.read(MAX_XML)
        _parse(xml, page)
    except _EnoughError:
        pass
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, zlib.error, EOFError, ValueError, expat.ExpatError):
        return Converted("", kind, (_DAMAGED,))
    lines = (line.rstrip(" |") for line in "".join(page.pieces).split("\n"))
    return converted("\n".join(lines), kind)


def _parse(xml: bytes, page: _Page) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = page.start
    parser.EndElementHandler = page.end
    parser.CharacterDataHandler = page.text
    parser.StartDoctypeDeclHandler = page.doctype
    parser.Parse(xml, len(xml) < MAX_XML)
