"""The manager role: look at the vault, decide for every proposal, do it, take the next tasks.

It keeps nothing in memory that it could not find out again; killing it at any point loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo

from daemon.core import lifecycle, policy
from daemon.core.lifecycle import Place, Rules, View, Wait
from daemon.core.policy import Blocked
from daemon.core.proposal import Decision, Key, Proposal, State
from daemon.core.settings import Settings
from daemon.runtime.claims import Claims
from daemon.runtime.dashboard import Dashboard
from daemon.runtime.deeds import Deeds
from daemon.runtime.executor import Lanes
from daemon.runtime.ledger import Ledger
from daemon.runtime.lookout import Look, Lookout
from daemon.runtime.pace import Pace, Troubles, Waiting
from daemon.runtime.status import Status


class Manager:
    """The one role that moves or changes notes."""

    name = "manager"

    def __init__(  # noqa: PLR0913 - a composition of parts
        self, ledger: Ledger, lookout: Lookout, deeds: Deeds, claims: Claims, lanes: Lanes,
        dashboard: Dashboard, status: Callable[[], Status], settings: Settings, zone: tzinfo,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._lookout = lookout
        self._deeds = deeds
        self._claims = claims
        self._lanes = lanes
        self._dashboard = dashboard
        self._status = status
        self._settings = settings
        self._zone = zone
        self._troubles = Troubles()

    def step(self, now: datetime) -> Pace:
        """One look at everything. Raises Transient when the vault or the ledger cannot be used at all."""
        changed = self._collect(now)
        look = self._lookout.look(now)
        self._mark_seen(look)
        decisions = self._decisions(look, now)
        waits: list[Waiting] = []
        due: list[datetime] = []
        for key in sorted(look.proposals, key=lambda k: look.proposals[k].state is not State.SENDING):
            if key not in self._lanes.busy and not self._troubles.resting(_name(key), now):
                with self._troubles.contained(_name(key), now):
                    changed |= self._proposal(look, key, decisions.get(key, []), (waits, due), now)
        changed |= self._strays(look, due, now)
        changed |= self._claims.step(look, self._troubles, now)
        busy = bool(self._lanes.busy) or self._claims.busy
        due += [at for at in [self._troubles.next_try(), self._claims.next_at(look, now)] if at and at > now]
        self._forget_troubles(look)
        if self._dashboard.due(now) or not (changed or busy):
            self._dashboard.show(self._status(), now)
        problems = self._troubles.problems()
        return Pace(changed, min(due, default=None), busy, tuple(waits), tuple(look.notices), problems)

    def close(self) -> None:
        """What has begun is finished; what has not is found again at the next start."""
        self._lanes.close()
        self._claims.close()

    def _proposal(
        self, look: Look, key: Key, decisions: Sequence[Decision], out: tuple[list[Waiting], list[datetime]],
        now: datetime,
    ) -> bool:  # fmt: skip
        waits, due = out
        view = self._view(look, look.proposals[key], decisions, now)
        step = lifecycle.next_step(view)
        if isinstance(step, Wait):
            if step.busy and step.until:
                due.append(step.until)
            elif not view.proposal.filed:
                waits.append(Waiting(f"{view.proposal.label} {view.proposal.title}", step.why, step.until))
        return self._deeds.do(view, step)

    def _view(self, look: Look, proposal: Proposal, decisions: Sequence[Decision], now: datetime) -> View:
        answered = frozenset[str]()
        if proposal.state is State.REJECTED:
            answered = frozenset(earlier.feedback for earlier in self._ledger.tasks.earlier(proposal.id))
        rules = Rules(
            hold=self._settings.hold(proposal.action),
            gone=timedelta(minutes=self._settings.approval.gone_minutes),
            feedback_window=timedelta(days=self._settings.approval.feedback_days),
            blocked=self._blocked(proposal, now) if proposal.state is State.HELD else None,
        )
        return View(proposal, look.sightings.get(proposal.key, []), decisions, rules, now, answered)

    def _blocked(self, proposal: Proposal, now: datetime) -> Blocked | None:
        pause = self._ledger.paused
        begun = self._ledger.proposals.begun_on(policy.local_day(now, self._zone), proposal.action)
        return policy.blocked(
            proposal.action,
            self._settings,
            begun_today=begun,
            paused=pause.reason if pause else None,
            now=now,
            zone=self._zone,
        )

    def _mark_seen(self, look: Look) -> None:
        unseen = [key for key in look.sightings if not look.proposals[key].seen]
        if unseen:
            self._ledger.proposals.mark_seen(unseen)

    def _decisions(self, look: Look, now: datetime) -> dict[Key, list[Decision]]:
        """Open decisions by proposal; those about tasks are carried out here, those about nothing are dropped."""
        found: dict[Key, list[Decision]] = {}
        for decision in self._ledger.decisions.open():
            key = (decision.id, decision.generation)
            if key not in look.proposals:
                proposal = self._ledger.proposals.get(key)
                if proposal is None or not proposal.latest:
                    self._task_decision(look, decision, now)
                    continue
                look.proposals[key] = proposal
            found.setdefault(key, []).append(decision)
        return found

    def _task_decision(self, look: Look, decision: Decision, now: datetime) -> None:
        """`retry` of a task that failed or was closed: back to Needs_Action/."""
        if decision.verdict == "retry":
            self._claims.retry(decision.id, look.failed, now)
        self._ledger.decisions.apply([decision], now)

    def _collect(self, now: datetime) -> bool:
        finished = self._lanes.finished()
        for key, future in finished.items():
            with self._troubles.contained(_name(key), now):
                future.result()
        return bool(finished)

    def _strays(self, look: Look, due: list[datetime], now: datetime) -> bool:
        """A file nobody proposed is not an approval; elsewhere it is only mentioned."""
        changed = False
        for stray in look.strays:
            if stray.place is not Place.APPROVED:
                look.notices.append(f"{stray.path}: {stray.why}; it was left alone")
            elif stray.settled_at > now:
                due.append(stray.settled_at)
            elif not self._troubles.resting(stray.path, now):
                with self._troubles.contained(stray.path, now):
                    changed |= self._deeds.review(stray.path, stray.why, now)
        return changed

    def _forget_troubles(self, look: Look) -> None:
        known = {_name(key) for key in look.proposals} | {stray.path for stray in look.strays}
        self._troubles.keep(known | {entry.path for entry in (*look.tasks, *look.claimed)})


def _name(key: Key) -> str:
    return f"{key[0]}-g{key[1]}"
