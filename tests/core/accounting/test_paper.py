"""What stands on an invoice: exact sums, the words of its reader, the sender from the handbook."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from daemon.core import handbook, resources
from daemon.core.accounting import paper
from daemon.core.accounting.invoice import Invoice
from daemon.core.language.calendars import CALENDARS
from tests.actions.bookkeeping import HANDBOOK, PLAIN

DAY = date(2026, 11, 21)
OURS = handbook.parse(HANDBOOK)


def written(**changes: object) -> paper.Paper:
    return paper.write(Invoice.model_validate(PLAIN.model_dump() | changes), "2026-0007", DAY, OURS)


def test_sender_tax_number_and_account_come_from_the_handbook() -> None:
    made = written()
    assert made.sender == ("Lindgren Print Studio", "Storgatan 14", "222 22 Lund")
    assert made.contact == ("Tax number: SE556677889901",)
    assert made.bank == ("Please pay to", "IBAN SE45 5000 0000 0583 9825 7466")


@pytest.mark.parametrize("label", ["VAT number", "USt-IdNr.", "Steuernummer", "Partita IVA"])
def test_a_number_is_called_what_the_person_calls_it(label: str) -> None:
    own = handbook.parse(HANDBOOK.replace("tax number: SE556677889901", f"{label}: DE123456789"))
    assert paper.write(PLAIN, "2026-0007", DAY, own).contact == (f"{label}: DE123456789",)


def test_tax_number_and_vat_number_are_two_things() -> None:
    own = handbook.parse(HANDBOOK.replace("- IBAN", "- VAT number: SE1\n- IBAN"))
    assert paper.write(PLAIN, "2026-0007", DAY, own).contact == ("Tax number: SE556677889901", "VAT number: SE1")


def test_all_that_the_customer_needs_is_on_it() -> None:
    made = written(reference="PO-77", tax_id="DE123456789")
    assert made.title == "Invoice 2026-0007"
    assert made.customer == ("ACME GmbH", "Hauptstr. 1", "10115 Berlin", "Tax number: DE123456789")
    assert made.facts == (
        ("Invoice number", "2026-0007"), ("Date", "21 November 2026"), ("Due date", "5 December 2026"),
        ("Your reference", "PO-77"),
    )  # fmt: skip
    assert made.rows == (("Workshop", "1 day", "1,200.00", "19\u00a0%", "1,200.00"),)
    assert made.sums == (("Net", "1,200.00\u00a0EUR"), ("Tax 19\u00a0% on 1,200.00", "228.00\u00a0EUR"))
    assert made.total == ("Total to pay", "1,428.00\u00a0EUR")


def test_german_customer_reads_german_words_and_numbers() -> None:
    made = written(language="de")
    assert made.title == "Rechnung 2026-0007"
    assert made.facts[1] == ("Datum", "21. November 2026")
    assert made.total == ("Zu zahlen", "1.428,00\u00a0EUR")


def test_unknown_language_is_english() -> None:
    assert written(language="fi").title == "Invoice 2026-0007"


def test_discounts_are_a_column_and_a_line() -> None:
    lines = (PLAIN.lines[0].model_copy(update={"discount": Decimal(10)}),)
    made = written(lines=lines, discount=Decimal(5))
    assert made.columns == ("Description", "Quantity", "Unit price", "Discount", "Tax", "Amount")
    assert made.rows[0][3:] == ("10\u00a0%", "19\u00a0%", "1,080.00")
    assert made.sums[:2] == (("Subtotal", "1,080.00\u00a0EUR"), ("Discount 5\u00a0%", "\u201354.00\u00a0EUR"))


def test_prices_with_tax_say_so() -> None:
    made = written(prices_include_tax=True)
    assert "Unit price incl. tax" in made.columns
    assert made.total[1] == "1,200.00\u00a0EUR"


def test_terms_make_the_due_date() -> None:
    invoice = PLAIN.model_copy(update={"due": None, "terms_days": 14})
    assert paper.due(invoice, DAY) == date(2026, 12, 5)


def test_currency_without_cents_has_none() -> None:
    assert written(currency="JPY").total == ("Total to pay", "1,428\u00a0JPY")


def test_every_language_has_every_word() -> None:
    words = tomllib.loads(resources.invoice_file("words.toml").read_text(encoding="utf-8"))
    assert words.keys() == CALENDARS.keys()
    assert {language: table.keys() ^ words["en"].keys() for language, table in words.items()} == {
        language: set[str]() for language in words
    }


@pytest.mark.parametrize("language", sorted(CALENDARS))
def test_every_language_can_be_written(language: str) -> None:
    assert written(language=language).title.endswith("2026-0007")
