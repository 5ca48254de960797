"""An invoice as a value, its totals, and the text in which a person reads and edits it.

Totals follow EN 16931 (BR-CO-10 to BR-CO-17): each line is rounded to the currency's places; discounts on the whole
and VAT are computed once per rate, on the sum of that rate's lines, then rounded. Where the prices include tax, the
tax is taken out of each rate's sum in the same way, so that what the customer was told is what they pay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from daemon.core.accounting import money, sheet
from daemon.core.accounting.sheet import NONE, UNKNOWN, Cell, Currency, Number, Percent, Sheet, Text
from daemon.core.errors import UserError

Unit = Annotated[Text, StringConstraints(pattern=r"^([^\W\d_].*)?$", max_length=40)]
Address = Annotated[tuple[Text, ...], AfterValidator(sheet.parted)]  # no line of it has a comma

_NAMES = (
    "Customer", "Address", "Email", "Tax number", "Their reference", "Date", "Due", "Terms", "Currency", "Prices",
    "Discount", "Note",
)  # fmt: skip
_OF_INVOICES = ("Date", "Due")
_COLUMNS = ("Description", "Quantity", "Unit price", "Tax", "Discount")
_ON_APPROVAL = "the day you approve"
_INCLUDING, _WITHOUT = "including tax", "without tax"


class Line(BaseModel):
    """One row. `tax` and `discount` in percent; None is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: Text
    quantity: Annotated[Number, Field(gt=0)] | None = None
    unit: Unit = ""
    unit_price: Number | None = None
    tax: Percent | None = None
    discount: Percent = Decimal(0)


class Invoice(BaseModel):
    """An invoice before it has a number. "" and None are not known; `issued` None: the day it is approved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer: Text = ""
    address: Address = ()
    email: Text = ""
    tax_id: Text = ""
    currency: Currency = ""
    lines: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    issued: date | None = None
    due: date | None = None
    terms_days: Annotated[int, Field(ge=0, le=3650)] | None = None  # days from the issue; `due` goes before it
    reference: Text = ""  # their order number
    note: Text = ""
    prices_include_tax: bool = False
    discount: Percent = Decimal(0)  # on all lines
    language: str = "en"  # in which the customer reads it; not in the text


class TaxLine(BaseModel):
    """The tax of one rate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: Decimal
    base: Decimal
    tax: Decimal


class Totals(BaseModel):
    """What an invoice comes to, rounded. `lines` are in the invoice's own prices, `net` + taxes = `gross`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lines: tuple[Decimal, ...]
    net: Decimal
    taxes: tuple[TaxLine, ...]  # by rate, the highest first
    gross: Decimal


def missing(invoice: Invoice) -> tuple[str, ...]:
    """What has to be known before it can be written, in plain words; empty when nothing is missing."""
    return tuple(_missing(invoice))


def totals(invoice: Invoice) -> Totals:
    """Raises UserError that names what is missing."""
    if lacking := tuple(_lacking_for_totals(invoice)):
        raise UserError(f"Missing: {', '.join(lacking)}.")
    amounts = tuple(_amount(line, invoice.currency) for line in invoice.lines)
    rates = sorted({line.tax for line in invoice.lines if line.tax is not None}, reverse=True)
    taxes = tuple(_tax(invoice, rate, amounts) for rate in rates)
    net = sum((each.base for each in taxes), Decimal(0))
    return Totals(lines=amounts, net=net, taxes=taxes, gross=net + sum((each.tax for each in taxes), Decimal(0)))


def to_text(invoice: Invoice) -> str:
    """The invoice for a person to read and edit, `?` where something is missing."""
    return _text(invoice, _head(invoice))


def to_offer(invoice: Invoice) -> str:
    """The same for an offer: nothing is issued yet, and nothing is due."""
    return _text(invoice, ((name, value) for name, value in _head(invoice) if name not in _OF_INVOICES))


def from_text(text: str, invoice: Invoice) -> Invoice:
    """The invoice that an edited text describes; totals are not read. Raises UserError, all problems at once.

    `invoice` gives what the text does not show.
    """
    read = sheet.read(text, _NAMES, _COLUMNS)
    reader = sheet.Reader()
    lines = [reader.take(partial(_line, row)) for row in read.rows]
    head = {field: reader.take(partial(take, read)) for field, take in _HEAD.items()}
    return reader.build(Invoice, {**head, "lines": list(filter(None, lines)), "language": invoice.language})


def written_by_hand(text: str, *invoices: Invoice) -> tuple[str, ...]:
    """A sentence for each amount or total in an edited text that is that of none of these invoices."""
    read, *computed = (sheet.read(each, _NAMES, _COLUMNS) for each in (text, *map(to_text, invoices)))
    return sheet.written_by_hand(read, *computed)


# --- computing -------------------------------------------------------------------------------------------


def _amount(line: Line, currency: str) -> Decimal:
    price = (line.quantity or Decimal(0)) * (line.unit_price or Decimal(0))
    return money.rounded(price * (1 - line.discount / money.HUNDRED), currency)


def _tax(invoice: Invoice, rate: Decimal, amounts: tuple[Decimal, ...]) -> TaxLine:
    own = (amount for amount, line in zip(amounts, invoice.lines, strict=True) if line.tax == rate)
    full = sum(own, Decimal(0))
    reduced = full - money.rounded(full * invoice.discount / money.HUNDRED, invoice.currency)
    part = rate / (money.HUNDRED + rate) if invoice.prices_include_tax else rate / money.HUNDRED
    tax = money.rounded(reduced * part, invoice.currency)
    return TaxLine(rate=rate, base=reduced - tax if invoice.prices_include_tax else reduced, tax=tax)


def _missing(invoice: Invoice) -> Iterator[str]:
    if not invoice.customer:
        yield "the name of the customer"
    if not invoice.currency:
        yield "the currency"
    lacking = tuple(_lacking_for_totals(invoice))
    yield from lacking
    if not lacking and totals(invoice).gross < 0:
        yield "a total above zero (a credit note is written by hand)"


def _lacking_for_totals(invoice: Invoice) -> Iterator[str]:
    if not invoice.lines:
        yield "what is to be invoiced (a row with description, quantity, unit price and tax)"
    for number, line in enumerate(invoice.lines, start=1):
        wanted = {
            "description": line.description or None,
            "quantity": line.quantity,
            "unit price": line.unit_price,
            "tax rate": line.tax,
        }
        yield from (f"the {name} of line {number}" for name, value in wanted.items() if value is None)


# --- as text ---------------------------------------------------------------------------------------------


def _text(invoice: Invoice, head: Iterable[tuple[str, str]]) -> str:
    said = (f"{name}: {value}" for name, value in head)
    return "\n".join([*said, "", *_table(invoice), "", *_results(invoice)])


def _head(invoice: Invoice) -> Iterator[tuple[str, str]]:
    """The first lines; what most invoices do not have is left out."""
    yield "Customer", invoice.customer or UNKNOWN
    yield "Address", ", ".join(invoice.address) or NONE
    optional = {"Email": invoice.email, "Tax number": invoice.tax_id, "Their reference": invoice.reference}
    yield from ((name, value) for name, value in optional.items() if value)
    yield "Date", invoice.issued.isoformat() if invoice.issued else _ON_APPROVAL
    if invoice.terms_days is not None:
        yield "Terms", f"{invoice.terms_days} days"
    if invoice.due or invoice.terms_days is None:
        yield "Due", invoice.due.isoformat() if invoice.due else NONE
    yield "Currency", invoice.currency or UNKNOWN
    yield "Prices", _INCLUDING if invoice.prices_include_tax else _WITHOUT
    if invoice.discount:
        yield "Discount", money.percent(invoice.discount)
    if invoice.note:
        yield "Note", invoice.note


def _table(invoice: Invoice) -> Iterator[str]:
    discounts = any(line.discount for line in invoice.lines)
    columns = _COLUMNS if discounts else _COLUMNS[:-1]
    yield sheet.row(*columns, "Amount")
    yield sheet.row("---", *["---:"] * len(columns))
    yield from (sheet.row(*_cells(line, invoice.currency, discounts=discounts)) for line in invoice.lines)
    if not invoice.lines:
        yield sheet.row(*[UNKNOWN] * (len(columns) + 1))


def _cells(line: Line, currency: str, *, discounts: bool) -> Iterator[str]:
    least = money.places(currency)
    yield sheet.cell(line.description) or UNKNOWN
    count = UNKNOWN if line.quantity is None else money.counted(line.quantity)
    yield sheet.cell(f"{count} {line.unit}".rstrip())
    yield UNKNOWN if line.unit_price is None else money.plain(line.unit_price, least)
    yield UNKNOWN if line.tax is None else money.percent(line.tax)
    if discounts:
        yield money.percent(line.discount) if line.discount else ""
    known = line.quantity is not None and line.unit_price is not None
    yield money.spell(_amount(line, currency), currency).removesuffix(f" {currency}") if known else UNKNOWN


def _results(invoice: Invoice) -> Iterator[str]:
    lacking = any(_lacking_for_totals(invoice))
    yield sheet.row("Total", "")
    yield sheet.row("---", "---:")
    if lacking:
        yield sheet.row("To pay", UNKNOWN)
        return
    result, currency = totals(invoice), invoice.currency
    yield sheet.row("Net", money.spell(result.net, currency))
    for tax in result.taxes:
        yield sheet.row(f"Tax {money.percent(tax.rate)}", money.spell(tax.tax, currency))
    yield sheet.row("To pay", money.spell(result.gross, currency))


# --- back from text --------------------------------------------------------------------------------------


def _line(row: Mapping[str, Cell]) -> Line | None:
    """None for the empty row that stands where nothing is known."""
    said = {name: row.get(name, Cell("", "")) for name in _COLUMNS}
    if all(cell.missing for cell in said.values()):
        return None
    quantity, unit = sheet.measured(said["Quantity"])
    return sheet.checked(Line, next(iter(row.values())).line, {
        "description": said["Description"].text,
        "quantity": quantity,
        "unit": unit,
        "unit_price": sheet.number(said["Unit price"]),
        "tax": sheet.percentage(said["Tax"]),
        "discount": sheet.percentage(said["Discount"]) or Decimal(0),
    })  # fmt: skip


def _issued(read: Sheet) -> date | None:
    return None if read.text("Date").casefold() == _ON_APPROVAL else read.day("Date")


def _including(read: Sheet) -> bool:
    cell = read.named.get("Prices")
    if cell is None or cell.text.casefold() in (_INCLUDING, _WITHOUT):
        return cell is not None and cell.text.casefold() == _INCLUDING
    raise cell.wrong(f"write “{_WITHOUT}” or “{_INCLUDING}”.")


def _terms(read: Sheet) -> int | None:
    cell = read.named.get("Terms")
    if cell is None or cell.missing:
        return None
    count = cell.text.removesuffix("s").removesuffix("day").rstrip()
    if not (count.isascii() and count.isdigit() and len(count) < 5):  # noqa: PLR2004 - ten years at most
        raise cell.wrong("write the number of days, such as 14 days.")
    return int(count)


_HEAD: Mapping[str, Callable[[Sheet], object]] = {
    "customer": lambda read: read.text("Customer"),
    "address": lambda read: (read.text("Address"),),
    "email": lambda read: read.text("Email"),
    "tax_id": lambda read: read.text("Tax number"),
    "reference": lambda read: read.text("Their reference"),
    "issued": _issued,
    "due": lambda read: read.day("Due"),
    "terms_days": _terms,
    "currency": lambda read: read.currency("Currency"),
    "prices_include_tax": _including,
    "discount": lambda read: read.percentage("Discount") or Decimal(0),
    "note": lambda read: read.text("Note"),
}
