"""What to do next with a proposal: one pure decision from the ledger row and what lies in the vault.

    Needs_Action/ -> In_Progress/<agent>/ -> Pending_Approval/ -> (a person) -> Approved/ -> executor -> Done/

`next_step` is asked again and again, after every event and after a restart; it never remembers anything itself. So a
missed event, a doubled event and a crash are all ordinary: the next look sees the folders as they are.

The rules a person can count on:
- nothing happens without a yes; a yes and a no first seen together do nothing and ask;
- nothing counts as an answer that was there before the draft was shown, whatever id and generation it bears;
- until the effect begins, any later no wins;
- a changed text is what they want (stability and hold start again); a changed protected field is shown back once;
- a generation that was rejected, undone, expired or replaced can never run;
- nor can an answer that is no longer wanted: the person gave it themselves, or a newer mail gets one of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import assert_never

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
    Reading,
    Recover,
    Redraft,
    Restate,
    Retire,
    Review,
    Settle,
    Sighting,
    Step,
    Wait,
)
from daemon.core.view import View


def next_step(view: View) -> Step:
    """What to do with this proposal now; `Wait` when nothing is to be done."""
    if view.unwanted and is_open_answer(view.proposal):
        return End(State.SUPERSEDED, _unwanted(view))
    return _by_state(view)


def _by_state(view: View) -> Step:
    match view.proposal.state:
        case State.PROPOSED | State.WITHDRAWN:
            return _undecided(view)
        case State.HELD:
            return _held(view)
        case State.SENDING:
            return Recover()
        case State.UNKNOWN:
            return _unknown(view)
        case State.REJECTED:
            return _rejected(view)
        case State.EXPIRED:
            return _expired(view)
        case State.REFUSED | State.DONE | State.SUPERSEDED:
            return _over(view)
        case _:  # pragma: no cover
            assert_never(view.proposal.state)


def is_open_answer(proposal: Proposal) -> bool:
    """Whether it answers a mail and nothing has begun: only that can be no longer wanted."""
    undecided = proposal.state in {State.PROPOSED, State.HELD, State.WITHDRAWN}
    return undecided and proposal.action.startswith("email.")


def _unwanted(view: View) -> str:
    """Why it is over, and where the person's own words are."""
    edited = any(not each.reading.identical for each in view.in_person_folders)
    kept = f" Your version of the draft is kept in Attachments/{view.proposal.id}/." if edited else ""
    return f"{view.unwanted}{kept}"


def _undecided(view: View) -> Step:
    return _decided(view) if view.shown else _unshown(view)


def _unshown(view: View) -> Step:
    """A generation can be guessed: what bears it already is put aside, and counts neither as its note nor as a word."""
    early = view.at(Place.PENDING, Place.APPROVED, Place.REJECTED, Place.EXECUTING)
    if early:
        return _settling(early, view.now) or Review(early[0].path, _EARLY)
    return Publish()


def _decided(view: View) -> Step:
    settling = _settling(view.in_person_folders, view.now)
    rejections = view.at(Place.REJECTED) or [s for s in view.in_person_folders if s.reading.reject]
    approvals = view.at(Place.APPROVED) or [s for s in view.in_person_folders if s.reading.approve]
    no = bool(rejections) or view.verdict == "reject"
    yes = bool(approvals) or view.verdict == "approve"
    if settling and (yes or no):
        return settling
    if yes and no and view.verdict != "reject":
        return Restate("You said yes and no at the same time, so nothing was done. Please decide again.",
                       _best(view))  # fmt: skip
    if no:
        return _turned_down(view, rejections)
    if yes and view.notes:
        return _approved(view, approvals or view.notes)
    if not view.notes:
        return _away(view)
    if view.proposal.gone_since:
        return NoteBack()
    if view.expired and view.proposal.state is State.PROPOSED:
        return End(State.EXPIRED, "nobody decided in time")
    return Wait(view.proposal.expires_at, "waits for your decision")


def _turned_down(view: View, rejections: list[Sighting]) -> Step:
    if not view.notes:
        return End(State.REJECTED, _reason(view))
    chosen = (rejections or view.notes)[0]
    if chosen.place is not Place.REJECTED:
        return Move(chosen.path, Place.REJECTED)
    return End(State.REJECTED, _reason(view) or chosen.reading.feedback)


def _approved(view: View, approvals: list[Sighting]) -> Step:
    chosen = approvals[0]
    if _rivals(view, chosen):
        return Restate(_RIVALS, chosen)
    if chosen.place is not Place.APPROVED:
        return Move(chosen.path, Place.APPROVED)
    if len({s.reading.digest for s in approvals}) > 1:
        return Restate("Two different copies of this draft were approved; this is the first one.", chosen)
    question = _question(view, chosen)
    if question:
        return question
    if not chosen.reading.approve and any(each.file not in {"", chosen.reading.digest} for each in view.decisions):
        return Restate("The draft was changed after you approved it by command. Approve it as it is now.", chosen)
    if _unlike(view.at(Place.PENDING), chosen.reading.digest):
        return Restate(_TWO_VERSIONS, chosen)
    if doubles := _doubles(view, approvals):
        return doubles
    twin = bool(view.at(Place.PENDING))
    return Hold(chosen, view.now + view.rules.hold, twin)


def _rivals(view: View, chosen: Sighting) -> list[Sighting]:
    """Notes in Pending_Approval/ of another name, with other words: one of the two is a copy, and nobody knows which.

    Of the same name it is the rest of a move that comes in pieces.
    """
    name = chosen.path.rpartition("/")[2]
    others = (s for s in view.at(Place.PENDING) if s.path.rpartition("/")[2] != name)
    return [s for s in others if s.reading.fault or s.reading.text != chosen.reading.text]


def _doubles(view: View, approved: Sequence[Sighting]) -> Retire | None:
    """A yes lies there once: who takes it back, or deletes it, would not know of the copies."""
    mine = next((s for s in approved if s.path.endswith(f"/{view.proposal.name}")), approved[0])
    others = tuple(s.path for s in approved if s is not mine)
    return Retire(others) if others else None


def _question(view: View, chosen: Sighting) -> Step | None:
    """Why this approval cannot count as it stands, if anything."""
    reading = chosen.reading
    if reading.fault:
        if view.now < chosen.patience_until:
            return Wait(chosen.patience_until, f"cannot be read yet: {reading.fault}", busy=True)
        return Restate(f"Your approved note could not be read: {reading.fault}", chosen)
    if view.expired or view.proposal.filed:  # filed: it had expired by a clock that was set back since
        return Restate(
            "This draft had expired when the approval was found. Approve it again if it still holds.", chosen
        )
    if reading.changed:
        fields = ", ".join(f"“{name}”" for name in reading.changed)
        return Restate(
            f"You changed {fields} in the properties. Please check that it is right now and approve once more.", chosen
        )
    if reading.partial and view.now < chosen.patience_until:
        return Wait(chosen.patience_until, "the end of its text is still missing", busy=True)
    if reading.restated:
        return Restate(reading.restated, chosen)
    if reading.feedback:
        return Restate(_BOTH.format(textwrap.shorten(reading.feedback, 200, placeholder=" …")), chosen)
    return None


def _held(view: View) -> Step:
    held = view.proposal.hold
    approved = view.at(Place.APPROVED)
    settling = _settling(view.at(Place.APPROVED, Place.PENDING, Place.REJECTED), view.now)
    if view.at(Place.REJECTED) or view.verdict == "reject":
        return settling or _turned_down(view, view.at(Place.REJECTED))
    if view.verdict == "undo" or any(s.reading.reject for s in approved):
        return settling or Restate("You undid your approval. Nothing was sent.", _best(view))
    if view.at(Place.PENDING) and not (held and held.twin and approved):
        return settling or Restate("You moved the draft back. Nothing was sent.", view.at(Place.PENDING)[0])
    if held and (edited := _unlike(view.at(Place.PENDING), held.file_digest)):
        return settling or Restate("You changed the copy in Pending_Approval/. Nothing was sent.", edited[0])
    if not approved:
        claimed = view.at(Place.EXECUTING)
        return Move(claimed[0].path, Place.APPROVED) if claimed else _away(view)
    if held is None or view.yes_again or any(each.reading.digest != held.file_digest for each in approved):
        return settling or _approved(view, approved)
    return _doubles(view, approved) or _after_hold(view, held.until, approved[0])


def _after_hold(view: View, until: datetime, chosen: Sighting) -> Step:
    if view.proposal.gone_since:
        return NoteBack()
    if view.expired:
        return Restate("This draft expired before it could be done. Approve it again if it still holds.", chosen)
    if until - view.now > view.rules.hold:  # written down by a clock that ran ahead and was set back since
        return Hold(chosen, view.now + view.rules.hold, bool(view.at(Place.PENDING)))
    if view.now < until:
        return Wait(until, "can still be undone", busy=True)
    later = view.proposal.not_before
    if later and view.now < later <= view.now + _LONGEST_WAIT:
        return Wait(later, view.proposal.why or "the provider asked to wait")
    if view.rules.blocked:
        return Wait(view.rules.blocked.until, view.rules.blocked.why)
    if leftovers := view.at(Place.EXECUTING):  # another copy, put there by hand, has the name that the claim needs
        return Retire(tuple(s.path for s in leftovers))
    return Execute(chosen.path)


def _away(view: View) -> Step:
    """No file bears this proposal."""
    since = view.proposal.gone_since
    if view.verdict == "retry":
        return Restate("You had deleted this draft and asked for it again. Approve it if you want it.", None)
    if view.proposal.state is State.WITHDRAWN:
        return _file(view, ()) if view.expired else Wait(None, "withdrawn")
    if since is None:
        return NoteGone()
    if view.now - since < view.rules.gone:
        return Wait(since + view.rules.gone, "its note was deleted or is being synced")
    return End(State.WITHDRAWN, "the note was deleted")


def _unknown(view: View) -> Step:
    if leftovers := _approved_before(view):  # not an answer: nobody moved it since it was approved
        return Retire(leftovers)
    if not view.proposal.filed:  # nothing can be an answer that was there before anybody was asked
        early = tuple(s.path for s in view.at(Place.PENDING, Place.APPROVED, Place.REJECTED, Place.DONE))
        return Retire(early) if early else File((view.at(Place.EXECUTING) or [_NOWHERE])[0].path)
    if view.verdict == "retry" or view.at(Place.PENDING):
        said = ("You checked that it did not happen.", view.answered_by_hand, "Approve it to try again.")
        return Restate(" ".join(filter(None, said)), (view.at(Place.PENDING, Place.REVIEW) or [None])[0])
    if view.verdict == "reject" or view.at(Place.REJECTED):
        return Settle(State.REJECTED, (view.at(Place.REJECTED, Place.REVIEW) or [_NOWHERE])[0].path)
    if view.at(Place.DONE):
        return Settle(State.DONE, view.at(Place.DONE)[0].path)
    if view.at(Place.APPROVED):
        return Move(view.at(Place.APPROVED)[0].path, Place.REVIEW)
    return Wait(None, "you need to check whether it happened")


def _rejected(view: View) -> Step:
    kept = view.at(Place.REJECTED)
    if view.verdict == "retry":
        return Restate("You had rejected this draft and asked for it again. Approve it if you want it.", _best(view))
    reconsidered = view.at(Place.APPROVED) or (view.at(Place.PENDING) if not kept else [])
    if reconsidered:
        said = "You had rejected this draft and took it back out. Approve it if you want it after all."
        return _settling(reconsidered, view.now) or Restate(said, reconsidered[0])
    if view.at(Place.REVIEW):  # an unknown outcome that the person dropped by command
        return Move(view.at(Place.REVIEW)[0].path, Place.REJECTED)
    until = (view.proposal.decided_at or view.now) + view.rules.feedback_window
    feedback = (kept[0].reading.feedback if kept else "") or view.proposal.why
    if feedback and feedback not in view.answered and view.now < until:
        return _settling(kept, view.now) or Redraft(feedback, kept[0].reading.text if kept else "")
    if not kept or view.now >= until:
        return _file(view, kept)
    return Wait(until, "rejected; write feedback to get a new draft")


def _expired(view: View) -> Step:
    pending = view.at(Place.PENDING)
    if view.at(Place.APPROVED) or view.verdict == "approve" or (pending and view.proposal.filed):
        return Restate("This draft had expired when you took it up again. Approve it if it still holds.", _best(view))
    if pending:
        return Move(pending[0].path, Place.REJECTED)
    return _file(view, view.at(Place.REJECTED))


def _refused(view: View) -> Step | None:
    if leftovers := _approved_before(view):
        return Retire(leftovers)
    again = view.at(Place.PENDING, Place.APPROVED)
    if again or view.verdict == "retry":
        said = f"The provider refused it before ({view.proposal.why}). Approve it to try again."
        return Restate(said, (again or view.at(Place.FAILED) or [None])[0])
    return None


def _over(view: View) -> Step:
    """Nothing can run any more: file the note, clear leftover copies."""
    again = _refused(view) if view.proposal.state is State.REFUSED else None
    if again:
        return again
    leftovers = view.in_person_folders
    carried_out = view.proposal.state is State.DONE
    known = {view.proposal.hold.file_digest} if view.proposal.hold else set[str]()
    approvable = view.at(Place.PENDING, Place.APPROVED)
    edited = [s for s in approvable if not s.reading.identical and s.reading.digest not in known]
    if carried_out and edited:
        said = "This is a changed copy of a draft that was already carried out. Nothing was done with it."
        return _settling(edited, view.now) or Review(edited[0].path, said)
    if view.proposal.state is State.SUPERSEDED and view.sightings:
        return Retire(tuple(s.path for s in view.sightings))
    if not view.proposal.filed:
        return File((view.at(Place.EXECUTING) or [_NOWHERE])[0].path)
    leftovers += view.at(Place.EXECUTING, Place.DONE)
    if leftovers and view.proposal.state is not State.REFUSED:
        return Retire(tuple(s.path for s in leftovers))
    return Wait(None, "finished")


# --- small questions -------------------------------------------------------------------------------------

_TWO_VERSIONS = (
    "There were two versions of this draft, one in Approved/ and another in Pending_Approval/, so nothing was done. "
    "This is the one from Approved/; the other one lies beside the task."
)
_RIVALS = (
    "There were two notes of this draft under different names and with different words, so nothing was done. This is "
    "the one you approved; the other one lies beside the task."
)
_EARLY = "It was there before the draft that it names was shown to you"
_BOTH = (
    "You approved this draft, but it also had feedback (“{}”), so nothing was done. To have it done as it is now, "
    "approve once more; for a new draft, write the feedback again and reject it."
)
_LONGEST_WAIT = timedelta(days=1)  # no provider asks for more; a later time was written down by a wrong clock
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_NOWHERE = Sighting(Place.REVIEW, "", _LONG_AGO, _LONG_AGO, Reading("", identical=True))


def _settling(sightings: Sequence[Sighting], now: datetime) -> Wait | None:
    latest = max((s.settled_at for s in sightings), default=now)
    return Wait(latest, "is still being written", busy=True) if latest > now else None


def _unlike(copies: Sequence[Sighting], digest: str) -> list[Sighting]:
    """Those that are neither as published nor the file with this digest: somebody wrote into them."""
    return [copy for copy in copies if not copy.reading.identical and copy.reading.digest != digest]


def _best(view: View) -> Sighting | None:
    """The copy that holds what the person wrote last: an edited one before an untouched one."""
    readable = [s for s in view.in_person_folders if not s.reading.fault]
    return next((s for s in readable if not s.reading.identical), readable[0] if readable else None)


def _file(view: View, kept: Sequence[Sighting]) -> Step:
    if view.proposal.filed:
        return Wait(None, "finished")
    return File(kept[0].path if kept else "")


def _reason(view: View) -> str:
    return next((d.reason for d in reversed(view.decisions) if d.verdict == "reject"), "")


def _approved_before(view: View) -> tuple[str, ...]:
    """Copies of exactly the approved file that a slow sync or a crash left; what was filed since says why in it."""
    held = view.proposal.hold
    return tuple(
        s.path for s in view.at(Place.PENDING, Place.APPROVED) if held and s.reading.digest == held.file_digest
    )
