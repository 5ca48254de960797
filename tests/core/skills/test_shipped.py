"""Every skill that comes with the program is a good one, as far as that can be counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.core import handbook
from daemon.core.skills import Skill, reading
from daemon.runtime import guidance

FOLDER = Path(__file__).parents[3] / "skills"
NAMES = sorted(path.parent.name for path in FOLDER.glob("*/SKILL.md"))
PROMISED = {
    "answer-public-complaint", "chase-overdue-invoice", "decline-politely", "draft-invoice", "prepare-morning-briefing",
    "record-expense", "reply-to-customer", "schedule-meeting", "summarise-document", "write-linkedin-post",
}  # fmt: skip


def text(name: str) -> str:
    return (FOLDER / name / "SKILL.md").read_text(encoding="utf-8")


def shipped(name: str) -> Skill:
    return next(skill for skill in guidance.shipped() if skill.name == name)


def test_all_that_are_promised_are_there_and_listed() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert set(NAMES) == {skill.name for skill in guidance.shipped()} >= PROMISED
    assert [name for name in NAMES if f"| `{name}` |" not in readme] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_skill_keeps_to_the_standard(name: str) -> None:
    assert reading.read(text(name).encode(), name).problems == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_skill_is_short_and_says_when_how_and_what_never(name: str) -> None:
    said = text(name)
    assert 40 <= said.count("\n") <= 120
    headings = {line for line in said.splitlines() if line.startswith("## ")}
    assert {"## When to use", "## What good looks like", "## Steps", "## Never"} <= headings
    assert "Take no fact from" in said
    assert "Use " in shipped(name).description


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_skill_is_for_agents_that_there_are(name: str) -> None:
    assert set(shipped(name).agents) <= {*handbook.SPECIALISTS, "briefing"}


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_skill_brings_nothing_that_could_run(name: str) -> None:
    assert [path.name for path in (FOLDER / name).rglob("*") if path.is_file()] == ["SKILL.md"]
