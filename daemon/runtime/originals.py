"""From a task note back to the task: the originals are read again, the note only says which they are."""

from __future__ import annotations

import mimetypes
from datetime import UTC, datetime, tzinfo

from daemon.core import dropped, mail
from daemon.core.errors import Permanent, Transient
from daemon.core.ports import Missing, VaultReader
from daemon.core.task import Attached, Task
from daemon.core.task_note import TaskNote

LARGEST = 64 * 1024 * 1024


def load(vault: VaultReader, note: TaskNote, path: str, zone: tzinfo) -> Task:
    """Raises Transient while a dropped file is still on its way, Permanent when the original is gone.

    Permanent also for a note that names other files: what came with a task lies in the task's own folder.
    """
    if strange := [original for original in note.originals if not original.startswith(f"Attachments/{note.id}/")]:
        raise Permanent(f"{strange[0]} did not come with this task; `originals` names files in Attachments/{note.id}/")
    created = note.created.replace(tzinfo=zone) if note.created else datetime.now(UTC)
    attachments = tuple(_attached(vault, original) for original in note.originals)
    message, text = None, note.body
    if note.originals and note.kind == "email":
        message = mail.read(_read(vault, note.originals[0]))
        text = message.text
    elif note.originals and note.kind == "note":
        text = dropped.text(_read(vault, note.originals[0])).dictation
    elif note.kind == "file":
        text = ""
    return Task(
        id=note.id,
        kind=note.kind,
        source=note.source,
        source_key=note.source_key,
        sender=str(message.sender) if message and message.sender else note.sender,
        title=note.title or path.rpartition("/")[2],
        text=text,
        created=created,
        priority=note.priority,
        due=note.due,
        mail=message,
        attachments=attachments,
    )


def _read(vault: VaultReader, path: str) -> bytes:
    try:
        return vault.read(path, LARGEST)
    except Missing as gone:
        raise Permanent(f"{path} is gone; put it back or drop the original into Inbox/ again") from gone


def _attached(vault: VaultReader, path: str) -> Attached:
    try:
        entry = vault.stat(path)
        digest = vault.digest(path)
    except Missing as gone:
        raise Transient(f"{path} is not there yet or was removed") from gone
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return Attached(entry.name, path, kind, entry.size, digest)
