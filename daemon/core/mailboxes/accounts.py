"""The mailboxes that are connected, and how each is kept among the secrets: one secret an account, as JSON.

An account is called by its kind and address ("gmail.anna-example-com"): the name of its secret, of its cursor and of
its channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from daemon.core import mail
from daemon.core.errors import Permanent, UserError

Kind = Literal["gmail", "imap"]
KINDS: tuple[Kind, ...] = ("gmail", "imap")
_LONGEST = 40  # characters of an address in a name


class _Account(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    address: str  # addr-spec, lower case: the mailbox
    aliases: tuple[str, ...] = ()  # other addresses it may send from
    sender_name: str = ""  # what stands before the address in From
    connected_at: datetime  # aware; a new login does not change it
    renewed_at: datetime | None = None  # aware, of the newest login when there was one before

    @property
    def logged_in_at(self) -> datetime:
        """Since when its login counts."""
        return self.renewed_at or self.connected_at

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address that is this mailbox's, the main one first."""
        return (self.address, *self.aliases)


class GmailAccount(_Account):
    """A Gmail or Google Workspace mailbox, by a grant that the person gave their own Google app."""

    kind: Literal["gmail"] = "gmail"
    client_id: str
    client_secret: str
    refresh_token: str
    scopes: tuple[str, ...]

    @property
    def name(self) -> str:
        return name("gmail", self.address)

    @property
    def hidden(self) -> Sequence[str]:
        """What must never stand in a log."""
        return (self.client_secret, self.refresh_token)

    @property
    def may_send(self) -> bool:
        return not all(scope.endswith(".readonly") for scope in self.scopes)


class Server(BaseModel):
    """Where a mail server listens. `tls`: from the first byte; else STARTTLS; `plain` only on this computer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int = Field(ge=1, le=65535)
    security: Literal["tls", "starttls", "plain"]


class ImapAccount(_Account):
    """Any other mailbox, by an app password. Without `smtp` it is only read."""

    kind: Literal["imap"] = "imap"
    user: str
    password: str
    imap: Server
    smtp: Server | None = None

    @property
    def name(self) -> str:
        return name("imap", self.address)

    @property
    def hidden(self) -> Sequence[str]:
        """What must never stand in a log."""
        return (self.password,)

    @property
    def may_send(self) -> bool:
        return self.smtp is not None


Account = GmailAccount | ImapAccount
_KEPT: TypeAdapter[Account] = TypeAdapter(Annotated[Account, Field(discriminator="kind")])


def name(kind: Kind, address: str) -> str:
    """What an account is called, in at most 64 characters: also the name of its secret."""
    slug = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-")[:_LONGEST]
    plain = re.fullmatch(r"[a-z0-9]+@[a-z0-9.]+", address.lower()) and len(address) <= _LONGEST
    mark = "" if plain else f"-{_mark(address)}"
    return f"{kind}.{slug}{mark}"


def _mark(address: str) -> str:
    """Tells apart addresses whose signs a name cannot hold."""
    from hashlib import sha256

    return sha256(address.lower().encode()).hexdigest()[:8]


def is_account(secret: str, *kinds: Kind) -> bool:
    """Whether a secret of this name is an account, of one of these kinds if any are named."""
    return secret.partition(".")[0] in (kinds or KINDS) and "." in secret


def written(account: Account) -> str:
    """The value of its secret."""
    return account.model_dump_json()


def read(secret: str, value: str) -> Account:
    """Raises UserError, without a word of the value, for a secret that is no account."""
    try:
        return _KEPT.validate_json(value)
    except ValidationError as error:
        kind = secret.partition(".")[0]
        raise UserError(
            f"The secret {secret} is no mail account that I understand. Connect it again: `employee connect {kind}`."
        ) from error


def address(typed: str) -> str:
    """An address as an account has it. Raises UserError for what is none."""
    try:
        return mail.address(typed).email.lower()
    except Permanent as error:
        raise UserError(f"{error} Write one like anna@example.com.") from error


def of_sender(accounts: Iterable[Account], sender: str) -> Account | None:
    """The account that an address belongs to; one whose own address it is goes before one that has it as alias."""
    wanted = sender.casefold()
    having = [each for each in accounts if wanted in map(str.casefold, each.addresses)]
    return min(having, key=lambda each: each.address.casefold() != wanted, default=None)


def by_name(accounts: Iterable[Account]) -> Mapping[str, Account]:
    """Each by what it is called."""
    return {each.name: each for each in accounts}
