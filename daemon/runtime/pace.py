"""What one look of a role came to, and the one place where failures of single tasks are contained."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.ports import VaultProblem

log = logging.getLogger(__name__)
BACKOFF = timedelta(seconds=30)
TRIES = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits: `until` None means for a person."""

    what: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Pace:
    """`progress`: look again at once. `next_at`: work that needs no person is due then. `busy`: some is under way."""

    progress: bool
    next_at: datetime | None = None
    busy: bool = False
    waiting: tuple[Waiting, ...] = ()
    notices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Role(Protocol):
    """One part of the daemon. `step` looks once, does what is to be done, and returns."""

    @property
    def name(self) -> str: ...

    def step(self, now: datetime) -> Pace: ...

    def tick(self, now: datetime) -> None:
        """Called every few seconds between steps."""
        ...

    def close(self, now: datetime) -> None: ...


@dataclass(slots=True)
class Troubles:
    """Failures of single things, so that the rest goes on; each is left alone for a while before the next try."""

    said: dict[str, str] = field(default_factory=dict[str, str])
    _again: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _tries: Counter[str] = field(default_factory=Counter[str])

    @contextmanager
    def contained(self, what: str, now: datetime) -> Generator[None]:
        """The task boundary: whatever goes wrong with `what` is recorded here and shown by `status`."""
        try:
            yield
        except (Transient, Permanent, UserError, VaultProblem) as error:
            self._remember(what, str(error), now)
        except Exception:
            log.exception("%s: a fault of the program; it is left alone for %s", what, BACKOFF)
            self._remember(what, "a fault of the program; the log has the details", now)
        else:
            self._forget(what)

    def resting(self, what: str, now: datetime) -> bool:
        """Whether `what` failed a moment ago and is left alone."""
        return self._again.get(what, now) > now

    def problems(self) -> tuple[str, ...]:
        return tuple(f"{what}: {sentence}" for what, sentence in sorted(self.said.items()))

    def next_try(self) -> datetime | None:
        """When a second or third try is due; later ones come with the rescans."""
        return min((at for what, at in self._again.items() if self._tries[what] < TRIES), default=None)

    def keep(self, known: set[str]) -> None:
        """Forget the troubles of things that are gone."""
        for what in [what for what in self.said if what not in known]:
            self._forget(what)

    def _forget(self, what: str) -> None:
        self.said.pop(what, None)
        self._again.pop(what, None)
        del self._tries[what]

    def _remember(self, what: str, sentence: str, now: datetime) -> None:
        if self.said.get(what) != sentence:
            log.warning("%s: %s", what, sentence)
        self.said[what] = sentence
        self._again[what] = now + BACKOFF
        self._tries[what] += 1
