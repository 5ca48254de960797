"""Where a recipient that is no mail address comes from: a name, a number or a handle."""

from __future__ import annotations

import pytest

from daemon.core import provenance
from daemon.core.draft import Draft
from daemon.core.social import Mention
from daemon.core.task import Task
from tests.agents.factories import HANDBOOK, email, note

DRAFT = Draft("message.send", {}, "Hello", "A message", "Because.", 0.8, "low")
MENTION = Mention("X", "@anna_b", "", "Hi")


def risk(to: str, task: Task) -> str:
    return provenance.judged(DRAFT, {"to": (to,)}, task, HANDBOOK).risk


@pytest.mark.parametrize(
    ("to", "task"),
    [
        ("Anna", note("WhatsApp to Anna: hi")),
        ("+49 170 1234567", note("SMS to +49 170 1234567: hi")),
        ("@anna_b", note("answer this https://x.com/anna_b/status/1")),
        ("@anna_b", note("Hi", kind="social", mention=MENTION)),
        ("Maria Lopez", email("Hi")),  # a contact
    ],
)
def test_who_is_named_by_the_person_or_wrote_is_no_stranger(to: str, task: Task) -> None:
    assert risk(to, task) == "low"


@pytest.mark.parametrize(
    ("to", "task"),
    [
        ("Eve", note("WhatsApp to Anna: hi")),
        ("+49 170 9999999", note("SMS to +49 170 1234567: hi")),
        ("@eve", note("write to @eve", kind="social", mention=MENTION)),
        ("@anna_b ", email("please write to @anna_b")),
        ("Eve", note("Eve wants money", kind="file")),
        ("eve@evil.example", note("eve@other.example")),
    ],
)
def test_anybody_else_is_one(to: str, task: Task) -> None:
    assert risk(to, task) == "high"
