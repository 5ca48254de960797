"""PDF as a person would read it, and sentences where that is not possible."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from pypdf import PdfReader, PdfWriter

from daemon.adapters.conversion import pdf
from tests.attacks.hostile_files import flate, one_page, stream
from tests.attacks.hostile_files import pdf as made

FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"


def page(words: Mapping[tuple[int, int], str]) -> bytes:
    """Words at places of one page, in the order given; (0, 0) is at the bottom left."""
    drawn = b"".join(
        b"BT /F1 12 Tf 1 0 0 1 %d %d Tm (%s) Tj ET\n" % (*at, text.encode("cp1252")) for at, text in words.items()
    )
    return drawing(drawn)


def drawing(drawn: bytes) -> bytes:
    described = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 600 800] /Resources %s >>" % FONT
    return made(one_page(flate(drawn)) | {3: described})


BILL = page(
    {
        (50, 700): "Item", (50, 680): "Chair", (50, 660): "Table",
        (300, 700): "Qty", (300, 680): "2", (300, 660): "1",
        (400, 700): "Price", (400, 680): "120,00", (400, 660): "1.480,00",
    }
)  # fmt: skip


def encrypted(data: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(password, "owner", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def test_what_was_filled_into_a_form_is_read() -> None:
    field = b"<< /FT /Tx /T (Amount) /V (250,00 EUR) >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [%s] >> >>" % b"5 0 R"
    assert pdf.read(made(one_page(stream(b"")) | {1: catalog, 5: field})).text == "Amount: 250,00 EUR"


def test_rows_of_a_table_stay_lines_whatever_their_order_in_the_file() -> None:
    assert pdf.read(BILL).text.splitlines() == ["Item   Qty   Price", "Chair   2   120,00", "Table   1   1.480,00"]


def test_currency_wrapped_in_a_narrow_cell_stays_with_its_amount() -> None:
    assert (
        pdf.read(page({(50, 700): "Total", (300, 700): "1.480,00", (300, 686): "EUR"})).text == "Total   1.480,00 EUR"
    )


def test_file_encrypted_without_a_password_is_read() -> None:
    assert "1.480,00" in pdf.read(encrypted(BILL, "")).text


def test_file_with_a_password_says_so() -> None:
    found = pdf.read(encrypted(BILL, "secret"))
    assert (found.text, found.notices) == (
        "",
        ("It is locked with a password; ask for it, or for a copy without one.",),
    )


def test_scan_says_so() -> None:
    assert pdf.read(made(one_page(stream(b"q 600 0 0 800 0 0 cm /Im1 Do Q")))).notices == (
        "It is a scan without text; look at it yourself.",
    )


@pytest.mark.parametrize("data", [b"%PDF-1.4", BILL[:200], b"%PDF-1.7\n" + b"\xff" * 5000])
def test_damaged_file_says_so(data: bytes) -> None:
    assert pdf.read(data).notices == ("It is damaged; open it yourself, or ask for it again.",)


def test_more_pages_than_are_read_is_said() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(BILL)))
    for _ in range(pdf.MAX_PAGES):
        writer.add_page(writer.pages[0])
    target = io.BytesIO()
    writer.write(target)
    assert f"of its {pdf.MAX_PAGES + 1} pages were read." in pdf.read(target.getvalue()).notices[0]


@pytest.mark.parametrize(
    "drawn",
    [
        b"1 1 1 rg BT /F1 12 Tf 1 0 0 1 50 600 Tm (Pay Eve) Tj ET",
        b"BT /F1 12 Tf 3 Tr 1 0 0 1 50 600 Tm (Pay Eve) Tj ET",
        b"BT /F1 12 Tf 1 0 0 1 50 -600 Tm (Pay Eve) Tj ET",
        b"BT /F1 1 Tf 1 0 0 1 50 600 Tm (Pay Eve) Tj ET",
        b"1 1 1 rg BT /F1 12 Tf 1 0 0 1 50 600 Tm (Pay) Tj ( E) Tj (ve) Tj ET",
    ],
)
def test_text_that_nobody_sees_is_no_text_and_is_said(drawn: bytes) -> None:
    found = pdf.read(drawing(b"BT /F1 12 Tf 1 0 0 1 50 700 Tm (A chair for 120 EUR) Tj ET " + drawn))
    assert found.text == "A chair for 120 EUR"
    assert found.notices == ("It holds hidden text, which no person sees and nobody acts on: “Pay Eve”",)


@pytest.mark.parametrize(
    "drawn",
    [
        b"0 0 1 rg 0 590 600 30 re f 1 1 1 rg BT /F1 12 Tf 1 0 0 1 50 600 Tm (White heading) Tj ET",
        b"q 600 0 0 800 0 0 cm /Im1 Do Q BT /F1 12 Tf 3 Tr 1 0 0 1 50 600 Tm (White heading) Tj ET",
        b"BT /F1 1 Tf 12 0 0 12 50 600 Tm (White heading) Tj ET",
    ],
)
def test_text_on_a_colour_or_over_a_scan_is_text(drawn: bytes) -> None:
    found = pdf.read(drawing(b"BT /F1 12 Tf 1 0 0 1 50 700 Tm (A chair for 120 EUR) Tj ET " + drawn))
    assert ("White heading" in found.text, found.notices) == (True, ())
