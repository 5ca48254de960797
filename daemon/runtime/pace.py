"""What one look of a role came to, and the one place where failures of single tasks are contained."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from daemon.core.errors import Outage, Permanent, Transient, UserError
from daemon.core.ports import VaultProblem

log = logging.getLogger(__name__)
BACKOFF = timedelta(seconds=30)
TRIES = 3
QUIET = timedelta(hours=1)
MOST_SAID = 100  # different sentences in that time
_DOUBLINGS = 3  # of the time between two tries, after the first few: four minutes at most
_LONGEST = BACKOFF * 2**_DOUBLINGS
_MOST_SHOWN = 20  # problems of one role


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
class Said:
    """What the log was told: the same sentence again after an hour at the earliest, and only so many different ones."""

    _at: dict[str, datetime] = field(default_factory=dict[str, datetime])

    def tell(self, sentence: str, now: datetime, *, fault: bool = False) -> None:
        """As a warning; `fault`: with the traceback of what is being handled."""
        self._at = {said: at for said, at in self._at.items() if abs(now - at) < QUIET}
        if sentence not in self._at and len(self._at) <= MOST_SAID:
            full = len(self._at) == MOST_SAID
            log.warning(
                "%s",
                "there is more trouble than this; `employee status` shows it" if full else sentence,
                exc_info=fault,
            )
            self._at[sentence] = now


@dataclass(slots=True)
class Troubles:
    """Failures of single things, so that the rest goes on; each is left alone for a while before the next try."""

    said: dict[str, str] = field(default_factory=dict[str, str])
    _again: dict[str, datetime] = field(default_factory=dict[str, datetime])
    _log: Said = field(default_factory=Said)
    _tries: Counter[str] = field(default_factory=Counter[str])
    _theirs: set[str] = field(default_factory=set[str])  # what the person has to put right first

    @contextmanager
    def contained(self, what: str, now: datetime) -> Generator[None]:
        """The task boundary: whatever goes wrong with `what` is recorded here and shown by `status`."""
        try:
            yield
        except Transient as error:
            self._remember(what, str(error), now, rest=error.retry_after or BACKOFF)
        except UserError as error:
            self._remember(what, str(error), now)
            self._theirs.add(what)
        except (Permanent, VaultProblem) as error:
            self._remember(what, str(error), now)
        except Exception:
            self._log.tell(f"{what}: a fault of the program; it is left alone for a while", now, fault=True)
            self._remember(what, "a fault of the program; the log has the details", now)
        else:
            self._forget(what)

    @contextmanager
    def waited_out(self, what: str, now: datetime) -> Generator[None]:
        """Contains an outage alone, under a name of its own: asking again does not end that trouble, success does."""
        try:
            yield
        except Outage as outage:
            self._remember(what, str(outage), now)
        else:
            self._forget(what)

    def resting(self, what: str, now: datetime) -> bool:
        """Whether `what` failed a moment ago and is left alone; a clock that was set back makes it no longer."""
        return now < self._again.get(what, now) <= now + _LONGEST

    def until(self, what: str) -> datetime | None:
        """When `what` is tried again."""
        return self._again.get(what)

    def problems(self) -> tuple[str, ...]:
        """The first of them, and how many more there are."""
        told = [_about(what, sentence) for what, sentence in sorted(self.said.items())]
        more = len(told) - _MOST_SHOWN
        return (*told[:_MOST_SHOWN], f"{more} more things have trouble") if more > 0 else tuple(told)

    def next_try(self) -> datetime | None:
        """When a second or third try is due; later ones come with the rescans, and those that wait for the person."""
        due = (at for what, at in self._again.items() if self._tries[what] < TRIES and what not in self._theirs)
        return min(due, default=None)

    def waiting(self) -> tuple[Waiting, ...]:
        """What the person has to put right."""
        return tuple(Waiting(what, self.said[what], None) for what in sorted(self._theirs))

    def keep(self, known: set[str]) -> None:
        """Forget the troubles of things that are gone."""
        for what in [what for what in self.said if what not in known]:
            self._forget(what)

    def _forget(self, what: str) -> None:
        self.said.pop(what, None)
        self._again.pop(what, None)
        self._theirs.discard(what)
        del self._tries[what]

    def _remember(self, what: str, sentence: str, now: datetime, rest: timedelta = BACKOFF) -> None:
        """`rest`: how long it wants to be left alone at least, as far as we wait for anything."""
        self._log.tell(_about(what, sentence), now)
        self.said[what] = sentence
        self._theirs.discard(what)
        self._tries[what] += 1
        doubled = min(max(0, self._tries[what] - TRIES), _DOUBLINGS)
        self._again[what] = now + max(BACKOFF * 2**doubled, min(rest, _LONGEST))


def _about(what: str, sentence: str) -> str:
    return sentence if sentence.startswith(what) else f"{what}: {sentence}"
