"""Drafts and sent mail of one Gmail account, as far as sending needs them. What to send is not decided here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice, takewhile
from typing import cast

from daemon.adapters.gmail.client import Client, Json
from daemon.adapters.gmail.line import Bound
from daemon.adapters.gmail.troubles import Refused
from daemon.core import mail
from daemon.core.errors import Transient, UnknownOutcome

_WHOLE = Bound(40_000_000)  # bytes of an answer with a draft in it: 25 MB as base64, and more
_PAGE, _PAGES = 100, 5
_FOUND = 10  # of what a search for one id finds
_SKEW = timedelta(days=1)  # between Google's clock and this computer's
_KEY = mail.KEY_HEADER.lower()
_GONE = 404  # RFC 9110, 15.5.5
_NONSENSE = "Gmail's answer makes no sense; I try again"


class TooMany(Exception):
    """More was sent since than anybody looks through for one mail."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a mail of ours is known. Gmail may write a Message-ID of its own; it leaves the key alone."""

    message_id: str
    key: str


@dataclass(frozen=True, slots=True)
class Head:
    """What is looked at of a message to see whether it is ours."""

    id: str
    thread: str
    at: datetime
    fields: Mapping[str, str]  # by name in lower case

    @property
    def subject(self) -> str:
        return mail.decoded(self.fields.get("subject", ""))

    def is_it(self, wanted: Wanted) -> bool:
        return self.fields.get(_KEY) == wanted.key or self.fields.get("message-id") == wanted.message_id


class Drafts:
    """Each call raises Transient or UserError when Gmail cannot be asked, or does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, message: bytes, thread: str) -> str:
        """The id of a new draft. After a Transient there may be one as well. `thread` may be "", or gone meanwhile."""
        said = {"raw": base64.urlsafe_b64encode(message).decode()}
        body = {"message": {**said, "threadId": thread} if thread else said}
        try:
            return _text(self._client.ask(lambda users: users.drafts().create(userId="me", body=body)), "id")
        except Refused as refused:
            if not thread or refused.status != _GONE:
                raise
        return self.create(message, "")

    def raw(self, draft: str) -> bytes | None:
        """What stands in a draft now; None when there is none any more."""
        try:
            said = self._client.ask(lambda users: users.drafts().get(userId="me", id=draft, format="raw"), _WHOLE)
        except Refused as refused:
            return _none(refused)
        return _decoded(_text(_inner(said), "raw"))

    def exists(self, draft: str) -> bool:
        try:
            self._client.ask(lambda users: users.drafts().get(userId="me", id=draft, format="minimal"))
        except Refused as refused:
            return bool(_none(refused))
        return True

    def delete(self, draft: str) -> bool:
        """False when there was none any more."""
        try:
            self._client.ask(lambda users: users.drafts().delete(userId="me", id=draft))
        except Refused as refused:
            return bool(_none(refused))
        return True

    def send(self, draft: str) -> Head:
        """What was sent. Raises UnknownOutcome when it may have been, Refused when it surely was not."""
        said = self._client.act(lambda users: users.drafts().send(userId="me", body={"id": draft}))
        message, thread = said.get("id"), said.get("threadId")
        if not isinstance(message, str) or not isinstance(thread, str):
            raise UnknownOutcome("Gmail was asked to send, and its answer names no mail")
        return Head(message, thread, datetime.now(UTC), {})

    def of(self, wanted: Wanted) -> list[str]:
        """The ids of all drafts that are this mail; only the newest are looked at."""
        with _plain_question():
            found = self._drafts(f"rfc822msgid:{wanted.message_id}") | self._drafts("")
        return [found[each.id] for each in self._heads(found) if each.is_it(wanted)]

    def sent(self, wanted: Wanted, since: datetime) -> Head | None:
        """This mail in Sent: by its id, and because that may have been rewritten, among all since. Raises TooMany."""
        searched = islice(self._listed(labelIds=["SENT"], q=f"rfc822msgid:{wanted.message_id}"), _FOUND)
        newer = takewhile(lambda head: head.at >= since - _SKEW, self._heads(self._listed(labelIds=["SENT"])))
        with _plain_question():
            return next((head for head in chain(self._heads(searched), newer) if head.is_it(wanted)), None)

    def thread(self, message_id: str, subject: str) -> str:
        """The thread of the mail with this id, or "" when it is not here or is about something else.

        Gmail takes an answer into a thread only under the same subject:
        https://developers.google.com/workspace/gmail/api/guides/threads.
        """
        try:
            heads = list(self._heads(islice(self._listed(q=f"rfc822msgid:{message_id}"), _FOUND)))
        except Refused:  # an id may be anything that a foreign program made up
            return ""
        same = (head for head in heads if head.fields.get("message-id") == message_id)
        return next((head.thread for head in same if _topic(head.subject) == _topic(subject)), "")

    def close(self) -> None:
        self._client.close()

    def _drafts(self, query: str) -> dict[str, str]:
        """Drafts by the ids of their messages."""
        asked = {"userId": "me", "maxResults": _PAGE} | ({"q": query} if query else {})
        said = self._client.ask(lambda users: users.drafts().list(**asked))
        return {_text(_inner(each), "id"): _text(each, "id") for each in _objects(said, "drafts")}

    def _listed(self, **query: object) -> Iterator[str]:
        """The ids of messages, the newest first. Raises TooMany at the end of the last page that is looked at."""
        page: dict[str, object] = {}
        for _ in range(_PAGES):
            asked = {"userId": "me", "maxResults": _PAGE, **query, **page}
            said = self._client.ask(lambda users, asked=asked: users.messages().list(**asked))
            yield from [_text(each, "id") for each in _objects(said, "messages")]
            if not said.get("nextPageToken"):
                return
            page = {"pageToken": _text(said, "nextPageToken")}
        raise TooMany

    def _heads(self, messages: Iterable[str]) -> Iterator[Head]:
        """One that is gone meanwhile is left out."""
        names = ["Message-ID", "Subject", mail.KEY_HEADER]
        for each in messages:
            asked = {"userId": "me", "id": each, "format": "metadata", "metadataHeaders": names}
            try:
                said = self._client.ask(lambda users, asked=asked: users.messages().get(**asked))
            except Refused as refused:
                _none(refused)
            else:
                yield _head(said)


@contextmanager
def _plain_question() -> Generator[None]:
    """What Gmail has no reason to refuse for good: that it does says nothing about the mail that is looked for."""
    try:
        yield
    except Refused as refused:
        raise Transient(f"{refused}; I try again") from refused


def _none(refused: Refused) -> None:
    """What is not there is None; any other refusal is no answer to what was asked."""
    if refused.status != _GONE:
        raise Transient(f"{refused}; I try again") from refused


def _head(said: Json) -> Head:
    payload = said.get("payload")
    listed = _objects(cast("Json", payload), "headers") if isinstance(payload, dict) else []
    fields = {str(each.get("name")).lower(): str(each.get("value")).strip() for each in reversed(listed)}
    since_1970 = str(said.get("internalDate", ""))
    known = since_1970.isdecimal() and len(since_1970) in range(4, 15)
    at = datetime.fromtimestamp(int(since_1970) / 1000, UTC) if known else datetime.now(UTC)
    return Head(_text(said, "id"), _text(said, "threadId"), at, fields)


def _topic(subject: str) -> str:
    return " ".join(mail.reply_subject(subject).casefold().split())


def _text(said: Json, name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise Transient(_NONSENSE)
    return value


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


def _decoded(raw: str) -> bytes:
    """With padding or without it."""
    try:
        return base64.b64decode(raw.rstrip("=") + "=" * (-len(raw.rstrip("=")) % 4), altchars=b"-_")
    except (binascii.Error, ValueError) as error:
        raise Transient(_NONSENSE) from error
