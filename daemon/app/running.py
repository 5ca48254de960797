"""The daemon: the roles that run in this process, in threads, until they are told to stop."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

from daemon.app.parts import briefing_job, channels, manager, seal, staff
from daemon.core.errors import UserError

if TYPE_CHECKING:
    from daemon.adapters.locks import RoleLock
    from daemon.app import App
    from daemon.core.mailboxes.accounts import Kind
    from daemon.runtime.pace import Role, Waiting
    from daemon.runtime.runner import Runner

log = logging.getLogger(__name__)


class Daemon:
    """The roles that run in this process."""

    def __init__(self, app: App, roles: Sequence[str], locks: Sequence[RoleLock]) -> None:
        self._app = app
        self._locks = locks
        self.wake = Event()
        self._relay: list[Event] = []
        makers = {
            "inbox": self._inbox,
            "gmail": partial(self._mailboxes, "gmail"),
            "imap": partial(self._mailboxes, "imap"),
            "scheduler": self._scheduler,
            "manager": self._manager,
        }
        self.roles: list[Role] = [makers[name]() for name in roles]

    def once(self) -> list[Waiting]:
        """Finish whatever needs no person; returns what waits."""
        from daemon.runtime import runner

        night = self._app.night if "manager" in {role.name for role in self.roles} else None
        try:
            if night and not night.idle:
                night.step()
            return runner.drain(self.roles, self._app.clock, self.wake)
        finally:
            self._close()

    def run(self, stop: Event) -> None:
        """Until `stop` is set. A role that dies ends the daemon with its error; a supervisor starts it again."""
        from daemon.adapters.file_events import FileEvents
        from daemon.runtime.listening import Listening

        runners = self._runners()
        self._relay = [each.wake for each in runners]
        woken = [*self._relay, self.wake]
        events = FileEvents(self._app.places.vault, WATCHED, lambda: _wake(woken), self._app.vault.touch)
        commands = Listening(self._app.ledger)
        _pulse_first(runners)
        for each in runners:
            each.start()
        events.start()
        _wake(self._relay)  # for what changed before anybody listened
        log.info("working on %s (%s); Ctrl-C stops", self._app.places.vault, self._at_work())
        log.info("%s", events.state)
        try:
            while not stop.wait(0.2):
                self._keep_locks()
                events.refresh()
                if commands.heard():
                    self._woken()
                runners[0].remark = events.trouble
                _pulse(runners)
        finally:
            events.stop()
            self._app.stop_asking()
            for each in reversed(runners):
                each.stop()

    def _runners(self) -> list[Runner]:
        from daemon.runtime.heartbeat import Heartbeat
        from daemon.runtime.runner import Runner

        clock, config, beats = self._app.clock, self._app.settings, self._app.places.beats
        rescan = timedelta(seconds=config.inbox.rescan_seconds)
        beat = timedelta(seconds=config.schedule.heartbeat_seconds)
        started = clock.now()
        return [
            Runner(role, clock, Heartbeat(beats, role.name, started), rescan=rescan, beat=beat) for role in self.roles
        ]

    def _at_work(self) -> str:
        from daemon.runtime import status

        kinds = {each.kind for each in self._app.mailboxes() if each.enabled}
        return status.at_work(dict.fromkeys((role.name for role in self.roles), None), kinds)

    def _keep_locks(self) -> None:
        """Raises UserError (exit code 75) when another process works here, or did since a lock file was touched."""
        if all(lock.in_place for lock in self._locks):
            return
        self._app.ledger.require_ours()
        for lock in self._locks:
            lock.keep()
        self._app.ledger.require_ours()

    def _close(self) -> None:
        self._app.stop_asking()
        for role in reversed(self.roles):
            role.close(self._app.clock.now())

    def _woken(self) -> None:
        """Called by worker threads when something is finished."""
        _wake([self.wake, *self._relay])

    def _mailboxes(self, kind: Kind) -> Role:
        from daemon.app import mail

        return mail.role(self._app, kind, self._woken)

    def _inbox(self) -> Role:
        from daemon import registry
        from daemon.core.plugins import Sources
        from daemon.runtime.intake import Intake
        from daemon.runtime.watching import Watching

        app = self._app
        found = registry.watcher("inbox", app.settings.inbox.model_dump(), Sources(app.vault))
        if found.made is None:
            raise UserError(f"the inbox watcher cannot be loaded: {found.why}")
        return Watching("inbox", found.made, Intake(app.vault, app.ledger, app.zone, app.converter), self._woken)

    def _scheduler(self) -> Role:
        from daemon.runtime.notary import Notary, Signing
        from daemon.runtime.scheduler import Scheduler

        scheduler = Scheduler(self._app.ledger, [briefing_job(self._app)], self._woken)
        return Signing(scheduler, Notary(self._app.context, seal(self._app)))

    def _manager(self) -> Role:
        from daemon.app import mail
        from daemon.runtime.minds.nightly import Nightly

        role = manager(self._app, channels(self._app), staff(self._app, self._woken), self._woken)
        role = mail.notifying(self._app, role)
        return Nightly(role, self._app.night) if self._app.night else role


WATCHED = (
    "Inbox", "Needs_Action", "Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed",
)  # fmt: skip


def _pulse_first(runners: Sequence[Runner]) -> None:
    """Before any of them looks: after a kill, what the killed run last said is nobody's state any more."""
    for each in runners:
        each.pulse()


def _pulse(runners: Sequence[Runner]) -> None:
    """Raises RuntimeError for a role that died, from what it died of."""
    for each in runners:
        each.pulse()
    for each in runners:
        if not each.alive:
            raise RuntimeError(f"the role {each.role.name} ended") from each.failure


def _wake(events: Iterable[Event]) -> None:
    for event in events:
        event.set()
