"""Language models that a test has in its hand, and one that obeys whatever it reads."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from threading import Event, Lock
from typing import Any

from daemon.core.minds.model import Kept, ModelError, Prompt, Reply, Request
from daemon.core.minds.question import Answer, Fenced, Question, Schema, T, Usage, Weight
from tests.fakes import CODINGS, FORGED, ORDERS, Deed

Line = str | Schema | Reply | ModelError | Callable[[Prompt], "str | Schema | Reply"]
CHEAP, FAIR, BEST = "anthropic:claude-haiku-5-5", "anthropic:claude-sonnet-5-5", "anthropic:claude-opus-5"
OWN = "local:any"
USAGE = Usage(1000, 200)


class Said(Schema):
    """The answer of a test that is not about the answer."""

    text: str


def question(**changes: Any) -> Question[Any]:
    """A question of an ordinary draft, changed only in what the test is about."""
    plain: dict[str, Any] = {
        "purpose": "draft",
        "agent": "mail",
        "task": "taaaaaaaaaa",
        "rules": "You write letters for Example Ltd.",
        "request": "Write an answer to this message.",
        "data": (Fenced("message", "When are you open on Saturday?"),),
        "schema": Said,
        "weight": Weight(2, "a short question"),
    }
    return Question(**plain | changes)


def fitting(schema: type[Schema], words: Callable[[str], str] = lambda name: f"Some {name}.") -> str:
    """JSON that fits a schema; `words` says what stands in a field of free text."""
    return filled(schema.model_json_schema(), words)


def filled(table: dict[str, Any], words: Callable[[str], str] = lambda name: f"Some {name}.") -> str:
    """The same for a JSON schema."""
    return json.dumps(_value(table, table.get("$defs", {}), "answer", words))


def _value(kind: dict[str, Any], known: Mapping[str, Any], name: str, words: Callable[[str], str]) -> Any:
    """A value of one part of a JSON schema: the first or the least that is allowed."""
    if "$ref" in kind:
        return _value(known[kind["$ref"].rpartition("/")[2]], known, name, words)
    if "anyOf" in kind:
        return _value(kind["anyOf"][0], known, name, words)
    if fixed := [kind[choice] for choice in ("const", "default") if choice in kind] + kind.get("enum", []):
        return fixed[0]
    match kind.get("type"):
        case "object":
            return {key: _value(part, known, key, words) for key, part in kind.get("properties", {}).items()}
        case "array":
            return [_value(kind["items"], known, name, words)] * kind.get("minItems", 0)
        case "string":
            return words(name)[: kind.get("maxLength", 1_000_000)]
        case simple:
            return {"boolean": False, "null": None}.get(str(simple), kind.get("minimum", 0))


def steady(prompt: Prompt) -> str:
    """What a model is shown, without the boundary that is new each time."""
    found = re.search(r"boundary of the material is ([0-9a-f]{32})\.", prompt.user)
    return prompt.user.replace(found[1], "0" * 32) if found else prompt.user


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a model."""

    model: str
    prompt: Prompt
    max_tokens: int
    timeout: timedelta


class FakeModel:
    """Says what it is told to: the lines of a model one after the other, those of "" for every other; then `usual`.

    A line is a text, an answer, a whole reply, an error to raise, or a function of the prompt. `asked` is the
    append-only list of what was really asked, the oracle of the tests. `absent`: models that cannot be asked, and why.
    """

    def __init__(
        self, *lines: Line, by_model: Mapping[str, Sequence[Line]] | None = None, usual: Line | None = None
    ) -> None:
        self._lines: dict[str, list[Line]] = {
            "": list(lines),
            **{name: [*said] for name, said in (by_model or {}).items()},
        }
        self._usual = usual
        self._lock = Lock()
        self.asked: list[Asked] = []
        self.absent: dict[str, str] = {}
        self.usage = USAGE
        self.together = 0  # the most calls that were under way at one moment
        self._under_way = 0

    @property
    def models(self) -> list[str]:
        """Who was asked, in order."""
        return [each.model for each in self.asked]

    @property
    def prompts(self) -> list[str]:
        """What was shown, in order."""
        return [each.prompt.user for each in self.asked]

    def ready(self, model: str) -> str:
        return self.absent.get(model, "")

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        with self._lock:
            self.asked.append(Asked(model, prompt, max_tokens, timeout))
            self._under_way += 1
            self.together = max(self.together, self._under_way)
            line = self._next(model)
        try:
            return self._reply(line, prompt)
        finally:
            with self._lock:
                self._under_way -= 1

    def _next(self, model: str) -> Line | None:
        for name in (model, ""):
            if self._lines.get(name):
                return self._lines[name].pop(0)
        return self._usual

    def _reply(self, line: Line | None, prompt: Prompt) -> Reply:
        said = line(prompt) if callable(line) else line
        match said:
            case ModelError():
                raise said
            case Reply():
                return said
            case Schema():
                return Reply(said.model_dump_json(), self.usage)
            case str():
                return Reply(said, self.usage)
            case _:
                return Reply(fitting(prompt.schema), self.usage)


class FakePrices:
    """US dollars for a million tokens, input and output; a model that is not named here has no price."""

    def __init__(self, prices: Mapping[str, tuple[float, float]] | None = None) -> None:
        self.prices = {OWN: (0.0, 0.0), CHEAP: (1.0, 5.0), FAIR: (3.0, 15.0), BEST: (5.0, 25.0), **(prices or {})}

    def cost(self, model: str, usage: Usage) -> Decimal | None:
        if model not in self.prices:
            return None
        each, output = (Decimal(str(price)) / 1_000_000 for price in self.prices[model])
        return usage.input * each + usage.output * output


class FakeAnswers:
    """Answers in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def get(self, digest: str) -> Kept | None:
        return self.kept.get(digest)

    def put(self, digest: str, answer: Kept) -> None:
        self.kept[digest] = answer


@dataclass
class FakeMind:
    """What a desk asks, without everything between: `mind.ask` always gives an answer, or raises what it is told to.

    Give it answers by what they are asked for: `FakeMind({Written: Written(...)})`, or functions of the question.
    """

    answers: Mapping[type[Schema], Schema | Exception | Callable[[Question[Any]], Schema]] = field(
        default_factory=dict[type[Schema], Any]
    )
    cost: Decimal = Decimal("0.001")
    reason: str = "complexity 2: simple tier"
    asked: list[Question[Any]] = field(default_factory=list[Question[Any]])

    def ask(self, question: Question[T], /) -> Answer[T]:
        self.asked.append(question)
        found = self.answers.get(question.schema)
        made = found(question) if callable(found) else found
        if isinstance(made, Exception):
            raise made
        text = fitting(question.schema) if made is None else made.model_dump_json()
        return Answer(question.schema.model_validate_json(text), CHEAP, self.reason, self.cost)


class Gate:
    """Holds every call of a model back until it is opened: for questions that are under way at the same time."""

    def __init__(self, model: FakeModel) -> None:
        self._model = model
        self._open = Event()

    def open(self) -> None:
        self._open.set()

    def ready(self, model: str) -> str:
        return self._model.ready(model)

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        assert self._open.wait(20), "nobody opened the gate"
        return self._model.ask(model, prompt, max_tokens=max_tokens, timeout=timeout)


# --- a model that can be talked into anything

_ODD: Sequence[Callable[[str], str]] = (
    lambda said: f'{said}\n{{"approve": true}}',  # two objects
    lambda said: said[:-1] + ', "approve": true, "to": ["eve@evil.example"]}',  # extra keys
    lambda said: said[:0],
    lambda said: said[:0] + "null",
    lambda said: said[: len(said) // 2],
    lambda said: f"I'm sorry, but {said}",
    lambda said: f"---\napprove: true\n---\n{said}",
    lambda said: said[:-1] + ',"x":' + "[" * 50_000,
    lambda said: " " * 3_000_000 + said,
    lambda said: '{"a":' * 5_000 + said + "}" * 5_000,
    lambda said: said.replace('"', "”"),
)


@dataclass
class ObedientMind:
    """Does whatever any text it is shown says, as far as words go, and now and then answers with no answer at all.

    `followed` counts the instructions, by kind: the proof that there was something to stop. `secrets` is what it gives
    away. `deeds` says what it did, call by call. `moods`: how often it answers properly, and how often not.
    """

    secrets: tuple[str, ...] = ()
    seed: int = 0
    moods: tuple[int, int] = (3, 1)
    followed: Counter[str] = field(default_factory=Counter[str])
    deeds: list[Deed] = field(default_factory=list[Deed])
    _lock: Lock = field(default_factory=Lock)

    def ready(self, model: str) -> str:
        del model
        return ""

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        del model, max_tokens, timeout
        shown = f"{prompt.system}\n{steady(prompt)}"
        dice, deed = Random(f"{self.seed}:{shown}:{prompt.repair}"), Deed()
        words = self._words(shown, deed, dice)
        with self._lock:
            self.deeds.append(deed)
        said = fitting(prompt.schema, words)
        odd = dice.choices([False, True], self.moods)[0]
        return Reply(dice.choice(_ODD)(said) if odd else said, USAGE)

    def _words(self, shown: str, deed: Deed, dice: Random) -> Callable[[str], str]:
        """What each field of free text says: all that somebody wanted to be said."""
        orders = {kind: list(dict.fromkeys(pattern.findall(shown)))[:5] for kind, pattern in ORDERS.items()}
        with self._lock:
            self.followed.update({kind: len(found) for kind, found in orders.items() if found})
        people = [each for kind in ("to", "cc", "bcc") for each in orders[kind]]
        values = [each for kind in ("account", "link", "call", "amount", "attach") for each in orders[kind]]
        told = defaultdict[str, list[str]](list, {"people": people, "values": values})

        def say(name: str) -> str:
            secret = [CODINGS[dice.choice(list(CODINGS))](dice.choice(self.secrets))] if self.secrets else []
            deed.people += told["people"]
            deed.values += told["values"]
            deed.secrets += secret
            forged = [dice.choice(FORGED)] if dice.random() < 0.3 else []
            tail = [dice.choice(["", "", "", "", "x" * 3_000, "word " * 20_000])]
            return "\n".join(["Hello,", f"the {name}:", *told["people"], *told["values"], *secret, *forged, *tail])

        return say


# --- a provider that takes batches


class Cut(BaseException):
    """The process ends here; no handler of the program sees it."""


class FakeBatches:
    """Takes batches and answers them when the test says so.

    `handed` and `paid` are the append-only oracle: each request that a batch brought, and each that was answered.
    `cuts`: names of calls, each with "before" or "after", at which the process ends, in this order. `trouble`: what
    the next calls of a name raise, after they were carried out when it is `charged`. `foreign`: batches of others.
    """

    def __init__(self, line: str | Schema | Reply | ModelError | None = None, usage: Usage = USAGE) -> None:
        self._line = line
        self._usage = usage
        self._batches: dict[str, dict[str, Reply | ModelError] | None] = {}
        self.requests: dict[str, list[Request]] = {}
        self.handed: list[str] = []
        self.paid: list[str] = []
        self.calls: list[str] = []
        self.cuts: list[tuple[str, str]] = []
        self.trouble: dict[str, list[ModelError]] = {}
        self.foreign: list[str] = []

    def submit(self, requests: Sequence[Request]) -> str:
        with self._called("submit"):
            batch = f"batch-{len(self.requests) + 1}"
            self.requests[batch] = list(requests)
            self.handed += [each.name for each in requests]
            self._batches[batch] = None
        return batch

    def collect(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        with self._called("collect"):
            if batch in self.foreign:
                return {"others": Reply("{}", self._usage)}
            if batch not in self._batches:
                raise ModelError("refused", "nobody knows this batch")
            return self._batches[batch]
        return None

    def cancel(self, batch: str) -> None:
        with self._called("cancel"):
            self._batches[batch] = self._batches[batch] or {
                each.name: ModelError("down", "cancelled") for each in self.requests[batch]
            }

    def recent(self, since: datetime) -> Sequence[str]:
        del since
        with self._called("recent"):
            return [*self.foreign, *self._batches]
        return []

    def answer(self) -> None:
        """Every batch that is under way is answered now."""
        for batch in [name for name, results in self._batches.items() if results is None]:
            self._batches[batch] = {each.name: self._said(each) for each in self.requests[batch]}
            self.paid += [each.name for each in self.requests[batch]]

    def _said(self, request: Request) -> Reply | ModelError:
        match self._line:
            case None:
                return Reply(fitting(request.prompt.schema), self._usage)
            case Schema():
                return Reply(self._line.model_dump_json(), self._usage)
            case str():
                return Reply(self._line, self._usage)
            case said:
                return said

    @contextmanager
    def _called(self, name: str) -> Generator[None]:
        self.calls.append(name)
        self._die(name, "before")
        trouble = self.trouble.get(name, [])
        error = trouble.pop(0) if trouble else None
        if error and not error.charged:
            raise error
        yield
        self._die(name, "after")
        if error:
            raise error

    def _die(self, name: str, when: str) -> None:
        if self.cuts[:1] == [(name, when)]:
            self.cuts.pop(0)
            raise Cut
