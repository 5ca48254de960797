"""Whether a payment that came in fits the invoice that it names, as the ledger has it: number, customer, what is open.

A note is quickly written with a wrong number. Nothing is corrected: the person is told, and asked before it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from daemon.core.accounting import booking, money
from daemon.core.accounting.booking import INVOICE, RECEIVED
from daemon.core.accounting.ports import Books
from daemon.core.language import words

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paid:
    """What somebody paid for an invoice; "" and None are not known."""

    number: str
    party: str
    amount: Decimal | None
    currency: str


def doubts(params: Mapping[str, object], books: Books, *, but: str = "") -> tuple[str, ...]:
    """A sentence for all that does not fit; the line with the id `but` does not count. Raises Transient.

    `params`: those of an action, as JSON. A ledger without any invoice is kept elsewhere, and tells nothing.
    """
    paid = _paid(params)
    invoices = books.rows(INVOICE) if paid else ()
    if not paid or not invoices:
        return ()
    row = next((each for each in invoices if _same(_number(each), paid.number)), None)
    if row is None:
        return (f"No invoice {paid.number} stands in {books.path}: look which of your invoices this is for.",)
    before = [each for each in books.rows(RECEIVED) if _same(_number(each), paid.number) and each["id"].strip() != but]
    return tuple(_unlike(paid, row, before, books.path))


def _paid(params: Mapping[str, object]) -> Paid | None:
    match params:
        case {"payment": {"direction": "in", "party": str(party), "reference": str(number), "currency": str(unit)}}:
            return Paid(number, party, _amount(params), unit) if re.search(r"\d", number) else None
        case _:
            return None


def _amount(params: Mapping[str, object]) -> Decimal | None:
    match params:
        case {"payment": {"amount": str(amount)}}:
            return Decimal(amount)
        case _:
            return None


def _unlike(paid: Paid, row: Row, before: Sequence[Row], path: str) -> Iterator[str]:
    customer, own = row.get("party", "").strip().removeprefix("'"), row.get("currency", "").strip()
    if paid.party and customer and not _overlap(paid.party, customer):
        yield f"Invoice {paid.number} in {path} is to {customer}, and this payment is from {paid.party}."
    whole = booking.gross(row)
    if whole is None:
        return
    known = sum((booking.gross(each) or Decimal(0) for each in before), Decimal(0))
    if known >= whole:
        yield f"Invoice {paid.number} is paid already: {money.spell(known, own)} stand in {path} for it."
    elif paid.amount is not None and (paid.amount != whole - known or paid.currency not in ("", own)):
        yield f"{_open(paid, whole, known, own)}, and this payment is {money.spell(paid.amount, paid.currency)}."


def _open(paid: Paid, whole: Decimal, known: Decimal, unit: str) -> str:
    """What is still to be paid."""
    over = f"Invoice {paid.number} is over {money.spell(whole, unit)}"
    return f"{over}, of which {money.spell(whole - known, unit)} are open" if known else over


def _number(row: Row) -> str:
    return row.get("number", "").removeprefix("'")


def _same(number: str, other: str) -> bool:
    return _parts(number) == _parts(other)


def _parts(text: str) -> list[str]:
    """The words and numbers of a text, whatever stands between them."""
    return re.findall(r"[^\W_]+", words.fold(text))


def _overlap(name: str, other: str) -> bool:
    mine, theirs = frozenset(_parts(name)), frozenset(_parts(other))
    return mine <= theirs or theirs <= mine
