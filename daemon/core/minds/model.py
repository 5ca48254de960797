"""The door to language models: a prompt in, raw text out. What stands behind it is in `adapters/llm`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, Protocol

from daemon.core.minds.question import Schema, Usage

Trouble = Literal["busy", "down", "slow", "login", "refused", "unknown model"]
Stop = Literal["end", "length", "refusal"]


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier answer and what was wrong with it: the one repair that a model is given."""

    said: str
    problem: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request, ready to be sent. `schema` is what the answer has to be JSON of."""

    system: str  # the same for many requests, so providers can cache it
    user: str
    schema: type[Schema]
    repair: Turn | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, unchecked. `stop` "length": cut off; "refusal": the provider declined.

    `model`: who answered, where it is another one than was asked, as with "local:any"; "" = the one that was asked.
    """

    text: str
    usage: Usage
    stop: Stop = "end"
    model: str = ""


class ModelError(Exception):
    """A call that brought no answer.

    busy: 429 or 529, after `retry_after`; down: 5xx, no connection; slow: timed out; login: key missing or wrong, no
    credit; refused: the request itself is not taken; unknown model. `charged`: whether tokens may have been used.
    """

    def __init__(
        self, trouble: Trouble, sentence: str, *, retry_after: timedelta | None = None, charged: bool = False
    ) -> None:
        super().__init__(sentence)
        self.trouble: Trouble = trouble
        self.retry_after = retry_after
        self.charged = charged


class Model(Protocol):
    """Every model that is configured, by name ("provider:model"). Usable from several threads at once."""

    def ready(self, model: str) -> str:
        """Why it cannot be asked at all (no key, no address, unknown provider), or "". Costs nothing, asks nobody."""
        ...

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        """One request, never repeated by itself. Raises ModelError."""
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a batch. `name`: its answer comes back under it; at most 64 of a-z, A-Z, 0-9, "_" and "-"."""

    name: str
    model: str
    prompt: Prompt
    max_tokens: int


class Batches(Protocol):
    """Requests that are answered some time within a day, at half the price. Only some providers take them."""

    def submit(self, requests: Sequence[Request]) -> str:
        """Hand them over together, all to one provider: the id of the batch there. Raises ModelError."""
        ...

    def collect(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        """What came of each, by its name; None while the batch is under way. Can be repeated. Raises ModelError."""
        ...

    def cancel(self, batch: str) -> None:
        """Ask for its end; what is answered by then can be collected soon after. Raises ModelError."""
        ...

    def recent(self, since: datetime) -> Sequence[str]:
        """The ids of all batches that were handed over since then with our key, also by others. Raises ModelError."""
        ...


class Prices(Protocol):
    """What calls cost."""

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        """US dollars; None when nobody knows the price of this model."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer from earlier: raw text that fitted the schema, and who gave it."""

    text: str
    model: str


class Answers(Protocol):
    """Answers by exact question, on disk. Never raises: what cannot be read or kept is not there."""

    def get(self, digest: str) -> Kept | None: ...

    def put(self, digest: str, answer: Kept) -> None: ...
