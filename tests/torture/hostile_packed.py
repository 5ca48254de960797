"""Hostile files that hold others: archives, PDF, office documents, and what is only looked at from outside."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from random import Random

from tests.attacks.hostile_files import flate, one_page, open_document, packed, pdf, slides, stream, workbook
from tests.torture import hostile_names
from tests.torture.hostile_sizes import Bomb, any_of, grown, size


def archive(random: Random) -> bytes:
    """Names that climb, entries that unfold, and directories that lie."""
    named = {hostile_names.name(random).replace("\0", ""): b"x" for _ in range(random.randrange(1, 30))}
    many = {f"{n}": b"" for n in range(size(random, 3_000))}
    made = packed({**named, "zeros": b"\0" * size(random, 30_000_000), **many})
    end = made.rfind(b"PK\5\6")
    lie = bytearray(made)
    lie[end + 8 : end + 20] = struct.pack("<HHII", 65_535, 65_535, random.getrandbits(32), random.getrandbits(32))
    return random.choice((made, bytes(lie), made * 3, made[: len(made) // 2]))


def other_archive(random: Random) -> bytes:
    magic = random.choice(
        (b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"x" * 257 + b"ustar")
    )
    return magic + random.randbytes(size(random, 100_000))


def many_objects(random: Random) -> bytes:
    return pdf(
        one_page(stream(b"")) | {n: b"<< /Kids [%d 0 R] >>" % (n + 1) for n in range(5, 5 + size(random, 30_000))}
    )


def looping(random: Random) -> bytes:
    kids = b"2 0 R " * size(random, 2_000)
    return pdf(one_page(stream(b"")) | {2: b"<< /Type /Pages /Parent 2 0 R /Kids [" + kids + b"] /Count 999999 >>"})


def operators(random: Random) -> bytes:
    piece = random.choice((
        b"(a) Tj 1 0 0 1 5 5 Tm ", b"q ", b"[(a) 1 (b)] TJ ", b"/F1 1 Tf ", b"/X Do ", b"BI ID x EI ", b"((((", b"<< ",
    ))  # fmt: skip
    return pdf(one_page(flate(b"BT " + piece * size(random, 500_000), random.randrange(1, 4))))


def filters(random: Random) -> bytes:
    known = (
        b"/FlateDecode",
        b"/LZWDecode",
        b"/ASCII85Decode",
        b"/ASCIIHexDecode",
        b"/RunLengthDecode",
        b"/JBIG2Decode",
    )
    chain = b" ".join(random.choices(known, k=random.randrange(1, 7)))
    data = random.choice(
        (b"z" * size(random, 2_000_000), b"\x80\x0b\x60\x50" * 9_999, b"00" * 99_999, b"\x81x" * 99_999)
    )
    given = b"/Filter [" + chain + b"] /DecodeParms [<< /Predictor 15 /Columns 99999999 >>]"
    return pdf(one_page(stream(data, given)))


def sheet(random: Random) -> bytes:
    cells = random.choice((
        b"<row>" + b"<c><v>1</v></c>" * 9_999 + b"</row>", b"<row r='999999999'><c r='XFD1'><v>9</v></c></row>", b"<c>",
        b"<row><c t='s'><v>-5</v>", b"<row><c t='inlineStr'><is><t>[[x]]</t></is></c></row>",
        b"<row><c s='9999'><v>1e999</v></c></row>", b"<row><c><v>" + b"9" * 9_999,
    ))  # fmt: skip
    strings = b"<sst><si><t>" + b"A" * size(random, 20_000_000) + b"</t></si></sst>"
    return workbook(cells * size(random, 3_000), strings=strings)


def document(random: Random) -> bytes:
    inner = random.choice((
        b"<w:p>", b"<w:tbl><w:tr><w:tc>", b"<w:t>x</w:t>", b"<w:p><w:r><w:t>x</w:t></w:r></w:p>", b"<w:ins>",
        b"<!--x-->",
    ))  # fmt: skip
    text = b"<?xml version='1.0'?><w:document xmlns:w='w'><w:body>" + inner * size(random, 500_000)
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": text})


def odf(random: Random) -> bytes:
    inner = random.choice((
        b"<text:p>", b"<text:s text:c='999999999'/>", b"<text:p>x</text:p>",
        b"<table:table-row table:number-rows-repeated='99999999'><table:table-cell/>",
        b"<table:table-cell table:number-columns-repeated='999999'><text:p>x</text:p></table:table-cell>",
    ))  # fmt: skip
    names = b"".join(
        b" xmlns:%s='urn:oasis:names:tc:opendocument:xmlns:%s:1.0'" % (n, n) for n in (b"text", b"table", b"office")
    )
    return open_document(b"<office:body" + names + b">" + inner * size(random, 200_000))


def presentation(random: Random) -> bytes:
    return slides(b"<sld>" + b"<p><t>a</t></p>" * size(random, 100_000), size(random, 10_000))


def compound(random: Random) -> bytes:
    """Old Office, Outlook, TNEF, pictures."""
    streams = random.choice(("__nameid_version1.0", "WordDocument", "Workbook", "EncryptedPackage")).encode("utf-16-le")
    magic = random.choice((
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + streams + b"\0\0", b"\x78\x9f\x3e\x22", b"GIF89a\xff\xff\xff\xff",
        b"BM\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\xff" * 8, b"\xff\xd8\xff", b"\0\0\0\x18ftypheic",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"MZ\0", b"\x7fELF", b"%PDF-", b"ID3", b"SQLite format 3\0",
    ))  # fmt: skip
    return magic + random.randbytes(size(random, 200_000))


PACKED: Mapping[str, Bomb] = {
    "zip": any_of(archive, other_archive),
    "pdf": any_of(many_objects, looping, operators, filters, grown(b"<< ", 500_000, before=b"%PDF-1.7\n")),
    "xlsx": sheet,
    "docx": document,
    "odt": odf,
    "ods": odf,
    "pptx": presentation,
    "msg": compound,
    "dat": compound,
    "png": compound,
    "svg": grown(b"<g>", 300_000, before=b"<svg onload='x'>"),
}
