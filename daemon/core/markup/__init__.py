"""HTML from outside, turned into text that a person can read and that nothing can run.

One pass over tags with our own tokenizer: `html.parser` (and so Beautiful Soup) needs 57 s for 60 KB of `<a <a <a`
and 5 s for 100,000 tags. Not a browser: scripts and style sheets are left out, only inline styles count. What a
browser would hide is shown and marked, never dropped: hidden text is how instructions are smuggled in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import unescape

from daemon.core.markup import looks, tags
from daemon.core.markup.looks import Look
from daemon.core.markup.page import Page
from daemon.core.markup.tags import Tag

MAX_PIECES = 40_000  # tags and texts
MAX_DEPTH = 500
MAX_HREF = 300  # characters of a link target shown; what counts, the host, stands in front
CUT = "[The rest of this message was too long to show; the original has it.]"

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED_BY_ITSELF = {"a", "p", "li", "td", "th", "tr", "dt", "dd", "option"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table", "pre"}
_BLOCKS = {
    *("address", "article", "aside", "body", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer"),
    *("form", "header", "html", "li", "main", "nav", "section", "tr"),
}


@dataclass(frozen=True, slots=True)
class Read:
    """What a browser would show, and what it would not."""

    text: str
    hidden: str


def to_text(html: str) -> str:
    """Readable plain text: real link targets in brackets, images by their alt text, quotes behind `> `.

    Never raises; linear in the length of `html`; after `MAX_PIECES` it stops with a sentence.
    """
    return _rendered(html, Page())


def read(html: str) -> Read:
    """Like `to_text`, with hidden text kept apart."""
    page = Page(apart=[])
    return Read(_rendered(html, page), "\n".join(page.apart or ()))


def _rendered(html: str, page: Page) -> str:
    rendering = _Rendering(page)
    for count, piece in enumerate(tags.pieces(html)):
        if count >= MAX_PIECES:
            rendering.page.write(f" {CUT}")
            break
        if isinstance(piece, str):
            rendering.text(unescape(piece))
        elif piece.closes:
            rendering.close(piece.name)
        else:
            rendering.open(piece)
    return rendering.page.finish()


@dataclass(frozen=True, slots=True)
class _Frame:
    """An open element: how its text looks, and, for a link, where it leads and where its label begins."""

    name: str
    look: Look
    href: str = ""
    label: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class _Rendering:
    """The open elements, and the page they write on."""

    page: Page = field(default_factory=Page)
    stack: list[_Frame] = field(default_factory=lambda: [_Frame("", looks.PLAIN)])
    counts: dict[str, int] = field(default_factory=dict[str, int])  # open elements by name

    @property
    def look(self) -> Look:
        return self.stack[-1].look

    def text(self, text: str) -> None:
        if self.look.preformatted:
            self.page.write_lines(text, hidden=self.look.is_hidden)
        else:
            self.page.write(text, hidden=self.look.is_hidden)

    def open(self, tag: Tag) -> None:
        if tag.name in _CLOSED_BY_ITSELF and self.stack[-1].name == tag.name:
            self.close(tag.name)
        attributes = tag.attributes()
        self._lay_out(tag.name, attributes)
        if tag.name in _VOID or len(self.stack) > MAX_DEPTH:
            return
        look = looks.of(self.look, tag.name, attributes)
        self.stack.append(_Frame(tag.name, look, attributes.get("href", ""), self.page.mark()))
        self.counts[tag.name] = self.counts.get(tag.name, 0) + 1
        self.page.quotes += tag.name == "blockquote"

    def close(self, name: str) -> None:
        """Ends the innermost element of that name and all that was left open inside it."""
        if not self.counts.get(name):
            return
        closed = ""
        while closed != name:
            closed = self.stack[-1].name
            self._end(self.stack[-1])
            self.stack.pop()
            self.counts[closed] -= 1

    def _end(self, frame: _Frame) -> None:
        if frame.name == "a" and frame.href:
            self._link(frame)
        if frame.name == "blockquote":
            self.page.end_line()
            self.page.quotes -= 1
        self._break(frame.name)

    def _break(self, name: str) -> None:
        if name in _PARAGRAPHS:
            self.page.blank_line()
        elif name in _BLOCKS:
            self.page.end_line()

    def _lay_out(self, name: str, attributes: dict[str, str]) -> None:
        """What stands before the element, or instead of it."""
        self._break(name)
        match name:
            case "br":
                self.page.line_break()
            case "li":
                self.page.write("- ", hidden=self.look.is_hidden)
            case "hr":
                self.page.rule()
            case "td" | "th":
                self.page.cell_border()
            case "img":
                self._image(attributes)
            case _:
                pass

    def _image(self, attributes: dict[str, str]) -> None:
        """Images without an alt text are decoration or tracking and say nothing."""
        if alt := " ".join(attributes.get("alt", "").split()):
            self.page.write(f"[image: {alt}]", hidden=self.look.is_hidden)

    def _link(self, frame: _Frame) -> None:
        href = "".join(character for character in frame.href.strip() if character.isprintable())
        label = self.page.since(frame.label).strip()
        if not href or href.startswith("#") or _bare(label) == _bare(href):
            return
        shown = href if len(href) <= MAX_HREF else f"{href[:MAX_HREF]}…"
        self.page.write(f" ({shown})" if label else f"({shown})", hidden=frame.look.is_hidden)


def _bare(address: str) -> str:
    """A link target without what readers leave out when they write it down."""
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        address = address.removeprefix(scheme)
    return address.rstrip("/")
