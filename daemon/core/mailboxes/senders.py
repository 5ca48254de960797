"""From which address, and through which mailbox, a mail leaves. Pure.

An answer leaves from the address its mail came to; what nobody wrote to leaves from the person's first address. A
mailbox that may not send is never replaced by another one in silence: then the mail is put into Outbox/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.core.mail import Address, Mail
from daemon.core.mailboxes.accounts import Account


@dataclass(frozen=True, slots=True)
class Sender:
    """A connected mailbox, as much of it as somebody who drafts may know."""

    account: str  # `Account.name`
    addresses: tuple[str, ...]  # the main one first
    name: str = ""  # what stands before the address in From
    may_send: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """How a mail leaves. Without an account it is put into Outbox/; `why` says so when that may surprise."""

    account: str = ""
    address: str = ""  # as From shows it
    why: str = ""


def sender(account: Account) -> Sender:
    """The mailbox without its secrets."""
    return Sender(account.name, account.addresses, account.sender_name, account.may_send)


def ordered(mailboxes: Sequence[Sender], first: str) -> tuple[Sender, ...]:
    """The one that sends from the address `first` before the others, and that address before its others."""
    wanted = first.strip().casefold()
    moved = [_led(each, wanted) for each in mailboxes]
    return tuple(sorted(moved, key=lambda each: not (wanted and each.addresses[0].casefold() == wanted)))


def _led(mailbox: Sender, address: str) -> Sender:
    return Sender(
        mailbox.account,
        tuple(sorted(mailbox.addresses, key=lambda each: each.casefold() != address)),
        mailbox.name,
        mailbox.may_send,
    )


def anew(mailboxes: Sequence[Sender]) -> Way:
    """For a mail that answers nobody: the first mailbox that may send."""
    able = [each for each in mailboxes if each.may_send]
    if able:
        return _through(able[0], able[0].addresses[0])
    return Way(why=_only_read(mailboxes[0])) if mailboxes else Way()


def answering(message: Mail, account: str, mailboxes: Sequence[Sender]) -> Way:
    """For the answer to a message that came to `account`; "" when it was dropped."""
    if not mailboxes:
        return Way(why=_GONE) if account else Way()
    home = next((each for each in mailboxes if each.account == account), None)
    if account and home is None:
        return Way(why=_GONE)
    asked = [home] if home else mailboxes
    for mailbox in asked:
        if address := _written_to(message, mailbox):
            return _through(mailbox, address)
    return _through(home, home.addresses[0]) if home else anew(mailboxes)


def _written_to(message: Mail, mailbox: Sender) -> str:
    """The mailbox's address that the message names, in To before in Cc; "" when it was a hidden copy."""
    own = {address.casefold(): address for address in mailbox.addresses}
    return next((own[to] for each in (*message.to, *message.cc) if (to := each.email.casefold()) in own), "")


def _through(mailbox: Sender, address: str) -> Way:
    if not mailbox.may_send:
        return Way(why=_only_read(mailbox))
    return Way(mailbox.account, str(Address(mailbox.name, address)))


_GONE = "The mailbox it came to is not connected any more, so the answer is put into Outbox/ for you to send."


def _only_read(mailbox: Sender) -> str:
    kind = mailbox.account.partition(".")[0]
    return (
        f"{mailbox.addresses[0]} is connected only to be read, so the mail is put into Outbox/ for you to send. To let "
        f"me send what you approve: `employee connect {kind}`."
    )
