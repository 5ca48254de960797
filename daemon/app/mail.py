"""The connected mailboxes: which there are, who watches them, and where mail leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes import accounts, senders
from daemon.core.mailboxes.accounts import Account, GmailAccount, Kind
from daemon.core.mailboxes.senders import Sender
from daemon.ops import mail_accounts

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.core.mailboxes.ports import Mailbox
    from daemon.core.ports import MailChannel
    from daemon.runtime.mailboxes import Mailboxes, Watched
    from daemon.runtime.pace import Role


def connected(app: App, *kinds: Kind) -> tuple[list[Account], list[str]]:
    """See `mail_accounts.stored`; what is secret in them is hidden in the log from now on."""
    found, problems = mail_accounts.stored(app.secrets, *kinds)
    for each in found:
        app.redact.add(*each.hidden)
    return found, problems


class Connected:
    """The accounts that mail may leave from, as they are at each moment; see `MailAccounts`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._mark: object = None
        self._accounts: Sequence[Account] = ()
        self._channels: dict[str, MailChannel] = {}

    def mailboxes(self) -> Sequence[Sender]:
        return [senders.sender(each) for each in self._all()]

    def of_sender(self, address: str) -> str:
        found = accounts.of_sender(self._sending(), address)
        return found.name if found else ""

    def senders(self) -> Sequence[str]:
        return [address for each in self._sending() for address in each.addresses]

    def channel(self, account: str) -> MailChannel:
        found = accounts.by_name(self._sending()).get(account)
        if found is None:
            kind = account.partition(".")[0]
            raise Transient(f"the mailbox {account} is not connected, or may not send: `employee connect {kind}`")
        if account not in self._channels:
            self._channels[account] = channel(self._app, found)
        return self._channels[account]

    def _sending(self) -> list[Account]:
        return [each for each in self._all() if each.may_send]

    def _all(self) -> Sequence[Account]:
        mark = self._app.secrets.mark()
        if mark != self._mark:
            self._accounts, self._channels, self._mark = connected(self._app)[0], {}, mark
        return self._accounts


def channel(app: App, account: Account) -> MailChannel:
    """How mail leaves one account."""
    settings, jottings = app.settings, app.ledger.jottings
    if isinstance(account, GmailAccount):
        from daemon.adapters.gmail.channel import GmailChannel

        return GmailChannel(account, settings.gmail, jottings)
    from daemon.adapters.imap.channel import SmtpChannel

    return SmtpChannel(account, settings.imap, jottings)


def mailbox(app: App, account: Account, woken: Callable[[], None]) -> Mailbox:
    """How one account is read. `woken` is called when its server says that something came."""
    settings = app.settings
    if isinstance(account, GmailAccount):
        from daemon.adapters.gmail.box import GmailBox

        return GmailBox(account, settings.gmail)
    from daemon.adapters.imap.box import ImapBox

    return ImapBox(account, settings.imap, woken)


def role(app: App, kind: Kind, woken: Callable[[], None]) -> Mailboxes:
    """All accounts of one kind."""
    from daemon.runtime.mailboxes import Mailboxes, Opened

    def opened() -> Opened:
        wanted = app.settings.gmail.enabled if kind == "gmail" else app.settings.imap.enabled
        if not wanted:
            return Opened()
        found, problems = connected(app, kind)
        return Opened([watched(app, each, mailbox(app, each, woken), woken) for each in found], problems)

    return Mailboxes(kind, app.secrets.mark, opened)


def notifying(app: App, manager: Role) -> Role:
    """The manager's role, telling the person by mail what waits. Its connections are its own: they are used beside."""
    from daemon.runtime.notices import Notices, Notifying

    return Notifying(manager, Notices(app.context, Connected(app), app.places.vault.name))


def watched(app: App, account: Account, box: Mailbox, woken: Callable[[], None]) -> Watched:
    """One account at work."""
    from daemon import registry
    from daemon.core.plugins import Mailed, Sources
    from daemon.runtime.filing import Filing
    from daemon.runtime.intake import Intake
    from daemon.runtime.mailboxes import Remembering, Watched
    from daemon.runtime.mailroom import Mailroom
    from daemon.runtime.showing import Showing
    from daemon.runtime.watching import Watching

    settings, letters = app.settings, app.ledger.letters(account.name)
    own = settings.gmail if account.kind == "gmail" else settings.imap
    table = settings.mail.model_dump() | own.model_dump()
    found = registry.watcher(account.kind, table, Sources(app.vault, Mailed(account, box, letters)))
    if found.made is None:
        raise UserError(f"the watcher of {account.kind} cannot be loaded: {found.why}")
    room = Mailroom(app.vault, app.ledger, Intake(app.vault, app.ledger, app.zone, app.converter), account)
    watching = Watching(account.address, found.made, room, woken, kept_all=letters.go_on_from)
    filing = Filing(app.vault, app.converter, account)
    showing = Showing(account, box, app.ledger, wanted=settings.mail, filed=filing.of)
    role = Remembering(watching, letters, account.logged_in_at)
    return with_drafts(app, account, Watched(role, showing, box.close))


def with_drafts(app: App, account: Account, at_work: Watched) -> Watched:
    """The same account; in Gmail, drafts that wait are kept among the drafts there as well."""
    if not isinstance(account, GmailAccount):
        return at_work
    from daemon.adapters.gmail.kept import GmailDrafts
    from daemon.runtime.keeping import Keeping

    drafts = GmailDrafts(account, app.settings.gmail)

    def close() -> None:
        drafts.close()
        at_work.close()

    return replace(at_work, showing=Keeping(at_work.showing, account, drafts, context=app.context), close=close)
