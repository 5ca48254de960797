"""Doing what `lifecycle.next_step` decided: one short method a step, each safe to be killed and done again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import assert_never

from daemon.core import document, frontmatter, neutral, steps
from daemon.core.errors import UserError
from daemon.core.ports import Missing, NameTaken, OutsideError, TooLarge, VaultProblem
from daemon.core.properties import Value
from daemon.core.proposal import Content, Hold, Proposal, State
from daemon.core.steps import Place, Sighting, Step
from daemon.core.view import View
from daemon.runtime.context import Context
from daemon.runtime.executor import REVIEW_HELP, Executor
from daemon.runtime.ledger.database import moment
from daemon.runtime.pages import Pages, Revision, cover_of
from daemon.runtime.task_notes import TaskNotes

log = logging.getLogger(__name__)
NEEDS_ACTION = "Needs_Action"


class Deeds:
    """Carries out steps. `do` returns whether anything changed, so that it is worth looking again at once."""

    def __init__(self, context: Context, pages: Pages, executor: Executor) -> None:
        self._context = context
        self._vault = context.vault
        self._ledger = context.ledger
        self._proposals = context.ledger.proposals
        self.pages = pages
        self.executor = executor
        self._notes = TaskNotes(context)

    def do(self, view: View, step: Step) -> bool:  # noqa: C901 - one line a step
        proposal, now = view.proposal, view.now
        match step:
            case steps.Wait():
                return self._heard(view) if not step.busy else False
            case steps.Publish():
                return self.publish(proposal)
            case steps.NoteGone():
                return self._gone(proposal, now)
            case steps.NoteBack():
                return self._gone(proposal, None)
            case steps.Move():
                return self.move(step.path, step.place)
            case steps.Hold():
                return self._hold(view, step)
            case steps.Execute():
                return bool(self.executor.start(proposal, step.path))
            case steps.Recover():
                return bool(self.executor.start_recovery(proposal))
            case steps.End():
                return self._end(view, step)
            case steps.Redraft():
                return self._redraft(proposal, step, now)
            case steps.Restate():
                return self._restate(view, step)
            case steps.Review():
                return self.review(step.path, step.why, now)
            case steps.Retire():
                return self._retire(proposal, step.paths)
            case steps.Settle():
                return self._settle(view, step)
            case steps.File():
                return self._heard(view) | self._file(proposal, step.path, now)
            case _:  # pragma: no cover
                assert_never(step)

    def review(self, path: str, why: str, now: datetime) -> bool:
        """A file nobody proposed, or a changed copy: out of the way, with the reason in it."""
        name = path.rpartition("/")[2]
        target = f"{Place.REVIEW.value}/{name}"
        help_ = "Nothing was done. To have it done, drop the text into Inbox/. To drop it, move it to Rejected/."
        try:
            if data := self._note(path):
                noted = document.with_callout(data, "warning", "Needs your review", f"{why}.\n{help_}")
                self._rewrite_beside(path, target, noted, data)
            else:
                self._move_beside(path, Place.REVIEW.value)
        except Missing:
            return False
        self._ledger.audit.record(now, "REVIEW", "", {"path": path, "why": why})
        log.warning("%s: moved to Needs_Review/: %s", path, why)
        return True

    def _note(self, path: str) -> bytes:
        """A file into which a sentence may be written; b"" for what is no note, which is only moved."""
        try:
            return self._vault.read(path) if path.endswith(".md") else b""
        except TooLarge:
            return b""

    def answered(self, proposal: Proposal) -> frozenset[str]:
        """Feedback that led to a new draft; not what was only recorded when a kill came, its task still lying aside."""
        earlier = self._ledger.tasks.earlier(proposal.id)
        mine = {each.feedback for each in earlier if each.generation == proposal.generation}
        begun = frozenset(each.feedback for each in earlier)
        return begun - mine if mine and self._lies_aside(proposal) else begun

    # --- one method a step

    def _heard(self, view: View) -> bool:
        if view.decisions:
            self._ledger.decisions.apply(view.decisions, view.now)
        return False

    def publish(self, proposal: Proposal) -> bool:
        content = self._proposals.content(proposal.key)
        path = f"{Place.PENDING.value}/{content.name}"
        try:
            self._vault.create(path, content.note)
        except NameTaken:
            if self._vault.read(path) != content.note:
                self._vault.create_beside(path, content.note)
        self._proposals.mark_seen([proposal.key])
        log.info("%s: %s waits in Pending_Approval/", proposal.label, proposal.action)
        return True

    def _gone(self, proposal: Proposal, since: datetime | None) -> bool:
        self._proposals.mark_gone(proposal.key, since)
        return True

    def move(self, path: str, place: Place) -> bool:
        """False when it is gone, or has to wait. A move that a crash left halfway is ended by doing it again.

        In Approved/ only its own name is a yes: a note waits until what has that name there was put aside.
        """
        try:
            if place is Place.APPROVED:
                self._vault.move(path, place.value)
            else:
                self._move_beside(path, place.value)
        except Missing:
            return False
        except NameTaken:
            return self._waits_for(f"{place.value}/{path.rpartition('/')[2]}")
        return True

    def _waits_for(self, taken: str) -> bool:
        """False: the file that has the name will be put aside. Raises NameTaken for what nobody ever does."""
        if self._is_file(taken):
            return False
        raise NameTaken(f"{taken} is a folder or a link and has the name of a note that belongs there; rename it")

    def _hold(self, view: View, step: steps.Hold) -> bool:
        decision = next((d for d in view.decisions if d.verdict == "approve"), None)
        by, via = (decision.by, decision.via) if decision else ("owner", _via(step.sighting))
        hold = Hold(step.until, step.sighting.reading.digest, by, via, step.twin)
        with self._ledger.transaction():
            held = self._proposals.hold(view.proposal, hold, view.now)
            self._heard(view)
        log.info("%s: approved (%s), begins at %s", view.proposal.label, via, self._context.local(step.until))
        return held

    def _end(self, view: View, step: steps.End) -> bool:
        """A decision counts as heard only when it had its effect: what has begun meanwhile is decided anew."""
        with self._ledger.transaction():
            ended = self._proposals.end(view.proposal, step.state, step.why, view.now)
            if ended:
                self._heard(view)
        log.info("%s: %s: %s", view.proposal.label, step.state.value, step.why)
        return ended

    def _redraft(self, proposal: Proposal, step: steps.Redraft, now: datetime) -> bool:
        """The task goes back to Needs_Action/; its agent finds the feedback on its desk."""
        content = self._proposals.content(proposal.key)
        task = cover_of(content).task
        self._ledger.tasks.add_feedback(proposal.key, step.feedback, step.text or content.text, now)
        try:
            self._vault.move(task, NEEDS_ACTION)
        except Missing:
            return False
        except NameTaken:
            return self._waits_for(f"{NEEDS_ACTION}/{task.rpartition('/')[2]}")
        self._ledger.tasks.forgive(proposal.id)
        log.info("%s: your feedback makes a new draft", proposal.label)
        return True

    def _is_file(self, path: str) -> bool:
        try:
            return self._vault.stat(path).regular
        except Missing:
            return True  # it is gone meanwhile

    def _lies_aside(self, proposal: Proposal) -> bool:
        try:
            self._vault.stat(cover_of(self._proposals.content(proposal.key)).task)
        except Missing:
            return False
        return True

    def _restate(self, view: View, step: steps.Restate) -> bool:
        proposal, now = view.proposal, view.now
        old = self._proposals.content(proposal.key)
        text = step.sighting.reading.text if step.sighting and not step.sighting.reading.fault else old.text
        revision = self._revised(old, step, text)
        key = (proposal.id, proposal.generation + 1)
        content = self.pages.again(key, old, revision, now)
        with self._ledger.transaction():
            made = self._proposals.propose(
                key, content, replacing=proposal.generation, expires=self.pages.expires_at(now), now=now
            )
            if made:
                said = {"generation": key[1], "why": revision.question}
                self._ledger.audit.record(now, "RESTATED", proposal.id, said)
            self._heard(view)
        log.info("%s: shown again as generation %d: %s", proposal.label, key[1], step.why)
        return made

    def _revised(self, old: Content, step: steps.Restate, text: str) -> Revision:
        """What the person made of it, or what it was, with the reason why not."""
        params = self.pages.params(old.action, old.params)
        reading = step.sighting.reading if step.sighting else None
        if reading is None or not (reading.changed or reading.restated):
            return Revision(params, document.draft_text(text), step.why)
        try:
            return replace(self.pages.revised(old, reading, text), question=step.why)
        except UserError as error:
            why = step.why if str(error) in step.why else f"{step.why} It cannot be done as it stands: {error}"
            if isinstance(error, OutsideError):
                shown = document.draft_text(error.text)
                return Revision(error.params, shown, why, edited=bool(reading.changed) or shown != old.text)
            return Revision(params, document.draft_text(self.pages.own_words(old, text)), why)

    def _retire(self, proposal: Proposal, paths: Sequence[str]) -> bool:
        for path in paths:
            self._keep_aside(path, proposal.id)
        return bool(paths)

    def _settle(self, view: View, step: steps.Settle) -> bool:
        self._proposals.settle(view.proposal, step.state, "you said so", day=self._context.day(view.now), now=view.now)
        return not self._heard(view)

    def _file(self, proposal: Proposal, path: str, now: datetime) -> bool:
        match proposal.state:
            case State.DONE:
                month = self._context.month(self._over_at(proposal) or now)
                self._place(proposal, path, f"{Place.DONE.value}/{month}", self._done_note(proposal))
            case State.REFUSED:
                said = f"{neutral.inline(proposal.why)}\n\nTo try again: `employee retry {proposal.id}`."
                self._place_with_callout(proposal, path, Place.FAILED, ("failure", "The provider refused it", said))
            case State.UNKNOWN:
                said = f"{neutral.inline(proposal.why)}\n\n{REVIEW_HELP}"
                self._place_with_callout(
                    proposal, path, Place.REVIEW, ("warning", "Nobody can know whether this happened", said)
                )
            case State.SUPERSEDED if proposal.latest:
                self._close(proposal, now)
            case State.REJECTED | State.EXPIRED if path:
                self._vault.move(path, f"{Place.REJECTED.value}/{self._context.month(now)}")
            case _:
                pass
        self._proposals.mark_filed(proposal.key)
        return True

    def _close(self, proposal: Proposal, now: datetime) -> None:
        """The task of an answer that nobody wants any more."""
        task = cover_of(self._proposals.content(proposal.key)).task
        try:
            self._notes.close(task, proposal.id, proposal.why, now)
        except Missing:
            log.info("%s: the note of its task is not beside its originals", proposal.label)

    # --- notes of finished proposals

    def _over_at(self, proposal: Proposal) -> datetime | None:
        """When the effect ended: a note that is filed again after a kill goes to the same month, whatever it is now."""
        effect = self._proposals.effect(proposal.key)
        return moment(effect["finished_at"]) if effect and effect["finished_at"] else None

    def _done_note(self, proposal: Proposal) -> bytes:
        effect = self._proposals.effect(proposal.key)
        added: dict[str, Value] = {"outcome": "sent", "receipt": "you said that it happened"}
        if effect and effect["receipt"]:
            added = {"outcome": effect["outcome"], "receipt": effect["receipt"]}
            added["executed"] = self._context.local(moment(effect["finished_at"]))
        if proposal.hold:
            added |= {"approved_by": proposal.hold.by, "approved_via": proposal.hold.via}
        cover = cover_of(self._proposals.content(proposal.key))
        added |= {"cost_usd": Decimal(cover.cost or 0)} if cover.cost or cover.model else {}
        added |= {"model": cover.model} if cover.model else {}
        return frontmatter.edit(self._proposals.snapshot(proposal.key), added)

    def _place_with_callout(self, proposal: Proposal, path: str, place: Place, callout: tuple[str, str, str]) -> None:
        note = document.with_callout(self._proposals.snapshot(proposal.key), *callout)
        self._place(proposal, path, place.value, note)

    def _place(self, proposal: Proposal, path: str, folder: str, note: bytes) -> None:
        """The final note from the snapshot, then the claimed file goes; either order of a kill ends the same."""
        target = f"{folder}/{proposal.name}"
        try:
            self._vault.create(target, note)
        except NameTaken:
            if not self._is_there(target, note):
                self._vault.create_beside(target, note)
        if path and path != target:
            self._keep_aside(path, proposal.id, unless=self._proposals.snapshot(proposal.key))

    def _is_there(self, path: str, note: bytes) -> bool:
        """Filed before a restart; another file of that name is not the proof of an effect."""
        try:
            return self._vault.read(path) == note
        except VaultProblem:
            return False

    def _keep_aside(self, path: str, task: str, *, unless: bytes | None = None) -> None:
        """Leftovers are kept beside the originals; one that is exactly `unless` holds nothing new and goes."""
        try:
            data = self._vault.read(path)
            if data == unless:
                self._vault.remove(path, expected=data)
            else:
                self._move_beside(path, f"Attachments/{task}")
        except Missing:
            log.debug("%s: already gone", path)

    def _move_beside(self, path: str, folder: str) -> str:
        """Move under the same name, or under a free one when a file of that name is there."""
        try:
            return self._vault.move(path, folder)
        except NameTaken:
            data = self._vault.read(path)
            return self._rewrite_beside(path, f"{folder}/{path.rpartition('/')[2]}", data, data)

    def _rewrite_beside(self, path: str, target: str, data: bytes, expected: bytes) -> str:
        made = self._vault.create_beside(target, data)
        self._vault.remove(path, expected=expected)
        return made


def _via(sighting: Sighting) -> str:
    return "checkbox" if sighting.reading.approve else "folder"
