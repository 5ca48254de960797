"""Keeps each mail draft that waits among the drafts of its mailbox as well, and hears what the person does there.

Sent there, it is done here; deleted there, it is withdrawn here; decided here, it leaves there, unless the person wrote
into it. Which drafts are kept is noted after the mailbox has them; one that was put there before a kill is found again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from daemon.core import mailing
from daemon.core.errors import Permanent
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.keeping import DraftBox, Kept
from daemon.core.ports import Effect
from daemon.core.proposal import Decision, Key, Proposal, State
from daemon.runtime.context import Context
from daemon.runtime.ledger.database import moment, stamp
from daemon.runtime.mailboxes import Showing
from daemon.runtime.pace import Pace, Troubles

log = logging.getLogger(__name__)
_KEPT = "kept drafts"  # in the ledger, by account
_WHY = {
    "sent": "You sent this draft yourself, in your mail program.",
    "deleted": "You deleted this draft in your mail program.",
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """One draft that was kept: of which proposal, where, since when."""

    id: str
    generation: int
    draft: str
    thread: str
    at: str

    @property
    def key(self) -> Key:
        return (self.id, self.generation)

    @property
    def kept(self) -> Kept:
        return Kept(self.draft, self.thread)


class Keeping:
    """Of one account, after what is shown there."""

    def __init__(self, showing: Showing, account: Account, box: DraftBox, *, context: Context) -> None:
        """What was kept leaves the mailbox when the settings do not want it there any more."""
        self._showing = showing
        self._account = account
        self._box = box
        self._context = context
        self._ledger = context.ledger
        self._every = timedelta(seconds=context.settings.gmail.poll_seconds)
        self._wanted = context.settings.mail.keep_drafts and account.may_send
        self._what = f"drafts of {account.address}"
        self._looked: datetime | None = None
        self._troubles = Troubles()

    def show(self, now: datetime) -> Pace:
        """A mailbox that refuses is a problem, never a reason to stop."""
        pace = self._showing.show(now)
        if not self._ledger.paused and not self._troubles.resting(self._what, now):
            with self._troubles.contained(self._what, now):
                self._step(now)
        return replace(pace, problems=(*pace.problems, *self._troubles.problems()))

    def _step(self, now: datetime) -> None:
        """Without a draft that is kept or is to be, nobody is asked."""
        kept, waiting = self._read(), self._waiting()
        there = self._there(now) if kept else None
        for label, entry in kept.items():
            wanted = self._wanted and label in waiting and waiting[label].state is State.PROPOSED
            missing = there is not None and entry.draft not in there
            approved = not wanted and label in waiting  # sent there, it must not leave from here as well
            if not ((missing or approved) and self._gone(label, entry, waiting, now)) and not (wanted or missing):
                self._drop(label, entry)
        for label in waiting.keys() - kept.keys() if self._wanted else ():
            if waiting[label].state is State.PROPOSED and not self._troubles.resting(label, now):
                with self._troubles.contained(label, now):
                    self._keep(waiting[label], now)

    def _waiting(self) -> Mapping[str, Proposal]:
        """The mails that would leave this account and have not begun to."""
        mails = (p for p in self._ledger.proposals.open() if p.channel == self._account.name and p.latest and p.seen)
        states = (State.PROPOSED, State.HELD)
        return {p.label: p for p in mails if p.action.startswith("email.") and p.state in states}

    def _there(self, now: datetime) -> Collection[str] | None:
        """None while it is not time to look."""
        if self._looked and timedelta() <= now - self._looked < self._every:
            return None
        self._looked = now
        return self._box.there()

    def _keep(self, proposal: Proposal, now: datetime) -> None:
        jottings, name = self._ledger.jottings, f"kept-{proposal.label}"
        again = bool(jottings.get(name, "asked"))
        jottings.put(name, "asked", stamp(now))
        kept = self._box.keep(self._message(proposal.key), again=again)
        entry = _Entry(proposal.id, proposal.generation, kept.draft, kept.thread, stamp(now))
        self._write({**self._read(), proposal.label: entry})
        log.info("%s: kept among the drafts of %s as well", proposal.label, self._account.address)

    def _gone(self, label: str, entry: _Entry, waiting: Mapping[str, Proposal], now: datetime) -> bool:
        """The person sent or deleted it. False for what a mailbox only forgot to list: it is still there."""
        fate = self._box.fate(entry.kept, moment(entry.at)) if label in waiting else "deleted"
        if fate not in _WHY:
            return False
        with self._ledger.transaction():
            if label in waiting and not self._ledger.decisions.unwanted(entry.id):
                told = Decision(0, entry.id, 0, "obsolete", "mailbox", self._account.name, _WHY[fate], now)
                self._ledger.decisions.add(told)
                log.info("task %s: %s", entry.id, _WHY[fate])
            self._forget(label)
        return True

    def _drop(self, label: str, entry: _Entry) -> None:
        """What the person wrote into it there stays theirs."""
        try:
            message = self._message(entry.key)
        except (Permanent, KeyError) as changed:
            log.info(
                "%s: its draft stays in the mailbox; I cannot tell whether it is as I made it (%s)", label, changed
            )
        else:
            if self._box.untouched(entry.kept, message):
                self._box.drop(entry.kept)
        self._forget(label)

    def _message(self, key: Key) -> bytes:
        """The same bytes each time. Its key is no effect's: what the person sends of it, they sent themselves."""
        content = self._ledger.proposals.content(key)
        proposal = self._ledger.proposals.get(key)
        if proposal is None:
            raise KeyError(key)
        params = mailing.Params.model_validate_json(content.params)
        effect = Effect(f"kept-{proposal.label}", proposal.proposed_at)
        return mailing.message(params, content.text, effect, self._context.vault)

    def _read(self) -> dict[str, _Entry]:
        said = self._ledger.jottings.get(_KEPT, self._account.name)
        return {label: _Entry(**entry) for label, entry in json.loads(said).items()} if said else {}

    def _write(self, kept: Mapping[str, _Entry]) -> None:
        said = json.dumps({label: asdict(entry) for label, entry in kept.items()})
        self._ledger.jottings.put(_KEPT, self._account.name, said)

    def _forget(self, label: str) -> None:
        self._write({other: entry for other, entry in self._read().items() if other != label})
