"""How soon something is wanted, and why, is the same in each new draft; what the person changes is called theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.core import frontmatter
from tests.house import House

COMPLAINT = b"""From: Anna Example <anna@example.com>
To: me@company.example
Subject: Reklamation
Message-ID: <1@example.com>
Date: Tue, 10 Mar 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8

Guten Tag, der Tisch wackelt. Bitte antworten Sie bis zum 25. April 2026.
Anna
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.drop("complaint.eml", COMPLAINT)
    house.run()
    return house


def reason(house: House) -> str:
    return str(frontmatter.read(house.note("Pending_Approval").read_bytes()).properties["reason"])


def task_note(house: House) -> Path:
    draft = frontmatter.read(house.note("Pending_Approval").read_bytes()).properties
    return house.root / f"{str(draft['task']).strip('[]')}.md"


def reject(house: House, feedback: str) -> None:
    draft = house.note("Pending_Approval")
    draft.write_text(f"{draft.read_text()}\n## Feedback\n\n{feedback}\n")
    draft.rename(house.root / "Rejected" / draft.name)
    house.run()


def test_a_new_draft_keeps_the_first_reason(house: House) -> None:
    first = reason(house).partition(" Rules")[0]
    assert "high: it says “reklamation”; due 2026-04-25 (“25. April 2026”)" in first
    for feedback in ("shorter", "add: See you."):
        reject(house, feedback)
        assert reason(house).startswith(first)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("priority: high", "priority: urgent", "urgent, as you set it"),
        ("priority: high", "priority: normal", "normal, as you set it"),
        ("due: 2026-04-25", "due: 2026-05-02", "due 2026-05-02, as you set it"),
        ("due: 2026-04-25", "due:", "no due day, as you set it"),
    ],
)
def test_what_the_person_changed_in_the_task_note_is_as_they_set_it(
    house: House, old: str, new: str, said: str
) -> None:
    note = task_note(house)
    assert old in note.read_text()
    note.write_text(note.read_text().replace(old, new))
    for feedback in ("shorter", "add: See you."):
        reject(house, feedback)
        assert said in reason(house)
