"""Tells the person by mail that drafts wait: themselves only, each draft once, one mail in so many minutes.

What is told is durable before anything is sent, so that a kill at any point tells nothing twice. A notice that surely
did not leave is taken back and told with the next one; one whose outcome nobody knows is not repeated.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.core import approval, handbook, mail
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mailboxes import notices
from daemon.core.mailboxes.notices import Line
from daemon.core.mailboxes.ports import MailAccounts
from daemon.core.ports import Missing
from daemon.core.properties import Value
from daemon.core.proposal import Proposal, State
from daemon.runtime.beside import Beside
from daemon.runtime.context import Context
from daemon.runtime.desks import HANDBOOK
from daemon.runtime.ledger.database import moment, stamp
from daemon.runtime.pace import Pace, Role

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=30)
JOTTING = "notice"  # the mailroom knows a notice by it when it arrives
_TOLD = "notices"  # in the ledger: which drafts were told, when the last notice was, and why it did not leave
_RETRY = timedelta(minutes=10)  # before a notice that did not leave is tried again, or sooner when notices are


@dataclass(frozen=True, slots=True)
class _Notice:
    """One mail to the person, ready to leave."""

    key: str
    to: str
    account: str
    drafts: Sequence[Proposal]
    data: bytes
    title: str


class Notices:
    """Of one vault."""

    def __init__(self, context: Context, accounts: MailAccounts, vault: str) -> None:
        """`vault`: its name as Obsidian knows it, the name of its folder."""
        self._context = context
        self._ledger = context.ledger
        self._jottings = context.ledger.jottings
        self._accounts = accounts
        self._vault = vault

    @property
    def wanted(self) -> bool:
        """Whether the person wants to be told. Raises UserError when the settings cannot be read."""
        return self._context.standing().mail.notify

    def step(self) -> None:
        """One look. Raises Transient, Permanent or UserError when there is something to tell and it did not leave."""
        wanted = self._context.standing().mail
        now = self._context.clock.now()
        if not wanted.notify or self._ledger.paused or not self._accounts.senders():
            return
        if not notices.elapsed(self._last(), timedelta(minutes=wanted.notify_minutes), now):
            self._remind()
            return
        drafts = self._untold(now)
        if drafts and notices.settled([each.proposed_at for each in drafts], now):
            self._tell(drafts, notices.recipient(wanted.notify_to, self._accounts.senders()[0], self._own()), now)

    def _last(self) -> datetime | None:
        said = self._jottings.get(_TOLD, "last")
        return moment(said) if said else None

    def _remind(self) -> None:
        """The last notice did not leave: that stays a problem until the next one does."""
        if why := self._jottings.get(_TOLD, "trouble"):
            raise Transient(why)

    def _untold(self, now: datetime) -> list[Proposal]:
        """Drafts whose notes lie before the person, the oldest first."""
        waiting = (each for each in self._ledger.proposals.open() if each.state is State.PROPOSED and each.latest)
        there = [each for each in waiting if each.seen and not each.gone_since and now < each.expires_at]
        untold = [each for each in there if not self._jottings.get(_TOLD, each.label)]
        return sorted(untold, key=lambda each: each.proposed_at)

    def _own(self) -> list[str]:
        """The person's addresses: of every connected mailbox, and what the handbook has under "Me"."""
        try:
            data = self._context.vault.read(HANDBOOK)
        except Missing:
            data = b""
        connected = [address for each in self._accounts.mailboxes() for address in each.addresses]
        return [*connected, *handbook.parse(data.decode("utf-8", "replace")).me]

    def _tell(self, drafts: Sequence[Proposal], to: str, now: datetime) -> None:
        notice = self._made(drafts, to, now)
        channel = self._accounts.channel(notice.account)
        if not self._begun(notice, now):
            return
        try:
            receipt = channel.send(notice.data, title=notice.title, key=notice.key)
        except (Permanent, Transient, UserError) as refusal:
            self._take_back(notice, str(refusal))
            raise
        except UnknownOutcome as unknown:
            log.warning("nobody knows whether the notice %s left; it is not repeated: %s", notice.key, unknown)
            self._over(notice, {"outcome": "unknown", "why": str(unknown)})
        else:
            log.info("told the person of %d drafts, notice %s", len(drafts), notice.key)
            self._over(notice, {"outcome": receipt.outcome, "receipt": receipt.id})

    def _made(self, drafts: Sequence[Proposal], to: str, now: datetime) -> _Notice:
        account = self._accounts.of_sender(to)
        sender = to if account else self._accounts.senders()[0]
        number = int(self._jottings.get(_TOLD, "number") or 0) + 1
        key, title = f"notice-{number}.{self._ledger.instance}", notices.subject(len(drafts))
        lines = [self._line(each) for each in drafts]
        outgoing = mail.Outgoing(
            sender=mail.address(sender),
            to=(mail.address(to),),
            subject=title,
            text=notices.text(lines, self._vault),
            message_id=f"<{key}@{sender.rpartition('@')[2]}>",
            unsent=False,
            key=key,
            date=now,
        )
        return _Notice(key, to, account or self._accounts.of_sender(sender), drafts, mail.build(outgoing), title)

    def _line(self, proposal: Proposal) -> Line:
        """What stands on top of the note, and nothing of what is below."""
        said = approval.published_parts(self._ledger.proposals.content(proposal.key).note)[0].properties
        to = _people(said.get("to")) or _people(said.get("phone"))
        expires = self._context.local(proposal.expires_at)
        return Line(proposal.title, to, proposal.risk, expires, f"Pending_Approval/{proposal.name}")

    def _begun(self, notice: _Notice, now: datetime) -> bool:
        """Durable before it leaves. False when everything was paused meanwhile, or another one took over."""
        ledger, told = self._ledger, [each.label for each in notice.drafts]
        with ledger.transaction():
            if ledger.paused or ledger.proposals.displaced_by():
                return False
            number = notice.key.partition(".")[0].removeprefix("notice-")
            self._jottings.put(notice.key, JOTTING, notice.to)
            for name, value in {"number": number, "last": stamp(now), **dict.fromkeys(told, notice.key)}.items():
                self._jottings.put(_TOLD, name, value)
            said = {"key": notice.key, "account": notice.account, "to": notice.to, "drafts": told}
            ledger.audit.record(now, "NOTICE", "", said)
        return True

    def _take_back(self, notice: _Notice, why: str) -> None:
        with self._ledger.transaction():
            for each in notice.drafts:
                self._jottings.put(_TOLD, each.label, "")
            every = timedelta(minutes=self._context.standing().mail.notify_minutes)
            self._jottings.put(_TOLD, "last", stamp(self._context.clock.now() - max(every - _RETRY, timedelta())))
            self._over(notice, {"outcome": "not sent", "why": why}, why)

    def _over(self, notice: _Notice, said: dict[str, str], trouble: str = "") -> None:
        with self._ledger.transaction():
            self._jottings.put(_TOLD, "trouble", trouble)
            self._ledger.audit.record(self._context.clock.now(), "NOTICED", "", {"key": notice.key, **said})


class Notifying:
    """A role that tells the person what waits beside its own work, in a thread: a slow mail server stops nothing."""

    def __init__(self, role: Role, told: Notices) -> None:
        self._role = role
        self._notices = told
        self._beside = Beside("The mail that tells you of drafts", EVERY, thread="notices")

    @property
    def name(self) -> str:
        return self._role.name

    def step(self, now: datetime) -> Pace:
        """The role's own step, then a look at what waits."""
        pace = self._role.step(now)
        self._look(now)
        return self._beside.shown(pace)

    def tick(self, now: datetime) -> None:
        self._look(now)
        self._role.tick(now)

    def close(self, now: datetime) -> None:
        """A notice that is on its way is waited for, so that it is known what became of it."""
        self._role.close(now)
        self._beside.close(wait=True)

    def _look(self, now: datetime) -> None:
        beside = self._beside
        if beside.over(now) and beside.due(now) and not beside.resting(now):
            with beside.contained(now):
                beside.begin(now, self._notices.step if self._notices.wanted else None)


def _people(said: Value) -> tuple[str, ...]:
    """Who stands in a property."""
    return said if isinstance(said, tuple) else (said,) if isinstance(said, str) and said else ()
