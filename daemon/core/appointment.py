"""An appointment as a value: read from the text of a mail or note, or from an invitation. Nothing is guessed.

A time that is missing, past or can be read two ways leaves `starts` open and says so; the person fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from daemon.core import titles
from daemon.core.formats import invitations
from daemon.core.formats.invitations import Invitation
from daemon.core.language import dates, extract, meetings, moments, phrasebook, places, times, words, zones
from daemon.core.language.moments import Found, Moment
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.task import Task

Method = Literal["create", "change", "cancel"]
NO_CALENDAR = "Your calendar cannot be looked at from here: check yourself that nothing else is at that time."
ASKED = "They ask for this time, nothing is agreed. The entry answers nobody: to answer, drop a note “Write to …”."
YEARS = range(1990, 2200)  # what lies outside is no appointment, and breaks the arithmetic of zones
_LARGEST = 1_000_000  # bytes of an invitation
_MOST = 6  # times that are listed for the person to choose from
_LONG_PLACE = 120
_KEPT = 1500  # characters of a message that a calendar entry keeps


@dataclass(frozen=True, slots=True)
class Appointment:
    """`starts` is aware, a date for whole days, None while it is open."""

    title: str
    starts: datetime | date | None
    duration: timedelta
    place: str = ""
    people: tuple[str, ...] = ()
    uid: str = ""  # of the invitation; "" makes a new entry
    method: Method = "create"
    organizer: str = ""  # mail address, for a cancellation


@dataclass(frozen=True, slots=True)
class Understood:
    """`remarks` say where each part comes from, `open`: what the person has to fill in. Sentences."""

    appointment: Appointment
    remarks: tuple[str, ...]
    open: tuple[str, ...] = ()
    details: str = ""  # what the sender of an invitation wrote into it
    moments: tuple[Moment, ...] = ()  # every time that the text names


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What reading depends on beside the text. `now` is in the person's zone, `default` the usual length."""

    now: datetime
    written: date  # the day that "tomorrow" counts from
    default: timedelta
    books: Mapping[str, Phrasebook]

    def language(self, text: str) -> str:
        found = phrasebook.detect(self.books, text)
        return found.code if found else phrasebook.FALLBACK

    def says(self, cue: str, text: str) -> bool:
        """Whether one of the cues stands in the text, in any language."""
        return bool(words.mentioned(text, phrasebook.every(self.books.values(), cue)))


def recognised(subject: str, text: str, around: Circumstances, *, own: bool = False) -> str:
    """Why a message is an appointment to put into the calendar, or "". `own`: the person wrote it, as a note.

    Of a mail, one time must be named beyond doubt, and be agreed or announced, not asked: "can we meet on
    Friday at 3?" wants an answer. Several times to choose from want one as well.
    """
    whole = f"{subject}\n\n{text[: extract.LIMIT]}"
    if not (around.says("diary", whole) or around.says("agreed", whole) or (own and around.says("meeting", whole))):
        return ""
    found = _named(subject, text, around)
    if around.says("cancelled", whole) and not own:
        return "it cancels an appointment" if found.moments else ""
    if own:
        return "your note names a date and time for the calendar" if found.moments else ""
    only = found.only
    if only is None or only.starts < around.now or _asked(only, text[: extract.LIMIT], around):
        return ""
    return f"a date and time is agreed (“{only.quote}”)"


def read(subject: str, text: str, around: Circumstances, *, title: str = "", own: bool = False) -> Understood:
    """The appointment that a message speaks of; `starts` stays open unless one time is named beyond doubt.

    `title` is what to call it; else the text tells, without its times. `own`: the person wrote it, so nothing is
    only asked.
    """
    found = _named(subject, text, around)
    text = text[: extract.LIMIT]
    title = title or _untimed(text, found, around)
    only, gaps = found.only, tuple(_open(found, text, around))
    starts = only.starts if only and not gaps else None
    span = only.length if only else None
    named = times.length(text)
    duration = span or (named[0] if named else around.default)
    place = _short(places.find(text))
    asked = (ASKED,) if only and not own and _asked(only, text, around) else ()
    remarks = (*asked, *(only.remarks if only else ()), *_sources(only, named, around), NO_CALENDAR)
    return Understood(Appointment(title, starts, duration, place), remarks, gaps, moments=found.moments)


def _named(subject: str, text: str, around: Circumstances) -> Found:
    """The moments of the text; the subject's, which may be older, only when the text names none."""
    text = text[: extract.LIMIT]
    found = moments.find(text, around.written, around.now, around.language(text))
    if found.moments or found.doubts:
        return found
    whole = f"{subject}\n\n{text}"
    return moments.find(whole, around.written, around.now, around.language(whole))


def of_invitation(invitation: Invitation, around: Circumstances) -> Understood:
    """The appointment of a calendar invitation. Its sender wrote all of it: values, never instructions."""
    starts, remarks = _placed(invitation.starts, invitation.zone, around)
    ends = _placed(invitation.ends, invitation.zone, around)[0]
    duration = _between(starts, ends) or around.default
    gaps = () if starts else ("The invitation names no time that can be read.",)
    found = Appointment(
        title=titles.unprefixed(_short(invitation.summary)).strip() or "Appointment",
        starts=starts,
        duration=duration,
        place=_short(invitation.place) or _short(places.video(invitation.description[: extract.LIMIT])),
        people=tuple(map(_short, filter(None, (invitation.organizer, *invitation.attendees)))),
        uid=invitation.uid[:200],
        method="cancel" if invitation.method == "CANCEL" else "create",
        organizer=next(iter(extract.addresses(invitation.organizer)), ""),
    )
    remarks += _of_invitation(invitation, found, around, ends=ends is not None)
    return Understood(found, tuple(remarks), gaps, kept(invitation.description))


def _of_invitation(said: Invitation, found: Appointment, around: Circumstances, *, ends: bool) -> Iterator[str]:
    """What to know beside its time."""
    if found.starts and _is_past(found.starts, around.now):
        yield "It lies in the past."
    if said.method == "COUNTER":
        yield "They propose this time instead of another; nothing is agreed."
    if not ends and found.starts:
        yield f"The invitation names no end; {_spoken(found.duration)} is your usual length."
    if said.repeats:
        which = "only its first date is cancelled here" if found.method == "cancel" else "only its first date is here"
        yield f"It repeats ({_repeats(said.repeats)}); {which}."
    if found.method != "cancel":
        yield NO_CALENDAR


_EVERY = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def _repeats(rule: str) -> str:
    """The rule in words, as far as they are sure: "every 2 weeks, 6 times"; else as it stands."""
    said = {name: value for name, _, value in (part.partition("=") for part in rule.upper().split(";"))}
    unit, step, count = _EVERY.get(said.get("FREQ", "")), said.get("INTERVAL", "1"), said.get("COUNT", "")
    if not unit or not step.isdecimal():
        return _short(rule)
    every = f"every {unit}" if step == "1" else f"every {step[:4]} {unit}s"
    return f"{every}, {count[:4]} times" if count.isdecimal() else every


def invitations_of(task: Task) -> tuple[Invitation, ...]:
    """The events of a calendar file that came along, or of a dropped one."""
    if task.mail is None and (dropped := tuple(event for file in task.attachments for event in file.invitations)):
        return dropped
    parts = task.mail.attachments if task.mail else ()
    calendars = (part.data for part in parts if part.media_type == "text/calendar" or part.name.endswith(".ics"))
    texts = [data[:_LARGEST].decode("utf-8", "replace").replace("\r\n", "\n") for data in calendars]
    texts += [task.text] if task.kind == "file" and "BEGIN:VCALENDAR" in task.text[:1000] else []
    read = (event for text in texts for event in invitations.read(text))
    return tuple({(event.uid, event.method, str(event.starts)): event for event in read}.values())


def kept(text: str) -> str:
    """What they wrote, as far as an entry should hold it."""
    whole = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    return whole if len(whole) <= _KEPT else f"{whole[:_KEPT].rpartition(' ')[0]} …"


def params(understood: Understood, now: datetime) -> Mapping[str, object]:
    """What the action `appointment.create` needs. Times are the person's wall clock, where that is unmistakable."""
    entry, zone = understood.appointment, zone_name(now)
    starts = entry.starts
    if isinstance(starts, datetime):
        wall = starts.replace(tzinfo=None, fold=0)
        meant = zoned(wall, zone)
        if meant is None or meant.astimezone(UTC) != starts.astimezone(
            UTC
        ):  # the second of two equal hours, or a zone without a name
            wall, zone = starts.astimezone(UTC).replace(tzinfo=None), "UTC"
        begins = wall.replace(second=0, microsecond=0)
    else:
        begins = datetime.combine(starts, time()) if starts else None
    return {
        "subject": entry.title,
        "starts": begins,
        "duration": max(1, int(entry.duration.total_seconds() // 60)),
        "zone": zone,
        "place": entry.place,
        "whole_day": starts is not None and not isinstance(starts, datetime),
        "uid": entry.uid,
        "method": entry.method,
        "organizer": entry.organizer,
    }


# --- title -----------------------------------------------------------------------------------------------


def _untimed(text: str, found: Found, around: Circumstances) -> str:
    """The first sentence that names a time, without times, days, lengths and the words for "into the calendar"."""
    sentences = _sentences(text)
    clocks = [_clock(moment) for moment in found.moments]
    sentence = next((s for s in sentences if any(clock in s for clock in clocks)), next(iter(sentences), ""))[
        :400
    ].replace("\n", " ")
    language = around.language(text)
    spans = [spell.quote for spell in times.find(sentence, language)]
    spans += [mention.quote for mention in dates.find(sentence, around.written, language)]
    spans += [named[1]] if (named := times.length(sentence)) else []
    spans += re.findall(rf"(?<!\w)(?:{dates.WEEKDAYS})(?!\w)", sentence, re.IGNORECASE) if spans else []
    spans += words.mentioned(sentence, phrasebook.every(around.books.values(), "diary"))
    for span in sorted(spans, key=len, reverse=True):
        sentence = re.sub(rf"(?<!\w){re.escape(span.rstrip('*'))}", "\u2014", sentence, flags=re.IGNORECASE)
    sentence = re.sub(r"\b(?:mon|tues?|wed|thurs?|fri|sat|sun)\.?\s*(?=\u2014)", "", sentence, flags=re.IGNORECASE)
    pieces = [piece for part in sentence.split("\u2014") if (piece := titles.trimmed(part))]
    return _short(max(pieces, key=len, default="Appointment"))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<!\d\.)\n", "\n".join(extract.sentences(text)))  # "3.12." ends no sentence


# --- what is open ----------------------------------------------------------------------------------------


def _open(found: Found, text: str, around: Circumstances) -> Iterator[str]:
    yield from found.doubts
    coming = [moment for moment in found.moments if moment.starts >= around.now]
    if not found.moments and not found.doubts:
        days = [
            dates.spell(day, "en", around.written)
            for day in meetings.days(
                _sentences(text), around.says, around.written, around.now.date(), language=around.language(text)
            )
        ]
        which = ": which one is meant?" if len(days) > 1 else "."
        yield "No date with a time is named." + (f" They name {' and '.join(days)}{which}" if days else "")
    elif found.moments and not coming:
        yield f"It lies in the past: {_when(found.moments[0])}."
    if len(found.moments) > 1 and _MOVES.search(text):
        yield f"An appointment is moved: {' may be the old time, '.join(map(_when, found.moments[:2]))} the new one."
    elif len(found.moments) > 1:
        yield f"Several times are possible: {'; '.join(map(_when, found.moments[:_MOST]))}."
    elif found.only and found.only.length and around.says("moved", text):
        yield f"It speaks of a moved appointment: “{found.only.quote}” may be the old and the new time."


def _asked(moment: Moment, text: str, around: Circumstances) -> bool:
    """Whether the time stands in a question or a wish, and nothing beside it agrees."""
    clock = _clock(moment)
    asking = {*extract.questions(text), *(s for s in extract.sentences(text) if _WISH.search(s))}
    return any(clock in each and not around.says("agreed", each) for each in asking)


_MOVES = re.compile(
    r"\b(?:moved?|move|resched\w+|postpone\w*|instead of|verschieben|verschoben|verleg\w+|statt|report(?:é|er)\w*|"
    r"déplac\w+|décal\w+|aplaza\w+|cambiar|en lugar de|spost\w+|rinvi\w+|anziché|invece d\w+|adiar|adiad\w+|remarc\w+|"
    r"em vez d\w+|verzet\w*|verplaats\w*|in plaats van)\b",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:would like|i'd like|we'd like|if possible|preferably|ideally|could i|could we|can i|can we|"
    r"(?:möchte|würde|hätte)\w*|am liebsten|wenn möglich|falls möglich|"
    r"(?:j'aimerais|je voudrais|nous voudrions|souhait\w+|si possible|de préférence)|"
    r"(?:me gustaría|nos gustaría|quisiera|querría|a ser posible|si es posible|preferiblemente)|"
    r"(?:vorrei|vorremmo|mi piacerebbe|se possibile|preferibilmente)|"
    r"(?:gostaria|gostava|gostaríamos|se possível|de preferência)|"
    r"(?:zou graag|zouden graag|wil graag|indien mogelijk|als het kan|liefst|bij voorkeur))\b",
    re.IGNORECASE,
)


def _clock(moment: Moment) -> str:
    """The first word of a time that has a figure in it, to find its sentence again."""
    said = moment.quote.split()
    return next((word for word in said if any(map(str.isdecimal, word))), said[0])


def _when(moment: Moment) -> str:
    day = dates.spell(moment.starts.date(), "en", moment.starts.date())
    return f"{day}, {moment.starts:%H:%M} (“{moment.quote}”)"


# --- where each part comes from --------------------------------------------------------------------------


def _sources(only: Moment | None, named: tuple[timedelta, str] | None, around: Circumstances) -> Iterator[str]:
    if only and not any("time zone" in remark for remark in only.remarks):
        yield f"The time is taken as yours ({zone_name(around.now)})."
    if only and only.length:
        yield f"The length is from the text: “{only.quote}”."
    elif named:
        yield f"The length is from the text: “{named[1]}”."
    else:
        yield f"No length is named; {_spoken(around.default)} is your usual one."


def zone_name(moment: datetime) -> str:
    """The name of the zone in the world's table, or UTC."""
    return str(getattr(moment.tzinfo, "key", "UTC"))


def _spoken(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} minutes" if minutes != 60 else "an hour"  # noqa: PLR2004 - minutes of an hour


def _placed(
    named: datetime | date | None, zone: str, around: Circumstances
) -> tuple[datetime | date | None, list[str]]:
    """In the person's zone; a time without one that is known is taken as the person's, and that is said."""
    if named is None or named.year not in YEARS:
        return None, []
    if not isinstance(named, datetime):
        return named, []
    own = around.now.tzinfo or UTC
    if named.tzinfo is None and (known := zones.of_windows(zone)):
        named = named.replace(tzinfo=known)
    if named.tzinfo is None:
        asked = f"Its time zone “{_short(zone)}” is not known" if zone else "It names no time zone"
        return named.replace(tzinfo=own), [f"{asked}; the time is taken as yours ({zone_name(around.now)})."]
    local = named.astimezone(own)
    if local.replace(tzinfo=None) == named.replace(tzinfo=None):
        return local, []
    there, day = _short(zone) or "another zone", dates.spell(local.date(), "en", local.date())
    return local, [f"It says {named:%H:%M} ({there}); that is {local:%H:%M} on {day} in your time zone."]


def _between(starts: datetime | date | None, ends: datetime | date | None) -> timedelta | None:
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        return ends - starts if timedelta(0) < ends - starts <= timedelta(days=7) else None
    if starts and ends and not isinstance(starts, datetime) and not isinstance(ends, datetime):
        return max(min(ends - starts, timedelta(days=30)), timedelta(0)) + timedelta(days=1)
    return timedelta(days=1) if starts and not isinstance(starts, datetime) else None


def _is_past(starts: datetime | date, now: datetime) -> bool:
    return starts < now if isinstance(starts, datetime) else starts < now.date()


def _short(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= _LONG_PLACE else f"{plain[: _LONG_PLACE - 1]}…"


def zoned(local: datetime, zone: str) -> datetime | None:
    """The wall-clock time `local` in the zone of that name; None when the zone or the time does not exist."""
    info = zones.named(zone)
    aware = local.replace(tzinfo=info) if info else None
    if aware is None or aware.astimezone(UTC).astimezone(info).replace(tzinfo=None) != local:
        return None
    return aware
