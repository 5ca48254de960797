"""Comma-separated values as lines of a table, whatever the separator, decimal sign and letters."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from daemon.core.formats.letters import MAX_TEXT, beginning, converted
from daemon.core.ports import Converted

MAX_ROWS = 1_000
MAX_COLUMNS = 60
MAX_CELL = 300  # characters
_MAX_LINE = 100_000  # characters; no table that a person made has longer lines
_SEPARATORS = ";\t,|"
_LOOKED_AT = 20  # lines
_Quoting = Literal[0, 3]  # the constants QUOTE_MINIMAL and QUOTE_NONE of csv


def read(data: bytes) -> Converted:
    """Rows as `a | b | c`, the figures as they were written."""
    text, notices = beginning(data)
    lines = [line[:_MAX_LINE] for line in text[: 4 * MAX_TEXT].split("\n")]
    cut = any(len(line) > _MAX_LINE for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT])
    said, separator = _separator(lines)
    rows = _rows(lines[1:] if said else lines, separator)
    wide = cut or any(len(row) > MAX_COLUMNS for row in rows)
    return converted(
        "\n".join(line(row) for row in rows[:MAX_ROWS]),
        "text/csv",
        *notices,
        f"Only its first {MAX_ROWS:,} rows were read." if len(rows) > MAX_ROWS else "",
        f"Only its first {MAX_COLUMNS} columns were read." if wide else "",
    )


def _rows(lines: Sequence[str], separator: str) -> list[list[str]]:
    """Rows that hold anything, one more than are shown. Quotes that are never closed are letters like others."""
    try:
        return list(islice(_filled(lines, separator, csv.QUOTE_MINIMAL), MAX_ROWS + 1))
    except csv.Error:
        return list(islice(_filled(lines, separator, csv.QUOTE_NONE), MAX_ROWS + 1))


def _filled(lines: Sequence[str], separator: str, quoting: _Quoting) -> Iterator[list[str]]:
    rows = csv.reader((f"{line}\n" for line in lines), delimiter=separator, skipinitialspace=True, quoting=quoting)
    return (row for row in rows if any(cell.strip() for cell in row))


def line(row: Sequence[str]) -> str:
    """A row as it is shown: `a | b | c`, each cell on one line and not too long."""
    cells = [" ".join(cell[: 2 * MAX_CELL].split())[:MAX_CELL] for cell in row[:MAX_COLUMNS]]
    return " | ".join(cells).rstrip(" |")


def _separator(lines: list[str]) -> tuple[bool, str]:
    """Whether the first line only names it, as Excel writes `sep=;`; and the sign that parts most lines alike.

    A comma between figures is a decimal sign as likely as a separator, so that it comes last.
    """
    first = lines[0].strip().lower()
    if first.startswith("sep=") and first[4:5] in _SEPARATORS and len(first) == len("sep=;"):
        return True, first[4]
    if first.startswith("sep="):
        return True, "\t"
    head = [line for line in lines[:_LOOKED_AT] if line.strip()]
    counts = {sign: [_outside_quotes(line).count(sign) for line in head] for sign in _SEPARATORS}
    whole = [sign for sign, found in counts.items() if found and min(found) > 0]
    some = sorted(_SEPARATORS, key=lambda sign: -sum(1 for count in counts[sign] if count))
    return False, whole[0] if whole else some[0]


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])
