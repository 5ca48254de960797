"""An edited invoice, bill or expense: what is booked and printed is what was shown, and no edit is quietly dropped."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from daemon.core.accounting.invoice import Invoice, Line
from tests.actions.bookkeeping import PLAIN, booked, office, outbox
from tests.house import House

DAY = timedelta(days=1)
TWO = PLAIN.model_copy(
    update={
        "lines": (*PLAIN.lines, Line(description="Travel", quantity=Decimal(2), unit_price=Decimal(50), tax=Decimal(7)))
    }
)


def waiting(folder: Path, invoice: Invoice = PLAIN, hold: float = 0) -> House:
    made = office(House(folder, hold=hold), invoice)
    made.run()
    return made


def approve(made: House) -> None:
    made.move_all("Pending_Approval", "Approved")
    made.run()
    made.pass_time(DAY)
    made.run()


def draft(made: House) -> str:
    return made.note("Pending_Approval").read_text(encoding="utf-8").partition("## Draft")[2]


# --- what the person wrote into the places where results stand


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| To pay | 1,428.00 EUR |", "| To pay | 1,000.00 EUR |"),
        ("| Net | 1,200.00 EUR |", "| Net | 1,000 EUR |"),
        ("| Tax 19 % | 228.00 EUR |", "| Tax 19 % | 0.00 EUR |"),
        ("| To pay |", "| To pay by Friday |"),
        ("1,428.00 EUR |", "1,428.00 USD |"),
        ("| 19 % | 1,200.00 |", "| 19 % | 900.00 |"),
        ("| 1,200.00 |\n", "| 1,200.00 |\n| Extra | 1 | 10.00 | 19 % | 99.00 |\n"),
        ("| Total |", "| Please take off 10 % | |\n| Total |"),
        (
            "| Total |",
            "| Description | Quantity | Unit price | Tax |\n|---|---|---|---|\n| Extra | 1 | 5 | 19 % |\n\n| Total |",
        ),
        ("| Tax | Amount |", "| Tax | Amount | Shipping |"),
        ("| To pay | 1,428.00 EUR |", "| To pay | 1,428.00 EUR |\n| Minus | 100 |"),
        ("| To pay | 1,428.00 EUR |", "| To pay | ~~1,428.00~~ 1,000.00 EUR |"),
        ("| To pay | 1,428.00 EUR |", "| To pay | 1,428.00\u200b0 EUR |"),
        ("| To pay | 1,428.00 EUR |", "| To pay | \u202e1,428.00 EUR |"),
    ],
)
def test_wish_in_a_place_that_is_not_read_is_asked_back(tmp_path: Path, old: str, new: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", old, new)
    approve(made)
    assert (outbox(made), booked(made.root)) == ([], [])
    assert "1,428.00 EUR" in draft(made)
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == ["1428.00"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| To pay | 1,428.00 EUR |", "|   To pay | 1428 EUR|"),
        ("| Total |", "| total   |"),
        ("---:", ":---:"),
        ("| Net | 1,200.00 EUR |\n", ""),
        ("| 1,200.00 |\n", "|  |\n"),
        ("1,428.00 EUR", "1.428,00 eur"),
    ],
)
def test_another_look_of_the_same_results_is_fine(tmp_path: Path, old: str, new: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", old, new)
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == ["1428.00"]


# --- numbers that are not what they look like


@pytest.mark.parametrize(
    "price",
    [
        "1e5",
        "NaN",
        "inf",
        "0x10",
        "1_200",
        "1 2 0 0",
        "12OO",
        "1,2,3",
        "--1",
        "1200.0000001",
        "1" * 40,
        "\u202e0021",
        "1200\u200b0",
        "1200\u2060",
        "12\u00ad00",
        "~~1200~~ 12",
        "**1200**",
        "`1200`",
        "1200 EUR",
        "1200|",
        "<s>1</s>",
        "%%1%%2",
        "1200\\|3",
        "\u00bd",
        "\u2460",
        "1200 %",
        "=1200",
        "[[1200]]",
        "12<!-- 00 -->00",
        "\\1200",
        "1\ufe0e2",
    ],
)
def test_price_that_is_no_plain_number_books_nothing(tmp_path: Path, price: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", "| 1 day | 1,200.00 |", f"| 1 day | {price} |")
    approve(made)
    assert (outbox(made), booked(made.root)) == ([], [])


@pytest.mark.parametrize(
    ("price", "gross"),
    [
        ("\uff11\uff12\uff10\uff11", "1429.19"),
        ("\u0661\u0662\u0660\u0661", "1429.19"),
        ("1.201,00", "1429.19"),
        ("1'201", "1429.19"),
        ("12", "14.28"),
        ("-0", "0.00"),
        ("9999999999", "11899999998.81"),
    ],
)
def test_price_written_otherwise_comes_back_as_it_will_be_booked(tmp_path: Path, price: str, gross: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", "| 1 day | 1,200.00 |", f"| 1 day | {price} |")
    approve(made)
    assert booked(made.root) == []
    assert f"amount: {gross}" in made.note("Pending_Approval").read_text(encoding="utf-8")
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == [gross]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Currency: EUR", "Currency: EUR\nCurrency: USD"),
        ("Currency: EUR", "Currency: EUR\ncurrency: USD"),
        ("Currency: EUR", "Currency: EUR\n\u0421urrency: USD"),
        ("Currency: EUR", "Currency: \u0415UR"),
        ("Currency: EUR", "Currency: EUR USD"),
        ("| Tax |", "| Unit price |"),
        ("| Description |", "| Descripti\u03bfn |"),
        ("Customer: ACME GmbH", "Customer: ACME GmbH\nPay to: DE00"),
        ("\n| Desc", "\n```\n| Desc"),
        ("Date: the day you approve", "Date: tomorrow"),
        ("Due: 2026-12-05", "Due: 5.12.2026"),
        ("Customer: ACME GmbH", f"Customer: ACME GmbH{'x' * 2100}"),
        ("Workshop", "Workshop" + "y" * 2100),
        ("Customer: ACME GmbH", "Customer: ACME GmbH\nA wish in a sentence"),
        ("Prices: without tax", "Prices: with tax"),
        ("| 19 % |", "| 19 |\n|"),
        ("| 19 % |", "| 119 % |"),
        ("1 day", "0 days"),
        ("1 day", "-1 day"),
    ],
)
def test_what_can_be_read_two_ways_books_nothing(tmp_path: Path, old: str, new: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", old, new)
    approve(made)
    assert (outbox(made), booked(made.root)) == ([], [])


# --- other roads to the same end


@pytest.mark.parametrize(
    "added",
    [
        "starts: 2026-01-01T10:00",
        "phone: '+49900123456'",
        "url: https://evil.example",
        "network: X",
        "to: eve@evil.example",
        "bcc: eve@evil.example",
        "attachments: x.pdf",
        "from_account: x",
        "duration: 5",
        "place: x",
        "zone: UTC",
    ],
)
def test_property_of_another_action_is_asked_about_and_has_no_effect(tmp_path: Path, added: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", "approve: false", f"approve: false\n{added}")
    approve(made)
    assert booked(made.root) == []
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == ["1428.00"]
    assert "evil" not in (made.root / "Accounting" / "ledger.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("amount", ["1e3", ".nan", "-1428", "1428.001", "99999999999999999999999999", "''", "1428 EUR"])
def test_amount_that_does_not_follow_from_the_lines_books_nothing(tmp_path: Path, amount: str) -> None:
    made = waiting(tmp_path)
    made.edit("Pending_Approval", "amount: 1428.00", f"amount: {amount}")
    approve(made)
    assert (outbox(made), booked(made.root)) == ([], [])


def test_edit_during_the_hold_is_shown_again_before_anything_is_booked(tmp_path: Path) -> None:
    made = waiting(tmp_path, hold=600)
    made.move_all("Pending_Approval", "Approved")
    made.manager.step(made.clock.now())
    made.edit("Approved", "| 1 day |", "| 3 days |")
    made.run()
    made.pass_time(DAY)
    made.run()
    assert booked(made.root) == []
    assert "amount: 4284.00" in made.note("Pending_Approval").read_text(encoding="utf-8")


def test_note_that_arrives_in_two_pieces_is_booked_whole_or_not_at_all(tmp_path: Path) -> None:
    made = waiting(tmp_path, TWO)
    whole = made.note("Pending_Approval").read_bytes()
    name = made.note("Pending_Approval").name
    made.note("Pending_Approval").unlink()
    half = whole[: whole.index(b"| Travel")]
    (made.root / "Approved" / name).write_bytes(half)
    made.run()
    made.pass_time(DAY)
    made.run()
    assert booked(made.root) == []
    assert "| Workshop |" in draft(made)
    assert "| To pay |" in draft(made)


def test_two_generations_of_which_the_older_is_approved_later(tmp_path: Path) -> None:
    made = waiting(tmp_path)
    first = made.note("Pending_Approval").read_bytes()
    name = made.note("Pending_Approval").name
    made.edit("Pending_Approval", "| 1 day |", "| 2 days |")
    approve(made)
    (made.root / "Approved" / name).write_bytes(first)
    made.run()
    made.pass_time(DAY)
    made.run()
    assert booked(made.root) == []
    approve(made)
    assert [line["gross"] for line in booked(made.root)] == ["2856.00"]


@pytest.mark.parametrize("invoice", [PLAIN, TWO])
def test_paper_says_what_the_approved_note_said(tmp_path: Path, invoice: Invoice) -> None:
    made = waiting(tmp_path, invoice)
    said = draft(made)
    approve(made)
    (page,) = (made.root / "Outbox").glob("*.html")
    printed = page.read_text(encoding="utf-8").replace("\u00a0", " ")
    for line in invoice.lines:
        assert line.description in printed
    total = said.partition("| To pay | ")[2].partition(" |")[0]
    assert total in printed
    assert booked(made.root)[0]["gross"] == total.removesuffix(" EUR").replace(",", "")
