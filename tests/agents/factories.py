"""Tasks and desks for the agents' tests, also from `cases/*.toml`: what came in, and what a good draft has."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from daemon.core import handbook
from daemon.core.handbook import Handbook
from daemon.core.mail import Address, Mail, Part
from daemon.core.mailboxes.senders import Sender
from daemon.core.minds.question import Answer, Question
from daemon.core.ports import AnyT, Earlier
from daemon.core.skills import Skill
from daemon.core.task import Attached, Kind, Task
from daemon.runtime.drafting import Asking, nobody

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)  # a Saturday
HANDBOOK = handbook.parse((HERE / "handbook.md").read_text(encoding="utf-8"))
CASES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("cases/*.toml"))}


@dataclass(frozen=True)
class Desk:
    handbook: Handbook = HANDBOOK
    earlier: Sequence[Earlier] = ()
    now: datetime = NOW
    goals: str = ""
    skills: Sequence[Skill] = ()
    senders: Sequence[Sender] = ()
    asking: Asking = nobody

    def ask(self, question: Question[AnyT]) -> Answer[AnyT]:
        return self.asking(question)


def letter(text: str = "Do you use oak wood?", **changes: Any) -> Mail:
    plain = Mail(
        message_id="<1@mail.example>",
        sender=Address("Peter Kowalski", "peter@mail.example"),
        reply_to=(),
        to=(Address("", "anna@birchwood.example"),),
        cc=(),
        subject="A table",
        date=NOW,
        text=text,
        in_reply_to="",
        references=("<0@mail.example>",),
        automated="",
    )
    return replace(plain, **changes)


def email(text: str = "Do you use oak wood?", **changes: Any) -> Task:
    return of_mail(letter(text, **changes))


def of_mail(message: Mail) -> Task:
    sender = str(message.sender or "")
    return Task("t1", "email", "inbox", "k1", sender, message.subject, message.text, NOW, mail=message)


def note(text: str, title: str = "A note", kind: Kind = "note", **changes: Any) -> Task:
    return replace(Task("t1", kind, "inbox", "k1", "", title, text, NOW), **changes)


def task_of(case: Mapping[str, Any]) -> Task:
    """The task of one case file."""
    if "mail" in case:
        return replace(of_mail(_message(case["mail"])), attachments=_files(case["mail"]))
    kind: Kind = "note" if "note" in case else "file"
    said = case[kind]
    return note(said["text"], said["title"], kind, attachments=_files(said))


def _files(said: Mapping[str, Any]) -> tuple[Attached, ...]:
    """Each as name, path, media type, size, and perhaps what can be read of it and a notice."""
    return tuple(_file(*entry) for entry in said.get("files", ()))


def _file(name: str, path: str, media: str, size: int, *read: str) -> Attached:
    return Attached(name, path, media, size, "", "".join(read[:1]), read[1:])


def _message(said: Mapping[str, Any]) -> Mail:
    return letter(
        said["text"],
        sender=_address(said["from"]),
        reply_to=tuple(map(_address, said.get("reply_to", ()))),
        to=tuple(map(_address, said["to"])),
        cc=tuple(map(_address, said.get("cc", ()))),
        subject=said["subject"],
        attachments=tuple(Part(name, "application/pdf", b"%PDF") for name in said.get("attachments", ())),
    )


def _address(written: str) -> Address:
    name, email = re.fullmatch(r"(?:(.*) )?<?([^<> ]+)>?", written, re.DOTALL).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return Address(name or "", email)
