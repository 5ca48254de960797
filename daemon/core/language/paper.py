"""The document that rules make of a note, a file or a mail: what it holds, what to do next, and the text itself.

Everything from outside is neutralised, so that nothing in it acts when the document is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daemon.core import neutral
from daemon.core.language import dates, extract
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.task import Attached, Task

_LONG = 120  # words; a shorter text needs no summary
_MOST = 20  # entries of one list
# The beginning of a media type, and what to suggest.
_NEXT: Mapping[str, str] = {
    "application/pdf": "next_pdf",
    "image/": "next_image",
    "text/csv": "next_table",
    "application/vnd.ms-excel": "next_table",
    "application/vnd.openxmlformats-officedocument.spreadsheetml": "next_table",
    "application/zip": "next_archive",
    "application/x-7z": "next_archive",
    "application/gzip": "next_archive",
    "application/x-tar": "next_archive",
    "application/x-ms": "next_program",
    "application/x-sh": "next_program",
    "text/javascript": "next_program",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in the making."""

    task: Task
    text: str
    book: Phrasebook
    today: date
    due: date | None

    @property
    def todo(self) -> tuple[str, ...]:
        return extract.tasks(self.text, self.book.cues["task"])

    def day(self, day: date) -> str:
        return dates.spell(day, self.book.code, self.today)


@dataclass(frozen=True, slots=True)
class Section:
    """`optional`: "shorter" may drop it."""

    text: str
    optional: bool = False


def sections(paper: Paper) -> Iterator[Section]:
    """The parts of the document, the source last; none is empty."""
    for text in _parts(paper):
        if text:
            yield Section(text)
    long = len(paper.text.split()) > _LONG
    outline = [neutral.inline(s) for s in extract.outline(paper.text, 5)] if long else []
    for optional in (_listed(paper, "doc_outline", outline), _listed(paper, "doc_next", list(_next_steps(paper)))):
        if optional:
            yield Section(optional, optional=True)


def _parts(paper: Paper) -> Iterator[str]:
    task, book = paper.task, paper.book
    todo = [f"{neutral.inline(entry)}{_due(paper, entry)}" for entry in paper.todo]
    yield f"# {neutral.inline(task.title) or 'Note'}"
    yield book.line("doc_from", sender=neutral.inline(task.sender)) if task.sender else ""
    yield _listed(paper, "doc_tasks", todo, "- [ ] ")
    yield _listed(paper, "doc_found", list(_mentioned(paper)))
    yield "\n".join(_file(book, attached) for attached in task.attachments)


def source(paper: Paper) -> str:
    """The text itself, as a quote in which nothing acts; "" when there is none."""
    return f"## {paper.book.line('doc_source')}\n{neutral.fenced(paper.text.strip())}" if paper.text.strip() else ""


def _listed(paper: Paper, key: str, entries: Sequence[str], mark: str = "- ") -> str:
    """A heading with a list, or "" when there is nothing to list."""
    lines = [f"{mark}{entry}" for entry in entries[:_MOST]]
    return "\n".join([f"## {paper.book.line(key)}", *lines]) if lines else ""


def _due(paper: Paper, entry: str) -> str:
    own = dates.due(entry, paper.today)
    day = own.day if own else paper.due if len(paper.todo) == 1 else None
    return f" ({paper.book.line('doc_due', day=paper.day(day))})" if day else ""


def _mentioned(paper: Paper) -> Iterator[str]:
    book, text = paper.book, paper.text
    entries = {
        "doc_dates": [paper.day(mention.day) for mention in dates.find(text, paper.today, book.code)],
        "doc_amounts": [extract.spell(amount, book.code) for amount in extract.amounts(text)],
        "doc_people": [neutral.inline(email) for email in extract.addresses(text)],
        "doc_links": [neutral.inline(link) for link in extract.links(text)],
    }
    yield from (f"{book.line(key)}: {', '.join(found[:_MOST])}" for key, found in entries.items() if found)


def _next_steps(paper: Paper) -> Iterator[str]:
    book, task = paper.book, paper.task
    if paper.todo:
        yield book.line("next_tasks")
    if paper.due:
        yield book.line("next_due", day=paper.day(paper.due))
    if task.mail and task.mail.sender is None:
        yield book.line("next_sender")
    if extract.amounts(paper.text):
        yield book.line("next_amounts")
    if task.kind == "note" and extract.addresses(paper.text):
        yield book.line("next_people")
    if not paper.text.strip():
        yield book.line("next_file")
    kinds = [key for a in task.attachments for start, key in _NEXT.items() if a.media_type.startswith(start)]
    yield from (book.line(key) for key in dict.fromkeys(kinds))


def _file(book: Phrasebook, attached: Attached) -> str:
    size = f"{max(1, attached.size // 1024):,} KB"
    said = book.line("doc_file", name=neutral.inline(attached.name), media=attached.media_type, size=size)
    notices = [f"  - {neutral.inline(notice, 400)}" for notice in attached.notices]
    return "\n".join([f"- {said}: [[{attached.path}]]", *notices])
