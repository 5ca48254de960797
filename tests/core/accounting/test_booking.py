"""The ledger as a table: it goes on in the form in which the person saved it, and nothing else of it changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from daemon.core.accounting import booking
from daemon.core.accounting.booking import Booking, NoTable

LINE = Booking(
    day=date(2026, 11, 21),
    kind="invoice",
    number="2026-0001",
    party="Müller & Söhne",
    description="Posters, A2; matt",
    net=Decimal("1200.00"),
    tax=Decimal("228.00"),
    gross=Decimal("1428.00"),
    currency="EUR",
    due=date(2026, 12, 5),
    file="Outbox/2026-0001_mueller.pdf",
    id="taaaaaaaaaa-g1.i123",
)
HEAD = "date;kind;number;party;description;net;tax;gross;currency;due;file;id"


def test_new_ledger_for_excel_in_europe() -> None:
    head, line = booking.empty(";").with_line(LINE).decode("utf-8-sig").splitlines()
    assert head == HEAD
    assert line == (
        '2026-11-21;invoice;2026-0001;Müller & Söhne;"Posters, A2; matt";1200,00;228,00;1428,00;EUR;2026-12-05;'
        "Outbox/2026-0001_mueller.pdf;taaaaaaaaaa-g1.i123"
    )


def test_new_ledger_for_excel_elsewhere() -> None:
    assert ",1200.00,228.00,1428.00,EUR," in booking.empty(",").with_line(LINE).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("zone", "separator"),
    [("Europe/Berlin", ";"), ("Europe/London", ","), ("America/New_York", ","), ("UTC", ",")],
)
def test_separator_is_that_of_the_persons_country(zone: str, separator: str) -> None:
    assert booking.separator(ZoneInfo(zone)) == separator


@pytest.mark.parametrize("separator", [";", ","])
def test_what_was_written_is_read_again(separator: str) -> None:
    table = booking.read(booking.empty(separator).with_line(LINE))
    assert table.holds(LINE.id)
    assert not table.holds("tbbbbbbbbbb-g1.i123")
    assert table.invoice_numbers() == {"2026-0001"}


def test_table_goes_on_in_the_order_and_with_the_columns_of_the_person() -> None:
    saved = b"id,Paid?,number,kind,gross\r\nt1,yes,2026-0009,invoice,5.00\r\n"
    added = booking.read(saved).with_line(LINE)
    assert added == saved + b"taaaaaaaaaa-g1.i123,,2026-0001,invoice,1428.00\r\n"


def test_table_saved_by_excel_keeps_semicolons_and_line_ends() -> None:
    saved = HEAD.encode("utf-8-sig") + b"\r\n"
    assert booking.read(saved).with_line(LINE).endswith(b"1428,00;EUR;2026-12-05;Outbox/2026-0001_mueller.pdf;"
                                                        b"taaaaaaaaaa-g1.i123\r\n")  # fmt: skip


def test_decimals_are_written_as_in_the_last_line() -> None:
    saved = f"{HEAD}\n2026-01-01;expense;;Shop;;;;12.50;EUR;;;t1\n".encode()
    assert b";1428.00;EUR;" in booking.read(saved).with_line(LINE)


def test_old_windows_letters_stay_as_they_are() -> None:
    saved = f"{HEAD}\n2026-01-01;expense;;Café;;;;1,00;EUR;;;t1\n".encode("cp1252")
    added = booking.read(saved).with_line(LINE)
    assert added.startswith(saved)
    assert "Müller & Söhne".encode("cp1252") in added


def test_letter_that_the_saved_form_does_not_have_is_refused() -> None:
    saved = f"{HEAD}\n2026-01-01;expense;;Café;;;;1,00;EUR;;;t1\n".encode("cp1252")
    with pytest.raises(NoTable, match="CSV UTF-8"):
        booking.read(saved).with_line(LINE.model_copy(update={"party": "Łódź"}))


def test_unicode_text_of_excel_goes_on() -> None:
    saved = b"\xff\xfe" + HEAD.replace(";", "\t").encode("utf-16-le") + "\r\n".encode("utf-16-le")
    again = booking.read(booking.read(saved).with_line(LINE))
    assert again.rows[0]["party"] == "Müller & Söhne"


def test_last_line_without_its_end_is_not_broken() -> None:
    added = booking.read(HEAD.encode()).with_line(LINE).decode()
    assert added.splitlines()[0] == HEAD
    assert len(added.splitlines()) == 2


def test_titles_above_the_column_names_stay() -> None:
    saved = f"Our books 2026\n\n{HEAD}\n".encode()
    assert booking.read(booking.read(saved).with_line(LINE)).holds(LINE.id)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\t=1", "\uff1d1"])
def test_formula_from_outside_is_text(text: str) -> None:
    added = booking.empty(",").with_line(LINE.model_copy(update={"party": text, "description": f"a\n{text}"}))
    row = booking.read(added).rows[0]
    assert row["party"] == f"'{text.strip()}"
    assert row["description"] == f"a {text.strip()}"


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0",
        b"Dear accountant,\nhere is nothing.\n",
        b"a;b;c\n1;2;3\n",
        HEAD.encode() + b'\n"open;1',
    ],
)
def test_what_is_no_table_any_more_is_not_touched(data: bytes) -> None:
    with pytest.raises(NoTable):
        booking.read(data)
