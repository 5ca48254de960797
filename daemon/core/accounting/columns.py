"""Tables whose columns are held apart by gaps or tabs, as PDFs and spreadsheets give them: written with marks.

What follows a row in one cell belongs to its description. Lines that do not fit the head end the table; a table
without a head is one where quantity times price is the amount, in every row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from daemon.core.accounting import cues, money

_GAP = re.compile(r"[ ]{2,}")
_HEADS = 2  # that have to be known
_CELLS = 12  # of one row
_APART = 5  # lines without a row that a table may have inside
_NUMBERS = 3  # quantity, price, amount
_SUMS = re.compile(
    r"\W*(?:(?:net|netto|sub|zwischen|gesamt|grand|order|invoice|gross|brutto)[ -]?)?"
    r"(?:total\w*|sum\w*|summe|betrag|totaal|gesamt|montant|importe|importo|vat|mwst|ust|tva|iva|btw|tax|net|netto"
    r"|brutto|gross|übertrag|report|carried)(?!\w)",
    re.IGNORECASE,
)
_HEADLESS = ("Description", "Quantity", "Unit price", "Amount")


def marked(text: str) -> str:
    """The text with its tables as rows of `| cell | cell |`; all other lines as they are."""
    if not ("  " in text or "\t" in text):
        return text
    lines, at = text.split("\n"), 0
    out: list[str] = []
    while at < len(lines):
        rows, end = _table(lines, at)
        out += [_written(row) for row in rows] or [lines[at]]
        at = max(end, at + 1)
    return "\n".join(out)


def _table(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    """The rows of the table that begins in this line, head first, and the line behind it."""
    heads = _cells(lines[at])
    if not _is_head(heads):
        return _headless(lines, at)
    rows, end = [heads], at + 1
    for number in range(at + 1, len(lines)):
        cells = _cells(lines[number])
        if (not any(cells) or cells == heads) and number - end < _APART:
            continue
        if not any(cells) or cells == heads or not _added(rows, cells, follows=number == end):
            break
        end = number + 1
    return (rows, end) if rows[1:] else ([], at)


def _added(rows: list[list[str]], cells: list[str], *, follows: bool) -> bool:
    """Whether the cells are a row, or go on with the one before, and were put there."""
    heads = rows[0]
    first = next(iter(filter(None, cells)), "")
    if _SUMS.match(first) or _SUMS.match(cells[0]):
        return False
    if len(cells) == len(heads):
        rows.append(cells)
        return True
    where = [cues.column(head) for head in heads].index("Description")
    if len(cells) == 1 and follows and rows[1:] and not re.search(r"[:@]|\.$", first) and not _money(first):
        rows[-1][where] = f"{rows[-1][where]} {first}"
        return True
    return False


def _headless(lines: Sequence[str], at: int) -> tuple[list[list[str]], int]:
    rows: list[list[str]] = []
    end = at
    while end < len(lines) and (row := _computed(_cells(lines[end]))):
        rows.append(row)
        end += 1
    return ([list(_HEADLESS), *rows], end) if rows else ([], at)


def _computed(cells: list[str]) -> list[str]:
    """Description, quantity, price and amount of a row in which they fit; [] where they do not."""
    said = [cell for cell in cells if cell]
    numbers = [(cell, value) for cell in said if (value := _value(cell)) is not None]
    words = [cell for cell in said if _value(cell) is None]
    if len(numbers) == _NUMBERS + 1 and said[0] == numbers[0][0]:
        numbers = numbers[1:]  # the first is the number of the row
    if not words or len(numbers) != _NUMBERS or _SUMS.match(words[0]):
        return []
    (count, first), (price, second), (amount, third) = numbers
    return [" ".join(words), count, price, amount] if first * second == third else []


def _value(cell: str) -> Decimal | None:
    found = cues.pattern("money").fullmatch(cell)
    written = (found[2] or found[3]) if found else cell
    return money.decimal(written) if re.fullmatch(money.NUMBER, written) else None


def _money(text: str) -> bool:
    return cues.pattern("money").search(text) is not None


def _is_head(cells: Sequence[str]) -> bool:
    named = {cues.column(cell) for cell in cells} - {""}
    return "Description" in named and len(named) >= _HEADS


def _cells(line: str) -> list[str]:
    parts: Iterator[str] = iter(line.split("\t") if "\t" in line else _GAP.split(line.strip()))
    return [part.strip() for part in parts][: _CELLS + 1]


def _written(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
