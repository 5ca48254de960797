"""What came in: the values a watcher yields and an agent reads.

A `Task` is everything an agent may know about one piece of work. Its texts come from outside and are data,
never instructions (SAFETY.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from daemon.core.formats.invitations import Invitation
    from daemon.core.mail import Mail
    from daemon.core.mailboxes.values import Origin
    from daemon.core.social import Mention

Kind = Literal["email", "note", "file", "social", "accounting", "voice", "briefing"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("urgent", "high", "normal", "low")


@dataclass(frozen=True, slots=True)
class Attached:
    """One original file of a task, as it lies in the vault."""

    name: str  # as the sender wrote it; never used as a path
    path: str  # relative to the vault, our own safe name
    media_type: str
    size: int  # bytes
    sha256: str
    text: str = ""  # what can be read of it; for the mail or note itself see `Task.text`
    notices: tuple[str, ...] = ()  # why there is no text, or what is odd: sentences for the person
    invitations: tuple[Invitation, ...] = ()  # what a calendar file plans


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. `text` is what a person would read of it, as plain text."""

    id: str
    kind: Kind
    source: str  # the watcher that saw it: "inbox", "gmail" …
    source_key: str  # the same thing seen twice has the same key
    sender: str  # "Anna Example <anna@example.com>", or "" when a person dropped it
    title: str
    text: str
    created: datetime  # aware
    priority: Priority = "normal"
    due: date | None = None
    reason: str = ""  # why it was routed as it was when it was drafted before
    mail: Mail | None = None
    thread: tuple[Mail, ...] = ()  # of the mail's thread: what came before and nobody answered yet, oldest first
    account: str = ""  # the connected mailbox that it came to, "" = none
    mention: Mention | None = None  # of the kind "social"
    attachments: tuple[Attached, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A second thing that one message asks for: a task of its own, with its own draft and its own approval."""

    agent: str
    reason: str  # one sentence for the person


@dataclass(frozen=True, slots=True)
class Original:
    """One file to keep in Attachments/<task id>/, from outside: the name is data."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a watcher found, before it has an id or a place in the vault.

    `originals[0]` is the thing itself (the message, the dropped file); the rest came inside it.
    A mail arrives `unread`: its key, sender, title and text are known once intake had it read.
    `taken` is the vault-relative path of the dropped file that these originals replace, if any.
    """

    kind: Kind
    source: str
    source_key: str
    sender: str
    title: str
    text: str
    originals: tuple[Original, ...]
    priority: Priority = "normal"
    due: date | None = None
    warnings: tuple[str, ...] = ()
    fault: str = ""  # why it cannot be worked on; the task then starts in Failed/
    taken: str = ""
    origin: Origin | None = None  # of a mail of a connected mailbox
    earlier: tuple[Original, ...] = ()  # messages of the same thread that wait for the same answer, oldest first
    follows: str = ""  # id of the task whose second thing this is; `agent` and `reason` are then set
    agent: str = ""
    reason: str = ""

    @property
    def unread(self) -> bool:
        return not self.source_key
