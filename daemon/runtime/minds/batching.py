"""The night's batch: questions that nobody is in a hurry for are put down, and answered together at half the price.

Who asked asks again, finds that the question waits, and at last finds its answer among those that are kept. What a
kill cuts off is found again: before a batch is handed over the ledger says so, and a question of which nobody knows
whether it arrived is looked for at the provider before it may go a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import Any

from daemon.core import quiet
from daemon.core.minds import answering, budget, choosing, postponing
from daemon.core.minds.answering import Unfit
from daemon.core.minds.budget import Limits, Periods
from daemon.core.minds.model import Batches, Kept, ModelError, Reply, Request
from daemon.core.minds.postponing import Postponed, Stage
from daemon.core.minds.question import Coming, Question
from daemon.core.settings import Llm
from daemon.runtime.context import Context
from daemon.runtime.ledger.spending import OK, Call, Ended
from daemon.runtime.minds.calls import Doors, Tells, nothing
from daemon.runtime.pace import Said

log = logging.getLogger(__name__)
_NOT_TAKEN = ("busy", "login", "refused", "unknown model")  # of all else nobody knows whether it arrived
_WHY = "the answer comes with the night's batch, at half the price"


class Batching:
    """The batches of one house. `waits` and `offer` are for every thread; `step` is for one thread of its own."""

    def __init__(self, doors: Doors, batches: Batches, context: Context, tells: Tells = nothing) -> None:
        self._doors = doors
        self._batches = batches
        self._context = context
        self._tells = tells
        self._rows = context.ledger.postponed
        self._spending = context.ledger.spending
        self._lock = Lock()
        self._asked: dict[str, Request] = {}  # by digest; after a start the same is asked again
        self._foreign: set[str] = set()  # batches that others handed over with the same key
        self._cancelled: set[str] = set()
        self._seen: dict[str, datetime] = {}  # when a provider last said how it stands with a batch
        self._late: dict[str, datetime] = {}  # when somebody first wanted to know after its time
        self._rest_until: datetime | None = None  # the provider does not want to be asked before
        self._attended = False
        self._said = Said()

    def attend(self) -> None:
        """From now on questions may be put down: somebody will be here to collect the answers."""
        self._attended = True

    def waits(self, question: Question[Any], digest: str) -> None:
        """Raises Coming when this question was put down, and its answer may still come with a batch."""
        found, now = self._rows.get(digest), self._context.clock.now()
        if found and self._comes_late(found, now):
            raise Coming(_WHY, until=now + postponing.AGAIN)
        if found is None or not postponing.waits(found, now):
            return
        may_stay = question.weight.patient and self._context.standing().llm.batch_hours
        if found.stage is not Stage.WAITING or (digest in self._asked and may_stay):
            raise Coming(_WHY, until=found.until)

    def _comes_late(self, found: Postponed, now: datetime) -> bool:
        """The computer slept, or nothing ran: what is paid may be back, and is looked for before it is asked again."""
        due = postponing.singly_from(found)
        if not self._attended or found.stage is not Stage.OPEN or now < due:
            return False
        seen = self._seen.get(found.batch)
        since = self._late.setdefault(found.batch, now)
        return (seen is None or seen < due) and since <= now < since + postponing.AWAKE

    def brought(self, digest: str) -> str:
        """Why it was this model, for an answer that came with a batch; "" for any other."""
        found = self._rows.get(digest)
        return f"{found.why}, in the night's batch" if found and found.batch else ""

    def offer(self, question: Question[Any], request: Request, llm: Llm, *, why: str) -> None:
        """Put a question down, if it may wait now: then it raises Coming. `request.name` is its digest."""
        now = self._context.clock.now()
        found = self._rows.get(request.name)
        until = self._until(found, question, request, llm)
        if until is None:
            self._rows.drop(request.name)
            return
        self._rows.put(
            Postponed(
                digest=request.name,
                agent=question.agent,
                purpose=question.purpose,
                task=question.task,
                model=request.model,
                put_at=found.put_at if found and found.until == until else now,
                until=until,
                why=why,
            )
        )
        with self._lock:  # only now: nothing is handed over that is about to be put down anew
            self._asked[request.name] = request
        raise Coming(_WHY, until=until)

    def _until(self, found: Postponed | None, question: Question[Any], request: Request, llm: Llm) -> datetime | None:
        """The end of the hours in which a question may wait; None: it is asked at once."""
        now = self._context.clock.now()
        kept = llm.cache_days > 0 and llm.cache_mb > 0  # else nobody would find the answer
        wanted = self._attended and kept and llm.batch_hours and postponing.may_wait(question, request.model)
        if not wanted or _had_its_night(found, now):
            return None
        if found and found.stage is Stage.WAITING and postponing.waits(found, now):
            return found.until  # put down before the last start
        return postponing.end_of([quiet.parse(each) for each in llm.batch_hours], now, self._context.zone)

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing is under way."""
        return not any(self._rows.at(stage) for stage in (Stage.WAITING, Stage.SENDING, Stage.OPEN))

    def step(self) -> None:
        """Hand over what waited long enough, and take what came back. What does not work now is tried next time."""
        now = self._context.clock.now()
        self._rows.forget(now - postponing.FORGOTTEN)
        for work in (self._look_for_lost, self._hand_over, self._collect):
            with self._noted(now):
                work(now)

    @contextmanager
    def _noted(self, now: datetime) -> Generator[None]:
        """What its provider does not do now is tried again with the next step."""
        try:
            yield
        except ModelError as error:
            self._said.tell(f"the night's batch: {error}", now)

    # --- handing over

    def _hand_over(self, now: datetime) -> None:
        if self._rest_until and now < self._rest_until:
            return
        known = [each for each in self._rows.at(Stage.WAITING) if not self._doors.model.ready(each.model)]
        ready = [each for each in known if postponing.goes(each, now)]
        requests = self._requests()
        reserved = self._reserve([each for each in ready if each.digest in requests], requests)
        if not reserved:
            return
        try:
            batch = self._batches.submit([requests[digest] for digest in reserved])
        except ModelError as error:
            if error.trouble in _NOT_TAKEN and not error.charged:
                self._not_taken(reserved, error, now)
            raise
        self._rows.arrived(list(reserved), batch)
        log.info("the night's batch %s has %d questions", batch, len(reserved))

    def _requests(self) -> dict[str, Request]:
        """Those that may still go, by digest."""
        there = {each.digest for stage in (Stage.WAITING, Stage.SENDING) for each in self._rows.at(stage)}
        with self._lock:
            self._asked = {digest: request for digest, request in self._asked.items() if digest in there}
            return self._asked

    def _reserve(self, ready: Sequence[Postponed], requests: Mapping[str, Request]) -> dict[str, int]:
        """The rows of the ledger for those that the budget has room for. What has none waits, and may go later."""
        costs = {each: self._most(requests[each.digest]) for each in ready}
        limits = Limits.of(self._context.standing().budget)
        periods = Periods.of(self._context.clock.now(), self._context.zone)
        reserved: dict[str, int] = {}
        with self._context.ledger.transaction():
            for each, cost in costs.items():
                if self._rows.get(each.digest) != each:
                    continue  # it was asked at once, or in other words, a moment ago
                if cost is None:
                    self._rows.drop(each.digest)
                elif seq := self._spending.reserve(_call(each), cost, limits, periods):
                    reserved[each.digest] = seq
            self._rows.send(reserved, periods.now)
        return reserved

    def _most(self, request: Request) -> Decimal | None:
        """What it may cost."""
        prices = self._doors.prices
        found = budget.expected(request.prompt, request.max_tokens, lambda usage: prices.cost(request.model, usage))
        return None if found is None else found * postponing.DISCOUNT

    def _not_taken(self, reserved: Mapping[str, int], error: ModelError, now: datetime) -> None:
        """Those of a busy provider go with the next batch; what another trouble keeps back is asked singly."""
        self._rest_until = now + error.retry_after if error.retry_after else None
        with self._context.ledger.transaction():
            for digest, seq in reserved.items():
                self._spending.settle(seq, Ended(error.trouble), now)
                (self._rows.back if error.trouble == "busy" else self._rows.end)(digest)

    # --- what a kill or a broken connection left behind

    def _look_for_lost(self, now: datetime) -> None:
        """Questions that were handed over, of which nobody knows whether they arrived."""
        lost = self._rows.at(Stage.SENDING)
        if not lost:
            return
        since = min(each.sent_at or each.put_at for each in lost) - postponing.SKEW
        ours = {each.batch for each in (*self._rows.at(Stage.OPEN), *self._rows.at(Stage.OVER))}
        candidates = [each for each in self._batches.recent(since) if each not in ours | self._foreign]
        under_way = [batch for batch in candidates if not self._adopt(batch, lost)]
        if not under_way:
            self._give_back(self._rows.at(Stage.SENDING), now)

    def _adopt(self, batch: str, lost: Iterable[Postponed]) -> bool:
        """Whether it can be told whose batch this is; as long as it is under way nobody says what is in it."""
        results = self._results(batch)
        if results is None:
            return False
        if found := [each.digest for each in lost if each.digest in results]:
            self._rows.arrived(found, batch)
        else:
            self._foreign.add(batch)
        return True

    def _give_back(self, lost: Iterable[Postponed], now: datetime) -> None:
        """They are in no batch, and no request is on its way any more."""
        for each in lost:
            if each.sent_at is None or now >= each.sent_at + postponing.ARRIVING or now < each.sent_at:
                with self._context.ledger.transaction():
                    self._spending.settle(each.spending, Ended("down"), now)
                    self._rows.back(each.digest)

    # --- taking back

    def _collect(self, now: datetime) -> None:
        under_way = sorted(self._rows.at(Stage.OPEN), key=attrgetter("batch"))
        for batch, members in groupby(under_way, key=attrgetter("batch")):
            with self._noted(now):
                self._look_at(batch, list(members), now)

    def _look_at(self, batch: str, rows: Sequence[Postponed], now: datetime) -> None:
        """What was answered until a batch is cancelled comes back all the same."""
        if batch not in self._cancelled and postponing.closes(rows[0], now):
            with self._noted(now):
                self._batches.cancel(batch)
                self._cancelled.add(batch)
        results = self._results(batch)
        if results is None:
            return
        for each in rows:
            self._take(each, results.get(each.digest), now)
        log.info("the night's batch %s is back", batch)

    def _results(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        """None while it is under way; nothing is in one that its provider does not know."""
        found: Mapping[str, Reply | ModelError] | None = {}
        try:
            found = self._batches.collect(batch)
        except ModelError as error:
            if error.trouble != "refused":
                raise
        self._seen[batch] = self._context.clock.now()
        return found

    def _take(self, postponed: Postponed, result: Reply | ModelError | None, now: datetime) -> None:
        """The answer is kept before the ledger says that it is: what is cut off in between is done again."""
        match result:
            case Reply():
                self._settle(postponed, self._kept(postponed, result), result, now)
            case ModelError():
                self._over(postponed, Ended(result.trouble), now)
            case None:  # nobody knows: it stays counted at what was reserved
                self._over(postponed, None, now)

    def _kept(self, postponed: Postponed, reply: Reply) -> str:
        """The outcome. Whether the answer fits its schema is looked at by who asked: he has it."""
        if reply.stop != "end":
            return "declined" if reply.stop == "refusal" else "length"
        try:
            text = answering.stripped(reply.text)
        except Unfit:
            return "unfit"
        if self._tells(text):
            return "unfit"
        self._doors.answers.put(postponed.digest, Kept(text, postponed.model))
        return OK

    def _settle(self, postponed: Postponed, outcome: str, reply: Reply, now: datetime) -> None:
        usage = budget.believable(reply.usage)
        cost = self._doors.prices.cost(postponed.model, usage) if usage.input or usage.output else None
        end = None if cost is None else Ended(outcome, usage, budget.bounded(cost * postponing.DISCOUNT))
        self._over(postponed, end, now)

    def _over(self, postponed: Postponed, end: Ended | None, now: datetime) -> None:
        with self._context.ledger.transaction():
            if end:
                self._spending.settle(postponed.spending, end, now)
            self._rows.end(postponed.digest)
        outcome = end.outcome if end else "lost"
        log.info("task %s: %s in the night's batch: %s", postponed.task, choosing.short(postponed.model), outcome)


def _had_its_night(found: Postponed | None, now: datetime) -> bool:
    """One that waits in a batch, or came back from one without an answer, is not put down twice in the same night."""
    if found is None or found.stage is Stage.WAITING:
        return False
    return found.stage is not Stage.OVER or now < found.until


def _call(postponed: Postponed) -> Call:
    return Call(postponed.agent, postponed.purpose, postponed.task, postponed.model)
