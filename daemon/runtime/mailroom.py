"""Between a mailbox and intake: what a message means for its thread, once each, and that it was seen.

A message counts as seen when all that follows from it is durable: its task note, and the decision on what waited. A
kill before that has it looked at again, and every part of it is safe to be done twice. What waited is given up only
for a task beside whose originals its own message lies: every answer to that message, whoever drafted it. What else it
asked for, a document or an invoice, is no answer and stays.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from daemon.core import names
from daemon.core.mail import Mail
from daemon.core.mailboxes import threads
from daemon.core.mailboxes.accounts import Account
from daemon.core.mailboxes.threads import Answered, New, Unrelated
from daemon.core.mailboxes.values import IGNORE, Happened, Letter, Origin
from daemon.core.ports import VaultProblem, VaultWriter
from daemon.core.proposal import Decision
from daemon.core.task import Arrival, Original
from daemon.runtime.intake import Intake
from daemon.runtime.ledger import Ledger
from daemon.runtime.originals import LARGEST

log = logging.getLogger(__name__)
VIA = "mailbox"
_ANSWERED = "You answered it yourself, in your mail program."
_UNRELATED = "You answered it yourself, or said hands off, in your mail program."
_SENT = "You sent this draft yourself, in your mail program."
_IGNORED = "You said hands off with AI/Ignore."
_NEWER = "A newer mail came in this thread, as task {}; one draft answers both."
_EARLIER = re.compile(r"earlier-(\w+)-\d+\.eml")


class Mailroom:
    """Keeps the mail of one account."""

    def __init__(self, vault: VaultWriter, ledger: Ledger, intake: Intake, account: Account) -> None:
        self._vault = vault
        self._ledger = ledger
        self._intake = intake
        self._letters = ledger.letters(account.name)
        self._own = frozenset(address.lower() for address in account.addresses)

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

    def heard(self, happened: Happened, now: datetime) -> None:
        """What the person did to a message in their mail program. Doing it twice does the same."""
        letter = self._letters.get(happened.remote)
        if happened.what == "ignored" and letter:
            with self._ledger.transaction():
                self._give_up(self._all_waiting([letter.task]), _IGNORED, now)
                self._letters.ignore(happened.remote)

    def _understood(self, arrival: Arrival, message: Mail, origin: Origin, now: datetime) -> bool:
        thread = self._thread(message, origin)
        seen = Letter(origin.account, origin.remote, thread, message.message_id, origin.sent, "", "",
                      threads.people(message), answers=message.in_reply_to, title=threads.title(message))  # fmt: skip
        if IGNORE in origin.labels and not origin.sent:
            return self._hands_off(arrival, seen, now)
        if self._is_ours(message, origin):
            drafted = threads.drafted(message.key, self._ledger.instance) if origin.sent else ""
            return self._answered(seen, [drafted] if drafted else (), _SENT, now)
        meaning = threads.means(message, origin, self._letters.thread(thread), own=self._own)
        match meaning:
            case New(instead):
                return self._new(arrival, seen, instead, now)
            case Answered(tasks):
                return self._answered(seen, self._with_parts((*tasks, *self._begun(message))), _ANSWERED, now)
            case Unrelated():
                begun = [self._task(arrival)] if self._letters.asking(arrival.source_key) else []
                self._note(seen, self._all_waiting(begun), _UNRELATED, now)
                self._letters.end(arrival.source_key)
                return False
            case _:  # pragma: no cover
                assert_never(meaning)

    def _hands_off(self, arrival: Arrival, seen: Letter, now: datetime) -> bool:
        """Nothing is begun; what a kill left begun, before the mail was noted as seen, ends."""
        if task := self._task(arrival):
            self._note(replace(seen, shown=IGNORE), self._all_waiting([task]), _IGNORED, now)
        return False

    def _thread(self, message: Mail, origin: Origin) -> str:
        """The thread that a message belongs to, one with known messages before a new one; else its own."""
        named = self._letters.naming((*threads.ancestors(message), message.message_id))
        known = {each: self._letters.thread(each) for each in threads.candidates(message, origin, named)}
        for thread in sorted(known, key=lambda each: not known[each]):
            if threads.belongs(message, origin, known[thread], own=self._own):
                return thread
        return origin.remote

    def _is_ours(self, message: Mail, origin: Origin) -> bool:
        """What this program wrote, or its notice to the person. A stranger may copy a key, but not to Sent."""
        if not threads.is_ours(message.key, self._ledger.instance):
            return False
        return origin.sent or bool(self._ledger.jottings.get(message.key, "notice"))

    def _begun(self, answer: Mail) -> Iterator[str]:
        """The tasks it answers of which a kill kept it from being noted that their mail was seen."""
        for task in self._ledger.tasks.of_mail(answer.in_reply_to):
            known = self._ledger.tasks.get(task)
            if known and threads.reaches(answer, self._letters.asking(known.source_key), self._own):
                yield task

    def _all_waiting(self, tasks: Iterable[str], *, begun: bool = True) -> list[str]:
        """Every answer to the messages of these tasks: a mail that asks for two things has a draft for each."""
        return self._waiting(self._with_parts(tasks), begun=begun)

    def _with_parts(self, tasks: Iterable[str]) -> list[str]:
        return [each for task in tasks if task for each in self._ledger.tasks.with_parts(task)]

    def _waiting(self, tasks: Iterable[str], *, begun: bool = False) -> list[str]:
        """Those that nobody has answered or closed yet. `begun`: see `Tasks.waits`."""
        known, over = self._ledger.tasks, self._ledger.decisions
        there = (task for task in dict.fromkeys(tasks) if task)
        return [task for task in there if known.waits(task, begun=begun) and not over.unwanted(task)]

    def _new(self, arrival: Arrival, seen: Letter, instead: Sequence[Letter], now: datetime) -> bool:
        waiting = {letter.task for letter in instead if self._all_waiting([letter.task], begun=False)}
        earlier = self._earlier(threads.together([letter for letter in instead if letter.task in waiting]))
        self._letters.begin(seen.remote, arrival.source_key, seen.people)
        kept = self._intake.keep(replace(arrival, earlier=earlier), now)
        task = self._task(arrival)
        along = sorted(waiting & self._along(task) - {task})
        first = names.safe_file_name(arrival.originals[0].name)
        seen = replace(seen, task=task, path=f"Attachments/{task}/{first}")
        with self._ledger.transaction():
            self._note(seen, self._all_waiting(along, begun=False), _NEWER.format(task), now)
            self._letters.end(arrival.source_key)
            for other in along:
                self._letters.hand_over(other, task)
        return kept

    def _task(self, arrival: Arrival) -> str:
        known = self._ledger.tasks.by_source(arrival.source_key)
        return known.id if known else ""

    def _unreadable(self, arrival: Arrival, origin: Origin, now: datetime) -> bool:
        """A task that says so in Failed/; of what the person sent themselves, only that it was seen."""
        kept = not origin.sent and self._intake.keep(arrival, now)
        task = "" if origin.sent else self._task(arrival)
        thread = origin.thread or origin.remote
        self._note(Letter(origin.account, origin.remote, thread, "", origin.sent, task, "", ()), (), "", now)
        return kept

    def _earlier(self, letters: Sequence[Letter]) -> tuple[Original, ...]:
        """The messages that wait, to go along with a newer one: all of them, or none, when they are too much."""
        try:
            read = [self._vault.read(letter.path, LARGEST) for letter in letters]
        except VaultProblem as gone:
            log.info("a newer mail gets a draft of its own: an earlier one is not there any more (%s)", gone)
            return ()
        if sum(map(len, read)) > LARGEST:
            return ()
        named = zip(letters, read, strict=True)
        return tuple(Original(f"earlier-{letter.task}-{at}.eml", data) for at, (letter, data) in enumerate(named, 1))

    def _along(self, task: str) -> set[str]:
        """The tasks whose messages lie beside this one's: a kill, or a mail that is told again, changes nothing."""
        found = (_EARLIER.fullmatch(entry.name) for entry in self._vault.scan(f"Attachments/{task}"))
        return {match[1] for match in found if match}

    def _note(self, seen: Letter, over: Sequence[str], why: str, now: datetime) -> bool:
        """It was seen, and what waited for an answer does not any more; both or neither. Always False: no task note."""
        with self._ledger.transaction():
            self._give_up(over, why, now)
            self._letters.add(seen, now)
        return False

    def _answered(self, seen: Letter, tasks: Sequence[str], why: str, now: datetime) -> bool:
        """It was seen, and is the person's own answer; what already lies in Outbox/ for them is out with it."""
        with self._ledger.transaction():
            self._letters.answered(tasks, why)
            return self._note(seen, self._waiting(tasks, begun=True), why, now)

    def _give_up(self, tasks: Iterable[str], why: str, now: datetime) -> None:
        for task in tasks:
            self._ledger.decisions.add(Decision(0, task, 0, "obsolete", VIA, self._letters.account, why, now))
            log.info("task %s: %s", task, why)
