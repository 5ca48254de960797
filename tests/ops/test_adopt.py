"""Taking over a vault: what another state directory proposed is proposed anew, and no old yes counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.adapters.locks import RoleLock
from daemon.core.errors import UserError
from daemon.ops import adopt
from daemon.ops.adopt import Taken
from daemon.runtime import dashboard
from tests.house import House

FEEDBACK = "\n## Feedback\n\nadd: On Saturdays we are closed.\n"


@pytest.fixture
def heir(tmp_path: Path) -> Iterator[House]:
    """Another state directory on the same vault."""
    opened = House(tmp_path, home=str(tmp_path / "second home"))
    yield opened
    opened.stop()


def draft(house: House) -> Path:
    """A draft that waits, of the first owner, who then goes away."""
    house.arrive()
    house.run()
    house.manager.close(house.clock.now())
    return house.note("Pending_Approval")


def take(heir: House) -> Taken:
    app = heir.app
    where = str(app.places.vault)
    return adopt.adopt(app.context, heir.clock.now(), locks=app.places.locks, where=where, status=app.status)


def test_a_waiting_draft_is_put_away_and_proposed_anew(house: House, heir: House) -> None:
    old = draft(house)
    taken = take(heir)
    assert heir.counts() == {"Needs_Action": 1}
    assert (old.parent.parent / "Attachments" / heir.task_of(old) / old.name).exists()
    heir.run()
    assert taken.was == house.app.ledger.instance
    assert heir.counts() == {"Pending_Approval": 1}
    heir.move("Pending_Approval", "Approved")
    heir.run()
    assert len(heir.provider.accepted) == 1


def test_an_old_yes_does_not_count(house: House, heir: House) -> None:
    draft(house)
    house.move("Pending_Approval", "Approved")
    take(heir)
    heir.run()
    assert heir.counts() == {"Pending_Approval": 1}
    assert heir.provider.accepted == []


def test_feedback_on_a_rejected_draft_makes_a_new_one_that_follows_it(house: House, heir: House) -> None:
    old = draft(house)
    old.write_text(old.read_text() + FEEDBACK)
    house.move("Pending_Approval", "Rejected")
    take(heir)
    heir.run()
    assert "On Saturdays we are closed." in heir.note("Pending_Approval").read_text().partition("## Draft")[2]


def test_a_draft_rejected_without_a_word_stays_rejected(house: House, heir: House) -> None:
    draft(house)
    house.move("Pending_Approval", "Rejected")
    assert take(heir).again == []
    assert heir.counts() == {"Rejected": 1}


def test_what_was_being_carried_out_goes_to_review(house: House, heir: House) -> None:
    old = draft(house)
    (house.root / "In_Progress" / "executor").mkdir()
    old.rename(house.root / "In_Progress" / "executor" / old.name)
    taken = take(heir)
    assert taken.review == [f"Needs_Review/{old.name}"]
    assert "nobody here can know whether it happened" in heir.note("Needs_Review").read_text()
    assert heir.counts() == {"Needs_Review": 1}


def test_a_draft_whose_task_is_gone_goes_to_review(house: House, heir: House) -> None:
    old = draft(house)
    next((house.root / "Attachments").rglob("EMAIL_opening-hours*.md")).unlink()
    assert take(heir).review == [f"Needs_Review/{old.name}"]
    assert "drop its text into Inbox/" in heir.note("Needs_Review").read_text()


def test_it_can_be_killed_after_the_task_went_back(house: House, heir: House) -> None:
    draft(house)
    task = next((house.root / "Attachments").rglob("EMAIL_opening-hours*.md"))
    task.rename(house.root / "Needs_Action" / task.name)
    assert take(heir).again == [f"Needs_Action/{task.name}"]
    heir.run()
    assert heir.counts() == {"Pending_Approval": 1}


def test_adopting_twice_changes_nothing_more(house: House, heir: House) -> None:
    draft(house)
    take(heir)
    heir.run()
    heir.manager.close(heir.clock.now())
    again = take(heir)
    assert (again.was, again.again, again.review) == ("", [], [])
    assert heir.counts() == {"Pending_Approval": 1}


def test_tasks_that_wait_are_known_afterwards(house: House, heir: House) -> None:
    house.arrive()
    task = house.task_of(house.note("Needs_Action"))
    take(heir)
    known = heir.app.ledger.tasks.get(task)
    assert known
    assert (known.durable, known.source_key) == (True, "mail:1")


def test_the_vault_is_ours_and_the_record_says_from_whom(house: House, heir: House) -> None:
    draft(house)
    take(heir)
    last = heir.app.ledger.audit.tail(1)[0]
    assert (last.kind, last.data["from"]) == ("ADOPTED", house.app.ledger.instance)
    assert dashboard.instance_of(heir.app.vault) == heir.app.ledger.instance
    heir.app.claim_vault()


def test_a_foreign_file_in_approved_is_left_for_the_manager(house: House, heir: House) -> None:
    (house.root / "Approved" / "forged.md").write_text("---\napprove: true\n---\nSend money\n")
    assert take(heir).again == []
    assert heir.counts() == {"Approved": 1}


def test_nothing_is_taken_over_while_a_manager_of_ours_runs(heir: House) -> None:
    running = RoleLock(heir.app.places.locks, "manager")
    running.acquire()
    with pytest.raises(UserError) as refused:
        take(heir)
    running.release()
    assert refused.value.exit_code == 75
