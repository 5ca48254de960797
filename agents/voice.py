"""Prepares calls and appointments by rules, without a language model: a script to call by, an entry for the calendar.

It rings nobody and invites nobody. A time that is missing, past or can be read two ways is asked, never guessed;
a phone number counts for as much as where it comes from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from daemon.core import appointment, call_requests, calls, entries, mail, neutral, titles
from daemon.core.appointment import Circumstances
from daemon.core.draft import Closed, Draft
from daemon.core.entries import Case
from daemon.core.handbook import Contact
from daemon.core.language import extract, feedback, phones, phrasebook, reading, times, words
from daemon.core.language.knowledge import Knowledge
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.language.reading import Reader
from daemon.core.ports import Desk
from daemon.core.task import Task

_WANTED = "The script is made of what they wrote."


class Config(BaseModel):
    """`[agents.voice]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_minutes: int = Field(default=30, gt=0, le=24 * 60)  # of an appointment that names no length


@dataclass(frozen=True, slots=True)
class _Asked:
    """A call as it was asked for. `day`: when it is to be made."""

    call: calls.Call
    book: Phrasebook
    contact: Contact | None
    day: date | None
    found: tuple[str, ...]


class Agent:
    """A request, a note or an invitation in; a call script or a calendar entry out."""

    def __init__(self, config: Config) -> None:
        self._default = timedelta(minutes=config.default_minutes)
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        case = self._case(task, desk)
        if invited := appointment.invitations_of(task):
            return entries.invited_to(case, invited)
        if sound := entries.unheard(task):
            return entries.to_hear(case, sound)
        whole = f"{task.title}\n\n{case.text}"
        entered = appointment.recognised(task.title, case.text, case.around, own=case.own)
        ordered = case.own and not case.around.says("diary", whole) and call_requests.ordered(case.text, self._books)
        if ordered or (not entered and call_requests.wanted(whole, self._books, own=case.own or task.kind == "file")):
            return self._call(case)
        understood = entries.read(case)
        if case.machine and not understood.appointment.starts and not understood.moments:
            return Closed(f"An automated message ({case.machine}) without an appointment or a call to make.")
        if case.around.says("cancelled", whole) and not case.own:
            return entries.cancelled(case, understood)
        return entries.entered(case, understood, invited=False)

    def _case(self, task: Task, desk: Desk) -> Case:
        message, own = task.mail, task.kind == "note" and task.mail is None
        text = phones.in_figures((mail.newest(message.text) if message else task.text)[: extract.LIMIT])
        written = reading.day_written(message, desk.now) if message else desk.now.date()
        around = Circumstances(desk.now, written, self._default, self._books)
        harms = () if own else Reader(desk.handbook, self._books).harms(f"{task.title}\n{text}")
        return Case(task, desk, text, around, harms, own, message.sender if message else None)

    def _call(self, case: Case) -> Draft:
        asked = self._asked(case)
        number = calls.number(_signed(case), asked.contact, own=case.own, giver=case.giver, known=case.known)
        paragraphs, optional = calls.script(asked.book, asked.call)
        made = feedback.to_nobody(feedback.follow(case.desk.earlier, paragraphs, (optional,)), case.desk.earlier)
        name = asked.call.name or entries.SOMEBODY
        whom = name if asked.call.name or not number.phone else f"back {number.phone}"
        matter = asked.call.matter.strip("“”")
        return Draft(
            action="call.place",
            params={
                "phone": number.phone,
                "extension": number.extension,
                "name": name,
                "purpose": matter,
                "due": case.task.due or asked.day,
            },
            text=made.text,
            title=neutral.visible(f"Call {whom}{f' about {matter}' if matter else ''}")[:120],
            reason=_WANTED if asked.call.asked else "The script is made of your note.",
            confidence=0.6 if number.phone and not case.harms else 0.3,
            risk="high" if case.harms else number.risk,
            found=(*made.done, *asked.found, *number.found, *entries.careful(case)),
        )

    def _asked(self, case: Case) -> _Asked:
        """What the call is to be, in the language of the person called."""
        task, whole = case.task, f"{case.task.title}\n\n{case.text}"
        may = case.own or task.kind == "file"
        order = (
            call_requests.ordered(case.text, self._books) or call_requests.ordered(task.title, self._books)
            if may
            else None
        )
        found = phrasebook.detect(self._books, whole) or calls.spoken(whole, self._books, order)
        book = (found or self._books[phrasebook.FALLBACK]).toward(order.quote if order else case.text)
        contact = _contact(case, order.name if order else "")
        name = (contact.name if contact else "") or (order.name if order else entries.name_of(case))
        questions = () if order else tuple(calls.questions(case.text, book))
        knows = Knowledge(case.desk.handbook, self._books)
        facts = (fact.answer for question in questions for fact in knows.answers(question, book))
        say = order.say if order and case.own else tuple(dict.fromkeys(facts))
        matter = order.matter if order else call_requests.asked_about(case.text, self._books) or _subject(case)
        me = calls.caller(case.desk.handbook, self._books.values())
        missed = bool(case.machine) and call_requests.missed(whole) and not name
        when, day = ("", None) if missed else call_requests.wished_time(case.text, self._books, case.around.written)
        if case.machine and (not day or day <= case.around.written):
            when, day = "", None  # the day of the report, not the one that is wished
        said = f"{'Your note says' if order else 'They say'} when: “{when}”." if when else ""
        said = "" if order and not times.find(when) else said
        more = ("Your note asks for another call too: drop it as a note of its own.",)
        more = more if order and case.own and call_requests.another(case.text, self._books) else ()
        unsure = (*more, *_unsure(case, me, said, known=found is not None))
        return _Asked(
            calls.Call(me, name, matter, order is None, missed, say, questions),
            book,
            contact,
            day,
            unsure,
        )


def _unsure(case: Case, me: str, when: str, *, known: bool) -> Iterator[str]:
    """What to look at before the call. `when`: the time that is wished, in words; `known`: the language is."""
    if when:
        yield when
    contact = case.desk.handbook.named(case.sender.name) if case.sender else None
    if case.sender and contact and contact.email != words.fold(case.sender.email):
        yield f"Careful: {contact.name} is your contact under {contact.email}; this came from {case.sender.email}."
    elif case.sender and not calls.spoken_name(case.sender, case.desk.handbook) and not case.machine:
        yield f"Who writes from {case.sender.email} is not said, or not to be trusted: ask for the name."
    if not known:
        yield "The language was not recognised, so the script is in English."
    if me == calls.GAP:
        yield "Your handbook has no signature yet: say your name where the dots are."


def _contact(case: Case, named: str) -> Contact | None:
    handbook = case.desk.handbook
    if case.own:
        return handbook.named(named)
    return handbook.contact(case.sender.email) if case.sender else None


def _signed(case: Case) -> str:
    """All that the sender wrote."""
    message = case.task.mail
    return f"{case.task.title}: {case.text}\n\n{calls.signature(message.text)}" if message else case.text


def _subject(case: Case) -> str:
    """The subject as what a call is about; none when it only asks for the call, or a machine wrote it."""
    subject = titles.titled(case.task.title).strip(" :?!.")
    says_nothing = case.sender is None or case.machine or len(subject.split()) == 1
    return "" if says_nothing or case.around.says("call_back", subject) else f"“{subject[:80]}”"
