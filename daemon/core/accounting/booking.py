"""Accounting/ledger.csv as a table: one line a booking, in whatever form the person's spreadsheet saved it last.

A new table is made so that a double click opens it: UTF-8 with a byte order mark, and `;` with a decimal comma where
Excel expects that, else `,` with a decimal point. Days are always written 2026-12-05. Pure: nothing is read from disk.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from daemon.core.accounting import money

INVOICE = "invoice"  # the kind of what has a number of ours
BILL = "bill to pay"
RECEIVED = "payment received"
COLUMNS = (
    "date", "kind", "number", "party", "description", "net", "tax", "gross", "currency", "due", "file", "id",
)  # fmt: skip
_NEEDED = frozenset({"kind", "number", "id"})  # without these nobody can tell what is booked already
_AMOUNTS = ("net", "tax", "gross")
_SEPARATORS = (";", ",", "\t")
_TITLES = 20  # rows that the person may have put above the column names
_FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_SMALL_FIELDS = 100_000  # characters; a cell of ours is far smaller
_POINT = frozenset({"Europe/London", "Europe/Dublin", "Europe/Malta", "Europe/Belfast", "Europe/Jersey",
                    "Europe/Guernsey", "Europe/Isle_of_Man", "Europe/Zurich"})  # fmt: skip


class NoTable(ValueError):
    """The file cannot be read as a table; the text says why."""


class Booking(BaseModel):
    """One line. Amounts are rounded; None where nothing is known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date  # the column `date`
    kind: str
    number: str = ""
    party: str = ""
    description: str = ""
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal
    currency: str
    due: date | None = None
    file: str = ""  # where the paper is, relative to the vault
    id: str  # the effect's key: a line with it is there once


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it is on disk, and how to go on in its own form."""

    data: bytes
    header: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    separator: str
    mark: str  # before the decimals
    newline: str
    encoding: str

    def holds(self, key: str) -> bool:
        return any(row["id"].strip() == key for row in self.rows)

    def invoice_numbers(self) -> frozenset[str]:
        return frozenset(map(_plain, (row["number"] for row in self.of_kind(INVOICE)))) - {""}

    def of_kind(self, kind: str) -> Sequence[Mapping[str, str]]:
        """Its rows by column name; a column that the person took out is not in them."""
        return [row for row in self.rows if row["kind"].strip().casefold() == kind]

    def with_line(self, booking: Booking) -> bytes:
        """The table with one more line at its end; everything before it stays as it is. Raises NoTable."""
        cells = dict(_cells(booking, self.mark))
        line = _line([cells.get(name, "") for name in self.header], self.separator, self.newline)
        gap = "" if self.data.endswith(("\n".encode(self.encoding), "\r".encode(self.encoding))) else self.newline
        try:
            return self.data + (gap + line).encode(self.encoding)
        except UnicodeEncodeError as error:
            raise NoTable("it cannot hold all letters; save it in your spreadsheet as “CSV UTF-8”") from error


def gross(row: Mapping[str, str]) -> Decimal | None:
    """The amount of a line, however its spreadsheet writes it; None when it cannot be read."""
    written = row.get("gross", "").strip()
    return money.decimal(written) if re.fullmatch(money.NUMBER, written) else None


def separator(zone: tzinfo) -> str:
    """What Excel takes for the end of a cell where the person lives, as far as the time zone tells."""
    name = str(zone)
    return ";" if name.startswith("Europe/") and name not in _POINT else ","


def empty(separator: str) -> Table:
    """A table without lines."""
    mark = "," if separator == ";" else "."
    header = _line(COLUMNS, separator, "\r\n")
    return Table(codecs.BOM_UTF8 + header.encode(), COLUMNS, (), separator, mark, "\r\n", "utf-8")


def read(data: bytes) -> Table:
    """A table that a person and their spreadsheet may have changed. Raises NoTable."""
    text, encoding = _decoded(data)
    for sign in _SEPARATORS:
        rows = _parsed(text, sign)
        start = next((n for n, row in enumerate(rows[:_TITLES]) if set(_names(row)) >= _NEEDED), None)
        if start is not None:
            header = _names(rows[start])
            others = [*rows[:start], *rows[start + 1 :]]  # sorted by a spreadsheet, lines may stand above their header
            found = [dict(zip(header, [*row, *[""] * len(header)], strict=False)) for row in others if row]
            return Table(data, header, found, sign, _mark(found, sign), _newline(text), encoding)
    names = ", ".join(sorted(_NEEDED))
    raise NoTable(f"it has no row with the column names {names} any more")


def _names(row: Sequence[str]) -> list[str]:
    return [cell.strip().casefold() for cell in row]


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        wide = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        return data[2:].decode(wide, "replace"), wide
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "cp1252"  # what Excel writes when asked for plain CSV


def _parsed(text: str, sign: str) -> list[list[str]]:
    if "\0" in text:
        raise NoTable("it is not a text file any more")
    csv.field_size_limit(_SMALL_FIELDS)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True))
    except csv.Error as error:
        if sign is _SEPARATORS[-1]:
            raise NoTable(f"a cell in it does not end as it should ({error})") from error
        return []


def _mark(rows: Sequence[Mapping[str, str]], sign: str) -> str:
    """What stands before the decimals in the last amount; as the separator suggests, when there is none."""
    amounts = (row.get(name, "").strip() for row in reversed(rows) for name in _AMOUNTS)
    last = next((found[1] for each in amounts if (found := re.search(r"([.,])\d{1,2}$", each))), "")
    return last or ("," if sign == ";" else ".")


def _newline(text: str) -> str:
    return next((end for end in ("\r\n", "\n", "\r") if end in text), "\r\n")


def _cells(booking: Booking, mark: str) -> Iterator[tuple[str, str]]:
    for name in COLUMNS:
        match getattr(booking, "day" if name == "date" else name):
            case None:
                yield name, ""
            case Decimal() as amount:
                yield name, f"{amount:f}".replace(".", mark)
            case date() as day:
                yield name, day.isoformat()
            case text:
                yield name, _harmless(str(text))


def _plain(number: str) -> str:
    """A number as it was given, whatever a spreadsheet or a hasty hand made of its letters."""
    shown = "".join(char for char in unicodedata.normalize("NFKC", number) if char.isprintable())
    return shown.strip().removeprefix("'")


def _harmless(text: str) -> str:
    """Text on one line that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    line = " ".join(text.split())
    return f"'{line}" if _FORMULA.match(line) else line


def _line(cells: Sequence[str], sign: str, newline: str) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=sign, lineterminator=newline).writerow(cells)
    return written.getvalue()
