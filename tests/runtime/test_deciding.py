"""What a person does with a draft, and what comes of it: real notes in a real folder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.core.proposal import Decision, State, Verdict
from tests.house import House

YES = "approve: true"


@pytest.fixture
def waiting(house: House) -> House:
    house.arrive()
    house.run()
    return house


@pytest.fixture
def held(slow_house: House) -> House:
    slow_house.arrive()
    slow_house.run()
    slow_house.move("Pending_Approval", "Approved")
    slow_house.manager.step(slow_house.clock.now())
    return slow_house


def decide(house: House, verdict: Verdict, reason: str = "") -> None:
    latest = house.app.ledger.proposals.open()[0]
    at = house.clock.now()
    house.app.ledger.decisions.add(
        Decision(0, latest.id, latest.generation, verdict, via="cli", by="owner", reason=reason, at=at)
    )


def sent_text(house: House) -> str:
    return house.provider.accepted[-1][1].decode()


# --- yes


def test_nothing_leaves_before_a_decision(waiting: House) -> None:
    waiting.pass_time(timedelta(days=1))
    waiting.run()
    assert waiting.provider.accepted == []
    assert waiting.counts() == {"Pending_Approval": 1}


def test_moving_the_note_sends_it_once(waiting: House) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert waiting.counts() == {"Done": 1}


def test_ticking_the_box_sends_it_once(waiting: House) -> None:
    waiting.edit("Pending_Approval", "approve: false", YES)
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert "approved_via: checkbox" in waiting.note("Done").read_text()


def test_deciding_by_command_line_sends_it_once(waiting: House) -> None:
    decide(waiting, "approve")
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert "approved_via: cli" in waiting.note("Done").read_text()


def test_done_note_carries_the_proof(waiting: House) -> None:
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    note = waiting.note("Done")
    assert note.parent.name == "2026-03"
    assert "outcome: sent\nreceipt: id-1\nexecuted: 2026-03-10T12:00:00\napproved_by: owner" in note.read_text()


def test_edited_text_is_what_is_sent(waiting: House) -> None:
    waiting.edit("Pending_Approval", "Thank you for your message.", "Thanks for asking!")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert "Thanks for asking!" in sent_text(waiting)


def test_properties_rewritten_by_obsidian_are_the_same_approval(waiting: House) -> None:
    waiting.edit("Pending_Approval", "to:\n  - anna@example.com", 'to: ["anna@example.com"]')
    waiting.edit("Pending_Approval", 'subject: "Re: Opening hours"', "subject: 'Re: Opening hours'")
    waiting.edit("Pending_Approval", "approve: false", YES)
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_changed_recipient_is_shown_back_once(waiting: House) -> None:
    waiting.edit("Pending_Approval", "  - anna@example.com", "  - bob@example.com")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.provider.accepted == []
    shown = waiting.note("Pending_Approval").read_text()
    assert "You changed “to” in the properties." in shown
    assert "generation: 2\n" in shown
    assert "  - bob@example.com" in shown
    assert "> - Goes to anna@example.com" not in shown
    assert "> - Before your change: Goes to anna@example.com" in shown
    assert "risk: medium" in shown


def test_shown_back_recipient_is_used_when_approved_again(waiting: House) -> None:
    waiting.edit("Pending_Approval", "  - anna@example.com", "  - bob@example.com")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert "To: bob@example.com" in sent_text(waiting)


def test_bcc_that_was_not_proposed_is_shown_back(waiting: House) -> None:
    waiting.edit("Pending_Approval", "cc: []", "cc: []\nbcc: spy@evil.example")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.provider.accepted == []
    assert "Hidden copy to spy@evil.example" in waiting.note("Pending_Approval").read_text()


def test_impossible_recipient_is_explained(waiting: House) -> None:
    waiting.edit("Pending_Approval", "  - anna@example.com", "  - anna at example")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    shown = waiting.note("Pending_Approval").read_text()
    assert "cannot be done as it stands" in shown
    assert "  - anna@example.com" in shown


@pytest.mark.parametrize(("old", "new"), [("approve: false", "approve: yes"), ("## Draft", "# Draft")])
def test_yes_that_cannot_be_read_is_noticed_at_once(waiting: House, old: str, new: str) -> None:
    waiting.edit("Pending_Approval", old, new)
    waiting.run()
    assert waiting.counts() == {"Pending_Approval": 1}
    assert any("counts neither as yes nor as no" in notice for notice in waiting.notices())


def test_broken_approval_is_shown_again_and_the_text_is_kept(waiting: House) -> None:
    waiting.edit("Pending_Approval", "risk: ", "risk: low\nrisk: ")
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.provider.accepted == []
    assert "could not be read" in waiting.note("Pending_Approval").read_text()
    assert any("risk: low\nrisk: " in p.read_text() for p in waiting.notes("Attachments"))


# --- no


def test_moving_to_rejected_ends_it(waiting: House) -> None:
    waiting.move("Pending_Approval", "Rejected")
    waiting.run()
    assert waiting.counts() == {"Rejected": 1}
    assert waiting.provider.accepted == []


def test_rejected_note_is_archived_after_a_week(waiting: House) -> None:
    waiting.move("Pending_Approval", "Rejected")
    waiting.run()
    waiting.pass_time(timedelta(days=8))
    waiting.run()
    assert waiting.note("Rejected").parent.name == "2026-03"


def test_feedback_makes_a_new_draft(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    note.write_text(note.read_text() + "\n## Feedback\n\nadd: We close early on Friday.\n")
    waiting.move("Pending_Approval", "Rejected")
    waiting.run()
    shown = waiting.note("Pending_Approval").read_text()
    assert "We close early on Friday." in shown
    assert "generation: 2\n" in shown
    assert waiting.counts() == {"Pending_Approval": 1}


def test_reason_given_by_command_line_counts_as_feedback(waiting: House) -> None:
    decide(waiting, "reject", "add: We close early on Friday.")
    waiting.run()
    assert "We close early on Friday." in waiting.note("Pending_Approval").read_text()


def test_yes_and_no_together_ask(waiting: House) -> None:
    waiting.edit("Pending_Approval", "approve: false\nreject: false", "approve: true\nreject: true")
    waiting.run()
    assert waiting.provider.accepted == []
    assert "yes and no at the same time" in waiting.note("Pending_Approval").read_text()


def test_expired_draft_goes_to_rejected(waiting: House) -> None:
    waiting.pass_time(timedelta(days=8))
    waiting.run()
    assert waiting.counts() == {"Rejected": 1}


def test_late_approval_of_an_expired_draft_asks_again(waiting: House) -> None:
    waiting.pass_time(timedelta(days=8))
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.provider.accepted == []
    assert "had expired" in waiting.note("Pending_Approval").read_text()


# --- undo


def test_held_approval_waits_for_an_undo(held: House) -> None:
    assert held.counts() == {"Approved": 1}
    assert held.provider.accepted == []


def test_moving_back_undoes(held: House) -> None:
    held.move("Approved", "Pending_Approval")
    held.run()
    assert held.provider.accepted == []
    assert "generation: 2\n" in held.note("Pending_Approval").read_text()


def test_undone_generation_never_runs(held: House, tmp_path: Path) -> None:
    kept = tmp_path / "kept.md"
    kept.write_bytes(held.note("Approved").read_bytes())
    decide(held, "undo")
    held.run()
    (held.root / "Approved" / held.note("Pending_Approval").name.replace("-g2", "")).write_bytes(kept.read_bytes())
    held.run()
    assert held.provider.accepted == []
    assert held.counts() == {"Pending_Approval": 1}


def test_undo_after_the_hold_is_too_late(held: House) -> None:
    held.run()
    assert len(held.provider.accepted) == 1
    assert held.counts() == {"Done": 1}


def test_text_changed_in_the_hold_is_held_again(held: House) -> None:
    held.pass_time(timedelta(seconds=59))
    held.edit("Approved", "Thank you for your message.", "Thanks!")
    held.manager.step(held.clock.now())
    held.pass_time(timedelta(seconds=30))
    held.manager.step(held.clock.now())
    assert held.provider.accepted == []
    held.run()
    assert "Thanks!" in sent_text(held)


# --- what holds it back


def test_pause_holds_everything(waiting: House) -> None:
    waiting.app.ledger.pause("holiday", "owner", waiting.clock.now())
    waiting.move("Pending_Approval", "Approved")
    waits = waiting.run()
    assert [w.why for w in waits] == ["paused (holiday); `employee resume` lets it go on"]
    assert waiting.provider.accepted == []


def test_resume_lets_it_go(waiting: House) -> None:
    waiting.app.ledger.pause("holiday", "owner", waiting.clock.now())
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.app.ledger.resume("owner", waiting.clock.now())
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_cap_makes_the_rest_wait_until_tomorrow(tmp_path: Path) -> None:
    house = House(tmp_path, approval__daily_cap="1")
    house.arrive()
    house.arrive(key="mail:2", title="Second")
    house.run()
    house.move_all("Pending_Approval", "Approved")
    waits = house.run()
    assert [w.why for w in waits] == ["the daily cap of 1 for email.reply is reached"]
    assert len(house.provider.accepted) == 1
    house.pass_time(timedelta(days=1))
    house.run()
    assert len(house.provider.accepted) == 2
    house.stop()


# --- forged


def test_note_nobody_proposed_is_no_approval(house: House) -> None:
    (house.root / "Approved" / "mine.md").write_text(
        "---\nid: txxxxxxxxxx\ntype: approval\naction: email.send\nto: boss@example.com\ngeneration: 1\n"
        "approve: true\n---\n## Draft\nPay now\n"
    )
    house.run()
    assert house.provider.accepted == []
    assert "I never proposed it" in house.note("Needs_Review").read_text()


@pytest.mark.parametrize("folder", ["Approved", "Pending_Approval", "Needs_Review"])
def test_note_that_guessed_the_next_generation_is_no_approval_of_it(waiting: House, folder: str) -> None:
    asked = waiting.note("Pending_Approval")
    guessed = asked.read_text().replace("generation: 1", "generation: 2").replace("approve: false", YES)
    waiting.edit("Pending_Approval", "  - anna@example.com", "  - eve@example.com")
    waiting.move("Pending_Approval", "Approved")
    (waiting.root / folder / "guessed.md").write_text(guessed.replace("## Draft\n", "## Draft\n\nPay Eve\n"))
    waiting.run()
    assert waiting.provider.accepted == []
    assert "generation: 2" in waiting.note("Pending_Approval").read_text()
    assert "Please decide again" in waiting.note("Pending_Approval").read_text()
    assert "Pay Eve" in waiting.note("Needs_Review").read_text()


def test_link_in_approved_is_no_approval(house: House, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("secret")
    (house.root / "Approved" / "link.md").symlink_to(tmp_path / "outside.md")
    house.run()
    assert (house.root / "Approved" / "link.md").is_symlink()
    assert house.notices() == ["Approved/link.md: it is a link or a device, not a note; it was left alone"]


def test_conflict_copy_is_never_an_approval(waiting: House) -> None:
    note = waiting.note("Pending_Approval")
    copy = waiting.root / "Approved" / f"{note.stem}.sync-conflict-20260310-120000-ABCDEFG.md"
    copy.write_bytes(note.read_bytes())
    waiting.run()
    assert waiting.provider.accepted == []
    assert copy.exists()


@pytest.mark.parametrize("folder", ["Pending_Approval", "Approved"])
def test_copy_with_other_words_that_is_ticked_is_asked_about(waiting: House, folder: str) -> None:
    note = waiting.note("Pending_Approval")
    text = note.read_text().replace("approve: false", YES).replace("## Draft\n", "## Draft\n\nOther words.\n")
    (waiting.root / folder / "anna kopie.md").write_text(text)
    waiting.run()
    assert waiting.provider.accepted == []
    asked = waiting.note("Pending_Approval").read_text()
    assert "under different names and with different words" in asked
    assert "Other words." in asked
    beside = [path.read_bytes() for path in (waiting.root / "Attachments").rglob("*.md")]
    assert any(b"Other words." not in each and b"## Draft" in each for each in beside)


def test_ticked_note_whose_old_name_a_slow_sync_left_is_an_approval(waiting: House) -> None:
    text = waiting.note("Pending_Approval").read_text().replace("approve: false", YES)
    (waiting.root / "Pending_Approval" / "anna.md").write_text(text)
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_copy_of_an_old_approval_does_nothing(waiting: House) -> None:
    old = waiting.note("Pending_Approval").read_bytes()
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    (waiting.root / "Approved" / "again.md").write_bytes(old)
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert waiting.counts() == {"Done": 1}


# --- providers


def test_refused_effect_is_in_failed_with_the_reason(waiting: House) -> None:
    waiting.provider.script = ["refuse"]
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert "550 no such user" in waiting.note("Failed").read_text()


def test_refused_effect_can_be_tried_again(waiting: House) -> None:
    waiting.provider.script = ["refuse"]
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.retry(waiting.note("Failed"))
    waiting.run()
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_rate_limit_is_waited_out(waiting: House) -> None:
    waiting.provider.script = ["busy"]
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.provider.accepted == []
    waiting.pass_time(timedelta(minutes=5))
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_accepted_and_dropped_is_found_and_not_sent_twice(waiting: House) -> None:
    waiting.provider.script = ["accept-then-drop"]
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert waiting.counts() == {"Done": 1}


def test_dropped_before_accepting_is_sent_with_the_same_key(waiting: House) -> None:
    waiting.provider.script = ["drop"]
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.pass_time(timedelta(minutes=1))
    waiting.run()
    assert len(waiting.provider.accepted) == 1


def test_unknown_outcome_asks_the_person(waiting: House) -> None:
    waiting.provider.script, waiting.provider.blind = ["accept-then-drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert waiting.counts() == {"Needs_Review": 1}
    assert "search is down" in waiting.note("Needs_Review").read_text()


def test_unknown_outcome_that_happened_says_who_said_so(waiting: House) -> None:
    waiting.provider.script, waiting.provider.blind = ["accept-then-drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.move("Needs_Review", "Done")
    waiting.run()
    assert "outcome: sent\nreceipt: you said that it happened\n" in waiting.note("Done").read_text()


@pytest.mark.parametrize(("answer", "state"), [("Done", State.DONE), ("Rejected", State.REJECTED)])
def test_person_settles_an_unknown_outcome(waiting: House, answer: str, state: State) -> None:
    waiting.provider.script, waiting.provider.blind = ["accept-then-drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    task = waiting.task_of(waiting.note("Needs_Review"))
    waiting.move("Needs_Review", answer)
    waiting.run()
    settled = waiting.app.ledger.proposals.get((task, 1))
    assert settled
    assert settled.state is state
    assert waiting.counts() == {answer: 1}
    assert len(waiting.provider.accepted) == 1


def test_unknown_outcome_dropped_by_command_leaves_the_review(waiting: House) -> None:
    waiting.provider.script, waiting.provider.blind = ["accept-then-drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    task = waiting.task_of(waiting.note("Needs_Review"))
    waiting.app.ledger.decisions.add(Decision(0, task, 1, "reject", "cli", "owner", "", waiting.clock.now()))
    waiting.run()
    assert waiting.counts() == {"Rejected": 1}


def test_unknown_outcome_moved_to_approved_is_not_sent(waiting: House) -> None:
    waiting.provider.script, waiting.provider.blind = ["accept-then-drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.move("Needs_Review", "Approved")
    waiting.run()
    assert len(waiting.provider.accepted) == 1
    assert waiting.counts() == {"Needs_Review": 1}


def test_unknown_outcome_that_did_not_happen_gets_a_fresh_draft(waiting: House) -> None:
    waiting.provider.script, waiting.provider.blind = ["drop"], True
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    waiting.move("Needs_Review", "Pending_Approval")
    waiting.run()
    assert "generation: 2\n" in waiting.note("Pending_Approval").read_text()
    waiting.move("Pending_Approval", "Approved")
    waiting.run()
    assert [key.partition(".")[0][-3:] for key, _ in waiting.provider.accepted] == ["-g2"]
