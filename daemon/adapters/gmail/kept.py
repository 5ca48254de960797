"""Drafts that wait for the person, among the drafts of their Gmail. None of them is ever sent from here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import cast

from daemon.adapters.gmail.client import Client, Json
from daemon.adapters.gmail.drafts import Drafts, Wanted
from daemon.adapters.gmail.troubles import Refused
from daemon.core import mail
from daemon.core.errors import Transient
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.keeping import Fate, Kept
from daemon.core.settings import Gmail

_PAGE, _PAGES = 500, 20
_GONE = 404  # RFC 9110, 15.5.5
_NONSENSE = "Gmail's answer makes no sense; I try again"


class GmailDrafts:
    """Of one account; see `DraftBox`."""

    def __init__(self, account: GmailAccount, settings: Gmail) -> None:
        self._client = Client(account, settings)
        self._drafts = Drafts(self._client)

    def keep(self, message: bytes, *, again: bool) -> Kept:
        read = mail.read(message)
        first, *others = (self._drafts.of(Wanted(read.message_id, read.key)) if again else []) or [""]
        for each in others:
            self._drafts.delete(each)
        thread = self._drafts.thread(read.in_reply_to, read.subject) if read.in_reply_to and not first else ""
        draft = first or self._drafts.create(message, thread)
        said = self._client.ask(lambda users: users.drafts().get(userId="me", id=draft, format="minimal"))
        return Kept(draft, str(_inner(said).get("threadId", "")))

    def there(self) -> Collection[str]:
        """Raises Transient when there are more than anybody looks through."""
        found, page = set[str](), dict[str, object]()
        for _ in range(_PAGES):
            asked = {"userId": "me", "maxResults": _PAGE, **page}
            said = self._client.ask(lambda users, asked=asked: users.drafts().list(**asked))
            found |= {str(each.get("id")) for each in _objects(said, "drafts")}
            if not said.get("nextPageToken"):
                return found
            page = {"pageToken": said["nextPageToken"]}
        raise Transient("Gmail has so many drafts that I cannot tell which are still there")

    def fate(self, kept: Kept, since: datetime) -> Fate:
        if self._drafts.exists(kept.draft):
            return "there"
        return "sent" if self._sent(kept.thread, since) else "deleted"

    def untouched(self, kept: Kept, message: bytes) -> bool:
        raw = self._drafts.raw(kept.draft)
        return raw is not None and not mail.differing(message, raw)

    def drop(self, kept: Kept) -> None:
        self._drafts.delete(kept.draft)

    def close(self) -> None:
        self._client.close()

    def _sent(self, thread: str, since: datetime) -> bool:
        """Gmail keeps the thread of a draft when it is sent, though it names the message anew."""
        try:
            said = self._client.ask(lambda users: users.threads().get(userId="me", id=thread, format="minimal"))
        except Refused as refused:
            if refused.status != _GONE:
                raise Transient(f"{refused}; I try again") from refused
            return False
        return any("SENT" in _labels(each) and _at(each) >= since for each in _objects(said, "messages"))


def _inner(said: Json) -> Json:
    value = said.get("message")
    if not isinstance(value, dict):
        raise Transient(_NONSENSE)
    return cast("Json", value)


def _objects(said: Json, name: str) -> list[Json]:
    """A list that is left out is empty."""
    value = said.get(name, [])
    if not isinstance(value, list):
        raise Transient(_NONSENSE)
    return [cast("Json", each) for each in cast("list[object]", value) if isinstance(each, dict)]


def _labels(said: Json) -> list[object]:
    value = said.get("labelIds", [])
    return cast("list[object]", value) if isinstance(value, list) else []


def _at(said: Json) -> datetime:
    at = str(said.get("internalDate", ""))
    return datetime.fromtimestamp(int(at[:-3]), UTC) if at[:14].isdigit() and len(at) in range(4, 15) else _NEVER


_NEVER = datetime.min.replace(tzinfo=UTC)
