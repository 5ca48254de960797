"""A supplier's bill and a customer's order that were dropped as text: whose paper it is decides what comes of it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.actions.bookkeeping import HANDBOOK, booked
from tests.house import House

BILL = """Bill
Tyre Trade Ltd
12 Mill Road, Leeds
Invoice BV-7731
For: me
20 tyres at EUR 14.90 = EUR 298.00
VAT 21% EUR 62.58
Payable: EUR 360.58 before 3 December
"""
ORDER = """PURCHASE ORDER PO-5512
Date: 18 November 2026
Buyer: Hotel Domplein B.V., Domplein 4, 3512 JC Utrecht
To: Lindgren Print Studio
Please deliver and invoice:
12 oak tables at EUR 420.00
Delivery date: 4 December 2026
"""
MAIL = """From: Hannah Lee <hannah@hoteldomplein.example>
To: anna@birchwood.example
Subject: Our order
Message-ID: <po1@hoteldomplein.example>
Date: Tue, 10 Mar 2026 09:00:00 +0000

"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    made = House(tmp_path)
    (made.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    return made


def drafted(house: House, name: str, text: str) -> str:
    house.drop(name, text.encode())
    house.run()
    return house.note("Pending_Approval").read_text(encoding="utf-8")


def rejected(house: House, feedback: str) -> str:
    draft = house.note("Pending_Approval")
    draft.write_text(f"{draft.read_text(encoding='utf-8')}\n## Feedback\n{feedback}\n", encoding="utf-8")
    house.move_all("Pending_Approval", "Rejected")
    house.run()
    return house.note("Pending_Approval").read_text(encoding="utf-8")


def test_a_bill_that_came_as_a_text_is_to_be_paid_and_never_an_invoice_of_ours(house: House) -> None:
    draft = drafted(house, "bill.txt", BILL)
    assert "action: payment.register" in draft
    assert "A bill was dropped as a text" in draft
    assert "Party: Tyre Trade Ltd" in draft
    house.move_all("Pending_Approval", "Approved")
    house.run()
    assert [line["kind"] for line in booked(house.root)] == ["bill to pay"]
    assert not list((house.root / "Outbox").glob("*.pdf"))


def test_a_bill_that_asks_for_the_number_of_the_invoice_is_no_request_for_one(house: House) -> None:
    draft = drafted(house, "bill.html", f"<pre>{BILL}When you send money, name the invoice, please.</pre>")
    assert "action: payment.register" in draft


@pytest.mark.parametrize(
    ("name", "text"), [("po.txt", ORDER), ("po.html", f"<pre>{ORDER}</pre>"), ("po.eml", f"{MAIL}{ORDER}")]
)
def test_an_order_of_a_customer_is_invoiced_and_no_debt(house: House, name: str, text: str) -> None:
    draft = drafted(house, name, text)
    assert "action: invoice.create" in draft
    assert "This is an order to you, not a bill" in draft
    assert "\nCustomer: Hotel Domplein B.V.\n" in draft
    assert "\nTheir reference: PO-5512\n" in draft
    assert "| oak tables | 12 | 420.00 |" in draft


def of_hannah(subject: str, text: str, paper: str) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Hannah Lee <hannah@hoteldomplein.example>", "anna@birchwood.example"
    mail["Subject"], mail["Message-ID"] = subject, "<o1@hoteldomplein.example>"
    mail.set_content(f"Hi,\n\n{text}\n\nHannah\n")
    mail.add_attachment(paper, filename="paper.txt")
    return mail.as_string()


def test_a_bill_that_stands_in_a_mail_is_to_be_paid(house: House) -> None:
    assert "action: payment.register" in drafted(house, "bill.eml", MAIL.replace("Our order", "October") + BILL)


def test_a_bill_that_is_passed_on_with_a_mail_is_no_request_for_an_invoice(house: House) -> None:
    mail = of_hannah("October", "please forward this invoice to your accountant.", BILL)
    assert "action: payment.register" in drafted(house, "bill.eml", mail)


def test_an_order_attached_to_a_mail_is_invoiced_beside_the_answer(house: House) -> None:
    mail = of_hannah("New order", "please see the attached. Can you confirm the delivery date?", ORDER)
    house.drop("order.eml", mail.encode())
    house.run()
    drafts = [note.read_text(encoding="utf-8") for note in house.notes("Pending_Approval")]
    assert sorted(re.findall(r"^action: (.*)$", "\n".join(drafts), re.MULTILINE)) == ["email.reply", "invoice.create"]


def test_a_mail_that_only_speaks_of_an_invoice_of_ours_brings_no_bill(house: House) -> None:
    said = "Hello Anna,\n\ninvoice 2026-0001 of 205.70 EUR has our old address.\nCan you tell me why?\n\nHannah\n"
    assert "payment.register" not in drafted(house, "mail.eml", MAIL.replace("Our order", "A question") + said)


@pytest.mark.parametrize(
    "feedback",
    [
        "this is an order from a customer, make an invoice",
        "Das ist eine Bestellung von einem Kunden, schreib eine Rechnung",
        "C'est la commande d'un client, fais une facture",
        "Es el pedido de un cliente, haz una factura",
        "È l'ordine di un cliente, fai una fattura",
        "É a encomenda de um cliente, faz uma fatura",
        "Dit is een bestelling van een klant, maak een factuur",
    ],
)
def test_feedback_that_it_is_an_order_makes_an_invoice(house: House, feedback: str) -> None:
    drafted(house, "bill.txt", BILL)
    draft = rejected(house, feedback)
    assert "action: invoice.create" in draft
    assert "This is an invoice of yours now, as your feedback asks" in draft
    assert "\nCustomer: " in draft


@pytest.mark.parametrize(
    "feedback",
    [
        "this is a bill",
        "Das ist eine Lieferantenrechnung",
        "C'est une facture de fournisseur",
        "Es una factura de un proveedor",
        "È una fattura del fornitore",
        "É uma fatura do fornecedor",
        "Dit is een factuur van een leverancier",
    ],
)
def test_feedback_that_it_is_a_bill_makes_a_payment(house: House, feedback: str) -> None:
    drafted(house, "order.txt", ORDER)
    draft = rejected(house, feedback)
    assert "action: payment.register" in draft
    assert "This is a bill that you pay now, as your feedback says" in draft


def test_feedback_to_the_changed_draft_is_followed_as_ever(house: House) -> None:
    drafted(house, "bill.txt", BILL)
    rejected(house, "make an invoice")
    draft = rejected(house, 'replace "Date: the day you approve" with "Date: 2026-03-12"')
    assert "action: invoice.create" in draft
    assert "Date: 2026-03-12" in draft


def test_a_note_that_begins_like_a_bill_is_asked_about(house: House) -> None:
    draft = drafted(house, "note.txt", "Invoice\nSparkle Ltd, 12 Mill Road, Leeds\n2 full services at 85 EUR\n")
    assert "risk: high" in draft
    assert "this begins like a bill that somebody wrote to you" in draft


def test_an_invoice_of_our_own_is_neither_written_again_nor_owed(house: House) -> None:
    paper = "INVOICE\nLindgren Print Studio\nInvoice number 2026-0003\nTo: Hotel Domplein\nTotal 205.70 EUR\n"
    draft = drafted(house, "own.txt", paper)
    assert "action: document.save" in draft
    assert "an invoice that you wrote yourself" in draft
