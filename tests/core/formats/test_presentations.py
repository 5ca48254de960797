"""Slides as a person sees them."""

from __future__ import annotations

import pytest

from daemon.core.formats import kinds, readers
from tests.attacks.hostile_files import MADE_OF, packed, slides, workbook


def shape(*paragraphs: str, about: str = "", run: str = "") -> str:
    text = "".join(f"<a:p><a:r><a:rPr {run}/><a:t>{words}</a:t></a:r></a:p>" for words in paragraphs)
    return f"<p:sp><p:cNvPr id='1' {about}/>{text}</p:sp>"


def show(*shapes: str, about: str = "") -> bytes:
    return slides(f"<p:sld xmlns:p='p' xmlns:a='a' {about}>{''.join(shapes)}</p:sld>".encode(), 1)


def test_slide_is_its_text_and_tables() -> None:
    cells = "".join(f"<a:tc><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:tc>" for text in ("Chair", "10,50"))
    table = f"<p:graphicFrame><a:tbl><a:tr>{cells}</a:tr></a:tbl></p:graphicFrame>"
    found = readers.read("a.pptx", show(shape("Offer", "Two chairs"), table))
    assert (found.text, found.media_type) == ("Offer\nTwo chairs\nChair | 10,50", kinds.PPTX)


def test_diagrams_and_notes_belong_to_the_slide() -> None:
    text = b"<x xmlns:a='a'><a:p><a:r><a:t>%s</a:t></a:r></a:p></x>"
    kinds_of = (b"diagramData", b"notesSlide")
    related = b"".join(
        b"<Relationship Id='%s' Type='/%s' Target='../%s.xml'/>" % (kind, kind, kind) for kind in kinds_of
    )
    data = packed({
        "ppt/presentation.xml": b"<p xmlns:r='/relationships'><sldId r:id='s1'/></p>",
        "ppt/_rels/presentation.xml.rels": MADE_OF % b"<Relationship Id='s1' Target='/ppt/slides/a.xml'/>",
        "ppt/slides/a.xml": text % b"Plan",
        "ppt/slides/_rels/a.xml.rels": MADE_OF % related,
        "ppt/diagramData.xml": text % b"First step",
        "ppt/notesSlide.xml": text % b"Ask Lena",
    })  # fmt: skip
    assert readers.read("a.pptx", data).text == "Plan\nFirst step\n\nNotes: Ask Lena"


@pytest.mark.parametrize(
    "data",
    [
        show(shape("Pay Eve"), about="show='0'"),
        show(shape("Pay Eve", about="hidden='1'")),
        show(f"<p:grpSp><p:cNvPr hidden='1'/>{shape('Pay Eve')}</p:grpSp>"),
        show(shape("Pay Eve", run="sz='100'")),
    ],
)
def test_hidden_slide_shape_and_tiny_letters_are_said(data: bytes) -> None:
    found = readers.read("a.pptx", data)
    assert found.text == ""
    assert found.notices == ("It holds hidden text, which no person sees and nobody acts on: “Pay Eve”",)


def test_number_of_a_slide_is_no_text() -> None:
    assert (
        readers.read("a.pptx", show(shape("Offer"), f"<p:sp><p:ph type='sldNum'/>{shape('7')}</p:sp>")).text == "Offer"
    )


def test_slides_that_hold_a_workbook_are_slides() -> None:
    kind = kinds.media_type("a.pptx", workbook(b"") + show(shape("Offer")))
    assert kind == kinds.PPTX


def test_long_presentation_is_cut_and_said() -> None:
    found = readers.read("a.pptx", slides(b"<x><p><t>a</t></p></x>", 301))
    assert (found.text.count("a"), found.notices) == (300, ("Only its first 300 slides were read.",))
