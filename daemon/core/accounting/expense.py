"""An expense as a value: something already paid for, as a receipt or a note says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from daemon.core.accounting import money, sheet
from daemon.core.accounting.sheet import NONE, UNKNOWN, Currency, Number, Percent, Text

_NAMES = ("Merchant", "Date", "Amount", "Currency", "Tax included", "Tax rate", "Category", "Method", "Note")


class Expense(BaseModel):
    """Money we spent; "" and None are not known. `amount` is all that was paid, with the tax in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    merchant: Text = ""
    day: date | None = None
    amount: Annotated[Number, Field(gt=0)] | None = None
    currency: Currency = ""
    tax: Annotated[Number, Field(ge=0)] | None = None  # as the receipt states it
    tax_rate: Percent | None = None
    category: Text = ""
    method: Text = ""
    note: Text = ""


def missing(expense: Expense) -> tuple[str, ...]:
    """What has to be known before it can be booked, in plain words."""
    wanted = {
        "where or what it was": expense.merchant or expense.note or None,
        "the date": expense.day,
        "the amount": expense.amount,
        "the currency": expense.currency or None,
    }
    return tuple(name for name, value in wanted.items() if value is None)


def to_text(expense: Expense) -> str:
    """The expense for a person to read and edit, `?` where something is missing."""
    return "\n".join(f"{name}: {value}" for name, value in _said(expense))


def from_text(text: str, expense: Expense) -> Expense:
    """The expense that an edited text describes. Raises UserError, all problems at once."""
    del expense  # the text shows all of it
    read = sheet.read(text, _NAMES)
    reader = sheet.Reader()
    table = {
        "day": reader.take(partial(read.day, "Date")),
        "amount": reader.take(partial(read.number, "Amount")),
        "currency": reader.take(partial(read.currency, "Currency")),
        "tax": reader.take(partial(read.number, "Tax included")),
        "tax_rate": reader.take(partial(read.percentage, "Tax rate")),
    }
    plain = {name.lower(): read.text(name) for name in ("Merchant", "Category", "Method", "Note")}
    return reader.build(Expense, {**table, **plain})


def _said(expense: Expense) -> Iterator[tuple[str, str]]:
    least = money.places(expense.currency)
    yield "Merchant", expense.merchant or (NONE if expense.note else UNKNOWN)
    yield "Date", expense.day.isoformat() if expense.day else UNKNOWN
    yield "Amount", UNKNOWN if expense.amount is None else money.plain(expense.amount, least)
    yield "Currency", expense.currency or UNKNOWN
    if expense.tax is not None:
        yield "Tax included", money.plain(expense.tax, least)
    if expense.tax_rate is not None:
        yield "Tax rate", money.percent(expense.tax_rate)
    optional = {"Category": expense.category, "Method": expense.method, "Note": expense.note}
    yield from ((name, value) for name, value in optional.items() if value)
