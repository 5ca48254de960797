"""Whether an approved effect may begin now: what the settings say at this moment, and what has begun today.

Everything is asked anew each time: the settings of the person from their files, the rest from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

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
        day, pause = Day.of(now, self.zone), self.ledger.paused
        moment = Moment(now, self.zone, self.ledger.proposals.begun(day), pause.reason if pause else None)
        try:
            return Opening(moment, self.standing())
        except UserError as problem:
            return Opening(moment, None, problem.problems[0])


@dataclass(frozen=True, slots=True)
class Opening:
    """The gate at one moment. `settings` None: they cannot be read, and nothing passes."""

    moment: Moment
    settings: Settings | None
    problem: str = ""

    def blocked(self, action: str) -> Blocked | None:
        """Why nothing of the kind may begin, or None."""
        if self.settings:
            return policy.blocked(action, self.settings, self.moment)
        paused = self.moment.paused
        return policy.unreadable(self.problem) if paused is None else policy.paused(paused)
