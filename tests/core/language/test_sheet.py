from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.core.language import sheet


def test_a_table_has_names_rows_and_sums() -> None:
    found = sheet.read("Client | Hours | Amount\n00017 | 3.5 | 1,332.50\n00018 | 2 | 190.00")
    assert found
    assert found.names == ("Client", "Hours", "Amount")
    assert len(found.rows) == 2
    assert [(column.name, column.total) for column in found.numbers] == [
        ("Hours", Decimal("5.5")),
        ("Amount", Decimal("1522.50")),
    ]


def test_prices_are_a_range_and_numbers_that_name_something_are_left_out() -> None:
    found = sheet.read("PLZ | Jahr | Preis EUR\n04229 | 2026 | 84,50\n01097 | 2027 | 1.120,00")
    assert found
    (price,) = found.numbers
    assert (price.total, price.low, price.high) == (None, Decimal("84.50"), Decimal("1120.00"))


def test_a_table_without_names_has_only_rows() -> None:
    found = sheet.read("a\t1\nb\t2")
    assert found
    assert (found.names, len(found.rows), found.numbers) == ((), 2, ())


@pytest.mark.parametrize("text", ["", "one line | of text", "Hello,\nI use the pipe | sometimes.\nBye", "a\n\nb"])
def test_other_texts_are_no_tables(text: str) -> None:
    assert sheet.read(text) is None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("-37,60", "-37.60"), ("2.004,17", "2004.17"), ("1'200.5", "1200.5"), ("0.125", "0.125"), ("9.500", "9500")],
)
def test_numbers_are_read_as_they_are_written(cell: str, value: str) -> None:
    found = sheet.read(f"Was | Summe\nx | {cell}")
    assert found
    assert found.numbers[0].total == Decimal(value)


@given(st.text(alphabet="ab1.,|\t\n -'€", max_size=300))
def test_any_text_is_read(text: str) -> None:
    if found := sheet.read(text):
        assert found.numbers is not None
