"""Questions that wait for the night's batch, at half the price: which may, until when, and what becomes of each.

A question that nobody is in a hurry for is put down; all that were are handed over together. What is not answered
some time before the hours end is asked singly, whatever became of its batch, so that the morning finds it done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from daemon.core import quiet
from daemon.core.minds import providers
from daemon.core.quiet import Hours

if TYPE_CHECKING:
    from daemon.core.minds.question import Question

# Half the price for all tokens, cached ones too; most batches end within an hour:
# https://platform.claude.com/docs/en/build-with-claude/batch-processing
DISCOUNT = Decimal("0.5")
GATHERING = timedelta(minutes=2)  # a question waits so long for others to go with it
WORTH = timedelta(minutes=90)  # less than this before the hours end no question is put down
CLOSING = timedelta(minutes=30)  # before the end: what is still under way is cancelled
SINGLY = timedelta(minutes=15)  # before the end: what is not back is asked singly
AWAKE = timedelta(minutes=10)  # of a computer that slept through the end, to see what came back meanwhile
AGAIN = timedelta(minutes=1)
ARRIVING = timedelta(minutes=5)  # a request that was lost on the way may still arrive
SKEW = timedelta(minutes=10)  # between our clock and the provider's
FORGOTTEN = timedelta(days=3)  # no batch takes longer than one
_TAKES = {providers.ANTHROPIC}


class Stage(Enum):
    """Where a question is. The values stand in the ledger."""

    WAITING = "waiting"  # put down, in no batch
    SENDING = "sending"  # being handed over; after a kill nobody here knows whether it arrived
    OPEN = "open"  # in a batch that is under way
    OVER = "over"  # answered, or to be asked singly


@dataclass(frozen=True, slots=True)
class Postponed:
    """A question that was put down. `until`: the end of the hours it was put down in."""

    digest: str
    agent: str
    purpose: str
    task: str
    model: str
    put_at: datetime
    until: datetime
    why: str  # why it was this model, for the person
    stage: Stage = Stage.WAITING
    sent_at: datetime | None = None
    batch: str = ""  # as its provider calls it
    spending: int = 0  # what was reserved for it; 0: nothing


def may_wait(question: Question[Any], model: str) -> bool:
    """Whether nobody is in a hurry, and its answer can be found again: one about several tasks is never the same."""
    return bool(question.task) and question.weight.patient and providers.of(model) in _TAKES


def end_of(hours: Sequence[Hours], now: datetime, zone: tzinfo) -> datetime | None:
    """When the hours end that it is now, if a batch may be back before; None: there are none, or it is late in them."""
    end = quiet.ends(hours, now, zone) if quiet.within(hours, now, zone) else None
    return end if end and now < end - WORTH else None


def waits(postponed: Postponed, now: datetime) -> bool:
    """Whether its answer may still come with a batch. A clock that was set back lets nobody wait for long."""
    return postponed.stage is not Stage.OVER and postponed.put_at - SKEW <= now < singly_from(postponed)


def singly_from(postponed: Postponed) -> datetime:
    """From when on it is asked singly."""
    return postponed.until - SINGLY


def goes(postponed: Postponed, now: datetime) -> bool:
    """Whether it waited long enough for others, and a batch may still be back in time."""
    return postponed.stage is Stage.WAITING and postponed.put_at + GATHERING <= now < postponed.until - CLOSING


def closes(postponed: Postponed, now: datetime) -> bool:
    """Whether it is time to cancel the batch that it is in."""
    return now >= postponed.until - CLOSING
