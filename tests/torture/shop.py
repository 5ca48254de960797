"""A whole employee with the real agents that lives in one thread, can die at any moment, and has a moody provider.

Nothing here runs at the same time as something else, so what happens depends on the seed alone. Processes and
threads that are really killed are in `tests.acceptance.test_kill`.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.minds.question import Unanswered
from daemon.core.ports import Absent, Agent, CannotTell, Finding, Found, Receipt, Sorter
from daemon.core.proposal import Key, Proposal, State
from daemon.runtime.claims import Staff
from daemon.runtime.drafting import Asking, Drafting, Job, nobody
from daemon.runtime.executor import Lanes
from daemon.runtime.ledger import Ledger
from daemon.runtime.minds.calls import Doors
from daemon.runtime.sorting import Sorting
from tests.acceptance.mortal import MortalHouse, MortalMail
from tests.actions.bookkeeping import HANDBOOK
from tests.minds import FakePrices
from tests.torture import drafted
from tests.torture.drafted import Drafted, Look
from tests.torture.models import LIFE, MoodyModel, MortalAnswers

FAST_DISK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # what a power cut loses is tested with the vault
SETTLES = timedelta(minutes=1)  # as long the provider may carry out, or not find, what it was asked for
LATE = timedelta(seconds=20)
MOODS = ("accept-then-drop", "drop", "late", "busy", "refuse", "fault-after-accept", "fault", "slow")


@dataclass
class MoodyMail(MortalMail):
    """A provider in every mood, with a clock of its own: `script` says how the next calls go; see `_answer`.

    A call that was lost may be carried out `LATE`; what was accepted may be missing from its search while `indexing`.
    """

    blind_until: datetime | None = None
    indexing: timedelta = timedelta()
    times: list[datetime] = field(default_factory=list[datetime])
    looks: int = 0
    _late: list[tuple[datetime, str, bytes]] = field(default_factory=list[tuple[datetime, str, bytes]])

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        del title
        self.catch_up()
        with self.fate.act("provider"):
            return self._answer(self.script.pop(0) if self.script else "ok", message, key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        del message, title
        self.looks += 1
        self.catch_up()
        now = self.clock.elsewhere()
        if self.blind_until and now < self.blind_until:
            return CannotTell("the provider's search is down")
        seen = zip(self.accepted, self.times, strict=True)
        hits = [n for n, ((sent, _), at) in enumerate(seen, 1) if sent == key and at + self.indexing <= now]
        return Found(Receipt("sent", f"id-{hits[0]}")) if hits else Absent(SETTLES)

    def go_blind(self, time: timedelta) -> None:
        """Its search is down for so long."""
        self.blind_until = self.clock.elsewhere() + time

    def catch_up(self) -> None:
        """What was lost on the way arrives when its time has come."""
        now = self.clock.elsewhere()
        for each in [late for late in self._late if late[0] <= now]:
            self._late.remove(each)
            self._accept(each[2], each[1], each[0])

    def _accept(self, message: bytes, key: str, at: datetime) -> Receipt:
        self.accepted.append((key, message))
        self.times.append(at)
        return Receipt("sent", f"id-{len(self.accepted)}")

    def _answer(self, mood: str, message: bytes, key: str) -> Receipt:
        match mood:
            case "busy":
                raise Transient("429 slow down", retry_after=timedelta(minutes=5))
            case "refuse":
                raise Permanent("550 no such user")
            case "drop" | "fault" | "late":
                return self._lose(mood, message, key)
            case "slow":
                self.clock.advance(timedelta(seconds=40))
            case _:
                pass
        receipt = self._accept(message, key, self.clock.elsewhere())
        if mood == "accept-then-drop":
            raise UnknownOutcome("the connection was lost after sending")
        if mood == "fault-after-accept":
            raise RuntimeError("500 after it was accepted, and nobody translated it")
        return receipt

    def _lose(self, mood: str, message: bytes, key: str) -> Receipt:
        if mood == "fault":
            raise RuntimeError("a fault of ours before anything was sent")
        if mood == "late":
            self._late.append((self.clock.elsewhere() + LATE, key, message))
        self.clock.advance(timedelta(seconds=10))
        raise UnknownOutcome("no answer within ten seconds")


class AtOnce:
    """Drafting while the caller waits. `look` sees what came of each job, and what rules alone make of it."""

    def __init__(
        self, agents: dict[str, Agent], wake: Callable[[], None], asking: Asking = nobody, look: Look | None = None
    ) -> None:
        self._agents = agents
        self._wake = wake
        self._asking = asking
        self._look = look
        self._ended: list[tuple[Job, Future[Draft | Closed]]] = []

    def submit(self, job: Job) -> None:
        future, agent = Future[Draft | Closed](), self._agents[job.agent]
        try:
            future.set_result(agent.draft(job.task, replace(job.desk, asking=self._asking)))
        except Exception as error:  # as a worker would
            future.set_exception(error)
        if self._look:
            self._look(job, future, agent.draft(job.task, job.desk))
        self._ended.append((job, future))
        self._wake()

    def results(self) -> list[tuple[Job, Future[Draft | Closed]]]:
        ended, self._ended = self._ended, []
        return ended

    @property
    def busy(self) -> set[str]:
        return {job.task.id for job, _ in self._ended}

    def close(self) -> None:
        """Nothing is under way."""


class Here(ThreadPoolExecutor):
    """Work is done by who hands it in."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = Future[Any]()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # as a worker would
            future.set_exception(error)
        return future


class OneLane(Lanes):
    """Effects are carried out while the caller waits; `settled` counts how unknown outcomes came out."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.wake.set)
        self._shop = shop
        self._done: dict[Key, Future[None]] = {}

    @property
    def busy(self) -> set[Key]:
        return set(self._done)

    def run(self, proposal: Proposal, work: Callable[[], None]) -> None:
        self._done[proposal.key] = future = Future[None]()
        looks = self._shop.provider.looks
        try:
            work()
        except Exception as error:  # as a worker would
            future.set_exception(error)
        else:
            future.set_result(None)
            if proposal.state is State.SENDING or self._shop.provider.looks > looks:
                self._shop.count_settled(proposal.key)
        self._shop.wake.set()

    def finished(self) -> dict[Key, Future[None]]:
        done, self._done = self._done, {}
        return done


class Shop(MortalHouse):
    """`person`: the ledger as a command of the person opens it, which lives on when the daemon dies."""

    provider: MoodyMail

    def __init__(
        self,
        folder: Path,
        *,
        hold: float = 0,
        outbox: bool = False,
        fine: bool = False,
        model: MoodyModel | None = None,
        **settings: str,
    ) -> None:
        self.settled: Counter[str] = Counter()
        self.questioned: Counter[str] = Counter()
        self.differences: list[str] = []
        self._hold = hold
        self.model = model
        self._config = folder / "none.toml"
        self.spend()
        always = {"approval__daily_cap": "0", "approval__expires_hours": "8760", "llm__cache_days": str(LIFE.days)}
        super().__init__(folder, hold=hold, outbox=outbox, fine=fine, **always | settings)
        (self.root / "Company_Handbook.md").write_text(HANDBOOK, encoding="utf-8")
        self.person = Ledger(self.app.places.ledger)

    def start(self) -> None:
        super().start()
        lane = OneLane(self)
        vars(vars(self.manager)["_executor"])["_lanes"] = lane  # the only way in: a person never chooses it

    def staff(self) -> Staff:
        """With models also the manager asks them."""
        if self.model is None:
            return super().staff()
        self.app.doors = self.doors(self.model)
        staff = super().staff()
        sorting = Sorting(cast("Sorter", staff.router), self.app.mind.ask, self.wake.set, there=self.app.mind.there)
        vars(sorting)["_pool"] = Here()
        return Staff(staff.router, staff.drafting, sorting)

    def doors(self, model: MoodyModel) -> Doors:
        """What this daemon sees of the models."""
        model.serve(self.fate, self.clock, self.app.zone, self.app.places.ledger)
        answers = MortalAnswers(self.app.places.home / "cache" / "answers", LIFE, 2**26, self.clock.now)
        answers.model, answers.fate = model, self.fate
        return Doors(model, FakePrices(), answers)

    def drafting(self, agents: dict[str, Agent]) -> Drafting:
        if self.model is None:
            return AtOnce(agents, self.wake.set)
        return AtOnce(agents, self.wake.set, self.app.mind.ask, self._compare)

    def _compare(self, job: Job, made: Drafted, by_rules: Draft | Closed) -> None:
        self.questioned["drafts with models at hand"] += 1
        self.questioned["drafts put off"] += isinstance(made.exception(), Unanswered)
        self.differences += drafted.faults(job.task, made, by_rules)

    def spend(self) -> None:
        """The person writes into their settings what models may cost."""
        if self.model:
            self._config.parent.mkdir(parents=True, exist_ok=True)
            self._config.write_text(self.model.budget, encoding="utf-8")

    def _provider(self) -> MortalMail:
        if self._mail is None:
            self._mail = MoodyMail()
            self._mail.clock = self.clock
        self._mail.fate = self.fate
        return self._mail

    def count_settled(self, key: Key) -> None:
        found = self.app.ledger.proposals.get(key)
        names = {State.DONE: "found", State.HELD: "absent", State.UNKNOWN: "asked the person"}
        if found and found.state in names:
            self.settled[f"unknown outcomes: {names[found.state]}"] += 1

    def twin(self, folder: Path) -> Shop:
        """A shop of the same kind at the same time, in a folder that is a copy of this one's."""
        model = self.model.twin() if self.model else None
        made = Shop(folder, hold=self._hold, outbox=self._outbox, fine=self._fine, model=model)
        made.clock.advance(self.clock.now() - made.clock.now())
        return made

    def bury(self) -> None:
        super().bury()
        if self.model:
            self.model.leave()

    def close(self) -> None:
        self.bury()
        self.person.close()


@contextmanager
def new_folder() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(dir=FAST_DISK, prefix="torture-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
