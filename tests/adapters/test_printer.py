"""Invoices as PDF and HTML: complete, the same bytes each time, and nothing that cannot be seen."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from decimal import Decimal

import pytest
from pypdf import PdfReader

from daemon.adapters.printer import Printer
from daemon.core import handbook
from daemon.core.accounting import paper
from daemon.core.accounting.invoice import Invoice
from daemon.core.accounting.paper import Paper
from tests.actions.bookkeeping import HANDBOOK, PLAIN
from tests.core.accounting.test_paper import DAY

AGAIN = (
    "import hashlib, sys; from daemon.adapters.printer import Printer; from daemon.core.accounting.paper import Paper;"
    "print(hashlib.sha256(Printer().pdf(Paper.model_validate_json(sys.stdin.read()))).hexdigest())"
)


def written(**changes: object) -> Paper:
    invoice = Invoice.model_validate(PLAIN.model_dump() | changes)
    return paper.write(invoice, "2026-0007", DAY, handbook.parse(HANDBOOK))


def pages(made: Paper) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(Printer().pdf(made))).pages]


def rows(count: int) -> tuple[object, ...]:
    return tuple(PLAIN.lines[0].model_copy(update={"description": f"Day {n}"}) for n in range(1, count + 1))


def test_pdf_says_everything_in_letters_of_all_europe() -> None:
    made = written(customer="Žižkov Łódź Škoda", address=("Ελλάδα", "Русский", "İstanbul ğş"))
    [text] = pages(made)
    assert [each for each in made.texts() if " ".join(each.split()) not in " ".join(text.split())] == []


def test_pdf_of_60_lines_carries_its_head_and_counts_its_pages() -> None:
    first, second, *rest = pages(written(lines=rows(60)))
    assert rest == []
    assert "Description" in first
    assert "Description" in second
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second
    assert re.findall(r"Day (\d+)", first + second) == [str(n) for n in range(1, 61)]


def test_long_description_wraps_and_goes_over_pages() -> None:
    lines = (PLAIN.lines[0].model_copy(update={"description": "W" * 1900}),)
    assert len(pages(written(lines=lines))) > 1


def test_same_paper_gives_the_same_bytes_in_another_process() -> None:
    made = written()
    command = [sys.executable, "-c", AGAIN]
    said = {
        subprocess.run(command, input=made.model_dump_json(), capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(said) == 1


@pytest.mark.parametrize(("name", "signs"), [("北京", "京北"), ("ACME 🎉", "🎉"), ("שלום", "ולםש")])
def test_letters_that_would_be_boxes_are_named(name: str, signs: str) -> None:
    assert set(Printer().unprintable(written(customer=name))) == set(signs)


def test_plain_invoice_has_none() -> None:
    assert Printer().unprintable(written(language="fr", discount=Decimal(5))) == ""


def test_page_shows_markup_from_outside_as_text() -> None:
    hostile = "<script>alert(1)</script><img src=x>{{ 7*7 }}"
    page = Printer().html(written().model_copy(update={"customer": (hostile,), "notes": (hostile,)})).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_markup_in_the_pdf_is_text() -> None:
    made = written().model_copy(update={"notes": ("<b>bold</b> & <a href='x'>",)})
    assert "<b>bold</b> & <a href='x'>" in pages(made)[0]
