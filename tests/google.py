"""Google on this computer: OAuth and Gmail as a real HTTP server.

What it answers is in `tests.oauth` and `tests.gmailapi`; the mailbox itself is `tests.gmailbox.Box`.

It keeps a journal of all it was asked. How the next calls of an endpoint go is put into `fails`:
`google.fails("drafts.send", "accept-drop")`; afterwards all is well again.
"""

from __future__ import annotations

import json
import socket
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, RLock, Thread
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.settings import Gmail
from tests import gmailapi, gmailbox
from tests.factories import settings
from tests.gmailbox import ADDRESS, Box, Refusal
from tests.oauth import CLIENT_ID, CLIENT_SECRET, MODIFY, Grant, OAuth

# "accept-…": it is done first. "slow" answers after a moment, "hang" and "accept-hang" never, "huge" without an end.
Mode = Literal[
    "ok", "400", "401", "403-rate", "403-scope", "403-off", "404", "429", "500", "503", "accept-500", "drop",
    "accept-drop", "slow", "hang", "accept-hang", "garbage", "accept-garbage", "odd", "accept-odd", "huge",
]  # fmt: skip
RETRY_AFTER = 7  # seconds, with 429
_LISTS = ("messages", "drafts", "labels", "history", "sendAs")
_ODD: dict[str, object] = {"id": 5, "threadId": None, "message": "no", "payload": 1, **dict.fromkeys(_LISTS, "no list")}
_PATIENCE = 60.0  # seconds, while somebody waits for what never comes
_REFUSALS = {
    "400": Refusal(400, "badRequest", "Precondition check failed."),
    "401": Refusal(401, "authError", "Invalid Credentials"),
    "403-rate": Refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"),
    "403-scope": Refusal(403, "insufficientPermissions", "Request had insufficient authentication scopes."),
    "403-off": Refusal(
        403, "accessNotConfigured", "Gmail API has not been used in project 1 before or it is disabled."
    ),
    "404": Refusal(404, "notFound", "Requested entity was not found."),
    "429": Refusal(429, "rateLimitExceeded", "Too many concurrent requests for user"),
    "500": Refusal(500, "backendError", "Backend Error"),
    "503": Refusal(503, "backendError", "The service is currently unavailable."),
}


@dataclass(frozen=True)
class Request:
    """One entry of the journal. `endpoint`: "drafts.send"."""

    method: str
    path: str  # with its query
    endpoint: str
    at: datetime


class GoogleServer:
    """`box` is the mailbox of `account()`; what it can be told to do is here as well."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.box = Box(now=now)
        self.oauth = OAuth()
        self.requests: list[Request] = []
        self.script: defaultdict[str, deque[Mode]] = defaultdict(deque)
        self.retry_after = RETRY_AFTER
        self.poured = 0  # bytes of what is endless
        self.says_senders: object = ...  # instead of the addresses it sends from
        self.lock = RLock()
        self.closing = Event()
        self.deliver, self.send_by_hand, self.delete = self.box.deliver, self.box.send_by_hand, self.box.delete
        self.label, self.forget_history = self.box.label, self.box.forget_history
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def accepted(self) -> list[gmailbox.Accepted]:
        """The oracle; see `tests.gmailbox`."""
        return self.box.accepted

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def token_uri(self) -> str:
        return f"{self.url}/token"

    @property
    def auth_uri(self) -> str:
        return f"{self.url}/auth"

    def settings(self, **changes: Any) -> Gmail:
        """The shipped settings, with Google here."""
        here = {"api_endpoint": self.url, "auth_uri": self.auth_uri, "token_uri": self.token_uri}
        return settings(gmail={**here, **changes}).gmail

    def account(self, address: str = ADDRESS, **over: Any) -> GmailAccount:
        """Connected: its refresh token is good here."""
        scopes = over.setdefault("scopes", (MODIFY,))
        token = self.oauth.token("1//refresh")
        self.oauth.refresh_tokens[token] = Grant(scopes)
        self.box.address = address
        self.box.aliases = over.get("aliases", ())
        over.setdefault("connected_at", self.box.now())
        ours: dict[str, Any] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": token}
        return GmailAccount(address=address, **(ours | over))

    def fails(self, endpoint: str, *modes: Mode) -> None:
        """How the next calls of an endpoint go; "*" is any but those of OAuth."""
        self.script[endpoint].extend(modes)

    def revoke(self) -> None:
        """The person took the grant back, or it ended: `invalid_grant`."""
        self.oauth.refresh_tokens.clear()
        self.expire_tokens()

    def expire_tokens(self) -> None:
        """Every access token is an hour old; a new one can be had."""
        self.oauth.access_tokens.clear()

    def asked(self, endpoint: str = "") -> list[Request]:
        """The journal, of one endpoint or of all of the API."""
        apis = [each for each in self.requests if each.endpoint not in {"token", "auth", "revoke"}]
        return [each for each in self.requests if each.endpoint == endpoint] if endpoint else apis

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(google: GoogleServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        server_of = google

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked may be gone before the answer; anything else is a fault of this server, and printed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server_of: GoogleServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        url = urlsplit(self.path)
        try:
            self._route(url.path, parse_qs(url.query), data)
        except Refusal as no:
            self._refuse(no)

    def _route(self, path: str, query: Mapping[str, list[str]], data: bytes) -> None:
        google, oauth = self.server_of, self.server_of.oauth
        match path.strip("/"):
            case "auth":
                self._journal("auth")
                with google.lock:
                    self._send(302, b"", {"location": oauth.ask(query)})
            case "token":
                self._journal("token")
                self._perform("token", lambda: oauth.give(parse_qs(data.decode())))
            case "revoke":
                self._journal("revoke")
                google.revoke()
                self._json({})
            case _:
                self._api(path, query, data)

    def _api(self, path: str, query: Mapping[str, list[str]], data: bytes) -> None:
        google = self.server_of
        name, known, function = gmailapi.endpoint(self.command, path)
        self._journal(name)
        with google.lock:
            google.box.calls += 1
        self._let_in()
        call = gmailapi.Call(google.box, known, query, json.loads(data) if data else {})
        if name == "sendAs.list" and google.says_senders is not ...:
            self._json({"sendAs": google.says_senders})
            return
        self._perform(name, lambda: function(call))

    def _journal(self, endpoint: str) -> None:
        google = self.server_of
        google.requests.append(Request(self.command, self.path, endpoint, google.box.now()))

    def _let_in(self) -> None:
        grant = self.server_of.oauth.access_tokens.get(self.headers.get("authorization", "").removeprefix("Bearer "))
        if grant is None:
            raise _REFUSALS["401"]
        if self.command != "GET" and all(scope.endswith(".readonly") for scope in grant.scopes):
            raise _REFUSALS["403-scope"]

    def _perform(self, name: str, function: Callable[[], object]) -> None:
        google = self.server_of
        with google.lock:
            script = google.script[name] or (google.script["*"] if name != "token" else deque())
            mode = script.popleft() if script else "ok"
            before, _, after = mode.partition("accept-")
            done = function() if mode in {"ok", "slow"} or not before else None
        self._finish(after or before, done)

    def _finish(self, mode: str, done: object) -> None:
        google = self.server_of
        match mode:
            case "ok":
                self._json(done)
            case "slow":
                google.closing.wait(0.2)
                self._json(done)
            case "drop":
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            case "hang":
                self.close_connection = True
                google.closing.wait(_PATIENCE)
            case "garbage":
                self._send(200, b"<html>\x00\xff this is no JSON {", {"content-type": "application/json"})
            case "odd":
                self._json(_ODD)
            case "huge":
                self._pour()
            case _:
                raise _REFUSALS[mode]

    def _pour(self) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("connection", "close")
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(b'{"id":"')
            while not self.server_of.closing.is_set():
                self.server_of.poured += self.wfile.write(b"a" * 65536)

    def _refuse(self, no: Refusal) -> None:
        busy = no.status == 429 or no.reason == "rateLimitExceeded"
        headers = {"retry-after": str(self.server_of.retry_after)} if busy else {}
        if self.path.startswith(("/token", "/auth")):
            self._json({"error": no.reason, "error_description": no.message}, no.status, headers)
            return
        each = {"domain": "global", "reason": no.reason, "message": no.message}
        self._json({"error": {"code": no.status, "message": no.message, "errors": [each]}}, no.status, headers)

    def _json(self, said: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        if said is None:
            self._send(204, b"", {})
            return
        self._send(status, json.dumps(said).encode(), {"content-type": "application/json", **(headers or {})})

    def _send(self, status: int, data: bytes, headers: Mapping[str, str]) -> None:
        with suppress(ConnectionError):  # who asked may be gone
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
