"""Mail through Gmail: a draft that says exactly what was approved, then the sending of that draft.

Gmail knows no key that makes a second sending harmless, but it can send a draft only once. So the id of the draft is
noted before it is sent, every later try sends that same draft, and after a crash its whereabouts tell what happened:

- the mail is in Sent: it happened;
- the draft is still there: it did not happen, or only after the time that a lost request may be under way;
- neither is there: the person sent it with other words, or deleted it; only they can know.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from daemon.adapters.gmail.answers import Placed
from daemon.adapters.gmail.client import Client
from daemon.adapters.gmail.drafts import Drafts, TooMany, Wanted
from daemon.adapters.gmail.troubles import Refused
from daemon.core import mail
from daemon.core.errors import Permanent, Transient, UnknownOutcome, UserError
from daemon.core.mail import Mail
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.ports import Jottings
from daemon.core.ports import Absent, CannotTell, Finding, Found, Receipt
from daemon.core.settings import Gmail

SETTLES = timedelta(minutes=2)  # what a lost request may still take, and the index of Gmail's search
LOOKS = 5  # how often a mail of which nothing is left is looked for before it counts as lost
_AGAIN = timedelta(seconds=30)
_ASKED, _DRAFT, _DISCARDED, _SENT, _MISSED = "asked", "draft", "discarded", "sent", "missed"  # what is noted
_GONE = "the draft in Gmail is gone: it was sent, or somebody deleted it"


class GmailChannel:
    """One account. See `MailChannel`; the name is the account's."""

    def __init__(self, account: GmailAccount, settings: Gmail, jottings: Jottings) -> None:
        self.name = account.name
        self._drafts = Drafts(Client(account, settings))
        self._jottings = jottings

    def send(self, message: bytes, *, title: str, key: str) -> Receipt:
        """Raises Transient or Permanent when it was surely not sent, UnknownOutcome when only `look_up` can tell."""
        del title
        with self._asking():
            draft = self._checked(message, key)
            return self._leave(draft, key)

    def look_up(self, message: bytes, *, title: str, key: str) -> Finding:
        """Raises Transient when Gmail cannot be asked now."""
        del title
        if receipt := self._jottings.get(key, _SENT):
            return Found(Receipt("sent", receipt))
        with self._asking():
            return self._looked_up(mail.read(message), key)

    # --- sending

    def _checked(self, message: bytes, key: str) -> str:
        """The draft, after what stands in it was read and compared; one that says something else is made anew."""
        draft = self._draft(message, key)
        if not self._differing(draft, message):
            return draft
        self._discard(draft, key)
        draft = self._created(message, key)
        if differing := self._differing(draft, message):
            self._discard(draft, key)
            raise Permanent(f"Gmail does not keep this mail as you approved it ({', '.join(differing)} would change).")
        return draft

    def _draft(self, message: bytes, key: str) -> str:
        noted = self._jottings.get(key, _DRAFT)
        if noted and self._is_discarded(noted, key):
            self._drafts.delete(noted)
        elif noted:
            return noted
        approved = mail.read(message)
        if self._jottings.get(key, _ASKED):
            return self._left_over(approved, key) or self._created(message, key)
        self._retire_earlier(approved, key)
        return self._created(message, key)

    def _retire_earlier(self, approved: Mail, key: str) -> None:
        """No draft of an earlier generation, which was taken back after it had begun, is left for somebody to send."""
        for old in _earlier(key):
            if self._jottings.get(old, _ASKED) and not self._jottings.get(old, _SENT):
                noted = self._jottings.get(old, _DRAFT)
                wanted = Wanted(approved.message_id.replace(key, old), old)
                for draft in [noted] if noted else self._drafts.of(wanted):
                    self._drafts.delete(draft)

    def _left_over(self, approved: Mail, key: str) -> str:
        """The draft of an earlier try that ended before its id was noted."""
        draft = self._drafts.only(Wanted(approved.message_id, key))
        self._jottings.put(key, _DRAFT, draft)
        return draft

    def _created(self, message: bytes, key: str) -> str:
        approved = mail.read(message)
        answered = approved.in_reply_to
        thread = self._drafts.thread(answered, approved.subject) if answered else ""
        self._jottings.put(key, _ASKED, datetime.now(UTC).isoformat(timespec="seconds"))
        try:
            draft = self._drafts.create(message, thread)
        except Refused as refused:
            raise _refusal(refused) from refused
        self._jottings.put(key, _DRAFT, draft)
        return draft

    def _differing(self, draft: str, message: bytes) -> tuple[str, ...]:
        there = self._drafts.raw(draft)
        if there is None:
            raise UnknownOutcome(_GONE)
        return mail.differing(message, there)

    def _discard(self, draft: str, key: str) -> None:
        """Surely unsent: what can be deleted as a draft was not sent, and never will be."""
        self._jottings.put(key, _DISCARDED, draft)
        if not self._drafts.delete(draft):
            self._jottings.put(key, _DISCARDED, "")
            raise UnknownOutcome(_GONE)
        self._jottings.put(key, _DRAFT, "")

    def _is_discarded(self, draft: str, key: str) -> bool:
        """Whether it is gone because we deleted it, or is about to be."""
        return draft == self._jottings.get(key, _DISCARDED)

    def _leave(self, draft: str, key: str) -> Receipt:
        try:
            sent = self._drafts.send(draft)
        except Refused as refused:
            self._require_unsent(draft, key)
            raise _refusal(refused) from refused
        return self._noted(sent, key)

    def _require_unsent(self, draft: str, key: str) -> None:
        """After a refusal, which counts when the draft is still there; nobody wants it any more then."""
        if not self._drafts.exists(draft):
            raise UnknownOutcome(_GONE)
        with suppress(Transient, UserError):  # it stays among the drafts
            self._discard(draft, key)

    def _noted(self, sent: Placed, key: str) -> Receipt:
        receipt = f"message {sent.id} in thread {sent.thread_id}"
        self._jottings.put(key, _SENT, receipt)
        return Receipt("sent", receipt)

    # --- looking

    def _looked_up(self, approved: Mail, key: str) -> Finding:
        """A draft that is there was not sent. Sent is looked at whenever none is, even when none was ever noted."""
        noted = self._jottings.get(key, _DRAFT)
        kept = bool(noted) and not self._is_discarded(noted, key)
        if kept and self._drafts.exists(noted):
            return Absent(SETTLES)
        try:
            sent = self._drafts.sent(Wanted(approved.message_id, key), approved.date or datetime.now(UTC))
        except TooMany:
            return CannotTell("So many mails were sent since that I cannot find out whether this one was.")
        if sent:
            return Found(self._noted(sent, key))
        return self._missed(key) if kept else Absent(SETTLES)

    def _missed(self, key: str) -> Finding:
        """Gmail may show in Sent only after a while what it has sent."""
        missed = int(self._jottings.get(key, _MISSED) or 0) + 1
        self._jottings.put(key, _MISSED, str(missed))
        if missed < LOOKS:
            raise Transient("The draft left Gmail and is not in Sent yet; I look again soon", retry_after=_AGAIN)
        return CannotTell(
            "The draft that I made in Gmail is gone, and the mail is not in Sent. Did you delete one of them, or send "
            "it from Gmail with other words?"
        )

    @contextmanager
    def _asking(self) -> Generator[None]:
        """What the person has to put right, such as a login, is no fault of this mail: it waits."""
        try:
            yield
        except UserError as problem:
            raise Transient(str(problem), retry_after=_AGAIN) from problem
        finally:
            self._drafts.close()  # until the next mail nobody needs the line


def _earlier(key: str) -> list[str]:
    """The keys of the generations before this one, as the executor makes them."""
    found = re.fullmatch(r"(.+-g)(\d{1,4})(\..+)", key)
    return [f"{found[1]}{number}{found[3]}" for number in range(1, int(found[2]))] if found else []


def _refusal(refused: Refused) -> Permanent:
    """Google's own words are not repeated; see `troubles`."""
    return Permanent(
        f"Gmail refused to send it ({refused.status}). Most often an address is wrong, or a file is of a kind or size "
        "that Gmail does not take."
    )
