"""A payment as a value: a bill that is due, one that was paid, or money that came in. A record; no money moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from daemon.core.accounting import money, sheet
from daemon.core.accounting.sheet import NONE, UNKNOWN, Currency, Number, Sheet, Text

Direction = Literal["in", "out"]
_DIRECTIONS: Mapping[str, Direction] = {"we receive": "in", "we pay": "out"}
_WORDS: Mapping[Direction, str] = {direction: words for words, direction in _DIRECTIONS.items()}
_NAMES = ("Payment", "Party", "Amount", "Currency", "Due", "Date", "Reference", "IBAN", "Method", "Note")


class Payment(BaseModel):
    """Money between us and a `party`; "" and None are not known. `due`: to be paid by; `day`: when it was paid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    direction: Direction
    party: Text = ""
    amount: Annotated[Number, Field(gt=0)] | None = None
    currency: Currency = ""
    due: date | None = None
    day: date | None = None
    reference: Text = ""  # the number of the invoice it is for
    iban: Text = ""  # theirs, as it was written, without gaps
    method: Text = ""
    note: Text = ""


def missing(payment: Payment) -> tuple[str, ...]:
    """What has to be known before it can be recorded, in plain words."""
    return tuple(_missing(payment))


def to_text(payment: Payment) -> str:
    """The payment for a person to read and edit, `?` where something is missing."""
    return "\n".join(f"{name}: {value}" for name, value in _said(payment))


def from_text(text: str, payment: Payment) -> Payment:
    """The payment that an edited text describes. Raises UserError, all problems at once."""
    read = sheet.read(text, _NAMES)
    reader = sheet.Reader()
    table = {
        "direction": reader.take(partial(_direction, read, payment.direction)),
        "amount": reader.take(partial(read.number, "Amount")),
        "currency": reader.take(partial(read.currency, "Currency")),
        "due": reader.take(partial(read.day, "Due")),
        "day": reader.take(partial(read.day, "Date")),
    }
    plain = {name.lower(): read.text(name) for name in ("Party", "Reference", "IBAN", "Method", "Note")}
    return reader.build(Payment, {**table, **plain})


def _missing(payment: Payment) -> Iterator[str]:
    if not payment.party:
        yield "who is paid" if payment.direction == "out" else "who paid"
    if payment.amount is None:
        yield "the amount"
    if not payment.currency:
        yield "the currency"


def _said(payment: Payment) -> Iterator[tuple[str, str]]:
    amount = UNKNOWN if payment.amount is None else money.plain(payment.amount, money.places(payment.currency))
    yield "Payment", _WORDS[payment.direction]
    yield "Party", payment.party or UNKNOWN
    yield "Amount", amount
    yield "Currency", payment.currency or UNKNOWN
    if payment.direction == "out" or payment.due:
        yield "Due", payment.due.isoformat() if payment.due else NONE
    if payment.direction == "in" or payment.day:
        yield "Date", payment.day.isoformat() if payment.day else NONE
    optional = {"Reference": payment.reference, "IBAN": payment.iban, "Method": payment.method, "Note": payment.note}
    yield from ((name, value) for name, value in optional.items() if value)


def _direction(read: Sheet, default: Direction) -> Direction:
    cell = read.named.get("Payment")
    if cell is None:
        return default
    if cell.text.casefold() not in _DIRECTIONS:
        raise cell.wrong(f"write “{_WORDS['out']}” or “{_WORDS['in']}”.")
    return _DIRECTIONS[cell.text.casefold()]
