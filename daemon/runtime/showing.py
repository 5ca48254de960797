"""Shows in a mailbox what became of its mail, as labels: whatever the ledger says now, until it stands there.

Nothing is remembered but what was shown last, so a kill, a lost connection or a mail that was moved meanwhile is
ordinary: the next look does what is missing. Showing twice does the same. Each state is shown once: a label that the
person takes off stays off until the mail gets on. While everything is paused, nothing in a mailbox is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes import states
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.filing import Filed
from daemon.core.mailboxes.ports import Mailbox
from daemon.core.mailboxes.values import DONE, Letter, Mark
from daemon.core.settings import Mail
from daemon.runtime.ledger import Ledger
from daemon.runtime.pace import Pace, Troubles

_AT_ONCE = 50  # messages of one request
_IN_A_ROW = 3
FILED = "filed"  # in the ledger: the person's own labels that the mail of a task got
Unshown = tuple[Letter, str]  # and the state that is to be shown


class Showing:
    """Of one account."""

    def __init__(
        self, account: Account, box: Mailbox, ledger: Ledger, *, wanted: Mail, filed: Callable[[Letter], Filed]
    ) -> None:
        """`filed` says by the person's rules what else is done with a mail. It may raise Transient."""
        self._what = f"labels of {account.address}"
        self._may = wanted.labels and account.may_send  # who may only read sets no label
        self._box = box
        self._ledger = ledger
        self._letters = ledger.letters(account.name)
        self._wanted = wanted
        self._filed = filed
        self._troubles = Troubles()
        self._last = set[str]()  # messages that others go before, because they were refused

    def show(self, now: datetime) -> Pace:
        """What is missing, a few at a time. A mailbox that refuses is a problem, never a reason to stop."""
        if not self._may or self._troubles.resting(self._what, now) or self._ledger.paused:
            return self._pace(progress=False)
        shown = 0
        together, alone = self._missing(now)
        with self._troubles.contained(self._what, now):
            shown = self._show(together)
            shown += self._each(alone, answers=shown > 0, now=now)
        return self._pace(progress=shown > 0)

    def _pace(self, *, progress: bool) -> Pace:
        return Pace(progress, self._troubles.next_try(), problems=self._troubles.problems())

    def _missing(self, now: datetime) -> tuple[Sequence[Unshown], Sequence[Unshown]]:
        """What is shown in one request, and what in one each: whatever had trouble stands in nobody's way.

        When all together failed, one of them may be what the others failed of.
        """
        found = self._letters.unshown(states.LABELS, _AT_ONCE + len(self._troubles.said) + len(self._last))
        found.sort(key=lambda each: each[0].remote in self._last)
        due = [each for each in found if not self._troubles.resting(self._name(each[0]), now)]
        odd = [each for each in due if self._name(each[0]) in self._troubles.said]
        even = [each for each in due if each not in odd]
        if self._what in self._troubles.said:
            return [], [*even, *odd][:_AT_ONCE]
        return even[:_AT_ONCE], odd[:_AT_ONCE]

    def _each(self, alone: Sequence[Unshown], *, answers: bool, now: datetime) -> int:
        """How many. A mail that is refused while the mailbox answers is a problem of its own.

        Raises Transient or UserError when the mailbox is: it answers for none, or for several in a row.
        """
        shown, in_a_row = 0, 0
        for each in alone:
            trouble = self._alone(each, now)
            in_a_row = in_a_row + 1 if trouble else 0
            if trouble and (not answers or in_a_row == _IN_A_ROW):
                raise trouble
            if trouble:
                with self._troubles.contained(self._name(each[0]), now):
                    raise trouble
            answers, shown = True, shown + (each[0].remote not in self._last)
        return shown

    def _alone(self, unshown: Unshown, now: datetime) -> Transient | UserError | None:
        """What may be trouble of the mailbox. Until it is shown, others go before it."""
        remote = unshown[0].remote
        self._last.add(remote)
        with self._troubles.contained(self._name(unshown[0]), now):
            try:
                self._show([unshown])
            except (Transient, UserError) as trouble:
                return trouble
            self._last.discard(remote)
        return None

    def _show(self, unshown: Sequence[Unshown]) -> int:
        """How many."""
        marks = [self._mark(letter, label) for letter, label in unshown]
        if marks:
            self._box.mark(marks)
        with self._ledger.transaction():
            for letter, label in unshown:
                self._letters.show(letter.remote, label)
        return len(marks)

    def _mark(self, letter: Letter, label: str) -> Mark:
        """Labels of the person's own are set when a mail is first shown; out of the inbox it comes at the end."""
        fresh, over = letter.shown == "", label == DONE
        filed = self._filed(letter) if fresh or over else Filed()
        archive = self._wanted.archive or filed.move
        extra = filed.labels if fresh else ()
        if extra:
            self._ledger.jottings.put(letter.task, FILED, ", ".join(extra))
        return states.mark(letter.remote, label, extra=extra, archive=archive, read=self._wanted.mark_read)

    def _name(self, letter: Letter) -> str:
        return f"{self._what}, message {letter.remote}"
