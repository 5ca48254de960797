"""What bookkeeping needs from outside: numbers of invoices, the list of everything booked, a printer."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from daemon.core.accounting.booking import Booking
    from daemon.core.accounting.paper import Paper


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an invoice. `issued` is its day; `written`: what its files say, "" until its line is there."""

    text: str
    issued: date
    written: str = ""


class Numbers(Protocol):
    """Gives the numbers of invoices, without a gap; see `daemon.core.accounting.numbering`."""

    def of(self, key: str) -> Number | None: ...

    def take(self, key: str, issued: date, used: Collection[str], now: datetime) -> Number: ...

    def keep(self, key: str, written: str) -> None: ...

    def naming(self, said: str) -> list[str]:
        """What was written of each given number in whose writing this stands."""
        ...

    def release(self, key: str, now: datetime) -> None: ...


class Books(Protocol):
    """The person's list of everything booked. Raises `Transient` when it cannot be used now: nothing was changed."""

    @property
    def path(self) -> str: ...

    def holds(self, key: str) -> bool:
        """Whether there is a line with this id."""
        ...

    def numbers(self) -> frozenset[str]:
        """The numbers of all invoices in it."""
        ...

    def rows(self, kind: str) -> Sequence[Mapping[str, str]]:
        """The lines of this kind, by column name, as the person's spreadsheet left them."""
        ...

    def enter(self, booking: Booking) -> str:
        """Have the line there exactly once. Returns its receipt: path and digest."""
        ...


class Printer(Protocol):
    """Puts a finished document on paper: the same bytes for the same document."""

    def unprintable(self, paper: Paper) -> str:
        """The characters that could not be seen on it; "" when all can."""
        ...

    def pdf(self, paper: Paper) -> bytes: ...

    def html(self, paper: Paper) -> bytes: ...
