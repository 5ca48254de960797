"""The front matter of a note: read strictly, written without surprises, edited and all else left alone.

Nothing is guessed: no YAML 1.1 booleans, octal numbers or clock times, no duplicate names, no aliases, tags
or nesting. The first thing that is wrong ends the reading as `Broken`. The body is for `document`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from frontmatter.default_handlers import BaseHandler

from daemon.core import yamlread, yamlwrite
from daemon.core.properties import Broken, Value, same

__all__ = ["Broken", "Note", "Strict", "Value", "edit", "read", "render", "same"]

MAX_NOTE = 5_000_000  # bytes; Obsidian Sync carries no more
MAX_FRONT_MATTER = 64 * 1024  # bytes

_BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(r"---[ \t]*(?:\r?\n|\Z)")
_CLOSING = re.compile(r"^---[ \t]*(?:\r?\n|\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Note:
    """A note as read. `spans` are the first and last line of each property, counted from 1 in the file.

    Names that the contract knows are lower case, as Obsidian does not tell `Approve` from `approve`.
    """

    properties: Mapping[str, Value]
    body: str  # everything behind the front matter, line endings as they are
    spans: Mapping[str, tuple[int, int]]
    body_line: int = 1  # where the body begins


class Strict(BaseHandler):
    """Front matter for python-frontmatter, as strict as `read`.

    `frontmatter.parse` strips the text before a handler sees it, so blank lines before `---` pass there: the
    text of a mail could become front matter. `read` does not go through it.
    """

    FM_BOUNDARY = _OPENING
    START_DELIMITER = END_DELIMITER = "---"

    def split(self, text: str) -> tuple[str, str]:
        """Front matter and body of a `text` that `detect` accepts; Broken when no second `---` follows."""
        opening = _OPENING.match(text)
        closing = _CLOSING.search(text, opening.end()) if opening else None
        if opening is None or closing is None:
            raise Broken("the properties begin with “---” here, but no second “---” line ends them; add it", 1)
        return text[opening.end() : closing.start()], text[closing.end() :]

    def load(self, fm: str) -> dict[str, object]:
        return {entry.name: entry.value for entry in yamlread.entries(fm)}

    def export(self, metadata: Mapping[str, object], **kwargs: object) -> str:
        """Our own spelling; values must be `Value`s."""
        del kwargs
        return _lines(cast("Mapping[str, Value]", metadata)).rstrip("\n")


def read(data: bytes) -> Note:
    """The note in `data`: UTF-8 with or without BOM, lines ended by LF or CRLF. Broken says what to mend.

    Front matter begins in the very first line or there is none; then everything is body.
    """
    text = _decoded(data)
    front, body = _split(text)
    entries = yamlread.entries(front or "")
    properties = {entry.name: entry.value for entry in entries}
    spans = {entry.name: (entry.first + 2, entry.last + 2) for entry in entries}
    return Note(properties, body, spans, text.count("\n", 0, len(text) - len(body)) + 1)


def render(properties: Mapping[str, Value], body: str) -> bytes:
    """A new note in Obsidian's style; `read` gives back exactly these properties and this body.

    Names that the contract does not know hold text, lists or nothing. ValueError for what a note cannot hold
    (see `yamlwrite`). Lone surrogates, which no file can hold, become `?`.
    """
    # A body that begins like front matter, or with a BOM, would be taken for it without the empty one.
    front = f"---\n{_lines(properties)}---\n" if properties or body.startswith(("---", "\ufeff")) else ""
    return (front + body).encode("utf-8", errors="replace")


def edit(data: bytes, changes: Mapping[str, Value]) -> bytes:
    """`data` with these properties set where they stand, new ones at the end, all else byte for byte.

    A comment behind a replaced value stays, one between the items of a replaced list goes. A property that
    has its new value already is left as it is spelled. Broken when the note cannot be read, ValueError when
    a property cannot hold its new value.
    """
    text = _decoded(data)
    front, body = _split(text)
    newline = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    bom = _BOM if data.startswith(_BOM) else b""
    edited = _edited(front or "", changes, newline)
    if front is None:
        text = f"---{newline}{edited}---{newline}{body}"
    else:
        start = text.index("\n") + 1
        text = text[:start] + edited + text[start + len(front) :]
    return bom + _holding(text.encode(), changes)


def body_start(data: bytes) -> int:
    """Where the body begins in `data`, also when the properties or the text are broken."""
    start = 3 if data.startswith(_BOM) else 0
    text = data[start:].decode("latin-1")  # one character per byte
    strict = Strict()
    try:
        return len(data) - len(strict.split(text)[1]) if strict.detect(text) else start
    except Broken:
        return start


def _decoded(data: bytes) -> str:
    if len(data) > MAX_NOTE:
        raise Broken(f"the note is larger than {MAX_NOTE // 1_000_000} MB; keep large text in a file of its own")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken("the text is not UTF-8; save the note with the encoding UTF-8", line) from error


def _split(text: str) -> tuple[str | None, str]:
    strict = Strict()
    if not strict.detect(text):
        return None, text
    front, body = strict.split(text)
    if len(front) > MAX_FRONT_MATTER or len(front.encode()) > MAX_FRONT_MATTER:
        raise Broken(f"the properties take more than {MAX_FRONT_MATTER // 1024} KB; move text into the note", 1)
    return front, body


def _holding(data: bytes, changes: Mapping[str, Value]) -> bytes:
    """`data`, after reading it back: an edit of text is only as good as what the next reader sees."""
    found = {name.lower(): value for name, value in read(data).properties.items()}
    wrong = [name for name, value in changes.items() if not same(found.get(name.lower()), value)]
    if wrong:
        raise ValueError(f"these properties cannot hold their new values: {', '.join(wrong)}")
    return data


def _lines(properties: Mapping[str, Value]) -> str:
    return "".join(yamlwrite.entry(name, value) for name, value in properties.items())


def _edited(front: str, changes: Mapping[str, Value], newline: str) -> str:
    lines = front.splitlines(keepends=True)
    entries = {entry.name.lower(): entry for entry in yamlread.entries(front)}
    added: dict[str, Value] = {}
    for name, value in changes.items():
        entry = entries.get(name.lower())
        if entry is None:
            added[name] = value
        elif entry.value != value or type(entry.value) is not type(value):
            _replace(lines, entry, value, newline)
    return "".join(lines) + _lines(added).replace("\n", newline)


def _replace(lines: list[str], entry: yamlread.Entry, value: Value, newline: str) -> None:
    """Write `value` into the first line of `entry` and empty the others: the rest keep their numbers."""
    name = lines[entry.first][: entry.name_end]
    rest = lines[entry.last][entry.value_end :].rstrip("\r\n")
    lines[entry.first : entry.last + 1] = [""] * (entry.last - entry.first + 1)
    lines[entry.first] = f"{name}:{yamlwrite.after_key(value, rest, newline)}{newline}"
