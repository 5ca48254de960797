"""Answers mail: greets, answers from the handbook, asks what is missing. By rules, then in a model's better words.

A note of the person's own that asks to write to somebody becomes a new mail. In what rules write, text of a sender
never becomes text of the answer; only a name, dates and amounts that were parsed do. Recipients come from the thread,
or from the note, whoever writes. What stays open is listed for the person in `found`.
"""

from __future__ import annotations

from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from daemon.core import mail
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent
from daemon.core.language import answer, dictation, extract, feedback, letter, reading, reply, salutation
from daemon.core.language.dictation import Dictated
from daemon.core.language.feedback import Asked
from daemon.core.language.reading import Reader
from daemon.core.language.reply import Case
from daemon.core.language.salutation import visible
from daemon.core.mailboxes import senders
from daemon.core.minds import mails
from daemon.core.minds.pen import Pen
from daemon.core.ports import Desk
from daemon.core.task import Task

_ONESELF = "It came from your own address and went to nobody else, so nobody waits for an answer."
_SOMEBODY = "the person you mean"


class Config(BaseModel):
    """`[agents.mail]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    own_addresses: tuple[str, ...] = ()  # beside those under "## Me" in the handbook


class Agent:
    """A mail in, an answer out; a note in, a new mail out."""

    def __init__(self, config: Config) -> None:
        self._own = config.own_addresses
        self._pen = Pen("mail", files("agents") / "prompts")
        self._books = self._pen.books

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
        return mails.letter(letter.compose(said, desk, self._books), said, pen=self._pen, task=task, desk=desk)

    def _answer(self, task: Task, desk: Desk) -> Draft | Closed:
        if task.mail and mail.to_oneself(task.mail, (*desk.handbook.me, *self._own)):
            return Closed(_ONESELF)
        wish = feedback.asked(desk.earlier, self._books)
        case = self._understand(task, desk, wish)
        if not (desk.earlier or case.earlier) and (why := reading.needs_no_answer(case.read, case.text)):
            return Closed(f"This mail needs no answer: {why}.")
        book, body = case.read.book, tuple(answer.body(case.read, case.handbook, case.today))
        closing = salutation.closing(book, case.handbook)
        fresh = (reply.greeting(case), *(paragraph.text for paragraph in body), closing)
        optional = [p.text for p in body if p.optional]
        answered = feedback.follow(desk.earlier, fresh, optional, books=self._books.values(), anew=wish.anew)
        draft = Draft(
            action="email.reply",
            params=reply.params(case),
            text=answered.text,
            title=visible(f"Reply to {case.to[0]}: {case.message.subject}")[:120],
            reason=reply.reason(case.read),
            confidence=reply.confidence(case),
            risk=reply.risk(case),
            found=(*answered.done, *reply.found(case, answered.text)),
        )
        return mails.reply(draft, case, pen=self._pen, task=task, desk=desk)

    def _understand(self, task: Task, desk: Desk, wish: Asked) -> Case:
        """Raises Permanent when there is nobody to answer."""
        message, handbook = task.mail, desk.handbook
        if message is None:
            raise Permanent("The message of this mail is missing, so there is nothing to answer.")
        only = message.to if len(message.to) == 1 else ()  # whoever wrote to one address wrote to the person
        own = (*handbook.me, *self._own) or tuple(address.email for address in only)
        to, cc, left_out = mail.answered(message, task.thread, own, everyone=wish.everyone)
        if not to:
            raise Permanent("Nobody can be answered: the message names no single sender but you. Answer it by hand.")
        text = mail.newest(message.text)
        reader = Reader(handbook, self._books)
        read = reader.together(task.thread, message, desk.now)
        book = wish.book(read.book, self._books)
        read = read if book is read.book else reader.told_in(read, book)
        money = reader.about_money(f"{message.subject}\n{text[: extract.LIMIT]}") or bool(read.amounts)
        money = money or any(fact.priced for fact in read.facts)
        way = senders.answering(message, task.account, desk.senders)
        today = desk.now.date()
        return Case(message, text, to, cc, read, handbook, today, money, task.thread, left_out, way)
