"""A dropped text file as a value: decoded, and without the properties a person put above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.core import frontmatter
from daemon.core.formats import letters
from daemon.core.properties import Value


@dataclass(frozen=True, slots=True)
class Dropped:
    """`properties` are the person's own; `warning` says how the text was decoded when that was a guess."""

    body: str
    properties: Mapping[str, Value]
    warning: str = ""

    @property
    def dictation(self) -> str:
        """The body below lines `to:`, `cc:`, `subject:`, when these stood among the properties."""
        said = ((name, self.properties.get(name)) for name in ("to", "cc", "subject"))
        lines = [f"{name}: {', '.join(v) if isinstance(v, tuple) else v}" for name, v in said if v]
        return "\n".join([*lines, "", self.body]) if lines else self.body


def text(data: bytes) -> Dropped:
    """Read UTF-8, UTF-16 with a mark, or else Windows-1252. Raises Broken when the properties cannot be read."""
    decoded, warning = letters.decode(data)
    note = frontmatter.read(decoded.encode("utf-8", "replace"))
    return Dropped(note.body, note.properties, warning)
