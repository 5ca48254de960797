"""Where known mail providers are reached, from `config/mail-servers.toml`, and servers as a person names them. Pure."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from daemon.core.errors import UserError
from daemon.core.mailboxes.accounts import Server

Security = Literal["tls", "starttls", "plain"]
SECURITIES: tuple[Security, ...] = ("tls", "starttls", "plain")
NOT_CONFIGURED, USAGE = 4, 2
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_LOOPBACK = "localhost"
_STARTTLS = {"143", "587", "25"}


@dataclass(frozen=True, slots=True)
class Provider:
    """A mail provider. `closed` says why no password opens a mailbox there; then it has no servers."""

    name: str
    title: str
    domains: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    imap: Server | None = None
    smtp: Server | None = None
    note: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True)
class Servers:
    """What the person named; "" = nothing."""

    imap: str = ""
    smtp: str = ""
    security: str = ""
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where a mailbox is reached. Without `smtp` it is only read."""

    imap: Server
    smtp: Server | None
    title: str = ""
    note: str = ""


def chosen(address: str, named: Servers, known: Iterable[Provider]) -> Chosen:
    """The servers that were named, else the known ones. Raises UserError when there are none, or none that help."""
    all_known = tuple(known)
    if not named.imap:
        return _by_address(address, named, all_known)
    reading, sending = _named(named.imap, named.security), None
    if not named.read_only:
        if not named.smtp:
            raise UserError(
                "Where is mail sent? Type that server too: --smtp HOST:PORT. With --read-only, mail is only read.",
                exit_code=USAGE,
            )
        sending = _named(named.smtp, named.security)
    found = of_host(reading.host, all_known)
    if found and found.closed:
        raise UserError(found.closed, exit_code=NOT_CONFIGURED)
    return Chosen(reading, sending, found.title if found else "", found.note if found else "")


def _by_address(address: str, named: Servers, known: Iterable[Provider]) -> Chosen:
    if named.smtp or named.security:
        raise UserError("Name the server to read from, too: --imap HOST:PORT.", exit_code=USAGE)
    found = of_address(address, known)
    if found and found.closed:
        raise UserError(found.closed, exit_code=NOT_CONFIGURED)
    if not found or not found.imap:
        raise unknown(address)
    return Chosen(found.imap, None if named.read_only else found.smtp, found.title, found.note)


def _named(server_named: str, security: str) -> Server:
    """Without a word about it, the port says how the connection begins (RFC 8314)."""
    usual = "starttls" if server_named.strip().rpartition(":")[2] in _STARTTLS else "tls"
    wanted = security or usual
    if wanted not in SECURITIES:
        raise UserError(f"--security is one of {', '.join(SECURITIES)}.", exit_code=USAGE)
    return server(server_named, wanted)


def read(text: str) -> list[Provider]:
    """All of them, from the file's text."""
    return [_provider(name, cast("dict[str, Any]", table)) for name, table in tomllib.loads(text).items()]


def _provider(name: str, table: Mapping[str, Any]) -> Provider:
    security = table.get("security", "tls")
    return Provider(
        name,
        table["title"],
        tuple(table["domains"]),
        tuple(table.get("hosts", ())),
        server(table["imap"], security) if "imap" in table else None,
        server(table["smtp"], table.get("smtp_security", security)) if "smtp" in table else None,
        table.get("note", ""),
        table.get("closed", ""),
    )


def of_address(address: str, known: Iterable[Provider]) -> Provider | None:
    """The one an address is at, by its end."""
    domain = address.rpartition("@")[2].lower()
    return next((each for each in known if domain in each.domains), None)


def of_host(host: str, known: Iterable[Provider]) -> Provider | None:
    """The one a server belongs to, as far as the file names it."""
    return next((each for each in known if host in each.hosts or (each.imap and host == each.imap.host)), None)


def server(named: str, security: Security) -> Server:
    """A server as the person names it: "host:port" or "[::1]:port". Raises UserError (2) for what is none.

    Without encryption only on this computer: a password never goes through a network for everybody to read.
    """
    host, colon, port = named.strip().lower().rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not colon or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536) or not _is_host(host):  # noqa: PLR2004
        raise UserError(
            "A server is named with its port, for example imap.example.com:993. Your provider's help page has both.",
            exit_code=USAGE,
        )
    if security == "plain" and not _here(host):
        raise UserError(
            f"Without encryption the password could be read on the way to {host}, so plain is for servers on this "
            "computer only. Use --security tls or --security starttls.",
            exit_code=USAGE,
        )
    return Server(host=host, port=int(port), security=security)


def _is_host(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.fullmatch(host)) and ".." not in host
    return True


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOOPBACK


def unknown(address: str) -> UserError:
    """Nobody told us the servers of this address."""
    domain = address.rpartition("@")[2]
    return UserError(
        f"I do not know the mail servers of {domain}. Its provider's help page names them (IMAP and SMTP settings). "
        "Type: `employee connect imap --imap HOST:PORT --smtp HOST:PORT`, for example --imap imap.example.com:993 "
        "--smtp smtp.example.com:465. If the mailbox is at Google, type `employee connect gmail`.",
        exit_code=NOT_CONFIGURED,
    )
