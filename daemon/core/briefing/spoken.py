"""The briefing as it is read out: a minute and a half at most, whatever the night was like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from daemon.core.briefing import first, saying
from daemon.core.briefing.first import Matter
from daemon.core.briefing.night import Draft, Night

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LEADS = ("First:", "Then:", "And:")  # before what the note names first, too
_LONG = timedelta(hours=1)  # a shorter wait is not worth a word


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it is read, and for how long at most."""

    words_per_minute: int = 140
    seconds: int = 90

    @property
    def words(self) -> int:
        return self.words_per_minute * self.seconds // 60


def words(text: str) -> int:
    """How many words a voice says; `twenty-one` is two."""
    return len(_WORD.findall(text))


def text(night: Night, pace: Pace) -> str:
    """What is read out: the important sentences that fit, in the order in which one tells them, one a line.

    The greeting and what to do first are always there.
    """
    sentences = [sentence for sentence in _sentences(night) if sentence.text]
    left = pace.words - sum(words(s.text) for s in sentences if s.weight == 0)
    chosen = {s for s in sentences if s.weight == 0}
    for sentence in sorted((s for s in sentences if s.weight), key=lambda s: s.weight):
        if words(sentence.text) <= left:
            chosen.add(sentence)
            left -= words(sentence.text)
    return "\n".join(sentence.text for sentence in sentences if sentence in chosen)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """`weight` 0 is always said; of the others the smallest first, as long as there is time."""

    weight: int
    text: str


def _sentences(night: Night) -> list[_Sentence]:
    matters = zip(_LEADS, first.matters(night), strict=False)
    return [
        _Sentence(0, f"{_greeting(night)}. It is {saying.day(night.made)}."),
        _Sentence(1, "Everything is paused: nothing leaves until you resume." if night.paused is not None else ""),
        _Sentence(6, _late(night)),
        _Sentence(7, _missed(night)),
        _Sentence(3, _happened(night)),
        _Sentence(2, _waiting(night, night.drafts)),
        *(_Sentence(0 if lead == _LEADS[0] else 4, _told(lead, matter, night)) for lead, matter in matters),
        _Sentence(5, _due(night)),
        _Sentence(2, _review(night)),
        _Sentence(2, _failed(night)),
        _Sentence(3, _troubled(night)),
        _Sentence(8, _closed(night)),
        _Sentence(0, "" if first.matters(night) or night.problems else "There is nothing you have to do."),
    ]


def _greeting(night: Night) -> str:
    part = "morning" if night.made.hour < 12 else "afternoon" if night.made.hour < 18 else "evening"  # noqa: PLR2004
    return f"Good {part}"


def _late(night: Night) -> str:
    if not night.late or night.planned is None:
        return ""
    return f"This was meant for {saying.time(night.planned)}, but the computer was not running."


def _missed(night: Night) -> str:
    if not night.missed:
        return ""
    return f"{saying.counted(len(night.missed), 'earlier briefing').capitalize()} could not be made."


def _happened(night: Night) -> str:
    since = saying.when(night.since.date(), night.made.date())
    came = saying.counted(night.figures.arrived, "thing") if night.figures.arrived else "nothing"
    count, ready = len(night.finished), len(night.ready)
    done = f", and {saying.number(count)} {'was' if count == 1 else 'were'} carried out" if count else ""
    which = "It is" if count == 1 else f"Of these, {saying.number(ready)} {'is' if ready == 1 else 'are'}"
    send = f" {which} ready for you to send." if ready else ""
    return f"Since {since.removeprefix('on ')}, {came} came in{done}.{send}"


def _waiting(night: Night, drafts: Sequence[Draft]) -> str:
    if not drafts:
        return "Nothing waits for you."
    count, today = len(drafts), night.made.date()
    oldest = min(drafts, key=lambda d: d.since)
    risky = sum(d.risk == "high" for d in drafts)
    urgent = sum(first.is_pressing(d, today) for d in drafts)
    facts = [
        f"{saying.number(risky)} of high risk" if risky else "",
        f"{saying.number(urgent)} urgent" if urgent else "",
    ]
    some = f", {' and '.join(fact for fact in facts if fact)}" if risky or urgent else ""
    waits = "draft waits" if count == 1 else "drafts wait"
    age = night.made - oldest.since
    tail = f" {'It' if count == 1 else 'The oldest'} has waited {saying.span(age)}." if age >= _LONG else ""
    return f"{saying.number(count).capitalize()} {waits} for your yes or no{some}.{tail}"


def _told(lead: str, matter: Matter, night: Night) -> str:
    """One of the things to do first, by name."""
    title = saying.title(matter.title) or "the note on top"
    match matter.kind:
        case "decide" if matter.draft:
            return f"{lead} {', '.join([title, *_facts(matter.draft, night)])}."
        case "send":
            return f"{lead} send what lies ready: {title}{', and the rest' if matter.count > 1 else ''}."
        case _:
            return f"{lead} {title}. Only you can put it right."


def _facts(draft: Draft, night: Night) -> list[str]:
    facts = [_due_on(draft, night), "high risk" if draft.risk == "high" else "", saying.amount(draft.amount)]
    return [fact for fact in facts if fact]


def _due(night: Night) -> str:
    due = len(first.due_this_week(night.drafts, night.made.date()))
    return f"{saying.number(due).capitalize()} {'is' if due == 1 else 'are'} due within a week." if due > 1 else ""


def _review(night: Night) -> str:
    count = len(night.review)
    return f"{saying.counted(count, 'note needs', 'notes need').capitalize()} your review." if count else ""


def _failed(night: Night) -> str:
    return (
        f"{saying.counted(len(night.failed), 'task').capitalize()} failed; the note says why." if night.failed else ""
    )


def _troubled(night: Night) -> str:
    if not night.problems:
        return ""
    more = len(night.problems) - 1
    also = f" There {'is' if more == 1 else 'are'} {saying.counted(more, 'more problem')}." if more else ""
    said = saying.problem(night.problems[0].title)
    return f"{f'A problem: {said}.' if said else 'There is a problem; the note says which.'}{also}"


def _closed(night: Night) -> str:
    count, filed = night.closed_count, night.filed_count
    some = "and was" if count == 1 else "all" if filed == count else f"{saying.number(filed)} of them"
    mails = f", {some} filed in your mailbox" if filed else ""
    return f"{saying.number(count).capitalize()} needed no answer{mails}." if count else ""


def _due_on(draft: Draft, night: Night) -> str:
    if draft.due is None:
        return "urgent" if draft.priority == "urgent" and "urgent" not in saying.title(draft.title).lower() else ""
    overdue = draft.due < night.made.date()
    return "overdue" if overdue else f"due {saying.when(draft.due, night.made.date())}"
