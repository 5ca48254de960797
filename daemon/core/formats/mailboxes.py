"""Single messages in the wrappings that mail programs save them in: Apple's `.emlx`, and mbox with one message."""

from __future__ import annotations

import re

_EMLX = re.compile(rb"[ \t]{0,20}(\d{1,9})[ \t]*+\r?\n")
_FROM = re.compile(rb"^From \S[^\r\n]*+\r?\n", re.MULTILINE)
_TIME = re.compile(rb"\d:\d\d")  # a sentence that begins with "From" rarely holds one
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_FIELD = re.compile(rb"^(from|date|message-id|received|mime-version):", re.IGNORECASE | re.MULTILINE)
_STARTS_WITH_FIELD = re.compile(rb"(?:From .*\r?\n)?[!-9;-~]+:[ \t]")
_ENOUGH_FIELDS = 3
_MAX_HEAD = 64 * 1024  # bytes


def message(data: bytes) -> bytes:
    """The message inside its wrapping; `data` itself when there is none.

    An emlx file begins with the length of the message in bytes; a property list of Apple's follows it. In an mbox
    (RFC 4155) a line "From …" stands before the message, and such lines in its text have a ">" before them.
    """
    if wrapped := _EMLX.match(data):
        return data[wrapped.end() :][: int(wrapped[1])]
    if before := _separator(data):
        return _QUOTED.sub(rb"\1", data[before.end() :])
    return data


def messages(data: bytes, most: int) -> list[bytes]:
    """The first messages of an mbox."""
    starts = [line.start() for line in _FROM.finditer(data) if _TIME.search(line[0])][: most + 1]
    return [message(data[start:end]) for start, end in zip(starts, [*starts[1:], len(data)], strict=True)][:most]


def count(data: bytes) -> int:
    """How many messages an mbox holds; 0 when it is none."""
    return sum(1 for line in _FROM.finditer(data) if _TIME.search(line[0])) if _separator(data) else 0


def looks_like_mail(data: bytes) -> bool:
    """Conservative: a header from the first line on, with at least three of the lines that every mail has."""
    head = re.split(rb"\r?\n\r?\n", data[:_MAX_HEAD], maxsplit=1)[0]
    found = {name.lower() for name in _FIELD.findall(head)}
    return bool(_STARTS_WITH_FIELD.match(head)) and b"from" in found and len(found) >= _ENOUGH_FIELDS


def _separator(data: bytes) -> re.Match[bytes] | None:
    line = _FROM.match(data)
    return line if line and _TIME.search(line[0]) else None
