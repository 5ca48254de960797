"""Bytes to letters, for files that do not say how they were written."""

from __future__ import annotations

import codecs
import re

from daemon.core.ports import Converted

MAX_TEXT = 200_000  # characters of one file that are read
MAX_SOURCE = 5_000_000  # bytes of one file that are looked at, where the format is text

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_GUESSED = "This is no UTF-8 text; it was read as Windows-1252. Some letters may be wrong."
_EMPTY_LINES = re.compile(r"\n{4,}")


def decode(data: bytes) -> tuple[str, str]:
    """UTF-8, UTF-16 with a mark, or else Windows-1252; and what to say when that was a guess, or ""."""
    codec = next((codec for bom, codec in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        return data.decode(codec), ""
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), _GUESSED


def is_binary(data: bytes) -> bool:
    """Text has no zero bytes, unless it is UTF-16 and says so."""
    return b"\0" in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def beginning(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text that is looked at, with LF line ends, and sentences for the person about it."""
    cut = len(data) > MAX_SOURCE
    if cut:
        end = data.rfind(b"\n", MAX_SOURCE // 2, MAX_SOURCE)
        data = data[: end if end > 0 else MAX_SOURCE]
    text, guessed = decode(data.rstrip(b"\0"))
    said = "It is very long; only its beginning was read." if cut else ""
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return unix, tuple(filter(None, (guessed, said)))


def converted(text: str, media_type: str, *notices: str) -> Converted:
    """What a reader found, cut to what is passed on; empty notices are left out."""
    text = _EMPTY_LINES.sub("\n\n\n", text.strip("\n"))
    cut = f"Only its first {MAX_TEXT:,} characters were read." if len(text) > MAX_TEXT else ""
    said = dict.fromkeys(filter(None, (*notices, cut)))
    return Converted(text[:MAX_TEXT].rstrip(), media_type, tuple(said))


def hidden(text: str) -> str:
    """The sentence about text that a person would not see, or ""."""
    line = " ".join(text.split())
    start = line if len(line) <= 150 else f"{line[:150].rstrip()}…"  # noqa: PLR2004 - characters that are quoted
    return f"It holds hidden text, which no person sees and nobody acts on: “{start}”" if line else ""
