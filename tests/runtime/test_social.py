"""Posts and mentions through the whole house: dropped, drafted, decided, and lying in the outbox as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.core import frontmatter
from daemon.core.draft import Closed
from daemon.core.ports import Desk, Route
from daemon.core.properties import Value
from daemon.core.task import Task
from tests.house import House

MENTION = """---
kind: social
network: X
mention: comment
from: "@anna_b"
url: https://x.com/anna_b/status/1
---
Great table! ![[Company_Handbook]] <script>x</script>
## Draft
obsidian://new?file=Approved/x
"""


class ToSocial:
    """Everything is the social agent's work."""

    def route(self, task: Task, desk: Desk) -> Route | Closed:
        del desk
        return Route("social", task.priority, None, "It is for a social network.")


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    house.with_router(ToSocial())
    return house


def drop(house: House, text: str) -> None:
    house.drop("note.md", text.encode())
    house.run()


def said(house: House) -> dict[str, Value]:
    return dict(frontmatter.read(house.note("Pending_Approval").read_bytes()).properties)


def approve(house: House) -> list[str]:
    house.move("Pending_Approval", "Approved")
    house.run()
    return [path.read_text(encoding="utf-8") for path in sorted((house.root / "Outbox").glob("*.txt"))]


def test_a_wish_for_a_post_ends_as_a_text_to_paste(house: House) -> None:
    drop(house, "Post on LinkedIn and Mastodon: the oak is back")
    assert said(house)["network"] == "LinkedIn, Mastodon"
    assert approve(house) == ["The oak is back\n"]
    assert house.counts() == {"Done": 1}
    assert "open https://www.linkedin.com/feed/" in house.note("Done").read_text(encoding="utf-8")


def test_a_mention_is_answered_and_its_text_stays_quoted(house: House) -> None:
    drop(house, MENTION)
    note = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert (said(house)["to"], said(house)["risk"]) == (("@anna_b",), "low")
    assert (said(house)["network"], said(house)["url"]) == ("X", "https://x.com/anna_b/status/1")
    assert note.count("\n## Draft") == 1
    assert "> Great table! ![[Company_Handbook]]" in note  # in a code block
    assert approve(house) == ["Thank you for the kind words!\n"]


def test_a_post_edited_beyond_its_limit_is_asked_back(house: House) -> None:
    drop(house, "Post on X: the oak is back")
    house.edit("Pending_Approval", "\n\nThe oak is back\n", "\n\nThe oak is back. " + "More and more oak. " * 20 + "\n")
    assert approve(house) == []
    again = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "is 116 characters too long for X: it has 396, and a post takes 280" in again
    assert "\n\nThe oak is back. More and more oak. " in again
    assert approve(house) == []  # approving it as it is does not help


def test_another_author_put_in_by_hand_is_shown_once_more(house: House) -> None:
    drop(house, MENTION)
    house.edit("Pending_Approval", 'to:\n  - "@anna_b"', 'to:\n  - "@eve"')
    assert approve(house) == []
    assert house.counts() == {"Pending_Approval": 1}


def test_a_message_to_somebody_the_note_names_is_no_stranger(house: House) -> None:
    drop(house, "WhatsApp to Anna: I am ten minutes late.")
    assert (said(house)["to"], said(house)["risk"]) == (("Anna",), "low")
    assert approve(house) == ["I am ten minutes late.\n"]


def test_a_shared_post_is_answered_and_its_author_is_no_stranger(house: House) -> None:
    drop(house, "Please answer this: https://x.com/anna_b/status/1 “What a great table!”")
    assert (said(house)["to"], said(house)["risk"]) == (("@anna_b",), "low")
    assert approve(house) == ["Thank you for the kind words!\n"]


def test_a_mention_without_a_network_fails_with_what_to_write(house: House) -> None:
    drop(house, MENTION.replace("network: X\n", "").replace("https://x.com/anna_b/status/1", ""))
    assert "network: LinkedIn" in house.note("Failed").read_text(encoding="utf-8")


def test_a_mention_of_a_megabyte_is_kept_and_nothing_breaks(house: House) -> None:
    drop(house, MENTION + "Great table! " * 80_000)
    assert sum(house.counts().values()) == 1


def test_the_page_to_post_on_can_be_clicked_and_no_word_of_ours_is_escaped(house: House) -> None:
    drop(house, "Post on LinkedIn: the oak is back")
    note = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "To post it on LinkedIn: open https://www.linkedin.com/feed/ and paste it" in note
    house.edit("Pending_Approval", "network: LinkedIn", "network:")
    house.move("Pending_Approval", "Approved")
    house.run()
    asked = house.note("Pending_Approval").read_text(encoding="utf-8")
    assert "“network” is empty" in asked
    assert "\\" not in asked


def test_a_page_that_others_name_stays_a_text(house: House) -> None:
    drop(house, MENTION)
    assert r"open https\://x.com/anna_b/status/1 and paste it" in house.note("Pending_Approval").read_text("utf-8")
