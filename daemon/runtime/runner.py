"""Keeps roles going: step, rest, step; until told to stop, or until nothing is left that needs no person."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from daemon.core.errors import Transient, UserError
from daemon.core.ports import Clock
from daemon.runtime.heartbeat import Heartbeat
from daemon.runtime.pace import Pace, Role, Said, Waiting

log = logging.getLogger(__name__)
_POLL = timedelta(milliseconds=200)  # while worker threads are busy and nothing wakes us earlier


class Runner:
    """One role in one thread, woken by events, by what is due, and by a rescan at the latest."""

    def __init__(self, role: Role, clock: Clock, heartbeat: Heartbeat, *, rescan: timedelta, beat: timedelta) -> None:
        self.role = role
        self.wake = Event()
        self._clock = clock
        self._heartbeat = heartbeat
        self._rescan = rescan
        self._beat = beat
        self._stop = Event()
        self._thread = Thread(target=self._run, name=role.name, daemon=True)
        self._said = Pace(progress=True)  # what the last step found
        self._logged = Said()
        self._busy_since: datetime | None = None
        self._shown: tuple[object, ...] = ()  # what the last heartbeat told
        self._next_beat = clock.now()
        self.remark = ""  # what else the person should know, beside what the role says
        self.failure: BaseException | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the current step; waits for it."""
        self._stop.set()
        self.wake.set()
        self._thread.join()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def pulse(self) -> None:
        """Say that the role is alive, when it is time or there is news. From another thread: a long step is told."""
        now, said, busy = self._clock.now(), self._said, self._busy_since
        notices = (*said.notices, self.remark) if self.remark else said.notices
        news = (notices, said.problems)
        if _due(self._next_beat, self._beat, now) or news != self._shown:
            self._heartbeat.beat(now, *news, busy_since=busy)
            self._next_beat, self._shown = now + self._beat, news

    def _run(self) -> None:
        try:
            self._loop()
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.role.close(self._clock.now())
            self._heartbeat.beat(self._clock.now(), stopped=self.failure is None)

    def _loop(self) -> None:
        next_look = self._clock.now()
        pace = Pace(progress=True)
        while not self._stop.is_set():
            now = self._clock.now()
            woken = self.wake.is_set()
            self.wake.clear()
            if woken or _due(next_look, self._rescan, now):
                self._busy_since = now
                pace = self._said = look(self.role, now, self._logged)
                self._busy_since = None
                next_look = now if pace.progress else min(pace.next_at or now + self._rescan, now + self._rescan)
            self.role.tick(now)
            if not pace.progress:
                self._clock.wait(self.wake, min(max(next_look - now, timedelta()), self._beat))


def _due(at: datetime, every: timedelta, now: datetime) -> bool:
    """Whether it is time; also when the clock was set back, so that it would not be for longer than it ever takes."""
    return now >= at or at - now > every


def look(role: Role, now: datetime, logged: Said) -> Pace:
    """One step; a vault or ledger that cannot be used is a problem that may pass, not the end."""
    try:
        return role.step(now)
    except (Transient, UserError) as error:
        logged.tell(f"{role.name}: {error}", now)
        later = now + (getattr(error, "retry_after", None) or timedelta(seconds=5))
        return Pace(progress=False, next_at=later, problems=(str(error),))


def drain(roles: Sequence[Role], clock: Clock, wake: Event) -> list[Waiting]:
    """Step the roles in turn until only a person, a cap or quiet hours can move anything. Returns what waits.

    Settling files and holds are waited out. Raises Transient when a role can do nothing at all.
    """
    while True:
        wake.clear()
        now = clock.now()
        paces = [role.step(now) for role in roles]
        if any(pace.progress for pace in paces):
            continue
        due = [pace.next_at for pace in paces if pace.next_at]
        if any(pace.busy for pace in paces):
            clock.wait(wake, _POLL)
        elif due:
            clock.wait(wake, max(min(due) - clock.now(), timedelta(milliseconds=1)))
        else:
            return [waiting for pace in paces for waiting in pace.waiting]
