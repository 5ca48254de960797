"""A house whose agent writes invoices, and what must be true of its books whatever happened."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

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
HouseT = TypeVar("HouseT", bound=House)


class Bookkeeper:
    """An agent that drafts one invoice for whatever it is given."""

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


def office(house: HouseT, invoice: Invoice = PLAIN, *, requests: int = 1) -> HouseT:
    """The house with that agent, and so many requests for an invoice."""
    (house.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
    house.with_router(ToTheBookkeeper())
    house.with_agent("mail", Bookkeeper(invoice))
    return ask(house, requests)


def ask(house: HouseT, requests: int = 1) -> HouseT:
    """So many requests for an invoice come in."""
    for number in range(requests):
        house.arrive(key=f"mail:{number}", title=f"Request {number}")
    return house


def outbox(house: House) -> list[str]:
    return sorted(path.name for path in (house.root / "Outbox").glob("[!.]*"))


def booked(root: Path) -> list[dict[str, str]]:
    """The lines of the ledger."""
    path = root / "Accounting" / "ledger.csv"
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def pair(number: int) -> list[str]:
    return [f"2026-{number:04}_acme-gmbh.{kind}" for kind in ("html", "pdf")]


def flaws(house: House, count: int) -> list[str]:
    """What is not as it must be when `count` invoices are out."""
    numbers = sorted(line["number"] for line in booked(house.root))
    files = [name for number in range(1, count + 1) for name in pair(number)]
    said = {
        "numbers": numbers == [f"2026-{number:04}" for number in range(1, count + 1)],
        "files": outbox(house) == sorted(files),
        "ids": all(times == 1 for times in Counter(line["id"] for line in booked(house.root)).values()),
        "audit": not house.app.ledger.audit.verify().wrong,
        "done": house.counts().get("Done", 0) == count,
    }
    return [f"{what}: {numbers} {outbox(house)} {house.counts()}" for what, right in said.items() if not right]
