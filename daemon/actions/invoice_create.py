"""Write an invoice: it gets the next number, a line in Accounting/ledger.csv, and is put into Outbox/ as PDF and HTML.

Everything that can be refused is found before a number is taken. From the line in the ledger on there is only one way,
to the end: what a kill or a full disk stopped is completed with the same number and the same bytes. The reasons stand
in `daemon.core.accounting.numbering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, ValidationError

from daemon.core import handbook
from daemon.core.accounting import amending, issuing, money, paper, recording
from daemon.core.accounting import invoice as invoices
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.issuing import Issued
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.handbook import Handbook
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, CannotTell, Effect, Finding, Found, OutsideError, Receipt, Shown, VaultProblem
from daemon.core.properties import Value, same

HANDBOOK = "Company_Handbook.md"


class Params(BaseModel):
    """The invoice before it has a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    invoice: Invoice
    told: tuple[str, ...] = ()  # what the person knows of earlier invoices for the same order


class Action:
    """Runs in the lane of what is put into Outbox/, like all that writes into the ledger: never two at once."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._outbox = channels.outbox
        self._files = channels.files
        self._accounting = channels.accounting
        self._known = recording.Known(channels)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        invoice, total = params.invoice, _total(params.invoice)
        over = money.spell(total, invoice.currency) if total is not None else "an amount that is not known yet"
        due = f", due {amending.spelled(invoice.due)}" if invoice.due else ""
        to = invoice.customer or "a customer who is not known yet"
        own = self._handbook()
        problems = issuing.obstacles(invoice, own, self._accounting.printer)
        an = "After that, an" if problems else "An"
        return Shown(
            {"amount": total, "currency": invoice.currency or None, "due": invoice.due},
            (
                *recording.not_yet(problems),
                f"{an} invoice over {over} to {to}{due}: it gets the next number and a line in Accounting/ledger.csv",
                f"PDF and HTML are put into Outbox/, for you to send to {_where(invoice)}; nothing leaves by itself",
                *paper.of_us(own),
            ),
            doubts=self._known.seen(params, params.told),
        )

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError also for what is still missing: only a complete invoice can be approved."""
        was = params.invoice
        read = invoices.from_text(text, was)
        invoice = amending.merged(was, read, properties, ("currency", "due"))
        self._require_total(was, invoice, properties.get("amount"))
        amending.complete(invoices.missing(invoice))
        by_hand, problems = invoices.written_by_hand(text, was, read, invoice), self._problems(invoice)
        if by_hand:
            raise UserError(*by_hand, *problems)
        made, shown = params.model_copy(update={"invoice": invoice}), invoices.to_text(invoice)
        news = self._known.seen(made, params.told)
        if problems or news:
            told = made.model_copy(update={"told": (*params.told, *news)})
            raise OutsideError(*problems, *news, params=told, text=shown)
        return made, shown

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        del text
        if problems := self._problems(params.invoice):
            raise Permanent(" ".join(problems))
        self._known.require_new(params, params.told, effect)
        issued = self._entered(params.invoice, effect)
        try:
            return self._put(issued, params.invoice, effect.key)
        except (Transient, Permanent, VaultProblem, UserError) as later:
            raise UnknownOutcome(f"invoice {issued.booking.number} is booked, its files are not there yet") from later

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        """Completes what was begun. Raises Transient while that cannot be done: it is surely not to be given up."""
        del text
        number = self._accounting.numbers.of(effect.key)
        if number is None:
            return Absent()
        if not number.written and not self._accounting.books.holds(effect.key):
            self._accounting.numbers.release(effect.key, effect.at)
            return Absent()
        try:
            return Found(self._put(self._entered(params.invoice, effect), params.invoice, effect.key))
        except UnknownOutcome as other:
            return CannotTell(f"invoice {number.text} is booked; {other}")
        except (Permanent, VaultProblem, UserError) as why:
            raise Transient(f"Invoice {number.text} is booked, but cannot be completed yet: {why}") from why

    # --- what may stand in the way

    def _problems(self, invoice: Invoice) -> tuple[str, ...]:
        """Sentences for the person; found before there is a number."""
        own, printer = self._handbook(), self._accounting.printer
        return issuing.obstacles(invoice, own, printer) or issuing.unprinted(invoice, own, printer)

    def _require_total(self, was: Invoice, invoice: Invoice, said: Value) -> None:
        total = _total(invoice)
        if said is not None and not same(said, _total(was)) and not same(said, total):
            known = money.spell(total, invoice.currency) if total is not None else "not known yet"
            raise UserError(
                f"“amount” says {amending.shown(said)}, but the total follows from the lines and is {known}. "
                "Change quantity, price, tax or discount in the text."
            )

    def _handbook(self) -> Handbook:
        try:
            return handbook.parse(self._files.read(HANDBOOK).decode(errors="replace"))
        except VaultProblem:
            return Handbook()

    # --- doing it

    def _entered(self, invoice: Invoice, effect: Effect) -> Issued:
        """The invoice with its number and its line in the ledger. An error means that neither is there."""
        numbers, books = self._accounting.numbers, self._accounting.books
        day = invoice.issued or effect.at.astimezone(self._accounting.zone).date()
        number = numbers.take(effect.key, day, books.numbers(), effect.at)
        if number.written:
            return Issued.model_validate_json(number.written)
        try:
            issued = issuing.issue(invoice, number, self._handbook(), effect.key)
            books.enter(issued.booking)
        except (Transient, Permanent, ValidationError):
            self._give_back(effect)
            raise
        numbers.keep(effect.key, issued.model_dump_json())
        return issued

    def _give_back(self, effect: Effect) -> None:
        """Free the number. Raises UnknownOutcome when the line may be there all the same."""
        try:
            there = self._accounting.books.holds(effect.key)
        except Transient as blind:
            raise UnknownOutcome(str(blind)) from blind
        if there:
            raise UnknownOutcome(f"{self._accounting.books.path} has the line, though it reported an error")
        self._accounting.numbers.release(effect.key, effect.at)

    def _put(self, issued: Issued, invoice: Invoice, key: str) -> Receipt:
        """Both files, each unless it is there; the receipt says what is left to do."""
        printer = self._accounting.printer
        files = {"pdf": printer.pdf(issued.paper), "html": printer.html(issued.paper)}
        placed = [self._file(issued.path(kind), data, f"{key}.{kind}") for kind, data in files.items()]
        todo = f"Invoice {issued.booking.number} lies in {issued.path('pdf')}: send it to {_where(invoice)}"
        return Receipt("saved", f"{todo} ({', '.join(placed)})")

    def _file(self, path: str, data: bytes, key: str) -> str:
        match self._outbox.look_up(path, data, key=key):
            case Found(receipt):
                return receipt.id
            case _:
                return self._outbox.save(path, data, key=key).id


def _where(invoice: Invoice) -> str:
    return invoice.email or invoice.customer or "the customer"


def _total(invoice: Invoice) -> Decimal | None:
    return None if invoices.missing(invoice) else invoices.totals(invoice).gross
