"""PDF as text that keeps the lines of a table together. Only in the reading process."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from daemon.adapters.conversion import unseen
from daemon.core.formats.letters import MAX_TEXT, converted, hidden
from daemon.core.ports import Converted

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

KIND = "application/pdf"
MAX_PAGES = 200
_SECONDS = 1.2  # of computing; below the limit that would end the process
_MAX_FIELDS = 300
_FEW = 15  # letters and figures; a scan often carries a stamp or page number as text

_WIDE = re.compile(r" {4,}")
_LONE_SIGN = re.compile(r"[ \xa0]*\n[ \xa0]*(€|EUR|CHF|USD|\$|£)[ \xa0]*(?=\n|\Z)")  # wrapped in a narrow column
_SCAN = "It is a scan without text; look at it yourself."
_RUBBISH = "It cannot be read by a program: it does not say which letters it shows. Look at it yourself."
_LOCKED = "It is locked with a password; ask for it, or for a copy without one."
_DAMAGED = "It is damaged; open it yourself, or ask for it again."


def load() -> None:
    """Import the library, which costs more than most files."""


def read(data: bytes) -> Converted:
    """The pages as they look, columns apart by spaces, and what was filled into a form."""
    from pypdf import PasswordType, PdfReader
    from pypdf.errors import PyPdfError

    try:
        document = PdfReader(io.BytesIO(data))
        if document.is_encrypted and document.decrypt("") == PasswordType.NOT_DECRYPTED:
            return Converted("", KIND, (_LOCKED,))
        return _text(document)
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return Converted("", KIND, (_DAMAGED,))


def _text(document: PdfReader) -> Converted:
    count, hidden_lines = len(document.pages), list[str]()
    pages = list(_pages(document, hidden_lines))
    if pages and all(page is None for page in pages):
        return Converted("", KIND, (_DAMAGED,))
    text, form = "\n\n".join(page for page in pages if page), "\n".join(_form(document))
    odd = _odd(text, len(pages)) if not form else ""
    shown = "" if odd == _RUBBISH else text
    cut = f"Only the first {len(pages)} of its {count:,} pages were read." if len(pages) < count else ""
    notices = (cut, odd, hidden("\n".join(hidden_lines)))
    return converted("\n\n".join(filter(None, (shown, form))), KIND, *notices)


def _odd(text: str, pages: int) -> str:
    """What to say of text that is none; where the file does not name its letters, many are control characters."""
    rubbish = sum(character < " " or character == "\ufffd" for character in text.replace("\n", ""))
    if rubbish * _FEW > len(text):
        return _RUBBISH
    return _SCAN if sum(character.isalnum() for character in text) < _FEW * pages else ""


def _pages(document: PdfReader, hidden_lines: list[str]) -> Iterator[str | None]:
    """As many as there is time for; None for one that cannot be read."""
    stop, length = time.process_time() + _SECONDS, 0
    for number, page in enumerate(document.pages):
        text = _page(page, hidden_lines)
        length += len(text or "")
        yield text
        if number + 1 >= MAX_PAGES or length > MAX_TEXT or time.process_time() > stop:
            return


def _page(page: PageObject, hidden_lines: list[str]) -> str | None:
    """As it looks; in the order of the file where its layout makes no sense."""
    from pypdf.errors import PyPdfError

    faults = (PyPdfError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
    try:
        left, bottom, right, top = (float(side) for side in page.mediabox)
        found = unseen.lines((left, bottom, right, top), page.extract_text)
    except faults:
        found = []
    hidden_lines += found
    for mode in ("layout", "plain"):
        try:
            text = page.extract_text(extraction_mode=mode)
        except faults:
            continue
        text = _LONE_SIGN.sub(r" \1", text)
        lines = (_WIDE.sub("   ", line.replace("\xa0", " ").strip()) for line in text.replace("\0", "").split("\n"))
        return unseen.without("\n".join(lines), found).strip()
    return None


def _form(document: PdfReader) -> Iterator[str]:
    fields = document.get_form_text_fields() if "/AcroForm" in document.root_object else {}
    for name, value in list(fields.items())[:_MAX_FIELDS]:
        if value:
            yield f"{name}: {value}"
