"""Decides who works on a task, how soon, and why: by rules, the first that fits.

Only the subject and the newest text of a message count, never what it quotes; of its files, what can be read in them.
The reason says which rule it was. A message that asks for two things names the second one for another agent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from daemon.core import appointment, social
from daemon.core.accounting import case
from daemon.core.draft import Closed
from daemon.core.handbook import Handbook, same_address
from daemon.core.language import dictation, letters, openings, phrasebook, pitches, topics, urgency, wishes, words
from daemon.core.language.letters import Letter
from daemon.core.language.suspicion import doubt
from daemon.core.language.topics import Hit
from daemon.core.language.wishes import Wish
from daemon.core.minds import sorting
from daemon.core.ports import Desk, Route
from daemon.core.task import FollowUp, Task

_AGENTS = ("assistant", "accounting", "voice", "social", "mail")
_ANSWERS = ("automatic answer", "auto-replied", "bounce", "delivery report", "answer to a calendar invitation")
_UNREACHED = "Somebody wrote through a form on a website, which names no address to answer to"
_UNANSWERED = "it is about money, but accounting has no ready action for it, and somebody waits for an answer."
_SPOKEN_TO = "Somebody speaks to you on a social network"
_WRITTEN_TO = "A person's mail is answered by the mail agent"


class Config(BaseModel):
    """`[agents.manager]`: words and phrases, matched whole and in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urgent: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()  # beside those under "## Me" in the handbook
    let_through: tuple[str, ...] = ()  # automated senders that the assistant files: addresses or "@domain"


@dataclass(frozen=True, slots=True)
class _Choice:
    """`agent` "": nobody needs to work on it."""

    agent: str
    why: str
    also: tuple[FollowUp, ...] = ()
    sure: bool = True


class Agent:
    """The manager: a `Router`, and a `Sorter` of what its rules are not sure of."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._words = {"urgent": config.urgent, "high": config.high, "low": config.low}
        here = files("agents")
        self._books = phrasebook.shipped(here / "prompts")
        self._topics = topics.parse((here / "topics.toml").read_text(encoding="utf-8"))
        self._requests = phrasebook.every(self._books.values(), "request")
        self._role = (here / "prompts" / "sorting.md").read_text(encoding="utf-8")
        self._controls = sorting.controls((here / "controls.toml").read_text(encoding="utf-8"))

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        letter = letters.read(task)
        if letter.is_mail and (ignored := desk.handbook.ignored(letter.email, letter.subject)):
            return Closed(ignored)
        choice = self._plain(task, letter, desk.handbook) or self._choose(letter, desk.handbook)
        if not choice.agent:
            return Closed(choice.why)
        also = (*choice.also, *self._unanswered(choice, letter, task, desk))
        doubted = doubt(letter, desk.handbook, self._books.values(), bill=choice.agent == "accounting")
        deadline = urgency.unhurried(urgency.deadline(task, letter.text, desk.now), doubted)
        said = urgency.said(letter.text, letter.email, desk.handbook, self._words)
        ruled = urgency.waits(doubted) if doubted else urgency.nearer(said, deadline.days(desk.now))
        priority, why = urgency.decided(task, ruled)
        reason = "; ".join(filter(None, (choice.why, why, deadline.why))) + "."
        return Route(choice.agent, priority, deadline.day, reason, also, choice.sure)

    def unsure(self, task: Task, route: Route) -> sorting.Unsure:
        return sorting.unsure(task, route, self._requests)

    def sort(self, unsure: Sequence[sorting.Unsure], desk: Desk, seed: str) -> Sequence[Route]:
        sheet = sorting.sheet(unsure, self._controls, seed)
        return sorting.judged(sheet, desk.ask(sorting.question(self._role, sheet)), self._topics)

    def _plain(self, task: Task, letter: Letter, handbook: Handbook) -> _Choice | None:
        """What needs no weighing of words: an invitation, and a note that is a bill, or says what to post or write."""
        if (invited := appointment.invitations_of(task)) and invited[0].method != "REPLY":
            return _Choice("voice", "It brings an invitation for the calendar", self._asked_beside(letter))
        if said := case.dropped(task, handbook):
            return _Choice("accounting", said)
        if task.kind != "note" or task.mail:
            return None
        if social.asked(task.text, self._books.values(), handbook):
            return _Choice("social", "Your note says what to post, or what to write over a messenger")
        if dictation.wanted(task.text, handbook, self._books.values()):
            return _Choice("mail", "Your note says what to write, and to whom")
        return None

    def _unanswered(self, choice: _Choice, letter: Letter, task: Task, desk: Desk) -> tuple[FollowUp, ...]:
        """The answer to a person who asks about money what no action does here, beside the page that is kept."""
        alone = choice.agent == "accounting" and all(second.agent != "mail" for second in choice.also)
        theirs = alone and letter.by_hand and not self._is_own(letter, desk.handbook)
        return (FollowUp("mail", _UNANSWERED),) if theirs and case.unanswered(task, desk, self._books) else ()

    def _is_own(self, letter: Letter, handbook: Handbook) -> bool:
        return handbook.is_me(letter.email) or bool(_any_address(self._config.own_addresses, letter.email))

    def _asked_beside(self, letter: Letter) -> tuple[FollowUp, ...]:
        """The answer to what a person asks beside an invitation."""
        return _after(wishes.beside(wishes.open_questions(letter.text, self._requests, ()) if letter.by_hand else ()))

    def _choose(self, letter: Letter, handbook: Handbook) -> _Choice:
        if letter.kind == "social":
            return self._network(letter)
        if not letter.is_mail:
            return self._own(letter, f"A {letter.kind} is the assistant's work")
        if letter.automated:
            return self._machine(letter, handbook)
        if not letter.email:
            return _Choice("assistant", "No single sender can be determined, so it is kept for you to look at")
        if self._is_own(letter, handbook):
            return self._own(letter, "You wrote this mail yourself")
        pitch = "" if letter.answers or handbook.knows(letter.email) else self._pitch(letter)
        for agent in _AGENTS:
            rule = handbook.rule(agent)
            if term := rule.sender(letter.email) or ("" if pitch else rule.words(letter.text)):
                return _Choice(agent, f"Your handbook sends “{term}” to {agent}")
        return _Choice("", pitch) if pitch else self._person(letter, handbook)

    def _own(self, letter: Letter, otherwise: str) -> _Choice:
        """A note or a file of the person's own: what it orders, or something to keep."""
        hits = self._hits(letter, "file" if letter.kind == "file" else "note")
        ordered = wishes.of_hits(hits)[:1] if letter.kind == "file" else wishes.of_note(hits)
        if not ordered and letter.kind == "note" and openings.is_letter(letter.text):
            ordered = wishes.bills(topics.found(self._topics, letter.text, ("file", "letter")))
        return _chosen(ordered) or _Choice("assistant", otherwise, sure=False)

    def _machine(self, letter: Letter, handbook: Handbook) -> _Choice:
        """Automated mail is closed, unless there is something in it to be done."""
        for agent in _AGENTS[:-1]:  # filed, never answered
            if term := handbook.rule(agent).sender(letter.email):
                return _Choice(agent, f"An automated message, but your handbook lets {term} through to {agent}")
        if term := _any_address(self._config.let_through, letter.email):
            return _Choice("assistant", f"An automated message, but your rules let {term} through to the assistant")
        closed = f"An automated message ({letter.automated}); such mail is never answered."
        if words.mentioned(letter.automated, _ANSWERS):
            return _Choice("", closed)
        if topics.found(self._topics, letter.text, ("form",)):
            return self._person(letter, handbook) if letter.reply_to else _Choice("assistant", _UNREACHED, sure=False)
        if said := self._pitch(letter):
            return _Choice("", said)
        return _chosen(wishes.of_machine(self._hits(letter, "machine"))) or _Choice("", closed)

    def _network(self, letter: Letter) -> _Choice:
        """What came from a social network is answered there; who asks for a call or a quote gets that as well."""
        return _Choice("social", _SPOKEN_TO, _after(wishes.of_hits(self._hits(letter, "social"))))

    def _person(self, letter: Letter, handbook: Handbook) -> _Choice:
        hits = self._hits(letter, "mail")
        asked = wishes.open_questions(letter.text, self._requests, hits)
        wanted = wishes.with_paper(wishes.of_letter(hits, asked), asked, case.brought(letter, handbook))
        return _chosen(wanted) or _Choice("mail", _WRITTEN_TO, sure=False)

    def _pitch(self, letter: Letter) -> str:
        """Why it is taken for an advert or a trick, or "". What also wants something of the person is neither."""
        wants = topics.found(self._topics, letter.text, ("buyer",))
        return "" if wants else pitches.verdict(topics.found(self._topics, letter.text, ("pitch",)))

    def _hits(self, letter: Letter, kind: str) -> tuple[Hit, ...]:
        text = f"{letter.text}\n\n{letter.email.partition('@')[2]}" if kind == "machine" else letter.text
        if kind == "file":
            kinds = ("file", "letter") if openings.is_letter(letter.files) else ("file",)
            return topics.found(self._topics, f"{letter.text}\n\n{letter.files}", kinds)
        inside = topics.found(self._topics, letter.files, ("attached",))
        return (*topics.found(self._topics, text, (kind,)), *inside)


def _chosen(wanted: Sequence[Wish]) -> _Choice | None:
    if not wanted:
        return None
    main, *rest = wanted
    return _Choice(main.agent, main.why[:1].upper() + main.why[1:], _after(rest))


def _after(wanted: Iterable[Wish]) -> tuple[FollowUp, ...]:
    return tuple(FollowUp(wish.agent, f"{wish.why}.") for wish in wanted)


def _any_address(known: tuple[str, ...], email: str) -> str:
    return next((term for term in known if same_address(term, email)), "")
