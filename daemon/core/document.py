"""The body of a draft note: explanation, then `## Draft` and exactly what will be sent, then `## Feedback`.

Fences follow CommonMark 0.31 (4.5). Where a note could be read in two ways it is `Broken`: what a person meant
as feedback must never be sent. Nothing here reads front matter; see `frontmatter`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from daemon.core import frontmatter, neutral
from daemon.core.properties import Broken

_DRAFT = re.compile(r"## Draft[ \t]*")
_FEEDBACK = re.compile(r"## Feedback[ \t]*")
_LIKE_FEEDBACK = re.compile(r" {0,3}#{1,6}[ \t]*feedback[ \t]*:?[ \t#]*", re.IGNORECASE)  # as people type it
_HEADING = re.compile(rf"^(?:## (Draft)[ \t]*|(?i:{_LIKE_FEEDBACK.pattern}))$", re.MULTILINE)

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")  # no text has these; a file that was half written may

_OPENS = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
_BLOCK = re.compile(r" {0,3}(?:<|%%|\$\$)")  # HTML, an Obsidian comment or a formula may hide a fence from others


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a body: line endings as LF, empty lines around each part removed, all else as it is.

    `draft` is exactly what will be sent or saved; None without a line `## Draft`.
    """

    above: str
    draft: str | None
    feedback: str


@dataclass(frozen=True, slots=True)
class _Fence:
    """A code block, `first` and `last` being its own lines. `last` is None when nothing closes it.

    `sure` is false where only a full parser with all of Obsidian's rules could tell which lines it holds.
    """

    run: str
    first: int
    last: int | None
    sure: bool


def split(body: str, *, line: int = 1) -> Parts:
    """The parts of `body`, whose first line is line number `line` of its file.

    Broken for two drafts, for feedback above the draft, for control characters in it, and for a line that looks
    like one of the two headings but may not be one: written differently, or inside a code block that is not closed.
    """
    lines = _unix(body).split("\n")
    fenced = _fenced(lines)
    drafts = _headings(_DRAFT, lines, fenced, line)
    if len(drafts) > 1:
        raise Broken(f"“## Draft” stands in line {drafts[0] + line} too; keep one", drafts[1] + line)
    if not drafts:
        marks = _headings(_FEEDBACK, lines, fenced, line)
        end = marks[0] if marks else len(lines)
        return Parts(_trimmed(lines[:end]), None, _trimmed(lines[end + 1 :]))
    start = drafts[0]
    end = _end(start, lines, _headings(_LIKE_FEEDBACK, lines, fenced, line), line)
    draft = _trimmed(lines[start + 1 : end])
    if bad := _CONTROL.search(draft):
        raise Broken(f"an invisible character (U+{ord(bad[0]):04X}) stands in the draft; write it once more by hand")
    return Parts(_trimmed(lines[:start]), draft, _trimmed(lines[end + 1 :]))


def compose(above: str, draft: str) -> str:
    """A body whose draft is exactly `draft`, a text that `draft_text` returned (ValueError for another).

    `above` is cleared of lines that would pass for `## Draft` or `## Feedback`.
    """
    above = _unforgeable(above)
    body = f"{above}\n\n## Draft\n\n{draft}\n" if above else f"## Draft\n\n{draft}\n"
    if split(body).draft != draft:
        raise ValueError("the text would not stand as a draft; make it safe with draft_text first")
    return body


def draft_text(text: str) -> str:
    """`text` as the draft of a note: nothing in it runs in Obsidian or poses as a part of the note.

    Its own `## Draft` and `## Feedback` lines become bold words, a code block left open is closed, control
    characters go.
    """
    return _unforgeable(neutral.defuse(_CONTROL.sub("", _unix(text))))


def with_callout(data: bytes, kind: str, title: str, text: str) -> bytes:
    """The note `data` with a callout above its body, all else byte for byte; also for a note that is broken.

    `title` and `text` are ours or neutralised; `kind` is a callout type of Obsidian ("warning", "failure" …).
    """
    at = frontmatter.body_start(data)
    newline = "\r\n" if b"\r\n" in data[: data.find(b"\n") + 1] else "\n"
    lines = [f"> [!{kind}] {' '.join(title.split())}", *(f"> {line}".rstrip() for line in _unix(text).split("\n"))]
    callout = newline.join([*lines, "", ""])
    if at and not data[:at].endswith((b"\n", b"\xef\xbb\xbf")):
        callout = newline + callout
    return data[:at] + callout.encode("utf-8", errors="replace") + data[at:]


def _end(start: int, lines: Sequence[str], marks: Sequence[int], line: int) -> int:
    """Where the draft that begins at `start` ends: at the first feedback heading, or with the note."""
    if not marks:
        return len(lines)
    if marks[0] < start:
        raise Broken("“## Feedback” belongs below the draft; move it there", marks[0] + line)
    if not _FEEDBACK.fullmatch(lines[marks[0]]):
        raise Broken(
            "is this feedback or part of the draft? Write `## Feedback`, or change the words of the heading",
            marks[0] + line,
        )
    return marks[0]


def _headings(pattern: re.Pattern[str], lines: Sequence[str], fenced: Mapping[int, _Fence], line: int) -> list[int]:
    """Which lines are such headings; Broken when that cannot be said of one."""
    found = [
        number
        for number, text in enumerate(lines)
        if "#" in text[:4] and pattern.fullmatch(text) and not (number in fenced and fenced[number].sure)
    ]
    for number in found:
        if number in fenced:
            opened = fenced[number].first + line
            raise Broken(f"the code block from line {opened} on may hide this heading; close it", number + line)
    return found


def _fenced(lines: Sequence[str]) -> Mapping[int, _Fence]:
    """The code block of each line that is inside one."""
    return {
        number: fence
        for fence in _fences(lines)
        for number in range(fence.first, len(lines) if fence.last is None else fence.last + 1)
    }


def _fences(lines: Sequence[str]) -> list[_Fence]:
    """The fenced code blocks. Those within quotes need no look: their lines begin with `>`, never with `#`."""
    fences: list[_Fence] = []
    number, plain = 0, True
    while number < len(lines):
        if opens := _OPENS.match(lines[number]):
            last = _closing(opens[2], lines, number + 1)
            # An indented one may belong to a list, and end with it.
            fences.append(_Fence(opens[2], number, last, sure=plain and last is not None and not opens[1]))
            number = len(lines) if last is None else last
        plain = plain and not (number < len(lines) and _BLOCK.match(lines[number]))
        number += 1
    return fences


def _closing(run: str, lines: Sequence[str], start: int) -> int | None:
    closes = _closes(run[0], len(run))
    for number in range(start, len(lines)):
        if closes(lines[number]):
            return number
    return None


@lru_cache(maxsize=64)
def _closes(mark: str, least: int) -> Callable[[str], object]:
    return re.compile(rf" {{0,3}}{mark}{{{least},}}[ \t]*").fullmatch


def _unforgeable(text: str) -> str:
    text = _HEADING.sub(lambda found: f"**{found[1] or 'Feedback'}**", _unix(text))
    lines = _trimmed(text.split("\n")).split("\n")
    left_open = [fence.run for fence in _fences(lines) if fence.last is None]
    return "\n".join([*lines, *left_open])


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _trimmed(lines: Sequence[str]) -> str:
    full = [number for number, text in enumerate(lines) if text.strip(" \t")]
    return "\n".join(lines[full[0] : full[-1] + 1]) if full else ""
