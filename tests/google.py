"""Google on this computer: OAuth and Gmail as a real HTTP server. The mailbox itself is `tests.gmailbox.Box`.

It keeps a journal of all it was asked. How the next calls of an endpoint go is put into `fails`:
`google.fails("drafts.send", "accept-drop")`; afterwards all is well again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, RLock, Thread
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.settings import Gmail
from tests import gmailbox
from tests.factories import settings
from tests.gmailbox import ADDRESS, Box, Message, Refusal

# "accept-…": it is done first. "slow" answers after a moment, "hang" and "accept-hang" never, "huge" without an end.
Mode = Literal[
    "ok", "400", "401", "403-rate", "403-scope", "403-off", "404", "429", "500", "503", "accept-500", "drop",
    "accept-drop", "slow", "hang", "accept-hang", "garbage", "accept-garbage", "odd", "accept-odd", "huge",
]  # fmt: skip
MAIL = "https://mail.google.com/"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
CLIENT_ID, CLIENT_SECRET = "made-up.apps.googleusercontent.com", "GOCSPX-made-up"
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


@dataclass(frozen=True)
class Call:
    """One request, taken apart."""

    box: Box
    id: str
    query: Mapping[str, list[str]]
    body: Any

    def first(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


@dataclass
class Grant:
    """What a person gave an app: behind a code, then behind tokens."""

    scopes: tuple[str, ...]
    redirect_uri: str = ""
    challenge: str = ""


@dataclass
class OAuth:
    """Who is let in. `denies`: the person says no; `grants`: the scopes they tick, None = all that were asked for."""

    denies: bool = False
    grants: tuple[str, ...] | None = None
    testing: bool = False  # the app is not published: its grants end after 7 days
    codes: dict[str, Grant] = field(default_factory=dict[str, Grant])
    refresh_tokens: dict[str, Grant] = field(default_factory=dict[str, Grant])
    access_tokens: dict[str, Grant] = field(default_factory=dict[str, Grant])
    made: int = 0

    def token(self, kind: str) -> str:
        self.made += 1
        return f"{kind}-{self.made}"

    def ask(self, query: Mapping[str, list[str]]) -> str:
        """The page where the person says yes, and at once does. Gives where their browser goes on."""
        said = {name: values[0] for name, values in query.items()}
        if said.get("client_id") != CLIENT_ID or said.get("response_type") != "code":
            raise Refusal(400, "invalid_client", "The OAuth client was not found.")
        back = {"state": said["state"]} if "state" in said else {}
        if self.denies:
            return f"{said['redirect_uri']}?{urlencode({**back, 'error': 'access_denied'})}"
        scopes = self.grants if self.grants is not None else tuple(said["scope"].split())
        code = self.token("4/code")
        challenge = said.get("code_challenge", "") if said.get("code_challenge_method") == "S256" else ""
        self.codes[code] = Grant(scopes, said["redirect_uri"], challenge)
        return f"{said['redirect_uri']}?{urlencode({**back, 'code': code, 'scope': ' '.join(scopes)})}"

    def give(self, form: Mapping[str, list[str]]) -> dict[str, Any]:
        """The answer of the token endpoint (RFC 6749, RFC 7636)."""
        said = {name: values[0] for name, values in form.items()}
        if (said.get("client_id"), said.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            raise Refusal(401, "invalid_client", "Unauthorized")
        if said.get("grant_type") == "authorization_code":
            return self._exchange(said)
        grant = self.refresh_tokens.get(said.get("refresh_token", ""))
        if grant is None:
            raise Refusal(400, "invalid_grant", "Token has been expired or revoked.")
        return self._access(grant)

    def _exchange(self, said: Mapping[str, str]) -> dict[str, Any]:
        grant = self.codes.pop(said.get("code", ""), None)
        if grant is None or grant.redirect_uri != said.get("redirect_uri"):
            raise Refusal(400, "invalid_grant", "Malformed auth code.")
        if not grant.challenge or _challenge(said.get("code_verifier", "")) != grant.challenge:
            raise Refusal(400, "invalid_grant", "Invalid code verifier.")
        refresh = self.token("1//refresh")
        self.refresh_tokens[refresh] = grant
        ends = {"refresh_token_expires_in": 604_799} if self.testing else {}
        return self._access(grant) | {"refresh_token": refresh} | ends

    def _access(self, grant: Grant) -> dict[str, Any]:
        token = self.token("ya29.access")
        self.access_tokens[token] = grant
        return {"access_token": token, "expires_in": 3599, "scope": " ".join(grant.scopes), "token_type": "Bearer"}


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


# --- the API, one function an endpoint; each may raise Refusal


def _profile(call: Call) -> object:
    box = call.box
    counts = {"messagesTotal": len(box.messages), "threadsTotal": len({m.thread for m in box.messages.values()})}
    return {"emailAddress": box.address, **counts, "historyId": str(box.history_id)}


def _senders(call: Call) -> object:
    box = call.box
    main = {"sendAsEmail": box.address, "displayName": "", "isPrimary": True, "isDefault": True}
    others = [{"sendAsEmail": each, "verificationStatus": "accepted"} for each in box.aliases]
    return {"sendAs": [main, *others]}


def _labels(call: Call) -> object:
    return {"labels": [_label(each, name) for each, name in call.box.labels.items()]}


def _new_label(call: Call) -> object:
    name = call.body["name"]
    if name.casefold() in {each.casefold() for each in call.box.labels.values()}:
        raise Refusal(409, "aborted", "Label name exists or conflicts")
    return _label(call.box.label_id(name), name)


def _label(known: str, name: str) -> dict[str, str]:
    return {"id": known, "name": name, "type": "system" if known in gmailbox.SYSTEM else "user"}


def _list(call: Call) -> object:
    hidden = call.first("includeSpamTrash") == "true"
    found = call.box.found(call.first("q"), call.query.get("labelIds", []), hidden=hidden)
    return _paged("messages", [_stub(each) for each in found], call, 100)


def _stub(message: Message) -> dict[str, str]:
    return {"id": message.id, "threadId": message.thread}


def _paged(name: str, found: Sequence[object], call: Call, usual: int) -> dict[str, Any]:
    start, most = int(call.first("pageToken", "0")), min(int(call.first("maxResults", str(usual))), 500)
    said: dict[str, Any] = {name: found[start : start + most]} if found[start:] else {}
    if start + most < len(found):
        said["nextPageToken"] = str(start + most)
    return said | ({"resultSizeEstimate": len(found)} if name != "history" else {})


def _get(call: Call) -> object:
    form = call.first("format", "full")
    return gmailbox.shown(call.box.message(call.id), form, call.query.get("metadataHeaders", []))


def _modify(call: Call) -> object:
    body = call.body
    return gmailbox.shown(call.box.modify(call.id, body.get("addLabelIds", []), body.get("removeLabelIds", [])))


def _batch_modify(call: Call) -> object:
    """Messages that are gone are left out."""
    body = call.body
    if len(body["ids"]) > 1000:
        raise Refusal(400, "invalidArgument", "Too many ids")
    for each in body["ids"]:
        if each in call.box.messages:
            call.box.modify(each, body.get("addLabelIds", []), body.get("removeLabelIds", []))
    return None


def _trash(call: Call) -> object:
    return gmailbox.shown(call.box.modify(call.id, ["TRASH"], ["INBOX"]))


def _insert(call: Call) -> object:
    raw, thread = _given(call.body)
    return gmailbox.shown(call.box.put(raw, set(call.body.get("labelIds", [])), thread))


def _given(message: Any) -> tuple[bytes, str | None]:
    return gmailbox.plain(message["raw"]), message.get("threadId")


def _send(call: Call) -> object:
    return _after_sending(call.box.send(*_given(call.body)))


def _after_sending(message: Message) -> dict[str, Any]:
    return _stub(message) | {"labelIds": sorted(message.labels)}


def _thread(call: Call) -> object:
    found = call.box.in_thread(call.id)
    form, only = call.first("format", "full"), call.query.get("metadataHeaders", [])
    return {"id": call.id, "messages": [gmailbox.shown(each, form, only) for each in found]}


def _drafts(call: Call) -> object:
    by_message = {message: draft for draft, message in call.box.drafts.items()}
    found = [each for each in call.box.found(call.first("q"), ["DRAFT"]) if each.id in by_message]
    said = [{"id": by_message[each.id], "message": _stub(each)} for each in found]
    return _paged("drafts", said, call, 100)


def _draft(call: Call, draft: str = "", form: str = "minimal") -> dict[str, Any]:
    draft = draft or call.id
    message = call.box.draft(draft)
    if form == "minimal":
        return {"id": draft, "message": _stub(message) | {"labelIds": ["DRAFT"]}}
    return {"id": draft, "message": gmailbox.shown(message, form, ())}


def _get_draft(call: Call) -> object:
    return _draft(call, form=call.first("format", "full"))


def _new_draft(call: Call) -> object:
    return _draft(call, call.box.create_draft(*_given(call.body["message"])))


def _change_draft(call: Call) -> object:
    call.box.update_draft(call.id, *_given(call.body["message"]))
    return _draft(call)


def _delete_draft(call: Call) -> object:
    call.box.delete_draft(call.id)


def _send_draft(call: Call) -> object:
    return _after_sending(call.box.send_draft(call.body["id"]))


def _history(call: Call) -> object:
    cursor = call.first("startHistoryId")
    if not cursor.isdigit():
        raise Refusal(400, "invalidArgument", "Invalid value for startHistoryId")
    found = call.box.since(int(cursor), call.query.get("historyTypes", []), call.first("labelId"))
    said = _paged("history", [gmailbox.event(each) for each in found], call, 100)
    return {**said, "historyId": str(call.box.history_id)}


_ENDPOINTS: Sequence[tuple[str, str, str, Callable[[Call], object]]] = [
    ("GET", "profile", "profile", _profile),
    ("GET", "settings/sendAs", "sendAs.list", _senders),
    ("GET", "labels", "labels.list", _labels),
    ("POST", "labels", "labels.create", _new_label),
    ("GET", "messages", "messages.list", _list),
    ("POST", "messages/batchModify", "messages.batchModify", _batch_modify),
    ("POST", "messages/send", "messages.send", _send),
    ("POST", "messages", "messages.insert", _insert),
    ("GET", "messages/ID", "messages.get", _get),
    ("POST", "messages/ID/modify", "messages.modify", _modify),
    ("POST", "messages/ID/trash", "messages.trash", _trash),
    ("GET", "threads/ID", "threads.get", _thread),
    ("GET", "drafts", "drafts.list", _drafts),
    ("POST", "drafts/send", "drafts.send", _send_draft),
    ("POST", "drafts", "drafts.create", _new_draft),
    ("GET", "drafts/ID", "drafts.get", _get_draft),
    ("PUT", "drafts/ID", "drafts.update", _change_draft),
    ("DELETE", "drafts/ID", "drafts.delete", _delete_draft),
    ("GET", "history", "history.list", _history),
]


def _endpoint(method: str, path: str) -> tuple[str, str, Callable[[Call], object]]:
    """Its name, the id in the path, and what it does."""
    rest = re.sub(r"^/gmail/v1/users/[^/]+/", "", path)
    for verb, shape, name, function in _ENDPOINTS:
        found = re.fullmatch(shape.replace("ID", "([^/]+)"), rest)
        if verb == method and found:
            return name, unquote(found[1]) if found.groups() else "", function
    raise Refusal(404, "notFound", f"this Gmail has no {method} {path}")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


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
        name, known, function = _endpoint(self.command, path)
        self._journal(name)
        with google.lock:
            google.box.calls += 1
        self._let_in()
        call = Call(google.box, known, query, json.loads(data) if data else {})
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
