"""Tasks that are put off because their model can be asked later: why, until when, and what ends it before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.core import neutral
from daemon.core.errors import UserError
from daemon.core.minds.postponing import Stage
from daemon.core.settings import Settings
from daemon.core.task import Task
from daemon.runtime.context import Context
from daemon.runtime.pace import Waiting

_ASK_AGAIN = timedelta(minutes=15)  # what else may have changed, nobody tells
_NAMED = 3  # tasks of one reason
_SOONER = "`employee retry ID` has it drafted now"
_TITLE = 60  # characters of a title


@dataclass(frozen=True, slots=True)
class _Later:
    """A task that is put off: why, until when, and when it is tried all the same."""

    task: str
    title: str
    why: str
    until: datetime
    again: datetime


class PutOff:
    """All tasks of one house that are put off, by the path of their note."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._later: dict[str, _Later] = {}
        self._settings: Settings | None = None
        self._over: frozenset[str] = frozenset()

    def look(self, there: Container[str], now: datetime) -> None:
        """Forget what is gone. New settings, or a batch that came back, let all be tried now."""
        self._later = {path: later for path, later in self._later.items() if path in there}
        if self._changed():
            self._later = {path: replace(later, again=now) for path, later in self._later.items()}

    def put(self, path: str, task: Task, why: str, *, until: datetime, now: datetime) -> None:
        title = " ".join(neutral.visible(task.title).split())[:_TITLE]
        self._later[path] = _Later(task.id, title, why, until, min(until, now + _ASK_AGAIN))

    def drop(self, path: str) -> None:
        """It waits no more."""
        self._later.pop(path, None)

    def holds(self, path: str, now: datetime) -> bool:
        """Whether it is not to be tried yet. A clock that was set back puts nothing off for longer."""
        later = self._later.get(path)
        return later is not None and now < later.again <= now + _ASK_AGAIN

    def waits(self) -> list[Waiting]:
        """One line for each reason."""
        return [Waiting(_count(each), why, until) for (why, until), each in self._reasons().items()]

    def told(self) -> list[str]:
        """The same for the person: which tasks, why, and until when on their clock."""
        return [f"{_count(each)} put off until {until.astimezone(self._context.zone):%a %d %b %H:%M} "
                f"({_named(each)}): {why}; {_SOONER}" for (why, until), each in self._reasons().items()]  # fmt: skip

    def _reasons(self) -> dict[tuple[str, datetime], list[_Later]]:
        found: dict[tuple[str, datetime], list[_Later]] = defaultdict(list)
        for later in self._later.values():
            found[later.why, later.until].append(later)
        return found

    def _changed(self) -> bool:
        """Whether there are other settings, or more questions whose batch is over, than a look ago."""
        settings, over = self._settings, self._over
        with suppress(UserError):  # the settings that can be read next are other ones
            self._settings = self._context.standing()
        self._over = frozenset(each.digest for each in self._context.ledger.postponed.at(Stage.OVER))
        return self._settings is not settings or not self._over <= over


def _count(tasks: Sequence[_Later]) -> str:
    return "1 task" if len(tasks) == 1 else f"{len(tasks)} tasks"


def _named(tasks: Sequence[_Later]) -> str:
    more = len(tasks) - _NAMED
    named = ", ".join(f"{each.task} {each.title}".rstrip() for each in tasks[:_NAMED])
    return f"{named} and {more} more" if more > 0 else named
