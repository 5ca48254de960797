"""Shows in a mailbox what became of its mail, as labels: whatever the ledger says now, until it stands there.

Nothing is remembered but what was shown last, so a kill, a lost connection or a mail that was moved meanwhile is
ordinary: the next look does what is missing. Showing twice does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from daemon.core.mailboxes import states
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.ports import Mailbox
from daemon.core.mailboxes.values import Letter
from daemon.core.proposal import State
from daemon.core.settings import Mail
from daemon.runtime.ledger.letters import Letters
from daemon.runtime.pace import Pace, Troubles

_AT_ONCE = 50  # messages of one request


class Showing:
    """Of one account."""

    def __init__(self, account: Account, box: Mailbox, letters: Letters, wanted: Mail) -> None:
        self._what = f"labels of {account.address}"
        self._may = account.may_send  # who may only read sets no label
        self._box = box
        self._letters = letters
        self._wanted = wanted
        self._troubles = Troubles()

    def show(self, now: datetime) -> Pace:
        """What is missing, a few at a time. A mailbox that refuses is a problem, never a reason to stop."""
        if not (self._wanted.labels and self._may) or self._troubles.resting(self._what, now):
            return Pace(progress=False, problems=self._troubles.problems())
        shown = False
        with self._troubles.contained(self._what, now):
            shown = self._show()
        return Pace(shown, problems=self._troubles.problems())

    def _show(self) -> bool:
        missing = dict(zip(range(_AT_ONCE), self._missing(), strict=False))
        marks = [
            states.mark(letter.remote, label, archive=self._wanted.archive, read=self._wanted.mark_read)
            for letter, label in missing.values()
        ]
        if marks:
            self._box.mark(marks)
        for letter, label in missing.values():
            self._letters.show(letter.remote, label)
        return bool(marks)

    def _missing(self) -> Iterator[tuple[Letter, str]]:
        for letter, outcome, state in self._letters.with_tasks():
            label = states.label(outcome, State(state) if state else None)
            if label != letter.shown:
                yield letter, label
