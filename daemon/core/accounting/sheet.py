"""The readable text of a record: lines `Name: value`, then a Markdown table; how it is read back, strictly.

A person edits this text on a phone. Whatever cannot be read is a `UserError` that names the line and says how to
write it; nothing is guessed and nothing is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from daemon.core import neutral
from daemon.core.accounting import money
from daemon.core.errors import UserError

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

UNKNOWN = "?"  # stands where something is missing
NONE = "none"  # stands where something may be missing
LONGEST = 20_000  # characters of one record
_LONGEST_CELL = 2_000
_NAMED = re.compile(r"([^\W\d_][^:|]{0,40}?)\s*:\s*(.*)")
_CELL = re.compile(r"((?:[^|\\]|\\.)*+)\|")
_RULE = re.compile(r"[|\s:-]+")
_ESCAPED = re.compile(r"\\([\\|])")
_NUMBER = re.compile(money.NUMBER)
_AMOUNT = re.compile(rf"({money.NUMBER})(?: ?([A-Za-z]{{3}}))?")
_MEASURED = re.compile(rf"(\?|{money.NUMBER})(?![\d.,])")


def one_line(text: str) -> str:
    """Text as it can stand in one line of a record: nothing hidden, nothing that acts; "?" and "none" say nothing."""
    line = " ".join(neutral.defuse(" ".join(neutral.visible(text[:_LONGEST_CELL]).split())).split())
    return "" if line.casefold() in (UNKNOWN, NONE) else line


Text = Annotated[str, AfterValidator(one_line)]
Number = Annotated[Decimal, Field(gt=-money.LARGEST, lt=money.LARGEST, decimal_places=6)]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=9, decimal_places=6)]
Currency = Annotated[str, StringConstraints(pattern="^([A-Z]{3})?$")]  # "" is not known


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a record, and the line it stands in."""

    text: str
    line: str

    @property
    def missing(self) -> bool:
        return self.text.casefold() in ("", UNKNOWN, NONE)

    def require_short(self) -> None:
        """Raises UserError for a text that could only be kept in part."""
        if len(self.text) > _LONGEST_CELL:
            raise self.wrong(f"it has more than {_LONGEST_CELL:,} characters; shorten it.")

    def wrong(self, hint: str) -> UserError:
        return UserError(f"“{neutral.visible(self.line.strip())[:80]}” cannot be read: {hint}")


@dataclass(frozen=True, slots=True)
class Result:
    """A row of a table of results, or the cells of row `at` in the table that no column is known for."""

    at: int
    said: tuple[str, ...]  # numbers in one form
    line: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record as it was read: `named` by folded name; each row of the table by its column's folded name.

    `results` are the other rows and cells, in which the program says what it computed.
    """

    named: Mapping[str, Cell]
    rows: Sequence[Mapping[str, Cell]]
    results: Sequence[Result] = ()

    def text(self, name: str) -> str:
        cell = self.named.get(name)
        return "" if cell is None or cell.missing else cell.text

    def day(self, name: str) -> date | None:
        """A date as 2026-12-05, or none. Raises UserError."""
        return day(self.named.get(name, _NOTHING))

    def percentage(self, name: str) -> Decimal | None:
        """A rate. Raises UserError."""
        return percentage(self.named.get(name, _NOTHING))

    def number(self, name: str) -> Decimal | None:
        """Raises UserError."""
        return number(self.named.get(name, _NOTHING))

    def currency(self, name: str) -> str:
        """A currency's code in capitals. Raises UserError."""
        code = self.text(name).upper()
        if code and not re.fullmatch("[A-Z]{3}", code):
            raise self.named[name].wrong("write three letters, such as EUR.")
        return code


_NOTHING = Cell("", "")
_COMPUTED = (
    "it is computed. Change quantity, price, tax or discount instead; what else you want needs a row of its own."
)


def parted(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines of an address, none of which has a comma: it is written in one line, with commas between."""
    return tuple(part for line in lines for piece in line.split(",") if (part := one_line(piece)))


class Reader:
    """Takes the parts of a record one by one and keeps every problem, so that all are said at once."""

    def __init__(self) -> None:
        self._problems: list[str] = []

    def take(self, part: Callable[[], T]) -> T | None:
        try:
            return part()
        except UserError as error:
            self._problems.extend(error.problems)
            return None

    def build(self, model: type[M], table: Mapping[str, object]) -> M:
        """Raises UserError with all that could not be read."""
        if self._problems:
            raise UserError(*self._problems)
        return checked(model, "This text", table)


def checked(model: type[M], line: str, table: Mapping[str, object]) -> M:
    """The value, or a UserError that says which line cannot be used."""
    try:
        return model.model_validate(table)
    except ValidationError as error:
        hints = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Cell("", line).wrong(f"{hints}.") from error


def read(text: str, names: Sequence[str], columns: Sequence[str] = ()) -> Sheet:
    """The lines with one of `names` and the first table that has `columns`. Raises UserError.

    Any other table holds results and is not read; any other line is refused, so that no wish is lost.
    """
    if len(text) > LONGEST:
        raise UserError(f"This text has more than {LONGEST:,} characters; shorten it.")
    named: dict[str, Cell] = {}
    tables: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.lstrip().startswith("|"):
            tables[-1].append(line)
            continue
        tables.append([])
        if line.strip():
            name, cell = _named(line, names)
            if name in named:
                raise cell.wrong("there are two lines of this name; keep one.")
            named[name] = cell
    rows, results = _rows(tables, columns) if columns else ((), ())
    return Sheet(named, rows, results)


def written_by_hand(read: Sheet, *computed: Sheet) -> tuple[str, ...]:
    """A sentence for each result in what was `read` that none of the `computed` ones has."""
    known = {(result.at, result.said) for each in computed for result in each.results}
    wrong = (result for result in read.results if any(result.said) and (result.at, result.said) not in known)
    return tuple(f"“{neutral.visible(result.line.strip())[:80]}” would have no effect: {_COMPUTED}" for result in wrong)


def cell(text: str) -> str:
    """Text inside a table."""
    return text.replace("\\", "\\\\").replace("|", "\\|")


def row(*cells: str) -> str:
    """One row of a table."""
    return f"| {' | '.join(cells)} |"


def number(cell: Cell, *, exact: bool = False) -> Decimal | None:
    """The number of a cell, None where it is missing. Raises UserError; `exact`: also where it reads two ways."""
    if cell.missing:
        return None
    if not _NUMBER.fullmatch(cell.text):
        raise cell.wrong("write a number such as 1200.50, or ? when it is not known.")
    value = money.decimal(cell.text)
    if exact and money.ambiguous(cell.text):
        raise cell.wrong(f"{cell.text} can be read two ways; write {value:f}, or {cell.text}0 for the small number.")
    return value


def percentage(cell: Cell) -> Decimal | None:
    """A rate between 0 and 100."""
    value = number(Cell(cell.text.removesuffix("%").rstrip(), cell.line))
    if value is not None and not 0 <= value <= 100:  # noqa: PLR2004 - percent
        raise cell.wrong("a rate is between 0 and 100, such as 19 %.")
    return value


def measured(cell: Cell) -> tuple[Decimal | None, str]:
    """A quantity and its unit: "2.5 hours", "? days", "3". Raises UserError."""
    if cell.missing:
        return None, ""
    found = _MEASURED.match(cell.text)
    if not found:
        raise cell.wrong("write a number and perhaps a unit, such as 3 days, or ? when it is not known.")
    return number(Cell(found[1], cell.line), exact=True), cell.text[found.end() :].strip()


def day(cell: Cell) -> date | None:
    """A date as 2026-12-05. Raises UserError."""
    if cell.missing:
        return None
    try:
        return date.fromisoformat(cell.text)
    except ValueError as error:
        raise cell.wrong("a date is written 2026-12-05.") from error


def _named(line: str, names: Sequence[str]) -> tuple[str, Cell]:
    found = _NAMED.fullmatch(line.strip())
    name = next((n for n in names if found and n.casefold() == found[1].casefold()), "")
    value = Cell(found[2].strip() if found else "", line)
    if not name:
        raise value.wrong(f"a line begins with one of {', '.join(f'{n}:' for n in names)}")
    value.require_short()
    return name, value


Rows = Sequence[Mapping[str, Cell]]


def _rows(tables: Sequence[Sequence[str]], columns: Sequence[str]) -> tuple[Rows, Sequence[Result]]:
    """The rows of the first table that has `columns`, and everything else that stands in tables."""
    rows: Rows = ()
    results: list[Result] = []
    found = False
    for lines in filter(None, tables):
        known = _known(lines[0], columns)
        body = [line for line in lines[1:] if not _RULE.fullmatch(line)]
        if columns[0] in known and not found:
            found, rows = True, [_row(line, known) for line in body]
            results += [_rest(at, line, known) for at, line in enumerate((lines[0], *body))]
        else:
            results += [_rest(_ELSEWHERE, line, ()) for line in (lines[0], *body)]
    return rows, results


_ELSEWHERE = -1


def _known(line: str, columns: Sequence[str]) -> Sequence[str]:
    """The column of each cell of a head, "" where it is none."""
    known = [next((c for c in columns if c.casefold() == head.casefold()), "") for head in _cells(line)]
    if len({c for c in known if c}) < sum(map(bool, known)):
        raise Cell("", line).wrong("two columns have the same name.")
    return known


def _rest(at: int, line: str, columns: Sequence[str]) -> Result:
    cells = _cells(line)
    rest = cells if not columns else [text for text, name in zip(cells, columns, strict=False) if not name]
    return Result(at, tuple(map(_one_form, rest)), line)


def _one_form(text: str) -> str:
    """A cell however it is spaced and its number written: "1,000.00 EUR" is "1000 eur"."""
    found = _AMOUNT.fullmatch(text)
    if found:
        return f"{money.decimal(found[1]).normalize():f} {found[2] or ''}".casefold().strip()
    return "" if text == UNKNOWN else " ".join(text.split()).casefold()


def _row(line: str, columns: Sequence[str]) -> Mapping[str, Cell]:
    cells = _cells(line)
    if len(cells) != len(columns):
        raise Cell("", line).wrong(f"the row has {len(cells)} cells, its table has {len(columns)}.")
    row = {name: Cell(text, line) for name, text in zip(columns, cells, strict=True) if name}
    for cell in row.values():
        cell.require_short()
    return row


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner if inner.endswith("|") else f"{inner}|"
    return [_ESCAPED.sub(r"\1", found[1]).strip() for found in _CELL.finditer(inner)]
