"""The composition root: settings, places, adapters, plug-ins, runtime. Read it as a table of contents.

`App.open` is all a command needs to read or decide; `App.daemon` adds what runs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from secrets import token_hex
from threading import Event
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daemon.core.errors import UserError
from daemon.core.layers import Layer
from daemon.core.redaction import Redaction
from daemon.places import Places, Rulebook, configure, make_private, sources
from daemon.runtime import status
from daemon.runtime.ledger import Ledger
from daemon.runtime.status import Outlook, Status
from daemon.runtime.urgency import Urgencies
from daemon.vault import Vault

if TYPE_CHECKING:
    from daemon.adapters.conversion.converter import Conversion
    from daemon.adapters.credentials.store import Store
    from daemon.adapters.locks import RoleLock
    from daemon.core.plugins import Accounting, Channels
    from daemon.core.ports import Clock
    from daemon.core.settings import Settings
    from daemon.runtime.claims import Staff
    from daemon.runtime.context import Context
    from daemon.runtime.gate import Gate
    from daemon.runtime.lookout import Lookout
    from daemon.runtime.manager import Manager
    from daemon.runtime.notary import Seal
    from daemon.runtime.pace import Role, Waiting
    from daemon.runtime.pages import Pages
    from daemon.runtime.scheduler import Job

log = logging.getLogger(__name__)
ROLES = ("inbox", "scheduler", "manager")


class App:
    """One vault and its ledger, opened."""

    def __init__(self, rulebook: Rulebook, places: Places, clock: Clock, zone: tzinfo) -> None:
        self.rulebook = rulebook
        self.sources = rulebook.sources
        self.places = places
        self.clock = clock
        self.zone = zone
        self.redact = Redaction()
        self.vault = Vault(places.vault)
        self.ledger = Ledger(places.ledger)

    @classmethod
    def open(cls, environ: Mapping[str, str], flags: Iterable[Layer] = (), clock: Clock | None = None) -> App:
        """Read the settings and open the ledger; nothing is started and the vault is not touched."""
        from daemon.adapters.clock import SystemClock, system_zone

        given = list(flags)
        found = sources(environ, given)
        places = configure(environ, found)
        make_private(places.home)
        name = found.table["vault"]["timezone"]
        rulebook = Rulebook(found, lambda: sources(environ, given), places.config)
        return cls(rulebook, places, clock or SystemClock(), ZoneInfo(name) if name else system_zone())

    @cached_property
    def urgencies(self) -> Urgencies:
        """How pressing each waiting draft is, read once a draft."""
        return Urgencies(self.vault, self.ledger)

    @cached_property
    def settings(self) -> Settings:
        """Built when first needed: many commands need none."""
        return self.sources.settings()

    @cached_property
    def context(self) -> Context:
        from daemon.runtime.context import Context

        standing = self.rulebook.standing
        return Context(self.vault, self.ledger, self.settings, self.zone, self.clock, self.converter, standing)

    def status(self) -> Status:
        """What runs, waits and is wrong; works without the daemon."""
        every = timedelta(seconds=self.sources.table["schedule"]["heartbeat_seconds"])
        where, beats = str(self.places.vault), self.places.beats
        outlook = Outlook(self.vault, where, self.ledger, beats, every, self.zone, self.urgencies, self.gate)
        return status.collect(outlook, self.clock.now())

    def gate(self) -> Gate:
        """What every effect has to pass."""
        from daemon.runtime.gate import Gate

        return Gate(self.ledger, self.zone, self.rulebook.standing)

    @cached_property
    def converter(self) -> Conversion:
        """Reads files; its process starts with the first file."""
        from daemon.adapters.conversion.converter import Conversion

        return Conversion(self.places.home / "cache" / "text", largest=self.settings.inbox.max_mb * 2**20)

    @cached_property
    def secrets(self) -> Store:
        """Passwords and keys; nothing is opened before one is needed."""
        from daemon.adapters.credentials.private import PrivateFile
        from daemon.adapters.credentials.store import Store

        named, places = self.sources.table["secrets"]["key_file"], self.places
        remedy = "set [secrets] key_file to a place elsewhere and move it there"
        away = ((places.vault, "the vault", remedy), (places.home, "the state directory", remedy))
        key = PrivateFile(places.key(named), "the key of your secrets", 0o400, away)
        return Store(places.home / "secrets", key, places.vault, self.redact)

    def close(self) -> None:
        if "converter" in vars(self):
            self.converter.close()
        self.ledger.close()

    # --- the daemon

    @contextmanager
    def daemon(self, only: Sequence[str] = ROLES) -> Generator[Daemon]:
        """Start order: secrets, locks, vault, plug-ins, roles; stop order: the reverse."""
        from daemon.adapters.locks import RoleLock

        self.secrets.check()
        locks = [RoleLock(self.places.locks, role) for role in ROLES if role in only]
        held: list[RoleLock] = []
        try:
            for lock in locks:
                lock.acquire()
                held.append(lock)
            self.claim_vault()
            self.vault.clean()
            if "manager" in only:
                self.ledger.take_over()
            yield Daemon(self, [role for role in ROLES if role in only], held)
        finally:
            for lock in reversed(held):
                lock.release()

    def claim_vault(self) -> None:
        """From now on the vault belongs to this state directory. Raises UserError (78) when it is another's.

        Also when the ledger is damaged or an old copy: what it says of approvals cannot be believed.
        """
        from daemon.runtime import belonging

        self.require_own_vault()
        belonging.require_current(self.vault, self.ledger)
        self.ledger.put("vault", str(self.places.vault))

    def require_own_vault(self) -> None:
        """A vault and a state directory belong to each other. Raises UserError (78) when these two do not."""
        from daemon.runtime import belonging, dashboard

        here, before = str(self.places.vault), self.ledger.get("vault")
        if here == before and not self.vault.present():
            return
        owner, instance = dashboard.instance_of(self.vault), self.ledger.instance
        adopt = "`employee adopt` takes it over; everything that waits there is then proposed anew"
        if owner and owner != instance:
            raise UserError(
                f"the vault {here} belongs to another state directory (instance {owner}); {_new(self.ledger)}{adopt}",
                exit_code=78,
            )
        if before == here and not owner:
            belonging.require(self.vault, self.ledger)
        if before and before != here and (not owner or _still_ours(before, instance)):
            raise UserError(
                f"the state directory {self.places.home} already serves the vault {before}; "
                f"give this one its own with EMPLOYEE_HOME=…, or {adopt}",
                exit_code=78,
            )


class Daemon:
    """The roles that run in this process."""

    def __init__(self, app: App, roles: Sequence[str], locks: Sequence[RoleLock]) -> None:
        self._app = app
        self._locks = locks
        self.wake = Event()
        self._relay: list[Event] = []
        makers = {"inbox": self._inbox, "scheduler": self._scheduler, "manager": self._manager}
        self.roles: list[Role] = [makers[name]() for name in roles]

    def once(self) -> list[Waiting]:
        """Finish whatever needs no person; returns what waits."""
        from daemon.runtime import runner

        try:
            return runner.drain(self.roles, self._app.clock, self.wake)
        finally:
            self._close()

    def run(self, stop: Event) -> None:
        """Until `stop` is set. A role that dies ends the daemon with its error; a supervisor starts it again."""
        from daemon.adapters.file_events import FileEvents
        from daemon.runtime.heartbeat import Heartbeat
        from daemon.runtime.runner import Runner

        clock, config = self._app.clock, self._app.settings
        rescan = timedelta(seconds=config.inbox.rescan_seconds)
        beat = timedelta(seconds=config.schedule.heartbeat_seconds)
        started = clock.now()
        runners = [
            Runner(role, clock, Heartbeat(self._app.places.beats, role.name, started), rescan=rescan, beat=beat)
            for role in self.roles
        ]
        woken = [*(runner.wake for runner in runners), self.wake]
        events = FileEvents(self._app.places.vault, WATCHED, lambda: _wake(woken), self._app.vault.touch)
        self._relay = [r.wake for r in runners]
        for each in runners:
            each.start()
        events.start()
        _wake(r.wake for r in runners)  # for what changed before anybody listened
        log.info("working on %s (%s); Ctrl-C stops", self._app.places.vault, ", ".join(r.role.name for r in runners))
        log.info("%s", events.state)
        try:
            while not stop.wait(0.2):
                for lock in self._locks:
                    lock.require_held()
                events.refresh()
                runners[0].remark = events.trouble
                for each in runners:
                    each.pulse()
                if dead := [r for r in runners if not r.alive]:
                    raise RuntimeError(f"the role {dead[0].role.name} ended") from dead[0].failure
        finally:
            events.stop()
            for each in reversed(runners):
                each.stop()

    def _close(self) -> None:
        for role in reversed(self.roles):
            role.close(self._app.clock.now())

    def _woken(self) -> None:
        """Called by worker threads when something is finished."""
        _wake([self.wake, *self._relay])

    def _inbox(self) -> Role:
        from daemon import registry
        from daemon.runtime.intake import Intake
        from daemon.runtime.watching import Watching

        app = self._app
        found = registry.watcher("inbox", app.settings.inbox.model_dump(), app.vault)
        if found.made is None:
            raise UserError(f"the inbox watcher cannot be loaded: {found.why}")
        return Watching("inbox", found.made, Intake(app.vault, app.ledger, app.zone, app.converter), self._woken)

    def _scheduler(self) -> Role:
        from daemon.runtime.notary import Notary, Signing
        from daemon.runtime.scheduler import Scheduler

        scheduler = Scheduler(self._app.ledger, [briefing_job(self._app)], self._woken)
        return Signing(scheduler, Notary(self._app.context, seal(self._app)))

    def _manager(self) -> Role:
        return manager(self._app, channels(self._app), staff(self._app, self._woken), self._woken)


def channels(app: App) -> Channels:
    """Where effects leave: files, as long as no account is connected."""
    from daemon.adapters.outbox import Documents, OutboxMail
    from daemon.core.plugins import Channels

    return Channels(
        mail=OutboxMail(app.vault),
        documents=Documents(app.vault),
        outbox=Documents(app.vault, "outbox"),
        files=app.vault,
        accounting=accounting(app),
    )


def accounting(app: App) -> Accounting:
    """Where money is written down: a file of the vault, with numbers from the ledger."""
    from daemon.adapters.books import Books
    from daemon.adapters.printer import Printer
    from daemon.core.accounting import booking
    from daemon.core.accounting.numbering import Numbering
    from daemon.core.plugins import Accounting

    wanted = app.settings.accounting
    numbers = app.ledger.numbers(Numbering(wanted.invoice_number, wanted.first_invoice))
    books = Books(app.vault, wanted.ledger_separator or booking.separator(app.zone))
    return Accounting(books, numbers, Printer(), app.zone)


def staff(app: App, woken: Callable[[], None]) -> Staff:
    """Who routes and who drafts."""
    from daemon import registry
    from daemon.runtime.claims import Staff
    from daemon.runtime.drafting import Threads

    agents = {p.name: p.made for p in registry.agents(app.settings.agents) if p.made}
    return Staff(registry.router(app.settings.agents), Threads(agents, app.settings.work.workers, woken))


def briefing_job(app: App) -> Job:
    """The morning's briefing, as the scheduler runs it."""
    from daemon.core.schedule import Rules, Trigger
    from daemon.ops import briefing
    from daemon.runtime.scheduler import Job

    planned = app.settings.schedule
    trigger = Trigger(planned.briefing, app.zone) if planned.briefing else None

    def run(planned_at: datetime, now: datetime) -> str:
        app.require_own_vault()
        return briefing.make(app.context, app.status(), now, planned_at=planned_at).path

    return Job(briefing.JOB, trigger, Rules(planned.briefing_late), run)


def seal(app: App) -> Seal:
    """How the record of what was done is signed."""
    from daemon.core.credentials import AUDIT_KEY
    from daemon.runtime.notary import Seal

    def key(first: bool) -> bytes:  # noqa: FBT001 - named by `Seal`
        made = app.secrets.make(AUDIT_KEY, token_hex, app.clock.now()) if first else app.secrets.find(AUDIT_KEY)
        if made is None:
            raise UserError(f"the secret {AUDIT_KEY} is missing; put secrets/ and its key back from a backup")
        return bytes.fromhex(made)

    return Seal(key, app.settings.audit.sign_every, app.require_own_vault)


def manager(app: App, outward: Channels, workers: Staff, woken: Callable[[], None]) -> Manager:
    """The manager role from its parts."""
    from daemon.runtime.claims import Claims
    from daemon.runtime.dashboard import Dashboard
    from daemon.runtime.deeds import Deeds
    from daemon.runtime.executor import Executor
    from daemon.runtime.manager import Manager

    config, context = app.settings, app.context
    lookout, made = looking(app), pages(app, outward)
    deeds = Deeds(context, made, Executor(context, made, woken))
    claims = Claims(context, lookout, made, workers, publish=deeds.publish)
    every = timedelta(seconds=config.schedule.dashboard_seconds)
    board = Dashboard(app.vault, app.ledger.instance, app.status, every=every, zone=app.zone)
    return Manager(context, lookout, deeds, claims, board=board)


def pages(app: App, outward: Channels) -> Pages:
    """What makes the notes of drafts, and understands those that the person edited."""
    from daemon import registry
    from daemon.runtime.pages import Pages

    actions = {registry.action_name(p.name): p.made for p in registry.actions(outward) if p.made}
    return Pages(actions, expires=timedelta(hours=app.settings.approval.expires_hours), zone=app.zone)


def looking(app: App) -> Lookout:
    """What finds the notes of drafts and tasks."""
    from daemon.runtime.lookout import Lookout

    inbox = app.settings.inbox
    return Lookout(app.vault, app.ledger, settle=inbox.settle, typing=inbox.typing)


WATCHED = (
    "Inbox", "Needs_Action", "Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed",
)  # fmt: skip


def _wake(events: Iterable[Event]) -> None:
    for event in events:
        event.set()


def _new(ledger: Ledger) -> str:
    """For who lost the old one, or looks into the wrong folder."""
    if ledger.get("vault"):
        return ""
    return f"{ledger.path.parent} is a new one. If you have a copy of the old one, put it back (EMPLOYEE_HOME); else "


def _still_ours(path: str, instance: str) -> bool:
    from daemon.runtime import dashboard

    return dashboard.instance_of(Vault(Path(path))) == instance
