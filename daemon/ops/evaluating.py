"""Tries language models on tasks that are known: where each would go, what would be drafted, for how much.

A dry run: agents get a desk and give back a value; nothing here can write into the vault, propose or send. What is
asked is asked in earnest and counts in the ledger under the purpose "eval", within the budget like everything else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from statistics import fmean, median
from typing import Any

from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent, Transient, UserError
from daemon.core.minds import budget
from daemon.core.minds.model import Kept, Prices, Prompt
from daemon.core.minds.prompt import render
from daemon.core.minds.question import Answer, Question, Unanswered
from daemon.core.ports import Agent, AnyT, Route, Sorter
from daemon.ops.replaying import CLOSED, Case
from daemon.runtime.context import Context
from daemon.runtime.desks import Desks
from daemon.runtime.drafting import Asking, Desk, nobody

PURPOSE = "eval"
RULES = "rules"  # in place of a model: what is done without one
CONFIGURED = "configured"  # the models of [llm.models], chosen as they would be
_WORST = 5
_WORDS = 2_000  # of a text that are compared
_BOUNDARY = "0" * 32  # for counting only
_USUAL = 400  # tokens of an answer
_WORD = re.compile(r"\w+")


class NothingKept:
    """No answers from before: of a model that is tried everything is asked anew."""

    def get(self, digest: str) -> Kept | None:
        del digest

    def put(self, digest: str, answer: Kept) -> None:
        """It is not kept either: real questions must never be answered by a model that was only tried."""


@dataclass(frozen=True, slots=True)
class Office:
    """Those who route and draft, and how models are asked."""

    context: Context
    router: Sorter
    agents: Mapping[str, Agent]
    asking: Callable[[str], Asking]  # by the name of a model, or CONFIGURED
    prices: Prices
    workers: int = 4


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one task. `agent`: "" when it was closed at once; `why`: what went wrong, in a sentence."""

    id: str
    title: str
    agent: str
    action: str
    text: str
    model: str  # who wrote the text; "" = rules
    took: timedelta
    similarity: float | None  # to what was finally sent, from 0 to 1
    routed: bool | None  # the same as then; None: nobody knows what was right
    drafted: bool | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """How a model did. Shares are None when there was nothing to compare with."""

    model: str
    tasks: int
    written: int  # drafts whose words are a model's
    routed: float | None
    drafted: float | None
    words: float  # of a draft, median
    similarity: float | None
    cost: Decimal
    seconds: float  # per task
    worst: Sequence[Tried]


@dataclass(slots=True)
class _Recorder:
    """Writes down what would be asked, and answers nothing."""

    asked: list[Question[Any]]

    def __call__(self, question: Question[AnyT], /) -> Answer[AnyT]:
        self.asked.append(question)
        raise Unanswered("nobody was asked")


def by_rules(office: Office, cases: Sequence[Case]) -> tuple[list[Tried], list[Prompt]]:
    """What rules do, and all that models would be asked beside."""
    recorder = _Recorder([])
    tried = [_try(office, recorder, case) for case in cases]
    return tried, [render(each, _BOUNDARY) for each in recorder.asked]


def against(cases: Sequence[Case], tried: Sequence[Tried]) -> list[Case]:
    """Where nobody knows what became of a task, what rules make of it is what models are held against."""
    return [
        case if case.action else replace(case, agent=found.agent or None, action=found.action or None)
        for case, found in zip(cases, tried, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Estimate:
    """US dollars. `most`: each answer as long as it may be, and asked for twice."""

    likely: Decimal
    most: Decimal


def expected(office: Office, prompts: Sequence[Prompt], rows: Sequence[Sequence[str]], max_tokens: int) -> Estimate:
    """What trying each row of models costs; of several in a row the dearest counts.

    Raises UserError for one without a known price.
    """
    asked = [(prompt, row) for row in rows for prompt in prompts]
    likely = sum((_dearest(office, *each, _USUAL) for each in asked), budget.FREE)
    return Estimate(likely, 2 * sum((_dearest(office, *each, max_tokens) for each in asked), budget.FREE))


def _dearest(office: Office, prompt: Prompt, row: Sequence[str], max_tokens: int) -> Decimal:
    costs = [budget.FREE]
    for model in row:
        cost = budget.expected(prompt, max_tokens, partial(office.prices.cost, model))
        if cost is None:
            raise UserError(f"Nobody knows what {model} costs; a line in [llm.prices] says it.", exit_code=2)
        costs.append(cost)
    return max(costs)


def run(office: Office, model: str, cases: Sequence[Case]) -> list[Tried]:
    """Every task with one model, several at a time."""
    asking = _counted(office.asking(model))
    with ThreadPoolExecutor(office.workers, thread_name_prefix="eval") as pool:
        return list(pool.map(partial(_try, office, asking), cases))


def spent(office: Office) -> Decimal:
    """All that was ever paid for trying models."""
    ledger, now = office.context.ledger.spending, office.context.clock.now()
    first = ledger.first() or now
    found = ledger.charges(first, now + timedelta(days=1))
    return sum((each.cost for each in found if each.call.purpose == PURPOSE), budget.FREE)


def compare(office: Office, cases: Sequence[Case], models: Sequence[str], told: Callable[[str], None]) -> list[Score]:
    """A line for each model, in this order. `told` hears each name before it is tried."""
    scores: list[Score] = []
    for model in models:
        told(model)
        before = spent(office)
        tried = run(office, model, cases)
        scores.append(score(model, tried, spent(office) - before))
    return scores


def score(model: str, tried: Sequence[Tried], cost: Decimal) -> Score:
    """The line of the table."""
    drafts = [each for each in tried if each.text]
    return Score(
        model=model,
        tasks=len(tried),
        written=sum(bool(each.model) for each in drafts),
        routed=_share([each.routed for each in tried]),
        drafted=_share([each.drafted for each in tried]),
        words=median([len(_WORD.findall(each.text)) for each in drafts] or [0]),
        similarity=_mean([each.similarity for each in tried]),
        cost=cost,
        seconds=fmean([each.took.total_seconds() for each in tried] or [0.0]),
        worst=_worst(tried),
    )


def similarity(text: str, sent: str) -> float:
    """From 0 to 1: how much of the words is the same, in the same order. Case and punctuation do not count."""
    ours, theirs = (_WORD.findall(each.casefold())[:_WORDS] for each in (text, sent))
    return difflib.SequenceMatcher(None, ours, theirs, autojunk=False).ratio()


# --- one task


def _counted(asking: Asking) -> Asking:
    """The same question for another purpose: no real task's bill gets longer by it."""

    def ask(question: Question[AnyT], /) -> Answer[AnyT]:
        return asking(replace(question, purpose=PURPOSE, task=""))

    return ask


def _try(office: Office, asking: Asking, case: Case) -> Tried:
    clock = office.context.clock
    began = clock.passed()
    desk = _desk(office, case, asking)
    agent, outcome, why = "", None, ""
    try:
        route = _route(office, case, desk)
        if isinstance(route, Closed):
            outcome = route
        else:
            agent = route.agent
            outcome = _draft(office, case, route, desk)
    except (Permanent, Transient) as error:
        why = str(error)
    return _tried(case, agent, outcome, why=why, took=clock.passed() - began)


def _desk(office: Office, case: Case, asking: Asking) -> Desk:
    """As it was when the task came in: "tomorrow" means what it meant then, and nobody had rejected anything."""
    now = office.context.clock.now()
    made = Desks(office.context).desk(case.id, min(case.task.created, now))
    return replace(made, earlier=(), asking=asking)


def _route(office: Office, case: Case, desk: Desk) -> Route | Closed:
    """By rules, and where these are not sure with the model: alone, though in earnest several go together."""
    if case.note.follows and case.note.agent:
        return Route(case.note.agent, case.note.priority, case.note.due, case.note.reason)
    route = office.router.route(case.task, desk)
    if isinstance(route, Closed) or route.sure or desk.asking is nobody:
        return route
    try:
        return office.router.sort([office.router.unsure(case.task, route)], desk, case.id)[0]
    except Unanswered:
        return route


def _draft(office: Office, case: Case, route: Route, desk: Desk) -> Draft | Closed:
    agent = office.agents.get(route.agent)
    if agent is None:
        raise Permanent(f"there is no agent {route.agent!r}")
    return agent.draft(replace(case.task, priority=route.priority, due=case.task.due or route.due), desk)


def _tried(case: Case, agent: str, outcome: Draft | Closed | None, *, why: str, took: timedelta) -> Tried:
    draft = outcome if isinstance(outcome, Draft) else None
    action = draft.action if draft else CLOSED if outcome else ""
    return Tried(
        id=case.id,
        title=case.task.title,
        agent=agent,
        action=action,
        text=draft.text if draft else "",
        model=draft.model if draft else "",
        took=took,
        similarity=similarity(draft.text, case.sent) if draft and case.sent else None,
        routed=None if case.agent is None else agent == case.agent,
        drafted=None if case.action is None else action == case.action,
        why=why,
    )


# --- all of them


def _share(found: Sequence[bool | None]) -> float | None:
    return _mean([None if each is None else float(each) for each in found])


def _mean(found: Sequence[float | None]) -> float | None:
    known = [each for each in found if each is not None]
    return fmean(known) if known else None


def _worst(tried: Sequence[Tried]) -> Sequence[Tried]:
    """What went wrong, then what went elsewhere, then what is least like what was sent."""
    odd = [each for each in tried if each.why or each.routed is False or each.drafted is False]
    unlike = sorted((each for each in tried if each.similarity is not None and each not in odd), key=_likeness)
    return (sorted(odd, key=lambda each: not each.why) + [each for each in unlike if _likeness(each) < 1])[:_WORST]


def _likeness(tried: Tried) -> float:
    return 1.0 if tried.similarity is None else tried.similarity
