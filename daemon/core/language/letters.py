"""What routing may look at of a task: its subject and newest text without signature, and what its files say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from daemon.core import mail
from daemon.core.language import extract, signature
from daemon.core.task import Task

_LOOKED = 6_000  # characters of a text; who wants something says so before
_LONG = 2_000  # characters, headings, and lines of lists, tables and headings that make a note a document
_HEADINGS = 2
_LINES = 8
_FIRST = 3  # lines of a document that may be an order
_HEADING = re.compile(r"#{1,6} \S")
_BUILT = re.compile(r"\s*(?:#{1,6} |[-*+] |\d{1,3}[.)] |\||```)")
_NAME = 3  # words of a title that says nothing


@dataclass(frozen=True, slots=True)
class Letter:
    """`text` holds the subject as well; `files` is what can be read in its files, and their names."""

    kind: str
    email: str  # "" when there is no single sender
    subject: str
    text: str
    files: str
    automated: str
    is_mail: bool
    answers: bool = False  # goes on with a conversation
    reply_to: bool = False  # says whom to answer, other than the sender

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it as a mail."""
        return self.is_mail and not self.automated


def read(task: Task) -> Letter:
    """In time linear in the task; of what is longer than a person writes, only the beginning."""
    files = "\n\n".join(f"{one.name}\n{one.text}" for one in task.attachments if one.text)[:_LOOKED]
    message = task.mail
    if message is None:
        own = _opening(task.text[:_LOOKED]) if task.kind == "note" else ""
        said = own.replace("\n", "\n\n") if own else task.text  # each line of a note for itself
        text = f"{_named(task)}\n\n{said}".strip()[:_LOOKED]
        return Letter(task.kind, "", task.title, text, files, "", is_mail=task.kind == "email")
    newest = mail.newest(message.text[: extract.LIMIT])[:_LOOKED]
    sender = message.sender or mail.Address("", "")
    text = f"{message.subject}\n\n{signature.without(newest, sender.name)}"
    return Letter(
        task.kind,
        sender.email,
        message.subject,
        text,
        files,
        message.automated,
        is_mail=True,
        answers=bool(message.in_reply_to),
        reply_to=bool(message.reply_to),
    )


def _opening(text: str) -> str:
    """Of a note that is a document only what stands before its first heading: further down nothing is an order."""
    lines = text.strip().split("\n")
    headings = [number for number, line in enumerate(lines) if _HEADING.match(line)]
    built = sum(bool(_BUILT.match(line)) for line in lines)
    if len(text) < _LONG or len(headings) < _HEADINGS or built < _LINES:
        return text
    return "\n".join(lines[: min(headings[0] or 1, _FIRST)])


def _named(task: Task) -> str:
    """The title, unless it is only how the note is called: "memo 3.m4a", "Notiz Montag"."""
    called = task.kind == "note" and ("." in task.title[-6:] or len(task.title.split()) <= _NAME)
    return "" if called and task.text.strip() else task.title
