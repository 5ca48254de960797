"""Every rule of the lifecycle, one sentence each."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daemon.core.lifecycle import next_step
from daemon.core.policy import Blocked
from daemon.core.proposal import Hold as ProposalHold
from daemon.core.proposal import Proposal, State
from daemon.core.steps import (
    End,
    Execute,
    File,
    Hold,
    Move,
    NoteBack,
    NoteGone,
    Place,
    Publish,
    Recover,
    Redraft,
    Restate,
    Retire,
    Review,
    Settle,
    Sighting,
    Wait,
)
from daemon.core.view import View
from tests.factories import PUBLISHED, decision, held, proposal, sighting, view
from tests.fakes import NOON

LATER = NOON + timedelta(seconds=5)


def guessed(place: Place, **changes: datetime) -> Sighting:
    """A note of somebody who guessed id and generation."""
    return sighting(place, text="Pay Eve", approve=True, digest_kept=False, **changes)


# --- waiting for a decision


def test_draft_in_pending_waits_until_it_expires() -> None:
    step = next_step(view(proposal(), sighting(Place.PENDING)))
    assert step == Wait(NOON + timedelta(days=7), "waits for your decision")


def test_record_whose_note_was_never_seen_is_published() -> None:
    assert next_step(view(proposal(seen=False))) == Publish()


def test_record_is_published_beside_a_note_in_review_that_guessed_its_generation() -> None:
    assert next_step(view(proposal(seen=False), guessed(Place.REVIEW))) == Publish()


@pytest.mark.parametrize("place", [Place.PENDING, Place.APPROVED, Place.REJECTED, Place.EXECUTING])
def test_what_was_there_before_the_draft_was_shown_is_put_aside(place: Place) -> None:
    early = guessed(place)
    step = next_step(view(proposal(seen=False), early, decisions=[decision("approve")]))
    assert step == Review(early.path, "It was there before the draft that it names was shown to you")


def test_what_was_there_before_is_put_aside_only_when_it_is_completely_written() -> None:
    early = guessed(Place.APPROVED, settled_at=LATER)
    assert next_step(view(proposal(seen=False), early)) == Wait(LATER, "is still being written", busy=True)


def test_yes_to_a_note_whose_showing_was_not_yet_recorded_counts() -> None:
    approved = sighting(Place.APPROVED)
    step = next_step(view(proposal(seen=False), approved))
    assert step == Hold(approved, NOON + timedelta(seconds=60), twin=False)


def test_yes_in_an_edited_note_whose_showing_was_not_yet_recorded_counts() -> None:
    edited = sighting(Place.APPROVED, text="Hello Anna", digest_kept=True)
    step = next_step(view(proposal(seen=False), edited))
    assert step == Hold(edited, NOON + timedelta(seconds=60), twin=False)


@pytest.mark.parametrize("place", [Place.REVIEW, Place.EXECUTING, Place.FAILED, Place.DONE])
def test_what_only_bears_its_id_elsewhere_does_not_stand_for_its_note(place: Place) -> None:
    assert next_step(view(proposal(), guessed(place))) == NoteGone()
    assert next_step(view(proposal(), guessed(place), decisions=[decision("approve")])) == NoteGone()
    assert next_step(view(proposal(), guessed(place), decisions=[decision("reject")])) == End(State.REJECTED, "")


def test_yes_by_command_means_the_note_in_pending_and_not_what_was_put_aside() -> None:
    note = sighting(Place.PENDING)
    step = next_step(view(proposal(), guessed(Place.EXECUTING), note, decisions=[decision("approve")]))
    assert step == Move(note.path, Place.APPROVED)


def test_withdrawn_draft_that_expired_stays_so_when_the_clock_is_set_back() -> None:
    late = next_step(view(proposal(state=State.WITHDRAWN, filed=True), sighting(Place.APPROVED)))
    assert isinstance(late, Restate)
    assert "had expired" in late.why


def test_note_once_seen_is_never_restored() -> None:
    assert next_step(view(proposal())) == NoteGone()


def test_deleted_note_is_withdrawn_after_a_while() -> None:
    gone = proposal(gone_since=NOON - timedelta(minutes=11))
    assert next_step(view(gone)) == End(State.WITHDRAWN, "the note was deleted")


def test_note_that_comes_back_is_waited_for_again() -> None:
    assert next_step(view(proposal(gone_since=NOON), sighting(Place.PENDING))) == NoteBack()


def test_nobody_decided_in_time() -> None:
    step = next_step(view(proposal(expires_at=NOON), sighting(Place.PENDING)))
    assert step == End(State.EXPIRED, "nobody decided in time")


def test_edit_without_a_decision_changes_nothing() -> None:
    step = next_step(view(proposal(), sighting(Place.PENDING, text="Dear Anna")))
    assert isinstance(step, Wait)


def test_broken_note_in_pending_is_left_alone() -> None:
    step = next_step(view(proposal(), sighting(Place.PENDING, fault="line 3: …")))
    assert isinstance(step, Wait)


# --- yes


def test_moved_to_approved_is_held() -> None:
    approved = sighting(Place.APPROVED)
    assert next_step(view(proposal(), approved)) == Hold(approved, NOON + timedelta(seconds=60), twin=False)


def test_edited_text_is_approved_as_it_stands() -> None:
    approved = sighting(Place.APPROVED, text="Dear Anna")
    assert next_step(view(proposal(), approved)) == Hold(approved, NOON + timedelta(seconds=60), twin=False)


def test_identical_copy_in_pending_and_approved_is_an_approval() -> None:
    approved = sighting(Place.APPROVED)
    step = next_step(view(proposal(), sighting(Place.PENDING), approved))
    assert step == Hold(approved, NOON + timedelta(seconds=60), twin=True)


def test_ticked_box_moves_the_note_to_approved() -> None:
    ticked = sighting(Place.PENDING, approve=True)
    assert next_step(view(proposal(), ticked)) == Move(ticked.path, Place.APPROVED)


def test_yes_by_command_line_moves_the_note_to_approved() -> None:
    pending = sighting(Place.PENDING)
    step = next_step(view(proposal(), pending, decisions=[decision("approve")]))
    assert step == Move(pending.path, Place.APPROVED)


def test_approval_that_is_still_being_written_is_waited_for() -> None:
    step = next_step(view(proposal(), sighting(Place.APPROVED, text="Dea", settled_at=LATER)))
    assert step == Wait(LATER, "is still being written", busy=True)


def test_broken_approval_is_left_alone_while_somebody_may_be_typing() -> None:
    approved = sighting(Place.APPROVED, fault="line 3", patience_until=LATER)
    assert next_step(view(proposal(), approved)) == Wait(LATER, "cannot be read yet: line 3", busy=True)


def test_broken_approval_is_shown_again() -> None:
    approved = sighting(Place.APPROVED, fault="line 3")
    assert next_step(view(proposal(), approved)) == Restate("Your approved note could not be read: line 3", approved)


def test_changed_recipient_is_shown_back() -> None:
    step = next_step(view(proposal(), sighting(Place.APPROVED, changed=("to",))))
    assert isinstance(step, Restate)
    assert "to" in step.why


def test_yes_together_with_feedback_asks() -> None:
    step = next_step(view(proposal(), sighting(Place.APPROVED, feedback="shorter")))
    assert isinstance(step, Restate)
    assert "it also had feedback (“shorter”)" in step.why


def test_draft_whose_note_is_away_is_shown_again_on_request() -> None:
    step = next_step(view(proposal(gone_since=NOON), decisions=[decision("retry")]))
    assert isinstance(step, Restate)


def test_yes_and_no_first_seen_together_ask() -> None:
    step = next_step(view(proposal(), sighting(Place.PENDING, approve=True, reject=True)))
    assert isinstance(step, Restate)


def test_copies_in_approved_and_rejected_ask() -> None:
    step = next_step(view(proposal(), sighting(Place.APPROVED), sighting(Place.REJECTED)))
    assert isinstance(step, Restate)


def test_two_different_copies_in_approved_ask() -> None:
    step = next_step(
        view(proposal(), sighting(Place.APPROVED), sighting(Place.APPROVED, text="other", path="Approved/x.md"))
    )
    assert isinstance(step, Restate)


@pytest.mark.parametrize("place", [Place.PENDING, Place.APPROVED])
def test_yes_on_a_copy_of_another_name_with_other_words_asks(place: Place) -> None:
    copy = sighting(place, text="other", approve=True, path=f"{place.value}/Anna kopie.md")
    step = next_step(view(proposal(), sighting(Place.PENDING), copy))
    assert isinstance(step, Restate)
    assert step.sighting == copy


def test_yes_on_a_renamed_note_whose_old_name_a_slow_sync_left_counts() -> None:
    renamed = sighting(Place.PENDING, approve=True, path="Pending_Approval/Anna.md")
    assert next_step(view(proposal(), sighting(Place.PENDING), renamed)) == Move(renamed.path, Place.APPROVED)


def test_approval_found_after_expiry_asks_again() -> None:
    assert isinstance(next_step(view(proposal(expires_at=NOON), sighting(Place.APPROVED))), Restate)


def test_late_copy_of_a_withdrawn_draft_still_counts() -> None:
    late = sighting(Place.APPROVED)
    assert isinstance(next_step(view(proposal(state=State.WITHDRAWN), late)), Hold)


# --- no


def test_moved_to_rejected_is_rejected() -> None:
    assert next_step(view(proposal(), sighting(Place.REJECTED))) == End(State.REJECTED, "")


def test_ticked_reject_moves_the_note_to_rejected() -> None:
    ticked = sighting(Place.PENDING, reject=True)
    assert next_step(view(proposal(), ticked)) == Move(ticked.path, Place.REJECTED)


def test_no_by_command_line_keeps_its_reason() -> None:
    step = next_step(view(proposal(), sighting(Place.REJECTED), decisions=[decision("reject", reason="too long")]))
    assert step == End(State.REJECTED, "too long")


def test_later_no_by_command_line_wins_over_an_earlier_yes() -> None:
    decisions = [decision("approve"), decision("reject", seq=2)]
    pending = sighting(Place.PENDING)
    assert next_step(view(proposal(), pending, decisions=decisions)) == Move(pending.path, Place.REJECTED)


def test_feedback_makes_a_new_draft() -> None:
    rejected = proposal(state=State.REJECTED, decided_at=NOON)
    step = next_step(view(rejected, sighting(Place.REJECTED, feedback="shorter", text="Hello")))
    assert step == Redraft("shorter", "Hello")


def test_feedback_counts_once() -> None:
    rejected = proposal(state=State.REJECTED, decided_at=NOON)
    step = next_step(view(rejected, sighting(Place.REJECTED, feedback="shorter"), answered={"shorter"}))
    assert isinstance(step, Wait)


def test_feedback_after_the_window_is_archived() -> None:
    rejected = proposal(state=State.REJECTED, decided_at=NOON - timedelta(days=8))
    kept = sighting(Place.REJECTED, feedback="shorter")
    assert next_step(view(rejected, kept)) == File(kept.path)


def test_rejected_draft_taken_back_out_asks() -> None:
    rejected = proposal(state=State.REJECTED, decided_at=NOON)
    assert isinstance(next_step(view(rejected, sighting(Place.APPROVED))), Restate)


def test_leftover_of_a_rejected_draft_in_pending_is_no_second_thought() -> None:
    rejected = proposal(state=State.REJECTED, decided_at=NOON)
    step = next_step(view(rejected, sighting(Place.REJECTED), sighting(Place.PENDING)))
    assert isinstance(step, Wait)


# --- the hold


def test_hold_is_waited_out() -> None:
    step = next_step(view(held(), sighting(Place.APPROVED)))
    assert step == Wait(NOON + timedelta(seconds=60), "can still be undone", busy=True)


def test_effect_begins_after_the_hold() -> None:
    approved = sighting(Place.APPROVED)
    assert next_step(view(held(), approved, now=NOON + timedelta(seconds=60))) == Execute(approved.path)


def test_pause_blocks_the_effect() -> None:
    step = next_step(
        view(held(), sighting(Place.APPROVED), now=NOON + timedelta(hours=1), blocked=Blocked(None, "paused"))
    )
    assert step == Wait(None, "paused")


def test_held_draft_that_expired_meanwhile_asks_again() -> None:
    approved = sighting(Place.APPROVED)
    assert isinstance(next_step(view(held(expires_at=NOON), approved, now=NOON + timedelta(hours=1))), Restate)


def test_provider_that_asked_to_wait_is_waited_for() -> None:
    until = NOON + timedelta(hours=2)
    step = next_step(view(held(not_before=until), sighting(Place.APPROVED), now=NOON + timedelta(hours=1)))
    assert isinstance(step, Wait)
    assert step.until == until


def test_text_changed_during_the_hold_starts_it_again() -> None:
    changed = sighting(Place.APPROVED, text="Dear Anna")
    now = NOON + timedelta(seconds=59)
    assert next_step(view(held(), changed, now=now)) == Hold(changed, now + timedelta(seconds=60), twin=False)


def test_recipient_changed_during_the_hold_is_shown_back() -> None:
    assert isinstance(next_step(view(held(), sighting(Place.APPROVED, changed=("to",)))), Restate)


@pytest.mark.parametrize(
    "undone",
    [
        pytest.param(view(held(), sighting(Place.PENDING)), id="moved back"),
        pytest.param(view(held(), sighting(Place.APPROVED, reject=True)), id="reject ticked"),
        pytest.param(view(held(), sighting(Place.APPROVED), decisions=[decision("undo")]), id="employee undo"),
        pytest.param(view(held(), sighting(Place.APPROVED), sighting(Place.PENDING)), id="moved back, slow sync"),
    ],
)
def test_undo_in_every_way_makes_a_new_generation(undone: View) -> None:
    assert isinstance(next_step(undone), Restate)


def test_copy_that_stood_in_pending_when_the_hold_began_is_no_undo() -> None:
    twin = held(hold=ProposalHold(NOON, PUBLISHED, "owner", "folder", twin=True))
    approved = sighting(Place.APPROVED)
    assert next_step(view(twin, approved, sighting(Place.PENDING))) == Execute(approved.path)


def test_no_during_the_hold_wins() -> None:
    assert next_step(view(held(), sighting(Place.REJECTED))) == End(State.REJECTED, "")


def test_deleted_during_the_hold_is_never_sent() -> None:
    assert next_step(view(held(), now=NOON + timedelta(hours=1))) == NoteGone()


def test_file_claimed_before_a_crash_goes_back_to_approved() -> None:
    claimed = sighting(Place.EXECUTING)
    assert next_step(view(held(), claimed)) == Move(claimed.path, Place.APPROVED)


# --- after the effect began


def test_begun_effect_is_asked_about() -> None:
    assert next_step(view(held(state=State.SENDING), sighting(Place.EXECUTING))) == Recover()


def test_done_draft_is_filed() -> None:
    claimed = sighting(Place.EXECUTING)
    assert next_step(view(held(state=State.DONE), claimed)) == File(claimed.path)


def test_identical_leftover_of_a_done_draft_retires() -> None:
    leftover = sighting(Place.APPROVED)
    assert next_step(view(held(state=State.DONE, filed=True), leftover)) == Retire((leftover.path,))


def test_changed_copy_of_a_done_draft_is_reviewed() -> None:
    copy = sighting(Place.APPROVED, text="Send me too")
    step = next_step(view(held(state=State.DONE, filed=True), copy))
    assert isinstance(step, Review)
    assert step.path == copy.path


def test_superseded_note_leaves_the_folders_and_never_runs() -> None:
    old = sighting(Place.APPROVED, text="edited late")
    assert next_step(view(proposal(state=State.SUPERSEDED, latest=False), old)) == Retire((old.path,))


UNWANTED = [decision("obsolete", generation=0, reason="You answered it yourself.")]


@pytest.mark.parametrize("state", [proposal(), held(), proposal(state=State.WITHDRAWN)])
def test_answer_that_nobody_wants_any_more_is_over_whatever_else_was_said(state: Proposal) -> None:
    copies = (sighting(Place.APPROVED), sighting(Place.REJECTED))
    step = next_step(view(state, *copies, decisions=[*UNWANTED, decision("approve")]))
    assert step == End(State.SUPERSEDED, "You answered it yourself.")


def test_what_the_person_wrote_into_an_unwanted_answer_is_named() -> None:
    step = next_step(view(proposal(), sighting(Place.PENDING, text="Dear Anna"), decisions=UNWANTED))
    assert isinstance(step, End)
    assert "kept in Attachments/taaaaaaaaaa/" in step.why


@pytest.mark.parametrize("state", [State.SENDING, State.DONE, State.UNKNOWN, State.REFUSED, State.REJECTED])
def test_what_has_begun_or_is_over_is_not_unwanted(state: State) -> None:
    assert not isinstance(next_step(view(held(state=state), decisions=UNWANTED)), End)


def test_what_is_no_answer_is_not_unwanted() -> None:
    step = next_step(view(proposal(action="invoice.create"), sighting(Place.PENDING), decisions=UNWANTED))
    assert isinstance(step, Wait)


def test_unwanted_answer_leaves_the_folders_and_its_task_is_filed() -> None:
    over = proposal(state=State.SUPERSEDED)
    assert next_step(view(over, sighting(Place.PENDING))) == Retire((sighting(Place.PENDING).path,))
    assert next_step(view(over)) == File("")


def test_refused_effect_is_filed_with_the_reason() -> None:
    claimed = sighting(Place.EXECUTING)
    assert next_step(view(held(state=State.REFUSED), claimed)) == File(claimed.path)


def test_retry_of_a_refused_effect_asks_for_a_fresh_approval() -> None:
    failed = sighting(Place.FAILED, text="with a callout")
    step = next_step(view(held(state=State.REFUSED, filed=True), failed, decisions=[decision("retry")]))
    assert isinstance(step, Restate)


# --- a clock that ran ahead and was set back


def test_hold_that_began_in_the_future_begins_anew() -> None:
    ahead = ProposalHold(NOON + timedelta(days=30), PUBLISHED, "owner", "folder", twin=False)
    approved = sighting(Place.APPROVED)
    step = next_step(view(held(hold=ahead), approved))
    assert step == Hold(approved, NOON + timedelta(seconds=60), twin=False)


def test_wait_that_a_provider_asked_for_in_the_future_is_over() -> None:
    late = held(not_before=NOON + timedelta(days=30))
    step = next_step(view(late, sighting(Place.APPROVED), now=NOON + timedelta(seconds=61)))
    assert isinstance(step, Execute)


# --- unknown outcomes


def test_unknown_outcome_waits_for_the_person() -> None:
    step = next_step(view(held(state=State.UNKNOWN, filed=True), sighting(Place.REVIEW)))
    assert step == Wait(None, "you need to check whether it happened")


def test_unknown_moved_to_done_happened() -> None:
    moved = sighting(Place.DONE)
    assert next_step(view(held(state=State.UNKNOWN, filed=True), moved)) == Settle(State.DONE, moved.path)


def test_unknown_moved_to_rejected_is_dropped() -> None:
    moved = sighting(Place.REJECTED)
    assert next_step(view(held(state=State.UNKNOWN, filed=True), moved)) == Settle(State.REJECTED, moved.path)


def test_unknown_moved_to_approved_is_put_back() -> None:
    moved = sighting(Place.APPROVED, text="with a callout")
    assert next_step(view(held(state=State.UNKNOWN, filed=True), moved)) == Move(moved.path, Place.REVIEW)


@pytest.mark.parametrize(
    "checked",
    [
        pytest.param(
            view(held(state=State.UNKNOWN, filed=True), sighting(Place.PENDING, text="with a callout")),
            id="moved to pending",
        ),
        pytest.param(
            view(held(state=State.UNKNOWN, filed=True), sighting(Place.REVIEW), decisions=[decision("retry")]),
            id="employee retry",
        ),
    ],
)
def test_unknown_that_did_not_happen_needs_a_fresh_approval(checked: View) -> None:
    assert isinstance(next_step(checked), Restate)


@pytest.mark.parametrize("place", [Place.PENDING, Place.APPROVED])
@pytest.mark.parametrize("state", [State.UNKNOWN, State.REFUSED])
def test_copy_of_the_approved_file_that_a_slow_sync_left_is_no_answer(place: Place, state: State) -> None:
    left = sighting(place)
    assert next_step(view(held(state=state, filed=True), left)) == Retire((left.path,))


# --- expired


def test_expired_note_goes_to_rejected() -> None:
    pending = sighting(Place.PENDING)
    assert next_step(view(proposal(state=State.EXPIRED), pending)) == Move(pending.path, Place.REJECTED)


def test_expired_draft_taken_up_again_asks() -> None:
    assert isinstance(next_step(view(proposal(state=State.EXPIRED, filed=True), sighting(Place.APPROVED))), Restate)


# --- asked for again


@pytest.mark.parametrize(
    "turned_down",
    [
        pytest.param(view(proposal(state=State.REJECTED), decisions=[decision("retry")]), id="rejected, archived"),
        pytest.param(
            view(proposal(state=State.REJECTED), sighting(Place.REJECTED), decisions=[decision("retry")]), id="rejected"
        ),
        pytest.param(view(proposal(state=State.WITHDRAWN), decisions=[decision("retry")]), id="deleted"),
    ],
)
def test_draft_that_was_turned_down_can_be_asked_for_again(turned_down: View) -> None:
    assert isinstance(next_step(turned_down), Restate)


def test_second_copy_with_other_words_during_the_hold_is_asked_about() -> None:
    approved = sighting(Place.APPROVED)
    other = sighting(Place.APPROVED, path="Approved/OTHER_TAAAAAAAAAA.MD", text="Pay Eve")
    step = next_step(view(held(), approved, other, now=NOON + timedelta(seconds=60)))
    assert isinstance(step, Restate)
    assert "Two different copies" in step.why


def test_question_after_an_unknown_outcome_says_that_the_person_answered_meanwhile() -> None:
    said = "You answered it yourself, in your mail program."
    subject = held(state=State.UNKNOWN, filed=True)
    moved = sighting(Place.PENDING, text="with a callout")
    step = next_step(view(subject, moved, answered_by_hand=said))
    assert isinstance(step, Restate)
    assert said in step.why


def test_yes_after_a_no_by_command_that_nobody_acted_on_begins_the_hold_anew() -> None:
    said = [decision("undo"), decision("approve")]
    late = NOON + timedelta(seconds=30)
    step = next_step(view(held(), sighting(Place.APPROVED), decisions=said, now=late))
    assert step == Hold(sighting(Place.APPROVED), late + timedelta(seconds=60), twin=False)
