"""Connected mailboxes: tried before they are kept, one secret an account; tried again, and taken away.

Nothing of an account is stored before all of it worked; what was stored before stays until then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from daemon.adapters.credentials.store import Store
from daemon.adapters.gmail.client import Client, Json
from daemon.adapters.gmail.oauth import Grant
from daemon.core import credentials, mail, neutral
from daemon.core.errors import Permanent, UserError
from daemon.core.mailboxes import accounts, consent
from daemon.core.mailboxes.accounts import Account, GmailAccount, ImapAccount, Kind
from daemon.core.mailboxes.consent import Question
from daemon.core.mailboxes.providers import Chosen
from daemon.core.settings import Gmail, Settings

NEEDS_LOGIN = 5
MOST_ALIASES = 100
_LONGEST_NAME = 100  # characters
_NAMELESS = "your mailbox"  # until Google says whose it is
_NO_LASTING = (
    "Google gave no lasting permission (no refresh token), although it was asked for one. Open "
    "https://myaccount.google.com/connections, remove your app there, and type the same command again."
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an account. `before`: the one of the same address whose place it takes."""

    account: Account
    before: Account | None


def stored(secrets: Store, *kinds: Kind) -> tuple[list[Account], list[str]]:
    """Accounts of these kinds, or of all, the one that was connected first before the others; and what is wrong.

    Wrong is a secret with the name of an account that is none. Raises UserError when no secret can be read at all.
    """
    kept = [each for each in secrets.all() if accounts.is_account(each.name, *kinds)] if secrets.exists() else []
    found, problems = list[Account](), list[str]()
    for each in kept:
        try:
            found.append(accounts.read(each.name, each.value))
        except UserError as problem:
            problems.append(str(problem))
    return sorted(found, key=lambda each: each.connected_at), problems


def find(secrets: Store, kind: Kind, address: str) -> Account:
    """The account of an address. Raises UserError (5) when there is none."""
    wanted, known = accounts.address(address), stored(secrets, kind)[0]
    for each in known:
        if each.address == wanted:
            return each
    raise nothing(kind, wanted, known)


def nothing(kind: Kind, wanted: str, known: Sequence[Account] = ()) -> UserError:
    """It is not connected."""
    others = f"Connected are: {', '.join(each.address for each in known)}. " if known else ""
    return UserError(
        f"{wanted} is not connected. {others}`employee connect {kind}` connects a mailbox.", exit_code=NEEDS_LOGIN
    )


def keep(secrets: Store, account: Account, now: datetime) -> Kept:
    """From now on it is connected; another login of the same address is replaced.

    What came since it was connected first is still the person's to be answered, however often they log in.
    """
    before = next((each for each in stored(secrets)[0] if each.name == account.name), None)
    if before:
        renewed = {"connected_at": before.connected_at, "renewed_at": account.connected_at}
        account = account.model_copy(update=renewed)
    secrets.put({account.name: accounts.written(account)}, now)
    return Kept(account, before)


def forget(secrets: Store, account: Account) -> None:
    """It is connected no more."""
    secrets.remove(account.name)


# --- Gmail


def gmail(asked: Question, grant: Grant, settings: Gmail, *, address: str, now: datetime) -> GmailAccount:
    """The mailbox that a person let us into, tried out. `address`: what they said it is, "" = Google says it.

    Raises UserError or Transient when it cannot be used; it is stored nowhere yet.
    """
    scopes = consent.scopes(grant.scope, asked.scope)
    if not grant.refresh:
        raise UserError(_NO_LASTING, exit_code=NEEDS_LOGIN)
    account = GmailAccount(
        address=_NAMELESS,
        connected_at=now,
        client_id=asked.app.id,
        client_secret=asked.app.secret,
        refresh_token=grant.refresh,
        scopes=scopes,
    )
    client = Client(account, settings)
    try:
        _look(client)
        mailbox = _whose(client, address)
        name, aliases = _senders(client, mailbox)
    finally:
        client.close()
    return account.model_copy(update={"address": mailbox, "sender_name": name, "aliases": aliases})


def _look(client: Client) -> None:
    client.ask(lambda users: users.messages().list(userId="me", maxResults=1))


def _whose(client: Client, address: str) -> str:
    try:
        told = client.ask(lambda users: users.getProfile(userId="me")).get("emailAddress")
    except Permanent:
        told = None
    if not isinstance(told, str):
        if not address:
            raise UserError("Google does not say whose mailbox this is. Type its address too: --address ADDRESS.")
        return accounts.address(address)
    mailbox = accounts.address(told)
    if address and accounts.address(address) != mailbox:
        raise UserError(
            f"You let AI Employee into {mailbox}, and typed --address {accounts.address(address)}. Choose the right "
            "account on Google's page, or leave --address away.",
            exit_code=2,
        )
    return mailbox


def _senders(client: Client, mailbox: str) -> tuple[str, tuple[str, ...]]:
    """The name and the other addresses that it sends with. Where Google does not tell, there are none."""
    try:
        told = client.ask(lambda users: users.settings().sendAs().list(userId="me")).get("sendAs")
    except (Permanent, UserError):
        return "", ()
    each = cast("list[object]", told) if isinstance(told, list) else []
    senders = [cast("Json", one) for one in each if isinstance(one, dict)]
    usable = {address: one for one in senders if (address := _usable(one))}
    name = _name(usable.get(mailbox, {}).get("displayName"))
    return name, tuple(address for address in usable if address != mailbox)[:MOST_ALIASES]


def _usable(one: Mapping[str, object]) -> str:
    """An address that Google lets it send from; an alias that was never confirmed is none."""
    address = one.get("sendAsEmail")
    confirmed = one.get("isPrimary") is True or one.get("verificationStatus", "accepted") == "accepted"
    with suppress(UserError):
        return accounts.address(address) if isinstance(address, str) and confirmed else ""
    return ""


def _name(told: object) -> str:
    """A display name as it may stand in a mail, or none."""
    if not isinstance(told, str):
        return ""
    return sender_name(" ".join(neutral.bare(told).split())[:_LONGEST_NAME])


def sender_name(said: str) -> str:
    """A name as it stands before an address, or "" for what no mail can carry."""
    with suppress(Permanent):
        return mail.subject(said)
    return ""


# --- any other mailbox


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose mailbox it is. `user`: the login where it is not the address."""

    address: str
    user: str = ""
    name: str = ""
    aliases: tuple[str, ...] = ()


def password_of(typed: str) -> str:
    """A password as it was typed or piped; the spaces at its ends are none of it. Raises UserError for none."""
    password = credentials.value_of(typed).strip()
    if not password.isprintable():
        raise UserError("This is no password: it is one line of letters, digits and signs.")
    return password


def imap(identity: Identity, password: str, chosen: Chosen, now: datetime) -> ImapAccount:
    """The account; nothing of it was tried. Raises UserError for an address that is none."""
    name = sender_name(identity.name)
    if identity.name and not name:
        raise UserError("This name cannot stand in a mail: it is one line of letters.", exit_code=2)
    return ImapAccount(
        address=identity.address,
        aliases=tuple(map(accounts.address, identity.aliases)),
        sender_name=name,
        connected_at=now,
        user=identity.user or identity.address,
        password=password,
        imap=chosen.imap,
        smtp=chosen.smtp,
    )


# --- both


def tried(account: Account, settings: Settings) -> None:
    """Log in, look once, and send nothing. Raises UserError or Transient with what is wrong."""
    if isinstance(account, GmailAccount):
        client = Client(account, settings.gmail)
        try:
            _look(client)
        finally:
            client.close()
        return
    _tried_imap(account, settings)


def _tried_imap(account: ImapAccount, settings: Settings) -> None:
    from daemon.adapters.imap import connection, smtp  # the library of the first is loaded with it

    with connection.opened(account, settings.imap):
        pass
    if account.smtp:
        smtp.tried(account, settings.imap)
