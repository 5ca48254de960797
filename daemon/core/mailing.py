"""What every mail action shares: its parameters, how they are shown, and how an edited note changes them."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Callable, Iterator, Mapping

from pydantic import BaseModel, ConfigDict

from daemon.core import lookalikes, mail
from daemon.core.errors import Permanent, UserError
from daemon.core.mailboxes.ports import MailAccounts
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, MailChannel, Receipt, Shown, VaultProblem, VaultReader
from daemon.core.properties import Value, same

OUTBOX = "outbox"  # the channel without an account: what it is given, the person sends
LARGEST = 18 * 1024 * 1024  # bytes; as base64 this is what common providers take in one mail


class File(BaseModel):
    """A file of the vault that goes along; another content under the same path is another file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str  # relative to the vault
    sha256: str
    size: int  # bytes

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


class Params(BaseModel):
    """Everything a mail needs beside its text. Addresses are addr-specs or "Name <addr-spec>"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str
    from_account: str = ""  # the address it is sent from; "" = the mail program's own choice
    account: str = ""  # the connected mailbox it leaves through; "" = it is put into Outbox/
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[File, ...] = ()


class MailAction:
    """A mail action, complete but for the words that name it: through whichever mail channel is connected."""

    Params = Params
    verb = "A mail"

    def __init__(self, channels: Channels) -> None:
        self._mail = channels.mail
        self._accounts = channels.accounts
        self._files = channels.files
        self.channel = channels.mail.name

    def describe(self, params: Params) -> Shown:
        return describe(params, self.verb, params.account or self.channel)

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        return amend(params, properties, self._files, self._accounts), text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        data = message(params, text, effect, self._files)
        return self._way(params).send(data, title=params.subject, key=effect.key)

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        data = message(params, text, effect, self._files)
        return self._way(params).look_up(data, title=params.subject, key=effect.key)

    def _way(self, params: Params) -> MailChannel:
        """As it was approved: what was to go into Outbox/ never leaves because an account was connected since."""
        return self._accounts.channel(params.account) if params.account else self._mail


def describe(params: Params, verb: str, channel: str) -> Shown:
    """Nothing is left out and nothing is shortened: what is not shown here cannot be sent."""
    properties: dict[str, Value] = {"to": params.to, "cc": params.cc, "subject": params.subject}
    optional: dict[str, Value] = {
        "bcc": params.bcc,
        "from_account": params.from_account,
        "attachments": tuple(f"[[{file.path}]]" for file in params.attachments),
    }
    way = "is put into Outbox/, for you to send, to" if channel == OUTBOX else "goes to"
    effect = [f"{verb} {way} {_people(params.to)}, subject: {_subject(params.subject)}"]
    if params.cc:
        effect.append(f"Copy to {_people(params.cc)}")
    if params.bcc:
        effect.append(f"Hidden copy to {_people(params.bcc)}")
    effect += [f"Attached: {f.name} ({f.size:,} bytes, sha256 {f.sha256[:16]}…)" for f in params.attachments]
    shown = properties | {name: value for name, value in optional.items() if value}
    return Shown(shown, tuple(effect), channel)


def amend(params: Params, said: Mapping[str, Value], files: VaultReader, accounts: MailAccounts) -> Params:
    """The parameters as the person edited them. Raises UserError for an address or file that cannot be used.

    A mail to nobody may be proposed, but it is never one that the person's yes can send.
    """
    problems: list[str] = []
    people = {name: _addresses(name, said.get(name), problems) for name in ("to", "cc", "bcc")}
    changes: dict[str, object] = {
        name: written for name, written in people.items() if not same(written, getattr(params, name))
    }
    changes["subject"] = _checked("subject", said.get("subject"), mail.subject, problems)
    changes["from_account"] = sender = _checked("from_account", said.get("from_account"), _address, problems)
    if sender != params.from_account and not problems:
        changes["account"] = _account(sender, accounts, problems)
    if not same(said.get("attachments"), tuple(f"[[{f.path}]]" for f in params.attachments)):
        changes["attachments"] = attached = tuple(_files(said.get("attachments"), files, problems))
        if sum(file.size for file in attached) > LARGEST:
            problems.append(f"“attachments”: together they have more than {LARGEST // 2**20} MB")
    if not changes.get("to", params.to):
        problems.append("“to” is empty; write at least one address")
    if problems:
        raise UserError(*problems)
    return params.model_copy(update=changes)


def message(params: Params, text: str, effect: Effect, files: VaultReader) -> bytes:
    """The complete message, the same bytes for the same effect.

    Raises Permanent when a header cannot be built or an attachment is no longer the approved file.
    """
    sender = _address(params.from_account) if params.from_account else None
    home = sender.email.rpartition("@")[2] if sender and params.account else "ai-employee.invalid"
    return mail.build(
        mail.Outgoing(
            sender=sender,
            to=tuple(map(_address, params.to)),
            cc=tuple(map(_address, params.cc)),
            bcc=tuple(map(_address, params.bcc)),
            subject=params.subject,
            text=text,
            in_reply_to=params.in_reply_to,
            references=params.references,
            message_id=f"<{effect.key}@{home}>",
            unsent=not params.account,
            key=effect.key,
            date=effect.at,
            attachments=tuple(_part(file, files) for file in params.attachments),
        )
    )


def _account(sender: str, accounts: MailAccounts, problems: list[str]) -> str:
    """The account of an address that the person wrote; nobody but a connected mailbox sends."""
    known = accounts.senders()
    found = accounts.of_sender(_address(sender).email) if sender else ""
    if sender and known and not found:
        problems.append(f"“from_account”: {sender} is not connected; connected are {', '.join(known)}")
    return found


def _people(addresses: tuple[str, ...]) -> str:
    return ", ".join(map(lookalikes.shown, addresses)) or "nobody yet (write the address into “to”)"


def _subject(written: str) -> str:
    """As the recipient's program will show it, and as it is written when that is something else."""
    read = mail.decoded(written)
    return written if read == written else f"{read} (written as {written})"


def _items(value: Value) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) and value.strip() else ()


def _addresses(name: str, value: Value, problems: list[str]) -> tuple[str, ...]:
    for item in _items(value):
        try:
            _address(item)
        except Permanent as error:
            problems.append(f"“{name}”: {error}")
    return _items(value)


def _checked(name: str, value: Value, check: Callable[[str], object], problems: list[str]) -> str:
    """A property as it is written, after what sends it has looked at it."""
    text = value if isinstance(value, str) else ""
    try:
        if text:
            check(text)
    except Permanent as error:
        problems.append(f"“{name}”: {error}")
    return text


def _address(text: str) -> mail.Address:
    return mail.address(text)


def _files(value: Value, files: VaultReader, problems: list[str]) -> Iterator[File]:
    for item in _items(value):
        path = item.strip().removeprefix("[[").removesuffix("]]").partition("|")[0]
        try:
            data = files.read(path, LARGEST)
            yield File(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        except (VaultProblem, Permanent) as error:
            problems.append(f"“attachments”: {path} cannot be attached: {error}")


def _part(file: File, files: VaultReader) -> mail.Part:
    try:
        data = files.read(file.path, LARGEST)
    except VaultProblem as error:
        raise Permanent(f"the attachment {file.path} cannot be read: {error}") from error
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Permanent(f"the attachment {file.path} is not the file that was approved; it was changed since")
    return mail.Part(file.name, mimetypes.guess_type(file.name)[0] or "application/octet-stream", data)
