"""A house whose daemon can die: at the n-th thing it does that lasts, before or after that took effect.

Death is a BaseException that nothing catches, and from then on every further durable act of the dead process (its
other threads too) raises it again. What the disk, the ledger and the provider have is all that is left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Lock

from daemon import registry
from daemon.adapters.outbox import Documents, OutboxMail
from daemon.app import App
from daemon.app import parts as composition
from daemon.core.plugins import Channels, Sources
from daemon.core.ports import Agent, MailChannel, Receipt, Router
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Drafting, Threads
from daemon.runtime.intake import Intake
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.database import Database
from daemon.runtime.pace import Pace, Role
from daemon.runtime.watching import Watching
from daemon.vault import Vault
from tests.fakes import FakeClock, FakeProvider
from tests.house import READERS, House

PATIENCE = 80  # looks until a house that does not come to rest counts as running in circles
WORKER = 30.0  # real seconds a worker thread may take


class Killed(BaseException):
    """kill -9, as far as one process can play it."""


class Restless(AssertionError):
    """The roles go on for ever without anybody doing anything."""


@dataclass
class Fate:
    """Counts the durable acts of one process, and ends it at one of them. `seen` is told each before it happens."""

    at: int = 0  # the act at which it dies; 0 = never
    after: bool = False  # once the act took effect, instead of before
    acts: list[str] = field(default_factory=list[str])
    dead: bool = False
    seen: Callable[[str], None] = lambda _: None
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def act(self, name: str) -> Generator[None]:
        with self._lock:
            if self.dead:
                raise Killed
            self.seen(name)
            self.acts.append(name)
            mine = len(self.acts) == self.at
            self.dead = mine and not self.after
            if self.dead:
                raise Killed
        try:
            yield
        finally:  # also when the act itself failed: a provider that took it and then dropped the line
            if mine:
                self.dead = True
                raise Killed


class MortalVault(Vault):
    """A vault whose every change may be the last thing the process does.

    `fine`: also between the steps of one change, on a disk that moves a file by linking it (NFS).
    """

    def __init__(self, root: Path, fate: Fate, *, fine: bool = False) -> None:
        super().__init__(root)
        self._fate = fate
        self._fine = fine

    def create(self, path: str, data: bytes) -> str:
        with self._fate.act(f"create {path}"):
            return super().create(path, data)

    def move(self, path: str, folder: str, *, name: str = "", expected: bytes | None = None) -> str:
        with self._fate.act(f"move {path} to {folder}"):
            return super().move(path, folder, name=name, expected=expected)

    def link(self, path: str, target: str) -> str:
        with self._fate.act(f"link {path} to {target}"):
            return super().link(path, target)

    def replace(self, path: str, data: bytes, *, expected: bytes | None = None) -> None:
        with self._fate.act(f"replace {path}"):
            super().replace(path, data, expected=expected)

    def remove(self, path: str, *, expected: bytes) -> None:
        with self._fate.act(f"remove {path}"):
            super().remove(path, expected=expected)

    def _place(self, source: str, target: str, folder: str) -> None:
        if not self._fine:
            super()._place(source, target, folder)
        elif Path(source).name.startswith("."):
            self._put_in_place(source, target, folder)
        elif os.path.lexists(target):
            super()._place(source, target, folder)
        else:
            os.link(source, target)
            with self._fate.act(f"unlink {source}"):
                Path(source).unlink()

    def _put_in_place(self, source: str, target: str, folder: str) -> None:
        """A kill between writing and naming leaves the temporary file, as no process is left to remove it."""
        try:
            with self._fate.act(f"name {target}"):
                super()._place(source, target, folder)
        except Killed:
            with suppress(FileNotFoundError):
                Path(source).rename(Path(source).with_name(f".aie-{os.urandom(8).hex()}.tmp"))
            raise


class MortalDatabase(Database):
    """A ledger file: death before a commit loses the transaction, death after it does not."""

    fate: Fate

    @contextmanager
    def transaction(self) -> Generator[None]:
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            with self.fate.act("commit"), super().transaction():
                yield


class MortalLedger(Ledger):
    """A ledger; all its parts share the one database, which is made mortal once it is open."""

    def __init__(self, path: Path, fate: Fate) -> None:
        super().__init__(path)
        self._db.__class__ = MortalDatabase
        vars(self._db)["fate"] = fate
        self.transaction = self._db.transaction


class MortalMail(FakeProvider):
    """The provider goes on living; the call to it may be the last."""

    fate: Fate
    clock: FakeClock
    times: list[datetime]

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        with self.fate.act("provider"):
            before = len(self.accepted)
            try:
                return super().send(message, title=title, key=key)
            finally:
                self.times += [self.clock.now()] * (len(self.accepted) - before)


class MortalHouse(House):
    """A house with an inbox role, and a daemon that can be killed at a chosen act.

    `outbox`: mail leaves as files through the real adapter instead of the provider. `fine`: see `MortalVault`.
    """

    def __init__(
        self, folder: Path, *, hold: float = 0, outbox: bool = False, fine: bool = False, **settings: str
    ) -> None:
        self.fate = Fate()
        self._outbox = outbox
        self._fine = fine
        self._mail: MortalMail | None = None
        super().__init__(folder, hold=hold, **settings)

    def start(self) -> None:
        self.provider = self._provider()
        self.app = App.open(self._environ, clock=self.clock)
        self.app.ledger.close()
        self.app.converter = READERS
        self.app.accounts = self.accounts
        self.app.vault = self.new_vault(self.app.places.vault)
        self.app.ledger = MortalLedger(self.app.places.ledger, self.fate)
        self.wake = Event()
        vault = self.app.vault
        mail: MailChannel = OutboxMail(vault) if self._outbox else self.provider
        outbox, accounting = Documents(vault, "outbox"), composition.accounting(self.app)
        channels = Channels(mail, Documents(vault), outbox, vault, accounting, self.accounts)
        self.manager = composition.manager(self.app, channels, self.staff(), self.wake.set)
        watcher = registry.watcher("inbox", self.app.settings.inbox.model_dump(), Sources(vault)).made
        assert watcher
        self.intake = Intake(vault, self.app.ledger, self.app.zone, self.app.converter)
        inbox = Watching("inbox", watcher, self.intake, self.wake.set)
        self.roles: list[Role] = [inbox, *self.watching(), self.manager]

    def watching(self) -> list[Role]:
        """The roles that watch connected mailboxes."""
        return []

    def new_vault(self, root: Path) -> MortalVault:
        return MortalVault(root, self.fate, fine=self._fine)

    def staff(self) -> Staff:
        """The real ones, who keep nothing in mind, so that one set of them serves every house of the process."""
        if self._agents or self._router:
            return super().staff()
        router, agents = _specialists(self.app.settings.model_dump_json(include={"agents"}))
        return Staff(router, self.drafting(agents))

    def drafting(self, agents: dict[str, Agent]) -> Drafting:
        return Threads(agents, self.app.settings.work.workers, self.wake.set)

    def _provider(self) -> MortalMail:
        """The one provider of this house, which outlives its daemons."""
        if self._mail is None:
            self._mail = MortalMail()
            self._mail.clock, self._mail.times = self.clock, []
        self._mail.fate = self.fate
        return self._mail

    @property
    def alive(self) -> bool:
        return not self.fate.dead

    def die(self, at: int, *, after: bool) -> None:
        """The process will die at its `at`-th act from now."""
        self.fate.at, self.fate.after = len(self.fate.acts) + at, after

    def bury(self) -> None:
        """Kill what is left of the process at once, without any farewell."""
        self.fate.dead = True
        with suppress(Killed):
            self.manager.close(self.clock.now())
        self.app.close()

    def reborn(self) -> None:
        self.bury()
        self.fate = Fate()
        self.start()

    def look(self) -> list[Pace]:
        """Step the roles until nothing more happens at this moment. No time passes.

        Raises Restless when they do not come to rest, Killed when the process dies of it.
        """
        for _ in range(PATIENCE):
            self.wake.clear()
            paces = [role.step(self.clock.now()) for role in self.roles]
            if any(pace.busy for pace in paces):
                assert self.wake.wait(WORKER), "a worker hangs"
            elif not any(pace.progress for pace in paces):
                return paces
        raise Restless(self.counts(), self.fate.acts[-20:])

    def rest(self, limit: timedelta = timedelta(days=1)) -> list[Pace]:
        """Like `employee run --once`: settling, holds and retries are waited out, within `limit`."""
        until, paces = self.clock.now() + limit, list[Pace]()
        for _ in range(PATIENCE):
            paces = self.look()
            due = [pace.next_at for pace in paces if pace.next_at]
            if not due or min(due) > until:
                return paces
            self.clock.advance(max(min(due) - self.clock.now(), timedelta(milliseconds=1)))
        raise Restless(self.counts(), [pace.problems for pace in paces])


@cache
def _specialists(tables: str) -> tuple[Router, dict[str, Agent]]:
    """By their settings: reading the phrase books takes longer than a whole life in here."""
    settings = json.loads(tables)["agents"]
    return registry.router(settings), {p.name: p.made for p in registry.agents(settings) if p.made}


__all__ = ["Fate", "Killed", "MortalHouse", "Restless"]
