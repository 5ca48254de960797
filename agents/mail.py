"""Answers mail by rules, without a language model: greets, answers from the handbook, asks what is missing.

A note of the person's own that asks to write to somebody becomes a new mail in their words. Text of a sender never
becomes text of the answer; only a name, dates and amounts that were parsed do. Recipients come from the thread, or
from the note. What stays open is listed for the person in `found`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from daemon.core import mail
from daemon.core.draft import Closed, Draft, Risk
from daemon.core.errors import Permanent
from daemon.core.handbook import Handbook
from daemon.core.language import answer, dictation, extract, feedback, letter, phrasebook, reading, salutation
from daemon.core.language.dictation import Dictated
from daemon.core.language.feedback import Asked
from daemon.core.language.reading import Reader, Reading
from daemon.core.language.salutation import visible
from daemon.core.mail import Address, Mail
from daemon.core.ports import Desk
from daemon.core.task import Task

_SOMEBODY = "the person you mean"
_SURE, _PARTLY, _POLITE, _DOUBTFUL = 0.8, 0.5, 0.3, 0.1


class Config(BaseModel):
    """`[agents.mail]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_addresses: tuple[str, ...] = ()  # beside those under "## Me" in the handbook


@dataclass(frozen=True, slots=True)
class _Case:
    """One message and what was understood of it."""

    message: Mail
    text: str  # the newest part
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    read: Reading
    handbook: Handbook
    today: date
    money: bool

    @property
    def foreign_reply_to(self) -> bool:
        """Whether the answer goes to another domain than the sender's, and to nobody the person knows."""
        home = _domain(self.message.sender.email) if self.message.sender else ""
        return any(_domain(a.email) != home and not self.handbook.knows(a.email) for a in self.message.reply_to)

    @property
    def borrowed(self) -> bool:
        """Whether a stranger may stand behind the name of somebody whom the person knows."""
        if (sender := self.message.sender) is None:
            return True
        own = self.handbook.knows(sender.email) or self.handbook.is_me(sender.email)
        return self.foreign_reply_to if own else self.handbook.is_borrowed(sender.name)


class Agent:
    """A mail in, an answer out; a note in, a new mail out."""

    def __init__(self, config: Config) -> None:
        self._own = config.own_addresses
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        if task.kind == "note" and task.mail is None:
            return self._write(task, desk)
        return self._answer(task, desk)

    def _write(self, task: Task, desk: Desk) -> Draft:
        """A note that does not say to whom is a letter all the same: the draft asks for the address."""
        said = dictation.read(task.text, desk.handbook, self._books.values())
        if said is None:
            body = task.text.strip() or task.title
            said = Dictated((), (), task.title, body, by_name=False, whom=(_SOMEBODY,), missing=(_SOMEBODY,), role=True)
        return letter.compose(said, desk, self._books)

    def _answer(self, task: Task, desk: Desk) -> Draft | Closed:
        wish = feedback.asked(desk.earlier, self._books)
        case = self._understand(task, desk, wish)
        if not desk.earlier and (why := reading.needs_no_answer(case.read, case.text)):
            return Closed(f"This mail needs no answer: {why}.")
        book, body = case.read.book, tuple(answer.body(case.read, case.handbook, case.today))
        closing = salutation.closing(book, case.handbook)
        fresh = (_greeting(case), *(paragraph.text for paragraph in body), closing)
        optional = [p.text for p in body if p.optional]
        answered = feedback.follow(desk.earlier, fresh, optional, books=self._books.values(), anew=wish.anew)
        return Draft(
            action="email.reply",
            params=_params(case),
            text=answered.text,
            title=visible(f"Reply to {case.to[0]}: {case.message.subject}")[:120],
            reason=_reason(case.read),
            confidence=_confidence(case),
            risk=_risk(case),
            found=(*answered.done, *_found(case, answered.text)),
        )

    def _understand(self, task: Task, desk: Desk, wish: Asked) -> _Case:
        """Raises Permanent when there is nobody to answer."""
        message, handbook = task.mail, desk.handbook
        if message is None:
            raise Permanent("The message of this mail is missing, so there is nothing to answer.")
        only = message.to if len(message.to) == 1 else ()  # whoever wrote to one address wrote to the person
        own = (*handbook.me, *self._own) or tuple(address.email for address in only)
        to, cc = mail.reply_recipients(message, own, everyone=True)
        if not to:
            raise Permanent("Nobody can be answered: the message names no single sender but you. Answer it by hand.")
        text = mail.newest(message.text)
        reader = Reader(handbook, self._books)
        written = reading.day_written(message, desk.now)
        read = reader.read(message.subject, text, written, files=bool(message.attachments))
        read = replace(read, book=wish.book(read.book, self._books))
        money = reader.about_money(f"{message.subject}\n{text[: extract.LIMIT]}")
        return _Case(message, text, to, cc, read, handbook, desk.now.date(), money)


def _greeting(case: _Case) -> str:
    """To the sender also by the name below the message, which is nobody else's."""
    theirs = case.message.sender is not None and [a.email for a in case.to] == [case.message.sender.email]
    return salutation.greeting(case.read.book, case.to, salutation.signed_name(case.text) if theirs else "")


def _params(case: _Case) -> dict[str, object]:
    return {
        "to": [a.email for a in case.to],
        "cc": [a.email for a in case.cc],
        "bcc": [],
        "subject": mail.reply_subject(case.message.subject),
        "from_account": "",
        "in_reply_to": case.message.message_id,
        "references": list(mail.reply_references(case.message)),
        "attachments": [],
    }


def _reason(read: Reading) -> str:
    answered = len({question for question, _ in read.answered})
    if total := answered + len(read.open_questions) + len(read.returned):
        missing = ", and the draft asks for what is missing" if read.asks else ""
        return f"Your handbook answers {answered} of {total} questions{missing}."
    if read.asks:
        return "The draft asks for what is missing."
    return "Rules see no question in it, so the draft is only polite."


def _confidence(case: _Case) -> float:
    read = case.read
    if _risk(case) == "high":
        return _DOUBTFUL
    if not read.recognised or not (read.answered or read.asks):
        return _POLITE
    return _PARTLY if read.open_questions or not read.answered else _SURE


def _risk(case: _Case) -> Risk:
    if case.read.harms or case.borrowed:
        return "high"
    known = all(case.handbook.knows(a.email) for a in (*case.to, *case.cc))
    weighty = case.message.warnings or case.money or case.read.legal
    return "low" if known and not weighty else "medium"


def _found(case: _Case, text: str) -> Iterator[str]:
    yield from (_provenance(case, address) for address in case.to)
    if case.cc:
        yield f"Copies go to people who were on the message: {', '.join(a.email for a in case.cc)}."
    if case.foreign_reply_to:
        yield "Careful: the answer would go to another domain than the sender's."
    elif case.borrowed and case.message.sender:
        yield "Careful: the name is that of one of your contacts, the address is not."
    yield from (f"Careful: {harm}." for harm in case.read.harms)
    yield from case.message.warnings
    yield from (f"Never say “{phrase}”: your handbook forbids it." for phrase in case.handbook.forbidden(text))
    yield from reading.report(case.read, case.today)
    if not case.handbook.signature:
        yield "Your handbook has no signature yet."


def _provenance(case: _Case, address: Address) -> str:
    known = "a known contact" if case.handbook.knows(address.email) else "not among your contacts"
    if case.message.sender and address.email == case.message.sender.email:
        return f"Goes to {address.email}, the sender, {known}."
    return f"Goes to {address.email}, which the sender gave for answers (Reply-To), {known}."


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
