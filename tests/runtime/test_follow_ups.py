"""A message that asks for two things becomes two tasks, each with its own draft and its own approval."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daemon.core import frontmatter
from daemon.core.draft import Closed
from daemon.core.ports import Desk, Route
from daemon.core.task import FollowUp, Task
from tests.house import MAIL, House


class TwoThings:
    """Routes every message to the mail agent and names a second thing for the assistant."""

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del task, desk
        second = FollowUp("assistant", "it holds a list to keep.")
        return Route("mail", "high", date(2026, 3, 12), "A person wrote.", (second,))


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.with_router(TwoThings())
    return house


def actions(house: House) -> dict[str, Path]:
    return {str(frontmatter.read(p.read_bytes()).properties["action"]): p for p in house.notes("Pending_Approval")}


def test_a_second_thing_gets_a_draft_of_its_own(house: House) -> None:
    house.drop("two.eml", MAIL)
    house.run()
    drafts = actions(house)
    assert set(drafts) == {"email.reply", "document.save"}
    assert "gets a draft of its own: it holds a list to keep." in drafts["email.reply"].read_text()
    assert "It holds a list to keep." in drafts["document.save"].read_text()


def test_a_second_thing_keeps_the_urgency_and_the_originals_of_the_first(house: House) -> None:
    house.drop("two.eml", MAIL)
    house.run()
    second = frontmatter.read(actions(house)["document.save"].read_bytes()).properties
    note = house.root / f"{str(second['task']).strip('[]')}.md"
    said = frontmatter.read(note.read_bytes()).properties
    assert (said["priority"], said["due"]) == ("high", date(2026, 3, 12))
    assert (note.parent / "two.eml").read_bytes() == MAIL


def test_three_things_are_counted(tmp_path: Path) -> None:
    class ThreeThings:
        def route(self, task: Task, desk: Desk) -> Route | Closed:
            del task, desk
            also = (FollowUp("assistant", "it holds a list."), FollowUp("voice", "it asks for a call."))
            return Route("mail", "normal", None, "A person wrote.", also)

    house = House(tmp_path)
    house.with_router(ThreeThings())
    house.drop("three.eml", MAIL)
    house.run()
    said = actions(house)["email.reply"].read_text()
    assert "It asks for a second thing, which gets a draft of its own: it holds a list." in said
    assert "It asks for a third thing, which gets a draft of its own: it asks for a call." in said


def test_each_of_the_two_is_decided_alone(house: House) -> None:
    house.drop("two.eml", MAIL)
    house.run()
    reply = actions(house)["email.reply"]
    reply.rename(house.root / "Approved" / reply.name)
    house.run()
    assert len(house.provider.accepted) == 1
    assert set(actions(house)) == {"document.save"}


def test_a_new_draft_after_feedback_asks_for_no_third_thing(house: House) -> None:
    house.drop("two.eml", MAIL)
    house.run()
    reply = actions(house)["email.reply"]
    reply.write_text(reply.read_text() + "\n## Feedback\n\nshorter\n")
    reply.rename(house.root / "Rejected" / reply.name)
    house.run()
    assert len(house.notes("Pending_Approval")) == 2
