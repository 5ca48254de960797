"""The role of one kind of mailbox: all connected accounts in turn, each with its own troubles.

Accounts are connected and removed while the daemon runs; the secrets say when to look which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daemon.core.errors import Transient
from daemon.runtime.pace import Pace, Role, Troubles


class Showing(Protocol):
    """Shows in a mailbox what became of its mail."""

    def show(self, now: datetime) -> Pace: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """One account at work."""

    role: Role  # its watcher
    showing: Showing
    close: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Opened:
    """The accounts of one kind, and what is wrong with others."""

    accounts: Sequence[Watched] = ()
    problems: Sequence[str] = ()


class Mailboxes:
    """All accounts of one kind."""

    def __init__(self, name: str, changed: Callable[[], object], opened: Callable[[], Opened]) -> None:
        """`changed` is another value once the accounts are others; `opened` makes them anew. It may raise UserError."""
        self.name = name
        self._changed = changed
        self._make = opened
        self._mark: object = None
        self._opened = Opened()
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """Every account once. Raises Outage when the vault is away; anything else stays with its account."""
        if not self._troubles.resting(self.name, now):
            with self._troubles.contained(self.name, now):
                self._renew()
        paces = [pace for each in self._opened.accounts for pace in (each.role.step(now), each.showing.show(now))]
        due = [pace.next_at for pace in paces if pace.next_at]
        problems = (problem for pace in paces for problem in pace.problems)
        return Pace(
            progress=any(pace.progress for pace in paces),
            next_at=min(due, default=None),
            notices=tuple(notice for pace in paces for notice in pace.notices),
            problems=(*problems, *self._opened.problems, *self._troubles.problems()),
        )

    def _renew(self) -> None:
        mark = self._changed()
        if mark != self._mark:
            self._end()
            self._opened = self._make()
            self._mark = mark

    def _end(self) -> None:
        opened, self._opened = self._opened, Opened()
        for each in opened.accounts:
            with suppress(Transient):
                each.close()

    def tick(self, now: datetime) -> None:
        """Nothing to do between looks."""

    def close(self, now: datetime) -> None:
        del now
        self._end()
