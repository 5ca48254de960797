"""A server in Gmail's place that answers well-formed nonsense: it costs little, harms nothing, and says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

from daemon.adapters.gmail.box import GmailBox
from daemon.core.errors import Transient
from daemon.core.mailboxes.accounts import GmailAccount
from daemon.core.mailboxes.values import Mark, Stub, Window
from tests.factories import settings

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
EVER = Window(datetime(2000, 1, 1, tzinfo=UTC))
ACCOUNT = GmailAccount(
    address="me@company.example",
    connected_at=NOW,
    client_id="id",
    client_secret="secret",
    refresh_token="token",
    scopes=(),
)
OLD = {"id": "old", "threadId": "t", "labelIds": ["INBOX"], "internalDate": "1000"}
NEW = {"id": "new", "threadId": "t", "labelIds": ["INBOX"], "internalDate": "1800000000000"}


class Nonsense:
    """`said`: what is answered, by the last part of the path."""

    def __init__(self) -> None:
        self.said: dict[str, object] = {"token": {"access_token": "a", "expires_in": 3600}}
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", "0")))
                last = urlsplit(self.path).path.rpartition("/")[2]
                outer.asked.append(last)
                data = json.dumps(outer.said.get(last, {})).encode()
                self.send_response(200)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
                del format, args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def gmail() -> Iterator[Nonsense]:
    server = Nonsense()
    yield server
    server.close()


@pytest.fixture
def box(gmail: Nonsense) -> Iterator[GmailBox]:
    here = settings(gmail={"api_endpoint": gmail.url, "token_uri": f"{gmail.url}/token"}).gmail
    made = GmailBox(ACCOUNT, here)
    yield made
    made.close()


def history(*records: object, **more: object) -> dict[str, object]:
    return {"history": list(records), "historyId": "9", **more}


def came(message: object) -> dict[str, object]:
    return {"id": "5", "messagesAdded": [{"message": message}]}


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        "9",
        None,
        {"historyId": 9},
        {"historyId": "../../labels"},
        {"historyId": "9" * 10_000},
        {"history": {}, "historyId": "9"},
        history("x"),
        history(came(None)),
        history(came({"id": 7})),
        history(came({"id": "../../drafts/send"})),
        history(came({"id": "a\nb"})),
        history(came({"id": "a", "threadId": "<script>"})),
        history(came({"id": "a", "labelIds": "INBOX"})),
        history(came({"id": "a", "internalDate": "-1"})),
        history(came({"id": "a", "labelIds": [str(number) for number in range(5000)]})),
        history(*[came({"id": "a"})] * 5000),
        history(nextPageToken="x" * 10_000),
    ],
)
def test_a_history_that_is_none_is_no_reason_to_fall_over(gmail: Nonsense, box: GmailBox, said: object) -> None:
    gmail.said["history"] = said
    with pytest.raises(Transient):
        list(box.changes("5", EVER).stubs)


def test_a_history_of_pages_without_end_ends(gmail: Nonsense, box: GmailBox) -> None:
    gmail.said["history"] = history(nextPageToken="again")
    with pytest.raises(Transient):
        box.changes("5", EVER)


def test_a_list_of_pages_without_end_ends(gmail: Nonsense, box: GmailBox) -> None:
    gmail.said |= {"profile": {"historyId": "9"}, "messages": {"messages": [OLD], "nextPageToken": "again"}}
    with pytest.raises(Transient):
        box.changes("", EVER)


def test_labels_that_history_leaves_out_are_asked_for(gmail: Nonsense, box: GmailBox) -> None:
    gmail.said |= {"history": history(came({"id": "new"}), came({"id": "gone"})), "new": NEW, "gone": {"id": "gone"}}
    assert [stub.remote for stub in box.changes("5", EVER).stubs] == ["new"]


def test_a_search_that_is_not_heeded_is_checked(gmail: Nonsense, box: GmailBox) -> None:
    gmail.said |= {"profile": {"historyId": "9"}, "messages": {"messages": [NEW, OLD]}, "new": NEW, "old": OLD}
    window = Window(NOW)
    assert list(box.changes("", window).stubs) == [Stub("new", "t", labels=frozenset({"INBOX"}))]
    assert list(box.changes("", Window(NOW, unread=True)).stubs) == []


@pytest.mark.parametrize("said", [{}, {"labels": "x"}, {"labels": [{"id": "Label_1"}]}, {"labels": [{"name": "x"}]}])
def test_labels_that_are_none_are_no_labels(gmail: Nonsense, box: GmailBox, said: object) -> None:
    gmail.said["labels"] = said
    with pytest.raises(Transient):
        box.mark([Mark("new", ("AI/Seen",))])


@pytest.mark.parametrize(
    "said", [{}, {"raw": None}, {"raw": 7}, {"raw": ""}, {"raw": "#"}, {"raw": "SGk#"}, {"raw": "SGk\n"}, [], "raw"]
)
def test_a_message_that_is_none_is_no_message(gmail: Nonsense, box: GmailBox, said: object) -> None:
    gmail.said["new"] = said
    with pytest.raises(Transient):
        box.fetch("new", 1000)


@pytest.mark.parametrize(
    ("raw", "data"), [("SGk", b"Hi"), ("SGk=", b"Hi"), ("SGkh", b"Hi!"), ("-_-_", b"\xfb\xff\xbf")]
)
def test_a_message_is_coded_with_or_without_an_end(gmail: Nonsense, box: GmailBox, raw: str, data: bytes) -> None:
    gmail.said["new"] = {"id": "new", "raw": raw, "sizeEstimate": 2}
    assert box.fetch("new", 1000) == data
