"""What a model is asked, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from daemon.core.errors import Transient
from daemon.core.minds.usage import Usage as Usage


class Schema(BaseModel):
    """What an answer has to fit: closed, so that an answer with anything beside it is none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound=Schema)


@dataclass(frozen=True, slots=True)
class Fenced:
    """Text from outside: shown to a model as data, between lines that it cannot forge."""

    label: str  # ours: "message", "attachment 1"
    text: str


@dataclass(frozen=True, slots=True)
class Weight:
    """How hard a question is, from 1 to 10, and how soon it is wanted. `why`: what counted, for the person."""

    complexity: int = 1
    why: str = ""
    urgent: bool = False  # it gets a better model, too
    awaited: bool = False  # the person sits there: no night's batch, and otherwise as any other

    @property
    def patient(self) -> bool:
        """Whether the answer may come by the morning."""
        return not (self.urgent or self.awaited)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One call's worth of asking.

    `rules` and `request` are ours and the person's own words. Only `data` comes from outside, and nothing of it may
    stand in the other two. `rules` should be the same for many questions: providers sell repeated text cheaper.
    """

    purpose: str  # "draft", "sort", "summary": what the costs are listed by
    agent: str
    task: str  # its id; "" when it is about several
    rules: str  # who the model is, the handbook, skills: the system prompt
    request: str  # what is wanted now
    data: tuple[Fenced, ...]
    schema: type[T]
    weight: Weight = field(default_factory=Weight)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What a model said, fitting the schema."""

    value: T
    model: str  # "anthropic:claude-haiku-5-5"
    reason: str  # why this model, and what went wrong before it: one sentence, without a full stop at its end
    cost: Decimal  # US dollars, of all calls that it took; 0 from the cache


class Unanswered(Transient):
    """No model answered; the rules have to do. The text says why: one sentence for the person.

    `until`: from then on it is worth asking again (the budget of a new day, a batch that comes back); None: asking
    again for the same task makes no sense now.
    """

    def __init__(self, sentence: str, *, until: datetime | None = None) -> None:
        super().__init__(sentence)
        self.until = until


class NoModel(Unanswered):
    """None is connected, or none is wanted: rules do all the work, and no draft needs to speak of it."""


class Coming(Unanswered):
    """The question was put down and its answer will be there at `until`: asking then costs nothing more."""

    def __init__(self, sentence: str, *, until: datetime) -> None:
        super().__init__(sentence, until=until)
