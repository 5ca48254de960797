"""Each case file is a task as it comes in real life, with the properties that its draft must have."""

from collections.abc import Mapping
from typing import Any

import pytest

from agents import assistant, mail
from daemon.core.draft import Closed, Draft
from tests.agents.factories import CASES, Desk, task_of

AGENTS = {
    "mail": mail.Agent(mail.Config()),
    "note": assistant.Agent(assistant.Config()),
    "file": assistant.Agent(assistant.Config()),
}
DRAFTS = {name: case for name, case in CASES.items() if "action" in case["expect"]}
CLOSED = {name: case for name, case in CASES.items() if "closed" in case["expect"]}


def work_on(case: Mapping[str, Any]) -> Draft | Closed:
    chosen = {"mail": "mail", "assistant": "note"}.get(case.get("agent", ""))
    agent = AGENTS[chosen] if chosen else next(agent for kind, agent in AGENTS.items() if kind in case)
    return agent.draft(task_of(case), Desk())


@pytest.mark.parametrize("name", DRAFTS)
def test_the_draft_is_what_a_founder_would_approve(name: str) -> None:
    case = DRAFTS[name]
    expected: Mapping[str, Any] = case["expect"]
    draft = work_on(case)
    assert isinstance(draft, Draft)
    found = "\n".join(draft.found)
    assert draft.action == expected["action"]
    assert draft.risk == expected.get("risk", draft.risk)
    assert draft.params.get("to") == expected.get("to", draft.params.get("to"))
    assert draft.params.get("cc") == expected.get("cc", draft.params.get("cc"))
    assert draft.params.get("subject") == expected.get("subject", draft.params.get("subject"))
    assert expected.get("title", "") in draft.title
    assert len(draft.text.splitlines()) <= expected.get("lines", len(draft.text.splitlines()))
    assert [text for text in expected.get("has", ()) if text not in draft.text] == []
    assert [text for text in expected.get("hasnot", ()) if text in draft.text] == []
    assert [text for text in expected.get("found", ()) if text not in found] == []


@pytest.mark.parametrize("name", CLOSED)
def test_what_needs_no_answer_is_closed_with_the_reason(name: str) -> None:
    closed = work_on(CLOSED[name])
    assert isinstance(closed, Closed)
    assert CLOSED[name]["expect"]["closed"] in closed.reason


def test_no_case_is_left_out() -> None:
    assert len(CASES) >= 20
    assert DRAFTS.keys() | CLOSED.keys() == CASES.keys()
