"""`connect gmail`: the person's yes on Google's page becomes a login that is kept encrypted."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.connect import mailboxes, options
from daemon.cli.connect.options import ReadOnlyOption, RemoveOption, TestOption
from daemon.cli.opened import NOT_CONFIGURED, opened
from daemon.core.errors import Transient, UserError

if TYPE_CHECKING:
    from daemon.adapters.gmail.oauth import Grant
    from daemon.app import App
    from daemon.core.mailboxes.accounts import GmailAccount
    from daemon.core.mailboxes.consent import App as GoogleApp
    from daemon.core.mailboxes.consent import Question

PATIENCE = timedelta(minutes=10)  # for the person, on Google's page
TRIES = 3  # to paste the right address
LARGEST = 64 * 1024  # bytes of the file of a Google app
_NO_APP = """\
Google lets a program in only by a Google app of your own. Help/Connecting your mail.md in your vault shows \
how to make one, in about ten minutes. Then type `employee connect gmail --client FILE` with the file that Google's \
console gave you."""
_RIGHTS = {
    False: "to read your mail, set labels, write drafts, and send what you approve. It can delete nothing for good.",
    True: "to read your mail. It can change nothing there and send nothing.",
}
_ON_THE_PAGE = """\
There, choose your mailbox. Google warns that it has not verified this app: it is your own, so click Advanced, then \
"Go to …", then Continue. Where boxes are shown, tick the one for mail."""
_TESTING = """\
Careful: your Google app is in Testing, so Google ends this login in {days} days. Publish the app now \
(https://console.cloud.google.com/auth/audience, "Publish app"), then type `employee connect gmail` once more."""
_REVOKE_BY_HAND = "Take its permission back yourself: https://myaccount.google.com/connections."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person typed."""

    client: Path | None
    address: str
    read_only: bool
    elsewhere: bool  # they say yes on another device


def gmail(  # noqa: PLR0913 - a command has a parameter for each of its options
    ctx: typer.Context,
    *,
    client: Annotated[
        Path | None, typer.Option("--client", metavar="FILE", help="The file of your Google app, from its console.")
    ] = None,
    read_only: ReadOnlyOption = False,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Say yes on any device, then paste an address here.")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", metavar="ADDRESS", help="Your address, should Google not tell it.")
    ] = "",
    test: TestOption = False,
    remove: RemoveOption = "",
) -> None:
    """Connect a Gmail or Google Workspace mailbox by your yes on Google's page. The same one again renews its login."""
    options.refuse(ctx.args)
    with opened(ctx) as app:
        if test:
            mailboxes.test(app, "gmail")
        elif remove:
            _remove(app, remove)
        else:
            _connect(app, Wanted(client, address, read_only, no_browser or not _screen()))


def _connect(app: App, wanted: Wanted) -> None:
    google_app = _google_app(app, wanted.client)
    app.redact.add(google_app.secret)
    with mailboxes.nothing_stored():
        account, grant = _granted(app, google_app, wanted)
    mailboxes.keep(app, account)
    _remarks(wanted, grant)


def _granted(app: App, google_app: GoogleApp, wanted: Wanted) -> tuple[GmailAccount, Grant]:
    """The mailbox that they let us into, tried out."""
    from daemon.adapters.gmail.oauth import Google
    from daemon.core.mailboxes import consent
    from daemon.ops import mail_accounts

    google = Google(app.settings.gmail)
    out.say(f"AI Employee asks Google for one right: {_RIGHTS[wanted.read_only]}")
    scope = consent.READ_ONLY if wanted.read_only else consent.MODIFY
    asked, code = (_pasted if wanted.elsewhere else _brought)(app, google_app, scope)
    grant = google.grant(asked, code)
    app.redact.add(grant.refresh)
    out.say("Google says yes. The mailbox is tried …")
    account = mail_accounts.gmail(asked, grant, app.settings.gmail, address=wanted.address, now=app.clock.now())
    return account, grant


def _remarks(wanted: Wanted, grant: Grant) -> None:
    if wanted.client:
        out.say(f"What {wanted.client} holds is kept with it, encrypted: you may delete that file.")
    if grant.ends is not None:
        out.say(_TESTING.format(days=grant.ends.days + 1))


# --- the person's own app


def _google_app(app: App, file: Path | None) -> GoogleApp:
    """From the file, else the one of a mailbox that is connected already, else asked for."""
    from daemon.core.mailboxes import consent

    if file is not None:
        return consent.app_of(_read(file))
    if account := _newest(app):
        out.say(f"I use the Google app that {account.address} is connected with; --client FILE takes another.")
        return consent.App(account.client_id, account.client_secret)
    if not sys.stdin.isatty():
        raise UserError(_NO_APP, exit_code=NOT_CONFIGURED)
    out.say(_NO_APP, "You can also type what it shows. Ctrl-C stops.")
    client_id = asking.line("Client ID").strip()
    return consent.app_typed(client_id, asking.secret("Client secret"))


def _newest(app: App) -> GmailAccount | None:
    from daemon.core.mailboxes.accounts import GmailAccount
    from daemon.ops import mail_accounts

    found = [each for each in mail_accounts.stored(app.secrets)[0] if isinstance(each, GmailAccount)]
    return found[-1] if found else None


def _read(file: Path) -> str:
    try:
        with file.expanduser().open("rb") as opened_file:
            return opened_file.read(LARGEST).decode("utf-8")
    except UnicodeDecodeError:
        return ""
    except OSError as error:
        raise UserError(
            f"{file} cannot be read: {error.strerror or 'it is no file'}.", exit_code=options.USAGE
        ) from error


# --- the person's yes


def _brought(app: App, google_app: GoogleApp, scope: str) -> tuple[Question, str]:
    """Their browser, on this computer, brings the answer."""
    import webbrowser

    from daemon.adapters.gmail.oauth import Redirect

    with Redirect(google_app, scope) as page:
        address = page.question.address(app.settings.gmail.auth_uri)
        out.say("Your browser opens Google's page. If it does not, open this address yourself:", "", address, "")
        out.say(_ON_THE_PAGE, f"I wait for {PATIENCE.total_seconds() / 60:.0f} minutes; Ctrl-C stops.")
        webbrowser.open(address)
        return page.question, page.code(PATIENCE)


def _pasted(app: App, google_app: GoogleApp, scope: str) -> tuple[Question, str]:
    """They say yes on any device, and paste where its browser ended."""
    from daemon.adapters.gmail import oauth

    asked = oauth.question(google_app, scope, oauth.free_port())
    address = asked.address(app.settings.gmail.auth_uri)
    out.say("Open this address in a browser, on any device:", "", address, "", _ON_THE_PAGE)
    out.say(
        f"At the end the browser goes to a page that begins with {asked.redirect} and does not load. That is right: "
        "copy the whole address of that page from the browser and paste it here."
    )
    return asked, _code(asked)


def _code(asked: Question) -> str:
    from daemon.core.mailboxes.consent import NotOurs

    for left in reversed(range(TRIES)):
        try:
            return asked.code(asking.line("The address it ended at"))
        except NotOurs as error:
            if not (left and sys.stdin.isatty()):
                raise
            out.say(str(error))
    raise AssertionError


def _screen() -> bool:
    """Whether a browser opened here is one that the person sees."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform in {"darwin", "win32"} or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# --- taking it away


def _remove(app: App, address: str) -> None:
    from daemon.adapters.gmail.oauth import Google
    from daemon.core.mailboxes.accounts import GmailAccount

    account = mailboxes.forget(app, "gmail", address)
    assert isinstance(account, GmailAccount)  # noqa: S101 - by its kind
    try:
        Google(app.settings.gmail).revoke(account)
    except (Transient, UserError) as error:
        out.say(f"But Google could not be told: {error}. {_REVOKE_BY_HAND}")
    else:
        out.say("Google was told, and lets it in no more.")
