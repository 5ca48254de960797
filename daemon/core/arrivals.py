"""From the bytes of a mail or a person's note to an `Arrival`, whichever watcher found them."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime

from daemon.core import dropped, social
from daemon.core import mail as mails
from daemon.core.errors import Permanent
from daemon.core.formats import mailboxes
from daemon.core.properties import Broken, Value
from daemon.core.task import PRIORITIES, Arrival, Kind, Original, Priority

TITLE = 100  # characters

_ENOUGH_FIELDS = 3
_MARKS = re.compile(r"[#>*\-\s]*(?:\[[ xX]\]\s+)?")
_FIELD = re.compile(rb"^(from|date|message-id|received|mime-version):", re.IGNORECASE | re.MULTILINE)
_STARTS_WITH_FIELD = re.compile(rb"(?:From .*\r?\n)?[!-9;-~]+:[ \t]")


def mail(name: str, data: bytes, *, source: str, taken: str = "") -> Arrival:
    """A message and what was attached to it. One that cannot be read is an arrival with a fault."""
    original = Original(name, data)
    try:
        message = mails.read(mailboxes.message(data))
    except Permanent as problem:
        return _faulty("email", original, source, taken, fault=str(problem))
    return Arrival(
        kind="email",
        source=source,
        source_key=mails.source_key(message),
        sender=str(message.sender or ""),
        title=message.subject or "(no subject)",
        text=message.text,
        originals=(original, *(Original(part.name, part.data) for part in message.attachments)),
        warnings=message.warnings,
        taken=taken,
    )


def note(name: str, data: bytes, *, source: str, taken: str = "", patient: bool = False) -> Arrival:
    """A person's own text, or a mention they pass on, with the title, priority and due date of its properties.

    Properties that cannot be read are the fault of the arrival, or raised as Broken while `patient`.
    """
    original = Original(name, data)
    try:
        read = dropped.text(data)
    except Broken as problem:
        if patient:
            raise
        return _faulty("note", original, source, taken, fault=str(problem))
    priority, odd = _priority(read.properties)
    mention = social.dropped(read.properties, read.body) if social.is_mention(read.properties) else None
    return Arrival(
        kind="social" if mention else "note",
        source=source,
        source_key=_key(data),
        sender=mention.author if mention else "",
        title=_title(read.properties, mention.text if mention else read.body) or name,
        text=mention.text if mention else read.body,
        originals=(original,),
        priority=priority,
        due=_day(read.properties.get("due")),
        warnings=tuple(filter(None, (read.warning, odd))),
        taken=taken,
    )


def looks_like_mail(data: bytes) -> bool:
    """Conservative: a header from the first line on, with at least three of the lines that every mail has."""
    head = re.split(rb"\r?\n\r?\n", data[: 64 * 1024], maxsplit=1)[0]
    found = {name.lower() for name in _FIELD.findall(head)}
    return bool(_STARTS_WITH_FIELD.match(head)) and b"from" in found and len(found) >= _ENOUGH_FIELDS


def is_binary(data: bytes) -> bool:
    """Text has no zero bytes, unless it is UTF-16 and says so."""
    return b"\0" in data and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def _faulty(kind: Kind, original: Original, source: str, taken: str, *, fault: str) -> Arrival:
    return Arrival(
        kind=kind,
        source=source,
        source_key=_key(original.data),
        sender="",
        title=original.name,
        text="",
        originals=(original,),
        fault=fault,
        taken=taken,
    )


def _priority(properties: Mapping[str, Value]) -> tuple[Priority, str]:
    """The priority, and what to say about one that does not exist."""
    said = str(properties.get("priority") or "normal").lower()
    if said in PRIORITIES:
        return said, ""
    return "normal", f"The priority {said!r} is unknown; write one of {', '.join(PRIORITIES)}."


def _title(properties: Mapping[str, Value], body: str) -> str:
    """The person's own title, else the first line that says something."""
    said = properties.get("title")
    lines = (_MARKS.sub("", line, count=1).strip() for line in body.splitlines())
    title = said.strip() if isinstance(said, str) else next(filter(None, lines), "")
    return title if len(title) <= TITLE else title[:TITLE].rpartition(" ")[0] or title[:TITLE]


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _key(data: bytes) -> str:
    return f"file:{hashlib.sha256(data).hexdigest()}"
