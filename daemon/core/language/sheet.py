"""A table as text: its columns, its rows, and what its columns of numbers come to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from daemon.core.language import words

_BAR = " | "
_TAB = "\t"
_LEAST = 2  # columns and lines
_MOST_ROWS = 5_000
_NUMBER = re.compile(
    r"[-+\u2212]?\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3})*(?:[.,]\d{1,4})?|[-+\u2212]?\d{1,12}(?:[.,]\d{1,4})?"
)
_UNIT = re.compile(r"[€$£]|\b(?:EUR|USD|GBP|CHF)\b")
_NO_SUM = (  # names of columns whose numbers count nothing
    "nr", "no", "no.", "number", "nummer", "num", "id", "code", "plz", "zip", "postcode", "phone", "tel", "telefon",
    "year", "jahr", "date", "datum", "account", "konto", "iban", "saldo", "guthaben", "balance", "rank", "pos",
    "position", "línea", "año", "année", "anno", "ano", "jaar", "kundennr", "kundennr.", "artikelnr", "artikelnr.",
)  # fmt: skip
_SINGLE = ("price*", "preis*", "prix*", "precio*", "prezz*", "preço*", "prij*", "rate", "rate*", "satz", "einzelpreis*",
           "stückpreis*", "tarif*", "%", "percent", "prozent", "mindest*", "minim*")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of numbers. A `total` is None where adding up says nothing, as for prices."""

    name: str
    total: Decimal | None
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows` without the one of names; `names` are empty where the table has none."""

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def numbers(self) -> tuple[Column, ...]:
        return tuple(self._numbers())

    def _numbers(self) -> Iterator[Column]:
        for index, name in enumerate(self.names):
            cells = [_UNIT.sub("", row[index]).strip() for row in self.rows if index < len(row)]
            cells = [cell for cell in cells if cell]
            values = [_value(cell) for cell in cells if _NUMBER.fullmatch(cell)]
            if name and values and len(values) == len(cells) and not _is_label(name, cells):
                single = bool(words.mentioned(name, _SINGLE))
                yield Column(name, None if single else sum(values, Decimal()), min(values), max(values))


def read(text: str) -> Sheet | None:
    """The table that a text is; None when it is something else."""
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()][: _MOST_ROWS + 1]
    for mark in (_BAR, _TAB):
        cells = [tuple(cell.strip() for cell in line.split(mark)) for line in lines if mark.strip(" ") in line]
        if len(cells) >= _LEAST and len(cells) == len(lines) and _is_even(cells):
            return Sheet(cells[0], tuple(cells[1:])) if _names(cells[0]) else Sheet((), tuple(cells))
    return None


def _is_even(rows: list[tuple[str, ...]]) -> bool:
    """Most lines have as many cells as the first."""
    width = len(rows[0])
    return width >= _LEAST and sum(len(row) == width for row in rows) * _LEAST > len(rows)


def _names(row: tuple[str, ...]) -> bool:
    return not any(_NUMBER.fullmatch(cell) for cell in row if cell)


def _is_label(name: str, cells: list[str]) -> bool:
    """Numbers that name something: with zeros in front, or in a column called so."""
    padded = any(len(cell) > 1 and cell.startswith("0") and cell.isdigit() for cell in cells)
    return padded or bool(words.mentioned(name, _NO_SUM))


def _value(cell: str) -> Decimal:
    digits = re.sub(r"['\u2019\s]", "", cell.replace("\u2212", "-"))
    mark = max(digits.rfind("."), digits.rfind(","))
    grouped = len(digits) - mark - 1 == 3 and not digits.lstrip("+-").startswith("0")  # noqa: PLR2004 - of thousands
    if mark < 0 or grouped:
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(f"{re.sub(r'[.,]', '', digits[:mark])}.{digits[mark + 1 :]}")
