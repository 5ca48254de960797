"""The only caller of `Action.perform`: one effect of a channel after another, each begun and ended in the ledger.

A kill at any point leaves one of three states: `held` with the file claimed (it is put back and tried again),
`sending` (the provider is asked by key), or `done` with a note that is not filed yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from daemon.core import approval, lifecycle
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.ports import Absent, Action, CannotTell, Effect, Finding, Found, Missing, Receipt
from daemon.core.proposal import Key, Proposal, State, sha256
from daemon.core.steps import Place
from daemon.runtime.context import Context
from daemon.runtime.ledger.database import moment
from daemon.runtime.ledger.proposals import Start
from daemon.runtime.pages import Pages

log = logging.getLogger(__name__)
LOOK_AGAIN = timedelta(seconds=30)  # before a second try of what surely did not happen
REVIEW_HELP = (
    "Please check at the provider. If it happened, move this note to Done/. If not and you want it, move it to "
    "Pending_Approval/ (or `employee retry`): you get a fresh draft to approve. To drop it, move it to Rejected/. "
    "Moving it to Approved/ does nothing."
)


class Executor:
    """Carries out approved proposals."""

    def __init__(self, context: Context, pages: Pages, wake: Callable[[], None]) -> None:
        self._context = context
        self._vault = context.vault
        self._proposals = context.ledger.proposals
        self._pages = pages
        self._lanes = Lanes(wake)
        self._missing: dict[Key, timedelta] = {}  # calls that may still be under way, and `passed` when first missed

    @property
    def busy(self) -> set[Key]:
        """Proposals under way."""
        return self._lanes.busy

    def start(self, proposal: Proposal, path: str) -> None:
        """Put the effect of an approved file into the lane of its channel."""
        self._lanes.run(proposal, lambda: self.execute(proposal, path))

    def start_recovery(self, proposal: Proposal) -> None:
        self._lanes.run(proposal, lambda: self.recover(proposal))

    def finished(self) -> dict[Key, Future[None]]:
        """What ended since the last call; each must be asked for its result."""
        return self._lanes.finished()

    def close(self) -> None:
        self._lanes.close()

    def execute(self, proposal: Proposal, path: str) -> None:
        """Claim the approved file, verify it once more, record the INTENT, do it, record the RESULT."""
        if why := self._objection(proposal):
            log.info("%s: not begun (%s)", proposal.label, why)
            return
        try:
            claimed = self._vault.move(path, Place.EXECUTING.value)
        except Missing as gone:
            log.info("%s: not begun, its note moved meanwhile (%s)", proposal.label, gone)
            return
        snapshot = self._vault.read(claimed)
        why = self._begin(proposal, snapshot)
        if why:
            log.info("%s: not begun (%s); its note goes back to Approved/", proposal.label, why)
            self._vault.move(claimed, Place.APPROVED.value)
            return
        self._perform(proposal)

    def recover(self, proposal: Proposal) -> None:
        """An effect was begun before a restart, or its outcome could not be seen: ask the provider, never guess."""
        key = self._key(proposal)
        match self._look_up(proposal):
            case Found(receipt):
                self._finish(proposal, key, receipt)
                log.info("%s: it had happened before the restart", proposal.label)
            case Absent(settles):
                self._require_settled(proposal, settles)
                now = self._context.clock.now()
                self._proposals.defer(proposal, key, now, why="it had not happened before the restart", now=now)
            case CannotTell(why):
                log.warning("%s: nobody can know whether it happened: %s", proposal.label, why)
                self._proposals.fail(proposal, key, State.UNKNOWN, why=why, now=self._context.clock.now())

    def _begin(self, proposal: Proposal, snapshot: bytes) -> str:
        if proposal.hold is None or sha256(snapshot) != proposal.hold.file_digest:
            return "the note was changed"
        now = self._context.clock.now()
        start = Start(self._key(proposal), snapshot, self._context.day(now))
        return self._proposals.begin(proposal, start, now, objection=lambda: self._objection(proposal))

    def _objection(self, proposal: Proposal) -> str:
        """Why it may not begin at this moment, whatever was so when it came into its lane; "" when it may."""
        now = self._context.clock.now()
        if now >= proposal.expires_at:
            return "it expired"
        if lifecycle.is_open_answer(proposal) and self._context.ledger.decisions.unwanted(proposal.id):
            return "its answer is no longer wanted"
        blocked = self._context.gate.open(now).blocked(proposal.action)
        return blocked.why if blocked else ""

    def _perform(self, proposal: Proposal) -> None:
        key = self._key(proposal)
        try:
            receipt = self._call(proposal)
        except Permanent as refusal:
            log.warning("%s: refused: %s", proposal.label, refusal)
            self._proposals.fail(proposal, key, State.REFUSED, why=str(refusal), now=self._context.clock.now())
        except Transient as later:
            self._defer(proposal, key, later)
        except UnknownOutcome as unknown:
            log.warning("%s: the outcome is not known yet: %s", proposal.label, unknown)
            self._ask(proposal, key)
        else:
            self._finish(proposal, key, receipt)

    def _call(self, proposal: Proposal) -> Receipt:
        """Only the snapshot counts from here: not the vault, not what an agent says."""
        action, params, text = self._recall(proposal)
        return action.perform(params, text, self._effect(proposal))

    def _ask(self, proposal: Proposal, key: str) -> None:
        match self._look_up(proposal):
            case Found(receipt):
                self._finish(proposal, key, receipt)
            case Absent(settles):
                self._require_settled(proposal, settles)
                self._defer(proposal, key, Transient("the provider does not have it", retry_after=LOOK_AGAIN))
            case CannotTell(why):
                self._proposals.fail(proposal, key, State.UNKNOWN, why=why, now=self._context.clock.now())

    def _look_up(self, proposal: Proposal) -> Finding:
        """What cannot even be asked, because an attachment changed since it was sent, cannot be told."""
        action, params, text = self._recall(proposal)
        try:
            return action.look_up(params, text, self._effect(proposal))
        except Permanent as changed:
            return CannotTell(f"I was interrupted while sending, and now {changed}")

    def _require_settled(self, proposal: Proposal, settles: timedelta) -> None:
        """Raises Transient, and it stays begun, while what the provider does not have may still be on its way.

        All of that time is waited here, also after a restart: when the call began, is only known by a clock that
        somebody may have set since.
        """
        passed = self._context.clock.passed()
        left = self._missing.setdefault(proposal.key, passed) + settles - passed
        if left > timedelta():
            why = "The provider does not have it yet and may still be busy with it; I look again soon."
            raise Transient(why, retry_after=left)
        del self._missing[proposal.key]

    def _effect(self, proposal: Proposal) -> Effect:
        begun = self._proposals.effect(proposal.key)
        return Effect(self._key(proposal), moment(begun["begun_at"]) if begun else self._context.clock.now())

    def _recall(self, proposal: Proposal) -> tuple[Action[Any], BaseModel, str]:
        content = self._proposals.content(proposal.key)
        snapshot = self._proposals.snapshot(proposal.key)
        text = approval.published_parts(snapshot)[1].draft or ""
        return self._pages.action(content.action), self._pages.params(content.action, content.params), text

    def _finish(self, proposal: Proposal, key: str, receipt: Receipt) -> None:
        now = self._context.clock.now()
        self._proposals.finish(proposal, key, receipt, day=self._context.day(now), now=now)
        log.info("%s: %s, %s", proposal.label, receipt.outcome, receipt.id)

    def _defer(self, proposal: Proposal, key: str, later: Transient) -> None:
        now = self._context.clock.now()
        until = now + (later.retry_after or LOOK_AGAIN)
        log.info("%s: not now (%s); again at %s", proposal.label, later, self._context.local(until))
        self._proposals.defer(proposal, key, until, why=str(later), now=now)

    def _key(self, proposal: Proposal) -> str:
        """The idempotency key: the same for every try of this generation, different for everything else."""
        return f"{proposal.id}-g{proposal.generation}.{self._context.ledger.instance}"


class Lanes:
    """One worker a channel, so that its effects run one after another and a slow one holds up no other."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._workers: dict[str, ThreadPoolExecutor] = {}
        self._running: dict[Key, Future[None]] = {}

    @property
    def busy(self) -> set[Key]:
        return set(self._running)

    def run(self, proposal: Proposal, work: Callable[[], None]) -> None:
        channel = proposal.channel
        worker = self._workers.get(channel)
        if worker is None:
            worker = self._workers[channel] = ThreadPoolExecutor(1, thread_name_prefix=f"effects-{channel}")
        future = worker.submit(work)
        self._running[proposal.key] = future
        future.add_done_callback(lambda _: self._wake())

    def finished(self) -> dict[Key, Future[None]]:
        """Those that ended since the last call; each must be asked for its result."""
        done = {key: future for key, future in self._running.items() if future.done()}
        for key in done:
            del self._running[key]
        return done

    def close(self) -> None:
        """Lets what has begun finish and drops what has not."""
        for worker in self._workers.values():
            worker.shutdown(wait=True, cancel_futures=True)
