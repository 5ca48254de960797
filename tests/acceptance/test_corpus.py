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
    sent: Counter[str]  # recipients of what left
    left: dict[str, int]  # notes by folder at the end


def of_mail(house: House, note: Path) -> str:
    """Which mail of the corpus a note came from: its original lies beside the task."""
    folder = house.root / "Attachments" / house.task_of(note)
    return next(path.stem for path in folder.glob("*.eml") if path.stem in EXPECTED)


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
    yield Day(drafts, closed, sent, house.counts())
    house.stop()


def test_every_mail_has_one_visible_end(day: Day) -> None:
    assert sorted([*day.drafts, *day.closed]) == sorted(EXPECTED)


@each_mail
def test_machine_is_closed_with_a_reason_and_a_person_gets_a_draft(day: Day, name: str) -> None:
    assert (name in day.closed) == EXPECTED[name]["automated"], day.closed.get(name)


@each_mail
def test_answer_goes_to_who_can_be_traced_and_is_otherwise_kept(day: Day, name: str) -> None:
    draft = day.drafts.get(name)
    wanted = "" if EXPECTED[name]["automated"] else "email.reply" if EXPECTED[name]["sender"] else "document.save"
    assert (str(draft["action"]) if draft else "") == wanted


def test_everything_approved_left_exactly_once(day: Day) -> None:
    replies = [draft for draft in day.drafts.values() if draft["action"] == "email.reply"]
    assert day.sent.total() == len(replies)
    assert day.left == {"Done": len(EXPECTED)}
