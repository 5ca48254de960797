"""Whether the same order was invoiced before, or the same bill booked: the person is told, and asked, never overruled.

What makes two of them one is the number it has at the customer or the vendor, and whose it is. Both may be written a
little differently: "PO-2291" and "PO 2291", "Nordhost" and "Nordhost GmbH".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daemon.core.accounting import amending, booking, paper
from daemon.core.accounting.booking import BILL, INVOICE, RECEIVED
from daemon.core.accounting.issuing import Issued
from daemon.core.accounting.ports import Books, Numbers
from daemon.core.language import words

_BY = {"date": "of", "due": "due"}


@dataclass(frozen=True, slots=True)
class Claim:
    """`kind` as in the ledger; `number`: the customer's order, the vendor's bill, or our invoice that was paid."""

    kind: str
    number: str
    party: str

    @property
    def name(self) -> str:
        """How it is called in a sentence."""
        if self.kind == RECEIVED:
            return f"the payment of {self.party} for {self.number}"
        return f"{'bill ' if self.kind == BILL else ''}{self.number} of {self.party}"

    def same(self, other: Claim) -> bool:
        mine, theirs = (frozenset(_parts(each.party)) for each in (self, other))
        alike = self.kind == other.kind and "".join(_parts(self.number)) == "".join(_parts(other.number))
        return alike and bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def claim(params: Mapping[str, object]) -> Claim | None:
    """What the parameters of an action, as JSON, are about; None where no number tells."""
    match params:
        case {"invoice": {"customer": str(party), "reference": str(number)}}:
            found = Claim(INVOICE, number, party)
        case {"payment": {"direction": "out", "day": None, "party": str(party), "reference": str(number)}}:
            found = Claim(BILL, number, party)
        case {"payment": {"direction": "in", "party": str(party), "reference": str(number)}}:
            found = Claim(RECEIVED, number, party)
        case _:
            return None
    return found if re.search(r"\d", number) and _parts(party) else None


def booked(claim: Claim, books: Books, numbers: Numbers, *, but: str = "") -> tuple[str, ...]:
    """A sentence for each time that it was booked before, `but` the effect with this key. Raises Transient.

    An invoice may be paid in parts: whether it was is told by `settling`.
    """
    if claim.kind == RECEIVED:
        return ()
    found = _invoiced(claim, numbers, but) if claim.kind == INVOICE else _listed(claim, books, but)
    return tuple(dict.fromkeys(found))


def alike(params: Mapping[str, object], books: Books) -> tuple[str, ...]:
    """A sentence where the ledger has the same amount, party and day, and no number tells them apart.

    Only to look twice: two such coffees are ordinary. Raises Transient.
    """
    match params:
        case {"expense": {"merchant": str(party), "day": str(day), "amount": str(amount)}}:
            looked = ("expense", "date", "")
        case {"payment": {"direction": "in", "day": str(day), "party": str(party), "amount": str(amount),
                          "reference": str(number)}}:  # fmt: skip
            looked = (RECEIVED, "date", number)
        case {"payment": {"direction": "out", "day": None, "due": str(day), "party": str(party), "amount": str(amount),
                          "reference": str(number)}}:  # fmt: skip
            looked = (BILL, "due", number)
        case _:
            return ()
    kind, column, number = looked
    mine = Claim(kind, "", party)
    rows = [
        row for row in books.rows(kind) if row.get(column, "").strip() == day and booking.gross(row) == Decimal(amount)
    ]
    rows = [row for row in rows if not number or row["number"].strip() in ("", number)]
    found = any(mine.same(Claim(kind, "", row.get("party", ""))) for row in rows)
    where = f"The same amount of {party} stands in {books.path} already, {_BY[column]} {_day(day)}"
    said = f"{where}: look whether it is this."
    return (said,) if found else ()


def _invoiced(claim: Claim, numbers: Numbers, but: str) -> Iterator[str]:
    """The ledger of the person has no room for order numbers; what was printed is kept with each number."""
    for issued in map(Issued.model_validate_json, numbers.naming(max(re.findall(r"\d+", claim.number), key=len))):
        there, label = issued.paper, paper.reference_label(issued.paper.language)
        orders = (Claim(INVOICE, value, issued.booking.party) for name, value in there.facts if name == label)
        if issued.booking.id != but and any(map(claim.same, orders)):
            on = amending.spelled(issued.booking.day)
            yield (
                f"{claim.number} of {issued.booking.party} was invoiced before, as {issued.booking.number} on {on}. "
                "Approve only if they should get one more invoice for it."
            )


def _listed(claim: Claim, books: Books, but: str) -> Iterator[str]:
    for row in books.rows(claim.kind):
        there = Claim(claim.kind, row.get("number", "").removeprefix("'"), row.get("party", "").removeprefix("'"))
        if row["id"].strip() != but and claim.same(there):
            said = _day(row.get("date", ""))
            dated = f", with the date {said}" if said else ""
            where = f"Bill {claim.number} of {there.party} stands in {books.path} already{dated}."
            yield f"{where} Approve only to book it once more."


def _day(written: str) -> str:
    try:
        return amending.spelled(date.fromisoformat(written.strip()))
    except ValueError:
        return " ".join(written.split())


def _parts(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", words.fold(text))
