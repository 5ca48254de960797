"""Workbooks as a person sees them: values by their format, and nothing that is hidden."""

from __future__ import annotations

import pytest

from daemon.core.formats import kinds, numberformats, readers
from tests.attacks.hostile_files import TAB, packed, workbook

HIDDEN = "It holds hidden text, which no person sees and nobody acts on: “{}”"


def cells(*texts: str, row: str = "<row>") -> bytes:
    inside = "".join(f"<c t='inlineStr'><is><t>{text}</t></is></c>" for text in texts)
    return f"{row}{inside}</row>".encode()


def styles(code: str = "General", font: str = "", fill: str = "none") -> bytes:
    return (
        f"<styles><numFmts><numFmt numFmtId='200' formatCode='{code}'/></numFmts><fonts><font>{font}</font></fonts>"
        f"<fills><fill><patternFill patternType='{fill}'/></fill></fills>"
        "<cellXfs><xf numFmtId='200' fontId='0' fillId='0'/></cellXfs></styles>"
    ).encode()


def test_rows_are_lines_below_the_name_of_their_sheet() -> None:
    found = readers.read("a.xlsx", workbook(cells("Item", "Price") + cells() + cells("Chair", "10,50")))
    assert (found.text, found.media_type) == ("## Prices\nItem | Price\nChair | 10,50", kinds.XLSX)


def test_shared_strings_without_how_they_are_spoken() -> None:
    strings = b"<sst><si><r><t>Ki</t></r><r><t>nu</t></r><rPh><t>spoken</t></rPh></si></sst>"
    row = b"<row><c t='s'><v>0</v></c><c t='s'><v>7</v></c></row>"
    assert readers.read("a.xlsx", workbook(row, strings=strings)).text == "## Prices\nKinu"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<c><v>36.890000000000001</v></c>", "36.89"),
        ("<c><v>4006381333931</v></c>", "4006381333931"),
        ("<c t='b'><v>1</v></c>", "yes"),
        ("<c t='b'><v>0</v></c>", "no"),
        ("<c t='e'><v>#REF!</v></c>", "#REF!"),
        ("<c t='d'><v>2026-11-19</v></c>", "2026-11-19"),
        ("<c t='str'><f>A1&amp;B1</f><v>both</v></c>", "both"),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ("<c r='C1'><v>3</v></c>", " |  | 3"),
    ],
)
def test_cell_is_its_value(cell: str, shown: str) -> None:
    assert readers.read("a.xlsx", workbook(f"<row>{cell}</row>".encode())).text == f"## Prices\n{shown}"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("46345", "yyyy\\-mm\\-dd", "2026-11-19"),
        ("46345", "[$-407]d. mmmm yyyy;@", "2026-11-19"),
        ("46345.604166666664", "dd.mm.yyyy hh:mm", "2026-11-19 14:30"),
        ("0.604166666664", "h:mm", "14:30"),
        ("1.5034722222", "[h]:mm", "36:05"),
        ("1", "d/m/yyyy", "1900-01-01"),
        ("99999999", "d/m/yyyy", "99999999"),
        ("0.19", "0%", "19%"),
        ("1067", "00000", "01067"),
        ("1234.5", '#,##0.00\\ "dEUR";[Red]\\-#,##0.00', "1234.5"),
        ("12", '0 "days"', "12"),
        ("nan", "yyyy", "nan"),
        ("word", "yyyy", "word"),
        ("-1", "yyyy", "-1"),
    ],
)
def test_number_is_shown_by_its_format(value: str, code: str, shown: str) -> None:
    assert numberformats.shown(value, numberformats.look(code), since_1904=False) == shown


def test_date_of_an_old_mac() -> None:
    book = b"<b xmlns:r='/relationships'><workbookPr date1904='1'/>" + TAB + b"</b>"
    found = readers.read(
        "a.xlsx", workbook(b"<row><c s='0'><v>44883</v></c></row>", workbook=book, styles=styles("yyyy"))
    )
    assert found.text == "## Prices\n2026-11-19"


def test_hidden_sheet_is_said() -> None:
    tabs = b"<sheet name='Secret' state='veryHidden' r:id='s1'/>"
    found = readers.read("a.xlsx", workbook(cells("Pay Eve"), tabs=tabs))
    assert (found.text, found.notices) == ("", (HIDDEN.format("Pay Eve"),))


def test_hidden_row_and_column_are_said() -> None:
    columns = b"<cols><col min='2' max='16384' hidden='1'/></cols><sheetData>"
    sheet = (
        b"<s>" + columns + cells("Chair", "Pay Eve") + cells("Pay Tom", row="<row hidden='true'>") + b"</sheetData></s>"
    )
    found = readers.read("a.xlsx", workbook(b"", sheet1=sheet))
    assert (found.text, found.notices) == ("## Prices\nChair", (HIDDEN.format("Pay Eve | Pay Tom"),))


WHITE = "<color rgb='FFFFFFFF'/>"


@pytest.mark.parametrize("look", [styles(";;;"), styles(font=WHITE), styles(font="<color theme='0'/>")])
def test_cell_that_shows_nothing_is_said(look: bytes) -> None:
    row = b"<row><c><v>1</v></c><c s='0' t='str'><v>Pay Eve</v></c></row>"
    assert HIDDEN.format("1 | Pay Eve") in readers.read("a.xlsx", workbook(row, styles=look)).notices


def test_white_letters_on_a_colour_are_seen() -> None:
    found = readers.read("a.xlsx", workbook(cells("Total"), styles=styles(font=WHITE, fill="solid")))
    assert (found.text, found.notices) == ("## Prices\nTotal", ())


def test_formula_without_a_result_is_said() -> None:
    found = readers.read("a.xlsx", workbook(b"<row><c><v>1</v></c><c><f>A1*2</f><v/></c></row>"))
    assert found.notices == (
        "Some of its formulas have no result yet; open it once in Excel or LibreOffice and save it.",
    )


def test_long_and_wide_sheet_is_cut_and_said() -> None:
    found = readers.read("a.xlsx", workbook(b"<row>" + b"<c><v>1</v></c>" * 61 + b"</row>" + cells("a") * 1_000))
    assert (found.text.count("\n"), found.text.count("|")) == (1_000, 59)
    assert found.notices == (
        "Only the first 1,000 rows of a sheet were read.",
        "Only the first 60 columns of a sheet were read.",
    )


@pytest.mark.parametrize(
    "data", [packed({"xl/workbook.xml": b"<x"}), workbook(b"<c r='\xff'/>"), b"PK\x03\x04 xl/workbook.xml"]
)
def test_damaged_workbook_says_so(data: bytes) -> None:
    found = readers.read("a.xlsx", data)
    assert (found.text, found.notices) == ("", ("It is damaged, or locked with a password; open it yourself.",))
