"""What lies in a mailbox, and what is done to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from daemon.core.errors import Transient

SEEN, READY, WAITING, DONE, IGNORE = "AI/Seen", "AI/Draft ready", "AI/Waiting", "AI/Done", "AI/Ignore"
STATES = (SEEN, READY, WAITING, DONE)  # ours; of a message at most one stands
LEAST_FAR = (READY, WAITING, SEEN, DONE)  # of a message that asks for several things the first of theirs is shown


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message lies. `remote` names it in its mailbox for ever; `thread` is "" where mailboxes know none."""

    account: str  # `Account.name`
    address: str  # the account's own
    remote: str
    thread: str = ""
    sent: bool = False  # it lies in Sent: the person, or this program for them, wrote it
    labels: frozenset[str] = field(default_factory=frozenset[str])  # by name; folders and keywords count as well


@dataclass(frozen=True, slots=True)
class Stub:
    """A message in a mailbox, unread."""

    remote: str
    thread: str = ""
    sent: bool = False
    labels: frozenset[str] = field(default_factory=frozenset[str])
    size: int = 0  # bytes, 0 when unknown


class CursorLost(Transient):
    """The mailbox does not know any more what happened since: look at a window of it instead."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a look without a cursor takes: what came after `since`, of it only the unread, only the `most` newest."""

    since: datetime  # aware
    unread: bool = False
    most: int = 0  # 0 = all


@dataclass(frozen=True, slots=True)
class Lost:
    """How far a look goes back that has to do without its cursor. What came between `wanted` and `since` it misses."""

    wanted: datetime  # when somebody last looked, as far as that is known
    since: datetime
    at: datetime  # when it was found out

    @property
    def gap(self) -> bool:
        return self.wanted < self.since


@dataclass(frozen=True, slots=True)
class Happened:
    """What the person did in their mail program to a message, or to a draft that was kept there for them."""

    what: Literal["ignored", "draft deleted"]
    remote: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a mailbox says is new. `cursor` is where to go on once all of it is kept; "" = nothing to keep."""

    cursor: str
    stubs: Iterable[Stub]
    happened: Iterable[Happened] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """Labels to be set on and taken off one message; setting what is set changes nothing."""

    remote: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    archive: bool = False
    read: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """What the ledger knows of one message of a mailbox. `task` is "" when none came of it."""

    account: str
    remote: str
    thread: str  # the mailbox's own, else the first Message-ID of the thread
    message_id: str
    sent: bool
    task: str
    path: str  # its original in the vault; "" when it was not kept
    people: tuple[str, ...]  # addresses in From, Reply-To, To and Cc, the sender's first; () without one sender
    shown: str = ""  # the state that was last shown in the mailbox; AI/Ignore when the person set that
    answers: str = ""  # the Message-ID of the one it answers
    title: str = ""  # its subject without "Re:", whatever the language
