"""Works on money by rules, without a language model: invoices to write, bills to pay, receipts, payments that came in.

It computes in `Decimal` and never guesses: what no message, price list or handbook says stays `?`, is listed in
`found`, and the draft cannot be approved before it is filled in. Nothing drafted here moves money.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from daemon.core import neutral
from daemon.core.accounting import amending, asking, booked, forms, invoice, kept, paper, theirs
from daemon.core.accounting.case import Case, everything, is_own
from daemon.core.accounting.forms import Form
from daemon.core.accounting.payment import Direction
from daemon.core.draft import Closed, Draft, Risk
from daemon.core.language import feedback, phrasebook, reading, words
from daemon.core.language.reading import HARMS
from daemon.core.ports import Desk
from daemon.core.task import Task

M = TypeVar("M", bound=BaseModel)
_SURE, _LIKELY, _PARTLY, _DOUBTFUL = 0.8, 0.6, 0.4, 0.1
_ON_RECORD = (  # how a note ends that tells where a fact is written down; any other tells of something assumed or open
    "is from your handbook.", "is from your price list.", "as your handbook says.", "is the one in your handbook.",
)  # fmt: skip
_EXPECTED = "harm_payment"  # a bill asks for money; that alone is no warning
_REASONS = {
    "in": "Rules found money that came in; approving records it.",
    "out": "Rules found a bill to pay; approving records that it is due, you pay it yourself.",
}
_DUE = "Careful: this is a reminder. Check whether it has been paid already."
_ORDERED = (
    "This is an order to you, not a bill: approving writes the invoice for it. Do that when you have delivered, or as "
    "you agreed with them."
)
_MAYBE_BILL = (
    "Careful: this begins like a bill that somebody wrote to you. If it is one, reject this with the feedback “this is "
    "a bill”: an invoice of yours cannot be taken back."
)
_OFFER = "An offer is asked for. This is the table to start from; it has no number, and nobody is written to."


class Config(BaseModel):
    """`[agents.accounting]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: str = "Accounting"  # where offers, and papers without a clear deed, are kept inside the vault


@dataclass(frozen=True, slots=True)
class _Said:
    """What a draft says around its record."""

    title: str
    reason: str
    risk: Risk
    notes: tuple[str, ...]


class Agent:
    """A message about money in; an invoice, a payment, an expense or a document out."""

    def __init__(self, config: Config) -> None:
        self._folder = config.folder
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        case = self._understand(task, desk)
        match case.deed:
            case "invoice":
                return _invoice(case)
            case "bill" | "reminder" if case.payable:
                return _payment(case, "out")
            case "received":
                return _payment(case, "in")
            case "receipt":
                return _expense(case)
            case "offer":
                return self._offer(case)
            case _:
                return self._kept(case)

    def _understand(self, task: Task, desk: Desk) -> Case:
        text = everything(task)
        book = phrasebook.detect(self._books, text) or self._books[phrasebook.FALLBACK]
        day = reading.day_written(task.mail, desk.now) if task.mail else desk.now.date()
        harms = () if is_own(task, desk.handbook) else self._harms(text)
        return Case(task, desk, book, day, harms, tuple(self._books.values()))

    def _harms(self, text: str) -> tuple[str, ...]:
        terms = {cue: phrasebook.every(self._books.values(), cue) for cue in HARMS if cue != _EXPECTED}
        return tuple(HARMS[cue] for cue, said in terms.items() if words.mentioned(text, said))

    def _offer(self, case: Case) -> Draft:
        """The same table without a number: the person finishes it."""
        asked = case.asked
        name = f"Offer {asked.invoice.customer}".strip()
        text = f"# {name}\n\n{invoice.to_offer(asked.invoice)}\n\n{kept.source(case)}"
        notes = [note for note in asked.notes if asked.invoice.lines and note not in asking.OF_INVOICES]
        lacking = _missing(invoice.missing(asked.invoice))
        draft = self._document(case, name, text, (*lacking, _OFFER, *notes))
        return replace(draft, risk="medium") if lacking and draft.risk == "low" else draft

    def _kept(self, case: Case) -> Draft:
        """What was found, and the text itself."""
        if case.deed in ("again", "remind"):
            name, what = case.todo
            return self._document(case, name, kept.listing(case, what, name), (what,))
        what, title = kept.told(case.deed), case.task.title
        name = f"{kept.NAMES[case.deed]}: {_plain(title)}" if case.deed in kept.NAMES else title
        return self._document(case, name, kept.listing(case, what), (what,))

    def _document(self, case: Case, name: str, text: str, notes: tuple[str, ...]) -> Draft:
        revised = feedback.follow(case.earlier, (text, ""), (), books=case.books)
        plain = " ".join(re.sub(r"[^\w -]+", " ", _plain(name)).split())[:60].strip()
        return Draft(
            action="document.save",
            params={"folder": self._folder, "name": f"{plain or 'Note'}.md"},
            text=revised.text,
            title=neutral.visible(f"Keep: {name}")[:120],
            reason="Rules found something about money that no ready action fits, so they made a document of it.",
            confidence=_PARTLY,
            risk="high" if case.harms else "low",
            found=(*revised.done, *case.warnings, *notes),
        )


def _plain(title: str) -> str:
    """A title without the ending of the file it is from."""
    return re.sub(r"\.[A-Za-z]{2,5}$", "", title)


def _invoice(case: Case) -> Draft:
    asked = case.asked
    reason = "Rules found a request for an invoice; approving gives it the next number, which cannot be taken back."
    doubts = tuple(_doubts(case))
    notes = (*doubts, *paper.lacking(case.desk.handbook), *asked.notes)
    said = _Said(f"Invoice to {asked.invoice.customer or '?'}", reason, "high" if doubts else "medium", notes)
    return _draft(case, forms.INVOICE, asked.invoice, said)


def _doubts(case: Case) -> Iterator[str]:
    """Why it may be no invoice of ours that is wanted."""
    known = case.desk.handbook.invoices.customer(case.asked.invoice.customer)
    if case.own and not known and not case.retold and theirs.reads_like_a_bill(case.task.text):
        yield _MAYBE_BILL


def _payment(case: Case, direction: Direction) -> Draft:
    found = booked.payment(case.facts, direction, case.all, who=case.writer, day=case.day)
    title = f"{'Payment from' if direction == 'in' else 'To pay:'} {found.value.party or '?'}"
    reminder = (_DUE,) if case.deed == "reminder" else ()
    said = _Said(title, _REASONS[direction], found.risk, (*reminder, *found.notes))
    return _draft(case, forms.PAYMENT, found.value, said)


def _expense(case: Case) -> Draft:
    found = booked.spent(case.facts, case.all, who=case.writer, day=case.day)
    reason = "Rules found a receipt, or your note of what you paid; approving books it."
    said = _Said(f"Expense: {found.value.merchant or found.value.note or '?'}", reason, found.risk, found.notes)
    return _draft(case, forms.EXPENSE, found.value, said)


def _missing(lacking: Sequence[str]) -> tuple[str, ...]:
    return (f"Missing: {amending.listed(lacking)}. Write it into the text below in place of ?.",) if lacking else ()


def _draft(case: Case, form: Form[M], made: M, said: _Said) -> Draft:
    """The record for the person to complete and decide."""
    value, done = form.revised(made, case.earlier, case.books)
    ordered = (_ORDERED,) if case.sort == "order" and form is forms.INVOICE else ()
    lacking = form.missing(value)
    assumed = any(not note.endswith(_ON_RECORD) for note in filter(None, said.notes))
    return Draft(
        action=form.action,
        params={form.key: value.model_dump(mode="json")},
        text=form.to_text(value),
        title=neutral.visible(said.title)[:120],
        reason=said.reason,
        confidence=_DOUBTFUL if case.harms else _PARTLY if lacking else _LIKELY if assumed else _SURE,
        risk="high" if case.harms else said.risk,
        found=(*filter(None, (case.retold,)), *done, *_missing(lacking), *ordered, *case.warnings, *said.notes),
    )
