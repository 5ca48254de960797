"""HTML cut into text and tags, in linear time whatever the input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_VALUE = r"""(?:"[^"]*+"|'[^']*+'|[^\s>"']*+)"""
_TAG = re.compile(rf"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>="']++|=\s*+{_VALUE}|["'])*+)>""")
_PAIR = re.compile(r"""([^\s=>"'/]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++)))?+""")
_STARTS_TAG = re.compile(r"</?[a-zA-Z]")
_SILENT = {
    name: re.compile(rf"</{name}(?![\w-])[^>]*+>?", re.IGNORECASE)
    for name in ("script", "style", "title", "iframe", "noembed", "noframes", "xmp", "template", "svg", "object")
}


@dataclass(frozen=True, slots=True)
class Tag:
    """`source` is everything between the name and ">"."""

    name: str
    closes: bool
    source: str

    def attributes(self) -> dict[str, str]:
        """Values by lower-case name; of two, the first counts, as in a browser."""
        found: dict[str, str] = {}
        for name, double, single, bare in _PAIR.findall(self.source) if self.source else ():
            found.setdefault(name.lower(), unescape(double or single or bare))
        return found


def pieces(html: str) -> Iterator[str | Tag]:
    """Text (entities not yet decoded) and tags; comments, scripts and style sheets are left out."""
    position = 0
    while position < len(html):
        start = html.find("<", position)
        if start != position:
            yield html[position : start if start >= 0 else len(html)]
        if start < 0:
            return
        position, piece = _at(html, start)
        if piece is not None:
            yield piece


def _at(html: str, start: int) -> tuple[int, str | Tag | None]:
    """Where the thing that begins with the "<" at `start` ends, and what it is."""
    if html.startswith("<!--", start):
        return _after(html, "-->", start + 2), None
    if html.startswith(("<!", "<?"), start):
        return _after(html, ">", start), None
    match = _TAG.match(html, start)
    if match is None:
        return _no_tag(html, start)
    name = match[2].lower()
    if name in _SILENT and not match[1] and not match[3].endswith("/"):
        end = _SILENT[name].search(html, match.end())
        return end.end() if end else len(html), None
    return match.end(), Tag(name, bool(match[1]), match[3])


def _no_tag(html: str, start: int) -> tuple[int, str]:
    """A lone "<"; or a tag that never ends, which is shown with all that follows: nothing is swallowed."""
    end = len(html) if _STARTS_TAG.match(html, start) else start + 1
    return end, html[start:end]


def _after(html: str, mark: str, start: int) -> int:
    end = html.find(mark, start)
    return len(html) if end < 0 else end + len(mark)
