"""The manager role: look at the vault, decide for every proposal, do it, take the next tasks.

It keeps nothing in memory that it could not find out again; killing it at any point loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.core import lifecycle, names, settings
from daemon.core.proposal import Decision, Key, Proposal, State
from daemon.core.steps import Place, Rules, Sighting, Wait
from daemon.core.view import View
from daemon.runtime import belonging, dashboard
from daemon.runtime.claims import Claims, being_drafted
from daemon.runtime.context import Context
from daemon.runtime.dashboard import Dashboard
from daemon.runtime.deeds import Deeds
from daemon.runtime.gate import Opening
from daemon.runtime.lookout import Look, Lookout
from daemon.runtime.pace import Pace, Troubles, Waiting


@dataclass(slots=True)
class _Turn:
    """One look and what came of it so far."""

    look: Look
    gate: Opening
    now: datetime
    waits: list[Waiting] = field(default_factory=list[Waiting])
    due: list[datetime] = field(default_factory=list[datetime])  # work that needs no person
    retried: bool = False  # a task went back to Needs_Action/ after the look
    undone: set[str] = field(default_factory=set[str])  # ids of tasks with a decision that may still be open
    unwanted: dict[str, Decision] = field(default_factory=dict[str, Decision])  # by task, its answer


_WAITING = (State.PROPOSED, State.HELD, State.UNKNOWN)  # what a person would call waiting


class Manager:
    """The one role that moves or changes notes."""

    name = "manager"

    def __init__(self, context: Context, lookout: Lookout, deeds: Deeds, claims: Claims, *, board: Dashboard) -> None:
        self._context = context
        self._ledger = context.ledger
        self._settings = context.settings
        self._lookout = lookout
        self._deeds = deeds
        self._executor = deeds.executor
        self._pages = deeds.pages
        self._claims = claims
        self._board = board
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """One look at everything. Raises Transient when the vault or the ledger cannot be used at all."""
        self._board.require_ours()
        belonging.require(self._context.vault, self._ledger)
        self._ledger.note_day(self._context.day(now), now)
        changed = self._collect(now)
        turn = _Turn(self._look(now), self._context.gate.open(now), now)
        self._mark_seen(turn.look)
        decisions = self._decisions(turn)
        for proposal in sorted(turn.look.proposals.values(), key=_order):
            if self._resting(proposal.key, now):
                turn.waits.extend(self._told(proposal))
            elif proposal.key not in self._executor.busy:
                with self._troubles.contained(_name(proposal.key), now):
                    changed |= self._proposal(turn, proposal, decisions.get(proposal.key, []))
        changed |= self._strays(turn)
        changed |= self._claims.step(turn.look, self._troubles, now, unwanted=turn.unwanted)
        return self._pace(turn, changed=changed or turn.retried)

    def _look(self, now: datetime) -> Look:
        """One look, after the moves that a crash left halfway have been ended."""
        look = self._lookout.look(now)
        ended = [self._deeds.move(path, place) for path, place in look.halfway]
        return self._lookout.look(now) if any(ended) else look

    def _pace(self, turn: _Turn, *, changed: bool) -> Pace:
        later = [*turn.due, self._troubles.next_try(), self._claims.next_at(turn.now)]
        due = [at for at in later if at and at > turn.now]
        put_off = self._claims.put_off
        self._forget_troubles(turn)
        return Pace(
            changed,
            min(due, default=None),
            bool(self._executor.busy) or self._claims.busy,
            (*turn.waits, *put_off.waits()),
            (*turn.look.notices, *put_off.told(), *self._unapplied(turn)),
            (*_unreadable(turn.gate), *self._troubles.problems()),
        )

    def _unapplied(self, turn: _Turn) -> list[str]:
        """What the person changed in their settings since the start, and what only a start reads."""
        standing = turn.gate.settings
        changed = settings.unapplied(self._settings, standing) if standing else []
        return [f"{path} was changed in your settings; it counts when AI Employee is started again" for path in changed]

    def tick(self, now: datetime) -> None:
        """Between looks: show on the dashboard what is new."""
        self._show(now)

    def close(self, now: datetime) -> None:
        """What has begun is finished; what has not is found again at the next start."""
        self._executor.close()
        self._claims.close()
        self._show(now, stopping=True)

    def _show(self, now: datetime, *, stopping: bool = False) -> None:
        """A dashboard that cannot be written is a problem, never a reason to stop."""
        if stopping or not self._troubles.resting(dashboard.NAME, now):
            with self._troubles.contained(dashboard.NAME, now):
                belonging.require(self._context.vault, self._ledger)
                self._board.show(now, at_once=stopping, stopping=stopping)

    def _proposal(self, turn: _Turn, proposal: Proposal, decisions: Sequence[Decision]) -> bool:
        view = self._view(turn, proposal, decisions)
        step = lifecycle.next_step(view)
        if isinstance(step, Wait):
            if step.busy and step.until:
                turn.due.append(step.until)
            elif proposal.state in _WAITING:
                turn.waits.append(Waiting(f"{proposal.label} {proposal.title}", step.why, step.until))
        return self._deeds.do(view, step)

    def _view(self, turn: _Turn, proposal: Proposal, decisions: Sequence[Decision]) -> View:
        answered = frozenset[str]()
        if proposal.state is State.REJECTED:
            answered = self._deeds.answered(proposal)
        rules = Rules(
            hold=(turn.gate.settings or self._settings).hold(proposal.action),
            gone=timedelta(minutes=self._settings.approval.gone_minutes),
            feedback_window=timedelta(days=self._settings.approval.feedback_days),
            blocked=turn.gate.blocked(proposal.action) if proposal.state is State.HELD else None,
        )
        sightings = [self._understood(proposal, s) for s in turn.look.sightings.get(proposal.key, [])]
        by_hand = self._ledger.jottings.get(proposal.id, "answered") if proposal.state is State.UNKNOWN else ""
        return View(proposal, sightings, decisions, rules, turn.now, answered, by_hand)

    def _understood(self, proposal: Proposal, sighting: Sighting) -> Sighting:
        """An untouched draft is looked at as well when it is approved: it may lack what only the person knows."""
        if proposal.state in {State.SENDING, State.DONE, State.SUPERSEDED}:
            return sighting
        held = proposal.hold.file_digest if proposal.state is State.HELD and proposal.hold else ""
        fresh = sighting.place is Place.APPROVED and sighting.reading.digest != held
        if sighting.reading.identical and not fresh:
            return sighting
        content = self._ledger.proposals.content(proposal.key)
        return replace(sighting, reading=self._pages.understood(content, sighting.reading))

    def _mark_seen(self, look: Look) -> None:
        """Only its own note shows a draft: another one may bear an id and generation that were guessed."""
        found = ((key, any(s.reading.genuine for s in each)) for key, each in look.sightings.items())
        unseen = [key for key, shown in found if shown and not look.proposals[key].seen]
        if unseen:
            self._ledger.proposals.mark_seen(unseen)

    def _decisions(self, turn: _Turn) -> dict[Key, list[Decision]]:
        """Open decisions by proposal; those about tasks are carried out here, those about nothing are dropped."""
        found: dict[Key, list[Decision]] = {}
        look = turn.look
        for decision in self._ledger.decisions.open():
            key = (decision.id, decision.generation)
            if decision.verdict == "obsolete":
                key = self._unwanted(turn, decision)
            elif key not in look.proposals:
                proposal = self._ledger.proposals.get(key)
                if proposal is None or not proposal.latest:
                    self._task_decision(turn, decision)
                    continue
                look.proposals[key] = proposal
            if key:
                found.setdefault(key, []).append(decision)
        return found

    def _unwanted(self, turn: _Turn, decision: Decision) -> Key | None:
        """The draft that an answer no longer wanted has; else its task is left to who claims it, or is over already."""
        latest = self._ledger.proposals.latest(decision.id)
        if latest and lifecycle.is_open_answer(latest):
            turn.look.proposals.setdefault(latest.key, latest)
            return latest.key
        if latest and latest.state is State.SENDING:
            return None  # it counts if that turns out not to have happened
        notes = (*turn.look.tasks, *turn.look.claimed)
        if self._ledger.tasks.waits(decision.id) or any(names.identity(e.name) == (decision.id, 1) for e in notes):
            turn.unwanted[decision.id] = decision
        else:
            self._ledger.decisions.apply([decision], turn.now)
        return None

    def _task_decision(self, turn: _Turn, decision: Decision) -> None:
        """`retry` of a task that failed or was closed: back to Needs_Action/; of one that is put off: drafted now."""
        turn.undone.add(decision.id)
        if self._troubles.resting(decision.id, turn.now):
            return
        with self._troubles.contained(decision.id, turn.now):
            if decision.verdict == "retry":
                again = self._claims.retry(decision.id, turn.look.failed, turn.now)
                turn.retried |= again or self._claims.hurry(decision.id, turn.look, turn.now)
            self._ledger.decisions.apply([decision], turn.now)

    def _collect(self, now: datetime) -> bool:
        finished = self._executor.finished()
        for key, future in finished.items():
            with self._troubles.contained(_effect(key), now):
                future.result()
        return bool(finished)

    def _resting(self, key: Key, now: datetime) -> bool:
        return self._troubles.resting(_name(key), now) or self._troubles.resting(_effect(key), now)

    def _told(self, proposal: Proposal) -> Iterator[Waiting]:
        """What is under way and cannot be ended yet: nobody may believe that nothing waits."""
        trouble = _effect(proposal.key)
        if proposal.state is State.SENDING and trouble in self._troubles.said:
            what = f"{proposal.label} {proposal.title}"
            yield Waiting(what, self._troubles.said[trouble], self._troubles.until(trouble))

    def _strays(self, turn: _Turn) -> bool:
        """A file nobody proposed is not an approval, and must not stand in its way; elsewhere it is only mentioned."""
        changed, now = False, turn.now
        for stray in turn.look.strays:
            if stray.place not in {Place.APPROVED, Place.EXECUTING} or not stray.movable:
                turn.look.notices.append(f"{stray.path}: {stray.why}; it was left alone")
            elif stray.settled_at > now:
                turn.due.append(stray.settled_at)
            elif not self._troubles.resting(stray.path, now):
                with self._troubles.contained(stray.path, now):
                    changed |= self._deeds.review(stray.path, stray.why, now)
        return changed

    def _forget_troubles(self, turn: _Turn) -> None:
        look = turn.look
        known = {name(key) for key in look.proposals for name in (_name, _effect)}
        known |= {stray.path for stray in look.strays} | {dashboard.NAME} | turn.undone
        tasks = [entry.path for entry in (*look.tasks, *look.claimed)]
        self._troubles.keep({*known, *tasks, *map(being_drafted, tasks)})


def _unreadable(gate: Opening) -> list[str]:
    """Settings that cannot be read, and what that means."""
    return [f"{gate.problem.rstrip('.')}. Put it right: nothing goes out until then."] if gate.problem else []


def _order(proposal: Proposal) -> tuple[bool, datetime, datetime]:
    """What has begun comes first; then what was approved first begins first."""
    return proposal.state is not State.SENDING, proposal.decided_at or proposal.proposed_at, proposal.proposed_at


def _name(key: Key) -> str:
    return f"{key[0]}-g{key[1]}"


def _effect(key: Key) -> str:
    """What a worker failed at: only its own success ends that trouble, not that it was asked to try again."""
    return f"{_name(key)} (being carried out)"
