"""A payment for an invoice of ours is held against the ledger: what does not fit is named, and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.bookkeeping import HANDBOOK, booked
from tests.house import House

LEDGER = """date,kind,number,party,description,net,tax,gross,currency,due,file,id
2026-03-01,invoice,2026-0001,Café Luna B.V.,2 full services,220.00,46.20,266.20,EUR,2026-03-15,,i1
2026-03-02,invoice,2026-0002,Hotel Domplein,Bikes,389.00,81.69,470.69,EUR,2026-03-16,,i2
2026-03-03,payment received,2026-0003,Anna Example,,,,60.00,EUR,,,p1
2026-03-03,invoice,2026-0003,Anna Example,Lamps,,,100.00,EUR,,,i3
"""
FITTING = "Hotel Domplein paid 470.69 EUR for invoice 2026-0002\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    (made.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    (made.root / "Accounting").mkdir(exist_ok=True)
    (made.root / "Accounting" / "ledger.csv").write_text(LEDGER, encoding="utf-8")
    return made


def drop(house: House, text: str, name: str = "Paid.txt") -> str:
    """Returns the draft that comes of it."""
    before = set(house.notes("Pending_Approval"))
    house.drop(name, text.encode())
    house.run()
    return (set(house.notes("Pending_Approval")) - before).pop().read_text(encoding="utf-8")


def approve(house: House) -> None:
    house.move_all("Pending_Approval", "Approved")
    house.run()


def received(house: House) -> list[str]:
    return [line["number"] for line in booked(house.root) if line["kind"] == "payment received"]


@pytest.mark.parametrize(
    "said",
    [
        FITTING,
        "Café Luna paid 266.20 EUR for invoice 2026-0001\n",
        "Anna Example paid 40.00 EUR for invoice 2026-0003\n",
        "Somebody Else paid 12.00 EUR\n",
    ],
)
def test_a_payment_that_fits_its_invoice_or_names_none_is_an_ordinary_one(house: House, said: str) -> None:
    assert "risk: medium" in drop(house, said)
    approve(house)
    assert len(received(house)) == 2


@pytest.mark.parametrize(
    ("said", "doubt"),
    [
        (
            "Hotel Domplein paid 266.20 EUR for invoice 2026-0001\n",
            "Careful: Invoice 2026-0001 in Accounting/ledger.csv is to Café Luna B.V., and this payment is from Hotel",
        ),
        (
            "Hotel Domplein paid 470.69 EUR for invoice 2026-0001\n",
            "Careful: Invoice 2026-0001 is over 266.20 EUR, and this payment is 470.69 EUR.",
        ),
        (
            "Hotel Domplein paid 300 EUR for invoice 2026-0002\n",
            "Careful: Invoice 2026-0002 is over 470.69 EUR, and this payment is 300.00 EUR.",
        ),
        (
            "Anna Example paid 100 EUR for invoice 2026-0003\n",
            "Careful: Invoice 2026-0003 is over 100.00 EUR, of which 40.00 EUR are open, and this payment is 100.00",
        ),
        (
            "Hotel Domplein paid 470.69 EUR for invoice 2026-0009\n",
            "Careful: No invoice 2026-0009 stands in Accounting/ledger.csv: look which of your invoices this is for.",
        ),
    ],
)
def test_what_does_not_fit_is_named_and_of_high_risk(house: House, said: str, doubt: str) -> None:
    draft = drop(house, said)
    assert "risk: high" in draft
    assert doubt in draft


def test_who_was_told_may_still_book_it(house: House) -> None:
    drop(house, "Hotel Domplein paid 300 EUR for invoice 2026-0002\n")
    approve(house)
    assert received(house) == ["2026-0003", "2026-0002"]


def test_an_invoice_that_is_paid_already_is_named(house: House) -> None:
    drop(house, FITTING)
    approve(house)
    draft = drop(house, f"{FITTING}\n", "Paid 2.txt")
    assert "risk: high" in draft
    assert "Invoice 2026-0002 is paid already: 470.69 EUR stand in Accounting/ledger.csv for it." in draft


def test_a_number_that_the_person_changes_is_asked_about_before_it_is_booked(house: House) -> None:
    drop(house, FITTING)
    house.edit("Pending_Approval", "Reference: 2026-0002", "Reference: 2026-0001")
    approve(house)
    assert received(house) == ["2026-0003"]
    assert "Invoice 2026-0001 is over 266.20 EUR" in house.note("Pending_Approval").read_text(encoding="utf-8")
    approve(house)
    assert received(house) == ["2026-0003", "2026-0001"]


def test_of_two_for_the_same_invoice_that_wait_the_second_is_named_and_only_one_is_booked(house: House) -> None:
    drop(house, FITTING)
    draft = drop(house, f"{FITTING}\n", "Paid 2.txt")
    assert "a draft for the payment of Hotel Domplein for 2026-0002 waits already" in draft
    approve(house)
    assert received(house) == ["2026-0003", "2026-0002"]
    assert "is paid already" in house.note("Failed").read_text(encoding="utf-8")


def test_a_ledger_without_invoices_tells_nothing(house: House) -> None:
    (house.root / "Accounting" / "ledger.csv").write_text(f"{LEDGER.partition(chr(10))[0]}\n", encoding="utf-8")
    assert "risk: medium" in drop(house, FITTING)
