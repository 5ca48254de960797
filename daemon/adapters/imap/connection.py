"""Logging in to an IMAP server, and what is wrong in words that end it."""

from __future__ import annotations

import imaplib
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager

from daemon.adapters.imap.client import CapabilityError, Client, LoginError
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.settings import Imap

_LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many|try again|temporar", re.IGNORECASE)  # RFC 5530
_MICROSOFT = ("outlook.com", "office365.com", "hotmail.com", "live.com")
_PLAIN = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"}  # how a plain greeting looks to TLS
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f]")


@contextmanager
def opened(account: ImapAccount, settings: Imap) -> Generator[Client]:
    """A connection that is logged in, ended afterwards. What goes wrong inside is translated as well.

    Raises UserError for a refused login (exit code 5), a certificate that cannot be trusted or an address that cannot
    be right; Transient when the server cannot be reached, takes too long or breaks off.
    """
    client = logged_in(account, settings)
    try:
        with translated(account):
            yield client
    finally:
        ended(client)


def logged_in(account: ImapAccount, settings: Imap) -> Client:
    """As `opened`, for one that stays open: whoever has it ends it by `ended`."""
    with translated(account):
        client = _connected(account.imap, settings.timeout_seconds)
        try:
            _log_in(client, account)
        except BaseException:
            ended(client)
            raise
        return client


def ended(client: Client) -> None:
    """Hang up, without waiting for anything."""
    try:
        client.wire.shutdown()  # IMAPClient's own would have it logged each time
    except (OSError, ValueError):  # it is closed already
        return


@contextmanager
def translated(account: ImapAccount) -> Generator[None]:
    """Nothing that a server said is repeated: it may be part of a mail, or of the password."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError) as error:
        said = next(said for kind, said in _WORDS if isinstance(error, kind))
        raise said(account, error) from error


def _connected(server: Server, patience: float) -> Client:
    if server.security == "plain" and not _here(server.host):
        raise UserError(
            f"Without encryption the password would be read on the way to {server.host}. "
            "Connect the mailbox again with `tls` or `starttls`; `plain` is for this computer only.",
            exit_code=4,
        )
    if not _nameable(server.host):
        raise UserError(
            f"{server.host} is no name of a server. Connect the mailbox again with the right one.", exit_code=4
        )
    context = ssl.create_default_context()
    client = Client(server.host, server.port, context if server.security == "tls" else None, patience)
    if server.security == "starttls":
        try:
            client.encrypt(context)
        except BaseException:
            ended(client)
            raise
    return client


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _nameable(host: str) -> bool:
    try:
        return bool(host.encode("idna")) and host.isprintable() and " " not in host
    except UnicodeError:
        return False


def _log_in(client: Client, account: ImapAccount) -> None:
    """Never as part of a line where the server takes it otherwise: a password may hold any sign."""
    if _UNWRITABLE.search(account.user + account.password):
        raise UserError("The user name or the password has a line break in it. Connect the mailbox again.", exit_code=5)
    if client.can("AUTH=PLAIN"):
        client.prove(account.user, account.password)
    elif client.can("LOGINDISABLED"):
        raise CapabilityError("it takes no password over this connection; try `tls`")
    elif not (account.user + account.password).isascii():
        raise CapabilityError("it takes no password with letters like ä or é")
    else:
        client.log_in(account.user, account.password)
    client.can("IDLE")  # ask now what it can, so that no later request has to


def _refused(account: ImapAccount, error: Exception) -> Transient | UserError:
    host = account.imap.host
    if _LATER.search(str(error)):
        return Transient(f"The mail server {host} takes no more logins at the moment; it is asked again later.")
    if host.lower().endswith(_MICROSOFT):
        way = "Microsoft takes no passwords from mail programs any more, so this mailbox cannot be connected like this."
    else:
        way = (
            "Most providers want an app password here, not the password you log in with on their website: make one "
            "on the security page of your account there, then `employee connect imap`."
        )
    return UserError(f"{host} does not accept the login of {account.user}. {way}", exit_code=5)


def _lacking(account: ImapAccount, error: Exception) -> UserError:
    return UserError(f"{account.imap.host} does not offer what is needed here: {error}.", exit_code=4)


def _untrusted(account: ImapAccount, error: Exception) -> UserError:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else "no reason given"
    return UserError(
        f"{account.imap.host} shows a certificate that cannot be trusted ({why}), so it may be another server that "
        "pretends to be it; no password was sent. Is the name of the server right? For a server of your own with its "
        "own certificate authority, name its file in the environment variable SSL_CERT_FILE.",
        exit_code=4,
    )


def _unencrypted(account: ImapAccount, error: Exception) -> Transient | UserError:
    """A server that begins in plain text is asked at the wrong port, and waiting does not change that."""
    server = account.imap
    if isinstance(error, ssl.SSLError) and error.reason in _PLAIN:
        return UserError(
            f"{server.host} does not begin with encryption at port {server.port}. Connect the mailbox again: usual are "
            "port 993 with `tls`, and port 143 with `starttls`.",
            exit_code=4,
        )
    return Transient(f"No encrypted connection to {server.host} came about; it is tried again later.")


def _not_found(account: ImapAccount, _: Exception) -> Transient:
    return Transient(f"The mail server {account.imap.host} is not found. Is its name right, and is there a network?")


def _late(account: ImapAccount, _: Exception) -> Transient:
    return Transient(f"The mail server {account.imap.host} takes too long to answer; it is asked again later.")


def _unreachable(account: ImapAccount, error: Exception) -> Transient:
    reason = (isinstance(error, OSError) and error.strerror) or "no connection"
    return Transient(f"The mail server {account.imap.host}, port {account.imap.port}, cannot be reached: {reason}.")


def _broken_off(account: ImapAccount, _: Exception) -> Transient:
    return Transient(f"The connection to the mail server {account.imap.host} broke off; it is asked again later.")


def _unwilling(account: ImapAccount, _: Exception) -> Transient:
    return Transient(f"The mail server {account.imap.host} did not do what it was asked; it is asked again later.")


_WORDS: tuple[tuple[type[Exception], Callable[[ImapAccount, Exception], Exception]], ...] = (  # the first that fits
    (LoginError, _refused),
    (CapabilityError, _lacking),
    (ssl.SSLCertVerificationError, _untrusted),
    (ssl.SSLError, _unencrypted),
    (socket.gaierror, _not_found),
    (TimeoutError, _late),
    (OSError, _unreachable),
    (imaplib.IMAP4.abort, _broken_off),
    (imaplib.IMAP4.error, _unwilling),
)
