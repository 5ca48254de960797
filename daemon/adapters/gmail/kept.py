"""Drafts that wait for the person, among the drafts of their Gmail. None of them is ever sent from here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from daemon.adapters.gmail.client import Client
from daemon.adapters.gmail.drafts import Drafts, Wanted
from daemon.core import mail
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.keeping import Fate, Kept
from daemon.core.settings import Gmail


class GmailDrafts:
    """Of one account; see `DraftBox`."""

    def __init__(self, account: GmailAccount, settings: Gmail) -> None:
        self._drafts = Drafts(Client(account, settings))

    def keep(self, message: bytes, *, again: bool) -> Kept:
        read = mail.read(message)
        draft = self._drafts.only(Wanted(read.message_id, read.key)) if again else ""
        if not draft:
            thread = self._drafts.thread(read.in_reply_to, read.subject) if read.in_reply_to else ""
            draft = self._drafts.create(message, thread)
        return Kept(draft, self._drafts.thread_of(draft))

    def there(self) -> Collection[str]:
        """Raises Transient when there are more than anybody looks through."""
        return self._drafts.all()

    def fate(self, kept: Kept, since: datetime) -> Fate:
        if self._drafts.exists(kept.draft):
            return "there"
        return "sent" if self._is_sent(kept.thread, since) else "deleted"

    def untouched(self, kept: Kept, message: bytes) -> bool:
        raw = self._drafts.raw(kept.draft)
        return raw is not None and not mail.differing(message, raw)

    def drop(self, kept: Kept) -> None:
        self._drafts.delete(kept.draft)

    def close(self) -> None:
        self._drafts.close()

    def _is_sent(self, thread: str, since: datetime) -> bool:
        """Gmail keeps the thread of a draft when it is sent, though it names the message anew."""
        return any("SENT" in (each.label_ids or ()) and each.at >= since for each in self._drafts.in_thread(thread))
