"""Text of a PDF page that nobody sees: invisible, outside the page, white on nothing, or too small to read.

Text recognition lays invisible letters over the picture of a scan: on a page with a picture these are real.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

_TINY = 2.0  # points
_SHORT = 3  # characters; a shorter line may be anything
_LONG = 12  # characters; a shorter piece may stand in a line that is seen, too
_MOST = 300
_INVISIBLE = 3  # text rendering mode (ISO 32000-1, 9.3.6)
_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"sh"})
_PLAIN_COLOURS = frozenset({b"g", b"rg", b"sc", b"scn"})
Matrix = Sequence[float]
Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(slots=True)
class _Watch:
    """The state of the page as its operators are met."""

    box: Box
    mode: int = 0
    white: bool = False
    painted: bool = False  # something dark may lie behind white letters
    pictures: bool = False
    invisible: list[str] = field(default_factory=list[str])
    other: list[str] = field(default_factory=list[str])

    def operator(self, operator: bytes, operands: Sequence[object], _cm: Matrix, _tm: Matrix) -> None:
        if operator == b"Tr" and operands:
            self.mode = int(cast("float", operands[0]))
        elif operator in _PLAIN_COLOURS:
            self.white = bool(operands) and all(isinstance(one, (int, float)) and one >= 1 for one in operands)
        elif operator == b"k":
            self.white = bool(operands) and all(isinstance(one, (int, float)) and one <= 0 for one in operands)
        elif operator in _FILLS and not self.white:
            self.painted = True
        elif operator == b"Do":
            self.pictures = self.painted = True

    def text(self, text: str, cm: Matrix, tm: Matrix, _font: object, size: float | None) -> None:
        line = " ".join(text.split())
        if not line:
            return
        x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        left, bottom, right, top = self.box
        outside = not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1)
        height = (size or _TINY) * max(abs(tm[3]), abs(tm[1])) * max(abs(cm[3]), abs(cm[1]))
        if self.mode == _INVISIBLE:
            self.invisible.append(line)
        elif outside or height < _TINY or (self.white and not self.painted):
            self.other.append(line)


def lines(box: Box, extract: Callable[..., str]) -> list[str]:
    """Each such piece of text, in order. `extract` is the page's own, and what it raises comes through."""
    watch = _Watch(box)
    extract(visitor_operand_before=watch.operator, visitor_text=watch.text)
    return [*watch.other, *([] if watch.pictures else watch.invisible)]


def without(text: str, unseen: Sequence[str]) -> str:
    """`text` without these pieces: whole lines however they were put together, and longer pieces within a line."""
    if not unseen:
        return text
    together = _bare("".join(unseen))
    kept = [line for line in text.split("\n") if len(_bare(line)) < _SHORT or _bare(line) not in together]
    text = "\n".join(kept)
    for piece in unseen[:_MOST]:
        text = text.replace(piece, "") if len(piece) >= _LONG else text
    return text


def _bare(line: str) -> str:
    return "".join(line.split())
