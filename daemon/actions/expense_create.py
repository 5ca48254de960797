"""Record an expense: a line in Accounting/ledger.csv. It was paid already; no money is moved."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from daemon.core.accounting import amending, money, recording
from daemon.core.accounting import expense as expenses
from daemon.core.accounting.booking import Booking
from daemon.core.accounting.expense import Expense
from daemon.core.errors import Permanent
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value


class Params(BaseModel):
    """What was spent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expense: Expense
    told: tuple[str, ...] = ()  # what the person knows of one like it


class Action:
    """Runs in the lane of what is put into Outbox/, like all that writes into the ledger: never two at once."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._recorder = recording.Recorder(channels)
        self._known = recording.Known(channels)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        expense = params.expense
        over = recording.amount(expense.amount, expense.currency)
        at = expense.merchant or "a shop that is not known yet"
        return Shown(
            {"amount": expense.amount, "currency": expense.currency or None},
            recording.sentences(
                f"An expense of {over} at {at} gets a line in Accounting/ledger.csv", lacking=expenses.missing(expense)
            ),
            doubts=self._known.doubts(params, params.told),
        )

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError also for what is still missing."""
        read = expenses.from_text(text, params.expense)
        expense = amending.merged(params.expense, read, properties, ("amount", "currency"))
        amending.complete(expenses.missing(expense))
        return params.model_copy(update={"expense": expense}), expenses.to_text(expense)

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        del text
        if lacking := expenses.missing(params.expense):
            raise Permanent(f"Still missing: {', '.join(lacking)}.")
        return self._recorder.enter(self._booking(params.expense, effect))

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        del text
        return self._recorder.look_up(self._booking(params.expense, effect))

    def _booking(self, expense: Expense, effect: Effect) -> Booking:
        gross, tax = expense.amount or Decimal(0), _tax(expense)
        return self._recorder.booking(
            effect,
            day=expense.day,
            kind="expense",
            party=expense.merchant,
            description=recording.described(expense.category, expense.note, expense.method),
            net=None if tax is None else gross - tax,
            tax=tax,
            gross=gross,
            currency=expense.currency,
        )


def _tax(expense: Expense) -> Decimal | None:
    """As the receipt states it, else by its rate."""
    if expense.tax is not None or expense.tax_rate is None or expense.amount is None:
        return expense.tax
    return money.rounded(expense.amount * expense.tax_rate / (money.HUNDRED + expense.tax_rate), expense.currency)
