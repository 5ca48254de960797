"""Excel workbooks (.xlsx; ECMA-376): each sheet as a table, formulas by the value they had, without what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from daemon.core.formats import kinds, numberformats, packages, tables
from daemon.core.formats.letters import MAX_TEXT, converted, hidden
from daemon.core.formats.numberformats import Look, Styles
from daemon.core.formats.packages import EnoughError, Package
from daemon.core.ports import Converted

MAX_SHEETS = 50
MAX_STRINGS = 150_000
_BOOK = "xl/workbook.xml"
_UNSOLVED = "Some of its formulas have no result yet; open it once in Excel or LibreOffice and save it."
_QUOTED = 100  # hidden cells of a sheet that are kept; only the first words are ever quoted
_MAX_CELL = 2 * tables.MAX_CELL


@dataclass(frozen=True, slots=True)
class _Tab:
    name: str
    key: str
    gone: bool


@dataclass(slots=True)
class _Book:
    """The workbook itself: which sheets there are."""

    tabs: list[_Tab] = field(default_factory=list[_Tab])
    since_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            gone = attributes.get("state", "visible") != "visible"
            self.tabs.append(_Tab(" ".join(attributes.get("name", "")[:100].split()), packages.key(attributes), gone))
        elif name == "workbookPr":
            self.since_1904 = packages.yes(attributes, "date1904")

    def end(self, name: str) -> None:
        """Sheets are empty elements."""

    def text(self, text: str) -> None:
        """Nothing stands in it."""


@dataclass(slots=True)
class _Strings:
    """Texts that cells refer to by number."""

    found: list[str] = field(default_factory=list[str])
    pieces: list[str] = field(default_factory=list[str])
    letters: bool = False
    spoken: bool = False  # how Japanese is pronounced

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self.letters = name == "t"
        self.spoken = self.spoken or name == "rPh"

    def end(self, name: str) -> None:
        self.letters = False
        self.spoken = self.spoken and name != "rPh"
        if name == "si":
            self.found.append("".join(self.pieces)[:_MAX_CELL])
            self.pieces = []
            if len(self.found) >= MAX_STRINGS:
                raise EnoughError

    def text(self, text: str) -> None:
        if self.letters and not self.spoken:
            self.pieces.append(text)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all sheets of a workbook refer to."""

    strings: Sequence[str]
    looks: Sequence[Look]
    since_1904: bool


@dataclass(slots=True)
class _Sheet:
    """One sheet: its rows, and apart from them what no person sees."""

    shared: _Shared
    gone: bool  # the whole sheet
    rows: list[str] = field(default_factory=list[str])
    unseen: list[str] = field(default_factory=list[str])
    length: int = 0
    cut: bool = False  # it has more rows
    wide: bool = False  # it has more columns
    narrow: set[int] = field(default_factory=set[int])  # hidden columns
    row: dict[int, str] = field(default_factory=dict[int, str])
    row_gone: bool = False
    column: int = -1
    kind: str = ""
    look: Look = numberformats.PLAIN
    formula: bool = False  # of the cell that is open
    unsolved: bool = False  # a formula has no value
    letters: bool = False
    spoken: bool = False
    pieces: list[str] = field(default_factory=list[str])

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.letters = name in {"v", "t"}
        self.formula = self.formula or name == "f"
        match name:
            case "c":
                self._open(attributes)
            case "row":
                self.row, self.column = {}, -1
                self.row_gone = packages.yes(attributes, "hidden") or attributes.get("ht") == "0"
            case "col" if packages.yes(attributes, "hidden") or attributes.get("width") == "0":
                first, last = (min(int(attributes.get(end, "0")[:6]), tables.MAX_COLUMNS) for end in ("min", "max"))
                self.narrow.update(range(first - 1, last))
            case "rPh":
                self.spoken = True
            case _:
                pass

    def end(self, name: str) -> None:
        self.letters = False
        match name:
            case "c":
                self._close()
            case "row":
                self._end_row()
            case "rPh":
                self.spoken = False
            case "sheetData":
                raise EnoughError
            case _:
                pass

    def text(self, text: str) -> None:
        if self.letters and not self.spoken:
            self.pieces.append(text)

    def _open(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "")
        self.column = _column(place) if place else self.column + 1
        self.kind, self.pieces, self.formula = attributes.get("t", "n"), [], False
        style = attributes.get("s", "0")[:6]
        looks = self.shared.looks
        self.look = looks[int(style)] if style.isdigit() and int(style) < len(looks) else numberformats.PLAIN

    def _close(self) -> None:
        value = self._value("".join(self.pieces)[:_MAX_CELL])
        self.unsolved = self.unsolved or (self.formula and not value and self.kind != "str")
        if not value.strip():
            return
        if self.gone or self.row_gone or self.look.unseen or self.column in self.narrow:
            self._hide(value)
        elif self.column >= tables.MAX_COLUMNS:
            self.wide = True
        else:
            self.row[self.column] = value

    def _value(self, value: str) -> str:
        match self.kind:
            case "s":
                strings = self.shared.strings
                return strings[int(value)] if value.isdigit() and int(value) < len(strings) else ""
            case "n":
                return numberformats.shown(value, self.look, since_1904=self.shared.since_1904)
            case "b":
                return "yes" if value.strip() == "1" else "no"
            case _:
                return value

    def _hide(self, value: str) -> None:
        if len(self.unseen) < _QUOTED:
            self.unseen.append(value)
        elif self.gone:
            raise EnoughError

    def _end_row(self) -> None:
        if not self.row:
            return
        self.cut = len(self.rows) == tables.MAX_ROWS
        if self.cut or self.length > MAX_TEXT:
            raise EnoughError
        columns = (n for n in range(max(self.row) + 1) if n not in self.narrow)
        self.rows.append(tables.line([self.row.get(n, "") for n in columns]))
        self.length += len(self.rows[-1])
        self.row = {}


def read(data: bytes) -> Converted:
    """The name of each sheet as a heading, its rows as `a | b | c`. That something is hidden in it is said."""
    try:
        with (package := packages.opened(data)).packed:
            return _read(package)
    except packages.FAULTS:
        return Converted("", kinds.XLSX, (packages.DAMAGED,))


def _read(package: Package) -> Converted:
    book, related = _Book(), package.related(_BOOK)
    package.read(_BOOK, book)
    shared = _shared(package, related.by_type, since_1904=book.since_1904)
    tabs = [tab for tab in book.tabs if tab.key in related.by_key][:MAX_SHEETS]
    found = [(tab, _sheet(package, related.by_key[tab.key], shared, gone=tab.gone)) for tab in tabs]
    more = len(book.tabs) > MAX_SHEETS
    return converted("\n\n".join(_texts(found)), kinds.XLSX, *_notices(package, [one for _, one in found], more=more))


def _shared(package: Package, parts: dict[str, list[str]], *, since_1904: bool) -> _Shared:
    strings, styles = _Strings(), Styles()
    for part in parts.get("styles", [])[:1]:
        package.read(part, styles)
    for part in parts.get("sharedStrings", [])[:1]:
        package.read(part, strings)
    return _Shared(strings.found, styles.looks, since_1904)


def _sheet(package: Package, part: str, shared: _Shared, *, gone: bool) -> _Sheet:
    sheet = _Sheet(shared, gone)
    package.read(part, sheet)
    return sheet


def _texts(found: Sequence[tuple[_Tab, _Sheet]]) -> Iterator[str]:
    for tab, sheet in found:
        if sheet.rows:
            yield "\n".join([f"## {tab.name}", *sheet.rows])


def _notices(package: Package, sheets: Sequence[_Sheet], *, more: bool) -> Iterator[str]:
    if any(sheet.cut for sheet in sheets):
        yield f"Only the first {tables.MAX_ROWS:,} rows of a sheet were read."
    if any(sheet.wide for sheet in sheets):
        yield f"Only the first {tables.MAX_COLUMNS} columns of a sheet were read."
    if more:
        yield f"Only its first {MAX_SHEETS} sheets were read."
    if any(sheet.unsolved for sheet in sheets):
        yield _UNSOLVED
    if package.exhausted:
        yield packages.LONG
    yield hidden(" | ".join(value for sheet in sheets for value in sheet.unseen))


def _column(place: str) -> int:
    """Counted from 0: `A1` is 0, `AB7` is 27."""
    number = 0
    for letter in place[:3].upper():
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
