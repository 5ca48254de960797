"""Hearing of new mail at once: a thread with a connection of its own, on which the server tells (IDLE, RFC 2177).

It is a convenience. Whatever goes wrong here, the polls go on; it comes back by itself, after pauses that grow.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from threading import Event, Thread

from daemon.adapters.imap import connection
from daemon.adapters.imap.client import Client
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount
from daemon.core.settings import Imap

log = logging.getLogger(__name__)

_RENEWED = 9 * 60.0  # seconds; servers may hang up after 29 minutes, some and many routers do after 10
_SHORTEST, _LONGEST = 30.0, 900.0  # pauses after trouble, in seconds
_AT_MOST_EVERY = 1.0  # seconds between two wakings, whatever the server tells
_MOST_LINES = 10_000  # between two renewals
_MAIL = re.compile(rb"\* \d{1,10} EXISTS", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE", re.IGNORECASE)


class Idle:
    """Of the inbox of one account. `woken` is called from its thread."""

    def __init__(self, account: ImapAccount, settings: Imap, woken: Callable[[], None]) -> None:
        self._account = account
        self._settings = settings
        self._woken = woken
        self._came = Event()
        self._over = Event()
        self._client: Client | None = None
        self._thread: Thread | None = None

    @property
    def stirred(self) -> bool:
        """Whether mail came since `settle`."""
        return self._came.is_set()

    def settle(self) -> None:
        self._came.clear()

    def start(self) -> None:
        """A second call changes nothing."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name=f"idle {self._account.name}", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """The thread has ended when this returns, unless the server is being connected to at this moment."""
        self._over.set()
        if client := self._client:
            client.interrupt()
        if self._thread:
            self._thread.join(2)

    def _run(self) -> None:
        pause = _SHORTEST
        while not self._over.is_set():
            began = time.monotonic()
            try:
                if not self._listen():
                    return
            except (Transient, UserError) as problem:
                if not self._over.is_set():
                    log.info("%s is only polled for %.0f seconds: %s", self._account.address, pause, problem)
            pause = _SHORTEST if time.monotonic() - began > _LONGEST else pause
            self._over.wait(pause)
            pause = min(2 * pause, _LONGEST)

    def _listen(self) -> bool:
        """False when there is nothing to listen to: the server cannot tell, or it is over."""
        with connection.opened(self._account, self._settings) as client:
            self._client = client
            try:
                if not client.can("IDLE"):
                    return False
                client.opened("INBOX")
                client.listen()
                self._stir()  # what came before is not told
                while not self._over.is_set():
                    self._hear(client)
            finally:
                self._client = None
        return False

    def _hear(self, client: Client) -> None:
        """Until something came, or it is time to renew."""
        until = time.monotonic() + _RENEWED
        for _ in range(_MOST_LINES):
            left = until - time.monotonic()
            if self._over.is_set() or left <= 0:
                break
            line = client.told(left)
            if line and _MAIL.match(line):
                self._stir()
            if line and _BYE.match(line):
                raise Transient(f"{self._account.imap.host} hung up")
        else:
            raise Transient(f"{self._account.imap.host} tells more than anybody can hear")
        client.heard()
        client.listen()

    def _stir(self) -> None:
        self._came.set()
        self._woken()
        self._over.wait(_AT_MOST_EVERY)
