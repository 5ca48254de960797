"""From the bytes of a mail or a person's note to an `Arrival`, whichever watcher found them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from daemon.core import dropped, social
from daemon.core import mail as mails
from daemon.core.language import openings
from daemon.core.mail import Mail
from daemon.core.properties import Broken, Value
from daemon.core.task import PRIORITIES, Arrival, Original, Priority

TITLE = 100  # characters

_MARKS = re.compile(r"[#>*\-\s]*(?:\[[ xX]\]\s+)?")


def mail(name: str, data: bytes, *, source: str, taken: str = "") -> Arrival:
    """A message as it came, still unread: who keeps it has it read apart, because it can be from anybody."""
    return Arrival("email", source, "", sender="", title=name, text="", originals=(Original(name, data),), taken=taken)


def opened(unread: Arrival, message: Mail) -> Arrival:
    """The same once it was read, with what was attached to it."""
    parts = (Original(part.name, part.data) for part in message.attachments)
    return replace(
        unread,
        source_key=mails.source_key(message),
        sender=str(message.sender or ""),
        title=message.subject or "(no subject)",
        text=message.text,
        originals=(*unread.originals, *parts),
        warnings=message.warnings,
    )


def unreadable(arrival: Arrival, why: str) -> Arrival:
    """The same when it cannot be read; `why` is a sentence."""
    return replace(arrival, source_key=_key(arrival.originals[0].data), fault=why)


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
        bare = Arrival("note", source, "", sender="", title=name, text="", originals=(original,), taken=taken)
        return unreadable(bare, str(problem))
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


def _priority(properties: Mapping[str, Value]) -> tuple[Priority, str]:
    """The priority, and what to say about one that does not exist."""
    said = str(properties.get("priority") or "normal").lower()
    if said in PRIORITIES:
        return said, ""
    return "normal", f"The priority {said!r} is unknown; write one of {', '.join(PRIORITIES)}."


def _title(properties: Mapping[str, Value], body: str) -> str:
    """The person's own title, else the first line that says something; none when that only greets somebody."""
    said = properties.get("title")
    lines = (_MARKS.sub("", line, count=1).strip() for line in body.splitlines())
    first = next(filter(None, lines), "")
    title = said.strip() if isinstance(said, str) else "" if openings.is_salutation(first) else first
    return title if len(title) <= TITLE else title[:TITLE].rpartition(" ")[0] or title[:TITLE]


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def _key(data: bytes) -> str:
    return f"file:{hashlib.sha256(data).hexdigest()}"
