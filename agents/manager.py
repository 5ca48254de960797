"""Decides who works on a task, how soon, and why: by rules, the first that fits.

Only the subject and the newest text of a message count, never what it quotes. The reason says which rule it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from daemon.core import mail
from daemon.core.draft import Closed
from daemon.core.handbook import IGNORE, PRIORITY_RULES, Handbook, same_address
from daemon.core.language import dates, extract, reading, words
from daemon.core.ports import Desk, Route
from daemon.core.task import Priority, Task

_AGENTS = ("assistant", "mail")


class Config(BaseModel):
    """`[agents.manager]`: words and phrases, matched whole and in any case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    urgent: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    own_addresses: tuple[str, ...] = ()  # beside those under "## Me" in the handbook
    let_through: tuple[str, ...] = ()  # automated senders that the assistant files: addresses or "@domain"


@dataclass(frozen=True, slots=True)
class _Letter:
    """What routing may look at."""

    email: str  # "" when there is no single sender
    subject: str
    text: str  # subject and newest part
    automated: str
    is_mail: bool


class Agent:
    """The manager: a `Router`."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._words = {"urgent": config.urgent, "high": config.high, "low": config.low}

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        letter = _letter(task)
        if letter.is_mail and (ignored := _ignored(letter, desk.handbook)):
            return Closed(ignored)
        agent, why = self._agent(letter, task.kind, desk.handbook)
        if not agent:
            return Closed(why)
        priority, urgency = self._priority(task, letter, desk.handbook)
        due, deadline = _due(task, letter, desk)
        return Route(agent, priority, due, "; ".join(filter(None, (why, urgency, deadline))) + ".")

    def _agent(self, letter: _Letter, kind: str, handbook: Handbook) -> tuple[str, str]:
        """The agent and why, or "" and why nobody needs to work on it."""
        if not letter.is_mail:
            return "assistant", f"A {kind} is the assistant's work"
        if letter.automated:
            allowed = _any_address(self._config.let_through, letter.email)
            term = handbook.rule("assistant").sender(letter.email) or allowed
            if term:
                return "assistant", f"An automated message, but your rules let {term} through to the assistant"
            return "", f"An automated message ({letter.automated}); such mail is never answered."
        if not letter.email:
            return "assistant", "No single sender can be determined, so the assistant keeps it for you to look at"
        if handbook.is_me(letter.email) or _any_address(self._config.own_addresses, letter.email):
            return "assistant", "You wrote this mail yourself"
        for agent in _AGENTS:
            rule = handbook.rule(agent)
            if term := rule.sender(letter.email) or rule.words(letter.text):
                return agent, f"Your handbook sends “{term}” to {agent}"
        return "mail", "A person's mail is answered by the mail agent"

    def _priority(self, task: Task, letter: _Letter, handbook: Handbook) -> tuple[Priority, str]:
        if task.priority != "normal":
            return task.priority, f"{task.priority}, as you set it"
        for name in PRIORITY_RULES:
            rule = handbook.rule(name)
            if term := rule.sender(letter.email) or rule.words(letter.text):
                return name, f"{name}: your handbook names “{term}”"
            if found := words.mentioned(letter.text, self._words[name]):
                return name, f"{name}: it says “{found[0]}”"
        return "normal", ""


def _letter(task: Task) -> _Letter:
    message = task.mail
    if message is None:
        text = f"{task.title}\n\n{task.text[: extract.LIMIT]}"
        return _Letter("", task.title, text, "", is_mail=task.kind == "email")
    newest = mail.newest(message.text)[: extract.LIMIT]
    email = message.sender.email if message.sender else ""
    return _Letter(email, message.subject, f"{message.subject}\n\n{newest}", message.automated, is_mail=True)


def _ignored(letter: _Letter, handbook: Handbook) -> str:
    """Words to ignore count in the subject only: a customer may write any word into a text."""
    rule = handbook.rule(IGNORE)
    if term := rule.sender(letter.email):
        return f"Your handbook says to ignore mail from {term}."
    if term := rule.words(letter.subject):
        return f"Your handbook says to ignore mail with “{term}” in the subject."
    return ""


def _due(task: Task, letter: _Letter, desk: Desk) -> tuple[date | None, str]:
    if task.due:
        return task.due, f"due {task.due:%Y-%m-%d}, as you set it"
    written = reading.day_written(task.mail, desk.now) if task.mail else desk.now.date()
    found = dates.due(letter.text, written)
    if not found or found.day < desk.now.date():
        return None, ""
    return found.day, f"due {found.day:%Y-%m-%d} (“{found.quote}”)"


def _any_address(known: tuple[str, ...], email: str) -> str:
    return next((term for term in known if same_address(term, email)), "")
