"""Drafts of calendar entries, and of what only the person can do: take an entry out, listen to a recording."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.core import appointment, call_requests, calls, neutral, titles
from daemon.core.appointment import Circumstances, Understood
from daemon.core.draft import Closed, Draft
from daemon.core.formats.invitations import Invitation
from daemon.core.language import dates, extract, feedback, words
from daemon.core.language.reading import Reader
from daemon.core.mail import Address
from daemon.core.ports import Desk
from daemon.core.task import Task

_ASKED = "Write the start you choose into “starts”, then approve."
_NOTED = "It became an entry for the calendar."
_AGREED = "It became an entry for the calendar."
_UNANSWERED = "The entry answers nobody: to answer, drop a note “Write to …”."
_NAMED = "It names a time, but nothing is agreed."
_CANCELLED = "They sent a calendar file that cancels an appointment."
SOMEBODY = "the caller"


@dataclass(frozen=True, slots=True)
class Case:
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
        warnings = self.task.mail.warnings if self.task.mail else ()
        odd = self.machine or any(re.search(r"sender|From|Reply-To|address", warning) for warning in warnings)
        if self.task.kind == "file":
            return "the file that you dropped"
        return "" if odd or self.sender is None else f"the mail of {self.sender.email}, who asks for the call"

    @property
    def known(self) -> bool:
        return self.own or bool(self.sender and self.desk.handbook.knows(self.sender.email))


def invited_to(case: Case, invited: Sequence[Invitation]) -> Draft | Closed:
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
    return entered(case, replace(understood, remarks=(*more, *understood.remarks)), invited=True)


def unheard(task: Task) -> str:
    """Where a dropped recording lies that nobody has written down, or ""."""
    sounds = (file.path for file in task.attachments if file.media_type.startswith(("audio/", "video/")))
    return next(sounds, "") if task.kind == "file" and not task.text.strip() else ""


def to_hear(case: Case, sound: str) -> Draft:
    """A thing to do: listen to the recording that lies there."""
    name = sound.rpartition("/")[2]
    todo = f"- [ ] Listen to [[{sound}|{name}]] and drop a note that says what to do."
    why = "A recording came in, and nothing here can listen to it."
    return _to_do(case, f"Listen to {name}", (todo,), title=f"A recording: {name}", why=why)


def read(case: Case) -> Understood:
    """The appointment that the text speaks of."""
    who = calls.spoken_name(case.sender, case.desk.handbook) if case.sender else ""
    title = "" if case.own else titles.titled(case.task.title, who)
    return appointment.read(case.task.title, case.text, case.around, title=title, own=case.own)


def entered(case: Case, understood: Understood, *, invited: bool) -> Draft:
    """The draft of a calendar entry. Its text becomes the description of the entry."""
    entry, cancels = understood.appointment, understood.appointment.method == "cancel"
    harms = case.harms or tuple(Reader(case.desk.handbook, case.around.books).harms(understood.details))
    described = _description(case, understood, invited=invited, safe=not harms)
    text = feedback.to_nobody(feedback.follow(case.desk.earlier, described, ()), case.desk.earlier)
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
        found=(*text.done, *gaps, *unanswered, *understood.remarks, *careful(replace(case, harms=harms))),
    )


def cancelled(case: Case, understood: Understood) -> Draft:
    """Without the invitation's own id no calendar program finds the entry: the person takes it out by hand."""
    who, starts = name_of(case) or SOMEBODY, understood.appointment.starts
    starts = starts or next((moment.starts for moment in understood.moments), None)
    when = f" on {dates.spell(starts, 'en', case.around.now.date())}" if starts else ""
    clock = f", {starts:%H:%M}," if isinstance(starts, datetime) else ""
    todo = f"- [ ] Take the appointment with {who}{when}{clock} out of your calendar."
    why = "An appointment is cancelled, and your calendar cannot be changed from here."
    texts = (todo, appointment.kept(case.text))
    title = f"Cancelled: {titles.titled(case.task.title)}"
    return _to_do(case, f"Cancelled by {who}", texts, title=title, why=why)


def _to_do(case: Case, name: str, texts: tuple[str, ...], *, title: str, why: str) -> Draft:
    """A thing that only the person can do, as a document."""
    text = feedback.to_nobody(feedback.follow(case.desk.earlier, texts, ()), case.desk.earlier)
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
        found=(*text.done, *unanswered, *careful(case)),
    )


def _description(case: Case, understood: Understood, *, invited: bool, safe: bool) -> tuple[str, ...]:
    """With whom, from which message or file, and what they wrote. What is not `safe` is only in the original."""
    people = understood.appointment.people
    others = [each for each in people if not any(map(case.desk.handbook.is_me, extract.addresses(each)))]
    named = neutral.visible(", ".join(others or ((str(case.sender),) if case.sender else ())))
    subject = titles.titled(case.task.title)
    source = "" if case.own or (invited and case.sender) else f"{'Message' if case.sender else 'File'}: {subject}"
    theirs = understood.details or appointment.kept(case.text if case.sender or not invited else "")
    return (
        f"With {named}" if named and not (case.machine and not others) else "",
        source,
        "" if invited and not safe else theirs,
    )


def name_of(case: Case) -> str:
    """Who is to be called, or "". A machine that reports a call is not the one who called."""
    sender = case.sender
    if sender is None or case.machine:
        return call_requests.introduced(case.text)
    return calls.spoken_name(sender, case.desk.handbook) or sender.email


def careful(case: Case) -> Iterator[str]:
    """What warns of the message, in sentences."""
    yield from (f"Careful: {harm}." for harm in case.harms)
    yield from case.task.mail.warnings if case.task.mail else ()
