"""A company that offers models, on this computer: a real HTTP server that speaks as Anthropic and as OpenAI do.

It keeps a journal of all it was asked and of the tokens that it counted. What it says next is put into `script`; when
that is empty it says `usually`.
"""

from __future__ import annotations

import json
import socket
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, cast

from daemon.adapters.llm.models import Models
from daemon.core.minds.question import Usage
from daemon.core.settings import Llm
from tests.factories import settings
from tests.minds import filled

COUNTED, UNCOUNTED = Usage(120, 40), Usage()  # some servers of one's own count nothing
MADE = datetime(2026, 3, 10, 9, tzinfo=UTC)  # every batch
_PATIENCE = 60.0  # seconds, for an answer that never comes while somebody waits


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `stop` in Anthropic's words: end_turn, max_tokens, refusal."""

    text: str = '{"text":"Hello."}'
    usage: Usage = COUNTED
    stop: str = "end_turn"


@dataclass(frozen=True, slots=True)
class Fitting:
    """An answer that fits whatever schema was sent."""

    usage: Usage = COUNTED


@dataclass(frozen=True, slots=True)
class Failing:
    """Anything that is no answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = '{"type":"error","error":{"type":"api_error","message":"something failed"}}'
    kind: str = "application/json"


@dataclass(frozen=True, slots=True)
class Dropping:
    """The request is taken, then the line is cut: before any answer, or in the middle of one."""

    midway: bool = False


@dataclass(frozen=True, slots=True)
class Silent:
    """The request is taken, and nothing ever comes; `begun`: the answer begins, and nothing more comes."""

    begun: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """An error in the middle of an answer."""

    kind: str = "overloaded_error"


@dataclass(frozen=True, slots=True)
class Endless:
    """The same again and again, as long as anybody takes it."""

    again: bytes
    first: bytes = b""
    status: int = 200
    kind: str = "text/event-stream"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


Line = Said | Fitting | Failing | Dropping | Silent | Broken | Endless


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, and the tokens that are on the bill for it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    usage: Usage


class Company:
    """`url` is the base for Anthropic's clients, `openai_url` for the others."""

    def __init__(self, *keys: str) -> None:
        """`keys`: who is let in; none = everybody."""
        self.keys = keys
        self.usually: Line = Said()
        self.script: deque[Line] = deque()
        self.journal: list[Asked] = []
        self.list_fault: Failing | Endless | None = None  # whenever its models are listed
        self.models = ["text-embed-1", "tiny-1", "large-1"]
        self.batches: dict[str, dict[str, Any]] = {}
        self.batches_end = True  # at once, when somebody looks
        self.poured = 0  # bytes of what is endless
        self.batches_more = False  # and more, whenever they are listed
        self.results_fault: Endless | None = None
        self.batch_fault: Line | None = None  # when the next batch is handed over
        self.closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def openai_url(self) -> str:
        return f"{self.url}/v1"

    def says(self, *lines: Line) -> None:
        self.script.extend(lines)

    def next(self) -> Line:
        return self.script.popleft() if self.script else self.usually

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def _handler(company: Company) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        asked_of = company

    return Handler


class _Handler(BaseHTTPRequestHandler):
    asked_of: Company
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_GET(self) -> None:
        self._journal({}, Usage())
        if not self._let_in():
            return
        fault = self.asked_of.list_fault
        if self.path.partition("?")[0] != "/v1/models":
            self._batch()
        elif isinstance(fault, Endless):
            self._pour(fault)
        elif fault:
            self._send(fault.status, fault.body.encode(), fault.kind, fault.headers)
        else:
            self._json({"object": "list", "data": [{"id": name, "object": "model"} for name in self.asked_of.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
        path = self.path.partition("?")[0]
        if path.startswith("/v1/messages/batches"):
            self._journal(body, Usage())
            if self._let_in():
                self._batch() if path.endswith("/cancel") else self._hand_over(body)
            return
        line = self.asked_of.next()
        self._journal(body, line.usage if isinstance(line, Said | Fitting) else Usage())
        if self._let_in():
            self._say(line, _Anthropic(body) if path == "/v1/messages" else _OpenAI(body))

    # --- what both speak

    def _journal(self, body: dict[str, Any], usage: Usage) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked_of.journal.append(Asked(self.command, self.path, headers, body, usage))

    def _let_in(self) -> bool:
        given = self.headers.get("authorization", "").removeprefix("Bearer ") or self.headers.get("x-api-key", "")
        if not self.asked_of.keys or given in self.asked_of.keys:
            return True
        said = {"type": "authentication_error", "message": f"invalid key {given}"}
        self._json({"type": "error", "error": said}, 401)
        return False

    def _say(self, line: Line, tongue: _Tongue) -> None:
        match line:
            case Said():
                self._answer(line, tongue)
            case Fitting(usage):
                self._answer(Said(filled(tongue.schema), usage), tongue)
            case Failing():
                self._send(line.status, line.body.encode(), line.kind, line.headers)
            case Dropping(midway):
                self._begin(tongue if midway else None)
                self.connection.shutdown(socket.SHUT_RDWR)
            case Silent(begun):
                self._begin(tongue if begun else None)
                self.asked_of.closing.wait(_PATIENCE)
            case Endless():
                self._pour(line)
            case Broken(kind):
                self._begin(tongue)
                self._chunk(tongue.error(kind))
                self._chunk(b"")

    def _pour(self, line: Endless) -> None:
        self.close_connection = True
        self.send_response(line.status)
        for name, value in {"content-type": line.kind, "connection": "close", **line.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(line.first)
            while line.again and not self.asked_of.closing.is_set():
                self.wfile.write(line.again)
                self.asked_of.poured += len(line.again)

    def _answer(self, line: Said, tongue: _Tongue) -> None:
        if not tongue.body.get("stream"):
            self._json(tongue.whole(line))
            return
        self._head()
        for event in tongue.events(line):
            self._chunk(event)
        self._chunk(b"")

    def _begin(self, tongue: _Tongue | None) -> None:
        """The first event of an answer, or nothing at all."""
        self.close_connection = True
        if tongue:
            self._head()
            self._chunk(next(tongue.events(Said())))

    def _head(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def _json(self, said: object, status: int = 200) -> None:
        self._send(status, json.dumps(said).encode(), "application/json", {})

    def _send(self, status: int, data: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    # --- batches, as Anthropic takes them

    def _hand_over(self, body: dict[str, Any]) -> None:
        fault, self.asked_of.batch_fault = self.asked_of.batch_fault, None
        if fault:
            self._say(fault, _Anthropic(body))
            return
        batches = self.asked_of.batches
        name = f"msgbatch_{len(batches) + 1}"
        batches[name] = {"id": name, "requests": body["requests"], "state": "in_progress"}
        self._json(_shown(batches[name]))

    def _batch(self) -> None:
        batches, steps = self.asked_of.batches, self.path.partition("?")[0].split("/")[4:]
        if not steps:
            shown = [_shown(each) for each in reversed(batches.values())]
            more = self.asked_of.batches_more
            self._json({"data": shown, "has_more": more, "first_id": None, "last_id": "msgbatch_1" if more else None})
        elif steps[0] not in batches:
            self._json({"type": "error", "error": {"type": "not_found_error", "message": "no such batch"}}, 404)
        elif steps[1:] == ["results"] and self.asked_of.results_fault:
            self._pour(self.asked_of.results_fault)
        elif steps[1:] == ["results"]:
            lines = [json.dumps(self._result(each)) for each in batches[steps[0]]["requests"]]
            self._send(200, "\n".join(lines).encode(), "application/x-jsonl", {})
        else:
            self._look(batches[steps[0]], cancelled=steps[1:] == ["cancel"])

    def _look(self, batch: dict[str, Any], *, cancelled: bool) -> None:
        if cancelled:
            batch["state"] = "canceling"
        elif self.asked_of.batches_end:
            batch["state"] = "ended"
        self._json({**_shown(batch), "results_url": f"{self.asked_of.url}{self.path}/results"})

    def _result(self, request: dict[str, Any]) -> dict[str, Any]:
        line, tongue = self.asked_of.next(), _Anthropic(request["params"])
        if isinstance(line, Fitting):
            line = Said(filled(tongue.schema), line.usage)
        result: dict[str, Any] = {"type": "expired"}
        if isinstance(line, Said):
            result = {"type": "succeeded", "message": tongue.whole(line)}
            self._journal(tongue.body, line.usage)
        elif isinstance(line, Failing):
            result = {"type": "errored", "error": json.loads(line.body)}
        return {"custom_id": request["custom_id"], "result": result}


def _shown(batch: Mapping[str, Any]) -> dict[str, Any]:
    counts = dict.fromkeys(("canceled", "errored", "expired", "processing", "succeeded"), 0)
    moment = MADE.isoformat()
    return {
        "id": batch["id"],
        "type": "message_batch",
        "processing_status": batch["state"],
        "request_counts": counts | {"processing": len(batch["requests"])},
        "created_at": moment,
        "expires_at": moment,
        "ended_at": None,
        "archived_at": None,
        "cancel_initiated_at": None,
        "results_url": None,
    }


@dataclass(frozen=True, slots=True)
class _Tongue:
    """One wire format, for one request."""

    body: dict[str, Any]

    @property
    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def whole(self, line: Said) -> dict[str, Any]:
        raise NotImplementedError

    def events(self, line: Said) -> Iterator[bytes]:
        raise NotImplementedError

    def error(self, kind: str) -> bytes:
        raise NotImplementedError


class _Anthropic(_Tongue):
    """https://platform.claude.com/docs/en/build-with-claude/streaming"""

    @property
    def schema(self) -> dict[str, Any]:
        return self.body["output_config"]["format"]["schema"]

    def whole(self, line: Said) -> dict[str, Any]:
        return self._message(line) | {
            "content": [{"type": "text", "text": line.text}] if line.text else [],
            "stop_reason": line.stop,
        }

    def events(self, line: Said) -> Iterator[bytes]:
        yield _event("message_start", {"message": self._message(line)})
        if line.text:
            yield _event("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}})
            yield _event("ping", {})
            for word in line.text.split(" "):
                delta = {"type": "text_delta", "text": word if word == line.text.split(" ")[0] else f" {word}"}
                yield _event("content_block_delta", {"index": 0, "delta": delta})
            yield _event("content_block_stop", {"index": 0})
        ended = {"delta": {"stop_reason": line.stop, "stop_sequence": None}}
        yield _event("message_delta", ended | {"usage": {"output_tokens": line.usage.output}})
        yield _event("message_stop", {})

    def error(self, kind: str) -> bytes:
        return _event("error", {"error": {"type": kind, "message": "no more"}})

    def _message(self, line: Said) -> dict[str, Any]:
        used = line.usage
        usage = {
            "input_tokens": used.input - used.read - used.written,  # what was cached is counted apart
            "cache_read_input_tokens": used.read,
            "cache_creation_input_tokens": used.written,
            "output_tokens": used.output,
        }
        shape: dict[str, Any] = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "content": [],
            "stop_reason": None,
        }
        return {**shape, "model": self.body["model"], "stop_sequence": None, "usage": usage}


class _OpenAI(_Tongue):
    """https://platform.openai.com/docs/api-reference/chat-streaming"""

    @property
    def schema(self) -> dict[str, Any]:
        if "response_format" in self.body:
            return self.body["response_format"]["json_schema"]["schema"]
        return json.loads(self.body["messages"][0]["content"].rpartition("\n")[2])

    def whole(self, line: Said) -> dict[str, Any]:
        choice = {"index": 0, "message": self._said(line), "finish_reason": _REASONS[line.stop]}
        return self._frame("chat.completion", [choice]) | {"usage": self._usage(line)}

    def events(self, line: Said) -> Iterator[bytes]:
        for delta in ({"role": "assistant", "content": ""}, self._said(line)):
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            yield _data(self._frame("chat.completion.chunk", [choice]))
        last = {"index": 0, "delta": cast("dict[str, Any]", {}), "finish_reason": _REASONS[line.stop]}
        yield _data(self._frame("chat.completion.chunk", [last]))
        if line.usage != UNCOUNTED:
            yield _data(self._frame("chat.completion.chunk", []) | {"usage": self._usage(line)})
        yield b"data: [DONE]\n\n"

    def error(self, kind: str) -> bytes:
        return _data({"error": {"type": kind, "code": kind, "message": "no more"}})

    def _said(self, line: Said) -> dict[str, Any]:
        return {"role": "assistant", "refusal" if line.stop == "refusal" else "content": line.text}

    def _frame(self, kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return {"id": "c1", "object": kind, "created": 1, "model": self.body["model"], "choices": choices}

    def _usage(self, line: Said) -> dict[str, Any]:
        used = line.usage
        total = {"prompt_tokens": used.input, "completion_tokens": used.output}
        cached = {"prompt_tokens_details": {"cached_tokens": used.read}}
        return {**total, **cached, "total_tokens": used.input + used.output}


_REASONS = {"end_turn": "stop", "max_tokens": "length", "refusal": "content_filter"}


def _event(kind: str, said: Mapping[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **said})}\n\n".encode()


def _data(said: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(said)}\n\n".encode()


def llm(company: Company | str, **changes: Any) -> Llm:
    """The settings of models, with every provider at this company, or at an address where nobody is."""
    url, compatible = (company.url, company.openai_url) if isinstance(company, Company) else (company, company)
    compatibles = {name: {"base_url": compatible} for name in ("openai", "google", "groq", "local")}
    tables: dict[str, object] = {"anthropic": {"base_url": url}, **compatibles, **changes}
    return settings(llm=tables).llm


def models_of(company: Company | str, key: str | None, **changes: Any) -> Models:
    """The real adapter, to be closed."""
    return Models(llm(company, **changes), lambda _: key)
