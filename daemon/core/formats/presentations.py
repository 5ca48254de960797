"""PowerPoint slides (.pptx; ECMA-376): their text, tables, diagrams and notes, without what is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.core.formats import kinds, packages
from daemon.core.formats.letters import MAX_TEXT, converted, hidden
from daemon.core.formats.packages import EnoughError, Package
from daemon.core.ports import Converted

MAX_SLIDES = 300
_SHOW = "ppt/presentation.xml"
_TINY = 200  # hundredths of a point
_BREAKS = {"p": "\n", "br": "\n", "tr": "\n", "tc": " | "}
_SHAPES = frozenset({"sp", "pic", "graphicFrame", "grpSp", "cxnSp"})
_NO_TEXT = frozenset({"sldNum", "sldImg", "dt", "hdr"})  # placeholders


@dataclass(slots=True)
class _Show:
    """The presentation itself: its slides in order."""

    keys: list[str] = field(default_factory=list[str])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sldId":
            self.keys.append(packages.key(attributes))

    def end(self, name: str) -> None:
        """Slides are empty elements."""

    def text(self, text: str) -> None:
        """Nothing stands in it."""


@dataclass(slots=True)
class _Slide:
    """A slide, the notes on it, or a diagram."""

    shown: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    gone: bool = False  # the whole slide
    shapes: list[str] = field(default_factory=list[str])  # that are open: "", "hidden" or "no text"
    fallback: int = 0  # the same again, for older programs
    cells: int = 0
    tiny: bool = False  # the run that is open
    letters: bool = False
    length: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.letters = name == "t"
        self.cells += name == "tc"
        self.fallback += name == "Fallback"
        match name:
            case "sld":
                self.gone = attributes.get("show") in {"0", "false"}
            case "cNvPr" if self.shapes and packages.yes(attributes, "hidden"):
                self.shapes[-1] = "hidden"
            case "ph" if self.shapes and attributes.get("type") in _NO_TEXT:
                self.shapes[-1] = "no text"
            case "r":
                self.tiny = False
            case "rPr":
                size = attributes.get("sz", "")
                self.tiny = size.isdigit() and int(size[:6]) <= _TINY
            case _ if name in _SHAPES:
                self.shapes.append("")
            case _:
                pass

    def end(self, name: str) -> None:
        self.letters = False
        self.cells -= name == "tc"
        self.fallback -= name == "Fallback"
        if name in _SHAPES and self.shapes:
            self.shapes.pop()
        elif name in _BREAKS and not (self.cells and name == "p"):
            self._put(_BREAKS[name])
        elif name == "p":
            self._put(" ")

    def text(self, text: str) -> None:
        if not self.letters or self.fallback or "no text" in self.shapes:
            return
        if self.gone or self.tiny or "hidden" in self.shapes:
            self.unseen.append(text)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        self.shown.append(text)
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise EnoughError

    @property
    def lines(self) -> str:
        rows = "".join(self.shown).split("\n")
        lines = (" | ".join(cell.strip() for cell in row.split(" | ")).rstrip(" |") for row in rows)
        return "\n".join(line for line in lines if line)


def read(data: bytes) -> Converted:
    """One slide after another, its notes below it. That something is hidden in it is said."""
    try:
        with (package := packages.opened(data)).packed:
            return _read(package)
    except packages.FAULTS:
        return Converted("", kinds.PPTX, (packages.DAMAGED,))


def _read(package: Package) -> Converted:
    show, related, unseen = _Show(), package.related(_SHOW), list[str]()
    package.read(_SHOW, show)
    parts = [related.by_key[key] for key in show.keys if key in related.by_key]
    texts = [text for part in parts[:MAX_SLIDES] for text in _texts(package, part, unseen)]
    cut = f"Only its first {MAX_SLIDES} slides were read." if len(parts) > MAX_SLIDES else ""
    long = packages.LONG if package.exhausted else ""
    return converted("\n\n".join(texts), kinds.PPTX, cut, long, hidden(" ".join(unseen)))


def _texts(package: Package, part: str, unseen: list[str]) -> Iterator[str]:
    """The slide, what its diagrams say, and its notes; of a hidden slide nothing."""
    related, slide = package.related(part).by_type, _Slide()
    package.read(part, slide)
    for diagram in related.get("diagramData", [])[:20]:
        package.read(diagram, slide)
    notes = _Slide(gone=slide.gone)
    for each in related.get("notesSlide", [])[:1]:
        package.read(each, notes)
    unseen += (" ".join(page.unseen) for page in (slide, notes) if page.unseen)
    yield from filter(None, (slide.lines, f"Notes: {notes.lines}" if notes.lines else ""))
