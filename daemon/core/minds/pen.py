"""What an agent writes with: it takes a draft that rules made, and asks a model for better words where that helps.

The person's own words and ours make the request; what others wrote is material, also their names. What may do harm
is answered by rules alone, which say nothing but facts and courtesy, until the person asks for more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from importlib.abc import Traversable

from daemon.core.draft import Draft
from daemon.core.handbook import Handbook
from daemon.core.language import dates, letter, phrasebook, reply, signature
from daemon.core.language.dictation import Dictated
from daemon.core.language.reading import Reader, Reading
from daemon.core.language.reply import Case
from daemon.core.minds import context, fences, trimming, weighing, writing
from daemon.core.minds.trimming import Material
from daemon.core.minds.weighing import Signs
from daemon.core.minds.writing import Brief, Fitted
from daemon.core.ports import Desk
from daemon.core.task import Attached, Task

_ENDING = 14  # lines in which a closing stands
_NOTE = 12_000  # characters of a note of the person's own
_UNKNOWN = "a language that rules do not know"


class Pen:
    """The words of one agent: its prompts, and the languages it knows."""

    def __init__(self, agent: str, folder: Traversable) -> None:
        self.agent = agent
        self.books = phrasebook.shipped(folder)
        self._roles = context.roles(folder)

    def role(self, name: str) -> str:
        """The prompt of one kind of writing, below what holds for all writing."""
        return f"{self._roles['writing']}\n\n{self._roles[name]}"

    def reply(self, draft: Draft, case: Case, task: Task, desk: Desk) -> Draft:
        """The answer to a mail."""
        if case.read.harms and not desk.earlier:
            return draft
        files = came_with(task)
        brief = Brief(
            agent=self.agent,
            role=self.role("reply"),
            request="\n".join(_wanted(case, task, desk)),
            material=trimming.of_mail(case.message, files),
            weight=weighing.weigh(self._signs(case, files, desk)),
            skills=("reply-to-customer",),
            found=tuple(reply.noticed(case)),
            language=case.read.book.code,
            finish=lambda text: signed(text, desk.handbook),
        )
        return writing.better(draft, brief, task, desk)

    def letter(self, draft: Draft, said: Dictated, task: Task, desk: Desk) -> Draft:
        """A mail that the person's note asks for. Words that are finished already stay as they are."""
        finished = said.body and not (said.ordered or said.style or said.missing or desk.earlier)
        read = Reader(desk.handbook, self.books).read("", task.text, desk.now.date())
        if finished or (read.harms and not desk.earlier):
            return draft
        signs = Signs(len(task.text), language=self.foreign(read, desk.handbook), rejected=len(desk.earlier),
                      complaint=read.complaint, legal=read.legal)  # fmt: skip
        brief = Brief(
            agent=self.agent,
            role=self.role("letter"),
            request=f"Write the mail that this note asks for.\n{arrived(task, desk)}\n\n{noted(task)}",
            material=Material(),
            weight=weighing.weigh(signs),
            own=task.text,
            found=tuple(letter.noticed(said, desk.handbook, self.books.values())),
            language=read.book.code,
            finish=lambda text: signed(text, desk.handbook),
        )
        return writing.better(draft, brief, task, desk)

    def foreign(self, read: Reading, handbook: Handbook) -> str:
        """The language of a text, when the handbook is written in another one; else ""."""
        if not read.recognised:
            return _UNKNOWN
        own = phrasebook.detect(self.books, " ".join((handbook.about, *(fact.answer for fact in handbook.facts))))
        return read.book.name if own and own.code != read.book.code else ""

    def _signs(self, case: Case, files: Sequence[Attached], desk: Desk) -> Signs:
        read = case.read
        questions = {*(question for question, _ in read.answered), *read.open_questions, *read.returned}
        return Signs(
            length=len(case.text),
            questions=len(questions),
            money=case.money,
            language=self.foreign(read, desk.handbook),
            depth=len(case.message.references),
            rejected=len(desk.earlier),
            files=sum(bool(file.text.strip()) for file in files),
            complaint=read.complaint,
            legal=read.legal,
        )


def _wanted(case: Case, task: Task, desk: Desk) -> Iterator[str]:
    """What is to be written, for whom, and what the person knows about them."""
    yield f"Answer “message”. {arrived(task, desk)}"
    others = len(case.to) + len(case.cc) - 1
    copies = {0: "Nobody else gets the answer.", 1: "One other person of the thread gets a copy."}
    yield copies.get(others, f"{others} others of the thread get a copy.")
    sender = case.message.sender
    if sender and (contact := desk.handbook.contact(sender.email)):
        known = " — ".join(filter(None, (contact.name, contact.note)))
        yield f"The sender stands in the person's contacts, for your eyes only: {known}"


def arrived(task: Task, desk: Desk) -> str:
    """The day that "tomorrow" counts from. Not today: the same question asked tomorrow has its answer already."""
    day = task.created.astimezone(desk.now.tzinfo).date()
    return f"It came in on {dates.spell(day, 'en', date.min)}."


def noted(task: Task) -> str:
    """The person's own note, as a part of the request."""
    return f"The note of the person you work for:\n\n{fences.harmless(task.text[:_NOTE])}"


def came_with(task: Task) -> Sequence[Attached]:
    """The files of a task, without the one that is the message itself: its text is the task's."""
    first = task.attachments[:1]
    return task.attachments[1:] if first and not (first[0].text or first[0].notices) else task.attachments


def signed(text: str, handbook: Handbook) -> Fitted:
    """The text with the handbook's signature below it, where a model forgot that."""
    block = (handbook.signature or handbook.company).strip().split("\n")
    own = "\n".join(block[signature.is_closing(block[0]) :]).strip()
    lines = [line.strip() for line in text.split("\n")]
    if own.rpartition("\n")[2].strip() in lines[-_ENDING:]:
        return Fitted(text)
    gap = "\n" if signature.is_closing(lines[-1]) else "\n\n"
    return Fitted(f"{text}{gap}{own}".strip())
