"""The connection that is kept between two looks, so that a look with nothing new is one request."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from daemon.adapters.imap import connection
from daemon.adapters.imap.client import Client, Folder
from daemon.core.errors import Transient
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.settings import Imap

T = TypeVar("T")
_STALE = 30.0  # seconds without a word, after which a connection may have died unnoticed


class Line:
    """Of one account, used by one thread."""

    def __init__(self, account: ImapAccount, settings: Imap) -> None:
        self._account = account
        self._settings = settings
        self._client: Client | None = None
        self._used = 0.0
        self._open: tuple[str, bool, Folder] | None = None

    def ask(self, question: Callable[[Client], T]) -> T:
        """A connection that died since the last question is made anew, once. Raises Transient or UserError."""
        stale = self._client is not None and time.monotonic() - self._used > _STALE
        try:
            return self._asked(question)
        except Transient:
            if not stale:
                raise
        return self._asked(question)

    def within(self, folder: str, question: Callable[[Client, Folder], T], *, change: bool = False,
               anew: bool = False) -> T:  # fmt: skip
        """As `ask`, with a folder opened. One that is open stays as it was then, unless it is opened `anew`."""

        def asked(client: Client) -> T:
            opened = self._open
            if anew or opened is None or opened[:2] != (folder, change):
                opened = self._open = (folder, change, client.opened(folder, change=change))
            return question(client, opened[2])

        return self.ask(asked)

    def shut(self) -> None:
        """No folder is open. One that could be changed is not closed by CLOSE: that removes what is marked deleted."""
        opened, self._open = self._open, None
        if opened and not (self._client and self._shut(self._client, changed=opened[1])):
            self.close()

    def _shut(self, client: Client, *, changed: bool) -> bool:
        try:
            with connection.translated(self._account):
                if client.can("UNSELECT") or not changed:
                    client.shut()
                    return True
        except Transient:  # it died meanwhile
            return False
        return False

    def close(self) -> None:
        client, self._client, self._open = self._client, None, None
        if client:
            connection.ended(client)

    def _asked(self, question: Callable[[Client], T]) -> T:
        if self._client is None:
            self._client = connection.logged_in(self._account, self._settings)
        try:
            with connection.translated(self._account):
                answer = question(self._client)
        except BaseException:
            self.close()
            raise
        self._used = time.monotonic()
        return answer
