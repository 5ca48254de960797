"""A mail server that takes mail, on this computer: real SMTP with logins and encryption, and every way to fail.

`accepted` is the append-only list of the mails it took responsibility for: the oracle. What goes wrong is said with
`fails`, by the moment in which it happens:

    CONNECT  EHLO  STARTTLS  AUTH  MAIL  RCPT  DATA  QUIT    instead of the answer to it
    CONTENT     in the middle of a mail, after its first bytes
    END         after the end of a mail, which is not taken
    ACCEPTED    after the end of a mail, which is taken
"""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from daemon.core.mailboxes.accounts import ImapAccount, Server
from tests.certificates import Authority
from tests.fakes import NOON

USER, PASSWORD = "me@company.example", "äpp pass:wörd"


@dataclass(frozen=True, slots=True)
class Says:
    """It answers this: a line, or any bytes."""

    what: str | bytes


@dataclass(frozen=True, slots=True)
class Drops:
    """It hangs up."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """It says nothing more."""


@dataclass(frozen=True, slots=True)
class Drips:
    """A byte now and then, for ever, never a whole line."""


@dataclass(frozen=True, slots=True)
class Endless:
    """Lines of one answer, for ever."""


Fault = Says | Drops | Hangs | Drips | Endless


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that the server took."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    options: tuple[str, ...]  # of MAIL
    by: str  # who was logged in
    named: str  # what the client called itself
    encrypted: bool


@dataclass
class MailServer:
    """What it does and what it took."""

    limit: int = 0  # bytes of a mail; 0 = any
    eight_bits: bool = True
    without: tuple[str, ...] = ()  # ways to log in
    user: str = USER
    password: str = PASSWORD
    accepted: list[Taken] = field(default_factory=list[Taken])
    heard: list[str] = field(default_factory=list[str])  # commands, without what follows AUTH
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict[tuple[str, str], Fault])
    port: int = 0
    lines: list[asyncio.BaseTransport] = field(default_factory=list[asyncio.BaseTransport])

    def fails(self, moment: str, fault: Fault, *, of: str = "") -> None:
        """From now on. `of`: only when the command names this address."""
        self.faults[moment, of] = fault

    def heals(self) -> None:
        self.faults.clear()

    def fault(self, moment: str, said: str = "") -> Fault | None:
        fits = (fault for (when, of), fault in self.faults.items() if when == moment and of in said)
        return next(fits, None)


class _Speaker(SMTP):
    """aiosmtpd's server, with our faults in it."""

    office: MailServer
    refused = False  # in the middle of the mail

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.office.lines.append(transport)

    async def _handle_client(self) -> None:
        if not await self.failed("CONNECT"):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd's names
        await self._unlessfailed("EHLO", hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self._unlessfailed("STARTTLS", arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self._unlessfailed("AUTH", arg)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await self._unlessfailed("MAIL", arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        await self._unlessfailed("RCPT", arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        await self._unlessfailed("DATA", arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        await self._unlessfailed("RSET", arg)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802
        await self._unlessfailed("QUIT", arg)

    async def push(self, status: Any) -> None:
        """An empty answer is none: a fault has spoken already."""
        if not status:
            return
        await super().push(status)
        if str(status).startswith("354") and self.office.fault("CONTENT"):
            await self._reader.read(100)
            self.refused = await self.failed("CONTENT")

    async def _unlessfailed(self, command: str, said: str | None) -> None:
        self.office.heard.append(f"{command} {said or ''}".strip() if command != "AUTH" else command)
        if not await self.failed(command, said or ""):
            await getattr(super(), f"smtp_{command}")(said)

    async def failed(self, moment: str, said: str = "") -> bool:
        fault = self.office.fault(moment, said)
        match fault:
            case None:
                return False
            case Says(what):
                self._writer.write(what if isinstance(what, bytes) else f"{what}\r\n".encode())
                await self._writer.drain()
            case Drops():
                self._writer.close()
            case Hangs():
                await asyncio.Event().wait()
            case Drips():
                await self._pour(b"2", 0.02)
            case Endless():
                await self._pour(b"250-and one more\r\n" * 50, 0)
        return True

    async def _pour(self, data: bytes, every: float) -> None:
        while True:
            self._writer.write(data)
            await self._writer.drain()
            await asyncio.sleep(every)


class _Office:
    """The hooks of aiosmtpd."""

    def __init__(self, office: MailServer) -> None:
        self._office = office

    async def handle_DATA(self, server: _Speaker, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if server.refused or await server.failed("END"):
            return ""
        content = envelope.original_content or b""
        login: Any = session.auth_data
        taken = Taken(
            envelope.mail_from or "",
            tuple(map(str, envelope.rcpt_tos)),
            content,
            tuple(envelope.mail_options),
            login.login.decode() if login else "",
            session.host_name or "",
            encrypted=bool(server.transport and server.transport.get_extra_info("ssl_object")),
        )
        self._office.accepted.append(taken)
        return "" if await server.failed("ACCEPTED") else f"250 2.0.0 Ok: queued as Q{len(self._office.accepted)}"


def _known(office: MailServer, *said: Any) -> AuthResult:
    known = LoginPassword(office.user.encode(), office.password.encode())
    return AuthResult(success=said[-1] == known, handled=False, auth_data=said[-1])


def _speaker(office: MailServer, loop: asyncio.AbstractEventLoop, encrypting: ssl.SSLContext | None) -> _Speaker:
    speaker = _Speaker(
        _Office(office),
        loop=loop,
        hostname="smtp.example.com",
        data_size_limit=office.limit or None,
        decode_data=not office.eight_bits,
        auth_require_tls=encrypting is not None,
        auth_exclude_mechanism=office.without,
        authenticator=partial(_known, office),
        tls_context=encrypting,
        require_starttls=encrypting is not None,
    )
    speaker.office = office
    return speaker


@contextmanager
def running(
    office: MailServer | None = None, *, security: str = "plain", authority: Authority | None = None
) -> Generator[MailServer]:
    """Until the end of the block."""
    office = office or MailServer()
    context = authority.context if authority else None
    inner, outer = (context, None) if security == "starttls" else (None, context)
    loop = asyncio.new_event_loop()
    made = loop.create_server(lambda: _speaker(office, loop, inner), "127.0.0.1", 0, ssl=outer)
    server = loop.run_until_complete(made)
    office.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server, office.lines), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended(server: asyncio.Server, lines: Sequence[asyncio.BaseTransport]) -> None:
    server.close()
    mine = asyncio.current_task()
    talks = [task for task in asyncio.all_tasks() if task is not mine]
    for talk in talks:
        talk.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
    for line in lines:
        cast("asyncio.WriteTransport", line).abort()
    for _ in range(3):  # so that the loop closes them
        await asyncio.sleep(0)


def account(office: MailServer, security: str = "plain", **changes: Any) -> ImapAccount:
    """An account that sends through it, and that nobody reads."""
    nowhere = Server(host="127.0.0.1", port=1, security="plain")
    smtp = Server.model_validate({"host": "127.0.0.1", "port": office.port, "security": security})
    plain = ImapAccount(
        address=USER,
        aliases=("sales@company.example",),
        connected_at=NOON,
        user=USER,
        password=PASSWORD,
        imap=nowhere,
        smtp=smtp,
    )
    return plain.model_copy(update=changes)


def login() -> str:
    """As AUTH PLAIN wants it."""
    return base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
