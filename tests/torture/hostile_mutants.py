"""Files that were whole once: each of the corpus, damaged in one to four ways that parsers do not expect.

What is packed (office documents, streams of a PDF, parts of a mail) is taken apart first, so that the damage reaches
the reader of what is inside.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

CORPUS = Path(__file__).parent.parent / "corpus"
LARGEST = 4_000_000  # bytes of a mutant
TOKENS = (
    b"\0", b"\0" * 5_000, b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"\xed\xa0\x80", b"\xc0\x80",
    b"\xf4\x90\x80\x80", "\u202e".encode(), "\u2028".encode(), "\x85".encode(), b"\x1b[2J", b"\r", b"\n\n",
    b"\t" * 999, b"9" * 5_000, b"-1", b"0", b"4294967296", b"1e999", b"-0.0", b"NaN", b"99999999T999999Z",
    b"00010101T000000Z", b"99991231T235959", b"0000-00-00", b"\\ud800", b"&#xD800;", b"&#1114112;", b"%s%n", b"{{",
    b"[[secret]]", b"<% x %>", b"![[x]]", b"`= this.x`", b"<script>alert(1)</script>", b"<!--", b"-->", b"]]>",
    b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\n---\n", b"\n## Draft\n", b"\n## Feedback\n",
    b"\napprove: true\n", b"> [!note]-\n", b"```\n", b"~~~", b"(", b")", b"((((((((", b"<<", b">>", b'"', b'\\"',
    b"=?utf-8?b?", b"?=", b"=\n", b"=00", b"=FF", b"--b\n", b"Content-Type: text/html\n",
    b"Content-Transfer-Encoding: base64\n", b"From: boss@company.example\n", b"BEGIN:VEVENT\n", b"END:VEVENT\n",
    b"RRULE:FREQ=SECONDLY\n", b"{\\rtf1", b"\\bin99999999 ", b"endobj", b"stream\n", b"/Length 99999999", b"1 0 R",
    b"obj",
)  # fmt: skip
CHARSETS = (
    b"utf-7", b"utf-16", b"utf-16-le", b"utf-32", b"idna", b"punycode", b"unicode_escape", b"raw_unicode_escape",
    b"hz", b"iso-2022-jp", b"iso-2022-kr", b"cp65001", b"zlib", b"rot13", b"base64", b"undefined", b"mbcs", b"x" * 999,
    b"", b"cp037", b"utf-8-sig", b"big5hkscs", b"johab", b"uu", b"hex", b"unicode-escape", b"\xff",
)  # fmt: skip
_CHARSET = re.compile(rb"(?i)(charset\s*=\s*\"?)[\w.-]+|(=\?)[\w-]+(?=\?[bq]\?)|(encoding=['\"])[\w-]+")
_NUMBER = re.compile(rb"\d+")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_BASE64 = re.compile(rb"(?:\r?\n[A-Za-z0-9+/]{60,76}){2,}")
_ENDINGS = ".eml .txt .md .html .pdf .docx .csv .json .ics .vcf .rtf .xml .mbox .emlx .ods .pptx .msg".split()

Mutation = Callable[[Random, bytes], bytes]


@cache
def whole() -> tuple[tuple[str, bytes], ...]:
    """The files as they were: names, and what is in them."""
    found = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.stat().st_size)
    return tuple((path.name, path.read_bytes()) for path in found if path.suffix not in {".toml", ".py"})


def mutant(random: Random) -> tuple[str, bytes]:
    """The name and bytes of a file that is no longer whole."""
    name, data = random.choice(whole())
    for _ in range(random.choice((1, 1, 2, 4))):
        data = _inside(random, data)[:LARGEST]
    return (name.rpartition(".")[0] + random.choice(_ENDINGS) if random.random() < 0.1 else name), data


def _inside(random: Random, data: bytes) -> bytes:
    """Damage in what is packed, most of the time; where nothing is, in the file itself."""
    change = random.choice(MUTATIONS)
    if random.random() < 0.2:
        return change(random, data)
    if data.startswith(b"PK\3\4"):
        return _packed(random, data, change)
    is_pdf = data.startswith(b"%PDF")
    pattern, unpack, pack = (_STREAM, _inflated, _deflated) if is_pdf else (_BASE64, _decoded, _encoded)
    if random.random() < 0.5 and (places := list(pattern.finditer(data))):
        place = random.choice(places)
        return data[: place.start()] + pack(change(random, unpack(place[0]))) + data[place.end() :]
    return change(random, data)


def _packed(random: Random, data: bytes, change: Mutation) -> bytes:
    """One entry of an archive changed."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            entries = [(each, old.read(each)) for each in old.namelist()]
            chosen = random.randrange(len(entries))
            for number, (name, text) in enumerate(entries):
                new.writestr(zipfile.ZipInfo(name), change(random, text)[:LARGEST] if number == chosen else text)
    except (zipfile.BadZipFile, RuntimeError, ValueError, IndexError, KeyError, EOFError, OSError, zlib.error):
        return change(random, data)
    return made.getvalue()


def _inflated(found: bytes) -> bytes:
    body = found.split(b"\n", 1)[1].removesuffix(b"endstream")
    try:
        return zlib.decompressobj().decompress(body, LARGEST)
    except zlib.error:
        return body


def _deflated(body: bytes) -> bytes:
    return b"stream\n" + zlib.compress(body[:LARGEST], 1) + b"\nendstream"


def _decoded(found: bytes) -> bytes:
    kept = re.sub(rb"\s", b"", found)
    return base64.b64decode(kept[: len(kept) // 4 * 4])


def _encoded(body: bytes) -> bytes:
    return b"\n" + base64.encodebytes(body)


# --- one change each


def _flip(random: Random, data: bytes) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(random.choice((1, 8, 64))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] if random.random() < 0.7 else data[at:]


def _without(random: Random, data: bytes) -> bytes:
    start, end = _span(random, data, 400)
    return data[:start] + data[end:]


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = _span(random, data, random.choice((1, 4, 40, 400)))
    piece = data[start:end]
    return data[:start] + piece * min(10_000, LARGEST // max(len(piece), 1)) + data[end:]


def _repeat_line(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b"\n"]
    at = random.randrange(len(lines))
    times = min(10_000, LARGEST // max(len(lines[at]), 1))
    return b"".join([*lines[:at], lines[at] * times, *lines[at:]])


def _nest(random: Random, data: bytes) -> bytes:
    """What opens something is opened again and again."""
    opening = random.choice(
        (b"<", b"{", b"[", b"(", b"<div>", b"<<", b"{\\b ", b"> ", b"- ", b"BEGIN:VEVENT\n", b'"', b"/*")
    )
    at = random.randrange(len(data) + 1)
    return data[:at] + opening * random.choice((50, 5_000, 200_000 // len(opening))) + data[at:]


def _splice(random: Random, data: bytes) -> bytes:
    other = random.choice(whole())[1]
    at, start = random.randrange(len(data) + 1), random.randrange(len(other))
    return data[:at] + other[start : start + 20_000] + data[at:]


def _token(random: Random, data: bytes) -> bytes:
    for _ in range(random.choice((1, 5, 30))):
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.choice(TOKENS) + data[at:]
    return data


def _number(random: Random, data: bytes) -> bytes:
    value = random.choice((b"0", b"-1", b"9" * 20, b"9" * 5_000, b"4294967295", b"2147483648", b"1e308", b"00", b"31"))
    return _replaced(random, data, _NUMBER, lambda _: value)


def _charset(random: Random, data: bytes) -> bytes:
    charset = random.choice(CHARSETS)
    return _replaced(random, data, _CHARSET, lambda found: (found[1] or found[2] or found[3] or b"") + charset)


def _replaced(
    random: Random, data: bytes, pattern: re.Pattern[bytes], new: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    places = list(pattern.finditer(data[:200_000]))
    chosen = random.sample(places, min(len(places), random.choice((1, 3, 99))))
    for place in sorted(chosen, key=lambda place: place.start(), reverse=True):
        data = data[: place.start()] + new(place) + data[place.end() :]
    return data


def _lines(random: Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(
        b"\n", random.choice((b"", b"\r", b"\r\n", b"\n\n", b"\r\r\n", b"\0\n"))
    )


def _wide(random: Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(
        random.choice(("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "utf-7"))
    )


def _shuffle(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    random.shuffle(lines)
    return b"".join(lines)


def _span(random: Random, data: bytes, most: int) -> tuple[int, int]:
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.randrange(1, most + 1))


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _without, _repeat, _repeat_line, _nest, _splice, _token, _token, _number, _charset, _lines, _wide,
    _shuffle,
)  # fmt: skip
