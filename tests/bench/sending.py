"""Mail that leaves by SMTP to a server on this computer: login, every check, every note with its fsync."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from daemon.adapters.imap.channel import SmtpChannel
from daemon.core import mail
from daemon.runtime.ledger import Ledger
from tests import smtp as servers
from tests.bench.measuring import Row, Scale, paired
from tests.factories import outgoing, settings
from tests.smtp import MailServer

LARGE = 5 * 1024 * 1024  # bytes


class Kept:
    """A provider that has put its own copy into Sent already."""

    def holds(self, message_id: str, key: str) -> bool:
        return bool(message_id and key)

    def put(self, message: bytes) -> None:
        raise AssertionError(f"a second copy, of {len(message)} bytes")


def by_smtp(folder: Path, scale: Scale) -> Iterator[Row]:
    folder.mkdir()
    with servers.running() as server, closing(Ledger(folder / "ledger")) as ledger:
        account = servers.account(server)
        channel = SmtpChannel(account, settings().imap, ledger.jottings, Kept())
        for what, size, times in (("a mail", 0, scale.starts * 4), ("a mail of 7 MB", LARGE, scale.starts)):
            here, floor = pairs(server, channel, [message(size + number, size) for number in range(2 * times)])
            yield Row(f"Send {what} by SMTP", here, floor, "smtplib: log in and send, nothing noted")


def pairs(server: MailServer, channel: SmtpChannel, mails: list[tuple[str, bytes]]) -> tuple[float, float]:
    """Each is sent once, so that none is known already."""
    ready = iter(mails)
    return paired(lambda: send(channel, next(ready)), lambda: bare(server, next(ready)), len(mails) // 2)


def send(channel: SmtpChannel, ready: tuple[str, bytes]) -> None:
    key, data = ready
    channel.send(data, title="", key=key)


def bare(server: MailServer, ready: tuple[str, bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", server.port, local_hostname="localhost") as line:
        line.ehlo()
        line.docmd("AUTH", f"PLAIN {servers.login()}")
        line.sendmail(servers.USER, "anna@example.com", ready[1])


def message(number: int, size: int = 0) -> tuple[str, bytes]:
    """With its key."""
    key = f"t{number:010}-g1.bench"
    files = (mail.Part("plan.bin", "application/octet-stream", bytes(size)),) if size else ()
    return key, mail.build(outgoing(sender=mail.Address("", servers.USER), key=key, attachments=files))
