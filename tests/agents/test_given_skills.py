"""Each agent tells its model how this kind of work is done well, and nothing of other kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from agents import assistant, mail, social
from daemon.core.social import Mention
from daemon.core.task import Task
from daemon.runtime import guidance
from tests.agents.factories import Desk, email, note
from tests.minds import FakeMind

MAIL = mail.Agent(mail.Config())
SOCIAL = social.Agent(social.Config())
ASSISTANT = assistant.Agent(assistant.Config())


def mention(text: str) -> Task:
    said = Mention(network="Facebook", author="Ann", text=text, url="https://facebook.com/1")
    return note(text, kind="social", mention=said)


def given(agent: Any, task: Task) -> list[str]:
    """The skills in the system prompt of the first question."""
    mind = FakeMind()
    agent.draft(task, Desk(skills=guidance.shipped(), asking=mind.ask))
    return re.findall(r"^# How it is done here: (.*)$", mind.asked[0].rules, re.MULTILINE)


@pytest.mark.parametrize(
    ("agent", "task", "expected"),
    [
        (MAIL, email("Do you use oak wood?"), ["reply-to-customer"]),
        (MAIL, email("Könnten wir einen Termin machen? Wann passt es?"), ["reply-to-customer", "schedule-meeting"]),
        (MAIL, note("Remind sam@customer.example that invoice 14 is overdue, kindly but firmly"),
         ["chase-overdue-invoice", "draft-invoice"]),
        (SOCIAL, note("Write a LinkedIn post about our new press"), ["write-linkedin-post"]),
        (SOCIAL, mention("My table arrived broken and nobody answers me!"), ["answer-public-complaint"]),
        (SOCIAL, mention("Which oils do you use for oak?"), []),
        (ASSISTANT, note("The lease. " * 800, "Lease.pdf", kind="file"), ["summarise-document"]),
    ],
)  # fmt: skip
def test_the_skill_of_the_work_is_told(agent: Any, task: Task, expected: list[str]) -> None:
    assert given(agent, task) == expected
