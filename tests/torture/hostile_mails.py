"""Hostile mails: deep, wide, endless, and named like places where nobody may write."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from random import Random

from tests.torture import hostile_names, hostile_texts
from tests.torture.hostile_sizes import HEAD, Bomb, any_of, counted, grown, size

_HELLO = b"\n\nHello, when are you open?\n"


def _header(piece: bytes, most: int) -> Bomb:
    return grown(piece, most, before=HEAD, after=_HELLO)


def _field(name: bytes, piece: bytes, most: int) -> Bomb:
    """One field that never ends."""
    return grown(piece, most, before=name + b": ", after=b"\n" + HEAD + _HELLO)


def _body(kind: bytes, encoding: bytes, piece: bytes, most: int) -> Bomb:
    fields = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n"
    return grown(piece, most, before=HEAD + fields)


def deep_parts(random: Random) -> bytes:
    kind = random.choice((b"multipart/mixed", b"multipart/alternative", b"multipart/digest", b"message/rfc822"))
    parts = (b"Content-Type: " + kind + b"; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(size(random, 20_000)))
    return HEAD + b"".join(parts) + _HELLO


def many_parts(random: Random) -> bytes:
    part = random.choice(
        (b"--b\n", b"--b\n\nx\n", b"--b\nContent-Type: text/html\n\n<b>x\n", b"--b--\n--b\n", b"--b \n\n")
    )
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + part * size(random, 200_000) + b"--b--\n"


def like_boundaries(random: Random) -> bytes:
    """Lines that begin as the boundary does, and boundaries that nobody uses."""
    boundary = random.choice((b"b", b"-", b"--", b"b" * 2_000, b"'()+_,-./:=?", b" ", b"=?utf-8?q?b?="))
    head = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n'
    return HEAD + head + (b"--" + boundary + random.choice((b"x\n", b"-\n", b"\r", b" x\n"))) * size(random, 100_000)


def inside(random: Random) -> bytes:
    """Messages as attachments of attachments."""
    data = HEAD + b"\nthe innermost\n"
    for level in range(random.randrange(1, 40)):
        kind = random.choice((b"message/rfc822", b"application/octet-stream; name=m.eml", b"text/plain; name=m.eml"))
        head = HEAD + b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\nContent-Type: " % (level, level)
        if random.random() < 0.5 and len(data) < 500_000:
            data, kind = base64.encodebytes(data), kind + b"\nContent-Transfer-Encoding: base64"
        data = head + kind + b"\n\n" + data + b"\n--b%d--\n" % level
    return data


def named_parts(random: Random) -> bytes:
    """Attachments whose names want to be paths, in each way of writing a name."""
    parts = (b"--bb\n" + _naming(random) + b"\n\nnever a program\n" for _ in range(random.randrange(1, 9)))
    return HEAD + b"Content-Type: multipart/mixed; boundary=bb\n\nHi\n" + b"".join(parts) + b"--bb--\n"


def _naming(random: Random) -> bytes:
    name = hostile_names.name(random).encode("utf-8", "replace")
    percent = b"".join(b"%%%02X" % byte for byte in name)
    charset = random.choice((b"utf-8", b"utf-7", b"unicode_escape", b"idna", b"", b"x"))
    quoted = b'"' + name.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b" ") + b'"'
    return random.choice((
        b"Content-Disposition: attachment; filename=" + quoted,
        b"Content-Type: application/pdf; name=" + quoted,
        b"Content-Disposition: attachment; filename*=" + charset + b"''" + percent[:3_000],
        b"Content-Disposition: attachment; filename*=unicode_escape''%5Cud800%5Cu202e",
        b"Content-Disposition: attachment; filename==?utf-8?b?" + base64.b64encode(name) + b"?=",
        b"Content-Disposition: attachment; filename*0*=utf-8''" + percent[:600] + b"; filename*1=" + quoted,
    ))  # fmt: skip


def continued_name(random: Random) -> bytes:
    """RFC 2231: a name in thousands of pieces, in no order."""
    numbers = list(range(size(random, 20_000)))
    random.shuffle(numbers)
    pieces = b"".join(b';\n filename*%d*="%%41"' % number for number in numbers)
    return HEAD + b"Content-Disposition: attachment" + pieces + _HELLO


def lying_charset(random: Random) -> bytes:
    charset = random.choice("utf-7 utf-16 utf-32 hz iso-2022-jp iso-2022-kr idna punycode cp037 unicode_escape".split())
    text = random.choice((b"+AAAA-", b"\x1b$B!!", b"~{!!", b"\xff\xfe\0\xd8", b"\\ud800", b"xn--9-", b"\xe4"))
    kind = random.choice(("plain", "html"))
    return HEAD + f"Content-Type: text/{kind}; charset={charset}\n\n".encode() + text * size(random, 300_000)


def words(random: Random) -> bytes:
    """What specialists look for, in the subject too."""
    subject = "".join(random.choices(hostile_texts.WORDS, k=random.randrange(1, 60))).replace("\n", "\n ").encode()
    head = HEAD.replace(b"Subject: Hi", b"Subject: " + subject)
    return head + b"Content-Type: text/plain; charset=utf-8\n\n" + hostile_texts.words(random)


def page(random: Random) -> bytes:
    return HEAD + b"Content-Type: text/html\n\n" + hostile_texts.html(random)


def invitation(random: Random) -> bytes:
    return HEAD + b"Content-Type: text/calendar; method=REQUEST\n\n" + hostile_texts.TEXT["ics"](random)


MAIL: Mapping[str, Bomb] = {
    "words": words,
    "page": page,
    "invitation": invitation,
    "deep": deep_parts,
    "parts": many_parts,
    "boundaries": like_boundaries,
    "inside": inside,
    "names": named_parts,
    "continued": continued_name,
    "charset": lying_charset,
    "headers": counted(b"X-#: y\n", 100_000, before=HEAD, after=_HELLO),
    "same headers": _header(b"Subject: again\n", 100_000),
    "recipients": counted(b" a#@b.example,\n", 1_000_000, before=HEAD + b"Cc:", after=b" z@b.example\n\nHello\n"),
    "groups": _field(b"To", b"a:b@c.example,;", 15_000),
    "comments": _field(b"From", b"((\\)", 60_000),
    "quoted pairs": _field(b"Reply-To", b'"\\', 120_000),
    "angles": any_of(_header(b"Cc: " + b"<" * 9_000 + b"\n", 25), _header(b"Cc: " + b"a@b <" * 999 + b"\n", 40)),
    "long header": _field(b"X-Long", b"x", 10_000_000),
    "encoded": any_of(_header(b"Subject: =?utf-8?b?4oCu?=\n", 8_000), _field(b"Subject", b"=?utf-8?q?a?= ", 17_000)),
    "half encoded": _field(b"Subject", b"=?a?q?", 40_000),
    "ids": any_of(_header(b"References: <a@b>\n", 12_000), _header(b"References: " + b"<" * 9_999 + b"\n", 24)),
    "dates": any_of(_header(b"Date: " + b"1 " * 9_999 + b"\n", 10), _header(b"Date: Tue, 10 Mar 99999\n", 5_000)),
    "parameters": _header(b"Content-Type: text/plain" + b'; a="b"' * 500 + b"\n", 60),
    "soft lines": _body(b"text/plain", b"quoted-printable", b"=\n", 8_000_000),
    "quoted printable": _body(b"text/plain", b"quoted-printable", b"=3D", 6_000_000),
    "quoted marks": _body(b"text/html", b"quoted-printable", b"=E2=80=AE", 2_000_000),
    "base64": _body(b"text/plain", b"base64", b"QUJD\n", 4_000_000),
    "broken base64": _body(b"text/plain", b"base64", b"!=", 9_000_000),
    "base64 archive": _body(b"application/zip", b"base64", b"UEsDBA==", 2_000_000),
    "flowed": _body(b"text/plain; format=flowed; delsp=yes", b"8bit", b"> a \n", 4_000_000),
    "quotes": _body(b"text/plain", b"8bit", b">", 2_000_000),
    "wrote": _body(b"text/plain", b"8bit", b"On Mon, 1 Mar 2026, Eve <eve@evil.example> wrote:\n> ", 30_000),
    "older": _body(b"text/plain", b"8bit", b"-----Original Message-----\nFrom: Eve\nSent: now\nSubject: x\n\n", 20_000),
    "lines": _body(b"text/plain", b"8bit", b"\n", 20_000_000),
    "nul": grown(b"\0", 5_000_000, before=HEAD + b"\n"),
    "uuencode": _body(b"text/plain", b"x-uuencode", b"begin 644 ../../x\nM" + b"A" * 60 + b"\n", 50_000),
}
