"""The document that is kept of a message about money when no record fits: what was found, and the text itself.

Everything from outside is neutralised, so that nothing in it acts when the document is opened.
"""

from __future__ import annotations

from collections.abc import Iterator

from daemon.core import neutral
from daemon.core.accounting import iban
from daemon.core.accounting.case import Case
from daemon.core.language import dates, extract

_MOST = 20  # entries of one list


def listing(case: Case, what: str, name: str = "") -> str:
    """`what` it is and what to do, what was found, the files, and the text; `name` goes before the task's title."""
    found = [f"- {name}: {', '.join(entries[:_MOST])}" for name, entries in _found(case) if entries]
    files = [f"- File: [[{each.path}]]" for each in case.task.attachments]
    said = f"From {neutral.inline(case.task.sender)}" if case.task.sender else ""
    title = f"# {neutral.inline(name or case.task.title) or 'Note'}"
    return "\n\n".join(filter(None, (title, what, said, "\n".join(found), "\n".join(files), source(case))))


def source(case: Case) -> str:
    """The text as a quote in which nothing acts."""
    return f"## The text as it came\n{neutral.fenced(case.all)}" if case.all else ""


def _found(case: Case) -> Iterator[tuple[str, list[str]]]:
    text, code = case.all[: extract.LIMIT], case.book.code
    yield "Amounts", [extract.spell(amount, "en") for amount in extract.amounts(text)]
    yield "Dates", [dates.spell(mention.day, "en", case.day) for mention in dates.find(text, case.day, code)]
    yield "Bank accounts", [iban.spell(account) for account in iban.find(text)]
    yield "Number", [neutral.inline(number)] if (number := case.facts.number or extract.reference(text)) else []
