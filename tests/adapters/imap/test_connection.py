"""Logging in, and what is said when that does not work: against a real Dovecot, and against nothing."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator

import pytest

from daemon.adapters.imap import connection
from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import ImapAccount, Server
from tests.dovecot import IMAP, PASSWORD, Dovecot, running


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


def at(account: ImapAccount, port: int, security: str, host: str = "localhost") -> ImapAccount:
    server = Server.model_validate({"host": host, "port": port, "security": security})
    return account.model_copy(update={"imap": server})


def folders(account: ImapAccount) -> set[str]:
    with connection.opened(account, IMAP) as client:
        return {name for _, name in client.folders()}


def refused(account: ImapAccount) -> UserError:
    with pytest.raises(UserError) as said:
        folders(account)
    return said.value


@pytest.fixture
def trusting(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> Dovecot:
    """As a person does who has a certificate authority of their own."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.base / "authority.pem"))
    return dovecot


@pytest.mark.integration
def test_a_login_over_tls(trusting: Dovecot) -> None:
    assert "INBOX" in folders(at(trusting.account(), trusting.tls, "tls"))


@pytest.mark.integration
def test_a_login_over_starttls(trusting: Dovecot) -> None:
    assert "INBOX" in folders(at(trusting.account(), trusting.port, "starttls"))


@pytest.mark.integration
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_nobody_signed_is_not_trusted(dovecot: Dovecot, security: str) -> None:
    before = dovecot.said().count("Login:")
    port = dovecot.tls if security == "tls" else dovecot.port
    assert "certificate that cannot be trusted" in str(refused(at(dovecot.account(), port, security)))
    assert dovecot.said().count("Login:") == before


@pytest.mark.integration
def test_a_certificate_of_another_name_is_not_trusted(trusting: Dovecot) -> None:
    said = str(refused(at(trusting.account(), trusting.tls, "tls", host="127.0.0.1")))
    assert "certificate that cannot be trusted" in said


@pytest.mark.integration
def test_tls_at_a_port_without_it_names_the_usual_ones(trusting: Dovecot) -> None:
    said = str(refused(at(trusting.account(), trusting.port, "tls")))
    assert "does not begin with encryption" in said
    assert "993" in said


@pytest.mark.integration
def test_a_wrong_password_needs_a_login_and_names_app_passwords(
    dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    problem = refused(dovecot.account(password="wrong-canary"))
    assert problem.exit_code == 5
    assert "app password" in str(problem)
    assert "canary" not in str(problem) + caplog.text


@pytest.mark.integration
def test_no_password_and_no_mail_is_logged(dovecot: Dovecot, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = dovecot.account()
    dovecot.put(account, b"Subject: canary-mail\r\n\r\ncanary-mail\r\n")
    with connection.opened(account, IMAP) as client:
        client.opened("INBOX")
        assert b"canary-mail" in (client.content(1, 1000) or b"")
    assert PASSWORD not in caplog.text
    assert "canary-mail" not in caplog.text


def account(**more: object) -> ImapAccount:
    return Dovecot.account(Dovecot(base=None, port=1, tls=1), "anna@example.com", **more)  # pyright: ignore[reportArgumentType]


def test_a_password_never_leaves_this_computer_in_the_clear() -> None:
    said = str(refused(at(account(), 143, "plain", host="192.0.2.1")))  # it would take long to find nobody there
    assert "read on the way to 192.0.2.1" in said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "127.8.9.1"])
def test_nobody_listens(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Transient, match=r"cannot be reached: .+"):
        folders(at(account(), port, "plain", host=host))


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(Transient, match="is not found"):
        folders(at(account(), 993, "tls", host="mail.example.invalid"))


@pytest.mark.parametrize(
    "host", ["", "mail..example", "m" * 64 + ".example", "mail server", "mail\n.example", "mail\0"]
)
def test_what_is_no_name_of_a_server(host: str) -> None:
    assert "is no name of a server" in str(refused(at(account(), 993, "tls", host=host)))


@pytest.mark.integration
def test_a_line_break_in_a_password_is_no_second_command(dovecot: Dovecot) -> None:
    assert refused(dovecot.account(password='x"\r\na1 DELETE INBOX')).exit_code == 5
