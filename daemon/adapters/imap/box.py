"""An IMAP mailbox as it is read: its inbox, and what the person sent.

A look with nothing new is one request over a connection that stays open: LIST with STATUS for both folders (RFC 5819),
or one STATUS for each where a server does not have that. A message is named by its folder, the folder's UIDVALIDITY
and its number there, which together never mean another one.
"""

from __future__ import annotations

import heapq
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from daemon.adapters.imap import cursor as cursors
from daemon.adapters.imap import sent
from daemon.adapters.imap.client import About, Client, Folder
from daemon.adapters.imap.cursor import Cursor
from daemon.adapters.imap.idle import Idle
from daemon.adapters.imap.keywords import keyword, labels, ways
from daemon.adapters.imap.line import Line
from daemon.core.errors import Transient
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.mailboxes.values import IGNORE, Changes, CursorLost, Happened, Mark, Stub, Window
from daemon.core.ports import Missing
from daemon.core.settings import Imap

log = logging.getLogger(__name__)

INBOX = "INBOX"
_AT_ONCE = 200  # messages that are asked about in one request
_TRIES = 3  # to fetch one message; the last one takes only its beginning
_BEGINNING = 64 * 1024  # bytes
_DAY = timedelta(days=1)
_SEEN = "\\seen"
_ARCHIVE = "\\archive"


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of a mailbox that matter; "" where there is none."""

    sent: str = ""
    archive: str = ""

    @property
    def watched(self) -> tuple[str, ...]:
        return (INBOX, self.sent) if self.sent else (INBOX,)


@dataclass(frozen=True, slots=True)
class Named:
    """One message, as its remote name says it."""

    folder: str
    validity: int
    number: int

    @property
    def remote(self) -> str:
        return f"{self.folder};{self.validity};{self.number}"


class ImapBox:
    """See `daemon.core.mailboxes.ports.Mailbox`."""

    def __init__(self, account: ImapAccount, settings: Imap, woken: Callable[[], None]) -> None:
        """`woken` is called from another thread when the server says that mail came."""
        self._account = account
        self._settings = settings
        self._line = Line(account, settings)
        self._idle = Idle(account, settings, woken)
        self._places: Places | None = None
        self._notices: list[str] = []
        self._said: set[str] = set()
        self._failed: Counter[str] = Counter()

    @property
    def stirred(self) -> bool:
        return self._idle.stirred

    def changes(self, cursor: str, window: Window) -> Changes:
        """Raises CursorLost when the server numbered its messages anew, or another folder is the one of sent mail."""
        self._idle.settle()
        changes = self._after(cursors.read(cursor)) if cursor else self._first(window)
        if self._settings.idle:
            self._idle.start()
        told, self._notices = tuple(self._notices), []
        return replace(changes, notices=told)

    def fetch(self, remote: str, limit: int) -> bytes:
        """What cannot be fetched again and again is left out, with a notice: it must not stand before all others."""
        named = _named(remote)
        least = self._failed[remote] >= _TRIES - 1
        self._line.within(named.folder, _nothing)  # what fails here is no fault of the message
        try:
            data = self._content(named, min(limit, _BEGINNING) if least else limit)
        except Transient:
            self._failed[remote] += 1
            if self._failed[remote] < _TRIES:
                raise
            self._say(f"A mail in {named.folder} of {self._account.address} cannot be fetched. Look at it there.")
            raise Missing(f"message {named.number} in {named.folder} cannot be fetched") from None
        if least and len(data) == _BEGINNING:
            self._say(f"Only the beginning of a mail in {named.folder} of {self._account.address} could be fetched.")
        del self._failed[remote]
        return data

    def mark(self, marks: Sequence[Mark]) -> None:
        """As keywords, where the server keeps any; what it cannot do is said once and left."""
        named = [(_named(mark.remote), mark) for mark in marks]
        named.sort(key=lambda each: (each[0].folder, each[0].validity))
        for (folder, validity), group in groupby(named, lambda each: (each[0].folder, each[0].validity)):
            self._mark(folder, validity, {each.number: mark for each, mark in group})

    def close(self) -> None:
        self._idle.close()
        self._line.close()

    # --- what is new

    def _first(self, window: Window) -> Changes:
        self._places = None
        status, streams = self._status(), list[Iterator[tuple[Named, About]]]()
        for folder in status:
            wanted = ["SINCE", (window.since - _DAY).date(), "UNDELETED"]  # of the server's days, which are not ours
            inbox = folder == INBOX
            unread = ["UNSEEN"] if inbox and window.unread else []
            status[folder], numbers = self._searched(folder, status[folder], [*wanted, *unread])
            abouts = (each for each in self._about(folder, status[folder], numbers) if each[1].came >= window.since)
            streams.append(_newest(abouts, window.most) if inbox and window.most else abouts)
        return Changes(Cursor(window.since, status).written(), self._stubs(streams))

    def _after(self, known: Cursor) -> Changes:
        status, streams, happened = self._status(), list[Iterator[tuple[Named, About]]](), tuple[Happened, ...]()
        if {name: each.validity for name, each in status.items()} != known.validities:
            self._places = None
            raise CursorLost(f"{self._account.imap.host} has numbered its messages anew")
        for name, each in known.folders.items():
            if name == INBOX and _flagged(status[name], each):
                happened = self._ignored(status[name], each)
            if status[name].following == each.following != 0:
                continue
            after = ["UID", f"{max(each.following, 1)}:*", "UNDELETED"]
            status[name], numbers = self._searched(name, status[name], after)
            news = [number for number in numbers if number >= each.following]  # `*` is the last one, however low
            abouts = self._about(name, status[name], news)
            streams.append(one for one in abouts if one[1].came >= known.since or _SEEN not in one[1].flags)
        return Changes(Cursor(known.since, status).written(), self._stubs(streams), happened)

    def _status(self) -> dict[str, Folder]:
        """The one request of a look with nothing new. Of an open folder, a server tells what it told before."""
        places = self._home()
        self._line.shut()
        return dict(self._line.ask(lambda client: client.status(places.watched)))

    def _home(self) -> Places:
        if self._places is None:
            self._places = self._found(self._line.ask(Client.folders))
        return self._places

    def _found(self, folders: Sequence[tuple[frozenset[str], str]]) -> Places:
        names = {name for _, name in folders}
        own = self._settings.sent if self._settings.sent in names else ""
        if self._settings.sent and not own:
            self._say(f"{self._account.address} has no folder {self._settings.sent}, as `[imap] sent` names it.")
        archive = next((name for attributes, name in folders if _ARCHIVE in attributes), "")
        places = Places(own or sent.of(folders), archive)
        if not places.sent:
            self._say(
                f"{self._account.address} has no folder that is known to hold sent mail, so what you answer yourself "
                "is not noticed; name it in `[imap] sent`."
            )
        return places

    def _searched(self, folder: str, told: Folder, criteria: Sequence[object]) -> tuple[Folder, list[int]]:
        """The folder as it was before the search: what comes meanwhile may be told twice, and is never left out."""
        found, numbers = self._line.within(folder, lambda client, found: (found, client.numbers(criteria)), anew=True)
        following = found.following or max(numbers, default=0) + 1  # a server need not tell
        return Folder(found.validity, following, told.changed), numbers

    def _about(self, folder: str, found: Folder, numbers: Sequence[int]) -> Iterator[tuple[Named, About]]:
        """A few at a time, when they are asked for."""
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            for about in self._line.within(folder, partial(_asked_about, found.validity, some)):
                yield Named(folder, found.validity, about.number), about

    def _stubs(self, streams: Sequence[Iterator[tuple[Named, About]]]) -> Iterator[Stub]:
        """In the order in which they came, so that an answer follows what it answers."""
        for named, about in heapq.merge(*streams, key=_age):
            shown = labels(about.flags) | {named.folder}
            yield Stub(named.remote, sent=named.folder != INBOX, labels=shown, size=about.size)

    def _ignored(self, told: Folder, known: Folder) -> tuple[Happened, ...]:
        """Those that the person took out of our hands since the last look, or ever where the server cannot say."""
        first, second = ways(IGNORE)
        since = ["MODSEQ", known.changed + 1] if known.changed else []
        found, numbers = self._searched(INBOX, told, [*since, "OR", "KEYWORD", first, "KEYWORD", second])
        return tuple(Happened("ignored", Named(INBOX, found.validity, number).remote) for number in numbers)

    # --- single messages

    def _content(self, named: Named, limit: int) -> bytes:
        def asked(client: Client, found: Folder) -> bytes | None:
            return client.content(named.number, limit) if found.validity == named.validity else None

        data = self._line.within(named.folder, asked)
        if data is None:
            raise Missing(f"message {named.number} is not in {named.folder} any more")
        return data

    def _mark(self, folder: str, validity: int, marks: Mapping[int, Mark]) -> None:
        archive = self._home().archive

        def asked(client: Client, found: Folder) -> None:
            if found.validity == validity:
                self._keep(client, found.keywords, marks)
                self._move(client, archive, [number for number, mark in marks.items() if mark.archive])

        self._line.within(folder, asked, change=True)

    def _keep(self, client: Client, allowed: frozenset[str], marks: Mapping[int, Mark]) -> None:
        """The same for many in one request."""

        def flags(mark: Mark) -> tuple[tuple[str, ...], tuple[str, ...]]:
            read = (_SEEN,) if mark.read else ()
            return (*self._kept(mark.add, allowed), *read), self._kept(mark.remove, allowed)

        ordered = sorted(marks.items(), key=lambda each: flags(each[1]))
        for (add, remove), group in groupby(ordered, lambda each: flags(each[1])):
            client.keep([number for number, _ in group], add=add, remove=remove)

    def _kept(self, wanted: Sequence[str], allowed: frozenset[str]) -> tuple[str, ...]:
        words = [word for word in map(keyword, wanted) if word]
        kept = tuple(word for word in words if word in allowed or "\\*" in allowed)
        if len(kept) < len(words):
            self._say(f"{self._account.imap.host} keeps no labels: what became of a mail stands in the vault alone.")
        return kept

    def _move(self, client: Client, archive: str, numbers: Sequence[int]) -> None:
        if numbers and archive and client.can("MOVE"):
            client.put_into(archive, numbers)
        elif numbers:
            self._say(f"{self._account.imap.host} has no archive to move mail into, so it stays in the inbox.")

    def _say(self, sentence: str) -> None:
        """Once, and with the next look."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._notices.append(sentence)
            log.info("%s", sentence)


def _named(remote: str) -> Named:
    """Raises Missing for what this adapter did not name."""
    folder, validity, number = ([*remote.rsplit(";", 2), "", ""])[:3]
    if not (folder and validity.isdecimal() and number.isdecimal()):
        raise Missing(f"there is no message {remote}")
    return Named(folder, int(validity), int(number))


def _nothing(client: Client, found: Folder) -> None:
    """Only that the folder is open."""
    del client, found


def _asked_about(validity: int, numbers: Sequence[int], client: Client, found: Folder) -> list[About]:
    if found.validity != validity:
        raise Transient("the mail server has numbered its messages anew; it is looked at again")
    return client.about(numbers)


def _newest(abouts: Iterator[tuple[Named, About]], most: int) -> Iterator[tuple[Named, About]]:
    """In their order."""
    yield from heapq.nlargest(most, abouts, key=_age)[::-1]


def _age(each: tuple[Named, About]) -> tuple[datetime, int]:
    return each[1].came, each[1].number


def _flagged(now: Folder, known: Folder) -> bool:
    """Whether a flag may have been set; a server that does not say when is asked when mail came."""
    return now.changed != known.changed or (not now.changed and now.following != known.following)
