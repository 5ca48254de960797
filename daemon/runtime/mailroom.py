"""Between a mailbox and intake: what a message means for its thread, once each, and that it was seen.

A message counts as seen when all that follows from it is durable: its task note, and the decision on what waited. A
kill before that has it looked at again, and every part of it is safe to be done twice.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from daemon.core import names
from daemon.core.mail import Mail
from daemon.core.mailboxes import threads
from daemon.core.mailboxes.threads import Answered, New
from daemon.core.mailboxes.values import Letter, Origin
from daemon.core.ports import VaultProblem, VaultWriter
from daemon.core.proposal import Decision
from daemon.core.task import Arrival, Original
from daemon.runtime.intake import Intake
from daemon.runtime.ledger import Ledger
from daemon.runtime.originals import LARGEST

log = logging.getLogger(__name__)
VIA = "mailbox"
_ANSWERED = "You answered it yourself, in your mail program"
_NEWER = "A newer mail came in this thread, as task {}; one draft answers both"


class Mailroom:
    """Keeps the mail of one account."""

    def __init__(self, vault: VaultWriter, ledger: Ledger, intake: Intake, account: str) -> None:
        self._vault = vault
        self._ledger = ledger
        self._intake = intake
        self._letters = ledger.letters(account)

    def require_ours(self) -> None:
        self._intake.require_ours()

    def keep(self, arrival: Arrival, now: datetime) -> bool:
        """True when a task note was written. Raises Transient when the disk or the ledger refuses."""
        origin = arrival.origin
        if origin is None or self._letters.known(origin.remote):
            return False
        opened, message = self._intake.opened(arrival)
        if message is None:
            return self._unreadable(opened, origin, now)
        return self._understood(opened, message, origin, now)

    def _understood(self, arrival: Arrival, message: Mail, origin: Origin, now: datetime) -> bool:
        named = self._letters.naming(threads.ancestors(message))
        thread = threads.key(message, origin, named)
        known = self._letters.thread(thread)
        ours = self._is_ours(message, origin)
        seen = Letter(origin.account, origin.remote, thread, message.message_id, origin.sent, "", "",
                      threads.people(message))  # fmt: skip
        match threads.means(message, origin, known, ours=ours):
            case New(instead):
                return self._new(arrival, seen, self._waiting(instead), now)
            case Answered(tasks):
                self._note(seen, tasks, f"{_ANSWERED}.", now)
            case _:
                self._note(seen, (), "", now)
        return False

    def _is_ours(self, message: Mail, origin: Origin) -> bool:
        """What this program sent, or its notice to the person. A stranger may copy a key, but not to Sent."""
        if not threads.is_ours(message.key, self._ledger.instance):
            return False
        return origin.sent or bool(self._ledger.jottings.get(message.key, "notice"))

    def _waiting(self, letters: tuple[Letter, ...]) -> list[Letter]:
        """Those whose task nobody has answered or closed yet."""
        return [letter for letter in letters if self._ledger.tasks.waits(letter.task)]

    def _new(self, arrival: Arrival, seen: Letter, instead: list[Letter], now: datetime) -> bool:
        earlier = tuple(filter(None, map(self._original, instead[-threads.MOST_EARLIER :])))
        kept = self._intake.keep(replace(arrival, earlier=earlier), now)
        known = self._ledger.tasks.by_source(arrival.source_key)
        task = known.id if known else ""
        first = names.safe_file_name(arrival.originals[0].name)
        replaced = [letter.task for letter in instead if letter.task != task]
        self._note(replace(seen, task=task, path=f"Attachments/{task}/{first}"), replaced, _NEWER.format(task), now)
        return kept

    def _unreadable(self, arrival: Arrival, origin: Origin, now: datetime) -> bool:
        kept = self._intake.keep(arrival, now)
        known = self._ledger.tasks.by_source(arrival.source_key)
        thread = origin.thread or origin.remote
        self._note(Letter(origin.account, origin.remote, thread, "", origin.sent, known.id if known else "", "", ()),
                   (), "", now)  # fmt: skip
        return kept

    def _original(self, letter: Letter) -> Original | None:
        try:
            return Original(f"earlier-{letter.task}.eml", self._vault.read(letter.path, LARGEST))
        except VaultProblem as gone:
            log.info("task %s: its original is not there any more (%s)", letter.task, gone)
            return None

    def _note(self, seen: Letter, over: tuple[str, ...] | list[str], why: str, now: datetime) -> None:
        """It was seen, and what waited for an answer does not any more; both or neither."""
        with self._ledger.transaction():
            for task in over:
                self._ledger.decisions.add(Decision(0, task, 0, "obsolete", VIA, seen.account, why, now))
            self._letters.add(seen, now)
        for task in over:
            log.info("task %s: %s", task, why)
