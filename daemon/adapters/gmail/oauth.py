"""Logging in to Google: the page on this computer that the browser comes back to, and Google's own addresses.

A few short requests, made with the standard library: Google's login library refuses an `http` address even on this
computer, takes the first request of a browser for the answer, and ends with a bare `Warning` when a box is unticked.
"""

from __future__ import annotations

import json
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Any, Self, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.consent import App, NotOurs, Question
from daemon.core.settings import Gmail

NEEDS_LOGIN = 5
LARGEST = 1 << 20  # bytes of an answer
_LOOK = 0.5  # seconds: Windows hears Ctrl-C between two waits only
_SLOWEST = 10.0  # seconds, for a browser to send its request
_LONGEST = 10 * 366 * 86400  # seconds; what is said beyond is no time
_HERE = {"127.0.0.1", "::1", "localhost"}
_BUSY = frozenset({429, 500, 502, 503, 504})
_PAGE = "Thank you. AI Employee goes on in your terminal; you can close this page."
_OTHER = "This page waits for an answer of Google's, and this is none."
_EXPLAINED = {
    "invalid_client": "Google does not know this app, or its secret is wrong. Copy client ID and secret once more, or "
    "make a new client (type Desktop app) in Google's console.",
    "unauthorized_client": "Google does not let this app log in so: make a client of the type Desktop app.",
    "redirect_uri_mismatch": "Google refuses to come back to this computer: make a client of the type Desktop app.",
    "invalid_grant": "Google takes this answer no more: each counts once, and only for a few minutes.",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed. `ends`: Google says when it ends by itself; None = it does not say."""

    scope: str
    ends: timedelta | None
    refresh: str = field(repr=False)


class Refused(UserError):
    """Google's own word for why not, in `error`."""

    def __init__(self, error: str, sentence: str) -> None:
        super().__init__(sentence, exit_code=NEEDS_LOGIN)
        self.error = error


def question(app: App, scope: str, port: int) -> Question:
    """A new question, unlike any other."""
    return Question(app, scope, f"http://127.0.0.1:{port}/", secrets.token_urlsafe(32), secrets.token_urlsafe(64))


def free_port() -> int:
    """One where nobody listens: the browser's last page shall not load when the person copies its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Redirect:
    """The page on this computer that the browser comes back to; open as long as the `with` block lasts.

    Whatever is no answer to our question (a browser asking for an icon, another program guessing) is turned away, and
    the wait goes on. Nothing that was sent is shown or kept.
    """

    def __init__(self, app: App, scope: str) -> None:
        self._server = _Server()
        self.question = self._server.question = question(app, scope, self._server.server_port)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def code(self, patience: timedelta) -> str:
        """The code that the browser brings. Raises UserError: not allowed, or nobody came in time."""
        deadline = monotonic() + patience.total_seconds()
        while (left := deadline - monotonic()) > 0:
            with suppress(Empty):
                return self.question.code(self._server.came.get(timeout=min(left, _LOOK)))
        minutes = patience.total_seconds() / 60
        raise UserError(
            f"Nobody allowed it within {minutes:.0f} min, so the page on this computer was closed. "
            "Type the same command again; with --no-browser any device will do.",
            exit_code=NEEDS_LOGIN,
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    question: Question

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.came = Queue[str]()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's types
        """A connection that breaks off is nobody's fault; the library would print it."""


class _Page(BaseHTTPRequestHandler):
    timeout = _SLOWEST

    def do_GET(self) -> None:  # the name is the library's
        server = cast("_Server", self.server)
        ours = self._ours(server.question)
        if ours:
            server.came.put(self.path)
        body = (_PAGE if ours else _OTHER).encode()
        self.send_response(200 if ours else 404)
        for name, value in (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _ours(self, asked: Question) -> bool:
        try:
            asked.code(self.path)
        except NotOurs:
            return False
        except UserError:
            return True
        return True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """The code stands in the address: it goes into no log."""


class _Staying(HTTPRedirectHandler):
    """Keys and passwords go to the address in the settings and to no other."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        del args, kwargs


_OPENER = build_opener(_Staying)


class Google:
    """Google's login, at the addresses in the settings. Every request has a time limit; answers are bounded."""

    def __init__(self, settings: Gmail, patience: timedelta | None = None) -> None:
        self._settings = settings
        self._seconds = patience.total_seconds() if patience else settings.timeout_seconds

    def grant(self, asked: Question, code: str) -> Grant:
        """What the code stands for. Raises Refused, UserError or Transient."""
        said = self._token(
            asked.app,
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": asked.redirect,
                "code_verifier": asked.verifier,
            },
        )
        scope = _text(said, "scope") if "scope" in said else asked.scope  # RFC 6749, 5.1
        return Grant(scope, _ends(said), _text(said, "refresh_token"))

    def revoke(self, account: GmailAccount) -> None:
        """Google forgets the permission. One that it knows no more is revoked."""
        where = self._settings.token_uri.removesuffix("/token") + "/revoke"
        try:
            self._asked(where, {"token": account.refresh_token})
        except Refused as refused:
            if refused.error not in {"invalid_token", "invalid_grant"}:
                raise

    def _token(self, app: App, said: Mapping[str, str]) -> Mapping[str, Any]:
        return self._asked(self._settings.token_uri, {"client_id": app.id, "client_secret": app.secret, **said})

    def _asked(self, where: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        _require_safe(where)
        asked = Request(where, urlencode(form).encode())  # noqa: S310 - the scheme was looked at
        try:
            with _OPENER.open(asked, timeout=self._seconds) as answer:
                return _table(answer.read(LARGEST + 1))
        except HTTPError as error:
            raise _failed(error) from error
        except (OSError, HTTPException) as error:
            raise Transient(_unreachable(where, error)) from error


def _require_safe(where: str) -> None:
    """A secret goes through a network encrypted, or not at all."""
    found = urlsplit(where)
    if found.scheme == "https" or (found.scheme == "http" and found.hostname in _HERE):
        return
    raise UserError(f"{where} is no address that a login may be sent to; see [gmail] in your settings.", exit_code=78)


def _table(data: bytes) -> Mapping[str, Any]:
    """Nothing is made of an answer that is too long, or no JSON object."""
    if not data.strip():
        return {}
    try:
        found = json.loads(data) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Transient("Google's answer cannot be read; something stands between this computer and Google")
    return cast("dict[str, Any]", found)


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) else ""


def _ends(said: Mapping[str, Any]) -> timedelta | None:
    """Of an app that is in Testing, Google says that the permission ends after seven days."""
    seconds = said.get("refresh_token_expires_in")
    return timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < _LONGEST else None


def _failed(error: HTTPError) -> Exception:
    """What a refusal means for who reads it. Of Google's own words only the known are repeated."""
    with error:
        status, said = error.code, _told(error)
    if status in _BUSY:
        return Transient(f"Google is busy or has trouble (status {status})")
    word = _text(said, "error")
    return Refused(word, _EXPLAINED.get(word, f"Google refused the login (status {status}). Try once more."))


def _told(error: HTTPError) -> Mapping[str, Any]:
    try:
        return _table(error.read(LARGEST + 1))
    except (OSError, HTTPException, Transient):
        return {}


def _unreachable(where: str, error: OSError | HTTPException) -> str:
    host = urlsplit(where).hostname or where
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, TimeoutError):
        return f"{host} did not answer in time"
    if isinstance(reason, socket.gaierror):
        return f"{host} cannot be found: is this computer on the internet?"
    if type(reason).__name__ == "SSLCertVerificationError":
        return f"{host} shows a certificate that this computer does not trust; nothing was sent"
    return f"{host} cannot be reached: is this computer on the internet?"
