"""Logging in to an IMAP server, and what is wrong in words that end it."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Generator
from contextlib import contextmanager

from daemon.adapters.imap import troubles
from daemon.adapters.imap.client import CapabilityError, Client, LoginError
from daemon.adapters.imap.troubles import Purpose
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from daemon.core.settings import Imap

_LATER = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many|try again|temporar", re.IGNORECASE)  # RFC 5530
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f]")
_READING = Purpose("usual are port 993 with `tls`, and port 143 with `starttls`", "it is asked again later")


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
    except OSError as error:
        raise troubles.of_network(account.imap, error, _READING) from error
    except imaplib.IMAP4.error as error:
        raise _of_server(account, error) from error


def _connected(server: Server, patience: float) -> Client:
    troubles.require_private(server)
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


def _of_server(account: ImapAccount, error: Exception) -> Transient | UserError:
    host = account.imap.host
    match error:
        case LoginError():
            return _refused(account, str(error))
        case CapabilityError():
            return UserError(f"{host} does not offer what is needed here: {error}.", exit_code=4)
        case imaplib.IMAP4.abort():
            return Transient(f"The connection to the mail server {host} broke off; it is asked again later.")
        case _:
            return Transient(f"The mail server {host} did not do what it was asked; it is asked again later.")


def _refused(account: ImapAccount, said: str) -> Transient | UserError:
    host = account.imap.host
    if _LATER.search(said):
        return Transient(f"The mail server {host} takes no more logins at the moment; it is asked again later.")
    if troubles.takes_no_passwords(host):
        way = "Microsoft takes no passwords from mail programs any more, so this mailbox cannot be connected like this."
    else:
        way = (
            "Most providers want an app password here, not the password you log in with on their website: make one "
            "on the security page of your account there, then `employee connect imap`."
        )
    return UserError(f"{host} does not accept the login of {account.user}. {way}", exit_code=5)
