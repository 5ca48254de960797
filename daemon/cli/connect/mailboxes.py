"""What `connect gmail` and `connect imap` share: keeping an account, trying all of them again, taking one away."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from daemon.cli import out
from daemon.core.errors import Transient, UserError

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.core.mailboxes.accounts import Account, Kind

TRY_AGAIN = 75


@contextmanager
def nothing_stored() -> Generator[None]:
    """Whatever goes wrong here, nothing was stored before it, and the person is told so."""
    try:
        yield
    except Transient as error:
        raise Transient(f"{_sentence(str(error))} Nothing was stored; try again later.") from error
    except UserError as error:
        *rest, last = map(_sentence, error.problems)
        raise UserError(*rest, f"{last} Nothing was stored.", exit_code=error.exit_code) from error


def _sentence(said: str) -> str:
    return said if said.endswith((".", "?", "!")) else f"{said}."


def keep(app: App, account: Account) -> None:
    """Store it, and say what happens next."""
    from daemon.ops import mail_accounts

    app.redact.add(*account.hidden)
    before = mail_accounts.keep(app.secrets, account, app.clock.now()).before
    again = " again; its old login is forgotten" if before else ""
    out.say(f"{account.address} is connected{again}. Its login is kept encrypted in {app.places.home / 'secrets'}.")
    if account.aliases:
        out.say(f"It also sends as {', '.join(account.aliases)}.")
    if not account.may_send:
        out.say("It is only read: approved mails lie in Outbox/, for you to send.")
    if not getattr(app.settings, account.kind).enabled:
        out.say(f"But [{account.kind}] enabled is false in your settings, so nobody looks into it.")
        return
    days = f"{app.settings.mail.first_days:g}"
    out.say(
        f"`employee run` takes in unread mail of the last {days} days ([mail] first_days), then what is new. "
        "If it runs already, it has noticed."
    )


def test(app: App, kind: Kind) -> None:
    """Try every stored one. Ends with 5 when one needs a login, with 75 when one cannot be reached."""
    from daemon.ops import mail_accounts

    ours, broken = mail_accounts.stored(app.secrets, kind)
    if not (ours or broken):
        raise UserError(f"No mailbox is connected. `employee connect {kind}` connects one.", exit_code=5)
    codes = [*(5 for _ in broken), *(_tested(app, each) for each in ours)]
    out.say(*broken)
    if wrong := [code for code in codes if code]:
        raise typer.Exit(min(wrong))


def _tested(app: App, account: Account) -> int:
    """The exit code that it makes."""
    from daemon.ops import mail_accounts

    app.redact.add(*account.hidden)
    try:
        mail_accounts.tried(account, app.settings)
    except Transient as error:
        out.data(f"{account.address}: {error}")
        return TRY_AGAIN
    except UserError as error:
        out.data(f"{account.address}: {error}")
        return error.exit_code
    out.data(f"{account.address}: fine; {'it reads and sends' if account.may_send else 'it is only read'}")
    return 0


def forget(app: App, kind: Kind, address: str) -> Account:
    """Take it away here. Raises UserError (5) when it is not connected."""
    from daemon.ops import mail_accounts

    account = mail_accounts.find(app.secrets, kind, address)
    app.redact.add(*account.hidden)
    mail_accounts.forget(app.secrets, account)
    out.say(
        f"{account.address} is not connected any more, and its login is deleted here. Tasks and drafts stay. What was "
        "approved to leave through it waits; reject it, or connect the mailbox again."
    )
    return account
