"""Which models are well: what every call met, kept in memory; a restart gives everybody a new chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from daemon.core.minds import breaker
from daemon.core.minds.breaker import Breaker
from daemon.core.minds.model import ModelError

OUT = timedelta(minutes=10)  # for what only the person can put right; a change of settings or secrets ends it
_A_MOMENT = timedelta(seconds=1)  # while somebody else tries whether it is back
REFUSALS = 3  # in a row: one alone may be about the question


@dataclass(frozen=True, slots=True)
class _Out:
    why: str
    since: datetime

    def lasts(self, now: datetime) -> bool:
        return self.since <= now < self.since + OUT


class Health:
    """The providers and models of one process; usable from every thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._breakers: dict[str, Breaker] = {}  # by provider
        self._out: dict[str, _Out] = {}  # by provider or model
        self._refusals = Counter[str]()
        self._mark: object = None

    def forget_if_changed(self, mark: object) -> None:
        """When `mark` (the settings, the secrets) is another one than before, who was left out is tried again."""
        with self._lock:
            if mark != self._mark:
                self._mark = mark
                self._out.clear()
                self._refusals.clear()

    def resting(self, model: str, now: datetime) -> str:
        """Why it is not asked now, or ""; it follows the name of the model."""
        with self._lock:
            if why := self._left_out(model, now):
                return why
            found = self._breaker(model)
            return "" if breaker.admits(found, now) else _words(found)

    def back_in(self, models: Iterable[str], now: datetime) -> timedelta | None:
        """How soon a provider takes questions again that said how long it is busy; None when none of them did."""
        with self._lock:
            found = [self._breaker(model) for model in models if not self._left_out(model, now)]
            return min((max(breaker.left(each, now), _A_MOMENT) for each in found if each.told), default=None)

    def begin(self, model: str, now: datetime) -> int | None:
        """A call begins: what to hand back when it is over, or None when it may not."""
        with self._lock:
            if self._left_out(model, now):
                return None
            self._breakers[_provider(model)], turn = breaker.begin(self._breaker(model), now)
            return turn

    def answered(self, model: str, turn: int) -> None:
        """Whatever it said, it is there."""
        with self._lock:
            self._refusals.pop(model, None)
            self._breakers[_provider(model)] = breaker.succeeded(self._breaker(model), turn)

    def failed(self, model: str, turn: int, error: ModelError, now: datetime) -> None:
        """It brought no answer."""
        with self._lock:
            found, provider = self._breaker(model), _provider(model)
            match error.trouble:
                case "busy" | "down" | "slow":
                    self._breakers[provider] = breaker.failed(found, turn, now, error.retry_after)
                    return
                case "login":
                    self._out[provider] = _Out(str(error), now)
                case "unknown model":
                    self._out[model] = _Out(str(error), now)
                case "refused":
                    self._refused(model, error, now)
            self._breakers[provider] = breaker.abandoned(found, turn)

    def abandoned(self, model: str, turn: int) -> None:
        """The call was not made after all."""
        with self._lock:
            self._breakers[_provider(model)] = breaker.abandoned(self._breaker(model), turn)

    def _refused(self, model: str, error: ModelError, now: datetime) -> None:
        self._refusals[model] += 1
        if self._refusals[model] >= REFUSALS:
            self._out[model] = _Out(str(error), now)

    def _breaker(self, model: str) -> Breaker:
        return self._breakers.get(_provider(model), Breaker())

    def _left_out(self, model: str, now: datetime) -> str:
        for name in (_provider(model), model):
            found = self._out.get(name)
            if found and found.lasts(now):
                return f"is not asked for now ({found.why})"
        return ""


def _provider(model: str) -> str:
    return model.partition(":")[0]


def _words(found: Breaker) -> str:
    return f"is resting after {found.failures} failures" if found.failures > 1 else "is resting: its provider is busy"
