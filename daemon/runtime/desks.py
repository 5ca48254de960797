"""What agents may know beside their task: handbook, goals and skills as they stand, and what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from daemon.core import handbook
from daemon.core.errors import UserError
from daemon.core.handbook import Handbook
from daemon.core.mailboxes import senders
from daemon.core.mailboxes.senders import Sender
from daemon.core.ports import Missing
from daemon.runtime.context import Context
from daemon.runtime.drafting import Desk
from daemon.runtime.guidance import Guidance

HANDBOOK = "Company_Handbook.md"


class Desks:
    """Gives out desks; files are understood anew only when they changed."""

    def __init__(self, context: Context) -> None:
        self._vault = context.vault
        self._tasks = context.ledger.tasks
        self._zone = context.zone
        self._accounts = context.accounts
        self._first = context.settings.mail.sender
        self._mailboxes: Sequence[Sender] = ()
        self._guidance = Guidance(context.vault, context.ledger.trust)
        self._handbook: tuple[bytes, Handbook] = (b"", handbook.parse(""))

    @property
    def handbook_text(self) -> str:
        """As it was when a desk was last given out."""
        return self._handbook[0].decode("utf-8", "replace")

    def desk(self, task: str, now: datetime) -> Desk:
        try:
            data = self._vault.read(HANDBOOK)
        except Missing:
            data = b""
        if data != self._handbook[0]:
            self._handbook = (data, handbook.parse(data.decode("utf-8", "replace")))
        mailboxes = senders.ordered(self._connected(), self._first)
        return Desk(
            self._known(mailboxes),
            tuple(self._tasks.earlier(task)),
            now.astimezone(self._zone),
            goals=self._guidance.goals(),
            skills=self._guidance.skills(),
            senders=mailboxes,
        )

    def _known(self, mailboxes: Sequence[Sender]) -> Handbook:
        """The handbook; whoever writes from a connected mailbox is the person."""
        own = (address.casefold() for each in mailboxes for address in each.addresses)
        return replace(self._handbook[1], me=tuple(dict.fromkeys((*self._handbook[1].me, *own))))

    def _connected(self) -> Sequence[Sender]:
        """As last known while the secrets cannot be read: drafting goes on, and sending waits."""
        with suppress(UserError):
            self._mailboxes = self._accounts.mailboxes()
        return self._mailboxes
