"""What Excel and PowerPoint write: a zip of XML parts that name each other (ECMA-376, part 2), read within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol
from xml.parsers import expat

MAX_XML = 20_000_000  # bytes of one part that are looked at
MAX_ALL = 60_000_000  # of all parts together
MAX_ELEMENTS = 500_000  # of all parts together; each costs about a microsecond
DAMAGED = "It is damaged, or locked with a password; open it yourself."
LONG = "It is very long; only its beginning was read."
FAULTS = (zipfile.BadZipFile, LookupError, RuntimeError, OSError, zlib.error, EOFError, ValueError, expat.ExpatError)
_RELATION = "/relationships id"  # the namespace, of which there are two, and the name


class EnoughError(Exception):
    """The reader of a part wants no more of it."""


class Page(Protocol):
    """Takes one part as it is read. Names come without their namespace, attributes that have none as they are."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


@dataclass(slots=True)
class Package:
    """An open file. Every method raises one of `FAULTS` for what no office program writes."""

    packed: zipfile.ZipFile
    bytes_left: int = MAX_ALL
    elements_left: int = MAX_ELEMENTS

    @property
    def exhausted(self) -> bool:
        """Whether something was left out because the file is too large."""
        return self.bytes_left <= 0 or self.elements_left <= 0

    def read(self, part: str, page: Page) -> None:
        """Let `page` see as much of the part as it wants, and as there is room for."""
        if self.exhausted:
            return
        with self.packed.open(part) as packed:
            xml = packed.read(min(MAX_XML, self.bytes_left))
        self.bytes_left -= len(xml)
        with suppress(EnoughError):
            self._parser(page).Parse(xml, self.bytes_left > 0 and len(xml) < MAX_XML)

    def related(self, part: str) -> Relations:
        """What the part points to; nothing where it points to nothing."""
        folder, name = posixpath.split(part)
        found = Relations(folder)
        with suppress(KeyError):
            self.read(f"{folder}/_rels/{name}.rels", found)
        return found

    def _parser(self, page: Page) -> expat.XMLParserType:
        def start(name: str, attributes: dict[str, str]) -> None:
            self.elements_left -= 1
            if self.elements_left <= 0:
                raise EnoughError
            page.start(name.rpartition(" ")[2], attributes)

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: page.end(name.rpartition(" ")[2])
        parser.CharacterDataHandler = page.text
        parser.StartDoctypeDeclHandler = _declared
        return parser


@dataclass(slots=True)
class Relations:
    """Names of parts by their key, and by the last word of their type, such as `worksheet`."""

    folder: str
    by_key: dict[str, str] = field(default_factory=dict[str, str])
    by_type: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Links to outside are none."""
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = posixpath.join("/", self.folder, attributes.get("Target", ""))
        part = posixpath.normpath(target).lstrip("/")
        self.by_key[attributes.get("Id", "")] = part
        self.by_type.setdefault(attributes.get("Type", "").rpartition("/")[2], []).append(part)

    def end(self, name: str) -> None:
        """Nothing stands in it."""

    def text(self, text: str) -> None:
        """Nothing stands in it."""


def opened(data: bytes) -> Package:
    """Raises one of `FAULTS` when it is no zip."""
    return Package(zipfile.ZipFile(io.BytesIO(data)))


def key(attributes: Mapping[str, str]) -> str:
    """The key of the part that an element points to, or ""."""
    return next((value for name, value in attributes.items() if name.endswith(_RELATION)), "")


def yes(attributes: Mapping[str, str], name: str) -> bool:
    """Whether a switch is on."""
    return attributes.get(name, "") in {"1", "true", "on"}


def _declared(*_: object) -> None:
    """Declared entities are how XML bombs are made; no office program declares any."""
    raise ValueError
