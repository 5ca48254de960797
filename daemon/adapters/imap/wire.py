"""A connection to an IMAP server that what the server sends can neither hold up for long nor fill with bytes.

imaplib alone would allocate whatever size a server announces, and the timeout of a socket begins anew with each byte.
Here each command has a budget: so much time, a little more for what really comes, and so many bytes.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Literal, cast

LARGEST_ANSWER = 8 * 2**20  # bytes of an answer that brings no message
_LINE = 2**20  # bytes; 100,000 numbers of messages fit in
_LINE_COSTS = 128  # what a line takes in memory beside its bytes, so that very many short ones are too much too
_CHUNK = 2**16
_SLOWEST = 64 * 1024  # bytes a second: a large message may take as long as this, and no longer
_CONNECT = 20.0  # seconds until a server takes the connection, at most
_ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 3}  # a connection that died silently is known dead


class Bounded(imaplib.IMAP4):
    """As imaplib speaks, within a budget for each command."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None, patience: float) -> None:
        """`context` encrypts from the first byte; `patience` in seconds, for each command."""
        self._context = context
        self._patience = patience
        self._came = bytearray()
        self._largest = LARGEST_ANSWER
        self.begin()
        super().__init__(host, port, min(patience, _CONNECT))

    @contextmanager
    def taking(self, largest: int) -> Generator[None]:
        """An answer may have so many bytes more than one without a message."""
        self._largest = LARGEST_ANSWER + largest
        try:
            yield
        finally:
            self._largest = LARGEST_ANSWER

    def begin(self) -> None:
        """A new budget."""
        self._deadline = time.monotonic() + self._patience
        self._left = self._largest

    def _create_socket(self, timeout: float | None) -> socket.socket:
        raw = socket.create_connection((self.host, self.port), timeout)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a command goes out in pieces
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, seconds in _ALIVE.items():
            if hasattr(socket, option):
                raw.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), seconds)
        try:
            return self._context.wrap_socket(raw, server_hostname=self.host) if self._context else raw
        except BaseException:
            raw.close()
            raise

    def _new_tag(self) -> bytes:
        """A command begins. What nobody asked for before it is forgotten, or it would pile up."""
        self.begin()
        self.untagged_responses = dict[str, Any]()
        return cast("bytes", super()._new_tag())  # type: ignore[misc]

    def starttls(self, ssl_context: ssl.SSLContext | None = None) -> tuple[Literal["OK"], list[None]]:
        """Raises abort when anything came that could be taken for said under encryption (CVE-2011-0411)."""
        answer = super().starttls(ssl_context)
        if self._came:
            raise self.abort("something was sent before the encryption began")
        return answer

    def read(self, size: int) -> bytes:
        """What a server announced. Raises abort when that is more than is left."""
        if size > self._left + len(self._came):
            raise self.abort("the answer is too large")
        while len(self._came) < size:
            self._receive()
        return self._take(size)

    def readline(self) -> bytes:
        """Raises abort for one without an end."""
        searched = 0
        while (end := self._came.find(b"\n", searched)) < 0:
            searched = len(self._came)
            if searched > _LINE:
                raise self.abort("a line has no end")
            self._receive()
        self._spend(_LINE_COSTS)
        return self._take(end + 1)

    def send(self, data: Any) -> None:  # noqa: ANN401 - as imaplib has it
        """In pieces: a large message may take longer than a short word, within the budget."""
        whole = memoryview(data)
        for start in range(0, len(whole), _CHUNK):
            self.sock.settimeout(self._time_left())
            self.sock.sendall(whole[start : start + _CHUNK])
            self._deadline += _CHUNK / _SLOWEST

    def command(self, name: str) -> bytes:
        """Send one whose answer is read line by line. Returns its tag."""
        return cast("bytes", self._command(name))  # type: ignore[attr-defined]

    def answer(self) -> bytes | None:
        """The next line of it; None when the server waits for more."""
        return cast("bytes | None", self._get_response())  # type: ignore[attr-defined]

    def waits(self) -> bool:
        """Whether something came that was not read yet."""
        pending = self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0
        return bool(self._came or pending)

    def _receive(self) -> None:
        self.sock.settimeout(self._time_left())
        data = self.sock.recv(_CHUNK)
        if not data:
            raise self.abort("the connection ended")
        self._came += data
        self._deadline += len(data) / _SLOWEST
        self._spend(len(data))

    def _spend(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise self.abort("the answer is too large")

    def _time_left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        return min(left, self._patience)

    def _take(self, size: int) -> bytes:
        with memoryview(self._came) as came:
            taken = bytes(came[:size])
        del self._came[:size]
        return taken
