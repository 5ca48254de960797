"""Prepares calls and appointments by rules, without a language model: a script to call by, an entry for the calendar.

It rings nobody and invites nobody. A time that is missing, past or can be read two ways is asked, never guessed;
a phone number counts for as much as where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from daemon.core import appointment, calls, mail, neutral
from daemon.core.appointment import Circumstances, Understood
from daemon.core.draft import Draft
from daemon.core.handbook import Contact
from daemon.core.language import dates, extract, feedback, phrasebook, reading, salutation
from daemon.core.language.reading import Reader
from daemon.core.mail import Address
from daemon.core.ports import Desk
from daemon.core.task import Task

_SOMEBODY = "the caller"
_ASKED = "Write the start you choose into `starts`, then approve."
_NOTED = "Your note names something for the calendar; rules read it."
_AGREED = "The message names an appointment; rules read it."
_WANTED = "They want to be called; rules wrote the script."


class Config(BaseModel):
    """`[agents.voice]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_minutes: int = Field(default=30, gt=0, le=24 * 60)  # of an appointment that names no length


@dataclass(frozen=True, slots=True)
class _Case:
    """One task and what surrounds it. `own`: the person wrote it as a note."""

    task: Task
    desk: Desk
    text: str  # the newest part
    around: Circumstances
    harms: tuple[str, ...]
    own: bool
    sender: Address | None

    @property
    def known(self) -> bool:
        return self.own or bool(self.sender and self.desk.handbook.knows(self.sender.email))


class Agent:
    """A request, a note or an invitation in; a call script or a calendar entry out."""

    def __init__(self, config: Config) -> None:
        self._default = timedelta(minutes=config.default_minutes)
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft:
        case = self._case(task, desk)
        if invited := appointment.invitation(task):
            return _entry(case, appointment.of_invitation(invited, case.around), invited=True)
        entered = appointment.recognised(task.title, case.text, case.around, own=case.own)
        if not entered and calls.wanted(f"{task.title}\n\n{case.text}", self._books, own=case.own):
            return self._call(case)
        who = salutation.plausible(case.sender) if case.sender else ""
        title = "" if case.own else appointment.titled(task.title, who)
        understood = appointment.read(task.title, case.text, case.around, title=title)
        if case.around.says("cancelled", f"{task.title}\n{case.text}") and not case.own:
            return _cancelled(case, understood)
        return _entry(case, understood, invited=False)

    def _case(self, task: Task, desk: Desk) -> _Case:
        message, own = task.mail, task.kind == "note" and task.mail is None
        text = (mail.newest(message.text) if message else task.text)[: extract.LIMIT]
        written = reading.day_written(message, desk.now) if message else desk.now.date()
        around = Circumstances(desk.now, written, self._default, self._books)
        harms = () if own else Reader(desk.handbook, self._books).harms(f"{task.title}\n{text}")
        return _Case(task, desk, text, around, harms, own, message.sender if message else None)

    def _call(self, case: _Case) -> Draft:
        task, desk, whole = case.task, case.desk, f"{case.task.title}\n\n{case.text}"
        order = calls.ordered(case.text, self._books) or calls.ordered(task.title, self._books) if case.own else None
        found = phrasebook.detect(self._books, whole) or calls.spoken(whole, self._books, order)
        book = (found or self._books[phrasebook.FALLBACK]).toward(case.text)
        contact = _contact(case, order.name if order else "")
        name = (contact.name if contact else "") or (order.name if order else _name(case))
        number = calls.number(_signed(case), contact, own=case.own, known=case.known)
        matter = order.matter if order else _matter(task, case.around)
        asked = () if order else tuple(calls.questions(case.text, book))
        facts = (fact.answer for question in asked for fact in desk.handbook.answers(question))
        say = order.say if order else tuple(dict.fromkeys(facts))
        me = calls.caller(desk.handbook, self._books.values())
        about = matter if order or not matter else f"“{matter}”"
        call = calls.Call(me, "" if name == _SOMEBODY else name, about, order is None, say, asked)
        paragraphs, optional = calls.script(book, call)
        made = feedback.follow(desk.earlier, paragraphs, (optional,))
        due = task.due or (calls.due_day(case.text, case.around.written) if case.own else None)
        unsure = () if found else ("The language was not recognised, so the script is in English.",)
        unsure += ("Your handbook has no signature yet: say your name where the dots are.",) if me == calls.GAP else ()
        return Draft(
            action="call.place",
            params={"phone": number.phone, "extension": number.extension, "name": name, "purpose": matter, "due": due},
            text=made.text,
            title=neutral.visible(f"Call {name}{f' about {matter}' if matter else ''}")[:120],
            reason="Your note asks for a call; rules wrote the script." if order else _WANTED,
            confidence=0.6 if number.phone and not case.harms else 0.3,
            risk="high" if case.harms else number.risk,
            found=(*made.done, *number.found, *unsure, *_careful(case)),
        )


def _entry(case: _Case, understood: Understood, *, invited: bool) -> Draft:
    """The draft of a calendar entry. Its text becomes the description of the entry."""
    entry, cancels = understood.appointment, understood.appointment.method == "cancel"
    text = feedback.follow(case.desk.earlier, _description(case, entry.people, invited=invited), ())
    gaps = (*understood.open, _ASKED) if understood.open else ()
    medium = gaps or cancels or not case.known
    return Draft(
        action="appointment.create",
        params=appointment.params(understood, case.desk.now),
        text=text.text,
        title=neutral.visible(f"{'Cancelled' if cancels else 'Calendar'}: {entry.title}")[:120],
        reason="They sent a calendar invitation." if invited else _NOTED if case.own else _AGREED,
        confidence=0.2 if gaps else 0.8 if invited or case.own else 0.6,
        risk="high" if case.harms else "medium" if medium else "low",
        found=(*text.done, *gaps, *understood.remarks, *_careful(case)),
    )


def _cancelled(case: _Case, understood: Understood) -> Draft:
    """Without the invitation's own id no calendar program finds the entry: the person takes it out by hand."""
    who, starts = _name(case), understood.appointment.starts
    when = f" on {dates.spell(starts, 'en', case.around.now.date())}" if starts else ""
    clock = f", {starts:%H:%M}," if isinstance(starts, datetime) else ""
    todo = f"- [ ] Take the appointment with {who}{when}{clock} out of your calendar."
    text = feedback.follow(case.desk.earlier, (todo, appointment.kept(case.text)), ())
    name = " ".join(re.sub(r"[^\w -]+", " ", f"Cancelled by {who}").split())
    return Draft(
        action="document.save",
        params={"folder": "Documents", "name": f"{name[:60].strip()}.md"},
        text=text.text,
        title=neutral.visible(f"Cancelled: {case.task.title}")[:120],
        reason="An appointment is cancelled, and your calendar cannot be changed from here.",
        confidence=0.5,
        risk="high" if case.harms else "low",
        found=(*text.done, "Nobody was answered. To answer, drop a note “Write to …”.", *_careful(case)),
    )


def _description(case: _Case, people: Sequence[str], *, invited: bool) -> tuple[str, ...]:
    others = [each for each in people if not any(map(case.desk.handbook.is_me, extract.addresses(each)))]
    named = neutral.visible(", ".join(others or ((str(case.sender),) if case.sender else ())))
    source = "" if case.own else f"{'Invitation' if invited else 'Message'}: {appointment.titled(case.task.title)}"
    return (f"With {named}" if named else "", source, "" if invited else appointment.kept(case.text))


def _contact(case: _Case, named: str) -> Contact | None:
    handbook = case.desk.handbook
    if case.own:
        return handbook.named(named)
    return handbook.contact(case.sender.email) if case.sender else None


def _signed(case: _Case) -> str:
    """All that the sender wrote."""
    message = case.task.mail
    return f"{case.task.title}: {case.text}\n\n{calls.signature(message.text)}" if message else case.text


def _name(case: _Case) -> str:
    """Who wrote. A machine that reports a call is not the one who called."""
    sender = case.sender
    if sender is None or (case.task.mail and case.task.mail.automated):
        return _SOMEBODY
    return salutation.plausible(sender) or sender.email


def _matter(task: Task, around: Circumstances) -> str:
    """The subject as what a call is about; none when it only asks for the call."""
    subject = appointment.titled(task.title).strip(" :?!.")
    return "" if around.says("call_back", subject) or len(subject.split()) == 1 else subject[:80]


def _careful(case: _Case) -> Iterator[str]:
    yield from (f"Careful: {harm}." for harm in case.harms)
    yield from case.task.mail.warnings if case.task.mail else ()
