"""Invoices: exact totals, and a text that a person edits and that reads back as it was written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core import document
from daemon.core.accounting import invoice
from daemon.core.accounting.invoice import Invoice, Line
from daemon.core.errors import UserError

WORDS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)
PRICES = st.decimals(-99999, 999999, places=4)
RATES = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "19", "25")])
DAYS = st.dates(date(2000, 1, 1), date(2099, 1, 1))
LINES = st.builds(
    Line,
    description=WORDS.map(lambda words: f"x{words}"),
    quantity=st.none() | st.decimals("0.001", 99999, places=3),
    unit=st.sampled_from(("", "days", "m²", "Stück")),
    unit_price=st.none() | PRICES,
    tax=st.none() | RATES,
    discount=RATES,
)
INVOICES = st.builds(
    Invoice,
    customer=WORDS,
    address=st.lists(WORDS, max_size=3).map(tuple),
    currency=st.sampled_from(("", "EUR", "JPY", "KWD")),
    lines=st.lists(LINES, max_size=4).map(tuple),
    issued=st.none() | DAYS,
    due=st.none() | DAYS,
    terms_days=st.none() | st.integers(0, 3650),
    note=WORDS,
    reference=WORDS,
    discount=RATES,
    prices_include_tax=st.booleans(),
)


def line(quantity: str, price: str, tax: str = "19", discount: str = "0") -> Line:
    return Line(
        description="Work", quantity=Decimal(quantity), unit_price=Decimal(price), tax=Decimal(tax),
        discount=Decimal(discount),
    )  # fmt: skip


def made(*lines: Line, currency: str = "EUR", discount: str = "0", including: bool = False) -> Invoice:
    return Invoice(
        customer="ACME GmbH", currency=currency, lines=lines, discount=Decimal(discount), prices_include_tax=including
    )


@given(INVOICES)
def test_the_text_reads_back_as_it_was_written(given_: Invoice) -> None:
    text = invoice.to_text(given_)
    assert invoice.from_text(text, given_) == given_
    assert document.draft_text(text) == text


@pytest.mark.parametrize(
    ("bill", "net", "gross"),
    [
        (made(line("2.5", "10.01")), "25.03", "29.79"),  # 25.025 is rounded up, then taxed
        (made(line("1", "12.50")), "12.50", "14.88"),  # 2.375 of tax
        (made(line("3", "0.335", "0")), "1.01", "1.01"),
        (made(line("1", "119"), including=True), "100.00", "119.00"),
        (made(line("1", "9.99"), line("1", "9.99"), including=True), "16.79", "19.98"),
        (made(line("1", "100", "19"), line("1", "100", "7"), discount="10"), "180.00", "203.40"),
        (made(line("3", "333", "10"), currency="JPY"), "999", "1099"),
        (made(line("1", "1.2345", "5"), currency="KWD"), "1.235", "1.297"),
        (made(line("1", "100", "19", discount="15")), "85.00", "101.15"),
    ],
)
def test_totals_are_exact(bill: Invoice, net: str, gross: str) -> None:
    result = invoice.totals(bill)
    assert (str(result.net), str(result.gross)) == (net, gross)


def test_what_is_missing_is_named_in_plain_words() -> None:
    lacking = Invoice(lines=(Line(description="Work", quantity=Decimal(2)),))
    assert invoice.missing(lacking) == (
        "the name of the customer", "the currency", "the unit price of line 1", "the tax rate of line 1",
    )  # fmt: skip
    with pytest.raises(UserError, match="Missing: the unit price of line 1, the tax rate of line 1"):
        invoice.totals(lacking)


def test_a_total_below_zero_is_no_invoice() -> None:
    assert invoice.missing(made(line("1", "-5"))) == ("a total above zero (a credit note is written by hand)",)


@pytest.mark.parametrize("written", ["1.200,50", "1,200.50", "1 200,50", "1'200.50", "1200.5", "1200,50"])
def test_numbers_are_read_as_people_write_them(written: str) -> None:
    before = made(line("2", "7"))
    after = invoice.from_text(invoice.to_text(before).replace("7.00", written), before)
    assert after.lines[0].unit_price == Decimal("1200.50")


def test_rows_and_lines_can_be_changed_added_and_removed() -> None:
    before = made(line("2", "7"), line("1", "5"))
    text = invoice.to_text(before).replace("| Work | 1 | 5.00 | 19 % | 5.00 |", "| Travel | 40 km | 0,42 | 7 | |")
    after = invoice.from_text(text.replace("Currency: EUR", "Currency: chf\nTerms: 30 days"), before)
    assert (after.currency, after.terms_days) == ("CHF", 30)
    assert [(each.description, each.unit, each.tax) for each in after.lines] == [("Work", "", 19), ("Travel", "km", 7)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("| 7.00 |", "| seven |", "write a number such as 1200.50"),
        ("| 2 |", "| 1.500 |", "can be read two ways"),
        ("19 %", "190 %", "a rate is between 0 and 100"),
        ("Date: the day you approve", "Date: tomorrow", "a date is written 2026-12-05"),
        ("Currency: EUR", "Currency: Euro", "write three letters"),
        ("Prices: without tax", "Prices: net", "“without tax” or “including tax”"),
        ("Currency: EUR", "Currency: EUR\nCurrency: USD", "two lines of this name"),
        ("Currency: EUR", "Currency: EUR\nThanks a lot!", "a line begins with one of"),
        ("| Work | 2 |", "| Work | 2 | 3 |", "the row has 6 cells"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_way_to_write_it(old: str, new: str, said: str) -> None:
    before = made(line("2", "7"))
    with pytest.raises(UserError, match="cannot be read") as refused:
        invoice.from_text(invoice.to_text(before).replace(old, new, 1), before)
    assert said in str(refused.value)


def test_every_problem_is_said_at_once() -> None:
    before = made(line("2", "7"))
    text = invoice.to_text(before).replace("| 7.00 |", "| x |").replace("Currency: EUR", "Currency: Euro")
    with pytest.raises(UserError) as refused:
        invoice.from_text(text, before)
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize("quantity", ["10115", "1000", "1234567", "1.125", "1000.5", "0.001"])
def test_the_own_form_of_a_quantity_can_be_read(quantity: str) -> None:
    line = Line(description="Screws", quantity=Decimal(quantity), unit="kg", unit_price=Decimal(1200), tax=Decimal(19))
    made = Invoice(customer="ACME", currency="EUR", lines=(line,))
    assert invoice.from_text(invoice.to_text(made), made).lines[0].quantity == Decimal(quantity)
