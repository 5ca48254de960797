"""Whether an approved effect may begin now: what the settings say at this moment, and what has begun today.

Everything is asked anew each time: the settings of the person from their files, the rest from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cache

from daemon.core import policy
from daemon.core.errors import UserError
from daemon.core.policy import Blocked, Day, Moment
from daemon.core.settings import Settings
from daemon.runtime.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Gate:
    """One ledger, the person's time zone, and their settings as they stand: the call raises UserError."""

    ledger: Ledger
    zone: tzinfo
    standing: Callable[[], Settings]

    def open(self, now: datetime) -> Opening:
        """How it is at this moment. Inside a transaction nothing changes until it ends."""
        pause = self.ledger.paused
        moment = Moment(now, self.zone, {}, pause.reason if pause else None)
        begun = cache(lambda: self.ledger.proposals.begun(Day.of(now, self.zone)))
        try:
            return Opening(moment, begun, self.standing())
        except UserError as problem:
            return Opening(moment, begun, None, problem.problems[0])


@dataclass(frozen=True, slots=True)
class Opening:
    """The gate at one moment. `settings` None: they cannot be read, and nothing passes."""

    moment: Moment
    begun: Callable[[], Mapping[str, int]]  # counted only for an action that has a cap
    settings: Settings | None
    problem: str = ""

    def blocked(self, action: str) -> Blocked | None:
        """Why nothing of the kind may begin, or None."""
        if self.settings:
            counted = replace(self.moment, begun=self.begun()) if self.settings.caps(action) else self.moment
            return policy.blocked(action, self.settings, counted)
        paused = self.moment.paused
        return policy.unreadable(self.problem) if paused is None else policy.paused(paused)
