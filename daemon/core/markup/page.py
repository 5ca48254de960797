"""Lines of plain text as they come out of HTML: white space collapsed, quotes marked, hidden text in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_EMPTY_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_INVISIBLE = re.compile("[\u200b\u200e\u2060\ufeff\u00ad\u034f\u180e]+|(?<![^\\s\u200c\u200d])[\u200c\u200d]+")
_SMUGGLED = re.compile("[\U000e0020-\U000e007e]+")  # tag characters: ASCII that no font shows
_TAG_BLOCK = 0xE0000
MAX_QUOTES = 5


@dataclass(slots=True)
class Page:
    """What was written so far; `quotes` is how deep new lines are quoted.

    Hidden text is marked in its place, or put into `apart` where there is such a list.
    """

    quotes: int = 0
    apart: list[str] | None = None
    _lines: list[str] = field(default_factory=list[str])
    _line: list[str] = field(default_factory=list[str])
    _hiding: bool = False
    _inked: bool = False  # something can be read on the line
    _gap: bool = False  # the next text begins a paragraph
    _depth: int = 0  # how deep the last line is quoted

    def write(self, text: str, *, hidden: bool = False) -> None:
        """Running text: any white space is one space."""
        text = _SPACE.sub(" ", self._visible(text))
        if not self._line or self._line[-1].endswith(" "):
            text = text.removeprefix(" ")
        self._put(text, hidden=hidden)

    def write_lines(self, text: str, *, hidden: bool = False) -> None:
        """Preformatted text: line breaks and spaces are kept, but of many empty lines one."""
        first, *others = _EMPTY_LINES.sub("\n\n", self._visible(text)).split("\n")
        self._put(first, hidden=hidden)
        for line in others:
            self.line_break()
            self._put(line, hidden=hidden)

    def line_break(self) -> None:
        """End the line, even an empty one."""
        line = ("".join(self._line) + ("]" if self._hiding else "")).rstrip()
        self._lines.append(_quoted(line, self.quotes))
        self._line = []
        self._depth = self.quotes
        self._hiding = self._inked = False

    def end_line(self) -> None:
        """What follows begins a new line."""
        if self._inked:
            self.line_break()
        self._line = []

    def blank_line(self) -> None:
        """What follows, if anything does, begins a new paragraph."""
        self.end_line()
        self._gap = True

    def cell_border(self) -> None:
        """Between two cells that share a line."""
        if self._inked:
            self.write(" | ")

    def rule(self) -> None:
        self.end_line()
        self.write("-" * 10)
        self.end_line()

    def mark(self) -> tuple[int, int]:
        """Here, for `since`."""
        return len(self._lines), len(self._line)

    def since(self, mark: tuple[int, int]) -> str:
        """What was written after the mark."""
        lines, pieces = mark
        whole = self._lines[lines:]
        return " ".join([*whole, "".join(self._line[0 if whole else pieces :])])

    def finish(self) -> str:
        self.end_line()
        return _EMPTY_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _put(self, text: str, *, hidden: bool) -> None:
        if hidden and self.apart is not None:
            self.apart += [text.strip()] if text.strip() else []
            return
        if text.strip():
            self._begin_paragraph()
            self._mark_hidden(text, hidden=hidden)
            self._inked = True
        if text:
            self._line.append(text)

    def _visible(self, text: str) -> str:
        if self.apart is not None and not text.isascii():
            self.apart += [_untagged(run) for run in _SMUGGLED.findall(text)]
            text = _SMUGGLED.sub("", text)
        return _visible(text)

    def _begin_paragraph(self) -> None:
        if self._gap and not self._inked and self._lines and self._lines[-1].strip("> "):
            self._lines.append(_quoted("", min(self._depth, self.quotes)))
        self._gap = False

    def _mark_hidden(self, text: str, *, hidden: bool) -> None:
        if hidden and not self._hiding:
            self._line.append("[hidden text: ")
        elif self._hiding and not hidden:
            self._line.append("]" if text.startswith(" ") else "] ")
        self._hiding = hidden


def _quoted(line: str, depth: int) -> str:
    return f"{'>' * min(depth, MAX_QUOTES)} {line}".rstrip() if depth else line


def _visible(text: str) -> str:
    if text.isascii():
        return text
    text = _SMUGGLED.sub(lambda run: f"[hidden text: {_untagged(run[0])}]", text)
    return _INVISIBLE.sub("", text)


def _untagged(run: str) -> str:
    return "".join(chr(ord(character) - _TAG_BLOCK) for character in run)
