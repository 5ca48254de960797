"""The three records of accounting and their actions; how a record follows what the person said of an earlier draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from daemon.core.accounting import expense, invoice, payment
from daemon.core.accounting.expense import Expense
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.payment import Payment
from daemon.core.errors import UserError
from daemon.core.language import feedback
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.ports import Earlier

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Form(Generic[M]):
    """One kind of record: the action it is for, the name of its parameter, its text and what it lacks."""

    action: str
    key: str
    to_text: Callable[[M], str]
    from_text: Callable[[str, M], M]
    missing: Callable[[M], tuple[str, ...]]

    def revised(self, made: M, earlier: Sequence[Earlier], books: Iterable[Phrasebook]) -> tuple[M, tuple[str, ...]]:
        """The record after the person's edits and feedback, and sentences on what was followed."""
        if not earlier:
            return made, ()
        followed = feedback.follow(earlier, (self.to_text(made), ""), (), books=books)
        try:
            return self.from_text(followed.text, made), followed.done
        except UserError as error:
            return made, (f"Your feedback could not be followed, so this was made anew: {error}",)


INVOICE: Form[Invoice] = Form("invoice.create", "invoice", invoice.to_text, invoice.from_text, invoice.missing)
PAYMENT: Form[Payment] = Form("payment.register", "payment", payment.to_text, payment.from_text, payment.missing)
EXPENSE: Form[Expense] = Form("expense.create", "expense", expense.to_text, expense.from_text, expense.missing)
