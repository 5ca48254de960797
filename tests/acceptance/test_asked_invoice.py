"""A purchase order as a PDF and a request in prose, from the Inbox to the invoice that is ready to be sent."""

from __future__ import annotations

from pathlib import Path

from tests.actions.bookkeeping import booked, outbox
from tests.house import House

DEMO = Path(__file__).parents[2] / "config" / "demo"
REQUEST = b"""From: Anna Berg <anna@example.com>
To: maria@lindgren.example
Subject: Cards
Message-ID: <cards@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Dear Maria,

please send us an invoice for 90 cards with our logo.

Anna Berg
Berg Running GmbH
"""


def house(folder: Path) -> House:
    made = House(folder)
    (made.root / "Company_Handbook.md").write_bytes((DEMO / "Company_Handbook.md").read_bytes())
    made.restart()
    return made


def approve(made: House) -> None:
    made.move_all("Pending_Approval", "Approved")
    made.run()


def test_order_becomes_an_invoice_to_its_buyer_and_done_says_where_to_send_it(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.drop("order.pdf", (DEMO / "inbox" / "Purchase order Harbour Run.pdf").read_bytes())
    made.run()
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "Customer: Harbour Run Association\nAddress: Pier 4, 20459 Hamburg\nEmail: accounts@harbourrun" in asked
    assert "| Posters A2, matte paper | 250 | 1.20 | 19 % | 300.00 |" in asked
    assert "for you to send to accounts@harbourrun.example; nothing leaves by itself" in asked
    approve(made)
    done = made.note("Done").read_text(encoding="utf-8")
    pdf = "Outbox/2026-0001_harbour-run-association.pdf"
    assert f"Invoice 2026-0001 lies in {pdf}: send it to accounts@harbourrun.example" in done
    assert outbox(made) == ["2026-0001_harbour-run-association.html", "2026-0001_harbour-run-association.pdf"]


def test_missing_price_is_asked_then_the_total_is_shown_once_and_exactly_that_is_invoiced(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.drop("cards.eml", REQUEST)
    made.run()
    assert "| cards with our logo | 90 | ? | 19 % | ? |" in made.note("Pending_Approval").read_text(encoding="utf-8")
    approve(made)
    assert "Still missing: the unit price of line 1." in made.note("Pending_Approval").read_text(encoding="utf-8")
    assert outbox(made) == []
    made.edit("Pending_Approval", "| 90 | ? |", "| 90 | 2.80 |")
    approve(made)
    assert "amount: 299.88" in made.note("Pending_Approval").read_text(encoding="utf-8")
    assert outbox(made) == []
    approve(made)
    assert [(line["party"], line["gross"]) for line in booked(made.root)] == [("Berg Running GmbH", "299.88")]
    assert outbox(made) == ["2026-0001_berg-running-gmbh.html", "2026-0001_berg-running-gmbh.pdf"]
