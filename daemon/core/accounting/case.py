"""One message about money, and what every draft of it needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from daemon.core import mail
from daemon.core.accounting import asking, cues, deeds, documents, ours, theirs, told
from daemon.core.accounting.asking import Asked
from daemon.core.accounting.booked import Writer
from daemon.core.accounting.buyer import Sender
from daemon.core.accounting.deeds import Deed
from daemon.core.accounting.documents import Facts, Us
from daemon.core.accounting.house_rules import Party
from daemon.core.accounting.theirs import Paper, We
from daemon.core.handbook import Handbook
from daemon.core.language import extract, phrasebook
from daemon.core.language.letters import Letter
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.language.topics import asks
from daemon.core.ports import Desk, Earlier
from daemon.core.task import Task

_KEPT = ("unclear", "offer", "credit", "proforma", "correction", "again", "remind", "issued", "ordered")
_SAID: Mapping[Paper, str] = {
    "bill": "A bill was dropped as a text",
    "order": "An order to you was dropped",
    "our bill": "An invoice of yours was dropped as a text",
    "our order": "An order of yours was dropped as a text",
}
_BROUGHT: Mapping[Paper, str] = {"bill": "it brings a bill", "order": "it brings an order"}
_SIGNATURE = 600  # characters
_QUOTED = re.compile(r"\n>|\n-{4,}|\n(?:On|Am|Le|El|Il|Em|Op) [^\n]{4,100}:[ ]*\n")


@dataclass(frozen=True)
class Case:
    """`harms`: why a person should look twice. What its words say is read once: they may be many."""

    task: Task
    desk: Desk
    book: Phrasebook  # in its language
    day: date  # on which it was written
    harms: tuple[str, ...]
    books: tuple[Phrasebook, ...]  # of all languages

    @cached_property
    def own(self) -> bool:
        """Whether the person wrote it themselves."""
        return is_own(self.task, self.desk.handbook)

    @cached_property
    def sort(self) -> Paper | None:
        """Which paper it is, or brings."""
        return sort(self.task, self.desk.handbook)

    @property
    def deed(self) -> Deed:
        """What the feedback says it is, else what its words say."""
        return self._told[0]

    @property
    def earlier(self) -> Sequence[Earlier]:
        """The earlier drafts that were of the same kind."""
        return self.desk.earlier[self._told[1] :]

    @property
    def retold(self) -> str:
        """A sentence where the last feedback made something else of it."""
        changed = self._told[1] and self._told[1] == len(self.desk.earlier)
        return told.sentence(self.deed) if changed else ""

    @cached_property
    def _told(self) -> tuple[Deed, int]:
        said = cues.plain(f"{_subject(self.task)}\n{_newest(self.task)}".strip())
        files = cues.plain(_files(self.task))
        if self.task.mail is None and self.sort:
            said, files = "", files or said
        first = deeds.of(said, files, own=self.own, sort=self.sort)
        return told.followed(first, [one.feedback for one in self.desk.earlier])

    @property
    def only_kept(self) -> bool:
        """Whether there is no action for it."""
        return self.deed in _KEPT or (self.deed in {"bill", "reminder"} and not self.payable)

    @property
    def todo(self) -> tuple[str, str]:
        """A title, and what to do by hand about an invoice that we wrote."""
        what = "remind" if self.deed == "remind" else "again"
        who = self.task.mail.sender if self.task.mail else None
        return ours.todo(what, self.all, who.email if who and not self.desk.handbook.is_me(who.email) else "")

    @cached_property
    def all(self) -> str:
        return everything(self.task)

    @property
    def writer(self) -> Writer:
        who = self.task.mail.sender if self.task.mail else None
        stranger = who and not self.desk.handbook.is_me(who.email)
        return Writer(self.desk.handbook, (who.name or who.email) if who and stranger else "", own=self.own,
                      doubted=bool(self.harms))  # fmt: skip

    @cached_property
    def facts(self) -> Facts:
        book = self.desk.handbook
        us = Us(self.ours, book.invoices.currency)
        return documents.read(self.all, today=self.day, language=self.book.code, us=us, paper=self.paper)

    @property
    def ours(self) -> tuple[str, ...]:
        """Our names, in small letters."""
        return _names(self.desk.handbook)

    @cached_property
    def paper(self) -> str:
        """What of it stands on paper, with a letterhead."""
        itself = self.task.mail is None and not self.own
        return _files(self.task) or (self.task.text[: extract.LIMIT] if itself else "")

    @property
    def payable(self) -> bool:
        """Whether there is enough to call it a bill: an amount, or a paper of its own."""
        facts = self.facts
        return self.task.mail is None or bool(_files(self.task) or facts.amount or facts.notes)

    @cached_property
    def asked(self) -> Asked:
        """The invoice that is asked for; a file counts where the message itself names no line."""
        house, who = self.desk.handbook.invoices, self.task.mail.sender if self.task.mail else None
        email = who.email if who and not self.desk.handbook.is_me(who.email) else ""
        sender = Sender(self.writer.sender, email, _signed(self.task), self.paper, self.ours, self.own, self._people)
        texts = (_newest(self.task), self.all)
        read = [asking.read(text, house, today=self.day, language=self.book.code, sender=sender) for text in texts]
        return read[0] if read[0].invoice.lines else read[1]

    @property
    def _people(self) -> tuple[Party, ...]:
        """Whom the person's own note may name."""
        contacts = (each for each in self.desk.handbook.contacts if not each.email.startswith("@"))
        return tuple(Party(each.name, (each.email,)) for each in contacts if each.name) if self.own else ()

    @property
    def warnings(self) -> tuple[str, ...]:
        said = self.task.mail.warnings if self.task.mail else ()
        notices = (notice for attached in self.task.attachments for notice in attached.notices)
        return (*(f"Careful: {harm}." for harm in self.harms), *said, *notices)


def unanswered(task: Task, desk: Desk, books: Mapping[str, Phrasebook]) -> bool:
    """Whether a mail asks for something that no action does here, so that only a page for the person comes of it."""
    book = phrasebook.detect(books, everything(task)) or books[phrasebook.FALLBACK]
    case = Case(task, desk, book, desk.now.date(), (), ())
    return case.deed == "unclear" or (case.only_kept and asks(_newest(task)))


def is_own(task: Task, book: Handbook) -> bool:
    """Whether the person wrote it themselves; a bill that came as a text file is nobody's note."""
    return task.kind == "note" and task.mail is None and sort(task, book) is None


def sort(task: Task, book: Handbook) -> Paper | None:
    """Which paper a task is, or brings: its files, else its text."""
    return _sort_of(_newest(task) if task.kind == "note" or not _files(task) else _files(task), book)


def dropped(task: Task, book: Handbook) -> str:
    """Which paper was dropped as a text, or which order in any file: a sentence without a full stop, or ""."""
    found = sort(task, book) if task.mail is None and task.kind in ("note", "file") else None
    return _SAID[found] if found and (task.kind == "note" or found == "order") else ""


def brought(letter: Letter, book: Handbook) -> str:
    """Which bill or order a person's mail brings, or is itself: a sentence without a full stop, or ""."""
    body = letter.text.partition("\n\n")[2]
    found = _sort_of(letter.files, book) or (_sort_of(body, book) if theirs.begins(body) else None)
    return _BROUGHT.get(found, "") if found else ""


def _sort_of(text: str, book: Handbook) -> Paper | None:
    return theirs.kind(text, We(_names(book), book.invoices.iban))


def _names(book: Handbook) -> tuple[str, ...]:
    return tuple(name.casefold() for name in (book.company, book.invoices.name) if name)


def everything(task: Task) -> str:
    """All its text that rules look at: the subject, the newest part, the files."""
    return "\n\n".join(dict.fromkeys(filter(None, (_subject(task), _newest(task).strip(), _files(task).strip()))))


def _subject(task: Task) -> str:
    return task.mail.subject if task.mail else ""


def _newest(task: Task) -> str:
    return (mail.newest(task.mail.text) if task.mail else task.text)[: extract.LIMIT]


def _signed(task: Task) -> str:
    """The newest part with the signature below it, which is no part of what was said."""
    if not task.mail:
        return ""
    newest = _newest(task)
    text = task.mail.text.replace("\r\n", "\n")
    below = text[text.find(newest[-40:]) + 40 :][:_SIGNATURE] if newest[-40:] in text else ""
    return f"{newest}\n{_QUOTED.split(below, maxsplit=1)[0]}"


def _files(task: Task) -> str:
    return "\n\n".join(each.text for each in task.attachments if each.text.strip())[: extract.LIMIT]
