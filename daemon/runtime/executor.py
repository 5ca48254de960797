"""The only caller of `Action.perform`: one effect of a channel after another, each begun and ended in the ledger.

A kill at any point leaves one of three states: `held` with the file claimed (it is put back and tried again),
`sending` (the provider is asked by key), or `done` with a note that is not filed yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta, tzinfo

from daemon.core import approval
from daemon.core.errors import Permanent, Transient, UnknownOutcome
from daemon.core.lifecycle import Place
from daemon.core.policy import local_day
from daemon.core.ports import Absent, CannotTell, Clock, Finding, Found, Missing, NameTaken, Receipt, VaultWriter
from daemon.core.proposal import Key, Proposal, State, sha256
from daemon.core.settings import Settings
from daemon.runtime.ledger import Ledger
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

    def __init__(
        self, vault: VaultWriter, ledger: Ledger, pages: Pages, settings: Settings, *, zone: tzinfo, clock: Clock
    ) -> None:
        self._vault = vault
        self._ledger = ledger
        self._pages = pages
        self._settings = settings
        self._zone = zone
        self._clock = clock

    def execute(self, proposal: Proposal, path: str) -> None:
        """Claim the approved file, verify it once more, record the INTENT, do it, record the RESULT."""
        try:
            claimed = self._vault.move(path, Place.EXECUTING.value)
        except (Missing, NameTaken) as gone:
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
        match self._look_up(proposal, key):
            case Found(receipt):
                log.info("%s: it had happened (%s)", proposal.label, receipt.id)
                self._finish(proposal, key, receipt)
            case Absent():
                now = self._clock.now()
                self._ledger.proposals.defer(proposal, key, now, "it had not happened before the restart", now)
            case CannotTell(why):
                log.warning("%s: nobody can know whether it happened: %s", proposal.label, why)
                self._ledger.proposals.fail(proposal, key, State.UNKNOWN, why, self._clock.now())

    def _begin(self, proposal: Proposal, snapshot: bytes) -> str:
        if proposal.hold is None or sha256(snapshot) != proposal.hold.file_digest:
            return "the note was changed"
        now = self._clock.now()
        cap, day = self._settings.cap(proposal.action), local_day(now, self._zone)
        return self._ledger.proposals.begin(proposal, self._key(proposal), snapshot, day=day, cap=cap, now=now)

    def _perform(self, proposal: Proposal) -> None:
        key = self._key(proposal)
        try:
            receipt = self._call(proposal, key)
        except Permanent as refusal:
            log.warning("%s: refused: %s", proposal.label, refusal)
            self._ledger.proposals.fail(proposal, key, State.REFUSED, str(refusal), self._clock.now())
        except Transient as later:
            self._defer(proposal, key, later)
        except UnknownOutcome as unknown:
            log.warning("%s: the outcome is not known yet: %s", proposal.label, unknown)
            self._ask(proposal, key)
        else:
            self._finish(proposal, key, receipt)

    def _call(self, proposal: Proposal, key: str) -> Receipt:
        """Only the snapshot counts from here: not the vault, not what an agent says."""
        action, params, text = self._recall(proposal)
        return action.perform(params, text, key)

    def _ask(self, proposal: Proposal, key: str) -> None:
        match self._look_up(proposal, key):
            case Found(receipt):
                self._finish(proposal, key, receipt)
            case Absent():
                self._defer(proposal, key, Transient("the provider does not have it", retry_after=LOOK_AGAIN))
            case CannotTell(why):
                self._ledger.proposals.fail(proposal, key, State.UNKNOWN, why, self._clock.now())

    def _look_up(self, proposal: Proposal, key: str) -> Finding:
        action, params, text = self._recall(proposal)
        return action.look_up(params, text, key)

    def _recall(self, proposal: Proposal):  # noqa: ANN202 - the action's own parameter type
        content = self._ledger.proposals.content(proposal.key)
        snapshot = self._ledger.proposals.snapshot(proposal.key)
        text = approval.published_parts(snapshot)[1].draft or ""
        return self._pages.action(content.action), self._pages.params(content.action, content.params), text

    def _finish(self, proposal: Proposal, key: str, receipt: Receipt) -> None:
        now = self._clock.now()
        self._ledger.proposals.finish(proposal, key, receipt, day=local_day(now, self._zone), now=now)
        log.info("%s: %s, %s", proposal.label, receipt.outcome, receipt.id)

    def _defer(self, proposal: Proposal, key: str, later: Transient) -> None:
        now = self._clock.now()
        until = now + (later.retry_after or LOOK_AGAIN)
        log.info("%s: not now (%s); again at %s", proposal.label, later, until)
        self._ledger.proposals.defer(proposal, key, until, str(later), now)

    def _key(self, proposal: Proposal) -> str:
        """The idempotency key: the same for every try of this generation, different for everything else."""
        return f"{proposal.id}-g{proposal.generation}.{self._ledger.instance}"


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
