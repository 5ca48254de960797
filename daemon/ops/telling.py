"""A note as a person reads it at a terminal: what it says, without what only programs need."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from daemon.core import frontmatter, names
from daemon.core.properties import Broken, Value
from daemon.ops.history import short

# The file itself and `--json` have them all.
_FOR_PROGRAMS = frozenset(
    "title approve reject channel agent confidence id type generation task digest tags cssclasses source_key same_as "
    "status kind originals".split()
)
_LABELS = {"cc": "Copy to", "bcc": "Hidden copy to", "expires": "Until", "reason": "Why", "action": "What",
           "created": "Since", "executed": "Carried out"}  # fmt: skip


def lines(note: str) -> list[str]:
    """The filled properties in words, then the text. A note that cannot be understood is shown as it is."""
    try:
        read = frontmatter.read(note.encode())
    except Broken:
        return note.splitlines()
    said = [f"{_label(name)}: {_word(name, value)}" for name, value in read.properties.items() if _tells(name, value)]
    return [*said, *_text(read.body)]


def _text(body: str) -> Iterator[str]:
    yield ""
    yield from (short(line) for line in body.strip().splitlines())


def _tells(name: str, value: Value) -> bool:
    return name not in _FOR_PROGRAMS and value not in (None, "", (), False)


def _label(name: str) -> str:
    return _LABELS.get(name) or name.replace("_", " ").capitalize()


def _word(name: str, value: Value) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, datetime):
        return f"{value:%d %b %Y %H:%M}"
    return names.in_words(str(value)) if name == "action" else short(str(value))
