"""Tables of PDFs and spreadsheets: each cell goes to its column, and nothing else becomes a table."""

from __future__ import annotations

import time

import pytest

from daemon.core.accounting import columns

ORDER = """Please deliver:

Qty   Description   Unit price   Amount

250   Posters A2, matte paper   1.20 EUR   300.00 EUR
4   Banners 2 x 1 m   45.00 EUR   180.00 EUR
with eyelets

Net total: 480.00 EUR"""


def test_columns_are_told_apart_by_their_gaps() -> None:
    assert columns.marked(ORDER).splitlines() == [
        "Please deliver:",
        "",
        "| Qty | Description | Unit price | Amount |",
        "| 250 | Posters A2, matte paper | 1.20 EUR | 300.00 EUR |",
        "| 4 | Banners 2 x 1 m with eyelets | 45.00 EUR | 180.00 EUR |",
        "",
        "Net total: 480.00 EUR",
    ]


def test_empty_cells_of_a_spreadsheet_keep_their_place() -> None:
    text = "Artikel\tMenge\tEinzelpreis\nPlakat\t\t1,20 €"
    assert columns.marked(text) == "| Artikel | Menge | Einzelpreis |\n| Plakat |  | 1,20 € |"


def test_table_without_heads_is_one_where_its_numbers_fit() -> None:
    head = "| Description | Quantity | Unit price | Amount |"
    assert columns.marked("Poster A2\t120\t1,20 €\t144,00 €") == f"{head}\n| Poster A2 | 120 | 1,20 € | 144,00 € |"
    assert columns.marked("Poster A2\t120\t1,20 €\t150,00 €") == "Poster A2\t120\t1,20 €\t150,00 €"


@pytest.mark.parametrize("text", ["Hello  Maria,\nthe price  is 3 EUR", "Description of the work", "", "\t\n\t"])
def test_what_is_no_table_stays_as_it_is(text: str) -> None:
    assert columns.marked(text) == text


@pytest.mark.parametrize("text", ["a  " * 9000, "\t" * 20000, "Qty   Item\n" * 2000, "Item\tQty\n" + "x\t1\n" * 5000])
def test_hostile_tables_take_no_time(text: str) -> None:
    began = time.perf_counter()
    columns.marked(text)
    assert time.perf_counter() - began < 2
