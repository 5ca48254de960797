"""What becomes of an invoice once it has a number: its paper, its line in the ledger, the names of its files."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from daemon.core import names
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting import paper
from daemon.core.accounting.booking import INVOICE, Booking
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.paper import Paper
from daemon.core.accounting.ports import Number
from daemon.core.handbook import Handbook


class Issued(BaseModel):
    """All that comes of an invoice; kept with its number, so that every try makes the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paper: Paper
    booking: Booking

    def path(self, suffix: str) -> str:
        """Where the file with this ending goes."""
        return _path(self.booking.number, self.booking.party, suffix)


def issue(invoice: Invoice, number: Number, handbook: Handbook, key: str) -> Issued:
    """The invoice under its number; `key` is that of the effect. Raises UserError when something is missing."""
    totals = invoices.totals(invoice)
    more = f" and {len(invoice.lines) - 1} more" if invoice.lines[1:] else ""
    booking = Booking(
        day=number.issued,
        kind=INVOICE,
        number=number.text,
        party=invoice.customer,
        description=invoice.lines[0].description + more,
        net=totals.net,
        tax=totals.gross - totals.net,
        gross=totals.gross,
        currency=invoice.currency,
        due=paper.due(invoice, number.issued),
        file=_path(number.text, invoice.customer, "pdf"),
        id=key,
    )
    return Issued(paper=paper.write(invoice, number.text, number.issued, handbook), booking=booking)


def _path(number: str, customer: str, suffix: str) -> str:
    return f"Outbox/{names.safe_file_name(number.replace('/', '-'))}_{names.slug(customer)}.{suffix}"
