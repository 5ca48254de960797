"""What stands on the paper of an invoice: every word, number and row, in the language of its reader.

A value of texts only, so that PDF and HTML say the same, and can be made again with the same bytes.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from daemon.core import resources
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting import money
from daemon.core.accounting.house_rules import HouseRules
from daemon.core.accounting.invoice import Invoice, Line, Totals
from daemon.core.handbook import Handbook
from daemon.core.language.calendars import CALENDARS

NO_NAME = "Company_Handbook.md does not say who invoices come from: write “- name: your company” under “## Invoices”."
_NOTHING_OF_US = (
    "Company_Handbook.md says nothing of you that an invoice needs: write name, address, tax number or VAT number, and "
    "IBAN under “## Invoices”, then approve."
)
_LACKING = {
    "name": NO_NAME,
    "address": "The invoice will not have your address, which it needs in most countries: write “- address: street, "
    "town” under “## Invoices” in Company_Handbook.md before you approve.",
    "tax number": "The invoice will have no tax number and no VAT number of yours, which it needs in most countries: "
    "write “- VAT number: …” or “- tax number: …” under “## Invoices” in Company_Handbook.md before you approve.",
    "IBAN": "The invoice will not say where to pay: write “- IBAN: …” under “## Invoices” in Company_Handbook.md "
    "before you approve.",
}
Fact = tuple[str, str]  # its name and what it is
_FALLBACK = "en"
_PLAIN = str.maketrans({"\u2212": "\u2013", "\u2011": "-", "\u00ad": "", "\u200b": "", "\u2060": "", "\ufeff": ""})


class Paper(BaseModel):
    """An invoice as it is read. `rows` have as many cells as `columns`; the first is text, the others are numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    title: str
    sender: tuple[str, ...]
    contact: tuple[str, ...]
    to: str
    customer: tuple[str, ...]
    facts: tuple[Fact, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sums: tuple[Fact, ...]
    total: Fact
    notes: tuple[str, ...]
    bank: Fact | None
    page: str  # "Page {page} of {pages}"

    def texts(self) -> Iterator[str]:
        """Everything that is printed."""
        yield from (self.title, self.to, *self.sender, *self.contact, *self.customer, *self.columns, *self.notes)
        yield from (text for row in self.rows for text in row)
        facts = (*self.facts, *self.sums, self.total, *((self.bank,) if self.bank else ()))
        yield from (text for fact in facts for text in fact)


def write(invoice: Invoice, number: str, issued: date, handbook: Handbook) -> Paper:
    """The paper of a complete invoice. Raises UserError when something is missing."""
    words = _Words(invoice.language, invoice.currency)
    totals = invoices.totals(invoice)
    own = handbook.invoices
    bank = _bank(own)
    return Paper(
        language=words.language,
        title=_clean(f"{words['invoice']} {number}"),
        sender=tuple(map(_clean, filter(None, (own.name or handbook.company, *own.address)))),
        contact=(*handbook.me[:1], *(_tax_number(label or words["tax_id"], number) for label, number in own.tax_ids)),
        to=words["to"],
        customer=tuple(map(_clean, filter(None, _customer(invoice, words)))),
        facts=tuple((name, _clean(value)) for name, value in _facts(invoice, number, issued, words)),
        columns=tuple(_columns(invoice, words)),
        rows=tuple(tuple(_row(invoice, line, amount, words))
                   for line, amount in zip(invoice.lines, totals.lines, strict=True)),
        sums=tuple(_sums(invoice, totals, words)),
        total=(words["total"], words.money(totals.gross)),
        notes=(_clean(invoice.note),) if invoice.note else (),
        bank=(words["bank"], _clean(bank)) if bank else None,
        page=words["page"],
    )  # fmt: skip


def due(invoice: Invoice, issued: date) -> date | None:
    """The day by which it is to be paid, if one is agreed."""
    if invoice.due or invoice.terms_days is None:
        return invoice.due
    return issued + timedelta(days=invoice.terms_days)


def ours(handbook: Handbook) -> Mapping[str, bool]:
    """What an invoice says of us, and whether the handbook has it."""
    own = handbook.invoices
    return {
        "name": bool(own.name or handbook.company),
        "address": bool(own.address),
        "tax number": bool(own.tax_ids),
        "IBAN": bool(own.iban),
    }


def of_us(handbook: Handbook) -> Iterator[str]:
    """What of an invoice comes from the handbook, in a sentence; nothing while nothing does."""
    known = [name for name, there in ours(handbook).items() if there]
    if known:
        named = " and ".join(filter(None, (", ".join(known[:-1]), known[-1])))
        yield f"Your {named} on it {'come' if known[1:] else 'comes'} from your handbook"


def lacking(handbook: Handbook) -> tuple[str, ...]:
    """A sentence for each thing that an invoice needs of us and the handbook does not say; one when it says nothing."""
    there = ours(handbook)
    if not any(there.values()):
        return (_NOTHING_OF_US,)
    return tuple(_LACKING[name] for name, known in there.items() if not known)


def reference_label(language: str) -> str:
    """What the customer's order number is called on a paper in this language."""
    return _Words(language, "")["reference"]


class _Words:
    """The words of one language, and how it writes numbers and days."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = language if language in _shipped() else _FALLBACK
        self._table = _shipped()[self.language]
        self._currency = currency

    def __getitem__(self, key: str) -> str:
        return self._table[key]

    def number(self, value: Decimal, least: int = 0) -> str:
        exponent = value.normalize().as_tuple().exponent
        digits = max(least, -exponent if isinstance(exponent, int) else 0)
        marks = {",": self["thousands"], ".": self["decimal"], "-": "\u2013"}
        return "".join(marks.get(sign, sign) for sign in f"{value:,.{digits}f}")

    def amount(self, value: Decimal) -> str:
        return self.number(value, money.places(self._currency))

    def money(self, value: Decimal) -> str:
        return f"{self.amount(value)}\u00a0{self._currency}"

    def percent(self, rate: Decimal) -> str:
        return f"{self.number(rate)}\u00a0%"

    def day(self, day: date) -> str:
        month = CALENDARS[self.language].months[day.month - 1]
        return self["day"].format(day=day.day, month=month, year=day.year)


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.invoice_file("words.toml").read_text(encoding="utf-8"))


def _customer(invoice: Invoice, words: _Words) -> Iterator[str]:
    yield invoice.customer
    yield from invoice.address
    yield _tax_number(words["tax_id"], invoice.tax_id)


def _facts(invoice: Invoice, number: str, issued: date, words: _Words) -> Iterator[Fact]:
    yield words["number"], number
    yield words["issued"], words.day(issued)
    if day := due(invoice, issued):
        yield words["due"], words.day(day)
    if invoice.reference:
        yield words["reference"], invoice.reference


def _columns(invoice: Invoice, words: _Words) -> Iterator[str]:
    price = "unit_price_with_tax" if invoice.prices_include_tax else "unit_price"
    yield from (words["description"], words["quantity"], words[price])
    if _has_discounts(invoice):
        yield words["discount"]
    yield from (words["tax"], words["amount"])


def _row(invoice: Invoice, line: Line, amount: Decimal, words: _Words) -> Iterator[str]:
    yield _clean(line.description)
    yield _clean(f"{words.number(line.quantity or Decimal(0))} {line.unit}")
    yield words.amount(line.unit_price or Decimal(0))
    if _has_discounts(invoice):
        yield words.percent(line.discount) if line.discount else ""
    yield words.percent(line.tax or Decimal(0))
    yield words.amount(amount)


def _has_discounts(invoice: Invoice) -> bool:
    return any(line.discount for line in invoice.lines)


def _sums(invoice: Invoice, totals: Totals, words: _Words) -> Iterator[Fact]:
    if invoice.discount:
        full = sum(totals.lines, Decimal(0))
        reduced = totals.gross if invoice.prices_include_tax else totals.net
        yield words["subtotal"], words.money(full)
        yield f"{words['discount']} {words.percent(invoice.discount)}", words.money(reduced - full)
    yield words["net"], words.money(totals.net)
    for tax in totals.taxes:
        name = words["tax_at"].format(rate=words.percent(tax.rate), base=words.amount(tax.base))
        yield name, words.money(tax.tax)


def _tax_number(label: str, number: str) -> str:
    return _clean(f"{label}: {number}") if number else ""


def _bank(own: HouseRules) -> str:
    account = " ".join(re.findall(".{1,4}", own.iban))
    return ", ".join(filter(None, (f"IBAN {account}" if account else "", own.bank)))


def _clean(text: str) -> str:
    """One line of composed letters, without what cannot be seen."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_PLAIN).split())
