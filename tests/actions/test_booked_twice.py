"""The same order, or the same bill, a second time: said in the draft, asked about, and never booked in silence."""

from __future__ import annotations

from pathlib import Path

from tests.actions.bookkeeping import HANDBOOK, booked
from tests.house import House

ORDER = "Invoice to Hansen Cafe: 2 workshop days at 240 EUR, 19 % VAT, due in 14 days. Their order PO-2291.\n"
BILL = """<html><body><p>Nordhost GmbH<br>Hafenstr. 1, 20457 Hamburg</p><p>Invoice number: NL-884512<br>
Invoice date: 2026-03-02</p><p>Hosting, March</p><p>Amount due: 117.81 EUR<br>Due date: 2026-03-24<br>
IBAN: DE89 3704 0044 0532 0130 00</p></body></html>
"""


def office(folder: Path) -> House:
    made = House(folder)
    (made.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    return made


def drop(made: House, text: str, name: str = "Order.txt") -> str:
    """Returns the draft that comes of it."""
    before = set(made.notes("Pending_Approval"))
    made.drop(name, text.encode())
    made.run()
    return (set(made.notes("Pending_Approval")) - before).pop().read_text(encoding="utf-8")


def approve(made: House) -> None:
    made.move_all("Pending_Approval", "Approved")
    made.run()


def numbers(made: House) -> list[str]:
    return [line["number"] for line in booked(made.root)]


def test_an_order_that_was_invoiced_before_is_named_with_its_number(tmp_path: Path) -> None:
    made = office(tmp_path)
    assert "risk: medium" in drop(made, ORDER)
    approve(made)
    again = drop(made, f"{ORDER}\n", "Order 2.txt")
    assert "risk: high" in again
    assert "PO-2291 of Hansen Cafe was invoiced before, as 2026-0001 on 10 March 2026." in again


def test_who_was_told_of_it_is_not_asked_again(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, ORDER)
    approve(made)
    drop(made, f"{ORDER}\n", "Order 2.txt")
    approve(made)
    assert numbers(made) == ["2026-0001", "2026-0002"]


def test_a_draft_for_the_same_order_that_waits_is_named(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, ORDER)
    again = drop(made, f"{ORDER}\n", "Order 2.txt")
    assert "risk: high" in again
    assert "a draft for PO-2291 of Hansen Cafe waits already: “Invoice to Hansen Cafe”" in again


def test_a_draft_made_before_the_same_order_was_invoiced_is_shown_back(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, ORDER)
    drop(made, f"{ORDER}\n", "Order 2.txt")
    first, _ = made.notes("Pending_Approval")
    first.rename(made.root / "Approved" / first.name)
    made.run()
    approve(made)
    assert numbers(made) == ["2026-0001"]
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "PO-2291 of Hansen Cafe was invoiced before, as 2026-0001" in asked
    approve(made)
    assert numbers(made) == ["2026-0001", "2026-0002"]


def test_of_two_approved_at_once_the_second_is_refused_with_the_reason(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, ORDER)
    drop(made, f"{ORDER}\n", "Order 2.txt")
    approve(made)
    assert numbers(made) == ["2026-0001"]
    refused = made.note("Failed")
    assert "PO-2291 of Hansen Cafe was invoiced before, as 2026-0001" in refused.read_text(encoding="utf-8")
    made.retry(refused)
    approve(made)
    assert "Please decide again" in made.note("Pending_Approval").read_text(encoding="utf-8")
    approve(made)
    assert numbers(made) == ["2026-0001", "2026-0002"]


def test_another_order_of_the_same_customer_is_an_ordinary_one(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, ORDER)
    approve(made)
    assert "risk: medium" in drop(made, ORDER.replace("2291", "2292"), "Order 2.txt")


def test_a_bill_that_stands_in_the_ledger_is_named(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, BILL, "Bill.html")
    approve(made)
    again = drop(made, f"{BILL}\n", "Bill 2.html")
    assert "risk: high" in again
    assert (
        "Bill NL-884512 of Nordhost GmbH stands in Accounting/ledger.csv already, with the date 10 March 2026." in again
    )


def test_of_two_bills_approved_at_once_one_is_booked(tmp_path: Path) -> None:
    made = office(tmp_path)
    drop(made, BILL, "Bill.html")
    drop(made, f"{BILL}\n", "Bill 2.html")
    approve(made)
    assert numbers(made) == ["NL-884512"]
    assert "stands in Accounting/ledger.csv already" in made.note("Failed").read_text(encoding="utf-8")


def test_a_receipt_like_one_that_is_booked_is_named_and_of_high_risk(tmp_path: Path) -> None:
    made = office(tmp_path)
    assert "risk: low" in drop(made, "Paid 24.50 EUR for lunch at Trattoria Roma\n", "Lunch.txt")
    approve(made)
    again = drop(made, "Paid 24.50 EUR for lunch at Trattoria Roma.\n", "Lunch 2.txt")
    assert "risk: high" in again
    assert "The same amount of Trattoria Roma stands in Accounting/ledger.csv already, of 10 March 2026" in again
    assert "risk: low" in drop(made, "Paid 24.60 EUR for lunch at Trattoria Roma\n", "Lunch 3.txt")
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == ["24.50", "24.50", "24.60"]
