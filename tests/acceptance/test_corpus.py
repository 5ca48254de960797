"""Forty-seven mails as the world writes them, from the Inbox to their end: answered, closed or kept, each once."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.core import frontmatter, mail
from daemon.core.properties import Value
from tests.house import House

FOLDER = Path(__file__).parent.parent / "corpus" / "mail"
EXPECTED = tomllib.loads((FOLDER / "expect.toml").read_text(encoding="utf-8"))
each_mail = pytest.mark.parametrize("name", sorted(EXPECTED))


@dataclass(frozen=True)
class Day:
    """One morning: every mail dropped, then everything that waits approved."""

    drafts: dict[str, dict[str, Value]]  # properties of each draft, by its mail
    closed: dict[str, str]  # reasons, by mail
    asked: frozenset[str]  # mails whose draft came back with a question after a yes
    sent: Counter[str]  # recipients of what left
    left: dict[str, int]  # notes by folder at the end


def of_mail(house: House, note: Path) -> str:
    """Which mail of the corpus a note came from: its original lies beside the task."""
    folder = house.root / "Attachments" / house.task_of(note)
    return next(path.stem for path in folder.glob("*.eml") if path.stem in EXPECTED)


def wanted(name: str) -> str:
    """The action that a person expects of a mail: an answer goes to who can be traced, and is otherwise kept."""
    mail_itself = EXPECTED[name]
    answer = "email.reply" if mail_itself["sender"] else "document.save"
    return mail_itself.get("draft", "" if mail_itself["automated"] else answer)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    house = House(tmp_path_factory.mktemp("corpus"), approval__daily_cap="0")
    for path in FOLDER.glob("*.eml"):
        house.drop(path.name, path.read_bytes())
    house.run()
    drafts = {
        of_mail(house, note): dict(frontmatter.read(note.read_bytes()).properties)
        for note in house.notes("Pending_Approval")
    }
    closed = {
        of_mail(house, note): str(frontmatter.read(note.read_bytes()).properties["reason"])
        for note in house.notes("Done")
    }
    house.move_all("Pending_Approval", "Approved")
    house.run()
    sent = Counter(str(mail.read(message).to[0].email) for _, message in house.provider.accepted)
    asked = frozenset(of_mail(house, note) for note in house.notes("Pending_Approval"))
    yield Day(drafts, closed, asked, sent, house.counts())
    house.stop()


def test_every_mail_has_one_visible_end(day: Day) -> None:
    assert sorted([*day.drafts, *day.closed]) == sorted(EXPECTED)


@each_mail
def test_what_a_person_writes_is_answered_or_done_and_a_machine_is_closed_with_a_reason(day: Day, name: str) -> None:
    draft = day.drafts.get(name)
    assert (str(draft["action"]) if draft else "") == wanted(name), day.closed.get(name)
    assert (name in day.closed) == (not draft)


def test_everything_approved_left_exactly_once(day: Day) -> None:
    replies = [draft for draft in day.drafts.values() if draft["action"] == "email.reply"]
    assert day.sent.total() == len(replies)
    assert day.left == {"Done": len(EXPECTED) - len(day.asked), "Pending_Approval": len(day.asked)}


def test_only_a_draft_with_missing_facts_comes_back_and_asks(day: Day) -> None:
    assert day.asked == {name for name, expected in EXPECTED.items() if expected.get("missing")}
