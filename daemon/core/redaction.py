"""Known secrets taken out of a text, in every spelling in which programs write them down."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from daemon.core import neutral

SHORTEST = 6  # characters; what is shorter stands in ordinary words, too
HIDDEN = "[secret hidden]"
_NOTHING = re.compile(r"(?!)")


class Redaction:
    """Call it with a text. It knows the values that were added, and no others."""

    def __init__(self) -> None:
        self._spellings: set[str] = set()
        self._pattern = _NOTHING

    def add(self, *values: str) -> None:
        """From now on these are hidden; also each longer line of one that has several."""
        parts = {part for value in values for part in (value, value.strip(), *_lines(value))}
        found = {spelling for part in parts if len(part) >= SHORTEST for spelling in spellings(part)}
        if found <= self._spellings:
            return
        self._spellings |= found
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(HIDDEN, text)

    def finds(self, text: str) -> bool:
        """Whether one of them stands in it, also with characters in between that nobody can see."""
        return any(map(self._pattern.search, (text, neutral.bare(text))))


def spellings(value: str) -> Iterator[str]:
    """The value itself, in JSON, as Python shows it, in addresses, in hexadecimal and in base64."""
    data = value.encode("utf-8", "surrogatepass")
    yield value
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield repr(data)[2:-1]
    for encoded in (quote(data, safe=""), quote(data), quote_plus(data), data.hex(), data.hex().upper()):
        yield encoded
        yield re.sub("%..", lambda found: found[0].lower(), encoded)
    yield from _base64(data)


def _base64(data: bytes) -> Iterator[str]:
    """Also inside something longer: what stands before shifts it by one or two bytes (RFC 4648, section 4).

    Only the characters that the value alone decides count.
    """
    for shift in range(3):
        first = -(-shift * 8 // 6)
        last = (shift + len(data)) * 8 // 6
        inside = base64.b64encode(b"\0" * shift + data)[first:last].decode("ascii")
        yield inside
        yield inside.translate(str.maketrans("+/", "-_"))


def _lines(value: str) -> list[str]:
    """Of a key of several lines; not the lines every such key begins and ends with."""
    return [line.strip() for line in value.splitlines() if not line.startswith("-----")]
