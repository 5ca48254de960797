"""A message taken apart into its parts (RFC 2045, 2046), bounded in depth, number and bytes.

Works on positions in the one byte string: nothing is copied but the parts themselves.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from daemon.core.errors import Permanent
from daemon.core.mail import headers
from daemon.core.mail.headers import Fields

MAX_BYTES = 25 * 1024 * 1024
MAX_HEADER = 256 * 1024
MAX_PART_HEADER = 4 * 1024
MAX_DEPTH = 20
MAX_PARTS = 300


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that has content. `data` is decoded from its transfer encoding."""

    media_type: str
    content: Message  # the Content-* fields, for their parameters
    data: bytes

    @property
    def charset(self) -> str:
        return str(self.content.get_content_charset() or "")

    @property
    def name(self) -> str:
        return headers.one_line(headers.decoded(str(self.content.get_filename() or "")))

    @property
    def is_attached(self) -> bool:
        return bool(self.name) or self.content.get_content_disposition() == "attachment"

    def parameter(self, name: str) -> str:
        return str(self.content.get_param(name) or "").lower()


@dataclass(frozen=True, slots=True)
class Container:
    """A multipart/<subtype>."""

    subtype: str
    children: tuple[Container | Leaf, ...]


Node = Container | Leaf


@dataclass(frozen=True, slots=True)
class Message822:
    """A whole message: its own header and the tree of its parts."""

    fields: Fields
    root: Node


def parse(data: bytes) -> Message822:
    """Raises Permanent with a sentence when the message is larger or deeper than any real one."""
    if len(data) > MAX_BYTES:
        megabytes = MAX_BYTES // 2**20
        raise Permanent(f"This mail is larger than {megabytes} MB; open the original in a mail program.")
    fields, body, whole = headers.split(data, 0, len(data), limit=MAX_HEADER)
    if not whole:
        raise Permanent(f"The header of this mail is larger than {MAX_HEADER // 1024} KB, which no mailer writes.")
    return Message822(fields, _Splitter(data).node(fields, (body, len(data)), 0))


def leaves(node: Node) -> Iterator[Leaf]:
    """Every part with content, in order."""
    if isinstance(node, Leaf):
        yield node
        return
    for child in node.children:
        yield from leaves(child)


@dataclass(slots=True)
class _Splitter:
    """The whole message, and how many parts were met in it so far."""

    data: bytes
    parts: int = 0

    def node(self, fields: Fields, span: tuple[int, int], depth: int) -> Node:
        self.parts += 1
        content = headers.content(fields)
        boundary = str(content.get_boundary() or "").rstrip()
        is_container = content.get_content_maintype() == "multipart" and boundary
        spans = _spans(self.data, boundary, span) if is_container else []
        if not spans:
            return _leaf(self.data[slice(*span)], fields, content)
        if depth >= MAX_DEPTH:
            raise Permanent(f"This mail is nested more than {MAX_DEPTH} deep; open the original in a mail program.")
        children = tuple(self.child(inner, depth + 1) for inner in spans)
        return Container(content.get_content_subtype(), children)

    def child(self, span: tuple[int, int], depth: int) -> Node:
        if self.parts > MAX_PARTS:
            raise _too_many_parts()
        fields, body, _ = headers.split(self.data, *span, limit=MAX_PART_HEADER)
        return self.node(fields, (body, span[1]), depth)


def _too_many_parts() -> Permanent:
    return Permanent(f"This mail has more than {MAX_PARTS} parts; open the original in a mail program.")


def _spans(data: bytes, boundary: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """Where each part between the delimiter lines lies; the last one may lack its closing line."""
    spans: list[tuple[int, int]] = []
    begun = -1
    for start, after, closes in _delimiters(data, boundary.encode("utf-8", "replace"), span):
        if begun >= 0:
            spans.append((begun, max(begun, start)))
        begun = -1 if closes else after
        if closes or len(spans) > MAX_PARTS:
            return spans
    return [*spans, (begun, span[1])] if begun >= 0 else spans


def _delimiters(data: bytes, boundary: bytes, span: tuple[int, int]) -> Iterator[tuple[int, int, bool]]:
    """Each delimiter line: where the content before it ends, where the line after it begins, whether it closes."""
    line = b"--" + boundary
    start, end = span
    found = start if data.startswith(line, start, end) else _next(data, line, start, end)
    for _ in range(2 * MAX_PARTS):
        if found < 0:
            return
        newline = data.find(b"\n", found + len(line), end)
        after = end if newline < 0 else newline + 1
        rest = data[found + len(line) : min(after, found + len(line) + 200)].strip()
        if rest in {b"", b"--"}:
            yield _before(data, found, start), after, rest == b"--"
        found = _next(data, line, found, end)
    raise _too_many_parts()


def _next(data: bytes, line: bytes, position: int, end: int) -> int:
    found = data.find(b"\n" + line, position, end)
    return found + 1 if found >= 0 else -1


def _before(data: bytes, position: int, start: int) -> int:
    """The line break before a delimiter belongs to the delimiter (RFC 2046, 5.1.1)."""
    for ending in (b"\r\n", b"\n"):
        if data.endswith(ending, start, position):
            return position - len(ending)
    return position


def _leaf(raw: bytes, fields: Fields, content: Message) -> Leaf:
    encoding = headers.one_line(fields.first("content-transfer-encoding")).lower()
    return Leaf(content.get_content_type(), content, _decoded(raw, encoding))


def _decoded(raw: bytes, encoding: str) -> bytes:
    match encoding:
        case "base64":
            return headers.base64_bytes(raw)
        case "quoted-printable":
            return binascii.a2b_qp(raw)
        case _:
            return raw
