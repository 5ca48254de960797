"""Messages whose route the rules are not sure of, put to a model together; and how much of its answer counts.

A model never takes a message away from whom the rules gave it to: it adds an agent, for what the message asks for
beside, or says how soon. So no model, whatever it is, makes routing worse than the rules. It needs a quote that code
finds in the message, with a word of that agent's work. And it is only listened to where it sorts rightly the messages
of our own that stand among the others: one of them always says itself, wrongly, where it belongs.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from daemon.core import neutral
from daemon.core.language import letters, topics, wishes
from daemon.core.language.topics import Topic
from daemon.core.minds import choosing, fences
from daemon.core.minds.question import Answer, Fenced, Question, Schema, Weight
from daemon.core.ports import Route
from daemon.core.task import PRIORITIES, FollowUp, Priority, Task

MOST = 20  # messages in one question
_SHOWN = 1_500  # characters of each
_LEAST = 4  # characters of a quote
_HARD = 3  # of 10

Name = Literal["mail", "accounting", "voice", "social", "assistant"]


class Verdict(Schema):
    """What a model says of one message."""

    n: Annotated[int, Field(ge=1, le=60, description="The number of the message.")]
    agent: Name
    priority: Priority
    needs_answer: Annotated[bool, Field(description="Whether somebody waits for words in return.")]
    quote: Annotated[str, Field(max_length=400, description="Words copied exactly from this message that show it.")]


class Verdicts(Schema):
    """One for each message."""

    messages: Annotated[tuple[Verdict, ...], Field(max_length=60)]


@dataclass(frozen=True, slots=True)
class Unsure:
    """A message with the rules' route, as much of it as a model is shown."""

    text: str
    kind: str  # "mail", "note", "file": whose words of the topics count
    route: Route
    asks: bool = False  # rules find a question or a request in it
    fixed: bool = False  # the person said how soon


@dataclass(frozen=True, slots=True)
class Control:
    """A message of our own, and who has to work on it. Those for `mail` ask something and can wait."""

    text: str
    agent: str
    kind: str = "mail"

    def understood(self, verdict: Verdict | None) -> bool:
        """Whether a model read it rightly."""
        if verdict is None or verdict.agent != self.agent:
            return False
        return self.agent != "mail" or (verdict.needs_answer and verdict.priority != "urgent")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one question is about. `order`: which of all, the unsure before the controls, stands at each place."""

    unsure: tuple[Unsure, ...]
    controls: tuple[Control, ...]
    order: tuple[int, ...]

    @property
    def placed(self) -> tuple[Unsure | Control, ...]:
        every = (*self.unsure, *self.controls)
        return tuple(every[number] for number in self.order)


def controls(text: str) -> tuple[Control, ...]:
    """Read controls.toml. Raises ValueError or KeyError when it is broken: that is our bug."""
    return tuple(Control(each["text"].strip(), each["agent"]) for each in tomllib.loads(text)["control"])


def unsure(task: Task, route: Route, requests: Iterable[str]) -> Unsure:
    """A message as it is put to a model: the newest text alone, of a file also what can be read in it."""
    letter = letters.read(task)
    text = f"{letter.text}\n\n{letter.files}" if letter.kind == "file" else letter.text
    asked = wishes.open_questions(letter.text, requests, ())
    kind = "mail" if letter.is_mail else letter.kind
    return Unsure(fences.harmless(text[:_SHOWN]), kind, route, bool(asked), task.priority != "normal")


def sheet(wanted: Sequence[Unsure], known: Sequence[Control], seed: str) -> Sheet:
    """The messages with one control for each agent among them. The same seed makes the same sheet."""
    drawn = {each.agent: each for each in sorted(known, key=lambda each: _drawn(seed, each.text))}
    picked = tuple(drawn[agent] for agent in sorted(drawn))
    order = sorted(range(len(wanted) + len(picked)), key=lambda number: _drawn(seed, str(number)))
    return Sheet(tuple(wanted), picked, tuple(order))


def question(role: str, asked: Sheet) -> Question[Verdicts]:
    """One question for the whole sheet."""
    placed = asked.placed
    return Question(
        purpose="sort",
        agent="manager",
        task="",
        rules=role,
        request=f"Sort these {len(placed)} messages: one entry for each number.",
        data=tuple(Fenced(f"message {place}, a {each.kind}", each.text) for place, each in enumerate(placed, 1)),
        schema=Verdicts,
        weight=Weight(_HARD, f"{len(asked.unsure)} to sort"),
    )


def by_rules(each: Unsure) -> Route:
    """The rules' route, and nobody else is asked."""
    return replace(each.route, sure=True)


def judged(asked: Sheet, answer: Answer[Verdicts], known: Sequence[Topic]) -> tuple[Route, ...]:
    """The routes of the unsure messages, in their order."""
    said = _said(asked, answer.value)
    model = _called(answer.model)
    every = enumerate(asked.unsure)
    return tuple(_route(each, said[n], model, known) if n in said else by_rules(each) for n, each in every)


def _said(asked: Sheet, verdicts: Verdicts) -> Mapping[int, Verdict]:
    """What was said of each unsure message; nothing when any control was sorted wrongly, or a number is odd."""
    numbers = [verdict.n for verdict in verdicts.messages]
    if len(set(numbers)) < len(numbers) or max(numbers, default=0) > len(asked.order):
        return {}
    said = {asked.order[verdict.n - 1]: verdict for verdict in verdicts.messages}
    tried = enumerate(asked.controls, len(asked.unsure))
    return said if all(control.understood(said.get(number)) for number, control in tried) else {}


def _route(each: Unsure, verdict: Verdict, model: str, known: Sequence[Topic]) -> Route:
    second = _second(each, verdict, model, known)
    priority, why = _soon(each, verdict, model)
    if second and PRIORITIES.index(priority) > PRIORITIES.index(each.route.priority):
        priority, why = each.route.priority, ""  # there is something to be done
    reason = " ".join(filter(None, (each.route.reason, why)))
    return replace(by_rules(each), priority=priority, reason=reason, also=(*each.route.also, *second))


def _second(each: Unsure, verdict: Verdict, model: str, known: Sequence[Topic]) -> tuple[FollowUp, ...]:
    """The agent that a model adds, where the words that it quotes are there and speak of that agent's work."""
    agents = {each.route.agent, *(other.agent for other in each.route.also)}
    if verdict.agent in agents or not _stands(verdict.quote, each.text):
        return ()
    if not topics.cued(known, verdict.quote, verdict.agent, each.kind):
        return ()
    read = f"{model} reads it as work for {verdict.agent} as well: “{_shown(verdict.quote)}”."
    return (FollowUp(verdict.agent, read),)


def _soon(each: Unsure, verdict: Verdict, model: str) -> tuple[Priority, str]:
    """One step sooner, with a quote; or low, where neither the model nor the rules find anything to answer."""
    now = each.route.priority
    if each.fixed or now not in {"normal", "high"}:
        return now, ""
    sooner = PRIORITIES[PRIORITIES.index(now) - 1]
    if PRIORITIES.index(verdict.priority) <= PRIORITIES.index(sooner) and _stands(verdict.quote, each.text):
        return sooner, f"{sooner.capitalize()}: {model} reads “{_shown(verdict.quote)}”."
    idle = each.kind == "mail" and now == "normal" and not verdict.needs_answer and not each.asks
    return ("low", f"Low: {model} finds nothing in it to answer.") if idle else (now, "")


def _called(model: str) -> str:
    """The model as a person calls it: "the model claude-haiku-5-5", "the model of your own server"."""
    name = neutral.visible(choosing.short(model))
    return name if name.startswith("the model") else f"the model {name}"


def _shown(quote: str) -> str:
    return wishes.quoted(" ".join(quote.split()).rstrip("."))


def _stands(quote: str, text: str) -> bool:
    """Whether the text has these very words, whole ones; only spaces and line ends may differ."""
    flat, words = " ".join(text.split()), " ".join(quote.split())
    return len(words) >= _LEAST and bool(re.search(rf"(?<!\w){re.escape(words)}(?!\w)", flat))


def _drawn(seed: str, what: str) -> str:
    return hashlib.sha256(f"{seed}\n{what}".encode()).hexdigest()
