"""One mail that is answered: to whom the answer goes, how sure rules are of it, and what the person is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from daemon.core import mail
from daemon.core.accounting import accounts
from daemon.core.draft import Risk
from daemon.core.handbook import Handbook
from daemon.core.language import reading, salutation
from daemon.core.language.reading import Reading
from daemon.core.mail import Address, Mail
from daemon.core.mailboxes.senders import Way

_NAMED = 10  # people who get no copy
_ADD_THEM = "To include them, write them into “cc” above, or reject with the feedback “reply to all”."
_SURE, _PARTLY, _POLITE, _DOUBTFUL = 0.8, 0.5, 0.3, 0.1


@dataclass(frozen=True, slots=True)
class Case:
    """One message and what was understood of it."""

    message: Mail
    text: str  # the newest part
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    read: Reading
    handbook: Handbook
    today: date
    money: bool
    earlier: tuple[Mail, ...] = ()  # of the thread: those that this answers as well
    left_out: tuple[Address, ...] = ()  # who else was on the message and gets no copy
    way: Way = field(default_factory=Way)

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

    @property
    def strange_accounts(self) -> tuple[str, ...]:
        """A sentence for each account that it names instead of the one that the handbook has."""
        return tuple(accounts.strange(f"{self.message.subject}\n\n{self.message.text}", self.handbook))


def greeting(case: Case) -> str:
    """To the sender also by the name below the message, which is nobody else's."""
    theirs = case.message.sender is not None and [a.email for a in case.to] == [case.message.sender.email]
    return salutation.greeting(case.read.book, case.to, salutation.signed_name(case.text) if theirs else "")


def params(case: Case) -> dict[str, object]:
    """What the action needs beside the text."""
    return {
        "to": [a.email for a in case.to],
        "cc": [a.email for a in case.cc],
        "bcc": [],
        "subject": mail.reply_subject(case.message.subject),
        "from_account": case.way.address,
        "account": case.way.account,
        "in_reply_to": case.message.message_id,
        "references": list(mail.reply_references(case.message)),
        "attachments": [],
    }


def reason(read: Reading) -> str:
    """Why the answer that rules wrote is as it is, in one sentence."""
    sorry = "It is a complaint: the draft says sorry, and grants and denies nothing"
    answered = len(reading.once(question for question, _ in read.answered))
    if total := answered + len(reading.once(read.open_questions)) + len(reading.once(read.returned)):
        missing = ", and the draft asks for what is missing" if read.asks else ""
        yours = f"{sorry}; your" if read.complaint else "Your"
        return f"{yours} handbook answers {answered} of {total} questions{missing}."
    if read.complaint:
        return f"{sorry}."
    if read.asks:
        return "The draft asks for what is missing."
    return "Rules see no question in it, so the draft is only polite."


def confidence(case: Case) -> float:
    """How sure rules are of their own answer, from 0 to 1."""
    read = case.read
    if risk(case) == "high":
        return _DOUBTFUL
    if not read.recognised or not (read.answered or read.asks):
        return _POLITE
    return _PARTLY if read.open_questions or read.told or read.demands or not read.answered else _SURE


def risk(case: Case) -> Risk:
    """What may go wrong when it goes out, whoever wrote it."""
    if case.read.harms or case.borrowed or case.strange_accounts:
        return "high"
    known = all(case.handbook.knows(a.email) for a in (*case.to, *case.cc))
    weighty = case.message.warnings or case.money or case.read.legal or case.read.complaint
    return "low" if known and not weighty else "medium"


def found(case: Case, text: str) -> Iterator[str]:
    """What the person is told of an answer that rules wrote."""
    yield from _thread(case)
    yield from _people(case)
    yield from (f"Never say “{phrase}”: your handbook forbids it." for phrase in case.handbook.forbidden(text))
    yield from reading.report(case.read, case.today)
    yield from _unsigned(case)


def noticed(case: Case) -> Iterator[str]:
    """What the person is told of the message, whoever wrote the answer."""
    yield from _thread(case)
    yield from _people(case)
    yield from reading.unanswered(case.read)
    yield from reading.noticed(case.read, case.today)
    yield from _unsigned(case)


def _thread(case: Case) -> Iterator[str]:
    if case.earlier:
        yield f"It answers {len(case.earlier) + 1} mails of this thread; nobody has answered the earlier ones yet."


def _people(case: Case) -> Iterator[str]:
    yield from (_provenance(case, address) for address in case.to)
    if case.cc:
        yield f"Copies go to people who were on the message: {', '.join(a.email for a in case.cc)}."
    if case.left_out:
        names = ", ".join(a.email for a in case.left_out[:_NAMED])
        more = f" and {len(case.left_out) - _NAMED} more" if len(case.left_out) > _NAMED else ""
        yield f"Also on the message, and without a copy: {names}{more}. {_ADD_THEM}"
    if case.way.why:
        yield case.way.why
    if case.foreign_reply_to:
        yield "Careful: the answer would go to another domain than the sender's."
    elif case.borrowed and case.message.sender:
        yield "Careful: the name is that of one of your contacts, the address is not."
    yield from (f"Careful: {harm}." for harm in case.read.harms)
    yield from case.strange_accounts
    yield from case.message.warnings


def _unsigned(case: Case) -> Iterator[str]:
    if not case.handbook.signature:
        yield "Your handbook has no signature yet."


def _provenance(case: Case, address: Address) -> str:
    known = "a known contact" if case.handbook.knows(address.email) else "not among your contacts"
    if case.message.sender and address.email == case.message.sender.email:
        return f"Goes to {address.email}, the sender, {known}."
    if address.email in {mail.sender.email for mail in case.earlier if mail.sender}:
        return f"Goes to {address.email}, who wrote before in this thread and waits for an answer, {known}."
    return f"Goes to {address.email}, which the sender gave for answers (Reply-To), {known}."


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
