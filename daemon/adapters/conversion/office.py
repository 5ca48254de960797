"""Old workbooks, Outlook messages and books, where the extra `documents` is installed. Only in the reading process."""

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
    kinds.XLS: (".xls", "XlsConverter"),
    kinds.MSG: (".msg", "OutlookMsgConverter"),
    kinds.EPUB: (".epub", "EpubConverter"),
}
_EMPTY = re.compile(r"\A(?:NaN|Unnamed: \d{1,9})\Z")
_SAID: Mapping[str, str] = {
    kinds.XLS: "It is an older Excel file: hidden sheets and rows were read too, zeros at the start of a number "
    "may be lost; save it as .xlsx to be sure.",
    kinds.MSG: "It is a message in Outlook's own format; to get an answer drafted, save it as .eml and drop that.",
}


def available() -> bool:
    """Whether the extra is installed; nothing is imported."""
    return importlib.util.find_spec("markitdown") is not None


def load() -> None:
    """Import the library, where there is one; it takes a second."""
    if available():
        importlib.import_module("markitdown.converters")


def read(data: bytes, kind: str) -> Converted:
    """Paragraphs, and tables as lines with `|`, where the extra is `available`. Whatever it raises comes through."""
    suffix, reader = KINDS[kind]
    markitdown = importlib.import_module("markitdown")
    said = markitdown.StreamInfo(extension=suffix, mimetype=kind)
    found = getattr(importlib.import_module("markitdown.converters"), reader)().convert(io.BytesIO(data), said)
    return converted("\n".join(_lines(str(found.markdown))), kind, _SAID.get(kind, ""))


def _lines(markdown: str) -> Iterator[str]:
    """Without what only makes Markdown of it: rules under headings of tables, marks of empty cells."""
    for line in markdown.split("\n"):
        if line.startswith("| "):
            cells = [_EMPTY.sub("", cell.strip()) for cell in line.strip("| ").split(" | ")]
            if any(cell.strip("-: ") for cell in cells):
                yield " | ".join(cells).rstrip(" |")
        elif not line.startswith("<!--"):
            yield line.rstrip()
