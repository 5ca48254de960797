"""Works on notes, files and mail that nobody answers: drafts the mail a note asks for, else keeps a document.

The recipient of a mail is what the person wrote in their own note. A document lists what the text holds, as far as
rules can tell, and links the original; a model may put its summary on top, and words the mails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from daemon.core import neutral
from daemon.core.draft import Draft
from daemon.core.language import dates, dictation, extract, feedback, letter, nature, phrasebook
from daemon.core.language.paper import Paper, sections, source
from daemon.core.language.reading import Reader
from daemon.core.minds import mails, summing
from daemon.core.minds.pen import Pen
from daemon.core.ports import Desk
from daemon.core.task import Task

_CONTRACT = "kind_contract"  # "within 14 days" counts from something that has not happened
_ENDING = 6  # letters after the last dot of a file's name
_NOTES = ("txt", "md", "markdown")  # endings of a note that is called by its file's name
_SHARED = re.compile(r"\[([^\]\n]{1,200})\]\(http")
_NO_NAME = re.compile(r"[^\w -]+")


class Config(BaseModel):
    """`[agents.assistant]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = "Documents"  # where documents are kept, inside the vault


class Agent:
    """A note or file in; a mail or a document out."""

    def __init__(self, config: Config) -> None:
        self._folder = config.folder
        self._pen = Pen("assistant", files("agents") / "prompts")
        self._books = self._pen.books

    def draft(self, task: Task, desk: Desk) -> Draft:
        own = task.kind == "note" and task.mail is None
        dictated = dictation.read(task.text[: extract.LIMIT], desk.handbook, self._books.values()) if own else None
        if not dictated:
            return self._document(task, desk)
        composed = letter.compose(dictated, desk, self._books)
        return mails.letter(composed, dictated, pen=self._pen, task=task, desk=desk)

    def _document(self, task: Task, desk: Desk) -> Draft:
        paper = self._paper(task, desk)
        parts = tuple(sections(paper))
        fresh = (*(part.text for part in parts), source(paper))
        optional = [part.text for part in parts if part.optional]
        anew = feedback.asked(desk.earlier, self._books).anew
        followed = feedback.follow(desk.earlier, fresh, optional, books=self._books.values(), anew=anew)
        revised = feedback.to_nobody(followed, desk.earlier)
        harms = Reader(desk.handbook, self._books).harms(paper.text) if not paper.own else ()
        draft = Draft(
            action="document.save",
            params={"folder": self._folder, "name": f"{_plain(paper.name) or 'Note'}.md"},
            text=revised.text,
            title=neutral.visible(f"Keep: {paper.title}")[:120],
            reason=_reason(paper),
            confidence=0.6 if paper.text.strip() else 0.4,
            risk="low",
            found=(*revised.done, *_noticed(paper), *(f"Careful: {harm}." for harm in harms)),
        )
        return summing.summed(draft, paper, pen=self._pen, desk=desk)

    def _paper(self, task: Task, desk: Desk) -> Paper:
        """The newest part of a mail, or all of anything else, and what it is."""
        text = task.text[: extract.LIMIT]
        kind = nature.of(task, text, self._books.values())
        told = phrasebook.detect(self._books, text) or nature.language(kind, task, text, self._books.values())
        book = feedback.asked(desk.earlier, self._books).book(told or self._books[phrasebook.FALLBACK], self._books)
        today = desk.now.date()
        deadline = dates.due(text, today)
        stated = deadline.day if deadline and deadline.day >= today and kind != _CONTRACT else None
        due = task.due or stated
        return Paper(task, text, book, self._books, today, due, kind, _called(task))


def _called(task: Task) -> str:
    """What to call it: a file's name without its ending, a shared page's name without its address."""
    if shared := _SHARED.match(task.title):
        return shared[1]
    name, dot, ending = task.title.rpartition(".")
    short = len(ending) <= _ENDING if task.kind == "file" else ending.lower() in _NOTES
    is_file = bool(dot) and short
    return " ".join((name.replace("_", " ") if is_file else task.title).split())


def _plain(name: str) -> str:
    return " ".join(_NO_NAME.sub(" ", name).split())[:60].strip()


def _reason(paper: Paper) -> str:
    what = f" ({paper.books['en'].line(paper.kind).lower()})" if paper.kind else ""
    return f"It is kept as a document{what}."


def _noticed(paper: Paper) -> Iterator[str]:
    if paper.due:
        yield f"Due {dates.spell(paper.due, 'en', paper.today)}."
    if paper.task.mail and paper.task.mail.sender is None:
        yield "No single sender can be determined: check who wrote before you answer."
    if len(paper.task.text) > extract.LIMIT:
        yield f"The text is long: only its first {extract.LIMIT:,} characters are in the document."
    if not paper.text.strip():
        yield "Nothing was read from the file; the document links it."
