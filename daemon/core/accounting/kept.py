"""The document that is kept of a message about money when no record fits: what was found, and the text itself.

Everything from outside is neutralised, so that nothing in it acts when the document is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from daemon.core import neutral
from daemon.core.accounting import iban
from daemon.core.accounting.case import Case
from daemon.core.accounting.deeds import Deed
from daemon.core.language import dates, extract

_MOST = 20  # entries of one list
_KEPT: Mapping[str, str] = {  # what a paper is, and what is to be done by hand, since no action does it
    "credit": "This is a credit note: money comes back to you, or is taken off your next bill. Do not pay it. "
    "Nothing here books it: approving keeps this page; enter it in your books as an amount below zero.",
    "proforma": "This is a pro forma, not a bill: pay it only if you agreed to pay in advance. "
    "Nothing here books it: approving keeps this page; the invoice itself comes later.",
    "correction": "They want an invoice of yours cancelled, corrected or split. Nothing here changes an invoice that "
    "was written: make the credit note or the new invoice in your books, send it, and answer them. "
    "Approving only keeps this page.",
    "issued": "This reads like an invoice that you wrote yourself: your name or your account stands on it. No new "
    "invoice is written, and nothing is booked: approving only keeps this page. To have a new invoice, put a note into "
    "Inbox/ that says for whom and for what.",
    "ordered": "This reads like an order that you sent to somebody else: nothing is to be paid before their bill "
    "comes, so nothing is booked. Approving only keeps this page.",
}
NAMES: Mapping[str, str] = {  # how the page of each is called
    "credit": "Credit note", "proforma": "Pro forma", "correction": "Change an invoice", "issued": "Invoice of yours",
    "ordered": "Order of yours",
}  # fmt: skip
_UNCLEAR = "It could not be determined what should be done with this; the document lists what was found."


def told(deed: Deed) -> str:
    """What such a paper is, and what the person does about it."""
    return _KEPT.get(deed, _UNCLEAR)


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
