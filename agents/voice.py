"""Prepares calls and appointments by rules, without a language model: a script to call by, an entry for the calendar.

It rings nobody and invites nobody. A time that is missing, past or can be read two ways is asked, never guessed;
a phone number counts for as much as where it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from daemon.core import appointment, calls, mail, neutral
from daemon.core.appointment import Circumstances, Understood
from daemon.core.draft import Closed, Draft
from daemon.core.formats.invitations import Invitation
from daemon.core.handbook import Contact
from daemon.core.language import dates, extract, feedback, phones, phrasebook, reading, times, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.language.reading import Reader
from daemon.core.mail import Address
from daemon.core.ports import Desk
from daemon.core.task import Task

_SOMEBODY = "the caller"
_ASKED = "Write the start you choose into `starts`, then approve."
_NOTED = "Your note names something for the calendar; rules read it."
_AGREED = "The message names an appointment; rules read it."
_UNANSWERED = "The entry answers nobody: to answer, drop a note “Write to …”."
_NAMED = "The message names a time, but nothing is agreed; rules read it."
_CANCELLED = "They sent a calendar file that cancels an appointment."
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
    def machine(self) -> str:
        """Why no person wrote it, or ""."""
        return self.task.mail.automated if self.task.mail else ""

    @property
    def giver(self) -> str:
        """Who can be held to what the message says: its one sender, with nothing odd about it; or ""."""
        odd = self.task.mail is None or self.machine or self.task.mail.warnings
        if self.task.kind == "file":
            return "the file that you dropped"
        return "" if odd or self.sender is None else f"the mail of {self.sender.email}, who asks for the call"

    @property
    def known(self) -> bool:
        return self.own or bool(self.sender and self.desk.handbook.knows(self.sender.email))


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
            return _invited(case, invited)
        if sound := _unheard(task):
            return _to_hear(case, sound)
        whole = f"{task.title}\n\n{case.text}"
        entered = appointment.recognised(task.title, case.text, case.around, own=case.own)
        ordered = case.own and not case.around.says("diary", whole) and calls.ordered(case.text, self._books)
        if ordered or (not entered and calls.wanted(whole, self._books, own=case.own or task.kind == "file")):
            return self._call(case)
        understood = _read(case)
        if case.machine and not understood.appointment.starts and not understood.moments:
            return Closed(f"An automated message ({case.machine}) without an appointment or a call to make.")
        if case.around.says("cancelled", whole) and not case.own:
            return _cancelled(case, understood)
        return _entry(case, understood, invited=False)

    def _case(self, task: Task, desk: Desk) -> _Case:
        message, own = task.mail, task.kind == "note" and task.mail is None
        text = phones.in_figures((mail.newest(message.text) if message else task.text)[: extract.LIMIT])
        written = reading.day_written(message, desk.now) if message else desk.now.date()
        around = Circumstances(desk.now, written, self._default, self._books)
        harms = () if own else Reader(desk.handbook, self._books).harms(f"{task.title}\n{text}")
        return _Case(task, desk, text, around, harms, own, message.sender if message else None)

    def _call(self, case: _Case) -> Draft:
        asked = self._asked(case)
        number = calls.number(_signed(case), asked.contact, own=case.own, giver=case.giver, known=case.known)
        paragraphs, optional = calls.script(asked.book, asked.call)
        made = feedback.follow(case.desk.earlier, paragraphs, (optional,))
        name = asked.call.name or _SOMEBODY
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
            reason=_WANTED if asked.call.asked else "Your note asks for a call; rules wrote the script.",
            confidence=0.6 if number.phone and not case.harms else 0.3,
            risk="high" if case.harms else number.risk,
            found=(*made.done, *asked.found, *number.found, *_careful(case)),
        )

    def _asked(self, case: _Case) -> _Asked:
        """What the call is to be, in the language of the person called."""
        task, whole = case.task, f"{case.task.title}\n\n{case.text}"
        may = case.own or task.kind == "file"
        order = calls.ordered(case.text, self._books) or calls.ordered(task.title, self._books) if may else None
        found = phrasebook.detect(self._books, whole) or calls.spoken(whole, self._books, order)
        book = (found or self._books[phrasebook.FALLBACK]).toward(order.quote if order else case.text)
        contact = _contact(case, order.name if order else "")
        name = (contact.name if contact else "") or (order.name if order else _name(case))
        questions = () if order else tuple(calls.questions(case.text, book))
        facts = (fact.answer for question in questions for fact in case.desk.handbook.answers(question))
        say = order.say if order and case.own else tuple(dict.fromkeys(facts))
        matter = order.matter if order else calls.asked_about(case.text, self._books) or _subject(case)
        me = calls.caller(case.desk.handbook, self._books.values())
        missed = bool(case.machine) and calls.missed(whole) and not name
        when, day = ("", None) if missed else calls.wished_time(case.text, self._books, case.around.written)
        if case.machine and (not day or day <= case.around.written):
            when, day = "", None  # the day of the report, not the one that is wished
        said = f"{'Your note says' if order else 'They say'} when: “{when}”." if when else ""
        said = "" if order and not times.find(when) else said
        more = ("Your note asks for another call too: drop it as a note of its own.",)
        more = more if order and case.own and calls.another(case.text, self._books) else ()
        unsure = (*more, *_unsure(case, me, said, known=found is not None))
        return _Asked(
            calls.Call(me, name, matter, order is None, missed, say, questions),
            book,
            contact,
            day,
            unsure,
        )


def _unsure(case: _Case, me: str, when: str, *, known: bool) -> Iterator[str]:
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


def _invited(case: _Case, invited: Sequence[Invitation]) -> Draft | Closed:
    """The first event of a calendar file; the others are named."""
    first = invited[0]
    if first.method == "REPLY":
        who = neutral.visible(", ".join(first.attendees))[:200]
        return Closed(f"An answer to your invitation “{neutral.visible(first.summary)[:100]}”: {who or 'no name'}.")
    understood = appointment.of_invitation(first, case.around)
    organizer, sender = understood.appointment.organizer, case.sender.email if case.sender else ""
    more = [f"The file has {len(invited)} dates; this is the first. The others: open the file."] * (len(invited) > 1)
    if organizer and sender and organizer != words.fold(sender):
        more.append(f"The mail is from {sender}, but the invitation names {organizer} as organizer.")
    return _entry(case, replace(understood, remarks=(*more, *understood.remarks)), invited=True)


def _unheard(task: Task) -> str:
    """Where a dropped recording lies that nobody has written down, or ""."""
    sounds = (file.path for file in task.attachments if file.media_type.startswith(("audio/", "video/")))
    return next(sounds, "") if task.kind == "file" and not task.text.strip() else ""


def _to_hear(case: _Case, sound: str) -> Draft:
    name = sound.rpartition("/")[2]
    todo = f"- [ ] Listen to [[{sound}|{name}]] and drop a note that says what to do."
    why = "A recording came in, and nothing here can listen to it."
    return _to_do(case, f"Listen to {name}", (todo,), title=f"A recording: {name}", why=why)


def _read(case: _Case) -> Understood:
    """The appointment that the text speaks of."""
    who = calls.spoken_name(case.sender, case.desk.handbook) if case.sender else ""
    title = "" if case.own else appointment.titled(case.task.title, who)
    return appointment.read(case.task.title, case.text, case.around, title=title, own=case.own)


def _entry(case: _Case, understood: Understood, *, invited: bool) -> Draft:
    """The draft of a calendar entry. Its text becomes the description of the entry."""
    entry, cancels = understood.appointment, understood.appointment.method == "cancel"
    harms = case.harms or tuple(Reader(case.desk.handbook, case.around.books).harms(understood.details))
    text = feedback.follow(case.desk.earlier, _description(case, understood, invited=invited, safe=not harms), ())
    gaps = (*understood.open, _ASKED) if understood.open else ()
    open_still = gaps or appointment.ASKED in understood.remarks
    medium = open_still or cancels or not case.known
    unanswered = (_UNANSWERED,) if gaps and case.sender and not invited and not case.machine else ()
    told = _CANCELLED if cancels else "They sent a calendar invitation." if invited else ""
    return Draft(
        action="appointment.create",
        params=appointment.params(understood, case.desk.now),
        text=text.text,
        title=neutral.visible(f"{'Cancelled' if cancels else 'Calendar'}: {entry.title}")[:120],
        reason=told or (_NOTED if case.own else _NAMED if open_still else _AGREED),
        confidence=0.2 if open_still else 0.8 if invited or case.own else 0.6,
        risk="high" if harms else "medium" if medium else "low",
        found=(*text.done, *gaps, *unanswered, *understood.remarks, *_careful(replace(case, harms=harms))),
    )


def _cancelled(case: _Case, understood: Understood) -> Draft:
    """Without the invitation's own id no calendar program finds the entry: the person takes it out by hand."""
    who, starts = _name(case) or _SOMEBODY, understood.appointment.starts
    starts = starts or next((moment.starts for moment in understood.moments), None)
    when = f" on {dates.spell(starts, 'en', case.around.now.date())}" if starts else ""
    clock = f", {starts:%H:%M}," if isinstance(starts, datetime) else ""
    todo = f"- [ ] Take the appointment with {who}{when}{clock} out of your calendar."
    why = "An appointment is cancelled, and your calendar cannot be changed from here."
    texts = (todo, appointment.kept(case.text))
    title = f"Cancelled: {appointment.titled(case.task.title)}"
    return _to_do(case, f"Cancelled by {who}", texts, title=title, why=why)


def _to_do(case: _Case, name: str, texts: tuple[str, ...], *, title: str, why: str) -> Draft:
    """A thing that only the person can do, as a document."""
    text = feedback.follow(case.desk.earlier, texts, ())
    plain = " ".join(re.sub(r"[^\w -]+", " ", name).split())
    unanswered = () if case.sender is None else ("Nobody was answered. To answer, drop a note “Write to …”.",)
    return Draft(
        action="document.save",
        params={"folder": "Documents", "name": f"{plain[:60].strip()}.md"},
        text=text.text,
        title=neutral.visible(title)[:120],
        reason=why,
        confidence=0.5,
        risk="high" if case.harms else "low",
        found=(*text.done, *unanswered, *_careful(case)),
    )


def _description(case: _Case, understood: Understood, *, invited: bool, safe: bool) -> tuple[str, ...]:
    """With whom, from which message or file, and what they wrote. What is not `safe` is only in the original."""
    people = understood.appointment.people
    others = [each for each in people if not any(map(case.desk.handbook.is_me, extract.addresses(each)))]
    named = neutral.visible(", ".join(others or ((str(case.sender),) if case.sender else ())))
    subject = appointment.titled(case.task.title)
    source = "" if case.own or (invited and case.sender) else f"{'Message' if case.sender else 'File'}: {subject}"
    theirs = understood.details or appointment.kept(case.text if case.sender or not invited else "")
    return (
        f"With {named}" if named and not (case.machine and not others) else "",
        source,
        "" if invited and not safe else theirs,
    )


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
    """Who is to be called, or "". A machine that reports a call is not the one who called."""
    sender = case.sender
    if sender is None or case.machine:
        return calls.introduced(case.text)
    return calls.spoken_name(sender, case.desk.handbook) or sender.email


def _subject(case: _Case) -> str:
    """The subject as what a call is about; none when it only asks for the call, or a machine wrote it."""
    subject = appointment.titled(case.task.title).strip(" :?!.")
    says_nothing = case.sender is None or case.machine or len(subject.split()) == 1
    return "" if says_nothing or case.around.says("call_back", subject) else f"“{subject[:80]}”"


def _careful(case: _Case) -> Iterator[str]:
    yield from (f"Careful: {harm}." for harm in case.harms)
    yield from case.task.mail.warnings if case.task.mail else ()
