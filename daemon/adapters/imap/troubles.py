"""What keeps a mail server from being reached, for reading or for sending, in words that end it.

Nothing that a server said is repeated: it may be part of a mail, or of the password.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import Server

_MICROSOFT = ("outlook.com", "office365.com", "hotmail.com", "live.com")
_PLAIN = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"}  # how a plain greeting looks to TLS


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a server is asked for, as far as the person is told."""

    usual: str  # ports
    meanwhile: str  # what becomes of it until the server is reached


def require_private(server: Server) -> None:
    """Raises UserError where somebody on the way could read the password."""
    if server.security == "plain" and not _here(server.host):
        raise UserError(
            f"Without encryption the password would be read on the way to {server.host}. "
            "Connect the mailbox again with `tls` or `starttls`; `plain` is for this computer only.",
            exit_code=4,
        )


def takes_no_passwords(host: str) -> bool:
    """Whether it is Microsoft's, which lets no mail program in by a password any more."""
    return host.lower().endswith(_MICROSOFT)


def of_network(server: Server, error: OSError, purpose: Purpose) -> Transient | UserError:
    """UserError for what waiting does not change."""
    host = server.host
    match error:
        case ssl.SSLCertVerificationError():
            return _untrusted(host, error.verify_message)
        case ssl.SSLError() if error.reason in _PLAIN:
            return _unencrypted(server, purpose.usual)
        case ssl.SSLError():
            said = f"No encrypted connection to {host} came about; {purpose.meanwhile}."
        case socket.gaierror():
            said = f"The mail server {host} is not found. Is its name right, and is there a network?"
        case TimeoutError():
            said = f"The mail server {host} takes too long to answer; {purpose.meanwhile}."
        case _:
            reason = error.strerror or "no connection"
            said = f"The mail server {host}, port {server.port}, cannot be reached: {reason}."
    return Transient(said)


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _untrusted(host: str, why: str) -> UserError:
    return UserError(
        f"{host} shows a certificate that cannot be trusted ({why}), so it may be another server that pretends to be "
        "it; no password was sent. Is the name of the server right? For a server of your own with its own certificate "
        "authority, name its file in the environment variable SSL_CERT_FILE.",
        exit_code=4,
    )


def _unencrypted(server: Server, usual: str) -> UserError:
    """A server that begins in plain text is asked at the wrong port."""
    return UserError(
        f"{server.host} does not begin with encryption at port {server.port}. Connect the mailbox again: {usual}.",
        exit_code=4,
    )
