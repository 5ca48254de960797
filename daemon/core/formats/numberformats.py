"""How a spreadsheet shows a number: as a date, a time, a share of a hundred, or as it is (ECMA-376, 18.8.30)."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["number", "percent", "digits", "date", "time", "moment", "duration"]
MAX_FORMAT = 200  # characters
_DATES = {14, 15, 16, 17, *range(27, 32), 34, 35, 36, *range(50, 59)}  # formats that are not written out
_TIMES = {18, 19, 20, 21, 32, 33, 45, 47}
_KNOWN: dict[int, Kind] = {
    9: "percent", 10: "percent", 22: "moment", 46: "duration",
    **dict.fromkeys(_DATES, "date"), **dict.fromkeys(_TIMES, "time"),
}  # fmt: skip
_SILENT = re.compile(r'"[^"]*"?|\[[^\]]*\]?|[\\_*].')  # what only decorates
_ELAPSED = re.compile(r"\[[hms]{1,4}\]", re.IGNORECASE)
_NOTHING = re.compile(r"\s*;\s*;\s*;?\s*")  # shows no value at all
_LAST_DAY = 2_958_466  # after the year 9999
_NO_29_FEBRUARY = 60  # the day in 1900 that never was, as in Lotus 1-2-3
_WHITE = {"FFFFFFFF", "00FFFFFF", "FFFFFF"}


@dataclass(frozen=True, slots=True)
class Look:
    """Of one cell. `digits` is how many a number has at least, such as five of a postcode."""

    kind: Kind = "number"
    digits: int = 0
    unseen: bool = False


PLAIN = Look()


@dataclass(slots=True)
class Styles:
    """The part of a workbook that says how cells look; `looks` in the order that cells count them."""

    looks: list[Look] = field(default_factory=list[Look])
    section: str = ""
    formats: dict[str, str] = field(default_factory=dict[str, str])
    white: list[bool] = field(default_factory=list[bool])  # fonts
    empty: list[bool] = field(default_factory=list[bool])  # fills

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match self.section, name:
            case _, "numFmts" | "fonts" | "fills" | "cellXfs" | "cellStyleXfs" | "dxfs":
                self.section = name
            case "numFmts", "numFmt":
                self.formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:MAX_FORMAT]
            case "fonts", _:
                self._font(name, attributes)
            case "fills", _:
                self._fill(name, attributes)
            case "cellXfs", "xf":
                self.looks.append(self._look(attributes))
            case _:
                pass

    def end(self, name: str) -> None:
        """Sections follow one another."""

    def text(self, text: str) -> None:
        """Nothing stands in it."""

    def _font(self, name: str, attributes: dict[str, str]) -> None:
        if name == "font":
            self.white.append(False)
        elif name == "color" and self.white:
            paper = attributes.get("theme") == "0" and "tint" not in attributes
            self.white[-1] = paper or attributes.get("rgb", "").upper() in _WHITE

    def _fill(self, name: str, attributes: dict[str, str]) -> None:
        if name == "fill":
            self.empty.append(True)
        elif name in {"patternFill", "gradientFill"} and self.empty:
            self.empty[-1] = name == "patternFill" and attributes.get("patternType", "none") == "none"

    def _look(self, attributes: dict[str, str]) -> Look:
        number = attributes.get("numFmtId", "0")
        white, empty = _at(self.white, attributes.get("fontId", "")), _at(self.empty, attributes.get("fillId", ""))
        found = look(self.formats[number]) if number in self.formats else Look(_KNOWN.get(_index(number), "number"))
        return Look(found.kind, found.digits, found.unseen or (white and empty))


def look(code: str) -> Look:
    """Of a format as a workbook writes it: `yyyy-mm-dd`, `0%`, `00000`, `;;;`."""
    bare = _SILENT.sub("", code.partition(";")[0]).strip()
    return Look(
        _kind(code, bare.lower()), len(bare) if bare and not bare.strip("0") else 0, bool(_NOTHING.fullmatch(code))
    )


def _kind(code: str, bare: str) -> Kind:
    if _ELAPSED.search(code):
        return "duration"
    clock = "h" in bare or "s" in bare
    day = "y" in bare or "d" in bare or ("m" in bare and not clock)
    if clock or day:
        return "time" if not day else "moment" if clock else "date"
    if "%" in bare:
        return "percent"
    return "digits" if bare and not bare.strip("0") else "number"


def shown(value: str, seen: Look, *, since_1904: bool) -> str:
    """The number in the words of its format, dates as ISO 8601; what is no number as it stands."""
    try:
        number = float(value)
    except ValueError:
        return value
    if not math.isfinite(number):
        return value
    match seen.kind:
        case "number":
            return _plain(number, value)
        case "digits":
            return f"{number:.0f}".zfill(seen.digits)
        case "percent":
            return f"{_plain(number * 100, value)}%"
        case "duration":
            minutes = round(number * 24 * 60)
            return f"{minutes // 60}:{minutes % 60:02}"
        case "date" | "time" | "moment":
            return _moment(number, seen.kind, since_1904=since_1904) or _plain(number, value)


def _plain(number: float, value: str) -> str:
    """As many figures as Excel itself keeps: 36.89 is written to the file as 36.890000000000001."""
    short = f"{number:.15g}"
    return value if "e" in short else short


def _moment(number: float, kind: Kind, *, since_1904: bool) -> str:
    if not 0 <= number < _LAST_DAY - (1462 if since_1904 else 0):
        return ""
    early = timedelta(days=1 if number < _NO_29_FEBRUARY else 0)
    first = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30) + early  # noqa: DTZ001 - no sheet has a zone
    days = int(number)
    when = first + timedelta(days=days, seconds=round((number - days) * 86_400))
    clock = f"{when:%H:%M:%S}".removesuffix(":00")
    return clock if kind == "time" else f"{when:%Y-%m-%d}" if kind == "date" else f"{when:%Y-%m-%d} {clock}"


def _at(flags: Sequence[bool], index: str) -> bool:
    return bool(index) and 0 <= _index(index) < len(flags) and flags[_index(index)]


def _index(text: str) -> int:
    return int(text[:6]) if text.isascii() and text.isdigit() else -1
