"""Tables and slides of Office as text, where the extra `documents` is installed. Only in the reading process."""

from __future__ import annotations

import importlib
import importlib.util
import io
import re
from collections.abc import Iterator, Mapping

from daemon.core.formats import kinds
from daemon.core.formats.letters import converted
from daemon.core.ports import Converted

KINDS: Mapping[str, tuple[str, str]] = {  # the ending, and who reads it in markitdown
    kinds.XLSX: (".xlsx", "XlsxConverter"),
    kinds.PPTX: (".pptx", "PptxConverter"),
}
_EMPTY = re.compile(r"\A(?:NaN|Unnamed: \d{1,9})\Z")
_MISSING = "To have Excel and PowerPoint files read, install ai-employee[documents]; until then look at it yourself."


def available() -> bool:
    """Whether the extra is installed; nothing is imported."""
    return importlib.util.find_spec("markitdown") is not None


def load() -> None:
    """Import the library, where there is one; it takes a second."""
    if available():
        importlib.import_module("markitdown.converters")


def read(data: bytes, kind: str) -> Converted:
    """Paragraphs, and tables as lines with `|`. Whatever the library raises comes through."""
    if not available():
        return Converted("", kind, (_MISSING,))
    suffix, reader = KINDS[kind]
    markitdown = importlib.import_module("markitdown")
    said = markitdown.StreamInfo(extension=suffix, mimetype=kind)
    found = getattr(importlib.import_module("markitdown.converters"), reader)().convert(io.BytesIO(data), said)
    return converted("\n".join(_lines(str(found.markdown))), kind)


def _lines(markdown: str) -> Iterator[str]:
    """Without what only makes Markdown of it: rules under headings of tables, marks of empty cells."""
    for line in markdown.split("\n"):
        if line.startswith("| "):
            cells = [_EMPTY.sub("", cell.strip()) for cell in line.strip("| ").split(" | ")]
            if any(cell.strip("-: ") for cell in cells):
                yield " | ".join(cells).rstrip(" |")
        elif not line.startswith("<!--"):
            yield line.rstrip()
