"""A Gmail mailbox as it is read and labelled."""

from __future__ import annotations

import heapq
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from daemon.adapters.gmail import answers
from daemon.adapters.gmail.answers import Asked, Message
from daemon.adapters.gmail.client import Client, Json
from daemon.adapters.gmail.labels import Labels
from daemon.adapters.gmail.past import Met, Past, told
from daemon.adapters.gmail.troubles import Failing, Refused
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.values import IGNORE, Changes, CursorLost, Happened, Mark, Stub, Window
from daemon.core.ports import Missing
from daemon.core.settings import Gmail

log = logging.getLogger(__name__)
FoundT = TypeVar("FoundT")
_PAGE = 500  # the most that Gmail gives
_PAGES = 1000
_TRIES = 3  # of a mail that Google refuses
_IN_A_ROW = 3
_AT_ONCE = 1000  # messages of one batchModify
_WRONG = 400
_TYPES = ["messageAdded", "labelAdded", "labelRemoved"]
_MINIMAL = "id,threadId,labelIds,internalDate,sizeEstimate,historyId"


class Late:
    """A mail that makes Google fail waits until the others are told; several in a row are Google's own trouble."""

    def __init__(self) -> None:
        self._trouble: Failing | None = None
        self._in_a_row = 0

    def waited(self, look: Callable[[], FoundT | None]) -> FoundT | None:
        """None for what is to be looked at again later. Raises Failing when too many are."""
        try:
            found = look()
        except Failing as trouble:
            self._trouble, self._in_a_row = trouble, self._in_a_row + 1
            if self._in_a_row == _IN_A_ROW:
                raise
            return None
        self._in_a_row = 0
        return found

    def end(self) -> None:
        """Raises Failing when something waits."""
        if self._trouble:
            raise self._trouble


class GmailBox:
    """See `daemon.core.mailboxes.ports.Mailbox`. A cursor is a historyId.

    Told is what lies in the inbox or in Sent when it is asked for: what the person archived or deleted before anybody
    looked is dealt with, and what never came to the inbox, because of a filter of theirs, is left alone.
    """

    stirred = False  # Gmail tells nobody by itself who has no server of their own

    def __init__(self, account: GmailAccount, settings: Gmail) -> None:
        self._account = account
        self._client = Client(account, settings)
        self._labels = Labels(self._client)
        self._past = Past("", "")
        self._looked_at: dict[str, Message | None] = {}  # a look without a cursor may take many steps
        self._refused = Counter[str]()  # how often, by message
        self._notices: list[str] = []

    def changes(self, cursor: str, window: Window) -> Changes:
        """See `Mailbox`. One request when nothing is new."""
        if not cursor:
            return self._within(window)
        if self._past.cursor != cursor:
            self._past = Past(cursor, cursor)
        past, first = self._past, self._past.upto == cursor
        try:
            past.upto = self._read_on(past)
        except Refused as no:
            if not no.gone and no.status != _WRONG:
                raise
            self._past = Past("", "")
            raise CursorLost("Gmail does not know any more what happened since the last look") from no
        if first:
            self._looked_at.clear()
        return Changes(past.upto, self._told(past, window), self._happened(past), self._told_once())

    def fetch(self, remote: str, limit: int) -> bytes:
        """See `Mailbox`."""
        try:
            return self._client.raw(remote, limit)
        except Refused as no:
            self._leave_out(remote, no)
            raise Missing("this mail is not in the mailbox any more, or Gmail does not give it") from no

    def mark(self, marks: Sequence[Mark]) -> None:
        """See `Mailbox`. A label that the person deleted is made again."""
        try:
            self._mark(marks)
        except Refused as no:
            if no.status != _WRONG:
                raise
            self._labels.forget()
            self._mark(marks)

    def close(self) -> None:
        self._client.close()

    # --- since a cursor

    def _read_on(self, past: Past) -> str:
        """Gives where the mailbox was when this was asked: what happens meanwhile is told again, not left out."""
        upto = ""
        for page in answers.pages(answers.History, partial(self._history, past.upto), most=_PAGES):
            upto = upto or page.history_id
            for record in page.history:
                past.take(record)
        return upto

    def _history(self, start: str, token: Asked) -> Json:
        asked = {"userId": "me", "startHistoryId": start, "historyTypes": _TYPES, "maxResults": _PAGE, **token}
        return self._client.ask(lambda users: users.history().list(**asked))

    def _told(self, past: Past, window: Window) -> Iterator[Stub]:
        since, late = min(window.since, self._account.connected_at), Late()
        for met in list(past.candidates()):
            if stub := late.waited(partial(self._stub_of, met, since)):
                yield stub
        late.end()

    def _stub_of(self, met: Met, since: datetime) -> Stub | None:
        """What was only moved is looked at, for its age: nothing older than the first look is ever taken."""
        if met.labels is None or not met.came:
            found = self._look_at(met.id)
            wanted = found and told(frozenset(found.label_ids or ())) and (met.came or found.at >= since)
            return self._stub(found) if found and wanted else None
        return Stub(met.id, met.thread, "SENT" in met.labels, self._labels.names(met.labels))

    def _happened(self, past: Past) -> Iterator[Happened]:
        for remote, label in list(past.labelled):
            if IGNORE in self._labels.names([label]):
                yield Happened("ignored", remote)

    # --- without a cursor

    def _within(self, window: Window) -> Changes:
        """Where the mailbox is now is asked first: what comes while we look is told by the next look."""
        now = self._now()
        unread = " is:unread" if window.unread else ""
        after = f"after:{int(window.since.timestamp())}"
        inbox, sent = self._listed("INBOX", after + unread, window.most), self._listed("SENT", after, window.most)
        late = Late()
        streams = (self._looked(inbox, late), self._looked(sent, late))
        both = heapq.merge(*streams, key=lambda message: message.internal_date)
        return Changes(now, self._fitting(both, window, late), notices=self._told_once())

    def _fitting(self, both: Iterator[Message], window: Window, late: Late) -> Iterator[Stub]:
        yield from (self._stub(each) for each in _once(both) if _fits(each, window))
        late.end()

    def _now(self) -> str:
        """Where there is no profile, as far as the newest message goes; "" in an empty mailbox."""
        try:
            said = self._client.ask(lambda users: users.getProfile(userId="me"))
        except Refused as no:
            if not no.gone:
                raise
            newest = answers.read(answers.Messages, self._page({"maxResults": 1}, {})).messages
            found = self._look_at(newest[0].id) if newest else None
            return (found.history_id or "") if found else ""
        return answers.read(answers.Profile, said).history_id

    def _listed(self, label: str, query: str, most: int) -> list[str]:
        """The ids of the newest, the oldest first."""
        ids, asked = list[str](), {"labelIds": [label], "q": query, "maxResults": _PAGE}
        for page in answers.pages(answers.Messages, partial(self._page, asked), most=_PAGES):
            ids += [message.id for message in page.messages]
            if most and len(ids) >= most:
                break
        return ids[: most or None][::-1]

    def _page(self, wanted: Asked, token: Asked) -> Json:
        asked = {"userId": "me", **wanted, **token}
        return self._client.ask(lambda users: users.messages().list(**asked))

    def _looked(self, ids: Sequence[str], late: Late) -> Iterator[Message]:
        return (message for each in ids if (message := late.waited(partial(self._look_at, each))))

    def _look_at(self, remote: str) -> Message | None:
        """What a message is, without its words; None when it is gone."""
        if remote not in self._looked_at:
            self._looked_at[remote] = self._asked_for(remote)
        return self._looked_at[remote]

    def _asked_for(self, remote: str) -> Message | None:
        try:
            said = self._client.ask(
                lambda users: users.messages().get(userId="me", id=remote, format="minimal", fields=_MINIMAL)
            )
        except Refused as no:
            self._leave_out(remote, no)
            return None
        return answers.read(Message, said)

    def _leave_out(self, remote: str, no: Refused) -> None:
        """Raises it, unless the mail is gone, or was refused so often that others must not wait for it any longer."""
        if no.gone:
            return
        self._refused[remote] += 1
        if self._refused[remote] < _TRIES:
            raise no
        del self._refused[remote]
        said = f"Gmail does not give one mail of {self._account.address} ({remote}): {no}. Look for it there."
        self._notices.append(said)
        log.warning("%s", said)

    def _told_once(self) -> tuple[str, ...]:
        told, self._notices = tuple(self._notices), []
        return told

    def _stub(self, message: Message) -> Stub:
        labels = frozenset(message.label_ids or ())
        names = self._labels.names(labels)
        return Stub(message.id, message.thread_id or "", "SENT" in labels, names, message.size_estimate)

    # --- labels

    def _mark(self, marks: Sequence[Mark]) -> None:
        alike = defaultdict[tuple[tuple[str, ...], tuple[str, ...]], list[str]](list)
        for mark in marks:
            away = [*self._labels.known(mark.remove), *["INBOX"] * mark.archive, *["UNREAD"] * mark.read]
            alike[tuple(self._labels.made(mark.add)), tuple(away)].append(mark.remote)
        for (add, remove), remotes in alike.items():
            if add or remove:
                self._modify(remotes, {"addLabelIds": add, "removeLabelIds": remove})

    def _modify(self, remotes: Sequence[str], change: dict[str, tuple[str, ...]]) -> None:
        ids = iter(remotes)
        while some := list(islice(ids, _AT_ONCE)):
            body = {"ids": some, **change}
            try:
                self._client.ask(lambda users, body=body: users.messages().batchModify(userId="me", body=body))
            except Refused as no:
                if not no.gone:
                    raise
                self._modify_each(some, change)

    def _modify_each(self, remotes: Sequence[str], change: dict[str, tuple[str, ...]]) -> None:
        """One of them is gone, and who answers does not leave it out by itself."""
        for remote in remotes:
            try:
                self._client.ask(
                    lambda users, remote=remote: users.messages().modify(userId="me", id=remote, body=change)
                )
            except Refused as no:
                if not no.gone:
                    raise


def _fits(message: Message, window: Window) -> bool:
    """Looked at again: a search counts days in another time zone, and is behind by a moment."""
    labels = frozenset(message.label_ids or ())
    unread = not window.unread or "SENT" in labels or "UNREAD" in labels
    return told(labels) and unread and message.at >= window.since


def _once(messages: Iterator[Message]) -> Iterator[Message]:
    """What was sent to oneself lies in both."""
    seen = set[str]()
    for message in messages:
        if message.id not in seen:
            seen.add(message.id)
            yield message
