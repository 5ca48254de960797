"""What a document is: a contract, meeting notes, a price list, a job application … by its words and its shape.

The answer is a key of the phrasebooks ("kind_contract"), or "" where rules cannot tell: no name is better than a
wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from daemon.core.language import extract, phrasebook, sheet, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.task import Task

_HEAD = 1_500  # characters in which a document says what it is
_FIRST = 120  # … of its first line
_SURE = 2  # different words below it
_BOXES = 2  # open boxes of a list of things to do
_BULLETS = 0.7  # of all lines
_LINK_WORDS = 25  # beside the link
_TURNS = 2  # of a conversation
_BY_WORDS = (  # before others what is more special
    "kind_cv", "kind_meeting", "kind_contract", "kind_prices", "kind_quote", "kind_guide", "kind_report",
)  # fmt: skip
# The beginning of a media type, and what such a file is.
_BY_MEDIA: Mapping[str, str] = {
    "text/vcard": "kind_contacts",
    "text/x-vcard": "kind_contacts",
    "text/x-uri": "kind_link",
    "image/": "kind_picture",
}
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")
_BOX = re.compile(r"\s*[-*+]\s+\[[ xX]\]\s")
_TURN = re.compile(r"(?:\d{2}:)?\d{2}:\d{2}[.,]\d{3} --> ")


def of(task: Task, text: str, books: Iterable[Phrasebook]) -> str:
    """The kind of what came."""
    media = [
        kind for file in task.attachments for start, kind in _BY_MEDIA.items() if file.media_type.startswith(start)
    ]
    if task.kind == "file" and media:
        return media[0]
    if not text.strip():
        return "kind_unread" if task.kind == "file" else ""
    worded = _by_words(task.title, text, tuple(books))
    return _by_shape(task, text, worded) or worded or ("kind_mail" if task.mail else "")


def _by_shape(task: Task, text: str, worded: str) -> str:
    if sheet.read(text):
        return "kind_prices" if worded == "kind_prices" else "kind_table"
    if len(_TURN.findall(text[:_HEAD])) >= _TURNS:
        return "kind_talk"
    if worded:
        return ""
    if task.kind != "email" and extract.links(text) and len(text.split()) <= _LINK_WORDS:
        return "kind_link"
    return "kind_todo" if _is_list(text) else ""


def _is_list(text: str) -> bool:
    """Boxes, or hardly anything but bullets."""
    lines = [line for line in text.splitlines() if line.strip()]
    boxes = sum(bool(_BOX.match(line)) for line in lines)
    bullets = sum(bool(_BULLET.match(line)) for line in lines)
    return boxes >= _BOXES and bullets >= _BULLETS * len(lines)


def _by_words(title: str, text: str, books: tuple[Phrasebook, ...]) -> str:
    """One word in the title or the first line is enough; further down it takes two."""
    name = title.replace("_", " ").replace("-", " ")
    first = next((line for line in text.splitlines() if line.strip()), "")[:_FIRST]
    for place, least in ((name, 1), (first, 1), (text[:_HEAD], _SURE)):
        for kind in _BY_WORDS:
            if len(words.mentioned(place, phrasebook.every(books, kind))) >= least:
                return kind
    return ""


def language(kind: str, task: Task, text: str, books: Iterable[Phrasebook]) -> Phrasebook | None:
    """The one language whose words told the kind, for a text with too few words of its own."""
    place = f"{task.title.replace('_', ' ')}\n{text[:_HEAD]}"
    telling = [book for book in books if kind in book.cues and book.has(kind, place)]
    return telling[0] if len(telling) == 1 else None
