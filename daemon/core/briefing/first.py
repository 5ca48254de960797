"""What matters first: one order for the note and for what is read out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from daemon.core.briefing.night import RISKS, WEEK, Draft, Finished, Night, Stuck

_DAY = timedelta(days=1)
_URGENT, _PRESSING, _SOON, _WEEK_RISKY, _RISKY, _DUE, _CALM = range(7)
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
    """What presses, what nobody else can know, what is soon, dear or risky; then what is stuck, lies ready, is calm.

    All that lies ready to be sent is one thing to do.
    """
    drafts = ranked(night.drafts, night.made)
    ranks = [(draft, rank(draft, night.made)) for draft in drafts]
    return [
        *(_decide(draft) for draft, its in ranks if its <= _PRESSING),
        *(_stuck("review", stuck) for stuck in night.review),
        *(_decide(draft) for draft, its in ranks if _PRESSING < its < _CALM),
        *(_stuck("failed", stuck) for stuck in night.failed),
        *_send(night.ready),
        *(_decide(draft) for draft, its in ranks if its == _CALM),
    ]


def ranked(drafts: Sequence[Draft], now: datetime) -> list[Draft]:
    """Urgent, pressing, soon, then due this week or risky; among equals the riskiest, what is due first, the oldest."""
    return sorted(drafts, key=lambda d: (rank(d, now), _risk(d), d.due or date.max, d.since))


def rank(draft: Draft, now: datetime) -> int:
    """How much it presses; 0 is most."""
    today, risky = now.date(), draft.risk == "high" or draft.priority == "high"
    this_week = draft.due is not None and draft.due <= today + WEEK
    if draft.priority == "urgent":
        return _URGENT
    if is_pressing(draft, today):
        return _PRESSING
    if (draft.due is not None and draft.due <= today + _DAY) or draft.expires - now < _DAY:
        return _SOON
    if risky:
        return _WEEK_RISKY if this_week else _RISKY
    return _DUE if this_week else _CALM


def is_pressing(draft: Draft, today: date) -> bool:
    """Urgent, or due today at the latest."""
    return draft.priority == "urgent" or (draft.due is not None and draft.due <= today)


def due_this_week(drafts: Sequence[Draft], today: date) -> list[Draft]:
    """Due within seven days or overdue, the earliest first."""
    dated = [draft for draft in drafts if draft.due and draft.due <= today + WEEK]
    return sorted(dated, key=lambda d: (d.due or today, _risk(d)))


def _decide(draft: Draft) -> Matter:
    return Matter("decide", draft.title, draft.link, draft)


def _stuck(kind: Kind, stuck: Stuck) -> Matter:
    return Matter(kind, stuck.title, stuck.link)


def _send(ready: Sequence[Finished]) -> list[Matter]:
    return [Matter("send", ready[0].title, ready[0].link, count=len(ready))] if ready else []


def _risk(draft: Draft) -> int:
    return RISKS.index(draft.risk) if draft.risk in RISKS else 0
