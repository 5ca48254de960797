"""What a bill says: until when, how much, from whom; and what it leaves open."""

from __future__ import annotations

import time
from datetime import date

import pytest

from daemon.core.accounting import documents, iban

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "due", "why"),
    [
        ("Payable within 14 days by bank transfer.", date(2026, 12, 5), "counted from the day it came in"),
        ("Invoice date: 10 November 2026\nPayable within 14 days.", date(2026, 11, 24), "counted from its date"),
        ("Bitte überweisen Sie den Betrag innerhalb von 10 Tagen.", date(2026, 12, 1), "counted from"),
        ("The amount is due upon receipt.", TODAY, "payment at once"),
        ("Zählerstände melden Sie bitte bis 31.12.2026.", None, "does not say until when"),
    ],
)
def test_day_to_pay_by_is_found_or_asked_for(text: str, due: date | None, why: str) -> None:
    facts = documents.read(text, today=TODAY, language="de")
    assert facts.due == due
    assert why in facts.terms[0]


def test_collected_amount_is_not_to_be_paid_by_hand() -> None:
    facts = documents.read("Den Betrag buchen wir am 01.12.2026 per Lastschrift ab.", today=TODAY, language="de")
    assert facts.due == date(2026, 12, 1)
    assert facts.terms == ("It says that the amount is collected from your account: do not pay it by hand as well.",)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Offener Betrag 1.904,00 €\nMahngebühr 15,00 €\nZu zahlen 1.919,00 €", "1919.00"),
        ("Netto 1.000,00 €\nMwSt. 19 % 190,00 €\nBrutto 1.190,00 €", "1190.00"),
        ("Papier 240,00 € HT, TVA 20 % 48,00 €, soit 288,00 € TTC.", "288.00"),
        ("59,90 € + IVA 23 % = 73,68 €", "73.68"),
        ("Design 100.00 EUR, tax 19.00 EUR, 119.00 EUR", "119.00"),
    ],
)
def test_amount_to_pay_is_the_whole(text: str, amount: str) -> None:
    assert str(documents.read(text, today=TODAY).amount) == amount


def test_amounts_that_do_not_fit_together_are_asked_for() -> None:
    facts = documents.read("Pay 120.00 EUR or 180.00 EUR or 7.00 EUR", today=TODAY)
    assert facts.amount is None
    assert "Several amounts" in facts.notes[0]


def test_reduction_for_paying_early_is_said() -> None:
    facts = documents.read("2 % Skonto bei Zahlung bis 24.11.2026", today=TODAY, language="de")
    assert "Paying early may cost less: “2 % Skonto bei Zahlung bis 24.11.2026”" in facts.notes


def test_tax_number_is_no_account() -> None:
    assert iban.find("SIRET 812 345 678 00012 – TVA FR40812345678") == ()
    assert iban.find("IBAN DE89 3704 0044 0532") == ("DE89370400440532",)


@pytest.mark.parametrize(
    "text",
    [
        "Payable until 5 December 2026.\nPayment terms: 14 days",
        "Payable within 14 days, at the latest on 5 December 2026",
        "Please pay within 14 days.\nDue date: 5 December 2026",
        "Zahlbar innerhalb von 14 Tagen, also bis zum 05.12.2026",
    ],
)
def test_the_day_that_a_bill_names_goes_before_days_that_are_counted(text: str) -> None:
    facts = documents.read(f"Nordhost\nInvoice date: 10 November 2026\nTotal: 117.81 EUR\n{text}", today=TODAY)
    assert str(facts.due) == "2026-12-05"
    days = "24 November 2026 and 5 December 2026"
    assert facts.terms == (f"Careful: it can be read as due on {days}. The draft says 5 December 2026: check it.",)


def test_a_day_that_is_said_twice_is_no_contradiction() -> None:
    text = "Invoice date: 21 November 2026\nTotal: 117.81 EUR\nPayable within 14 days, by 5 December 2026"
    facts = documents.read(text, today=TODAY)
    assert (str(facts.due), facts.terms) == ("2026-12-05", ())


def test_a_bill_that_names_amounts_without_end_is_read_in_a_moment() -> None:
    begun = time.process_time()
    documents.read("1,Hi Bob, amount: " * 5_000, today=TODAY)
    assert time.process_time() - begun < 2
