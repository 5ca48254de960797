"""All a briefing is made from, as frozen values. Titles and reasons may come from outside: data, not yet made safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

RISKS = ("high", "medium", "low")
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
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Closed:
    """Tasks that needed no answer, for one reason."""

    why: str
    titles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """How many, since the last briefing. `wait`: the median time from draft to decision."""

    arrived: int = 0
    drafted: int = 0
    approved: int = 0
    rejected: int = 0
    expired: int = 0
    wait: timedelta | None = None


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

    @property
    def late(self) -> bool:
        return self.planned is not None and self.made - self.planned > timedelta(minutes=10)


def is_pressing(draft: Draft, today: date) -> bool:
    """Urgent, or due today at the latest."""
    return draft.priority == "urgent" or (draft.due is not None and draft.due <= today)


def ranked(drafts: Sequence[Draft], today: date) -> list[Draft]:
    """What presses first, then the riskiest, then what is due first, then the oldest."""
    return sorted(drafts, key=lambda d: (not is_pressing(d, today), _risk(d), d.due or date.max, d.since))


def due_this_week(drafts: Sequence[Draft], today: date) -> list[Draft]:
    """Due within seven days or overdue, the earliest first."""
    dated = [draft for draft in drafts if draft.due and draft.due <= today + WEEK]
    return sorted(dated, key=lambda d: (d.due or today, _risk(d)))


def _risk(draft: Draft) -> int:
    return RISKS.index(draft.risk) if draft.risk in RISKS else 0
