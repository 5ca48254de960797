"""Models that sort messages: good ones, weak ones, hostile ones; and what comes of routing with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from agents import manager
from daemon.core.draft import Closed
from daemon.core.language import extract, topics
from daemon.core.minds import sorting
from daemon.core.minds.question import Answer, Question
from daemon.core.minds.sorting import Unsure, Verdict, Verdicts
from daemon.core.ports import Route
from tests.acceptance import post
from tests.acceptance.post import ROUTER, Message
from tests.agents.factories import Desk

_AGENTS = Path(manager.__file__).parent
CONTROLS = sorting.controls((_AGENTS / "controls.toml").read_text(encoding="utf-8"))
TOPICS = topics.parse((_AGENTS / "topics.toml").read_text(encoding="utf-8"))
NAMES: tuple[sorting.Name, ...] = ("mail", "accounting", "voice", "social", "assistant")

Judge = Callable[[str, str, Random], str]  # the text, who should have it, dice: who gets it


def reads(share: float) -> Judge:
    """Right so often; else one of the others by chance."""
    return lambda _, true, dice: true if dice.random() < share else dice.choice(_others(true))


def hostile(text: str, true: str, dice: Random) -> str:
    """Never right, and wherever it can with words to show for it."""
    wrong = _others(true)
    dice.shuffle(wrong)
    return next((agent for agent in wrong if _cue(text, agent)), wrong[0])


def cunning(text: str, true: str, dice: Random) -> str:
    """Hostile, and it knows our controls."""
    return true if text in _KNOWN else hostile(text, true, dice)


def lazy(text: str, true: str, dice: Random) -> str:
    """Everything is a mail."""
    del text, true, dice
    return "mail"


_KNOWN = {control.text: control.agent for control in CONTROLS}


def _others(true: str) -> list[str]:
    return [name for name in NAMES if name != true]


def _cue(text: str, agent: str) -> str:
    """The first sentence that speaks of that agent's work."""
    kinds = ("mail", "note", "file")
    said = extract.sentences(text)
    return next((s for s in said if any(topics.cued(TOPICS, s, agent, kind) for kind in kinds)), "")


@dataclass
class Sorter:
    """Answers what it is asked; `truth` says who should work on each text. How soon, it guesses."""

    judge: Judge
    truth: Mapping[str, str]
    dice: Random

    def ask(self, question: Question[Any], /) -> Answer[Any]:
        said = tuple(self._verdict(n, each.text) for n, each in enumerate(question.data, 1))
        return Answer(Verdicts(messages=said), "anthropic:claude-haiku-5-5", "it is here", Decimal(0))

    def _verdict(self, n: int, text: str) -> Verdict:
        agent = self.judge(text, {**_KNOWN, **self.truth}[text], self.dice)
        quote = _cue(text, agent) or next(iter(extract.sentences(text)), "")
        priority = "normal" if text in _KNOWN else self.dice.choice(["low", "normal", "high", "urgent"])
        said = {"n": n, "agent": agent, "priority": priority, "needs_answer": True, "quote": quote[:400]}
        return Verdict.model_validate(said)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A labelled message, the rules' route, and the route with a model."""

    message: Message
    rules: Route | Closed
    route: Route | Closed

    @property
    def right_by_rules(self) -> bool:
        return bool(set(_working(self.rules)) & _wanted(self.message))

    @property
    def served(self) -> bool:
        """Whether who should work on it does."""
        return bool(set(_working(self.route)) & _wanted(self.message))

    @property
    def worse(self) -> bool:
        """Whether anything of the rules' route is missing: who works on it, by when, or that nobody does."""
        before, after = self.rules, self.route
        if isinstance(before, Closed) or isinstance(after, Closed):
            return before != after
        return (before.agent, before.due) != (after.agent, after.due) or not set(before.also) <= set(after.also)

    @property
    def changed(self) -> bool:
        if isinstance(self.rules, Closed) or isinstance(self.route, Closed):
            return self.rules != self.route
        return replace(self.rules, sure=True) != replace(self.route, sure=True)

    @property
    def needless(self) -> bool:
        """Whether a model had somebody work on it whom nobody wants."""
        added = _working(self.route)[len(_working(self.rules)) :]
        return bool(set(added) - _wanted(self.message) - set(self.message.get("also", ())))


@cache
def by_rules(folder: Path) -> tuple[tuple[Message, Route | Closed, Unsure | None], ...]:
    """Every message of a folder, its route by rules, and what a model is shown of those that are not sure."""
    return tuple(_by_rules(folder))


def _by_rules(folder: Path) -> Iterator[tuple[Message, Route | Closed, Unsure | None]]:
    for message in post.messages(folder):
        task = post.task(message)
        route = ROUTER.route(task, Desk())
        unsure = None if isinstance(route, Closed) or route.sure else ROUTER.unsure(task, route)
        yield message, route, unsure


def routed(folder: Path, judge: Judge, seed: int) -> list[Sorted]:
    """Every message of a folder as it is routed with this model."""
    every = by_rules(folder)
    asked = [(message, unsure) for message, _, unsure in every if unsure]
    truth = {unsure.text: _label(message) for message, unsure in asked}
    sorter = Sorter(judge, truth, Random(seed))
    routes = dict(zip((id(unsure) for _, unsure in asked), _sorted([u for _, u in asked], sorter, seed), strict=True))
    return [Sorted(message, rules, routes.get(id(unsure), rules)) for message, rules, unsure in every]


def _sorted(unsure: Sequence[Unsure], sorter: Sorter, seed: int) -> Iterator[Route]:
    for first in range(0, len(unsure), sorting.MOST):
        batch = unsure[first : first + sorting.MOST]
        yield from ROUTER.sort(batch, Desk(asking=sorter.ask), f"{seed} {first}")


def _label(message: Message) -> str:
    """What a model that reads rightly answers: it cannot say that nobody has to work on it."""
    return message["agent"] if message["agent"] in NAMES else "assistant"


def _wanted(message: Message) -> set[str]:
    return {message["agent"], *message.get("or", ())}


def _working(route: Route | Closed) -> list[str]:
    return ["none"] if isinstance(route, Closed) else [route.agent, *(second.agent for second in route.also)]
