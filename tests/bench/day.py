"""What a day of tasks costs: with the best model alone, and with all that keeps the bill small.

The real router, agents, ladder of models, ledger and batches work through labelled messages of the tests; only the
provider is made up. It counts what it is shown and asks the published prices, so the ledger holds the bill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from daemon import registry
from daemon.adapters.llm.prices import PriceList
from daemon.core.draft import Closed
from daemon.core.errors import Permanent
from daemon.core.minds import answering
from daemon.core.minds.model import ModelError, Prompt, Reply, Request
from daemon.core.minds.question import Answer, Coming, Question, Unanswered, Usage
from daemon.core.ports import AnyT
from daemon.core.task import Task
from daemon.runtime.desks import Desks
from daemon.runtime.drafting import Desk
from tests.acceptance import post
from tests.agents import factories
from tests.bench.measuring import Row, Scale
from tests.house import House
from tests.minds import BEST, fitting

_BY_NIGHT, _TOGETHER, _TWICE = 0.2, 10, 0.05
_LETTERS_A_TOKEN = 4
_TOKENS = {"Letter": 350, "Summary": 300, "Verdicts": 800}  # of an answer
_CACHEABLE = {"sonnet": 2048}  # tokens; other models from 4,096 on
_LIFE = timedelta(minutes=5)
_WORKERS = 2
MINUTE = timedelta(minutes=1)
ASSUMED = (
    "The simulated day: every third labelled message of the tests, with the handbook and the skills in each prompt.",
    "A token has 4 letters; an answer has 350 tokens (a letter), 300 (a summary) or 800 (where 20 messages belong).",
    "20 % come between 23:00 and 4:00, one at a time; their batches are back after half an hour, at half the price.",
    "The others come from 7:00 on, ten at a time. 5 % are drafted twice, as after a crash. The provider keeps prompts",
    "for 5 minutes, from 2,048 tokens (Sonnet) or 4,096 (others) on, and none of what two workers ask at one moment or",
    "of what is in a batch: with so few alike at once that costs more than it saves. Prices are those of genai-prices.",
)


@dataclass
class Provider:
    """Every model of one company: answers at once, keeps prompts for a while, takes batches."""

    house: House
    calls: dict[str, tuple[str, Usage]] = field(default_factory=dict[str, tuple[str, Usage]])  # by digest
    under_way: str = ""  # the digest of the question that is asked now
    _kept: dict[tuple[str, str], list[tuple[datetime, int]]] = field(
        default_factory=dict[tuple[str, str], list[tuple[datetime, int]]]
    )
    _count: int = 0
    _batches: dict[str, tuple[datetime, Sequence[Request]]] = field(
        default_factory=dict[str, tuple[datetime, "Sequence[Request]"]]
    )

    def ready(self, model: str) -> str:
        return "" if model.startswith("anthropic:") else "not connected"

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        del max_tokens, timeout
        self._count += 1
        usage = self._cached(model, prompt, counted(prompt))
        self.calls[self.under_way] = (model, usage)
        return Reply(fitting(prompt.schema), usage)

    def _cached(self, model: str, prompt: Prompt, usage: Usage) -> Usage:
        """With what it kept of the system prompt a moment ago."""
        now, system = self.house.clock.now(), len(prompt.system) // _LETTERS_A_TOKEN
        if system < next((least for name, least in _CACHEABLE.items() if name in model), 4096):
            return usage
        known = self._kept.setdefault((model, prompt.system), [])
        fresh = [at for at, number in known if at > now - _LIFE and self._count - number >= _WORKERS]
        known.append((now, self._count))
        return replace(usage, read=system) if fresh else replace(usage, written=system)

    # --- batches

    def submit(self, requests: Sequence[Request]) -> str:
        name = f"batch-{len(self._batches)}"
        self._batches[name] = (self.house.clock.now(), requests)
        return name

    def collect(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        handed, requests = self._batches[batch]
        if self.house.clock.now() < handed + 30 * MINUTE:
            return None
        for each in requests:
            self.calls[each.name] = (each.model, counted(each.prompt))
        return {each.name: Reply(fitting(each.prompt.schema), counted(each.prompt)) for each in requests}

    def cancel(self, batch: str) -> None:
        del batch

    def recent(self, since: datetime) -> Sequence[str]:
        del since
        return list(self._batches)


def counted(prompt: Prompt) -> Usage:
    letters = len(prompt.system) + len(prompt.user)
    return Usage(letters // _LETTERS_A_TOKEN, _TOKENS[prompt.schema.__name__])


@dataclass(frozen=True)
class Bill:
    """US dollars. Each but the first has one saving more than the one before."""

    alone: Decimal
    routed: Decimal
    kept: Decimal
    prompts: Decimal
    batched: Decimal


class Day:
    """One working day; `asked` has the digest of each question as often as it was answered."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder, budget__daily_usd="1000", budget__monthly_usd="1000")
        handbook = (factories.HERE / "handbook.md").read_bytes()
        (self.house.root / "Company_Handbook.md").write_bytes(handbook)
        self.provider = Provider(self.house)
        self.prices = PriceList({})
        self.house.with_model(self.provider, self.prices, batches=self.provider)
        settings = self.house.app.settings.agents
        self._router = registry.router(settings)
        self._agents = {each.name: each.made for each in registry.agents(settings) if each.made}
        self._desks = Desks(self.house.app.context)
        self.asked: list[str] = []
        self.late: list[Task] = []  # their answers are on their way
        self.drafted: list[Task] = []

    def works(self, tasks: Sequence[Task]) -> None:
        """The night, one by one; then the day."""
        night = round(len(tasks) * _BY_NIGHT)
        self.until(23)
        for task in tasks[:night]:
            self.work([task])
            self.passes(12)
        self.passes(60)
        late, self.late = self.late, []
        for task in late:
            self.draft(task)
        self.until(7)
        day = tasks[night:]
        for start in range(0, len(day), _TOGETHER):
            self.work(day[start : start + _TOGETHER])
            self.passes(60)
        for task in self.drafted[:: round(1 / _TWICE)]:
            self.draft(task)

    def until(self, hour: int) -> None:
        now = self.house.clock.now()
        then = now.replace(hour=hour, minute=0)
        self.house.clock.advance(then - now if then > now else then - now + timedelta(days=1))

    def passes(self, minutes: int) -> None:
        for _ in range(0, minutes, 3):
            self.house.clock.advance(3 * MINUTE)
            if self.house.app.night and not self.house.app.night.idle:
                self.house.app.night.step()

    def work(self, tasks: Sequence[Task]) -> None:
        """What comes in together is sorted together, then drafted."""
        came = [replace(task, created=self.house.clock.now()) for task in tasks]
        routed = [(task, self._router.route(task, self._desk(task))) for task in came]
        unsure = [self._router.unsure(task, r) for task, r in routed if not isinstance(r, Closed) and not r.sure]
        if unsure:
            with suppress(Unanswered):
                self._router.sort(unsure, self._desk(came[0]), came[0].id)
        for task in came:
            self.draft(task)
        self.drafted += came

    def draft(self, task: Task) -> None:
        route = self._router.route(task, self._desk(task))
        if isinstance(route, Closed):
            return
        try:
            self._agents[route.agent].draft(replace(task, priority=route.priority), self._desk(task))
        except Coming:
            self.late.append(task)
        except Permanent:
            return

    def bill(self) -> Bill:
        calls, spending = self.provider.calls, self.house.app.ledger.spending
        once = [calls[digest] for digest in dict.fromkeys(self.asked)]
        often = [calls[digest] for digest in self.asked]
        return Bill(
            alone=self._sum((BEST, plain(usage)) for _, usage in often),
            routed=self._sum((model, plain(usage)) for model, usage in often),
            kept=self._sum((model, plain(usage)) for model, usage in once),
            prompts=self._sum(once),
            batched=spending.within(spending.first() or self.house.clock.now(), self.house.clock.now() + MINUTE),
        )

    def _sum(self, calls: Iterable[tuple[str, Usage]]) -> Decimal:
        return sum((self.prices.cost(model, usage) or Decimal(0) for model, usage in calls), Decimal(0))

    def _desk(self, task: Task) -> Desk:
        return replace(self._desks.desk(task.id, self.house.clock.now()), asking=self._ask)

    def _ask(self, question: Question[AnyT], /) -> Answer[AnyT]:
        digest = answering.digest(question)
        self.provider.under_way = digest
        try:
            return self.house.app.mind.ask(question)
        finally:
            if digest in self.provider.calls:
                self.asked.append(digest)


def plain(usage: Usage) -> Usage:
    return Usage(usage.input, usage.output)


def simulated(folder: Path, tasks: int) -> tuple[Bill, Mapping[str, int]]:
    """The bill, and how many questions each model got."""
    mixed = list(post.messages())[::3][:tasks]
    day = Day(folder)
    day.works([replace(post.task(message), id=f"t{number:010}") for number, message in enumerate(mixed)])
    found, models = day.bill(), Counter(model for model, _ in day.provider.calls.values())
    day.house.stop()
    return found, models


def models(folder: Path, scale: Scale) -> Iterator[Row]:
    """Each row has one saving more than the one before."""
    bill, _ = simulated(folder, scale.day)
    floor, against = float(bill.alone), "the best model alone, nothing kept"
    name = f"Models for {scale.day} tasks"
    yield Row(f"{name}: each its tier", float(bill.routed), floor, against, show=dollars)
    yield Row("… answers kept", float(bill.kept), floor, against, show=dollars)
    yield Row("… prompts kept by the provider", float(bill.prompts), floor, against, show=dollars)
    yield Row("… the night in a batch", float(bill.batched), floor, against, "0.40", dollars)


def dollars(amount: float) -> str:
    return f"${amount:.3f}"
