"""The lines of an invoice as a request names them: in sentences, bullets, tables. What is not said stays None."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain

from daemon.core.accounting import cues, identifiers, money

_MARKS = ("|", ";", "\t")
_LONGEST = 300  # characters of one piece that can still be a line of an invoice
_COLUMNS = 2
_PAGES = 20  # tables of one text
_CENT = Decimal("0.01")
_GAPS = re.compile(r"[\s|]+(?:[, ]{2,})?")  # also where something was taken out
_SAYS = re.compile(r"[^\W\d_]{3}")
_COUNTS = re.compile(r"(?<![\w.])(?!(?:19|20)\d\d(?!\d))\d+(?![\w.]*\d)")  # a number that is no date or year
_INSIDE = re.compile(r"(?<![\w.,/-])(?!(?:19|20)\d\d )(\d{1,6})[ ](?=[^\W\d_]{3})")
_ALL = r"in (?:all|total|tutto|totaal)|altogether|together|insgesamt|zusammen|en (?:tout|total)|au total|no total"
_TO_MAKE = frozenset({"machen", "lassen", "anbieten", "faire", "hacer", "fare", "fazer", "maken"})
_ALL_OF_IT = re.compile(rf"[ ,]+(?:{_ALL})[?!. ]*$", re.IGNORECASE)
_EMPTY = re.compile(r"\([^\w()]{0,40}\)")
_IN_ALL = re.compile(rf"\W*(?:(?:{_ALL})\W*)?", re.IGNORECASE)
_SENTENCE = 70  # characters; a longer description is prose, which the person puts in their own words
_UNCAPPED = re.compile(r"[^\W\d_]")
_THOUSANDS: Mapping[str, str] = {"en": ","}  # the mark between thousands; "." elsewhere


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was said. `currency` is a code or a shared sign; `notes` are sentences for the person."""

    description: str
    quantity: Decimal | None
    unit: str
    price: Decimal | None
    currency: str = ""
    discount: Decimal = Decimal(0)
    tax: Decimal | None = None
    notes: tuple[str, ...] = ()


def read(text: str, language: str) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The lines in a text from which customer, tax, terms and totals were taken out; and what was not understood."""
    table, rest = _tables(cues.squeezed(text).split("\n"))
    parts = [tuple(_pieces(part)) for part in cues.pattern("sentence").split("\n".join(rest))]
    if table:
        return tuple(row for cells in table if (row := _from_cells(cells, language))), _left(chain(*parts))
    made = [[(piece, _from_words(piece, language)) for piece in pieces] for pieces in parts]
    rows = tuple(row for part in made for _, row in part if row)
    return rows, _left(piece for part in made for piece, row in part if not row)


def _left(pieces: Iterable[str]) -> tuple[str, ...]:
    """What says something, and was not understood."""
    return tuple(_GAPS.sub(" ", piece).strip() for piece in pieces if _SAYS.search(piece))


# --- sentences and bullets -------------------------------------------------------------------------------


def _pieces(part: str) -> Iterator[str]:
    """A sentence or line, cut where another thing begins."""
    part = cues.pattern("bullet").sub("", part)[:2000]
    current = ""
    cut = tuple(_cut(part))
    for number, (mark, piece) in enumerate(cut):
        follows = cut[number + 1][1] if number + 1 < len(cut) else ""
        if current and (_begins(piece, current) or _is_priced_next(current, piece, follows)):
            yield current
            current = piece
        else:
            current = f"{current}{mark}{piece}"
    yield current


def _cut(part: str) -> Iterator[tuple[str, str]]:
    """The pieces between commas and words such as "and", each with what stands before it."""
    end, mark = 0, ""
    for found in cues.pattern("separator").finditer(part):
        yield mark, part[end : found.start()]
        end, mark = found.end(), found[0]
    yield mark, part[end:]


def _is_priced_next(current: str, piece: str, follows: str) -> bool:
    """Whether the price of a piece stands alone behind it: "and for the print, 180 euros in all"."""
    price = _price(follows) if _UNCAPPED.search(piece) else None  # the longest text is searched last
    if not price or _price(piece) or _quantity(piece) or not _price(current):
        return False
    return bool(_IN_ALL.fullmatch(cues.blank(follows, [price.span()])))


def _begins(piece: str, current: str) -> bool:
    """Whether a piece is about another thing than what came before it."""
    if not _UNCAPPED.search(cues.pattern("money").sub("", piece)):
        return False
    if cues.pattern("off_word").search(piece) and not cues.pattern("off").search(piece):
        return bool(_price(piece))
    counts = bool(_quantity(piece)) and bool(_quantity(current) or _price(current))
    return counts or (bool(_price(piece)) and bool(_price(current)))


def _from_words(piece: str, language: str) -> Row | None:
    """None when the piece has neither a price nor a quantity."""
    price, count = _price(piece), _quantity(piece)
    if len(piece) > _LONGEST or not (price or count):
        return None
    spans = [found.span() for found in (price, count) if found]
    per = cues.pattern("per").search(piece[price.end() :]) if price else None
    if price and per:
        spans.append((price.end(), price.end() + per.end()))
    off, tax = cues.pattern("off").search(piece), cues.pattern("tax").search(piece)
    spans += [each.span() for each in (off, tax) if each]
    said = _described(cues.blank(piece, spans))
    notes = tuple(_mismatch(count, per[0] if per else ""))
    if price and count is None and (told := _counted_inside(piece, price)):
        return told
    lump = price is not None and not (count or per or _priced_each(piece, price) or _COUNTS.search(said))
    row = Row(
        description=said if len(said) <= _SENTENCE else "",
        quantity=Decimal(1) if lump else None if notes else _counted(count, language),
        unit=(count[2] or "") if count and count.lastindex and count.lastindex > 1 else "",
        price=_payable(_amount(price)) if price else None,
        currency=_unit_of(price) if price else "",
        discount=money.decimal(cues.groups(off)[0]) if off else Decimal(0),
        tax=money.decimal(cues.groups(tax)[0]) if tax else None,
        notes=notes,
    )
    if said and not off and cues.pattern("off_word").search(said):
        return _taken_off(row)
    return row if said or (price and count) else None


def _counted_inside(piece: str, price: re.Match[str]) -> Row | None:
    """A quantity in the middle of a sentence: "we had agreed on 90 cards at 2.80 each"."""
    before = identifiers.without(piece[: price.start()])
    found = [
        each
        for each in _INSIDE.finditer(before)
        if not re.search(r"[A-Z]$|\b(?:page|seite|size|nr|no)$", before[: each.start()].rstrip())
    ]
    if len(found) != 1 or _COUNTS.search(before[found[0].end(1) :]) or not 0 < int(found[0][1]) < money.LARGEST:
        return None
    said = _described(before[found[0].end(1) :])
    note = f"The quantity {found[0][1]} is taken from “{' '.join(piece.split())[:80]}”: check it."
    return (
        Row(said, Decimal(found[0][1]), "", _payable(_amount(price)), _unit_of(price), notes=(note,)) if said else None
    )


def only_count(piece: str) -> Decimal | None:
    """The one whole number of a piece that a word follows: "what would 500 flyers cost"."""
    found = _INSIDE.findall(identifiers.without(piece))
    return Decimal(found[0]) if len(found) == 1 and int(found[0]) else None


def _price(piece: str) -> re.Match[str] | None:
    return cues.pattern("money").search(piece) or cues.pattern("bare").search(piece)


def _quantity(piece: str) -> re.Match[str] | None:
    """The first number that is neither money nor a rate, at the beginning or with a unit."""
    price = _price(piece)
    rest = identifiers.without(cues.blank(piece, [price.span()] if price else []))
    rest = cues.pattern("money").sub(lambda m: " " * len(m[0]), rest)
    rest = cues.pattern("off").sub(lambda m: " " * len(m[0]), rest)
    rest = cues.pattern("tax").sub(lambda m: " " * len(m[0]), rest)
    start = cues.pattern("edges").match(rest)
    at = start.end() if start else 0
    found = [
        m for m in cues.pattern("quantity").finditer(rest) if m.start() == at or m[2] or m[0].rstrip()[-1] in "x\u00d7*"
    ]
    return found[0] if found else cues.pattern("times").search(rest)


def _counted(count: re.Match[str] | None, language: str) -> Decimal | None:
    if count is None or _reads_two_ways(count[1], language):
        return None
    value = money.decimal(count[1])
    return value if 0 < value < money.LARGEST else None


def _reads_two_ways(written: str, language: str) -> bool:
    """Whether it can be two numbers: "1.500" is many in German, and one and a half or a slip in English."""
    return money.ambiguous(written) and _THOUSANDS.get(language, ".") not in written


def _amount(price: re.Match[str]) -> str:
    return price[2] or price[3]


def _unit_of(price: re.Match[str]) -> str:
    sign = price[1] or price[4] or ""
    return cues.CURRENCIES.get(sign.casefold(), "")


def _priced_each(piece: str, price: re.Match[str]) -> bool:
    """Whether "at" or the like stands before the price: then it is the price of one."""
    before = piece[: price.start()].rstrip().casefold()
    return before.endswith(("@", " at", " à", " á", " zu", " je", " a")) or piece[price.start()] == "@"


def _mismatch(count: re.Match[str] | None, per: str) -> Iterator[str]:
    counted = cues.unit(count[2]) if count and count.lastindex and count.lastindex > 1 and count[2] else ""
    words = [name for word in re.findall(r"\w+", per) if (name := cues.unit(word))]
    if counted and words and words[-1] not in (counted, "piece") and count:
        yield f"Careful: the quantity is in {count[2]}, but the price is “{per.strip()}”."


def _taken_off(row: Row) -> Row:
    """A discount as an amount is a line below zero."""
    price = -abs(row.price) if row.price is not None else None
    return Row(row.description, row.quantity or Decimal(1), row.unit, price, row.currency)


def _described(text: str) -> str:
    words = _ALL_OF_IT.sub("", " ".join(_EMPTY.sub(" ", text.replace("|", " ")).split()))
    while True:
        shorter = cues.pattern("edges").sub("", words).rstrip(" ,;:.=@–-|(?!")
        shorter = _without_last(shorter)
        if shorter == words:
            return words
        words = shorter


def _without_last(words: str) -> str:
    head, _, last = words.rpartition(" ")
    return head if head and (cues.pattern("edges").fullmatch(last) or last.casefold() in _TO_MAKE) else words


# --- tables ----------------------------------------------------------------------------------------------


def _tables(lines: Sequence[str]) -> tuple[Sequence[Mapping[str, str]], Sequence[str]]:
    """The rows of all tables whose heads we know, by column; and the other lines."""
    rows: list[Mapping[str, str]] = []
    for _ in range(_PAGES):
        found, lines = _table(lines)
        if not found:
            break
        rows += found
    return rows, lines


def _table(lines: Sequence[str]) -> tuple[Sequence[Mapping[str, str]], Sequence[str]]:
    """The rows of the first table whose heads we know, by column; and the other lines."""
    for mark in _MARKS:
        for at, line in enumerate(lines):
            cells = _cells(line, mark) if mark in line else []
            heads = [cues.column(cell) for cell in cells]
            if "Description" not in heads or len(set(heads) - {""}) < _COLUMNS:
                continue
            unit = next((code for cell in cells if (code := _unit_in(cell))), "")
            end = next((n for n in range(at + 1, len(lines)) if mark not in lines[n]), len(lines))
            rows = [_row(heads, _cells(each, mark), unit) for each in lines[at + 1 : end]]
            return [row for row in rows if set(row.get("Description", "")) - set("-: ")], [*lines[:at], *lines[end:]]
    return (), lines


def _row(heads: Sequence[str], cells: Sequence[str], unit: str) -> Mapping[str, str]:
    """`unit`: the currency that the heads name."""
    return dict([("Currency", unit), *zip(heads, cells, strict=False)])


def _unit_in(head: str) -> str:
    """The currency that the head of a column names: "Unit price EUR"."""
    said = (cues.CURRENCIES.get(word.strip("()[],").casefold(), "") for word in head.split())
    return next((code for code in said if code), "")


def _cells(line: str, mark: str) -> list[str]:
    line = line.strip(" ")
    if mark == "|":
        line = line.removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in line.split(mark)]


def _from_cells(cells: Mapping[str, str], language: str) -> Row | None:
    said = cells.get("Unit price", "")
    found = cues.pattern("money").search(said)
    count = cues.pattern("quantity").match(cells.get("Quantity", "").strip())
    if cues.pattern("total").match(f"{cells['Description']} 1 EUR") and not count:
        return None
    unit = cells.get("Unit", "") or (cells.get("Quantity", "")[count.end(1) :].strip(" .x\u00d7*") if count else "")
    row = Row(
        description=cells["Description"],
        quantity=_counted(count, language),
        unit=unit if _UNCAPPED.match(unit) else "",
        price=_payable(_amount(found)) if found else _number(said),
        currency=_unit_of(found) if found else cells["Currency"],
        discount=_rate(cells.get("Discount", "")) or Decimal(0),
        tax=_rate(cells.get("Tax", "")),
    )
    return _with_amount(row, cells)


def _with_amount(row: Row, cells: Mapping[str, str]) -> Row:
    """The row with what its amount tells: a price that is missing, or that something does not fit."""
    found = cues.pattern("money").search(cells.get("Amount", ""))
    amount = _payable(_amount(found)) if found else _number(cells.get("Amount", ""))
    if amount is None:
        return row
    row = replace(row, currency=row.currency or (_unit_of(found) if found else ""))
    if row.price is None and "Unit price" not in cells and "Quantity" not in cells:
        return replace(row, quantity=Decimal(1), price=amount)
    if row.price is None and row.quantity and not row.discount:
        price = amount / row.quantity
        said = f"The unit price of “{row.description[:60]}” is its amount, {amount:,f}, divided by its quantity."
        return replace(row, price=price, notes=(said,)) if price == price.quantize(Decimal("1.0000")) else row
    if row.price is not None and row.quantity is not None:
        result = row.quantity * row.price * (1 - row.discount / money.HUNDRED)
        if abs(result - amount) >= _CENT:
            said = f"Careful: “{row.description[:60]}” comes to {result:,.2f}, but the table says {amount:,.2f}."
            return replace(row, notes=(said,))
    return row


def _number(text: str) -> Decimal | None:
    return _payable(text.strip()) if re.fullmatch(money.NUMBER, text.strip()) else None


def _payable(written: str) -> Decimal | None:
    value = money.decimal(written)
    return value if abs(value) < money.LARGEST else None


def _rate(text: str) -> Decimal | None:
    value = _number(text.rstrip(" %"))
    return value if value is not None and 0 <= value <= money.HUNDRED else None


def currencies(rows: Iterable[Row]) -> tuple[str, ...]:
    """Every currency that the lines name, each once."""
    return tuple(dict.fromkeys(row.currency for row in rows if row.currency))
