"""The document that rules make of a note, a file or a mail: what it is, what it holds, what to do next, its text.

A short note of the person's own stays short. Everything from outside is neutralised, so that nothing in it acts when
the document is opened, and only a sender who can be told makes a list of things to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daemon.core import neutral
from daemon.core.language import dates, extract, gist, minutes, openings, orders, phrasebook, sheet, words
from daemon.core.language.extract import Amount
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.task import Attached, Task

_SHORT = 60  # words of a note that needs no headings
_MOST = 20  # entries of one list
_COLUMNS = 12
_ENDING = 5  # letters of a file's
_SENTENCE = 400  # characters
_PLAIN = ("", "kind_todo", "kind_link")  # kinds of a note that stays as it is
# Whose words follow nobody here can tell, and they are not the sender's.
_FORWARDED = re.compile(
    r"^[-_> ]*(?:Begin forwarded|Forwarded|Original Message|Weitergeleitete|Ursprüngliche|Anfang der weitergeleiteten|"
    r"Message transf|Début du message|Mensaje reenviado|Inicio del mensaje|Messaggio inoltrato|Inizio messaggio|"
    r"Mensagem encaminhada|Mensagem reencaminhada|Início da mensagem|Doorgestuurd|Begin doorgestuurd)",
    re.IGNORECASE | re.MULTILINE,
)
# A mail that somebody put into a note.
_PASTED = re.compile(r"\s*(?:e-?mail |mail )?(?:from|von|de|da|van)\b:?[^\n]{0,60}@", re.IGNORECASE)
_RAMBLING = 30  # words of a "sentence" as it is spoken
_AND = re.compile(
    r"\s(?:and|but|so|because|if|und|aber|weil|et|mais|parce que|y|pero|porque|e|ma|perché|mas|en|maar|want)\s",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*[-*+•]\s+(\[[xX]\]\s+)?")
_SHARED = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^\s)]{1,2000})\)")
_FEW = 3  # headings of a text that has parts, and things of a list to work through
_GIST_OF_FILE = 2  # sentences of an attached text
# The beginning of a media type, and what to suggest.
_NEXT: Mapping[str, str] = {
    "image/": "next_image",
    "application/zip": "next_archive",
    "application/x-7z": "next_archive",
    "application/gzip": "next_archive",
    "application/x-tar": "next_archive",
    "application/x-ms": "next_program",
    "application/x-dosexec": "next_program",
    "application/vnd.microsoft.portable-executable": "next_program",
    "application/x-sh": "next_program",
    "text/javascript": "next_program",
}
_UNREAD: Mapping[str, str] = {
    "application/pdf": "next_pdf",
    "text/csv": "next_table",
    "application/vnd.ms-excel": "next_table",
    "application/vnd.openxmlformats-officedocument.spreadsheetml": "next_table",
}
_NEXT_OF_KIND: Mapping[str, str] = {
    f"kind_{kind}": f"next_{kind}" for kind in ("contract", "meeting", "prices", "cv", "quote", "link", "contacts")
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in the making. `kind`: see `nature`; `name`: what it is called, without a file's ending."""

    task: Task
    text: str
    book: Phrasebook
    books: Mapping[str, Phrasebook]
    today: date
    due: date | None
    kind: str = ""
    name: str = ""

    @property
    def own(self) -> bool:
        """Whether the person wrote it as a note to themselves."""
        return self.task.kind == "note" and self.task.mail is None

    @property
    def trusted(self) -> bool:
        """Whether its words may become things to do: the person's own, or those of a sender who can be told."""
        mail = self.task.mail
        if self.own:
            return not _PASTED.match(self.text)
        return mail is not None and mail.sender is not None and not mail.warnings

    @property
    def short(self) -> bool:
        return self.own and self.kind in _PLAIN and len(self.text.split()) <= _SHORT

    @property
    def todo(self) -> tuple[str, ...]:
        if not self.trusted or self.kind in {"kind_meeting", "kind_table", "kind_talk"}:
            return ()
        said = extract.tasks(_FORWARDED.split(self.text, maxsplit=1)[0], self.book.cues["task"])
        return tuple(part for entry in said for part in _clauses(entry, self.book))

    @property
    def label(self) -> str:
        """What it is, in words; "" when its name says so already, or nobody can tell."""
        if not self.kind:
            return ""
        label = self.book.line(self.kind)
        cues = phrasebook.every(self.books.values(), self.kind) if self.kind in self.book.cues else ()
        return "" if words.mentioned(self.name, [label, *cues]) else label

    @property
    def title(self) -> str:
        name = self.name or self.book.line("doc_source")
        return f"{self.label}: {name}" if self.label and not self.short else name

    def day(self, day: date) -> str:
        return dates.spell(day, self.book.code, self.today)


def _clauses(entry: str, book: Phrasebook) -> Iterator[str]:
    """The entry; of one that was spoken without an end, the clauses that say what is to be done."""
    if len(entry.split()) <= _RAMBLING:
        yield entry
        return
    clauses = (orders.begun(clause.strip(), book) for clause in _AND.split(entry) if book.has("task", clause))
    yield from (clause for clause in clauses if len(clause.split()) <= _RAMBLING)


@dataclass(frozen=True, slots=True)
class Section:
    """`optional`: "shorter" may drop it."""

    text: str
    optional: bool = False


def sections(paper: Paper) -> Iterator[Section]:
    """The parts of the document, the source last; none is empty."""
    yield Section(f"# {neutral.inline(paper.title) or 'Note'}")
    parts = _short(paper) if paper.short else _long(paper)
    yield from (part for part in parts if part.text)


def source(paper: Paper) -> str:
    """The text itself, as a quote in which nothing acts; "" when there is none, or the document holds it already."""
    text = paper.text.strip()
    if not text or (paper.short and not _left(paper)):
        return ""
    if paper.short:
        return "\n".join(_own_line(line) for line in _left(paper))
    return f"## {paper.book.line('doc_source')}\n{neutral.fenced(text)}"


# --- a short note ----------------------------------------------------------------------------------------


def _short(paper: Paper) -> Iterator[Section]:
    """Things to do with their days; no headings."""
    yield Section("\n".join(_todo(paper)))
    yield Section(_files(paper))


def _own_line(line: str) -> str:
    """A line of the person's own, its bullet kept; of a shared page only the address, for its name is the title."""
    bullet, shared = _BULLET.match(line), _SHARED.fullmatch(line)
    if bullet:
        mark = "- [x] " if bullet[1] else "- "
        return f"{mark}{neutral.inline(line[bullet.end() :], _SENTENCE)}"
    return neutral.inline(shared[2] if shared else line, _SENTENCE)


def _left(paper: Paper) -> list[str]:
    """The lines that neither the title nor the list of things to do says."""
    lines = [line.strip() for line in paper.text.splitlines() if line.strip()]
    titled = paper.name if lines and not _BULLET.match(lines[0]) else ""  # the first of a list is one of it
    said = {" ".join(words.fold(text).split()) for text in (titled, *paper.todo)}
    return [line for line in lines if not _is_said(line, said, paper)]


def _is_said(line: str, said: set[str], paper: Paper) -> bool:
    bare = " ".join(words.fold(line).lstrip("#-*+ ").removeprefix("[ ]").split())
    if bare in said:
        return True
    sentences = extract.sentences(line)
    return bool(paper.todo) and all(" ".join(words.fold(sentence).split()) in said for sentence in sentences)


# --- all else --------------------------------------------------------------------------------------------


def _long(paper: Paper) -> Iterator[Section]:
    task, book = paper.task, paper.book
    yield Section(book.line("doc_from", sender=neutral.inline(task.sender)) if task.sender else "")
    if task.kind == "file":
        yield Section(_files(paper))
    yield Section(_listed(paper, "doc_outline", [*_gist(paper), *_parts(paper)]), optional=True)
    yield Section("\n".join(_table(paper)))
    yield from _points(paper)
    todo = _todo(paper)
    yield Section("\n".join([f"## {book.line('doc_tasks')}", *todo]) if todo else "")
    yield Section(_listed(paper, "doc_found", list(_mentioned(paper))))
    if task.kind != "file":
        yield Section(_files(paper))
    yield Section(_listed(paper, "doc_next", list(_next_steps(paper))), optional=True)


def _gist(paper: Paper) -> list[str]:
    days = [mention.quote for mention in dates.find(paper.text, paper.today, paper.book.code)]
    if paper.kind in {"kind_table", "kind_talk", "kind_contacts"}:
        return []
    return [
        neutral.inline(s, _SENTENCE)
        for s in gist.choose(openings.body(paper.text), gist.Subject(paper.name, tuple(days), paper.kind), paper.book)
    ]


def _parts(paper: Paper) -> list[str]:
    """The headings of a long text, on one line."""
    found = gist.headings(paper.text) if paper.kind != "kind_meeting" else ()
    parts = " · ".join(neutral.inline(heading) for heading in found)
    return [paper.book.line("doc_parts", parts=parts)] if len(found) >= _FEW else []


def _table(paper: Paper) -> Iterator[str]:
    found, book = sheet.read(paper.text), paper.book
    if not found:
        return
    if found.names:
        names = [neutral.inline(name) for name in found.names[:_COLUMNS] if name]
        yield f"- {book.line('doc_columns', columns=', '.join(names))}"
    yield f"- {book.line('doc_rows', count=len(found.rows))}"
    for column in found.numbers[:_COLUMNS]:
        name = neutral.inline(column.name)
        if column.total is None or paper.kind == "kind_prices":
            low, high = _figure(paper, column.low), _figure(paper, column.high)
            yield f"- {book.line('doc_range', column=name, low=low, high=high)}"
        else:
            yield f"- {book.line('doc_sum', column=name, sum=_figure(paper, column.total))}"


def _figure(paper: Paper, value: Decimal) -> str:
    return extract.spell(Amount(value, ""), paper.book.code).strip()


def _points(paper: Paper) -> Iterator[Section]:
    """What a meeting decided, and what it left to whom."""
    if paper.kind != "kind_meeting":
        return
    found = minutes.read(paper.text, tuple(paper.books.values()))
    yield Section(_listed(paper, "doc_decided", [neutral.inline(point, _SENTENCE) for point in found.decided]))
    points = [f"{neutral.inline(point, _SENTENCE)}{_due(paper, point)}" for point in found.open_points]
    yield Section(_listed(paper, "doc_open", points, "- [ ] " if paper.own else "- "))


def _todo(paper: Paper) -> list[str]:
    return [f"- [ ] {neutral.inline(entry, _SENTENCE)}{_due(paper, entry)}" for entry in paper.todo[:_MOST]]


def _listed(paper: Paper, key: str, entries: Sequence[str], mark: str = "- ") -> str:
    """A heading with a list, or "" when there is nothing to list."""
    lines = [f"{mark}{entry}" for entry in entries[:_MOST]]
    return "\n".join([f"## {paper.book.line(key)}", *lines]) if lines else ""


def _due(paper: Paper, entry: str) -> str:
    own = dates.due(entry, paper.today)
    only = paper.own and len(paper.todo) == 1
    day = own.day if own else paper.due if only else None
    return f" ({paper.book.line('doc_due', day=paper.day(day))})" if day else ""


def _mentioned(paper: Paper) -> Iterator[str]:
    book, text = paper.book, paper.text
    if paper.kind == "kind_table":
        return
    entries = {
        "doc_dates": [paper.day(mention.day) for mention in dates.find(text, paper.today, book.code)],
        "doc_amounts": [extract.spell(amount, book.code) for amount in extract.amounts(text)],
        "doc_people": [neutral.inline(email) for email in extract.addresses(text)],
        "doc_links": [neutral.inline(link) for link in extract.links(text)],
    }
    yield from (f"{book.line(key)}: {', '.join(list(dict.fromkeys(found))[:_MOST])}"
                for key, found in entries.items() if found)  # fmt: skip


def _next_steps(paper: Paper) -> Iterator[str]:
    book, task = paper.book, paper.task
    if paper.kind in _NEXT_OF_KIND:
        yield book.line(_NEXT_OF_KIND[paper.kind])
    if len(paper.todo) >= _FEW:
        yield book.line("next_tasks")
    if paper.due:
        yield book.line("next_due", day=paper.day(paper.due))
    if task.mail and task.mail.sender is None:
        yield book.line("next_sender")
    if _asks_to_meet(paper):
        yield book.line("next_appointment")
    if paper.own and extract.addresses(paper.text):
        yield book.line("next_people")
    yield from (book.line(key) for key in dict.fromkeys(_next_for_files(paper)))


def _asks_to_meet(paper: Paper) -> bool:
    """Whether a letter wishes for an appointment."""
    if not openings.is_letter(paper.text):
        return False
    meant = (said for said in extract.sentences(openings.body(paper.text)) if paper.book.has("meeting", said))
    return any("?" in said or paper.book.has("wish", said) or paper.book.has("request", said) for said in meant)


def _next_for_files(paper: Paper) -> Iterator[str]:
    """Nobody is asked to open what may be a program."""
    read = bool(paper.text.strip())
    hints = _NEXT if read else {**_NEXT, **_UNREAD}
    kinds = [key for a in paper.task.attachments for start, key in hints.items() if a.media_type.startswith(start)]
    if not read and "next_program" not in kinds:
        yield "next_file"
    yield from kinds


# --- files -----------------------------------------------------------------------------------------------


def _files(paper: Paper) -> str:
    return "\n".join(_file(paper, attached) for attached in paper.task.attachments if _is_shown(paper, attached))


def _is_shown(paper: Paper, attached: Attached) -> bool:
    """The person's own note is not a file beside itself."""
    itself = paper.own and attached is paper.task.attachments[0] and attached.media_type.startswith("text/")
    return bool(attached.notices) or not itself


def _file(paper: Paper, attached: Attached) -> str:
    size = f"{max(1, attached.size // 1024):,} KB"
    name = neutral.inline(attached.name)
    said = paper.book.line("doc_file", name=name, media=_format(attached), size=size)
    notices = [f"  - {neutral.inline(notice, _SENTENCE)}" for notice in attached.notices]
    return "\n".join([f"- {said}: [[{attached.path}]]", *notices, *_inside(paper, attached)])


def _format(attached: Attached) -> str:
    """What people call it: PDF, DOCX; the media type of a file without an ending."""
    ending = attached.name.rpartition(".")[2]
    short = len(ending) <= _ENDING and ending.isascii() and ending.isalnum() and ending != attached.name
    return ending.upper() if short else attached.media_type


def _inside(paper: Paper, attached: Attached) -> Iterator[str]:
    """What stands in a file that came with a mail or a note, in a few lines."""
    if not attached.text.strip() or not _beside(paper, attached):
        return
    text = attached.text[: extract.LIMIT]
    chosen = gist.choose(text, gist.Subject(attached.name), paper.book) or extract.sentences(text)
    yield from (f"  - {neutral.inline(sentence, _SENTENCE)}" for sentence in chosen[:_GIST_OF_FILE])
    amounts = [extract.spell(amount, paper.book.code) for amount in extract.amounts(text)]
    days = [paper.day(mention.day) for mention in dates.find(text, paper.today, paper.book.code)]
    for key, found in (("doc_amounts", amounts), ("doc_dates", days)):
        if found:
            yield f"  - {paper.book.line(key)}: {', '.join(list(dict.fromkeys(found))[:_MOST])}"


def _beside(paper: Paper, attached: Attached) -> bool:
    """Whether the file came along, rather than being the thing itself."""
    return paper.task.kind == "email" or attached.text.strip() != paper.text.strip()
