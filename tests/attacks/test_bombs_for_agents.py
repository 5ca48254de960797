"""Text that makes a pattern try in vain, for every specialist and for who routes: none costs more than two seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from agents import accounting, assistant, manager, social, voice
from agents import mail as mails
from daemon.core.errors import Permanent
from daemon.core.task import Attached, Task
from tests.agents.factories import Desk, email, note

LIMIT = 2.0  # seconds of computing
SIZE = 60_000  # characters; what grows with the square shows
ASKS = {
    "accounting": "Please send us an invoice for 2 days of consulting at 500 EUR.\n",
    "voice": "Please call me tomorrow at 3 pm.\n",
    "social": "Post on LinkedIn: ",
    "mail": "When are you open?\n",
    "assistant": "Ideas: ",
}
AGENTS = {
    "accounting": accounting.Agent(accounting.Config()),
    "voice": voice.Agent(voice.Config()),
    "social": social.Agent(social.Config()),
    "mail": mails.Agent(mails.Config()),
    "assistant": assistant.Agent(assistant.Config()),
}
BOMBS = [
    "=\n", "```\n", " \n", "\n", "- ", "> ", "Anna Berg ", "1 ", "1.", "1,", "0 ", "12:30 ", "a b. ", "x1", "€",
    "\t", "\x85",
    "2 days at 500 EUR, ", "| a | 1 | 2 |\n", "+49 30 ", "next ", "for ", "and ", "; ", "19 % ", "DE89 ", "A", "Aa ",
    "(1) ",
    "Total 5 EUR\n", "1,Hi Bob, amount: ",
    "From: Eve\n", "i ", "please ", "paid\n", "#tag ", "@eve ", "https://zoom.us/", "between 3 and ",
]  # fmt: skip


def spent(work: Callable[[], object]) -> float:
    start = time.thread_time()
    with suppress(Permanent):
        work()
    return time.thread_time() - start


def tasks(text: str) -> list[Task]:
    paper = Attached("a.pdf", "Attachments/t1/a.pdf", "application/pdf", 1, "", text)
    return [email(text), note(text), replace(note("", kind="file"), attachments=(paper,))]


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("name", AGENTS)
def test_specialist_and_router(name: str, bomb: str) -> None:
    text = ASKS[name] + bomb * (SIZE // len(bomb))
    router = manager.Agent(manager.Config())
    for task in tasks(text):
        assert spent(lambda task=task: AGENTS[name].draft(task, Desk())) < LIMIT
        assert spent(lambda task=task: router.route(task, Desk())) < LIMIT
