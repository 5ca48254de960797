"""A provider that takes batches in every mood: it loses them on the way, is late, or does not want to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from daemon.core.minds.model import ModelError, Reply, Request
from tests.torture.bills import Bill, by_hand
from tests.torture.models import MoodyModel, Order, named

_HALF = Decimal("0.5")
_MOODS = ("ok", "ok", "ok", "taken and lost", "lost", "busy", "refused")
_TIMES = (timedelta(minutes=5), timedelta(minutes=50), timedelta(hours=3), timedelta(hours=12))


@dataclass
class Batch:
    """`results` None: it is under way."""

    requests: Sequence[Request]
    rows: Mapping[str, int]  # of the ledger, by request
    taken_at: datetime
    day: date
    limits: tuple[Decimal, Decimal]
    ready_at: datetime
    results: dict[str, Reply | ModelError] | None = None


@dataclass
class MoodyBatches:
    """Outlives the daemons; its answers are the model's."""

    model: MoodyModel
    batches: dict[str, Batch] = field(default_factory=dict[str, Batch])
    _calls: int = 0

    def submit(self, requests: Sequence[Request]) -> str:
        with self.model.fate.act("batch handed over"):
            chance = self._chance()
            mood = "ok" if self.model.calm else chance.choice(_MOODS)
            self.model.said[f"a batch, {mood}"] += 1
            match mood:
                case "busy":
                    raise ModelError("busy", "429: too many requests", retry_after=timedelta(minutes=10))
                case "refused":
                    raise ModelError("refused", "400: the batch is not taken")
                case "lost":
                    raise ModelError("down", "no connection")
                case _:
                    batch = self._take(requests, chance)
            if mood != "ok":
                raise ModelError("down", "the connection was lost after sending", charged=True)
        return batch

    def collect(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        with self.model.fate.act("batch collected"):
            self._upset()
            self._work()
            found = self.batches.get(batch)
            if found is None:
                raise ModelError("refused", "nobody knows this batch")
        return found.results

    def cancel(self, batch: str) -> None:
        with self.model.fate.act("batch cancelled"):
            self._upset()
            self._work()
            found = self.batches[batch]
            if found.results is None:
                found.results = {each.name: ModelError("down", "cancelled") for each in found.requests}

    def recent(self, since: datetime) -> Sequence[str]:
        self._upset()
        return [name for name, batch in self.batches.items() if batch.taken_at >= since]

    def _take(self, requests: Sequence[Request], chance: Random) -> str:
        name, now = f"batch-{len(self.batches) + 1}", self.model.now()
        rows = {each.name: self.model.row_of(each.name) for each in requests}
        for each in requests:
            self.model.names[each.name] = named(each.prompt)
            self.model.schemas[named(each.prompt)] = each.prompt.schema
            if not rows[each.name]:
                self.model.faults.append(f"nothing is reserved for {each.name} of {name}")
        ready = now + (timedelta() if self.model.calm else chance.choice(_TIMES))
        self.batches[name] = Batch(list(requests), rows, now, self.model.today(), self.model.limits, ready)
        return name

    def _work(self) -> None:
        """What is due is answered, and charged."""
        for batch in self.batches.values():
            if batch.results is None and batch.ready_at <= self.model.now():
                batch.results = {each.name: self._answer(each, batch) for each in batch.requests}

    def _answer(self, request: Request, batch: Batch) -> Reply | ModelError:
        mood, chance = self.model.mood()
        if mood == "trouble":
            return ModelError("down", "this one failed")
        order = Order(request.model, named(request.prompt), request.prompt, request.max_tokens)
        text = self.model.text(mood, request.prompt, chance)
        usage = order.honest(text)
        cost = by_hand(request.model, usage) * _HALF
        self.model.charge(
            Bill(
                day=batch.day,
                model=request.model,
                row=batch.rows[request.name],
                honest=cost,
                real=cost,
                exact=True,
                again=False,
                limits=batch.limits,
            )
        )
        return Reply(text, usage, "refusal" if mood == "refusal" else "end")

    def _upset(self) -> None:
        if not self.model.calm and self._chance().random() < 1 / 6:
            raise ModelError("down", "500: internal error")

    def _chance(self) -> Random:
        self._calls += 1
        return Random(f"{self.model.seed}: call {self._calls} about batches")
