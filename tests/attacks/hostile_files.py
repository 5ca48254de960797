"""Files made to be expensive: small ones that unfold, large ones that never end."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping

MEGA = 1_000_000


def packed(entries: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return made.getvalue()


def pdf(objects: Mapping[int, bytes], root: int = 1) -> bytes:
    made, places = bytearray(b"%PDF-1.7\n"), list[bytes]()
    for number, data in objects.items():
        places.append(b"%d 1\n%010d 00000 n \n" % (number, len(made)))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    end = (len(objects) + 1, root, len(made))
    return (
        bytes(made)
        + b"xref\n"
        + b"".join(places)
        + b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % end
    )


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(content: bytes) -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 600 800] >>",
        4: content,
    }


def flate(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, b"/Filter [" + b"/FlateDecode " * times + b"]")


def endless_pages() -> bytes:
    found = one_page(stream(b""))
    return pdf(found | {2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 99999999 >>"})


def deep_pages() -> bytes:
    found = {n: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 1) for n in range(2, 20_000)}
    return pdf({1: b"<< /Type /Catalog /Pages 2 0 R >>"} | found)


def many_objects() -> bytes:
    return pdf(one_page(stream(b"")) | {n: b"<< /Kids [%d 0 R] >>" % (n + 1) for n in range(5, 100_000)})


def text_operators() -> bytes:
    return pdf(one_page(flate(b"BT " + b"(a) Tj 1 0 0 1 5 5 Tm " * MEGA + b"ET")))


def nested_operators() -> bytes:
    return pdf(one_page(stream(b"q [" * MEGA)))


def laughs(entry: str) -> bytes:
    kinds = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{kinds}]><x>&a12;</x>'.encode()
    types = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return packed({"[Content_Types].xml": types, entry: xml})


def swollen(entry: str) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", entry: b"<x>" + b"A" * (300 * MEGA) + b"</x>"})


def open_document(xml: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", xml)
    return made.getvalue()


def odt_laughs() -> bytes:
    kinds = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    return open_document(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{kinds}]><x>&a12;</x>'.encode())


def calendar(line: str, times: int) -> bytes:
    inside = "\n".join([line] * times)
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260310T090000Z\n{inside}\nEND:VEVENT\nEND:VCALENDAR\n".encode()


BOOK = b"<workbook xmlns:r='/relationships'><sheets>%s</sheets></workbook>"
TAB = b"<sheet name='Prices' r:id='s1'/>"
MADE_OF = b"<Relationships>%s</Relationships>"
SHEET_1 = b"<Relationship Id='s1' Type='/worksheet' Target='sheet1.xml'/>"
STRINGS = b"<Relationship Id='s2' Type='/sharedStrings' Target='strings.xml'/>"
STYLES = b"<Relationship Id='s3' Type='/styles' Target='styles.xml'/>"


def workbook(rows: bytes, *, tabs: bytes = TAB, **parts: bytes) -> bytes:
    """One sheet of these rows; `parts` are other parts by their name."""
    return packed({
        "xl/workbook.xml": BOOK % tabs,
        "xl/_rels/workbook.xml.rels": MADE_OF % (SHEET_1 + STRINGS + STYLES),
        "xl/sheet1.xml": b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>",
        "xl/strings.xml": b"<sst/>",
        "xl/styles.xml": b"<styles/>",
        **{f"xl/{name}.xml": data for name, data in parts.items()},
    })  # fmt: skip


def many_strings() -> bytes:
    strings = b"<sst>" + b"".join(b"<si><t>text %d</t></si>" % n for n in range(MEGA)) + b"</sst>"
    return workbook(b"".join(b"<row><c t='s'><v>%d</v></c></row>" % n for n in range(MEGA)), strings=strings)


def wide_sheet() -> bytes:
    return workbook((b"<row>" + b"<c><v>1</v></c>" * 16_384 + b"</row>") * 200)


def slides(slide: bytes, times: int) -> bytes:
    """A presentation that shows one slide many times."""
    return packed({
        "ppt/presentation.xml": b"<p xmlns:r='/relationships'>" + b"<sldId r:id='s1'/>" * times + b"</p>",
        "ppt/_rels/presentation.xml.rels": MADE_OF % b"<Relationship Id='s1' Type='/slide' Target='slide1.xml'/>",
        "ppt/slide1.xml": slide,
    })  # fmt: skip


FILES: Mapping[str, Callable[[], bytes]] = {
    "bomb.pdf": lambda: pdf(one_page(flate(b" " * (500 * MEGA)))),
    "twice.pdf": lambda: pdf(one_page(flate(b"\0" * (300 * MEGA), 2))),
    "endless.pdf": endless_pages,
    "deep.pdf": deep_pages,
    "objects.pdf": many_objects,
    "operators.pdf": text_operators,
    "nested.pdf": nested_operators,
    "cut.pdf": lambda: b"%PDF-1.7\n" + b"<< " * MEGA,
    "references.pdf": lambda: b"%PDF-1.7\n" + b"1 0 obj\n1 0 R\nendobj\n" * 50_000 + b"trailer << /Root 1 0 R >>",
    "swollen.xlsx": lambda: swollen("xl/workbook.xml"),
    "sheet.xlsx": lambda: workbook(b"", sheet1=b"<x>" + b"A" * (100 * MEGA) + b"</x>"),
    "sheets.xlsx": lambda: workbook(b"<row/>" * (3 * MEGA), tabs=TAB * 10_000),
    "strings.xlsx": many_strings,
    "string.xlsx": lambda: workbook(b"", strings=b"<sst><si><t>" + b"A" * (100 * MEGA)),
    "wide.xlsx": wide_sheet,
    "columns.xlsx": lambda: workbook(b"", sheet1=b"<w>" + b"<col min='1' max='16384' hidden='1'/>" * 300_000),
    "deep.xlsx": lambda: workbook(b"<c>" * (5 * MEGA)),
    "attributes.xlsx": lambda: workbook(b"<c " + b"".join(b"k%d='v' " % n for n in range(300_000)) + b"/>"),
    "formats.xlsx": lambda: workbook(b"", styles=b"<s><numFmts><numFmt formatCode='" + b"&quot;[" * MEGA + b"'/>"),
    "laughs.xlsx": lambda: laughs("xl/workbook.xml"),
    "laughs.pptx": lambda: laughs("ppt/presentation.xml"),
    "swollen.pptx": lambda: swollen("ppt/presentation.xml"),
    "slides.pptx": lambda: slides(b"<sld>" + b"<p><t>a</t></p>" * MEGA, 100_000),
    "big slides.pptx": lambda: slides(b"<sld><t>" + b"A" * (60 * MEGA), 1_000),
    "deep.pptx": lambda: slides(b"<sp>" * (5 * MEGA), 2),
    "swollen.docx": lambda: swollen("word/document.xml"),
    "laughs.docx": lambda: laughs("word/document.xml"),
    "laughs.odt": odt_laughs,
    "swollen.odt": lambda: open_document(b"<x>" + b"A" * (300 * MEGA) + b"</x>"),
    "deep.odt": lambda: open_document(b"<text:p>" * (2 * MEGA)),
    "deep.xml": lambda: b"<?xml version='1.0'?>" + b"<a>" * MEGA,
    "wide.xml": lambda: b"<?xml version='1.0'?><a>" + b"<b>x</b>" * MEGA + b"</a>",
    "laughs.xml": lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>",
    "attributes.xml": lambda: b"<?xml version='1.0'?><a " + b"".join(b"k%d='v' " % n for n in range(300_000)) + b"/>",
    "many.zip": lambda: packed({f"{n}.txt": b"" for n in range(60_000)}),
    "many.mbox": lambda: b"From a Tue 11:11 2026\nFrom: a\nDate: b\nMessage-ID: c\n\nx\n" * 200_000,
    "deep.json": lambda: b"[" * MEGA,
    "deeper.json": lambda: b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "wide.json": lambda: b"[" + b"1," * (2 * MEGA) + b"1]",
    "figure.json": lambda: b"[" + b"9" * (5 * MEGA) + b"]",
    "wide.csv": lambda: b"a;" * MEGA,
    "long.csv": lambda: b"a;b;c\n" * (3 * MEGA),
    "quotes.csv": lambda: b'a;"' + b"x\n" * (2 * MEGA),
    "rules.ics": lambda: calendar("RRULE:FREQ=SECONDLY;INTERVAL=1;BYSETPOS=-1;BYSECOND=0,1,2,3", 100_000),
    "days.ics": lambda: calendar("RDATE:" + "20260310T090000Z," * 1_000, 300),
    "folded.ics": lambda: calendar("DESCRIPTION:a\n " + "b\n " * 100_000, 10),
    "parameters.ics": lambda: calendar("ATTENDEE" + ';CN="x"' * 100_000 + ":mailto:a@b", 5),
    "open.ics": lambda: b"BEGIN:VEVENT\n" * MEGA,
    "cards.vcf": lambda: b"BEGIN:VCARD\nFN:A\nEND:VCARD\n" * 200_000,
    "soft.vcf": lambda: b"BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:" + b"=\n" * MEGA,
    "nested.html": lambda: b"<html>" + b"<div><b>" * (MEGA + 250_000),
    "tags.html": lambda: b"<html>" + b"<a " * (3 * MEGA),
    "hidden.html": lambda: b"<html>" + b"<p style='display:none'>x</p>" * 300_000,
    "groups.rtf": lambda: rb"{\rtf1" + b"{" * (5 * MEGA),
    "words.rtf": lambda: rb"{\rtf1" + rb"\u-1 \'ff\v" * 500_000,
    "from.mbox": lambda: b"From a 1:11 2026\nFrom: a\nDate: b\nMessage-ID: c\n\n" + b"From 1:11" * (2 * MEGA),
    "lines.mbox": lambda: (b"From " + b"1" * 330 + b"\n") * 30_000,
    "zeros.bin": lambda: b"\0" * (25 * MEGA),
    "letters.txt": lambda: "\u202e\u2067é".encode() * (3 * MEGA),
}  # fmt: skip
