"""Bytes to text, whatever charset a mailer claims. Nothing here raises."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_WIDER = {  # labels that mailers use for a larger charset (WHATWG Encoding Standard, "Names and labels")
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
_ALIASES = {"utf8mb4": "utf-8", "x-sjis": "cp932", "x-gbk": "gb18030", "windows-874": "cp874"}
# Slow on hostile input, not meant for mail, or able to yield half characters (UTF-7).
_AVOIDED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "utf-7"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """`trouble` is one sentence when the text may differ from what was written, else ""."""

    text: str
    trouble: str = ""


def decode(data: bytes, charset: str) -> Decoded:
    """`data` as text. Without a charset: UTF-8 where it fits, else Windows-1252."""
    if data.isascii() and not _is_stateful(charset):
        return Decoded(data.decode("ascii"))
    codec = _codec(charset)
    if codec is None:
        return _guessed(data, charset)
    try:
        return Decoded(data.decode(codec))
    except UnicodeDecodeError:
        sentence = f"Some characters are not valid {charset[:40]}; they are shown as \ufffd."
        return Decoded(data.decode(codec, "replace"), sentence)


def _guessed(data: bytes, charset: str) -> Decoded:
    named = f"The unknown charset {charset[:40]!r}" if charset else "No charset"
    try:
        return Decoded(data.decode("utf-8"), f"{named} was given; the text was read as UTF-8." if charset else "")
    except UnicodeDecodeError:
        return Decoded(data.decode("cp1252", "replace"), f"{named} was given; the text was read as Windows-1252.")


def _is_stateful(charset: str) -> bool:
    """Whether ASCII bytes may mean other characters."""
    return charset.lower().startswith(("iso-2022", "iso2022", "hz", "utf-16", "utf-32", "cp"))


def _codec(charset: str) -> str | None:
    label = charset.strip().lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
        "".encode(name)
    except (LookupError, ValueError):  # unknown, or a codec that is not text (zlib, rot13)
        return None
    return None if name in _AVOIDED else _WIDER.get(name, name)
