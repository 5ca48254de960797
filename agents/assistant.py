"""Works on notes, files and mail that nobody answers: drafts the mail a note asks for, else keeps a document.

By rules, without a language model. The recipient of a mail is what the person wrote in their own note. A document
lists what the text holds, as far as rules can tell, and links the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from daemon.core import neutral
from daemon.core.draft import Draft
from daemon.core.language import dates, dictation, extract, feedback, phrasebook, salutation
from daemon.core.language.dictation import Dictated
from daemon.core.language.paper import Paper, sections, source
from daemon.core.language.reading import Reader
from daemon.core.mail import Address
from daemon.core.ports import Desk
from daemon.core.task import Task

_NO_NAME = re.compile(r"[^\w -]+")


class Config(BaseModel):
    """`[agents.assistant]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = "Documents"  # where documents are kept, inside the vault


class Agent:
    """A note or file in; a mail or a document out."""

    def __init__(self, config: Config) -> None:
        self._folder = config.folder
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft:
        own = task.kind == "note" and task.mail is None
        dictated = dictation.read(task.text[: extract.LIMIT], desk.handbook, self._books.values()) if own else None
        return self._mail(dictated, desk) if dictated else self._document(task, desk)

    def _mail(self, said: Dictated, desk: Desk) -> Draft:
        found = phrasebook.detect(self._books, said.body or said.subject)
        book = (found or self._books[phrasebook.FALLBACK]).toward(said.body)
        books, handbook = tuple(self._books.values()), desk.handbook
        body = said.body or book.line("about", matter=said.subject)
        lines = body.splitlines()
        greets = any(other.has("greeting", lines[0]) for other in books)
        closes = len(lines) > 1 and any(other.has("closing", " ".join(lines[-4:])) for other in books)
        people = [Address(contact.name if (contact := handbook.contact(to)) else "", to) for to in said.to]
        closing = "" if closes else salutation.closing(book, books, handbook)
        greeting = "" if greets else salutation.greeting(book, people)
        text = feedback.follow(desk.earlier, (greeting, body, closing), ())
        known = all(handbook.knows(email) for email in (*said.to, *said.cc))
        return Draft(
            action="email.send",
            params=_params(said),
            text=text.text,
            title=neutral.visible(f"Mail to {', '.join(said.to)}: {said.title}")[:120],
            reason="Your note asks to write this mail; greeting and closing were added by rules.",
            confidence=0.8 if said.body else 0.3,
            risk="low" if known else "medium",
            found=(*text.done, *_told(said, known=known, file=book.has("attachment", said.body))),
        )

    def _document(self, task: Task, desk: Desk) -> Draft:
        text = task.text[: extract.LIMIT]
        found = phrasebook.detect(self._books, text)
        book = found or self._books[phrasebook.FALLBACK]
        today = desk.now.date()
        deadline = dates.due(text, today)
        paper = Paper(task, text, book, today, task.due or (deadline.day if deadline else None))
        parts = tuple(sections(paper))
        fresh = (*(part.text for part in parts), source(paper))
        revised = feedback.follow(desk.earlier, fresh, [part.text for part in parts if part.optional])
        harms = Reader(desk.handbook, self._books).harms(text) if task.kind != "note" else ()
        return Draft(
            action="document.save",
            params={"folder": self._folder, "name": _name(task)},
            text=revised.text,
            title=neutral.visible(f"Keep: {task.title}")[:120],
            reason="Nobody is to be written to, so rules made a document of what came.",
            confidence=0.6 if text.strip() else 0.4,
            risk="low",
            found=(*revised.done, *_noticed(paper), *(f"Careful: {harm}." for harm in harms)),
        )


def _params(said: Dictated) -> dict[str, object]:
    return {
        "to": list(said.to),
        "cc": list(said.cc),
        "bcc": [],
        "subject": said.title,
        "from_account": "",
        "attachments": [],
    }


def _name(task: Task) -> str:
    title = task.title.rpartition(".")[0] if task.kind == "file" else ""
    words = _NO_NAME.sub(" ", title or task.title).split()
    return f"{' '.join(words)[:60].strip() or 'Note'}.md"


def _told(said: Dictated, *, known: bool, file: bool) -> Iterator[str]:
    origin = "your handbook's contacts, by the name in your note" if said.by_name else "your note"
    yield f"The address {', '.join((*said.to, *said.cc))} was taken from {origin}."
    if not known:
        yield "Not everyone it goes to is among your contacts."
    if file:
        yield "Your text mentions an attachment, and none goes along."
    if not said.body:
        yield "Your note gives no text, so the draft only says what it is about: write yours below."


def _noticed(paper: Paper) -> Iterator[str]:
    if paper.due:
        yield f"Due {dates.spell(paper.due, 'en', paper.today)}."
    if paper.task.mail and paper.task.mail.sender is None:
        yield "No single sender can be determined: check who wrote before you answer."
    if len(paper.task.text) > extract.LIMIT:
        yield f"The text is long: only its first {extract.LIMIT:,} characters are in the document."
    if not paper.text.strip():
        yield "Nothing was read from the file; the document links it."
