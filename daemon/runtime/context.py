"""What every part of the manager works on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from daemon.core import policy
from daemon.core.mailboxes.ports import MailAccounts
from daemon.core.plugins import NoAccounts
from daemon.core.ports import Clock, Converter, VaultWriter
from daemon.core.settings import Settings
from daemon.runtime.gate import Gate
from daemon.runtime.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Context:
    """One vault and its ledger, the settings, and the person's time."""

    vault: VaultWriter
    ledger: Ledger
    settings: Settings  # as they were at the start
    zone: tzinfo
    clock: Clock
    converter: Converter
    standing: Callable[[], Settings]  # as the files say now. Raises UserError when they cannot be read
    accounts: MailAccounts = field(default_factory=NoAccounts)

    @property
    def gate(self) -> Gate:
        """What every effect has to pass."""
        return Gate(self.ledger, self.zone, self.standing)

    def day(self, now: datetime) -> str:
        """The person's calendar day, YYYY-MM-DD."""
        return policy.local_day(now, self.zone)

    def month(self, now: datetime) -> str:
        """YYYY-MM, the name of an archive folder."""
        return self.day(now)[:7]

    def local(self, now: datetime) -> datetime:
        """As a note shows it: the person's wall clock, without a zone and fractions."""
        return now.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
