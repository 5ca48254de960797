"""A whole employee in a temporary folder, with time in the test's hand and a provider that can fail."""

from __future__ import annotations

import atexit
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import TypeVar

from daemon import registry
from daemon.adapters.conversion.converter import Conversion
from daemon.adapters.outbox import Documents
from daemon.app import App
from daemon.app import mail as connected
from daemon.app import parts as composition
from daemon.core import names
from daemon.core.minds.model import Answers, Batches, Model, Prices
from daemon.core.plugins import Channels, Sources
from daemon.core.ports import Agent, Router
from daemon.core.proposal import Decision
from daemon.core.task import Arrival, Original
from daemon.runtime import runner
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Threads
from daemon.runtime.intake import Intake
from daemon.runtime.mailboxes import Mailboxes, Opened
from daemon.runtime.manager import Manager
from daemon.runtime.minds.calls import Doors
from daemon.runtime.minds.mind import Mind
from daemon.runtime.pace import Waiting
from daemon.runtime.sorting import Sorting
from daemon.runtime.watching import Watching
from tests.fakes import FakeClock, FakeProvider
from tests.mailboxes import FakeMailAccounts, FakeMailbox
from tests.minds import FakeAnswers, FakePrices

MAIL = b"""From: Anna Example <anna@example.com>
To: me@company.example
Subject: Opening hours
Message-ID: <1@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Hello, when are you open on Saturday?
Anna
"""


AgentT = TypeVar("AgentT", bound=Agent)


class SharedConversion(Conversion):
    """One reading process, and one cache, for every house of a test run."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="texts-")
        super().__init__(Path(self._folder.name), largest=25 * 2**20)
        atexit.register(super().close)

    def close(self) -> None:
        """Others still use it."""


READERS = SharedConversion()


class House:
    """`provider.accepted` is what really left. The manager can be killed and started again at any time."""

    def __init__(self, folder: Path, *, hold: float = 0, **settings: str) -> None:
        self.clock = FakeClock()
        self.accounts = FakeMailAccounts()
        self.provider = FakeProvider()
        self._environ = {
            "EMPLOYEE_HOME": str(folder / "home"),
            "EMPLOYEE_CONFIG": str(folder / "none.toml"),
            "EMPLOYEE_VAULT": str(folder / "vault"),
            "EMPLOYEE_VAULT__TIMEZONE": "UTC",
            "EMPLOYEE_INBOX__SETTLE_SECONDS": "0",
            "EMPLOYEE_APPROVAL__HOLD_SECONDS": str(hold),
            **{f"EMPLOYEE_{key.upper()}": value for key, value in settings.items()},
        }
        self.root = folder / "vault"
        self._agents: dict[str, Agent] = {}
        self._router: Router | None = None
        self._doors: Doors | None = None
        self._sorts = False
        self.mailboxes = self._watching_mailboxes()
        self.start()
        self.app.vault.make_folders()

    def start(self) -> None:
        self.app = App.open(self._environ, clock=self.clock)
        self.app.converter = READERS
        self.app.accounts = self.accounts
        if self._doors:
            self.app.doors = self._doors
        if self.app.night:
            self.app.night.attend()
        self.wake = Event()
        vault = self.app.vault
        documents, outbox = Documents(vault), Documents(vault, "outbox")
        outward = Channels(
            mail=self.provider,
            documents=documents,
            outbox=outbox,
            files=vault,
            accounting=composition.accounting(self.app),
            accounts=self.accounts,
        )
        self.mailboxes = self._watching_mailboxes()
        watcher = registry.watcher("inbox", self.app.settings.inbox.model_dump(), Sources(self.app.vault))
        assert watcher.made, watcher.why
        self.intake = Intake(self.app.vault, self.app.ledger, self.app.zone, self.app.converter)
        self.inbox = Watching("inbox", watcher.made, self.intake, self.wake.set)
        self.manager: Manager = composition.manager(self.app, outward, self.staff(), self.wake.set)

    def staff(self) -> Staff:
        staff = composition.staff(self.app, self.wake.set)
        sorting = staff.sorting if self._sorts else Sorting()
        for name, agent in self._agents.items():
            staff = Staff(staff.router, Threads({name: agent}, 1, self.wake.set, self.app.mind.ask))
        return Staff(self._router or staff.router, staff.drafting, sorting)

    def _watching_mailboxes(self) -> Mailboxes:
        return Mailboxes("imap", lambda: len(self.accounts.boxes), self._opened)

    def _opened(self) -> Opened:
        return Opened([connected.watched(self.app, box.account, box, self.wake.set) for box in self.accounts.boxes])

    def connect(self, mailbox: FakeMailbox | None = None) -> FakeMailbox:
        """From now on this mailbox is connected; `sent` is what leaves through it."""
        found = mailbox or FakeMailbox()
        found.now = self.clock.now
        self.accounts.connect(found)
        return found

    @property
    def mailbox(self) -> FakeMailbox:
        """The one that is connected."""
        return self.accounts.boxes[0] if self.accounts.boxes else self.connect()

    @property
    def sent(self) -> list[bytes]:
        """What really left through connected mailboxes."""
        return [data for channel in self.accounts.channels.values() for _, data in channel.accepted]

    def stop(self) -> None:
        self.mailboxes.close(self.clock.now())
        self.manager.close(self.clock.now())
        self.app.close()

    def with_agent(self, name: str, agent: AgentT) -> AgentT:
        """From now on this agent is the only one."""
        self._agents = {name: agent}
        self.restart()
        return agent

    def with_router(self, router: Router) -> None:
        self._router = router
        self.restart()

    def with_model(
        self,
        model: Model,
        prices: Prices | None = None,
        answers: Answers | None = None,
        *,
        batches: Batches | None = None,
        sorts: bool = False,
    ) -> Mind:
        """From now on agents can ask this model; see tests/minds.py. With `batches` somebody collects them.

        `sorts`: the manager asks it as well.
        """
        self._sorts = sorts
        self._doors = Doors(model, prices or FakePrices(), answers or FakeAnswers(), batches=batches)
        self.restart()
        return self.app.mind

    def restart(self) -> None:
        self.stop()
        self.start()

    def run(self) -> list[Waiting]:
        """Until only a person can move anything; holds and retries pass in no time."""
        return runner.drain([self.inbox, self.mailboxes, self.manager], self.clock, self.wake)

    def arrive(self, data: bytes = MAIL, *, key: str = "mail:1", title: str = "Opening hours") -> None:
        arrival = Arrival(
            "email", "inbox", key, "Anna Example <anna@example.com>", title, "…", (Original("mail.eml", data),)
        )
        self.intake.keep(arrival, self.clock.now())

    # --- the person's hands

    def drop(self, name: str, data: bytes) -> None:
        (self.root / "Inbox" / name).write_bytes(data)

    def notes(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).rglob("*.md"))

    def note(self, folder: str) -> Path:
        found = self.notes(folder)
        assert len(found) == 1, [p.name for p in found]
        return found[0]

    def move(self, source: str, target: str) -> Path:
        note = self.note(source)
        return note.rename(self.root / target / note.name)

    def move_all(self, source: str, target: str) -> None:
        for note in self.notes(source):
            note.rename(self.root / target / note.name)

    def edit_all(self, folder: str, old: str, new: str) -> None:
        for note in self.notes(folder):
            note.write_text(note.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    def retry(self, note: Path) -> None:
        """As `employee retry ID` does."""
        latest = self.app.ledger.proposals.latest(self.task_of(note))
        assert latest
        decision = Decision(0, latest.id, latest.generation, "retry", "cli", "owner", "", self.clock.now())
        self.app.ledger.decisions.add(decision)

    def task_of(self, note: Path) -> str:
        found = names.identity(note.name)
        assert found
        return found[0]

    def notices(self) -> list[str]:
        return list(self.manager.step(self.clock.now()).notices)

    def edit(self, folder: str, old: str, new: str) -> None:
        note = self.note(folder)
        text = note.read_text(encoding="utf-8")
        assert old in text, text
        note.write_text(text.replace(old, new, 1), encoding="utf-8")

    def counts(self) -> dict[str, int]:
        folders = ("Needs_Action", "In_Progress", "Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed")
        found = {folder: len(self.notes(folder)) for folder in (*folders, "Done")}
        return {folder: count for folder, count in found.items() if count}

    def pass_time(self, by: timedelta) -> None:
        self.clock.advance(by)


__all__ = ["MAIL", "House"]
