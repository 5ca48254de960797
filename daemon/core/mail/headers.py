"""Header fields as they came: split, unfolded, decoded. Linear in their length, and nothing here raises.

Encoded words are decoded after the structure is known, so that an encoded "<evil@x>" stays text.
"""

from __future__ import annotations

import base64
import binascii
import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message

from daemon.core.mail import charsets

MAX_PARAMETERS = 4096  # characters of a Content-* field; the standard library reads them in quadratic time

_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
_ID = re.compile(r"<[^<>\s]{1,900}>")
_YEARS_OF_MAIL = range(1971, 2200)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """The header of a message or part: raw values by lower-case name, in the order they came."""

    values: Mapping[str, tuple[str, ...]]

    def all(self, name: str) -> tuple[str, ...]:
        return self.values.get(name, ())

    def first(self, name: str) -> str:
        return self.all(name)[0] if name in self.values else ""

    def text(self, name: str) -> str:
        """The first value as a person reads it: decoded, one line."""
        return one_line(decoded(self.first(name)))


def split(data: bytes, start: int, end: int, *, limit: int) -> tuple[Fields, int, bool]:
    """The fields that begin at `start`, where the body begins, and whether the whole header was within `limit`.

    A line that is no field begins the body, as in the standard library: nothing is lost.
    """
    stop = min(end, start + limit)
    if data.startswith((b"\n", b"\r\n"), start):
        return Fields({}), data.index(b"\n", start, end) + 1, True
    blank = _END.search(data, start, stop)
    head = data[start : blank.start() if blank else stop]
    values: dict[str, list[str]] = {}
    position = start
    for line in re.split(rb"\r?\n(?![ \t])", head):
        match = _FIELD.fullmatch(line)
        if match is None and not (position == start and line.startswith((b"From ", b">From "))):
            return _frozen(values), min(position, end), True
        if match is not None:
            values.setdefault(match[1].decode("ascii").lower(), []).append(_unfolded(match[2]))
        position = _next_line(data, position + len(line), end)
    return _frozen(values), blank.end() if blank else stop, blank is not None or stop == end


def decoded(value: str) -> str:
    """RFC 2047 words as text. Neighbours of one charset are joined before decoding: many mailers cut characters."""
    pieces: list[str] = []
    pending: tuple[str, bytes] = ("", b"")
    position = 0
    value = _BETWEEN_WORDS.sub("", value)
    for word in _WORD.finditer(value):
        charset = word[1].partition("*")[0].lower()
        if word.start() > position or charset != pending[0]:
            pieces += [charsets.decode(pending[1], pending[0]).text, value[position : word.start()]]
            pending = (charset, b"")
        pending = (charset, pending[1] + _word_bytes(word[2], word[3]))
        position = word.end()
    return "".join([*pieces, charsets.decode(pending[1], pending[0]).text, value[position:]])


def one_line(text: str) -> str:
    """Without control characters and line breaks of any kind."""
    return _CONTROL.sub(" ", text).strip()


def message_ids(value: str) -> tuple[str, ...]:
    """Every `<id>` of a Message-ID, In-Reply-To or References field."""
    return tuple(found for found in _ID.findall(value) if not _CONTROL.search(found))


def date(value: str) -> datetime | None:
    """An RFC 5322 date, aware; None when it makes no sense. "-0000" (zone unknown) counts as UTC."""
    try:
        found = email.utils.parsedate_to_datetime(value[:200])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return found if found.year in _YEARS_OF_MAIL else None


def content(fields: Fields) -> Message:
    """The Content-* fields as the standard library's message: type, parameters, file name (RFC 2045, 2231)."""
    message = Message()
    for name in ("content-type", "content-disposition"):
        if value := one_line(fields.first(name))[:MAX_PARAMETERS]:
            message[name] = value
    return message


def _frozen(values: Mapping[str, list[str]]) -> Fields:
    return Fields({name: tuple(found) for name, found in values.items()})


def _unfolded(raw: bytes) -> str:
    raw = _FOLD.sub(b"", raw).strip()
    return raw.decode("ascii") if raw.isascii() else charsets.decode(raw, "").text


def _next_line(data: bytes, position: int, end: int) -> int:
    newline = data.find(b"\n", position, end)
    return end if newline < 0 else newline + 1


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Base64 as found in the wild: foreign characters skipped, padding mended, a stray last character dropped."""
    kept = raw.translate(None, delete=_NOT_BASE64)
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))
