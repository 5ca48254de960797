"""Word documents (.docx; ECMA-376): text, tables, header and footer, without what was struck out or hidden."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from daemon.core.formats import kinds
from daemon.core.formats.letters import MAX_TEXT, converted, hidden
from daemon.core.ports import Converted

MAX_XML = 20_000_000  # bytes of one part that are looked at
_DAMAGED = "It is damaged, or locked with a password; open it yourself."
_PART = re.compile(r"word/(?:header|document|footer)\d{0,3}\.xml")
_ORDER = "hdf"  # header, document, footer
_MAX_PARTS = 8
_BREAKS = {"w:p": "\n", "w:br": "\n", "w:cr": "\n", "w:tab": "\t", "w:tr": "\n", "w:tc": " | "}
_OFF = {"0", "false", "off"}
_TINY = 4  # half points


class _EnoughError(Exception):
    """The document type is declared, which no office program does, or there is enough text."""


@dataclass(slots=True)
class _Page:
    shown: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    length: int = 0
    cells: int = 0
    silent: int = 0  # the same again, for older programs
    gone: bool = False  # of the run that is open
    white: bool = False
    shaded: bool = False  # white letters may stand on a colour
    letters: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("w:val", "")
        match name:
            case "w:r":
                self.gone = self.white = False
            case "w:vanish" | "w:webHidden":
                self.gone = self.gone or value not in _OFF
            case "w:sz":
                self.gone = self.gone or (value.isdigit() and int(value[:4]) <= _TINY)
            case "w:color":
                self.white = value.upper() == "FFFFFF"
            case "w:shd":
                self.shaded = self.shaded or attributes.get("w:fill", "auto").upper() not in {"AUTO", "FFFFFF"}
            case _:
                self.letters = name == "w:t"
                self.cells += name == "w:tc"
                self.silent += name == "mc:Fallback"

    def end(self, name: str) -> None:
        self.letters = False
        self.silent -= name == "mc:Fallback"
        self.cells -= name == "w:tc"
        if name in _BREAKS and not (name == "w:p" and self.cells):
            self._put(_BREAKS[name])
        elif name == "w:p":
            self._put(" ")

    def text(self, text: str) -> None:
        if not self.letters or self.silent:
            return
        if self.gone or (self.white and not self.shaded):
            self.unseen.append(text)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        self.shown.append(text)
        self.length += len(text)
        if self.length > 2 * MAX_TEXT:
            raise _EnoughError

    def doctype(self, *_: object) -> None:
        raise _EnoughError


def read(data: bytes) -> Converted:
    """Hidden text does not count; that it is there is said. Declared entities end the reading."""
    page = _Page()
    try:
        for xml in _parts(data):
            _parse(xml, page)
    except _EnoughError:
        pass
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, zlib.error, EOFError, ValueError, expat.ExpatError):
        return Converted("", kinds.DOCX, (_DAMAGED,))
    rows = "".join(page.shown).split("\n")
    lines = (" | ".join(cell.strip() for cell in row.split(" | ")).rstrip(" |") for row in rows)
    return converted("\n".join(lines), kinds.DOCX, hidden("".join(page.unseen)))


def _parts(data: bytes) -> Iterator[bytes]:
    """Headers, the text, footers."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if _PART.fullmatch(name)]
        for name in sorted(names, key=lambda name: (_ORDER.index(name[5]), name))[:_MAX_PARTS]:
            with packed.open(name) as part:
                yield part.read(MAX_XML)


def _parse(xml: bytes, page: _Page) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = page.start
    parser.EndElementHandler = page.end
    parser.CharacterDataHandler = page.text
    parser.StartDoctypeDeclHandler = page.doctype
    parser.Parse(xml, len(xml) < MAX_XML)
