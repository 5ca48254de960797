"""What every watcher of a mailbox is: its settings, and `polling` with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from daemon.core.errors import Permanent
from daemon.core.mailboxes.polling import Polling, Rules
from daemon.core.plugins import Sources
from daemon.core.ports import Poll


class Config(BaseModel):
    """Of `[mail]`, and of the table of the mailbox's kind."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    poll_seconds: float
    first_days: float
    first_most: int
    max_mb: int

    @property
    def rules(self) -> Rules:
        every, first = timedelta(seconds=self.poll_seconds), timedelta(days=self.first_days)
        return Rules(every, first, self.first_most, self.max_mb * 2**20)


class Watcher:
    """Watches the mailbox that `sources` names."""

    def __init__(self, config: Config, sources: Sources) -> None:
        if sources.mailed is None:
            raise Permanent("this watcher needs a mailbox")
        self._polling = Polling(sources.mailed, config.rules)

    def poll(self, now: datetime) -> Poll:
        """Raises Transient or UserError when the mailbox cannot be looked at."""
        return self._polling.poll(now)
