"""When two drafts are about the same order, or the same bill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pytest

from daemon.core.accounting import booking, twins
from daemon.core.accounting.booking import BILL, INVOICE, RECEIVED, Booking
from daemon.core.accounting.ports import Number
from daemon.core.accounting.twins import Claim

ORDER = Claim(INVOICE, "PO-2291", "Bergmann Interiors GmbH")
NOTED = Claim(BILL, "NL-884512", "Nordhost")
LINES = "date;kind;number;party;gross;id\n02.03.2026;bill to pay;NL-884512;Nordhost GmbH;117,81;t1-g1.i1\n"


@dataclass(frozen=True)
class Shelf:
    """A ledger as a spreadsheet saved it."""

    text: str = LINES
    path: str = "Accounting/ledger.csv"

    def holds(self, key: str) -> bool:
        return booking.read(self.text.encode()).holds(key)

    def numbers(self) -> frozenset[str]:
        return booking.read(self.text.encode()).invoice_numbers()

    def rows(self, kind: str) -> Sequence[Mapping[str, str]]:
        return booking.read(self.text.encode()).of_kind(kind)

    def enter(self, booking: Booking) -> str:
        raise AssertionError(booking)


class NoNumbers:
    """No invoice was ever written."""

    def of(self, key: str) -> Number | None:
        raise AssertionError(key)

    def take(self, key: str, issued: date, used: object, now: object) -> Number:
        raise AssertionError(key, issued, used, now)

    def keep(self, key: str, written: str) -> None:
        raise AssertionError(key, written)

    def release(self, key: str, now: object) -> None:
        raise AssertionError(key, now)

    def naming(self, said: str) -> list[str]:
        assert said
        return []


@pytest.mark.parametrize(
    "other",
    [
        Claim(INVOICE, "po 2291", "BERGMANN INTERIORS GMBH"),
        Claim(INVOICE, "PO2291", "Bergmann Interiors"),
        Claim(INVOICE, "PO/2291", "Bergmann Interiors, GmbH"),
    ],
)
def test_one_order_written_in_two_ways_is_one(other: Claim) -> None:
    assert ORDER.same(other)
    assert other.same(ORDER)


@pytest.mark.parametrize(
    "other",
    [
        Claim(INVOICE, "PO-2292", "Bergmann Interiors GmbH"),
        Claim(INVOICE, "PO-22910", "Bergmann Interiors GmbH"),
        Claim(INVOICE, "PO-2291", "Bergmann Holz GmbH"),
        Claim(BILL, "PO-2291", "Bergmann Interiors GmbH"),
        Claim(INVOICE, "PO-2291", ""),
    ],
)
def test_another_number_or_another_party_is_another_order(other: Claim) -> None:
    assert not ORDER.same(other)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"invoice": {"customer": "", "reference": "PO-1"}},
        {"invoice": {"customer": "ACME", "reference": "as agreed"}},
        {"payment": {"direction": "in", "day": None, "party": "ACME", "reference": ""}},
        {"payment": {"direction": "out", "day": "2026-03-01", "party": "ACME", "reference": "R-1"}},
        {"expense": {"merchant": "ACME"}},
        {"invoice": None, "payment": "R-1"},
    ],
)
def test_what_no_number_tells_of_is_nobodys_twin(params: Mapping[str, object]) -> None:
    assert twins.claim(params) is None


def test_a_payment_is_about_the_invoice_that_it_names() -> None:
    params = {"payment": {"direction": "in", "day": "2026-03-01", "party": "ACME", "reference": "2026-0001"}}
    assert twins.claim(params) == Claim(RECEIVED, "2026-0001", "ACME")


def test_a_bill_is_found_in_a_ledger_that_a_spreadsheet_saved() -> None:
    (said,) = twins.booked(NOTED, Shelf(), NoNumbers())
    assert said.startswith(
        "Bill NL-884512 of Nordhost GmbH stands in Accounting/ledger.csv already, with the date 02.03"
    )


def test_the_line_of_the_effect_itself_is_no_earlier_one() -> None:
    assert twins.booked(NOTED, Shelf(), NoNumbers(), but="t1-g1.i1") == ()


def test_a_ledger_without_the_columns_of_dates_and_parties_does_no_harm() -> None:
    bare = Shelf("kind,number,id\nbill to pay,NL-884512,t1\n")
    assert twins.booked(NOTED, bare, NoNumbers()) == ()


@pytest.mark.parametrize(
    ("payment", "count"),
    [
        ({"reference": "R-7"}, 1),
        ({"reference": ""}, 1),
        ({"reference": "R-8"}, 0),
        ({"amount": "89.01"}, 0),
        ({"day": "2026-03-03"}, 0),
        ({"party": "Somebody"}, 0),
    ],
)
def test_a_payment_of_the_same_day_and_amount_is_named(payment: Mapping[str, object], count: int) -> None:
    shelf = Shelf("date,kind,number,party,gross,id\n2026-03-02,payment received,R-7,ACME GmbH,89.00,t1\n")
    said = {"direction": "in", "day": "2026-03-02", "party": "ACME", "amount": "89", "reference": "R-7"}
    assert len(twins.alike({"payment": {**said, **payment}}, shelf)) == count
