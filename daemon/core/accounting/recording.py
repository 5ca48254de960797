"""What recording a payment and recording an expense share: one line in the ledger, and nothing else happens."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pydantic import BaseModel

from daemon.core.accounting import amending, money, settling, twins
from daemon.core.accounting.booking import Booking
from daemon.core.errors import Permanent, Transient
from daemon.core.plugins import Channels
from daemon.core.ports import Absent, Effect, Finding, Found, Receipt, VaultProblem


class Recorder:
    """Has a line in the ledger exactly once for each effect."""

    def __init__(self, channels: Channels) -> None:
        self._books = channels.accounting.books
        self._zone = channels.accounting.zone
        self._files = channels.files

    def enter(self, booking: Booking) -> Receipt:
        """Raises Transient when the ledger cannot be written now: the line is surely not there, or found next time."""
        return Receipt("saved", self._books.enter(booking))

    def look_up(self, booking: Booking) -> Finding:
        return Found(self.enter(booking)) if self._books.holds(booking.id) else Absent()

    def booking(self, effect: Effect, **said: object) -> Booking:
        """The line of an effect; its day is that of the effect when nothing else is said."""
        day = effect.at.astimezone(self._zone).date()
        table = {"day": day, "file": self._original(effect.key), "id": effect.key}
        return Booking.model_validate(table | {name: value for name, value in said.items() if value is not None})

    def _original(self, key: str) -> str:
        """The paper that the task came with, if one lies beside it."""
        task = key.partition(".")[0].partition("-g")[0]
        try:
            found = self._files.scan(f"Attachments/{task}")
        except VaultProblem:
            return ""
        return next((entry.path for entry in found if entry.regular and not entry.name.endswith(".md")), "")


class Known:
    """What was booked before and may be the same thing, beyond what the person was told."""

    def __init__(self, channels: Channels) -> None:
        self._accounting = channels.accounting

    def doubts(self, params: BaseModel, told: Sequence[str]) -> tuple[str, ...]:
        """As `seen`, with what may be the same without a number that tells."""
        try:
            like = twins.alike(params.model_dump(mode="json"), self._accounting.books)
        except Transient:
            like = ()
        return self.seen(params, told) or tuple(sentence for sentence in like if sentence not in told)

    def seen(self, params: BaseModel, told: Sequence[str]) -> tuple[str, ...]:
        """Sentences for the person; none while the books cannot be read, since nothing is booked then either."""
        try:
            return self._news(params, told)
        except Transient:
            return ()

    def require_new(self, params: BaseModel, told: Sequence[str], effect: Effect) -> None:
        """Raises Permanent when the same was booked since the person said yes, Transient when nobody can tell now."""
        if news := self._news(params, told, effect.key):
            raise Permanent(" ".join(news))

    def _news(self, params: BaseModel, told: Sequence[str], key: str = "") -> tuple[str, ...]:
        said = params.model_dump(mode="json")
        claim = twins.claim(said)
        found = twins.booked(claim, self._accounting.books, self._accounting.numbers, but=key) if claim else ()
        unlike = settling.doubts(said, self._accounting.books, but=key)
        return tuple(sentence for sentence in (*found, *unlike) if sentence not in told)


def amount(value: Decimal | None, currency: str) -> str:
    """An amount in a sentence, also when it is not known yet."""
    return "an amount that is not known yet" if value is None else money.spell(value, currency)


def described(*parts: str) -> str:
    """The parts that are there, as one cell."""
    return "; ".join(part for part in parts if part)


def not_yet(problems: Sequence[str]) -> tuple[str, ...]:
    """What a yes comes to while something stands in the way."""
    return (f"Nothing yet. {' '.join(problems)}",) if problems else ()


def sentences(*lines: str, lacking: Sequence[str] = ()) -> Sequence[str]:
    """What would happen, with what never does, and what is `lacking` before it can."""
    problems = (f"Still missing: {amending.listed(lacking)}.",) if lacking else ()
    return (*not_yet(problems), *lines, "No money is moved: it is only written down")
