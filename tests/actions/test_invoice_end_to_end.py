"""An invoice from its draft to the files in Outbox/, with the person's hands between."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from daemon.core.accounting import invoice as invoices
from daemon.core.accounting.invoice import Invoice, Line
from daemon.core.draft import Draft
from daemon.core.ports import Desk, Route
from daemon.core.task import Task
from tests.house import House

HANDBOOK = """# Handbook

## Invoices

- name: Lindgren Print Studio
- address: Storgatan 14, 222 22 Lund
- tax number: SE556677889901
- IBAN: SE45 5000 0000 0583 9825 7466
"""
PLAIN = Invoice(
    customer="ACME GmbH",
    address=("Hauptstr. 1", "10115 Berlin"),
    currency="EUR",
    lines=(Line(description="Workshop", quantity=Decimal(1), unit="day", unit_price=Decimal(1200), tax=Decimal(19)),),
    due=date(2026, 12, 5),
)


class Bookkeeper:
    """An agent that drafts one invoice."""

    def __init__(self, invoice: Invoice = PLAIN) -> None:
        self.invoice = invoice

    def draft(self, task: Task, desk: Desk) -> Draft:
        del task, desk
        return Draft(
            action="invoice.create",
            params={"invoice": self.invoice.model_dump(mode="json")},
            text=invoices.to_text(self.invoice),
            title=f"Invoice for {self.invoice.customer}",
            reason="They asked for an invoice.",
            confidence=0.9,
            risk="low",
        )


class ToTheBookkeeper:
    """A router that knows one desk."""

    def route(self, task: Task, desk: Desk) -> Route:
        del task, desk
        return Route("mail", "normal", None, "It asks for an invoice.")


def house(folder: Path, invoice: Invoice = PLAIN) -> House:
    made = House(folder)
    (made.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    made.with_router(ToTheBookkeeper())
    made.with_agent("mail", Bookkeeper(invoice))
    made.arrive()
    made.run()
    return made


def outbox(made: House) -> list[str]:
    return sorted(path.name for path in (made.root / "Outbox").glob("[!.]*"))


def ledger(made: House) -> list[str]:
    return (made.root / "Accounting" / "ledger.csv").read_text(encoding="utf-8-sig").splitlines()


def test_approved_invoice_gets_its_number_and_lies_in_outbox(tmp_path: Path) -> None:
    made = house(tmp_path)
    assert "amount: 1428.00" in made.note("Pending_Approval").read_text(encoding="utf-8")
    made.move("Pending_Approval", "Approved")
    made.run()
    assert outbox(made) == ["2026-0001_acme-gmbh.html", "2026-0001_acme-gmbh.pdf"]
    assert made.counts() == {"Done": 1}
    assert "outcome: saved" in made.note("Done").read_text(encoding="utf-8")
    head, line = ledger(made)
    assert head == "date,kind,number,party,description,net,tax,gross,currency,due,file,id"
    assert line.startswith(
        "2026-03-10,invoice,2026-0001,ACME GmbH,Workshop,1200.00,228.00,1428.00,EUR,2026-12-05,"
        "Outbox/2026-0001_acme-gmbh.pdf,t"
    )


def test_changed_quantity_is_asked_back_with_the_new_total(tmp_path: Path) -> None:
    made = house(tmp_path)
    made.edit("Pending_Approval", "1 day", "2 days")
    made.move("Pending_Approval", "Approved")
    made.run()
    assert outbox(made) == []
    asked = made.note("Pending_Approval").read_text(encoding="utf-8")
    assert "amount: 2856.00" in asked
    assert "amount 2856.00 instead of 1428.00" in asked
    assert "2,856.00 EUR" in asked.partition("## Draft")[2]
    made.move("Pending_Approval", "Approved")
    made.run()
    assert ",2400.00,456.00,2856.00,EUR," in ledger(made)[1]
    assert outbox(made) == ["2026-0001_acme-gmbh.html", "2026-0001_acme-gmbh.pdf"]


def test_missing_facts_are_asked_for_instead_of_a_number_being_taken(tmp_path: Path) -> None:
    made = house(tmp_path, PLAIN.model_copy(update={"currency": ""}))
    made.move("Pending_Approval", "Approved")
    made.run()
    assert "Still missing: the currency" in made.note("Pending_Approval").read_text(encoding="utf-8")
    made.edit("Pending_Approval", "Currency: ?", "Currency: EUR")
    made.move("Pending_Approval", "Approved")
    made.run()
    made.move("Pending_Approval", "Approved")
    made.run()
    assert outbox(made) == ["2026-0001_acme-gmbh.html", "2026-0001_acme-gmbh.pdf"]
