"""The same task is the same question the next day: what was answered overnight is found again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from agents import assistant, mail, social
from daemon.core.errors import Permanent
from daemon.core.minds import answering
from daemon.core.minds.question import Answer, Coming, Question
from daemon.core.ports import Agent, AnyT
from daemon.core.task import Task
from tests.agents.factories import CASES, NOW, Desk, task_of

AGENTS: list[Agent] = [mail.Agent(mail.Config()), social.Agent(social.Config()), assistant.Agent(assistant.Config())]
TASKS = {name: task_of(case) for name, case in CASES.items() if "mail" in case or "note" in case or "file" in case}


@dataclass
class Asked:
    """What was asked; the answer is on its way."""

    questions: list[Question[Any]] = field(default_factory=list[Question[Any]])

    def __call__(self, question: Question[AnyT], /) -> Answer[AnyT]:
        self.questions.append(question)
        raise Coming("it waits", until=NOW + timedelta(days=1))


def asked(task: Task, days: int) -> list[str]:
    """The digests of all that agents would ask about it, so many days later."""
    found = Asked()
    for agent in AGENTS:
        _tried(agent, task, Desk(now=NOW + timedelta(days=days), asking=found))
    return [answering.digest(each) for each in found.questions]


def _tried(agent: Agent, task: Task, desk: Desk) -> None:
    try:
        agent.draft(task, desk)
    except (Coming, Permanent):
        return


@pytest.mark.parametrize("name", TASKS)
def test_question_does_not_change_with_the_day_it_is_asked(name: str) -> None:
    assert asked(TASKS[name], 0) == asked(TASKS[name], 1) == asked(TASKS[name], 40)


def test_there_are_questions() -> None:
    assert sum(len(asked(task, 0)) for task in TASKS.values()) >= len(TASKS)
