"""What the handbook says about invoices, and what it says wrongly."""

from decimal import Decimal

import pytest

from daemon.core import handbook
from daemon.core.accounting import iban
from daemon.core.accounting.house_rules import Price

SAID = """
## Invoices
- name: Birchwood Workshop
- address: Lane 4, 21035 Hamburg
- VAT number: DE123456789
- IBAN: DE89 3704 0044 0532 0130 00
- tax: 19 %
- currency: eur
- terms: 14 days
- prices: including tax
- price Workshop day: 1,200 EUR
- price Workshop: €500.50
- customer ACME GmbH: Street 1, 12345 City
- customer ACME Ltd: Road 2
- supplier Brandt Holz: DE02 1203 0000 0000 2020 51
"""


def test_every_line_is_read() -> None:
    book = handbook.parse(SAID)
    rules = book.invoices
    assert book.problems == ()
    assert (rules.name, rules.address) == ("Birchwood Workshop", ("Lane 4", "21035 Hamburg"))
    assert (rules.tax, rules.currency, rules.terms, rules.including) == (Decimal(19), "EUR", 14, True)
    assert (rules.tax_number, rules.iban) == ("DE123456789", "DE89370400440532013000")


@pytest.mark.parametrize(
    ("what", "price"),
    [
        ("3 workshop days", Price("Workshop day", Decimal(1200), "EUR")),
        ("a workshop", Price("Workshop", Decimal("500.50"), "EUR")),
        ("a walk", None),
    ],
)
def test_the_longest_fitting_entry_of_the_price_list_counts(what: str, price: Price | None) -> None:
    assert handbook.parse(SAID).invoices.price(what) == price


def test_a_name_that_fits_two_customers_is_none_of_them() -> None:
    rules = handbook.parse(SAID).invoices
    acme = rules.customer("ACME GmbH")
    assert acme is not None
    assert acme.details == ("Street 1", "12345 City")
    assert rules.customer("ACME") is None


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("taxes: 19 %", "did you mean “tax”?"),
        ("tax: lots", "the tax is written “tax: 19 %”."),
        ("price Day: cheap", "a price is written"),
        ("terms: soon", "the terms are written “terms: 14 days”."),
        ("iban: DE00 3704 0044 0532 0130 00", "its check digits do not fit"),
        ("currency: Euro", "three letters"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_line(line: str, problem: str) -> None:
    (said,) = handbook.parse(f"## Invoices\n- {line}\n- terms: 14 days").problems
    assert said.startswith("Line 2: ")
    assert problem in said


@pytest.mark.parametrize("account", ["DE89370400440532013000", "GB82WEST12345698765432"])
def test_a_right_account_is_known_by_its_check_digits(account: str) -> None:
    assert iban.valid(account)


@pytest.mark.parametrize("account", ["DE89370400440532013001", "DE8937040044053201300", "GB82 WEST", ""])
def test_a_wrong_account_is_known_too(account: str) -> None:
    assert not iban.valid(account)


def test_accounts_are_found_with_gaps_and_without() -> None:
    text = "IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX, or GB82WEST12345698765432."
    assert iban.find(text) == ("DE89370400440532013000", "GB82WEST12345698765432")
