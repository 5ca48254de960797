"""What becomes of an invoice once it has a number: its paper, its line in the ledger, the names of its files."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from daemon.core import names
from daemon.core.accounting import amending, paper
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting.booking import INVOICE, Booking
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.paper import Paper
from daemon.core.accounting.ports import Number, Printer
from daemon.core.errors import Permanent
from daemon.core.handbook import Handbook

_TRIAL = "0000-000000"  # a number to see with that everything can be printed


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


def obstacles(invoice: Invoice, handbook: Handbook, printer: Printer) -> tuple[str, ...]:
    """Why it cannot be issued, as sentences for the person, as far as that is seen without printing."""
    if lacking := invoices.missing(invoice):
        return (f"Still missing: {amending.listed(lacking)}.",)
    signs = printer.unprintable(_trial(invoice, handbook))[:20]
    unknown = f"The PDF cannot show {' '.join(signs)}: write it in Latin, Greek or Cyrillic letters." if signs else ""
    return tuple(filter(None, ("" if paper.ours(handbook)["name"] else paper.NO_NAME, unknown)))


def unprinted(invoice: Invoice, handbook: Handbook, printer: Printer) -> tuple[str, ...]:
    """Why one without obstacles cannot be printed."""
    try:
        printer.pdf(_trial(invoice, handbook))
    except Permanent as too_large:
        return (f"It cannot be printed: {too_large}.",)
    return ()


def _trial(invoice: Invoice, handbook: Handbook) -> Paper:
    return paper.write(invoice, _TRIAL, date(2000, 12, 30), handbook)


def _path(number: str, customer: str, suffix: str) -> str:
    return f"Outbox/{names.safe_file_name(number.replace('/', '-'))}_{names.slug(customer)}.{suffix}"
