"""Record a payment, or a bill that is to be paid: a line in Accounting/ledger.csv. No money is moved."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from daemon.core.accounting import amending, recording
from daemon.core.accounting import payment as payments
from daemon.core.accounting.booking import BILL, RECEIVED, Booking
from daemon.core.accounting.payment import Payment
from daemon.core.errors import Permanent
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, OutsideError, Receipt, Shown
from daemon.core.properties import Value


class Params(BaseModel):
    """What was paid, was received, or is to be paid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    payment: Payment
    told: tuple[str, ...] = ()  # what the person knows of the same bill


class Action:
    """Runs in the lane of what is put into Outbox/, like all that writes into the ledger: never two at once."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._recorder = recording.Recorder(channels)
        self._known = recording.Known(channels)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        payment = params.payment
        over = recording.amount(payment.amount, payment.currency)
        return Shown(
            {"amount": payment.amount, "currency": payment.currency or None, "due": payment.due},
            recording.sentences(f"{_SAID[kind(payment)].format(over=over, who=payment.party or _SOMEBODY)} gets a "
                                "line in Accounting/ledger.csv", lacking=payments.missing(payment)),
            doubts=self._known.doubts(params, params.told),
        )  # fmt: skip

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError also for what is still missing."""
        read = payments.from_text(text, params.payment)
        payment = amending.merged(params.payment, read, properties, ("amount", "currency", "due"))
        amending.complete(payments.missing(payment))
        made, shown = params.model_copy(update={"payment": payment}), payments.to_text(payment)
        if news := self._known.seen(made, params.told):
            raise OutsideError(*news, params=made.model_copy(update={"told": (*params.told, *news)}), text=shown)
        return made, shown

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        del text
        if lacking := payments.missing(params.payment):
            raise Permanent(f"Still missing: {', '.join(lacking)}.")
        self._known.require_new(params, params.told, effect)
        return self._recorder.enter(self._booking(params.payment, effect))

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        del text
        return self._recorder.look_up(self._booking(params.payment, effect))

    def _booking(self, payment: Payment, effect: Effect) -> Booking:
        iban = f"IBAN {payment.iban}" if payment.iban else ""
        return self._recorder.booking(
            effect,
            day=payment.day,
            kind=kind(payment),
            number=payment.reference,
            party=payment.party,
            description=recording.described(payment.note, payment.method, iban),
            gross=payment.amount or Decimal(0),
            currency=payment.currency,
            due=payment.due,
        )


def kind(payment: Payment) -> str:
    """What the ledger calls it."""
    if payment.direction == "in":
        return RECEIVED
    return "payment made" if payment.day else BILL


_SOMEBODY = "somebody who is not known yet"
_SAID = {
    RECEIVED: "{over} received from {who}",
    "payment made": "{over} paid to {who}",
    BILL: "A bill over {over} from {who}",
}
