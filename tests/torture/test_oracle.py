"""What the torture takes for lost, and what for the usual end of a task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from daemon.core.task import Arrival
from tests.fakes import NOON
from tests.torture import oracle
from tests.torture.mail import Addressee
from tests.torture.postbox import PostShop
from tests.torture.tally import Tally

TASK = "tbhataktkz7"
DRAFT, OWN = "---\ntype: approval\n---\n", "---\ntype: task\n---\n"
FIRST, SECOND, NOTE = f"EMAIL_REPLY_hi_{TASK}.md", f"EMAIL_REPLY_hi_{TASK}-g2.md", f"EMAIL_hi_{TASK}.md"


def _vault(root: Path, files: dict[str, str]) -> Path:
    for name, text in {f"Attachments/{TASK}/message.eml": "Hi", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("rejected", [{FIRST}, {SECOND}, {FIRST, SECOND}])
def test_task_may_be_closed_after_its_drafts_were_rejected(tmp_path: Path, rejected: set[str]) -> None:
    files = {f"Rejected/{name}": DRAFT for name in rejected}
    assert not oracle.lost(_vault(tmp_path, {f"Done/2026-03/{NOTE}": OWN, **files}))


@pytest.mark.parametrize(
    "files",
    [
        {},
        {f"Done/2026-03/{FIRST}": DRAFT, f"Rejected/{FIRST}": DRAFT},
        {f"Done/2026-03/{FIRST}": DRAFT, f"Rejected/{SECOND}": DRAFT},
        {f"Done/2026-03/{NOTE}": OWN, f"Pending_Approval/{SECOND}": DRAFT},
        {f"Done/2026-03/{NOTE}": OWN, f"Needs_Action/{NOTE}": OWN},
    ],
)
def test_task_that_is_nowhere_or_in_two_places_is_told(tmp_path: Path, files: dict[str, str]) -> None:
    assert oracle.lost(_vault(tmp_path, files))


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Addressee]:
    made = Addressee(PostShop(tmp_path, Random(1)), Random(1), Tally())
    yield made
    made.shop.close()


def test_mail_that_was_only_announced_when_a_kill_came_is_no_task(owner: Addressee) -> None:
    (owner.root / "Attachments" / TASK).mkdir()
    assert owner.lost()
    arrival = Arrival("email", "imap", "mail:1", "Anna Example <anna@example.com>", "Hi", "Hello", ())
    owner.shop.person.tasks.arrive(TASK, "mail:1", arrival, NOON)
    assert not owner.lost()


def test_task_whose_note_was_durable_is_lost_without_it_though_its_mail_is_gone(owner: Addressee) -> None:
    owner.receive()
    owner.shop.rest()
    owner.delete()
    (task,) = (path.name for path in (owner.root / "Attachments").iterdir())
    assert not owner.lost()
    for note in (owner.root / "Pending_Approval").glob("*.md"):
        note.unlink()
    assert owner.lost() == [f"task {task} lies in no folder"]
