"""Every format that needs no library, and what is said of those that nobody reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from daemon.core.formats import (
    archives,
    bookmarks,
    cards,
    elements,
    forwarded,
    hypertext,
    invitations,
    kinds,
    opendocument,
    presentations,
    richtext,
    spreadsheets,
    tables,
    trees,
    word,
)  # fmt: skip
from daemon.core.formats.letters import beginning, converted
from daemon.core.ports import Converted

Reader = Callable[[bytes], Converted]

_ASK = "ask the sender for the files as PDF, or open it in Outlook"
_INSTALL = "install ai-employee[documents]"
_OLD = "This older Office format is not read here; save it as PDF, .docx, .xlsx or .pptx."
_SAID: Mapping[str, str] = {
    kinds.TNEF: f"This is Outlook's winmail.dat (TNEF), which holds what was really attached; {_ASK}.",
    archives.KIND: archives.SAID,
    **dict.fromkeys((kinds.DOC, kinds.PPT, kinds.OLD_OFFICE), _OLD),
    kinds.LOCKED_OFFICE: "It is locked with a password; ask for it, or for a copy without one.",
    kinds.XLS: f"This older Office format is not read here; save it as PDF or .xlsx, or {_INSTALL}.",
    kinds.MSG: f"This is a message in Outlook's own format; save the message as .eml to get an answer drafted. "
    f"To have its text read, {_INSTALL}.",
    kinds.EPUB: f"It is a book (EPUB); to have it read, {_INSTALL}.",
    "image/": "It is a picture; look at it yourself.",
    "audio/": "It is a recording (audio); listen to it yourself.",
    "video/": "It is a film (video); watch it yourself.",
    "application/pkcs7-": "It is a signature or sealed; it has no text of its own.",
}
_ARCHIVES = frozenset(
    "application/gzip application/x-bzip2 application/x-xz application/x-7z-compressed application/vnd.rar "
    "application/x-tar".split()
)
_PROGRAMS = frozenset({"application/vnd.microsoft.portable-executable", "application/x-executable"})


def read(name: str, data: bytes) -> Converted:
    """The text of a file in any format that is read here, and sentences about everything else."""
    kind = kinds.media_type(name, data)
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(data)
    return plain(data, kind) if kind.startswith("text/") else Converted("", kind, _unread(kind))


def plain(data: bytes, kind: str = "text/plain") -> Converted:
    """Text as it stands."""
    text, notices = beginning(data)
    return converted(text, kind, *notices)


def _unread(kind: str) -> tuple[str, ...]:
    if kind in _PROGRAMS:
        return ("It is a program; do not start it unless you know who made it.",)
    key = archives.KIND if kind in _ARCHIVES else kind
    said = next((sentence for start, sentence in _SAID.items() if key.startswith(start)), "")
    return (said or "Nobody here can read this format; it was kept as it is.",)


_READERS: Mapping[str, Reader] = {
    "text/html": hypertext.read,
    "text/csv": tables.read,
    "application/json": trees.read,
    "text/calendar": invitations.converted_text,
    "text/vcard": cards.read,
    "application/rtf": richtext.read,
    "message/rfc822": forwarded.read,
    "text/xml": elements.read,
    kinds.MAILBOX: forwarded.read_all,
    archives.KIND: archives.read,
    kinds.BOOKMARK: bookmarks.read,
    kinds.WEBLOC: bookmarks.read,
    kinds.DOCX: word.read,
    kinds.XLSX: spreadsheets.read,
    kinds.PPTX: presentations.read,
    kinds.ODT: opendocument.read,
    kinds.ODS: opendocument.read,
    kinds.ODP: opendocument.read,
}
