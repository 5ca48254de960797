"""All a briefing is made from, as frozen values. Titles and reasons may come from outside: data, not yet made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from daemon.core.neutral import Ours, ours

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that waits for the person. `since` and `expires` are local."""

    title: str
    link: str  # the name of its note, without ".md"
    action: str
    risk: str
    since: datetime
    expires: datetime
    priority: str = "normal"
    due: date | None = None
    amount: str = ""  # "1,190.00 EUR"


@dataclass(frozen=True, slots=True)
class Finished:
    """Something approved that was carried out; `path` is where the result lies, "" when it left."""

    title: str
    link: str
    outcome: str  # "sent" or "saved"
    path: str = ""

    @property
    def to_send(self) -> bool:
        """No account is connected: it lies ready, and the person sends it."""
        return self.path.startswith("Outbox/")


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that does not go on by itself. `remedy` is ours; `link` "" when there is no note."""

    title: str
    link: str
    why: str
    remedy: Ours = field(default_factory=lambda: ours(""))


@dataclass(frozen=True, slots=True)
class Closed:
    """Tasks that needed no answer, for one reason. `again`: it was dropped once more, and counts as nothing.

    Mails of a connected mailbox have `links`, the notes of their titles, and the person's own `label` for them.
    """

    why: str
    titles: Sequence[str]
    again: bool = False
    links: Sequence[str] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many, since the last briefing; the lists have the rest. `wait`: the median time from draft to decision."""

    arrived: int = 0
    further: int = 0  # second things that were asked for in what arrived
    drafted: int = 0
    approved: int = 0
    rejected: int = 0
    expired: int = 0
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """What language models cost yesterday, and how many tasks met the end of the budget since the last briefing."""

    yesterday: Decimal = Decimal(0)  # US dollars
    weaker: int = 0  # a cheaper model was asked
    unasked: int = 0  # none was


@dataclass(frozen=True, slots=True)
class Night:
    """Everything to tell. All moments are in the person's zone."""

    made: datetime
    since: datetime
    planned: datetime | None = None  # when it should have been made; None when it was asked for by hand
    drafts: Sequence[Draft] = ()
    finished: Sequence[Finished] = ()
    closed: Sequence[Closed] = ()
    held: Sequence[Stuck] = ()  # approved, and waiting for something
    review: Sequence[Stuck] = ()
    failed: Sequence[Stuck] = ()
    problems: Sequence[Stuck] = ()  # of the program itself
    missed: Sequence[datetime] = ()  # briefings that were not made
    paused: str | None = None  # the reason
    figures: Figures = field(default_factory=Figures)
    models: Models = field(default_factory=Models)

    @property
    def ready(self) -> list[Finished]:
        """Of what was carried out, that which the person sends."""
        return [done for done in self.finished if done.to_send]

    @property
    def closed_count(self) -> int:
        return sum(len(closed.titles) for closed in self.closed if not closed.again)

    @property
    def filed(self) -> list[Closed]:
        """Of what needed no answer, the mail of connected mailboxes."""
        return [closed for closed in self.closed if closed.links and not closed.again]

    @property
    def filed_count(self) -> int:
        return sum(len(closed.titles) for closed in self.filed)

    @property
    def late(self) -> bool:
        return self.planned is not None and self.made - self.planned > timedelta(minutes=10)
