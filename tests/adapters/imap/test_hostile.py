"""Servers that are broken or mean us harm: nothing takes long, nothing fills the memory, nothing is a fault of ours."""

from __future__ import annotations

import random
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread

import pytest

from daemon.adapters.imap.box import ImapBox
from daemon.adapters.imap.idle import Idle
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.mailboxes.values import READY, Mark, Stub, Window
from daemon.core.ports import Missing
from tests.dovecot import IMAP, NOW

QUICK = IMAP.model_copy(update={"timeout_seconds": 0.3})
MONTH = Window(NOW - timedelta(days=30))
CAPABLE = "IMAP4rev1 AUTH=PLAIN SASL-IR LIST-STATUS LIST-EXTENDED CONDSTORE UNSELECT MOVE IDLE"
MAIL = b"From: bob@example.org\r\nSubject: hello\r\n\r\nhello\r\n"
USUAL = {
    "CAPABILITY": f"* CAPABILITY {CAPABLE}\r\n",
    "AUTHENTICATE": "+ \r\n",
    "LIST": '* LIST (\\Sent) "/" Sent\r\n* LIST () "/" INBOX\r\n'
    "* STATUS INBOX (UIDNEXT 2 UIDVALIDITY 7 HIGHESTMODSEQ 5)\r\n* STATUS Sent (UIDNEXT 1 UIDVALIDITY 7)\r\n",
    "EXAMINE": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 2] ok\r\n",
    "SELECT": "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n",
    "SEARCH": "* SEARCH 1\r\n",
    "FETCH": '* 1 FETCH (UID 1 FLAGS () INTERNALDATE "02-Nov-2026 09:00:00 +0000" RFC822.SIZE 50)\r\n',
    "BODY": f"* 1 FETCH (UID 1 BODY[]<0> {{{len(MAIL)}}}\r\n{MAIL.decode()})\r\n",
}
Answer = str | bytes | Callable[[socket.socket], None]


@dataclass
class Scripted:
    """A server that answers each command by `said`; a callable says everything by itself, and hangs up."""

    said: dict[str, Answer] = field(default_factory=lambda: dict[str, Answer](USUAL))
    greeting: Answer = "* OK ready\r\n"
    over: Event = field(default_factory=Event)
    listening: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    threads: list[Thread] = field(default_factory=list[Thread])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.threads.append(Thread(target=self._talk, args=(client,), daemon=True))
                self.threads[-1].start()

    def close(self) -> None:
        self.over.set()
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        for each in self.threads:
            each.join(10)

    def _talk(self, client: socket.socket) -> None:
        with client, suppress(OSError), client.makefile("rb") as lines:
            self._say(client, self.greeting)
            for line in lines:
                self._answer(client, line.decode().strip(), lines.readline)

    def _answer(self, client: socket.socket, line: str, more: Callable[[], bytes]) -> None:
        tag, _, command = line.partition(" ")
        words = command.removeprefix("UID ").split()
        name = "BODY" if "BODY.PEEK" in command else words[0]
        self._say(client, self.said.get(name, ""))
        if name == "AUTHENTICATE":
            more()
        client.sendall(f"{tag} OK done\r\n".encode())

    def _say(self, client: socket.socket, said: Answer) -> None:
        if callable(said):
            said(client)
            raise OSError("hung up")
        client.sendall(said.encode() if isinstance(said, str) else said)

    @property
    def account(self) -> ImapAccount:
        server = Server(host="127.0.0.1", port=self.listening.getsockname()[1], security="plain")
        return ImapAccount(address="a@b.example", user="a", password="canary", imap=server, connected_at=NOW)


@pytest.fixture
def server() -> Iterator[Scripted]:
    running = Scripted()
    taking = Thread(target=running.serve, daemon=True)
    taking.start()
    yield running
    running.close()
    taking.join(10)


@pytest.fixture
def box(server: Scripted) -> Iterator[ImapBox]:
    opened = ImapBox(server.account, QUICK, lambda: None)
    yield opened
    opened.close()


def look(box: ImapBox) -> Sequence[Stub]:
    return list(box.changes("", MONTH).stubs)


def everything(box: ImapBox) -> None:
    """All that is ever asked of a mailbox."""
    looked = box.changes("", MONTH)
    for stub in looked.stubs:
        box.fetch(stub.remote, 10_000)
        box.mark([Mark(stub.remote, (READY,), archive=True, read=True)])
    list(box.changes(looked.cursor.replace('"INBOX": [7, 2', '"INBOX": [7, 1'), MONTH).stubs)


def repeated(data: bytes, server: Scripted, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Says it again and again until nobody listens."""

    def say(client: socket.socket) -> None:
        while not server.over.wait(pause) if pause else True:
            client.sendall(data)

    return say


def test_a_server_that_behaves(box: ImapBox) -> None:
    everything(box)
    assert [box.fetch(stub.remote, 10_000) for stub in look(box)] == [MAIL, MAIL]


@pytest.mark.parametrize("where", ["CAPABILITY", "LIST", "BODY"])
@pytest.mark.parametrize(
    "endless", [b"x" * 65536, b"* 1 EXISTS\r\n" * 5000, b"* OK [X] y\r\n" * 5000, b"* 9 FETCH (FLAGS ())\r\n" * 3000]
)
def test_an_answer_without_an_end_stops_early(server: Scripted, box: ImapBox, where: str, endless: bytes) -> None:
    server.said[where] = repeated(endless, server)
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(Transient):
        everything(box)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 2**20
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("where", ["CAPABILITY", "SEARCH", "BODY"])
@pytest.mark.parametrize("slow", [b"x", b"* 1 EXISTS\r\n"])
def test_an_answer_that_drips_takes_no_longer_than_it_may(
    server: Scripted, box: ImapBox, where: str, slow: bytes
) -> None:
    server.said[where] = repeated(slow, server, 0.02)
    began = time.monotonic()
    with pytest.raises(Transient):
        everything(box)
    assert time.monotonic() - began < 15


def test_a_literal_that_drips_takes_no_longer_than_it_may(server: Scripted, box: ImapBox) -> None:
    def drip(client: socket.socket) -> None:
        client.sendall(b"* 1 FETCH (UID 1 BODY[]<0> {9000}\r\n")
        repeated(b"x", server, 0.02)(client)

    server.said["BODY"] = drip
    with pytest.raises(Transient, match="takes too long"):
        box.fetch(look(box)[0].remote, 10_000)


@pytest.mark.parametrize("size", [10**8, 10**12, 10**30, int("9" * 4000)])
def test_an_announced_size_is_not_believed(server: Scripted, box: ImapBox, size: int) -> None:
    server.said["BODY"] = f"* 1 FETCH (UID 1 BODY[]<0> {{{size}}}\r\n"
    stub = look(box)[0]
    tracemalloc.start()
    with pytest.raises(Transient):
        box.fetch(stub.remote, 10_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**20


def test_more_of_a_message_than_was_asked_for_is_cut(box: ImapBox) -> None:
    assert box.fetch(look(box)[0].remote, 10) == MAIL[:10]


@pytest.mark.parametrize(
    "greeting", ["* BYE too many\r\n", "* PREAUTH hello\r\n", "", "SSH-2.0-x\r\n", "+ \r\n", "* NO\r\n"]
)
def test_a_greeting_that_is_none(server: Scripted, box: ImapBox, greeting: str) -> None:
    server.greeting = greeting
    if not greeting:
        server.greeting = lambda _: None
    with pytest.raises((Transient, UserError)):
        look(box)


NONSENSE = [
    b"* 1 FETCH (" + b"(" * 50_000 + b"\r\n",
    b"* 1 FETCH (UID 1 FLAGS\r\n",
    b"* 1 FETCH (UID x FLAGS ())\r\n",
    b"* 1 FETCH NIL\r\n",
    b"* 1 FETCH (UID 1 FLAGS NIL INTERNALDATE NIL RFC822.SIZE NIL)\r\n",
    b'* 1 FETCH (UID 1 FLAGS () INTERNALDATE "99-Xxx-9999 99:99:99 +9999" RFC822.SIZE -1)\r\n',
    b'* 1 FETCH (UID 1 FLAGS (NIL 3 "x") INTERNALDATE "01-Jan-0001 00:00:00 +1400" RFC822.SIZE x)\r\n',
    b"* 1 FETCH (UID 1 BODY[]<0> NIL)\r\n",
    b"* 1 FETCH (UID 1 BODY[]<0> (1 2))\r\n",
    b"* SEARCH x y\r\n",
    b"* SEARCH " + b"9" * 5000 + b"\r\n",
    b"* SEARCH -1 0 99999999999999999999\r\n",
    b"* SEARCH 1 (MODSEQ\r\n",
    b"* STATUS\r\n",
    b"* STATUS INBOX\r\n",
    b"* STATUS INBOX (UIDNEXT x)\r\n",
    b"* STATUS (INBOX) 3\r\n",
    b'* LIST () "/"\r\n',
    b"* LIST (\\Sent NIL) NIL NIL\r\n",
    b'* LIST () "/" &&&\xff\xfe\r\n',
    b"* OK [UIDVALIDITY x] y\r\n* OK [UIDNEXT] y\r\n* OK [PERMANENTFLAGS ] y\r\n",
    b"* CAPABILITY\r\n",
    b"* CAPABILITY \xff\r\n",
    b"A001 OK another tag\r\n",
    b"\x00\x01\x02\r\n",
    b"* BYE\r\n",
    b"* \r\n",
    b"\n",
    b"+ go on\r\n",
    b"* 1 FETCH (UID 1 BODY[]<0> {3}\r\nabc\r\n",
]


@pytest.mark.parametrize(
    "where", ["CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "SELECT", "SEARCH", "FETCH", "BODY"]
)
@pytest.mark.parametrize("nonsense", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_no_fault_of_the_program(server: Scripted, box: ImapBox, where: str, nonsense: bytes) -> None:
    server.said[where] = nonsense
    with suppress(Transient, UserError, Missing):
        everything(box)


@pytest.mark.parametrize("seed", range(3))
def test_answers_that_were_garbled_on_the_way(server: Scripted, box: ImapBox, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        name = chance.choice(list(USUAL))
        whole = bytearray(USUAL[name].encode())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(whole))
            whole[at : at + chance.choice([0, 1, 1, 5])] = chance.choice(
                [b"", b"(", b")", b'"', b"{", b"}", b"\\", b"[", b"9", b"NIL", b"\r\n", b"\x00", b"\xff"]
            )
        server.said = dict[str, Answer](USUAL) | {name: bytes(whole)}
        with suppress(Transient, UserError, Missing):
            everything(box)


def test_what_a_server_says_is_never_repeated(server: Scripted, box: ImapBox) -> None:
    server.said["SEARCH"] = b"canary \xf0\x9f\x98\x80\r\n"
    with pytest.raises(Transient) as said:
        look(box)
    assert "canary" not in str(said.value)


def test_a_server_that_says_everything_while_it_idles_is_left_alone(server: Scripted) -> None:
    woken = Event()
    server.said["IDLE"] = lambda client: (
        client.sendall(b"+ idling\r\n"),
        repeated(b"* OK still here\r\n" * 100, server)(client),
    )[0]
    idle = Idle(server.account, QUICK, woken.set)
    idle.start()
    assert woken.wait(10)
    idle.close()


def test_a_look_that_hangs_ends_when_it_listens_no_more(server: Scripted) -> None:
    woken = Event()
    server.said["IDLE"] = lambda client: (client.sendall(b"+ idling\r\n* 1 EXI"), server.over.wait(30))[0]
    idle = Idle(server.account, QUICK.model_copy(update={"timeout_seconds": 60.0}), woken.set)
    idle.start()
    assert woken.wait(10)
    began = time.monotonic()
    idle.close()
    assert time.monotonic() - began < 2
