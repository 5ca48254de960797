"""The body of an answer, made of our own words only. See `reading` for how a message is understood.

Nothing is claimed that nobody did. Dates and amounts of the sender's are for the person's eyes, not for the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from daemon.core.handbook import Handbook
from daemon.core.language import dates
from daemon.core.language.reading import Reading


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. `optional`: "shorter" may drop it."""

    text: str
    optional: bool = False


def body(read: Reading, handbook: Handbook, today: date) -> Iterator[Paragraph]:
    """What to say between greeting and closing. A message that may do harm gets facts and courtesy only."""
    say = read.book.line
    asks = () if read.harms else tuple(_asks(read, today))
    kind = read.kind and not (read.open_questions or asks or read.harms or read.complaint or read.legal)
    opening = say("kind" if kind else "thanks")
    yield Paragraph(f"{opening} {say('sorry')}" if read.complaint else opening, optional=not kind)
    facts = [fact.answer for fact in read.facts if not handbook.forbidden(fact.answer)]
    yield from (Paragraph(fact) for fact in facts)
    if not read.harms and read.attachment == "here":
        yield Paragraph(say("received"), optional=True)
    if read.complaint and not read.harms and not read.open_questions:
        yield Paragraph(say("later_complaint"))
    if asks:
        yield Paragraph(" ".join(asks))
    if later := _later(read, answered=bool(facts) or kind, asked=bool(asks)):
        yield Paragraph(later)


def _asks(read: Reading, today: date) -> Iterator[str]:
    yield from (read.book.line(key) for key in dict.fromkeys(ask.say for ask in read.asks))
    for mention in read.dates:
        if mention.other and mention.day >= today:
            first, second = (dates.spell(day, read.book.code, today) for day in (mention.day, mention.other))
            yield read.book.line("which_day", one=first, other=second)
    if read.attachment == "missing":
        yield read.book.line("missing_file")


def _later(read: Reading, *, answered: bool, asked: bool) -> str:
    """The sentence for what stays open; nothing is promised but an answer."""
    say, dated = read.book.line, read.meeting and any(read.dates)
    meetings = [question for question in read.open_questions if dated and read.book.has("meeting", question)]
    others = len(read.open_questions) - len(meetings)
    if meetings:
        return f"{say('later_meeting')} {say('later_rest')}" if others else say("later_meeting")
    if others and answered:
        return say("later_rest")
    if others:
        return say("later_one" if others == 1 else "later_many")
    return "" if answered or asked or (read.complaint and not read.harms) else say("later")
