"""What matters first: one order for the note and for what is read out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Literal

from daemon.core.briefing.night import WEEK, Draft, Finished, Night, Stuck

_DAY = timedelta(days=1)
_PRESSING, _SOON, _WEIGHTY, _CALM, _LAST = range(5)
Kind = Literal["decide", "review", "failed", "send"]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to do. `draft` is what is to be decided; of `count` things that are one, the first is named."""

    kind: Kind
    title: str
    link: str
    draft: Draft | None = None
    count: int = 1


def matters(night: Night) -> list[Matter]:
    """What presses, what nobody else can know, what is soon or risky; then what is stuck, ready, calm, can wait.

    All that lies ready to be sent is one thing to do.
    """
    ranks = sorted(((draft, rank(draft, night.made)) for draft in ranked(night.drafts)), key=itemgetter(1))
    return [
        *(_decide(draft) for draft, its in ranks if its == _PRESSING),
        *(_stuck("review", stuck) for stuck in night.review),
        *(_decide(draft) for draft, its in ranks if _PRESSING < its < _CALM),
        *(_stuck("failed", stuck) for stuck in night.failed),
        *_send(night.ready),
        *(_decide(draft) for draft, its in ranks if its >= _CALM),
    ]


def order(priority: str, due: date | None) -> tuple[bool, date, bool]:
    """Where a draft that waits stands in every list: urgent first, then what is due first; what can wait last.

    The oldest breaks a tie.
    """
    return priority != "urgent", due or date.max, priority == "low"


def ranked(drafts: Sequence[Draft]) -> list[Draft]:
    """In the order in which everything that waits is shown."""
    return sorted(drafts, key=lambda d: (order(d.priority, d.due), d.since))


def rank(draft: Draft, now: datetime) -> int:
    """How much it presses; 0 is most."""
    today, risky = now.date(), draft.risk == "high" or draft.priority == "high"
    if is_pressing(draft, today):
        return _PRESSING
    if draft.priority == "low" and draft.due is None:
        return _LAST
    days = draft.due - today if draft.due else timedelta.max
    if days <= _DAY or draft.expires - now < _DAY:
        return _SOON
    return _WEIGHTY if days <= WEEK or risky else _CALM


def is_pressing(draft: Draft, today: date) -> bool:
    """Urgent, or due today at the latest."""
    return draft.priority == "urgent" or (draft.due is not None and draft.due <= today)


def due_this_week(drafts: Sequence[Draft], today: date) -> list[Draft]:
    """Due within seven days or overdue, in the order of all lists."""
    return [draft for draft in ranked(drafts) if draft.due and draft.due <= today + WEEK]


def _decide(draft: Draft) -> Matter:
    return Matter("decide", draft.title, draft.link, draft)


def _stuck(kind: Kind, stuck: Stuck) -> Matter:
    return Matter(kind, stuck.title, stuck.link)


def _send(ready: Sequence[Finished]) -> list[Matter]:
    return [Matter("send", ready[0].title, ready[0].link, count=len(ready))] if ready else []
