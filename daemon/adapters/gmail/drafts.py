"""Drafts and sent mail of one Gmail account, for sending and for keeping drafts. What is done is not decided here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice, takewhile

from daemon.adapters.gmail import answers
from daemon.adapters.gmail.answers import Asked, Headed, Message, Placed
from daemon.adapters.gmail.client import NONSENSE, Client, Json
from daemon.adapters.gmail.line import Bound
from daemon.adapters.gmail.troubles import Refused
from daemon.core import mail
from daemon.core.errors import Transient, UnknownOutcome

_WHOLE = Bound(40_000_000)  # bytes of an answer with a draft in it: 25 MB as base64, and more
_PAGE, _PAGES = 100, 5
_ALL_PAGE, _ALL_PAGES = 500, 20  # of drafts, when all of them are wanted
_FOUND = 10  # of what a search for one id finds
_SKEW = timedelta(days=1)  # between Google's clock and this computer's


class TooMany(Exception):
    """More was sent since than anybody looks through for one mail."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what a mail of ours is known. Gmail may write a Message-ID of its own; it leaves the key alone."""

    message_id: str
    key: str

    def is_it(self, message: Headed) -> bool:
        return message.line(mail.KEY_HEADER) == self.key or message.line("Message-ID") == self.message_id


class Drafts:
    """Each call raises Transient or UserError when Gmail cannot be asked, or does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, message: bytes, thread: str) -> str:
        """The id of a new draft. After a Transient there may be one as well. `thread` may be "", or gone meanwhile."""
        raw = {"raw": base64.urlsafe_b64encode(message).decode()}
        body = {"message": {**raw, "threadId": thread} if thread else raw}
        try:
            said = self._client.ask(lambda users: users.drafts().create(userId="me", body=body))
        except Refused as refused:
            if not (thread and refused.gone):
                raise
            return self.create(message, "")
        return answers.read(answers.Draft, said).id

    def raw(self, draft: str) -> bytes | None:
        """What stands in a draft now; None when there is none any more."""
        try:
            said = self._client.ask(lambda users: users.drafts().get(userId="me", id=draft, format="raw"), _WHOLE)
        except Refused as refused:
            return _none(refused)
        return _decoded(answers.read(answers.RawDraft, said).message.raw)

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

    def send(self, draft: str) -> Placed:
        """What was sent. Raises UnknownOutcome when it may have been, Refused when it surely was not."""
        said = self._client.act(lambda users: users.drafts().send(userId="me", body={"id": draft}))
        try:
            return answers.read(Placed, said)
        except Transient as nonsense:
            raise UnknownOutcome("Gmail was asked to send, and its answer names no mail") from nonsense

    def of(self, wanted: Wanted) -> list[str]:
        """The ids of all drafts that are this mail; only the newest are looked at."""
        with _plain_question():
            found = self._drafts(_search(wanted.message_id)) | self._drafts("")
            return [found[each.id] for each in self._headed(found) if wanted.is_it(each)]

    def only(self, wanted: Wanted) -> str:
        """The id of the draft that is this mail, or "". Of several, one is enough: the others are deleted."""
        first, *others = self.of(wanted) or [""]
        for each in others:
            self.delete(each)
        return first

    def all(self) -> set[str]:
        """The ids of all. Raises Transient when there are more than anybody looks through."""
        beyond = Transient("Gmail has so many drafts that I cannot tell which are still there")
        listed = partial(self._page, {"maxResults": _ALL_PAGE})
        found = answers.pages(answers.Drafts, listed, most=_ALL_PAGES, beyond=beyond)
        return {each.id for page in found for each in page.drafts}

    def sent(self, wanted: Wanted, since: datetime) -> Placed | None:
        """This mail in Sent: by its id, and because that may have been rewritten, among all since. Raises TooMany."""
        searched = islice(self._listed(labelIds=["SENT"], q=_search(wanted.message_id)), _FOUND)
        newer = takewhile(lambda each: each.at >= since - _SKEW, self._headed(self._listed(labelIds=["SENT"])))
        with _plain_question():
            return next((each for each in chain(self._headed(searched), newer) if wanted.is_it(each)), None)

    def in_thread(self, thread: str) -> Sequence[Message]:
        """What lies in a thread; nothing when it is gone."""
        try:
            said = self._client.ask(lambda users: users.threads().get(userId="me", id=thread, format="minimal"))
        except Refused as refused:
            _none(refused)
            return ()
        return answers.read(answers.Thread, said).messages

    def thread_of(self, draft: str) -> str:
        """Into which thread Gmail put it; "" when it does not say."""
        said = self._client.ask(lambda users: users.drafts().get(userId="me", id=draft, format="minimal"))
        return answers.read(answers.Draft, said).message.thread_id or ""

    def thread(self, message_id: str, subject: str) -> str:
        """The thread of the mail with this id, or "" when it is not here or is about something else.

        Gmail takes an answer into a thread only under the same subject:
        https://developers.google.com/workspace/gmail/api/guides/threads.
        """
        try:
            found = list(self._headed(islice(self._listed(q=_search(message_id)), _FOUND)))
        except Refused:  # an id may be anything that a foreign program made up
            return ""
        same = (each for each in found if each.line("Message-ID") == message_id)
        return next((each.thread_id for each in same if _topic(each.line("Subject")) == _topic(subject)), "")

    def close(self) -> None:
        self._client.close()

    def _drafts(self, query: str) -> dict[str, str]:
        """Drafts by the ids of their messages."""
        said = self._page({"maxResults": _PAGE}, {"q": query} if query else {})
        return {each.message.id: each.id for each in answers.read(answers.Drafts, said).drafts}

    def _page(self, wanted: Asked, more: Asked) -> Json:
        """Of drafts."""
        asked = {"userId": "me", **wanted, **more}
        return self._client.ask(lambda users: users.drafts().list(**asked))

    def _listed(self, **wanted: object) -> Iterator[str]:
        """The ids of messages, the newest first. Raises TooMany at the end of the last page that is looked at."""

        def listed(token: Asked) -> Json:
            asked = {"userId": "me", "maxResults": _PAGE, **wanted, **token}
            return self._client.ask(lambda users: users.messages().list(**asked))

        found = answers.pages(answers.Messages, listed, most=_PAGES, beyond=TooMany())
        return (each.id for page in found for each in page.messages)

    def _headed(self, messages: Iterable[str]) -> Iterator[Headed]:
        """One that is gone meanwhile is left out."""
        names = ["Message-ID", "Subject", mail.KEY_HEADER]
        for each in messages:
            asked = {"userId": "me", "id": each, "format": "metadata", "metadataHeaders": names}
            try:
                said = self._client.ask(lambda users, asked=asked: users.messages().get(**asked))
            except Refused as refused:
                _none(refused)
            else:
                yield answers.read(Headed, said)


@contextmanager
def _plain_question() -> Generator[None]:
    """What Gmail has no reason to refuse for good: that it does says nothing about the mail that is looked for."""
    try:
        yield
    except Refused as refused:
        raise Transient(f"{refused}; I try again") from refused


def _none(refused: Refused) -> None:
    """What is not there is None; any other refusal is no answer to what was asked."""
    if not refused.gone:
        raise Transient(f"{refused}; I try again") from refused


def _search(message_id: str) -> str:
    """Without its angle brackets, as in https://support.google.com/mail/answer/7190."""
    return f"rfc822msgid:{message_id.strip('<>')}"


def _topic(subject: str) -> str:
    """What a subject is about, as it is written in a header or read."""
    return " ".join(mail.reply_subject(mail.decoded(subject)).casefold().split())


def _decoded(raw: str) -> bytes:
    bare = raw.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_")
    except (binascii.Error, ValueError) as error:
        raise Transient(NONSENSE) from error
