"""Connected mailboxes: each is asked once, all at the same time, and nobody waits long for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from threading import Thread
from time import monotonic

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes.accounts import Account, GmailAccount
from daemon.core.settings import Gmail, Imap, Settings
from daemon.ops import mail_accounts
from daemon.ops.doctor.values import Result, Subject

PATIENCE = timedelta(seconds=8)  # for all of them together; a name that is looked up in vain has no limit of its own
TESTING = timedelta(days=8)  # Google ends the logins of an app in Testing after seven days
_NAME = "Mail"
_PUBLISH = 'https://console.cloud.google.com/auth/audience must say "In production"; in Testing it ends after 7 days'


def mailboxes(subject: Subject) -> list[Result]:
    """Whether each connected mailbox lets us in, what it allows, and how old its login is."""
    found, broken = mail_accounts.stored(subject.secrets)
    if not (found or broken):
        remedy = "`employee connect gmail` or `employee connect imap`; without one, drop saved mails into Inbox/"
        return [Result(_NAME, "fine", f"no mailbox is connected; {remedy}")]
    settings = subject.context.settings
    said = _tried([each for each in found if _wanted(each, settings)], settings)
    told = [Result(_NAME, "wrong", each, "connect it again, or `employee secrets rm NAME`") for each in broken]
    told += [_result(each, said.get(each.name), subject) for each in found]
    return [*told, *_sender(found, settings)]


def _sender(found: Sequence[Account], settings: Settings) -> Iterator[Result]:
    """A hint when new mails are to leave from an address that no mailbox has."""
    wanted = settings.mail.sender.strip()
    if found and wanted and wanted.casefold() not in {own.casefold() for each in found for own in each.addresses}:
        known = ", ".join(each.address for each in found)
        what = f"[mail] sender is {wanted}, which no connected mailbox has, so new mails leave from {found[0].address}"
        yield Result(_NAME, "hint", what, f"connect that mailbox, or write one of these there: {known}")


def _wanted(account: Account, settings: Settings) -> bool:
    return settings.gmail.enabled if account.kind == "gmail" else settings.imap.enabled


def _tried(accounts: Sequence[Account], settings: Settings) -> dict[str, Exception | None]:
    """What each said, by its name; None: all is well. One that says nothing in time is a Transient."""
    hurried = settings.model_copy(
        update={name: _brief(each) for name, each in (("gmail", settings.gmail), ("imap", settings.imap))}
    )
    late = Transient("no answer in time")
    said: dict[str, Exception | None] = dict.fromkeys((each.name for each in accounts), late)

    def ask(account: Account) -> None:
        try:
            mail_accounts.tried(account, hurried)
        except (Transient, UserError) as error:
            said[account.name] = error
        else:
            said[account.name] = None

    threads = [Thread(target=ask, args=(each,), daemon=True) for each in accounts]
    for thread in threads:
        thread.start()
    deadline = monotonic() + PATIENCE.total_seconds()
    for thread in threads:
        thread.join(max(0.0, deadline - monotonic()))
    return dict(said)


def _brief(table: Gmail | Imap) -> Gmail | Imap:
    return table.model_copy(update={"timeout_seconds": min(PATIENCE.total_seconds(), table.timeout_seconds)})


def _result(account: Account, said: Exception | None, subject: Subject) -> Result:
    settings, age = subject.context.settings, _age(account, subject.now)
    if not _wanted(account, settings):
        return Result(_NAME, "hint", f"{account.address} is left alone", f"[{account.kind}] enabled is false")
    if isinstance(said, Transient):
        remedy = f"is there a network? `employee connect {account.kind} --test` tries it again"
        return Result(_NAME, "hint", f"{account.address} was not reached: {str(said).rstrip('.')}; {age}", remedy)
    if said is not None:
        return Result(_NAME, "wrong", f"{account.address}: {said}", f"`employee connect {account.kind}`")
    found = f"{account.address} lets us in: {_allowed(account)}; {age}"
    young = isinstance(account, GmailAccount) and subject.now - account.connected_at < TESTING
    return Result(_NAME, "fine", f"{found}; {_PUBLISH}" if young else found)


def _allowed(account: Account) -> str:
    rights = "reading and sending" if account.may_send else "reading only"
    if not isinstance(account, GmailAccount):
        return rights
    return f"{rights} ({', '.join(scope.rpartition('/')[2] for scope in account.scopes)})"


def _age(account: Account, now: datetime) -> str:
    days = (now - account.connected_at).days
    return "connected today" if days < 1 else f"connected {days} day{'s' * (days != 1)} ago"
