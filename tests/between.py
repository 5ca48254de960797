"""Stands between a client and a server: writes down what the client asks, and breaks the connection when told."""

from __future__ import annotations

import re
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Condition, Event, Thread

_COMMAND = re.compile(rb"^[A-Z]+\d+ (.*?)\r?$", re.MULTILINE)


@dataclass
class Between:
    """`asked`: each command of the client without its tag. `left`: bytes of answers until it hangs up; None = never."""

    port: int
    asked: list[str] = field(default_factory=list[str])
    left: int | None = None
    _grown: Condition = field(default_factory=Condition)
    _open: list[socket.socket] = field(default_factory=list[socket.socket])

    def was_asked(self, command: str, times: int) -> bool:
        """Waits until it was."""
        with self._grown:
            return self._grown.wait_for(lambda: self.asked.count(command) >= times, 15)

    def hang_up(self) -> None:
        """As a router that was restarted."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for each in self._open:
            each.close()

    def _note(self, data: bytes) -> None:
        with self._grown:
            self.asked += [found.decode(errors="replace") for found in _COMMAND.findall(data)]
            self._grown.notify_all()

    def carry(self, source: socket.socket, target: socket.socket, *, asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if asking:
                    self._note(data)
                elif self.left is not None:
                    data, self.left = data[: self.left], max(0, self.left - len(data))
                target.sendall(data)
                if self.left == 0:
                    break
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def between(target: int) -> Generator[Between]:
    """Before the server at this port of this computer."""
    listening, over, threads = socket.create_server(("127.0.0.1", 0)), Event(), list[Thread]()
    here = Between(listening.getsockname()[1])

    def take() -> None:
        with suppress(OSError):
            while not over.is_set():
                client, _ = listening.accept()
                server = socket.create_connection(("127.0.0.1", target))
                here._open += [client, server]  # pyright: ignore[reportPrivateUsage]
                threads.extend(
                    Thread(target=here.carry, args=pair, kwargs={"asking": asking}, daemon=True)
                    for pair, asking in (((client, server), True), ((server, client), False))
                )
                for each in threads[-2:]:
                    each.start()

    taking = Thread(target=take, daemon=True)
    taking.start()
    yield here
    over.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    here.hang_up()
    for each in (taking, *threads):
        each.join(5)
    here.close()
