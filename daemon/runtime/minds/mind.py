"""Puts questions to language models. Whatever they do, there is an answer that fits, or a sentence why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from secrets import token_hex
from threading import Event
from typing import Any, Protocol

from daemon.core.errors import Outage, UserError
from daemon.core.minds import answering, budget, choosing, prompt
from daemon.core.minds.answering import Unfit
from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.choosing import Condition, Ladder, Wanted
from daemon.core.minds.model import Kept, Prompt, Request, Turn
from daemon.core.minds.question import Answer, NoModel, Question, T, Unanswered
from daemon.core.settings import Llm, Settings
from daemon.runtime.context import Context
from daemon.runtime.ledger.spending import CACHED, UNAFFORDABLE, WEAKER, Call
from daemon.runtime.minds.calls import RESTING, Calls, Doors, Heard, Tells, Terms, nothing
from daemon.runtime.minds.health import Health
from daemon.runtime.minds.together import Together

PATIENCE = timedelta(minutes=1)  # for a provider that says when it takes questions again
WAITED = "it was waited for"


class Night(Protocol):
    """Where questions wait for the night's batch."""

    def waits(self, question: Question[Any], digest: str) -> None:
        """Raises Coming when this one waits already."""
        ...

    def offer(self, question: Question[Any], request: Request, llm: Llm, *, why: str) -> None:
        """Raises Coming when it waits from now on. `request`: how it would be asked now, by its digest."""
        ...

    def brought(self, digest: str) -> str:
        """Why it was this model, for an answer that came with a batch; "" for any other."""
        ...


@dataclass
class _Course:
    """One question on its way from model to model."""

    prompt: Prompt
    terms: Terms
    ladder: Ladder
    failures: list[str] = field(default_factory=list[str])
    cost: Decimal = budget.FREE
    called: bool = False
    short: list[Decimal] = field(default_factory=list[Decimal])  # what those would cost that the budget kept out
    down: set[str] = field(default_factory=set[str])  # providers that are said to have failed

    def failed(self, model: str, heard: Heard[Any]) -> None:
        """It brought no answer. That the other models of this provider rest from now on says nothing more."""
        provider = model.partition(":")[0]
        if heard.outcome == RESTING and provider in self.down:
            return
        self.down.add(provider)
        if heard.why not in self.failures:
            self.failures.append(heard.why)


class Mind:
    """All models of one house; usable from every thread.

    Questions go on while effects are paused: nothing leaves then but to the models that the person connected, and
    `[llm] offline` ends that.
    """

    def __init__(
        self,
        doors: Doors,
        context: Context,
        *,
        changed: Callable[[], object] = lambda: None,
        night: Night | None = None,
        tells: Tells = nothing,
    ) -> None:
        """`changed`: gives another value once the secrets are others. `night`: None = every question is asked now.

        `tells`: an answer of which this is true is none.
        """
        self._doors = doors
        self._context = context
        self._spending = context.ledger.spending
        self._changed = changed
        self._night = night
        self._tells = tells
        self._health = Health()
        self._calls = Calls(doors, context, self._health, tells)
        self._together = Together[Answer[Any]]()
        self._ending = Event()

    def ask(self, question: Question[T], /) -> Answer[T]:
        """The answer of the first model that gives one which fits.

        Raises Unanswered; NoModel when there is none; Outage when the program ends meanwhile.
        """
        digest = answering.digest(question)
        answer, shared = self._together.once(digest, lambda: self._answer(question, digest))
        if not shared:
            return answer
        self._note(question, answer.model, CACHED)
        return replace(answer, cost=budget.FREE)

    def close(self) -> None:
        """Nobody is asked any more, and calls under way end at once; who waits for one gets an Outage."""
        self._ending.set()
        self._doors.close()

    def there(self) -> bool:
        """Whether any model can be asked at all; asks nobody."""
        try:
            return bool(self._ready(self._settings().llm))
        except Unanswered:
            return False

    def _answer(self, question: Question[T], digest: str) -> Answer[T]:
        settings = self._settings()
        ready = self._ready(settings.llm)
        if kept := self._kept(question, digest):
            return kept
        if self._night:
            self._night.waits(question, digest)
        course = self._course(question, settings, ready)
        if self._night and course.ladder.rungs:
            first = _first(course, digest)
            why = choosing.reason(course.ladder, (), first.model)
            self._night.offer(question, first, settings.llm, why=why)
        until = self._context.clock.now() + PATIENCE
        while (answer := self._climbed(question, digest, course)) is None:
            if not self._waited(ready, until):
                raise self._unanswered(question, course)
            again, failures = self._course(question, settings, ready), dict.fromkeys((*course.failures, WAITED))
            course = replace(again, failures=list(failures), cost=course.cost, called=course.called)
        return answer

    def _climbed(self, question: Question[T], digest: str, course: _Course) -> Answer[T] | None:
        """Ask one model after the other; None when none of them answered. Raises Outage when the program ends."""
        for rung in course.ladder.rungs:
            self._require_open()
            heard = self._try(question, rung.model, course)
            if heard.value is not None:
                self._doors.answers.put(digest, Kept(heard.text, heard.model))
                if course.short:
                    self._note(question, heard.model, WEAKER)
                reason = choosing.reason(course.ladder, course.failures, heard.model)
                return Answer(heard.value, heard.model, reason, course.cost)
            course.failed(rung.model, heard)
        self._require_open()
        return None

    def _waited(self, ready: list[str], until: datetime) -> bool:
        """Wait for a provider that is busy and said for how long, when that is soon: better than doing without."""
        now = self._context.clock.now()
        rest = self._health.back_in(ready, now)
        if rest is None or not now + rest <= until <= now + PATIENCE:
            return False
        self._context.clock.wait(self._ending, rest)
        return True

    def _require_open(self) -> None:
        if self._ending.is_set():
            raise Outage("AI Employee ends; it goes on with this when it runs again")

    def _settings(self) -> Settings:
        try:
            settings = self._context.standing()
        except UserError as problem:
            raise Unanswered(f"your settings cannot be read: {problem.problems[0]}") from problem
        self._health.forget_if_changed((settings.llm, self._changed()))
        return settings

    def _ready(self, llm: Llm) -> list[str]:
        """The models that can be asked at all. Raises NoModel when there is none."""
        if llm.offline:
            raise NoModel("language models are switched off")
        names = dict.fromkeys((*llm.models.simple, *llm.models.medium, *llm.models.complex))
        ready = [name for name in names if not self._doors.model.ready(name)]
        if not ready:
            raise NoModel("no language model is connected")
        return ready

    def _kept(self, question: Question[T], digest: str) -> Answer[T] | None:
        """What was answered to exactly this before; what does not fit any more was never there."""
        found = self._doors.answers.get(digest)
        if found is None:
            return None
        try:
            value = answering.understood(found.text, question.schema)
        except Unfit:
            return None
        if self._tells(f"{found.text}\n{value.model_dump_json()}"):
            return None
        self._note(question, found.model, CACHED)
        brought = self._night.brought(digest) if self._night else ""
        reason = brought or f"{choosing.short(found.model)} was asked exactly this before"
        return Answer(value, found.model, reason, budget.FREE)

    def _course(self, question: Question[T], settings: Settings, ready: list[str]) -> _Course:
        llm, now = settings.llm, self._context.clock.now()
        made = prompt.render(question, token_hex(16))
        terms = Terms(Limits.of(settings.budget), llm.max_answer_tokens, timedelta(seconds=llm.timeout_seconds))
        left = budget.left(terms.limits, self._spending.spent(self._periods()))
        conditions = {
            name: Condition(self._health.resting(name, now), self._calls.expected(name, made, terms)) for name in ready
        }
        wanted = Wanted(question.weight, (question.agent, question.purpose), llm.at_least)
        ladder = choosing.ladder(wanted, llm.models, conditions, left)
        return _Course(made, terms, ladder, short=[] if ladder.short is None else [ladder.short])

    def _try(self, question: Question[T], model: str, course: _Course) -> Heard[T]:
        """Ask one model, and once more when its answer does not fit, with what is wrong about it."""
        call = _call(question, model)
        heard = self._made(call, question, course.prompt, course)
        if not heard.problem:
            return heard
        repair = replace(course.prompt, repair=Turn(heard.text, heard.problem))
        again = self._made(call, question, repair, course)
        if again.value is None and again.problem:
            return replace(again, why=f"{again.why} twice")
        return again if again.made else heard

    def _made(self, call: Call, question: Question[T], made: Prompt, course: _Course) -> Heard[T]:
        heard = self._calls.make(call, made, question.schema, course.terms)
        course.cost += heard.cost
        course.called = course.called or heard.made
        if heard.outcome == UNAFFORDABLE:
            course.short.append(self._calls.expected(call.model, made, course.terms) or budget.FREE)
        return heard

    def _unanswered(self, question: Question[T], course: _Course) -> Unanswered:
        """Why, and from when on it is worth asking again: only when nothing but money was missing."""
        before = ", ".join((*course.ladder.passed, *course.failures))
        if not course.short or course.called:
            return Unanswered(f"no language model answered: {before}")
        self._note(question, "", UNAFFORDABLE)
        return Unanswered(f"no language model was asked: {before}", until=self._until(course))

    def _until(self, course: _Course) -> datetime | None:
        if not course.terms.limits.waits:
            return None
        periods = self._periods()
        return budget.again(min(course.short), course.terms.limits, self._spending.spent(periods), periods)

    def _note(self, question: Question[Any], model: str, outcome: str) -> None:
        self._spending.note(_call(question, model), outcome, self._context.clock.now())

    def _periods(self) -> Periods:
        return Periods.of(self._context.clock.now(), self._context.zone)


def _first(course: _Course, digest: str) -> Request:
    """How the first model of the ladder would be asked."""
    return Request(digest, course.ladder.rungs[0].model, course.prompt, course.terms.max_tokens)


def _call(question: Question[Any], model: str) -> Call:
    return Call(question.agent, question.purpose, question.task, model)
