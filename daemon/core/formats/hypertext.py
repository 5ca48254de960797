"""A saved web page as text. What a browser would not show does not count; that it is there is said."""

from __future__ import annotations

from daemon.core import markup
from daemon.core.formats.letters import beginning, converted, hidden
from daemon.core.ports import Converted


def read(data: bytes) -> Converted:
    """The text that can be seen, real link targets in brackets; hidden text only as a notice."""
    text, notices = beginning(data)
    page = markup.read(text)
    return converted(page.text, "text/html", *notices, hidden(page.hidden))
