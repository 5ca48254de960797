"""`connect imap`: any mailbox with a password of its own for programs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.connect import mailboxes, options
from daemon.cli.connect.options import ReadOnlyOption, RemoveOption, TestOption
from daemon.cli.opened import NOT_CONFIGURED, opened
from daemon.core.errors import UserError

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.core.mailboxes.accounts import ImapAccount
    from daemon.core.mailboxes.providers import Servers


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person typed; "" = nothing."""

    address: str
    user: str
    name: str
    aliases: tuple[str, ...]


def imap(  # noqa: PLR0913 - a command has a parameter for each of its options
    ctx: typer.Context,
    *,
    address: Annotated[str, typer.Option("--address", metavar="ADDRESS", help="Its address; else you are asked.")] = "",
    reading: Annotated[
        str, typer.Option("--imap", metavar="HOST:PORT", help="The server to read from, if it is not known.")
    ] = "",
    sending: Annotated[str, typer.Option("--smtp", metavar="HOST:PORT", help="The server to send through.")] = "",
    security: Annotated[
        str, typer.Option("--security", metavar="KIND", help="tls, starttls, or plain (only on this computer).")
    ] = "",
    user: Annotated[str, typer.Option("--user", metavar="LOGIN", help="When the login is not the address.")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Your name, as recipients see it.")] = "",
    alias: Annotated[
        list[str] | None, typer.Option("--alias", metavar="ADDRESS", help="Another address of it; more than once.")
    ] = None,
    read_only: ReadOnlyOption = False,
    test: TestOption = False,
    remove: RemoveOption = "",
) -> None:
    """Connect any other mailbox (IMAP). The app password is asked for, not shown, or read from standard input."""
    from daemon.core.mailboxes.providers import Servers

    options.refuse(ctx.args)
    with opened(ctx) as app:
        if test:
            mailboxes.test(app, "imap")
        elif remove:
            mailboxes.forget(app, "imap", remove)
            out.say("Its app password still opens the mailbox: delete it in the settings of your mail provider.")
        else:
            servers = Servers(reading, sending, security, read_only=read_only)
            _connect(app, Wanted(address, user, name, tuple(alias or ())), servers)


def _connect(app: App, wanted: Wanted, named: Servers) -> None:
    from daemon.core import resources
    from daemon.core.mailboxes import accounts, providers
    from daemon.ops import mail_accounts

    known = providers.read(resources.config_file("mail-servers.toml").read_text(encoding="utf-8"))
    address = accounts.address(_address(wanted.address))
    found = providers.chosen(address, named, known)
    if found.note:
        out.say(f"{found.title}: {found.note}")
    password = mail_accounts.password_of(asking.secret(f"App password of {address}"))
    app.redact.add(password)
    identity = mail_accounts.Identity(address, wanted.user, wanted.name, wanted.aliases)
    account = mail_accounts.imap(identity, password, found, app.clock.now())
    out.say(f"Trying {' and '.join(_reached(account))} …")
    with mailboxes.nothing_stored():
        mail_accounts.tried(account, app.settings)
    mailboxes.keep(app, account)


def _address(given: str) -> str:
    if given:
        return given
    if not sys.stdin.isatty():
        raise UserError("Whose mailbox? Type its address too: --address ADDRESS.", exit_code=NOT_CONFIGURED)
    return asking.line("Address of the mailbox").strip()


def _reached(account: ImapAccount) -> list[str]:
    return [f"{each.host}:{each.port}" for each in (account.imap, account.smtp) if each]
