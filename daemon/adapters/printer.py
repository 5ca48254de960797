"""Invoices on paper: PDF by reportlab with fonts of our own, HTML by jinja2 with everything escaped."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from daemon.core import resources
from daemon.core.accounting.paper import Fact, Paper
from daemon.core.errors import Permanent

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

_FONTS = {"Sans": "NotoSans-Regular.ttf", "Sans-Bold": "NotoSans-Bold.ttf"}
_INK, _GREY, _RULE = "#1c2833", "#566573", "#d5dbdf"
_MM = 72 / 25.4  # points
_WIDTH, _MARGIN = 210 * _MM, 20 * _MM
_ROOM = _WIDTH - 2 * _MARGIN
_SIZE = 9.5  # points, of plain text
_TALL = 1000  # characters; a longer row may be higher than a page
_PADDING = 6  # points; reportlab's own round everything, taken back in the margins
_NUMBERS = {5: (26, 25, 15, 27), 6: (26, 25, 17, 15, 27)}  # mm; all columns but the first, by how many there are


class Printer:
    """Pages of A4. The same paper gives the same bytes, as long as the program is the same."""

    def unprintable(self, paper: Paper) -> str:
        """The characters that the fonts do not have: they would be boxes."""
        known = _fonts()["Sans"].face.charToGlyph
        return "".join(sorted({char for text in paper.texts() for char in text if ord(char) not in known}))

    def html(self, paper: Paper) -> bytes:
        return _template().render(paper=paper).encode()

    def pdf(self, paper: Paper) -> bytes:
        """Raises Permanent when something in it is too large for a page."""
        from reportlab.platypus.doctemplate import LayoutError

        _fonts()
        try:
            pages, once = _built(paper, pages=1)
            return once if pages == 1 else _built(paper, pages=pages)[1]
        except LayoutError as error:
            raise Permanent("the invoice does not fit on its pages; shorten what is longest in it") from error


def _built(paper: Paper, *, pages: int) -> tuple[int, bytes]:
    """How many pages it has, and the file; `pages` is how many it says at the foot of each, if more than one."""
    from reportlab.platypus import SimpleDocTemplate

    def foot(canvas: Canvas, _: object) -> None:
        if pages > 1:
            canvas.setFont("Sans", 8)
            canvas.setFillColor(_GREY)
            canvas.drawString(_MARGIN, 11 * _MM, paper.title)
            said = paper.page.format(page=canvas.getPageNumber(), pages=pages)
            canvas.drawRightString(_WIDTH - _MARGIN, 11 * _MM, said)

    made = io.BytesIO()
    plan = SimpleDocTemplate(
        made, pagesize=(_WIDTH, 297 * _MM), leftMargin=_MARGIN - _PADDING, rightMargin=_MARGIN - _PADDING,
        topMargin=18 * _MM, bottomMargin=20 * _MM, title=paper.title, author=", ".join(paper.sender[:1]),
        lang=paper.language, creator="AI Employee", invariant=1,
    )  # fmt: skip
    plan.build(_story(paper), onFirstPage=foot, onLaterPages=foot)
    return plan.page, made.getvalue()


@cache
def _fonts() -> dict[str, TTFont]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    fonts = {name: TTFont(name, str(resources.invoice_file(f"fonts/{file}"))) for name, file in _FONTS.items()}
    for font in fonts.values():
        pdfmetrics.registerFont(font)  # pyright: ignore[reportUnknownMemberType] - its stub leaves the argument open
    return fonts


@cache
def _template() -> Any:  # noqa: ANN401 - jinja2's own type is only known where it is imported
    from jinja2 import Environment, StrictUndefined

    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return page.from_string(resources.invoice_file("invoice.html").read_text(encoding="utf-8"))


def _story(paper: Paper) -> list[Flowable]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    notes: list[Flowable] = [_text(note, space=6) for note in paper.notes]
    if paper.bank:
        notes.append(KeepTogether([_text(paper.bank[0], size=8, color=_GREY), _text(paper.bank[1])]))
    return [
        _pair(_block(paper.sender, first=13), _block(paper.contact, color=_GREY, right=True)),
        Spacer(1, 12 * _MM),
        _pair([_text(paper.to, size=8, color=_GREY), *_block(paper.customer, first=10)], [_facts(paper.facts)]),
        Spacer(1, 8 * _MM),
        Paragraph(escape(paper.title), _style(size=20, bold=True)),
        Spacer(1, 5 * _MM),
        _rows(paper),
        Spacer(1, 4 * _MM),
        _sums(paper),
        Spacer(1, 8 * _MM),
        *notes,
    ]


def _style(
    *, size: float = _SIZE, bold: bool = False, color: str = _INK, right: bool = False, space: float = 0
) -> ParagraphStyle:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    return ParagraphStyle(
        "text", fontName="Sans-Bold" if bold else "Sans", fontSize=size, leading=size * 1.4, textColor=HexColor(color),
        alignment=TA_RIGHT if right else TA_LEFT, spaceAfter=space,
    )  # fmt: skip


def _text(text: str, **style: Any) -> Flowable:  # noqa: ANN401 - see _style
    from reportlab.platypus import Paragraph

    return Paragraph(escape(text), _style(**style))


def _block(lines: tuple[str, ...], *, first: float = 0, **style: Any) -> list[Flowable]:  # noqa: ANN401 - see _style
    """Lines, the first one larger and bold when a size for it is given."""
    head = [_text(lines[0], size=first, bold=True)] if first and lines else []
    return [*head, *(_text(line, **style) for line in lines[len(head) :])]


def _pair(left: list[Flowable], right: list[Flowable]) -> Flowable:
    """Two blocks side by side."""
    return _table([[left, right]], [_ROOM * 0.55, _ROOM * 0.45], [("VALIGN", (0, 0), (-1, -1), "TOP")])


def _facts(facts: tuple[Fact, ...]) -> Flowable:
    rows = [[_text(name, color=_GREY), _text(value, right=True)] for name, value in facts]
    return _table(rows, [_ROOM * 0.2, _ROOM * 0.25], [("VALIGN", (0, 0), (-1, -1), "TOP")])


def _rows(paper: Paper) -> Flowable:
    numbers = _widths(paper)
    head = [_text(name, size=8, bold=True, right=n > 0) for n, name in enumerate(paper.columns)]
    body = [[_text(cell, right=n > 0) for n, cell in enumerate(row)] for row in paper.rows]
    look = [
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("VALIGN", (0, 1), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, 0), 1.2, _INK), ("LINEBELOW", (0, 1), (-1, -1), 0.5, _RULE),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (1, 0), (-1, -1), 6),
    ]  # fmt: skip
    long = any(len(row[0]) > _TALL for row in paper.rows)
    return _table([head, *body], [_ROOM - sum(numbers), *numbers], look, breaks=long)


def _widths(paper: Paper) -> list[float]:
    """Of all columns but the first, so that no number is broken as long as the description keeps a third."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    longest = [max(stringWidth(row[n], "Sans", _SIZE) for row in paper.rows) for n in range(1, len(paper.columns))]
    usual = [width * _MM for width in _NUMBERS[len(paper.columns)]]
    wanted = [max(width, text + 8) for width, text in zip(usual, longest, strict=True)]
    return wanted if sum(wanted) < _ROOM * 2 / 3 else usual


def _sums(paper: Paper) -> Flowable:
    rows = [[_text(name, color=_GREY), _text(value, right=True)] for name, value in paper.sums]
    name, value = paper.total
    rows.append([_text(name, size=12, bold=True), _text(value, size=12, bold=True, right=True)])
    look = [("LINEABOVE", (0, -1), (-1, -1), 1.2, _INK), ("TOPPADDING", (0, -1), (-1, -1), 5)]
    sums = _table(rows, [_ROOM * 0.28, _ROOM * 0.27], look)
    return _table([["", sums]], [_ROOM * 0.45, _ROOM * 0.55], [])


def _table(rows: list[list[Any]], widths: list[float], look: list[Any], *, breaks: bool = False) -> Flowable:
    """A table without padding of its own; its head is repeated. `breaks`: a row may go on on the next page."""
    from reportlab.platypus import Table, TableStyle

    bare = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return Table(
        rows, widths, style=TableStyle([*bare, *look]), repeatRows=1 if len(rows) > 1 else 0, splitInRow=int(breaks)
    )
