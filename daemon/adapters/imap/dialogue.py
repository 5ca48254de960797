"""What is said to an SMTP server and what it answers, within limits of time and bytes. No mail, no login.

Not smtplib: it waits anew for each byte, keeps as many lines of an answer as a server likes to send, and sends the
end of a mail together with its content, while `smtp` has to note down what it is about to do between the two.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

_LINE = 4096  # bytes; RFC 5321 (4.5.3.1.5) allows 512
_LINES = 100  # of one answer
_SHOWN = 300  # characters of an answer that a person is shown
_CHUNK = 64 * 1024
_CONNECT = 20.0  # seconds until a server takes the connection, at most
_ANSWER = re.compile(rb"([2-5][0-9]{2})(?:([ -])([^\r\n]*))?\r?\n")
_UNREADABLE = re.compile(r"[^ -~]+")


Meaning = Literal["yes", "go on", "not now", "no"]
_MEANINGS: Mapping[int, Meaning] = {2: "yes", 3: "go on", 4: "not now", 5: "no"}  # RFC 5321, 4.2.1


class Broken(Exception):
    """The server broke off, or says what no mail server says."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `lines`: its words, printable ASCII."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """As a person is shown it."""
        return f"{self.code} {' '.join(self.lines)}".strip()[:_SHOWN]

    @property
    def meaning(self) -> Meaning:
        return _MEANINGS[self.code // 100]


class Dialogue:
    """One connection. Raises Broken, and OSError when the network fails; then nothing more can be said."""

    def __init__(self, host: str, port: int, patience: float) -> None:
        """`patience`: seconds, for each answer."""
        self._host = host
        self._patience = patience
        self._came = bytearray()
        self._socket: socket.socket = socket.create_connection((host, port), min(patience, _CONNECT))
        # The last line of a mail follows its content; held back until that is acknowledged, it would cost 40 ms.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def encrypt(self) -> None:
        """Raises Broken when anything came that could be taken for said under encryption (CVE-2011-0411)."""
        if self._came:
            raise Broken("something was said before the encryption began")
        self._socket.settimeout(self._patience)
        self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=self._host)

    def ask(self, line: str) -> Reply:
        """Say one line and hear the answer."""
        self.say(line)
        return self.reply()

    def say(self, line: str) -> None:
        if "\r" in line or "\n" in line:
            raise Broken("a line with a line break in it cannot be said")
        self.pour(f"{line}\r\n".encode())

    def pour(self, data: bytes, patience: float = 1.0) -> None:
        """Send bytes as they are, within `patience` times what an answer may take."""
        deadline = self._deadline(patience)
        whole = memoryview(data)
        for start in range(0, len(whole), _CHUNK):
            self._allow(deadline)
            self._socket.sendall(whole[start : start + _CHUNK])

    def reply(self, patience: float = 1.0) -> Reply:
        """The next answer, all lines of it, within `patience` times what one may take."""
        deadline = self._deadline(patience)
        lines = list[str]()
        for _ in range(_LINES):
            code, goes_on, text = self._line(deadline)
            lines.append(text)
            if not goes_on:
                return Reply(code, tuple(lines))
        raise Broken("the answer has no end")

    def interruption(self, patience: float = 1.0) -> Reply | None:
        """What the server said without being asked. Raises Broken when it hung up."""
        if not self._came:
            self._socket.settimeout(0)
            try:
                self._receive()
            except (BlockingIOError, ssl.SSLWantReadError):
                return None
        return self.reply(patience)

    def close(self) -> None:
        """Hang up without a word: what was not ended before is never carried out (RFC 5321, 4.1.1.10)."""
        with suppress(OSError):
            self._socket.close()

    def _line(self, deadline: float) -> tuple[int, bool, str]:
        while (end := self._came.find(b"\n")) < 0:
            if len(self._came) > _LINE:
                raise Broken("a line has no end")
            self._allow(deadline)
            self._receive()
        line = bytes(self._came[: end + 1])
        del self._came[: end + 1]
        found = _ANSWER.fullmatch(line)
        if not found:
            raise Broken("it does not speak like a mail server")
        text = (found[3] or b"").decode("ascii", "replace")
        return int(found[1]), found[2] == b"-", _UNREADABLE.sub(" ", text).strip()

    def _receive(self) -> None:
        data = self._socket.recv(_CHUNK)
        if not data:
            raise Broken("it hung up")
        self._came += data

    def _deadline(self, patience: float) -> float:
        return time.monotonic() + self._patience * patience

    def _allow(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)
