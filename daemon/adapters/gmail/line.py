"""The line to Google. Nothing is asked twice by itself, followed elsewhere or unpacked, and every answer is bounded.

Not httplib2's own: that one sends a POST again when the line is cut after it was sent (`_conn_request`, 0.32), which
for a mail means two, and it reads answers of any size.
"""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from httplib2 import Response

_IDLE = 20.0  # seconds after which a line may have been cut by the other side; Google waits 240
_LONGEST = 10  # times the time for one piece: what an answer may take as a whole
_PIECE = 65_536
_FAULTS = 500  # and more (RFC 9110, 15.6)
_LATER = {408, 429}


class Unreached(Exception):
    """Nothing was sent."""


class Dropped(Exception):
    """It was sent, and no whole answer came."""


class Cut(Dropped):
    """The other side ended the connection instead of answering."""


class TooMuch(Exception):
    """The answer is larger than it may be."""


class Answered(Exception):
    """Another answer than the one that was asked for."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """The names of the headers are in lower case."""
        super().__init__(status)
        self.status = status
        self.headers = headers
        self.body = body


@dataclass(frozen=True, slots=True)
class Bound:
    """Bytes of an answer. `cut`: of a larger one the beginning is taken."""

    most: int = 8_000_000
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    target: str
    body: bytes | None
    headers: Mapping[str, str]


class Line:
    """Connections to the few servers of one account. Not for two threads at once."""

    def __init__(self, timeout: float) -> None:
        """`timeout`: seconds that the other side may be silent."""
        self._timeout = timeout
        self._open: dict[str, HTTPConnection] = {}
        self._used = 0.0
        self.bound = Bound()

    def request(
        self, uri: str, method: str = "GET", body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None, **_ignored: object,
    ) -> tuple[Response, bytes]:  # fmt: skip
        """As `httplib2.Http.request`. Raises Unreached, Dropped or TooMuch.

        Raises Answered for what Google's login would wait for and try again by itself. What is not a GET gets a new
        connection, so that one which was cut meanwhile is noticed before anything is sent.
        """
        parts = urlsplit(uri)
        connection, reused = self._connection(parts, anew=method != "GET")
        target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        data = body.encode() if isinstance(body, str) else body
        asked = _Asked(method, target, data, {**(headers or {}), "accept-encoding": "identity"})
        try:
            return self._exchange(connection, asked)
        except Cut:
            if not reused:
                raise
        self._reach(connection)
        return self._exchange(connection, asked)

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
        self._open.clear()

    def _connection(self, parts: SplitResult, *, anew: bool) -> tuple[HTTPConnection, bool]:
        """The connection to a server, and whether it was used before."""
        known = self._open.get(parts.netloc)
        connection = known or _connection(parts, self._timeout)
        self._open[parts.netloc] = connection
        if anew or monotonic() - self._used > _IDLE:
            connection.close()
        if connection.sock is not None:
            return connection, True
        self._reach(connection)
        return connection, False

    def _reach(self, connection: HTTPConnection) -> None:
        try:
            connection.connect()
        except (OSError, HTTPException) as error:
            connection.close()
            raise Unreached(type(error).__name__) from error

    def _exchange(self, connection: HTTPConnection, asked: _Asked) -> tuple[Response, bytes]:
        late = Timer(self._timeout * _LONGEST, _cut, (connection.sock,))
        late.daemon = True
        late.start()
        try:
            connection.request(asked.method, asked.target, asked.body, asked.headers)
            with connection.getresponse() as answer:
                return _checked(_response(answer), self._read(answer))
        except (OSError, HTTPException) as error:
            connection.close()
            kind = Cut if isinstance(error, ConnectionError) else Dropped
            raise kind(type(error).__name__) from error
        except (TooMuch, Dropped):
            connection.close()
            raise
        finally:
            late.cancel()
            self._used = monotonic()

    def _read(self, answer: HTTPResponse) -> bytes:
        if answer.length is None and not answer.chunked:
            raise Dropped("nothing says where the answer ends, so that half of it looks like all of it")
        most, taken = self.bound.most, bytearray()
        while len(taken) <= most and (piece := answer.read1(_PIECE)):
            taken += piece
        if len(taken) > most:
            return self._beginning(taken)
        if answer.length:
            raise Dropped("the answer ended early")
        return bytes(taken)

    def _beginning(self, taken: bytearray) -> bytes:
        """The rest is still on the line, which is of no more use."""
        if not self.bound.cut:
            raise TooMuch
        self.close()
        return bytes(taken[: self.bound.most])


def _connection(parts: SplitResult, timeout: float) -> HTTPConnection:
    """Through the proxy that the system names, if any."""
    host, port = parts.hostname or "", parts.port
    if parts.scheme != "https":
        return HTTPConnection(host, port, timeout=timeout)
    proxy = "" if proxy_bypass(host) else getproxies().get("https", "")
    if not proxy:
        return HTTPSConnection(host, port, timeout=timeout, context=_trusted())
    at = urlsplit(proxy)
    through = HTTPSConnection(at.hostname or "", at.port or 80, timeout=timeout, context=_trusted())
    login = b64encode(f"{unquote(at.username or '')}:{unquote(at.password or '')}".encode()).decode()
    through.set_tunnel(host, port, {"Proxy-Authorization": f"Basic {login}"} if at.username else {})
    return through


def _trusted() -> ssl.SSLContext:
    """What this computer trusts; some Pythons know of no certificates but those that a package brings."""
    import httplib2

    context = ssl.create_default_context()
    context.load_verify_locations(httplib2.CA_CERTS)
    return context


def _response(answer: HTTPResponse) -> Response:
    import httplib2

    response = httplib2.Response({name.lower(): value for name, value in answer.getheaders()})
    response.status, response.reason = answer.status, answer.reason
    return response


def _checked(response: Response, body: bytes) -> tuple[Response, bytes]:
    if response.status >= _FAULTS or response.status in _LATER:
        raise Answered(response.status, response, body)
    return response, body


def _cut(line: socket.socket | None) -> None:
    """Ends whatever waits for this line."""
    with suppress(OSError):
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)
