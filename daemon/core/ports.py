"""The doors between the parts: what the runtime needs from outside, as values and protocols.

Each protocol is implemented once or more in `vault`, `adapters`, `actions`, `watchers` or `agents`, and by a
fake in tests/fakes.py that passes the same contract tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol, TypeVar

from daemon.core.errors import UserError
from daemon.core.files import Changed as Changed
from daemon.core.files import Entry as Entry
from daemon.core.files import Missing as Missing
from daemon.core.files import NameTaken as NameTaken
from daemon.core.files import Suspicious as Suspicious
from daemon.core.files import TooLarge as TooLarge
from daemon.core.files import VaultProblem as VaultProblem

if TYPE_CHECKING:
    from threading import Event

    from pydantic import BaseModel

    from daemon.core.draft import Closed, Draft
    from daemon.core.formats.invitations import Invitation
    from daemon.core.handbook import Handbook
    from daemon.core.mail import Mail
    from daemon.core.mailboxes.senders import Sender
    from daemon.core.mailboxes.values import Happened
    from daemon.core.minds.question import Answer, Question, Schema
    from daemon.core.minds.sorting import Unsure
    from daemon.core.properties import Value
    from daemon.core.skills import Skill
    from daemon.core.task import Arrival, FollowUp, Priority, Task


AnyT = TypeVar("AnyT", bound="Schema")

# --- files -----------------------------------------------------------------------------------------------


class VaultReader(Protocol):
    """The half of the vault that watchers and actions may have."""

    def scan(self, folder: str, *, deep: bool = False) -> list[Entry]: ...

    def read(self, path: str, limit: int = ...) -> bytes: ...

    def stat(self, path: str) -> Entry: ...

    def digest(self, path: str) -> str: ...


class VaultWriter(VaultReader, Protocol):
    """The whole vault; see `daemon.vault.Vault` for what each call promises."""

    def create(self, path: str, data: bytes) -> str: ...

    def create_beside(self, path: str, data: bytes) -> str: ...

    def move(self, path: str, folder: str, *, name: str = "", expected: bytes | None = None) -> str: ...

    def rewrite(self, path: str, target: str, data: bytes, *, expected: bytes) -> str: ...

    def link(self, path: str, target: str) -> str: ...

    def replace(self, path: str, data: bytes, *, expected: bytes | None = None) -> None: ...

    def remove(self, path: str, *, expected: bytes) -> None: ...

    def clean(self) -> list[str]: ...

    def present(self) -> bool: ...


# --- what comes in ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Poll:
    """What a watcher saw. `again_at`: something is still settling until then; `notices`: for the person.

    `happened`: what the person did in a mailbox; `cursor`: where the watcher goes on once every arrival is kept and
    all that happened was heard; "" = it needs none.
    """

    arrivals: Iterator[Arrival]
    again_at: datetime | None = None
    notices: tuple[str, ...] = ()
    happened: Iterable[Happened] = ()
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """What can be read of a file. `notices` are sentences for the person: what is odd, or why there is no text."""

    text: str
    media_type: str  # found by looking at the bytes, whatever the name says
    notices: tuple[str, ...] = ()
    invitations: tuple[Invitation, ...] = ()  # what a calendar file plans


class Converter(Protocol):
    """Reads files and mails of every kind, where a hostile one does no harm."""

    @property
    def largest(self) -> int:
        """Bytes; a larger file is kept unread."""
        ...

    def read(self, name: str, data: bytes) -> Converted:
        """Never raises for bad content: a bomb costs one file its text, and the time of a limit."""
        ...

    def mail(self, data: bytes) -> Mail:
        """A message, in whatever wrapping a mail program saved it.

        Raises Permanent with a sentence for one that cannot be read, Transient when nothing can be read now.
        """
        ...


class Watcher(Protocol):
    """One source of work. It only reads; intake keeps what it yields and removes what was seen before."""

    def poll(self, now: datetime) -> Poll: ...


# --- who drafts ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier generation of this task's draft and what the person said about it."""

    generation: int
    text: str
    feedback: str


class Desk(Protocol):
    """All an agent may know beside its task; read only."""

    @property
    def handbook(self) -> Handbook: ...

    @property
    def earlier(self) -> Sequence[Earlier]:
        """Oldest first; empty on the first draft."""
        ...

    @property
    def now(self) -> datetime:
        """Aware, in the person's zone."""
        ...

    @property
    def goals(self) -> str:
        """What the person wrote in Business_Goals.md."""
        ...

    @property
    def skills(self) -> Sequence[Skill]:
        """How things are done here: those that came with the program and those that the person trusts."""
        ...

    @property
    def senders(self) -> Sequence[Sender]:
        """The connected mailboxes, that which mail leaves from by itself first."""
        ...

    def ask(self, question: Question[AnyT]) -> Answer[AnyT]:
        """Ask a language model. Raises Unanswered when there is none, or none that answers."""
        ...


class Agent(Protocol):
    """A specialist: a task in, a draft out, nothing else. Raises `Transient` or `Permanent`."""

    def draft(self, task: Task, desk: Desk) -> Draft | Closed: ...


@dataclass(frozen=True, slots=True)
class Route:
    """Who works on a task, how soon, and why (one sentence for the person); `also`: what else it asks for.

    Not `sure`: no rule recognised anything, and this is what is done with everything else of its kind.
    """

    agent: str
    priority: Priority
    due: date | None
    reason: str
    also: tuple[FollowUp, ...] = ()
    sure: bool = True


class Router(Protocol):
    """The manager agent: decides who drafts, or that nobody needs to."""

    def route(self, task: Task, desk: Desk) -> Route | Closed: ...


class Sorter(Router, Protocol):
    """The manager agent with a model at hand."""

    def unsure(self, task: Task, route: Route) -> Unsure:
        """As much of a task with a route that is not sure as a model is shown."""
        ...

    def sort(self, unsure: Sequence[Unsure], desk: Desk, seed: str) -> Sequence[Route]:
        """The route of each, in their order and sure, with one question. Raises Unanswered.

        Never less than the rules' route: a model adds an agent, or says how soon. `seed`: the same one makes the
        same question of the same tasks.
        """
        ...


# --- what goes out ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Effect:
    """One try of one approved generation. The `key` is the same for every try of it, and for nothing else."""

    key: str
    at: datetime  # when it began, aware


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of an effect: `outcome` is "sent" or "saved", `id` the provider's id (for files: path and digest)."""

    outcome: str
    id: str


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has it."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Absent:
    """The provider surely does not have it, once `settles` has passed since the call began.

    Until then a call whose answer was lost may still be carried out, or be done and not yet be in what is searched.
    """

    settles: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Nobody can know; the person has to look. `why` is a sentence."""

    why: str


Finding = Found | Absent | CannotTell


@dataclass(frozen=True, slots=True)
class Shown:
    """How an action's parameters look to the person.

    `properties` stand in the note and are compared by value when an approval comes back; `effect` are sentences
    for the explanation above the draft.
    """

    properties: Mapping[str, Value]
    effect: Sequence[str] = field(default_factory=tuple[str, ...])
    channel: str = ""  # where it leaves, when that follows from the parameters; else the action's own
    doubts: Sequence[str] = ()  # why it is of high risk; goes into the parameter `told`, which its action then has


P = TypeVar("P", bound="BaseModel")


class OutsideError(UserError):
    """A draft is complete as the person edited it, only something outside the note stands in the way.

    `params` and `text`: what it stands for now, to be shown until that is put right.
    """

    def __init__(self, *problems: str, params: BaseModel, text: str) -> None:
        super().__init__(*problems)
        self.params = params
        self.text = text


class Action(Protocol[P]):
    """One kind of outward effect. Everything it needs is in `params`, `text` and `effect`."""

    @property
    def Params(self) -> type[P]:  # noqa: N802 - a plug-in's fixed class name
        ...

    @property
    def channel(self) -> str:
        """Effects of one channel run one after another."""
        ...

    def describe(self, params: P) -> Shown: ...

    def amend(self, params: P, properties: Mapping[str, Value], text: str) -> tuple[P, str]:
        """What an edited note stands for: the parameters, and the text in order with them.

        Equal parameters mean that only words were changed. Raises `UserError` when it makes no sense, `OutsideError`
        when it does and something else stands in the way.
        """
        ...

    def perform(self, params: P, text: str, effect: Effect) -> Receipt:
        """Do it once. `Permanent`: surely refused. `Transient`: surely not done, later. Else: unknown."""
        ...

    def look_up(self, params: P, text: str, effect: Effect) -> Finding:
        """Whether the effect with this key happened; asked before any second try."""
        ...


class MailChannel(Protocol):
    """Where a finished message leaves: the outbox, Gmail, SMTP."""

    @property
    def name(self) -> str: ...

    def send(self, message: bytes, *, title: str, key: str) -> Receipt: ...

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding: ...


class DocumentStore(Protocol):
    """Where a finished document is kept."""

    @property
    def name(self) -> str: ...

    def save(self, path: str, data: bytes, *, key: str) -> Receipt: ...

    def look_up(self, path: str, data: bytes, *, key: str) -> Finding: ...


# --- secrets ---------------------------------------------------------------------------------------------


class Secrets(Protocol):
    """Passwords and keys, by name. Ask when one is needed; keep, log and pass on nothing of it."""

    def get(self, name: str) -> str:
        """Raises UserError (exit code 5) with the command that logs in when there is none."""
        ...


# --- time ------------------------------------------------------------------------------------------------


class Clock(Protocol):
    """Where "now" comes from; tests turn it by hand."""

    def now(self) -> datetime:
        """Aware, UTC."""
        ...

    def passed(self) -> timedelta:
        """Time since the process began or earlier, whatever is done to the computer's clock."""
        ...

    def wait(self, wake: Event, timeout: timedelta) -> None:
        """Until `wake` is set or the time is over, whichever comes first."""
        ...
