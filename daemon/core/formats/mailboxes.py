"""Single messages in the wrappings that mail programs save them in: Apple's `.emlx`, and mbox with one message."""

from __future__ import annotations

import re

_EMLX = re.compile(rb"\s{0,4}(\d{1,9})[ \t]*\r?\n")
_MBOX = re.compile(rb"^From [^\r\n]{1,300}\d{4}[^\r\n]{0,40}\r?\n", re.MULTILINE)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def message(data: bytes) -> bytes:
    """The message inside its wrapping; `data` itself when there is none.

    An emlx file begins with the length of the message in bytes; a property list of Apple's follows it. In an mbox
    (RFC 4155) a line "From …" stands before the message, and such lines in its text have a ">" before them.
    """
    if wrapped := _EMLX.match(data):
        return data[wrapped.end() :][: int(wrapped[1])]
    if before := _MBOX.match(data):
        return _QUOTED.sub(rb"\1", data[before.end() :])
    return data


def count(data: bytes) -> int:
    """How many messages an mbox holds; 0 when it is none."""
    return sum(1 for _ in _MBOX.finditer(data)) if _MBOX.match(data) else 0
