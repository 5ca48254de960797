"""The line to Google, against servers that cut it, drip, pour or are somebody else."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from daemon.adapters.gmail.line import Answered, Bound, Dropped, Line, TooMuch, Unreached
from tests.certificates import Authority

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
Behaviour = Callable[[socket.socket], object]


class Server:
    """Does with each connection, one after the other, what the next of `behaviours` says, and the last for ever."""

    def __init__(self, *behaviours: Behaviour, context: ssl.SSLContext | None = None) -> None:
        self.heard: list[bytes] = []
        self.connections = 0
        self._behaviours = behaviours
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                accepted, _ = self._listening.accept()
                self.connections += 1
                behaviour = self._behaviours[min(self.connections, len(self._behaviours)) - 1]
                Thread(target=self._hold, args=(accepted, behaviour), daemon=True).start()

    def _hold(self, accepted: socket.socket, behaviour: Behaviour) -> None:
        with accepted, suppress(OSError):
            line = self._context.wrap_socket(accepted, server_side=True) if self._context else accepted
            for question in _questions(line):
                self.heard.append(question)
                if behaviour(line) is not None:
                    return


def _questions(line: socket.socket) -> Iterator[bytes]:
    """Every request until the client hangs up, in however many pieces it comes: its head, and its body right behind."""
    with line.makefile("rb") as incoming:
        while head := b"".join(takewhile(bytes.strip, incoming)):
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            yield head + (incoming.read(int(length[1])) if length else b"")


def says(data: bytes) -> Behaviour:
    return lambda line: line.sendall(data)


def hangs_up(line: socket.socket) -> object:
    return line


def says_and_hangs_up(data: bytes) -> Behaviour:
    return lambda line: (line.sendall(data), line)


@contextmanager
def serving(*behaviours: Behaviour, context: ssl.SSLContext | None = None) -> Generator[Server]:
    server = Server(*behaviours, context=context)
    yield server
    server.close()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(5)
    yield made
    made.close()


def test_an_answer_is_read(line: Line) -> None:
    with serving(says(OK)) as server:
        response, body = line.request(f"{server.url}/a?b=c", "POST", "é", {"x-y": "z"})
    assert (response.status, body) == (200, b"{}")
    assert server.heard[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert b"accept-encoding: identity\r\n" in server.heard[0].lower()
    assert b"".join(server.heard).endswith("é".encode())


def test_two_questions_go_over_one_connection(line: Line) -> None:
    with serving(says(OK)) as server:
        line.request(server.url)
        line.request(server.url)
    assert server.connections == 1


def test_a_question_over_a_connection_that_was_cut_meanwhile_is_asked_again(line: Line) -> None:
    with serving(says_and_hangs_up(OK), says(OK)) as server:
        line.request(server.url)
        assert line.request(server.url)[1] == b"{}"


def test_nothing_is_asked_twice_over_a_new_connection(line: Line) -> None:
    with serving(hangs_up) as server, pytest.raises(Dropped):
        line.request(server.url)
    assert server.connections == 1


def test_an_order_that_was_cut_is_not_given_twice(line: Line) -> None:
    """Even when the connection was good a moment ago."""
    with serving(says(OK), hangs_up) as server:
        line.request(server.url)
        with pytest.raises(Dropped):
            line.request(server.url, "POST", b"order")
    assert sum(heard.startswith(b"POST") for heard in server.heard) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nx: " + b"y" * 100_000 + b"\r\n\r\n{}",
        b"HTTP/1.1 999999 OK\r\n\r\n",
    ],
)
def test_half_an_answer_is_none(answer: bytes, line: Line) -> None:
    with serving(says_and_hangs_up(answer)) as server, pytest.raises(Dropped):
        line.request(server.url)


def test_after_half_an_answer_the_next_one_is_whole(line: Line) -> None:
    with serving(says_and_hangs_up(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}"), says(OK)) as server:
        with pytest.raises(Dropped):
            line.request(server.url)
        assert line.request(server.url)[1] == b"{}"


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_would_be_waited_for_is_raised(status: int, line: Line) -> None:
    answer = f"HTTP/1.1 {status} No\r\nRetry-After: 7\r\ncontent-length: 4\r\n\r\nlate".encode()
    with serving(says(answer)) as server, pytest.raises(Answered) as raised:
        line.request(server.url)
    assert (raised.value.status, raised.value.headers["retry-after"], raised.value.body) == (status, "7", b"late")


def pours(line: socket.socket) -> object:
    line.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        line.sendall(b"10000\r\n" + b"a" * 65_536 + b"\r\n")


def test_an_answer_without_an_end_is_not_read_to_its_end(line: Line) -> None:
    line.bound = Bound(100_000)
    with serving(pours) as server, pytest.raises(TooMuch):
        line.request(server.url)


def test_of_a_long_answer_the_beginning_is_taken_when_that_is_wanted(line: Line) -> None:
    line.bound = Bound(100_000, cut=True)
    with serving(pours, says(OK)) as server:
        assert line.request(server.url)[1] == b"a" * 100_000
        assert line.request(server.url)[1] == b"{}"


def test_silence_ends() -> None:
    with serving(lambda _line: None) as server, pytest.raises(Dropped):
        Line(0.1).request(server.url)


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nx: ", b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n"])
def test_an_answer_that_comes_drop_by_drop_ends(start: bytes) -> None:
    over = Event()

    def drips(line: socket.socket) -> None:
        line.sendall(start)
        while not over.wait(0.02):
            line.sendall(b"a")

    began = monotonic()
    with serving(drips) as server, pytest.raises(Dropped):
        Line(0.05).request(server.url)
    over.set()
    assert monotonic() - began < 10


def test_nobody_there_is_not_reached(line: Line) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(Unreached):
        line.request(f"http://127.0.0.1:{port}", "POST", b"order")


def test_a_server_that_nobody_vouches_for_hears_nothing(tmp_path: Path, line: Line) -> None:
    with serving(says(OK), context=Authority(tmp_path, "localhost").context) as server, pytest.raises(Unreached):
        line.request(server.url.replace("http://127.0.0.1", "https://localhost"), "POST", b"secret")
    assert server.heard == []


def test_the_proxy_of_the_system_is_asked(monkeypatch: pytest.MonkeyPatch, line: Line) -> None:
    with serving(says_and_hangs_up(b"HTTP/1.1 403 No\r\n\r\n")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url.replace("//", "//me:pass@"))
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(Unreached):
            line.request("https://gmail.googleapis.com/x", "POST", b"secret")
    assert proxy.heard[0].startswith(b"CONNECT gmail.googleapis.com")
    assert b"Proxy-Authorization: Basic bWU6cGFzcw==" in proxy.heard[0]
