"""What an agent writes with: the prompts of its kinds of work, the languages it knows, what it says of a task."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.abc import Traversable

from daemon.core.handbook import Handbook
from daemon.core.language import dates, extract, phrasebook, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.minds import context, fences
from daemon.core.ports import Desk
from daemon.core.task import Attached, Task

_NOTE = 12_000  # characters of a note of the person's own
_UNKNOWN = "a language that rules do not know"


class Pen:
    """The words of one agent. `address`: where customers are asked to write to; "" as the handbook says."""

    def __init__(self, agent: str, folder: Traversable, address: str = "") -> None:
        self.agent = agent
        self.address = address
        self.books = phrasebook.shipped(folder)
        self._roles = context.roles(folder)

    def role(self, name: str) -> str:
        """The prompt of one kind of work."""
        return self._roles[name]

    def writing(self, name: str) -> str:
        """The prompt of one kind of writing, below what holds for all writing."""
        return f"{self.role('writing')}\n\n{self.role(name)}"

    def says(self, cue: str, text: str) -> bool:
        """Whether a cue of this kind stands in a text, in any language."""
        return bool(words.mentioned(text[: extract.LIMIT], phrasebook.every(self.books.values(), cue)))

    def language(self, text: str) -> Phrasebook | None:
        """The language of a text, where rules know it."""
        return phrasebook.detect(self.books, text)

    def foreign(self, book: Phrasebook | None, handbook: Handbook) -> str:
        """The name of a language, when the handbook is written in another one; else ""."""
        if book is None:
            return _UNKNOWN
        own = self.language(" ".join((handbook.about, *(fact.answer for fact in handbook.facts))))
        return book.name if own and own.code != book.code else ""


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
