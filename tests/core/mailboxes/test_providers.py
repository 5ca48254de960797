"""The shipped table of mail providers, and servers as people name them."""

from __future__ import annotations

import pytest

from daemon.core import resources
from daemon.core.errors import UserError
from daemon.core.mailboxes import providers
from daemon.core.mailboxes.accounts import Server

KNOWN = providers.read(resources.config_file("mail-servers.toml").read_text(encoding="utf-8"))


def test_the_servers_of_known_providers_are_found_by_the_end_of_the_address() -> None:
    found = providers.of_address("anna@FastMail.com", KNOWN)
    assert found
    assert found.imap == Server(host="imap.fastmail.com", port=993, security="tls")
    assert found.smtp == Server(host="smtp.fastmail.com", port=465, security="tls")
    assert "app password" in found.note


def test_sending_may_be_encrypted_otherwise() -> None:
    found = providers.of_address("anna@icloud.com", KNOWN)
    assert found
    assert found.smtp == Server(host="smtp.mail.me.com", port=587, security="starttls")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("anna@outlook.com", "Forward that mail"),
        ("anna@gmail.com", "`employee connect gmail`"),
        ("anna@proton.me", "Bridge"),
    ],
)
def test_where_no_password_helps_the_way_out_is_named(address: str, said: str) -> None:
    found = providers.of_address(address, KNOWN)
    assert found
    assert said in found.closed
    assert "\n" not in found.closed


def test_servers_that_let_nobody_in_are_known_by_their_name() -> None:
    found = providers.of_host("outlook.office365.com", KNOWN)
    assert found
    assert found.closed


def test_every_provider_has_servers_or_a_reason() -> None:
    assert [each for each in KNOWN if not (each.closed or (each.imap and each.smtp and each.note))] == []


def test_no_address_is_at_two_providers() -> None:
    domains = [domain for each in KNOWN for domain in each.domains]
    assert sorted(domains) == sorted(set(domains))


def test_another_address_is_unknown_and_the_way_on_is_named() -> None:
    assert providers.of_address("anna@company.example", KNOWN) is None
    said = str(providers.unknown("anna@company.example"))
    assert "--imap HOST:PORT --smtp HOST:PORT" in said


@pytest.mark.parametrize(
    ("named", "host", "port"),
    [
        ("imap.example.com:993", "imap.example.com", 993),
        (" IMAP.Example.com:1 ", "imap.example.com", 1),
        ("10.0.0.7:65535", "10.0.0.7", 65535),
        ("[::1]:1143", "::1", 1143),
    ],
)
def test_a_server_is_a_name_and_a_port(named: str, host: str, port: int) -> None:
    found = providers.server(named, "tls")
    assert (found.host, found.port) == (host, port)


@pytest.mark.parametrize(
    "named",
    ["", "imap.example.com", ":993", "imap.example.com:", "a b:993", "imap.example.com:0", "imap.example.com:65536",
     "imap.example.com:9\u0663", "imap..example.com:993", "-x:993", "x@y:993", "a\nb:993", "https://imap.example.com:993",
     "x:" + "9" * 10_000],
)  # fmt: skip
def test_what_is_no_server_is_refused(named: str) -> None:
    with pytest.raises(UserError, match="named with its port") as refused:
        providers.server(named, "tls")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("named", ["127.0.0.1:1143", "localhost:1143", "[::1]:1143", "127.9.9.9:25"])
def test_without_encryption_on_this_computer(named: str) -> None:
    assert providers.server(named, "plain").security == "plain"


@pytest.mark.parametrize("named", ["10.0.0.7:143", "imap.example.com:143", "localhost.example.com:143", "0.0.0.0:143"])
def test_never_without_encryption_to_another_computer(named: str) -> None:
    with pytest.raises(UserError, match="servers on this computer only"):
        providers.server(named, "plain")
