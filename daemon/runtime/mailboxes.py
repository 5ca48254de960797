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
from daemon.runtime.ledger.letters import Letters, Trouble
from daemon.runtime.pace import Pace, Role, Troubles


class Showing(Protocol):
    """Shows in a mailbox what became of its mail."""

    def show(self, now: datetime) -> Pace: ...


class Remembering:
    """The watcher of one account, whose troubles are known also when nothing runs any more."""

    def __init__(self, role: Role, letters: Letters, logged_in_at: datetime) -> None:
        """What was wrong before the login at `logged_in_at` says nothing of this one."""
        self.name = role.name
        self._role = role
        self._letters = letters
        self._logged_in_at = logged_in_at
        self._told: tuple[str, ...] | None = None

    def step(self, now: datetime) -> Pace:
        pace = self._role.step(now)
        if pace.problems != self._told:
            self._remember(pace.problems, now)
            self._told = pace.problems
        return pace

    def _remember(self, problems: tuple[str, ...], now: datetime) -> None:
        """The same trouble has been there since it was first met."""
        known = self._letters.trouble
        same = known and known.problems == problems and known.at >= self._logged_in_at
        if not same and (known or problems):
            self._letters.troubled(Trouble(problems, now) if problems else None)

    def tick(self, now: datetime) -> None:
        self._role.tick(now)

    def close(self, now: datetime) -> None:
        self._role.close(now)


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
            waiting=(*(each for pace in paces for each in pace.waiting), *self._troubles.waiting()),
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
