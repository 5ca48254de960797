"""From a task note back to the task: the originals are read again, the note only says which they are."""

from __future__ import annotations

import hashlib
import mimetypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daemon.core import dropped, social
from daemon.core.errors import Permanent, Transient
from daemon.core.mail import Mail
from daemon.core.ports import Converted, Converter, Missing, TooLarge, VaultReader
from daemon.core.social import Mention
from daemon.core.task import Attached, Task
from daemon.core.task_note import TaskNote
from daemon.runtime.context import Context

LARGEST = 64 * 1024 * 1024
PATIENCE = timedelta(seconds=20)
_NO_TIME = "It was not read: the files that came before it took too long. Open it yourself."
_TOO_LARGE = "It is too large to be read here; it was kept as it is."


class Sitting:
    """Reads the files of one thing, as long as all of them together take no more than `PATIENCE`.

    Each file has its limits; a mail of three hundred that just keep to them would hold up everybody else.
    """

    def __init__(self, converter: Converter, clock: Callable[[], float] = time.monotonic) -> None:
        self.largest = converter.largest
        self._converter = converter
        self._clock = clock
        self._until = clock() + PATIENCE.total_seconds()

    def read(self, name: str, data: bytes) -> Converted:
        if self._clock() < self._until:
            return self._converter.read(name, data)
        return Converted("", _by_name(name), (_NO_TIME,))


def load(context: Context, note: TaskNote, path: str) -> Task:
    """Raises Transient while a dropped file is still on its way, Permanent when the original is gone.

    Permanent also for a note that names other files: what came with a task lies in the task's own folder.
    """
    came = (*note.originals, *note.earlier)
    if strange := [path for path in came if path.rpartition("/")[0] != f"Attachments/{note.id}"]:
        raise Permanent(f"{strange[0]} did not come with this task; “originals” names files in Attachments/{note.id}/")
    vault, own = context.vault, note.originals[: note.kind in {"email", "note", "social"}]
    sitting = Sitting(context.converter)
    attachments = tuple(_attached(vault, original, None if original in own else sitting) for original in note.originals)
    said = _said(context, note, attachments)
    return Task(
        id=note.id,
        kind=note.kind,
        source=note.source,
        source_key=note.source_key,
        sender=str(said.mail.sender) if said.mail and said.mail.sender else note.sender,
        title=note.title or path.rpartition("/")[2],
        text=said.text,
        created=note.created.replace(tzinfo=context.zone) if note.created else datetime.now(UTC),
        priority=note.priority,
        due=note.due,
        reason=note.reason,
        mail=said.mail,
        thread=tuple(context.converter.mail(_read(vault, path)) for path in note.earlier),
        account=note.account,
        mention=said.mention,
        attachments=attachments,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a task's own file says."""

    text: str
    mail: Mail | None = None
    mention: Mention | None = None


def _said(context: Context, note: TaskNote, attachments: Sequence[Attached]) -> _Said:
    if not note.originals:
        return _Said("" if note.kind == "file" else note.body)
    if note.kind == "file":
        return _Said(attachments[0].text)
    if note.kind == "email":
        message = context.converter.mail(_read(context.vault, note.originals[0]))
        return _Said(message.text, mail=message)
    if note.kind == "note":
        return _Said(dropped.text(_read(context.vault, note.originals[0])).dictation)
    if note.kind == "social":
        read = dropped.text(_read(context.vault, note.originals[0]))
        mention = social.dropped(read.properties, read.body)
        return _Said(mention.text, mention=mention)
    return _Said(note.body)


def _read(vault: VaultReader, path: str) -> bytes:
    try:
        return vault.read(path, LARGEST)
    except Missing as gone:
        raise Permanent(f"{path} is gone; put it back or drop the original into Inbox/ again") from gone


def _attached(vault: VaultReader, path: str, converter: Sitting | None) -> Attached:
    """With what can be read of it; without a converter only as a file, because its text is the task's own."""
    try:
        entry = vault.stat(path)
        if converter is None or entry.size > converter.largest:
            notices = (_TOO_LARGE,) if converter else ()
            return Attached(entry.name, path, _by_name(path), entry.size, vault.digest(path), notices=notices)
        data = vault.read(path, converter.largest)
    except (Missing, TooLarge) as gone:
        raise Transient(f"{path} is not there yet, or was removed or changed") from gone
    found = converter.read(entry.name, data)
    return Attached(
        name=entry.name,
        path=path,
        media_type=found.media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        text=found.text,
        notices=found.notices,
        invitations=found.invitations,
    )


def there(vault: VaultReader, path: str) -> bool:
    """Whether a file lies there."""
    try:
        vault.stat(path)
    except Missing:
        return False
    return True


def reading(vault: VaultReader, path: str, converter: Converter, *, kept: str) -> Converted:
    """What can be read of a file of the vault that will be kept as `kept`. Raises Missing when it is gone."""
    try:
        return converter.read(kept.rpartition("/")[2], vault.read(path, converter.largest))
    except TooLarge:
        return Converted("", _by_name(kept), (_TOO_LARGE,))


def _by_name(path: str) -> str:
    return mimetypes.guess_type(path)[0] or "application/octet-stream"
