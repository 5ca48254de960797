"""The briefing as a note: what matters first, then everything, short enough for a phone, and what is read out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from daemon.core import frontmatter, names, neutral
from daemon.core.briefing import first
from daemon.core.briefing.first import Matter
from daemon.core.briefing.night import Closed, Draft, Finished, Models, Night, Stuck
from daemon.core.minds.budget import shown

TAG = "ai-employee/briefing"
SHOWN = 10  # entries of one list; the folders have them all
FIRST = 3
_TITLE = 90  # characters
_UNSAFE = re.compile(r"[\[\]|#^<>\\`*_~=%$!&{}]+")
_NO_LINK = re.compile(r"[\[\]|#^]")
_ADDRESS = re.compile(r" ?<[^<>]{1,300}>")
_DAY = timedelta(days=1)
_LONG = timedelta(hours=1)  # a shorter wait is not worth a word
_PRIORITIES = {"urgent": "**urgent**", "high": "high priority"}
_WAYS_OUT = "Each note says what happened and names the ways out."
_MISFILED = "Does one of them need an answer? Write it in your mail program, or drop a note about it into Inbox/."
_AGAIN = "To try again, put right what is said there and move the note to Needs_Action/."
T = TypeVar("T")


def render(night: Night, spoken: str) -> bytes:
    """The complete note; `spoken` is what stands under its last heading."""
    today = night.made.date()
    drafts = first.ranked(night.drafts)
    due = [draft for draft in first.due_this_week(night.drafts, today) if draft not in drafts[:SHOWN]]
    done = [done for done in night.finished if not done.to_send]
    blocks = [
        f"# {night.made:%A}, {night.made.day} {night.made:%B}",
        _opening(night),
        _first(night),
        _list("The program", [*map(_missed, night.missed), *map(_problem, night.problems)], str, count=0),
        _list("Waiting for you", drafts, lambda d: _draft(d, night.made), "Pending_Approval/"),
        _list("Also due this week", due, lambda d: _dated(d, today)),
        _list("Carried out, ready for you to send", night.ready, _finished, "Outbox/"),
        _list("Approved, not out yet", night.held, _stuck),
        _list("Needs your review", night.review, _stuck, "Needs_Review/", after=_WAYS_OUT),
        _list("Failed", night.failed, _stuck, "Failed/", after=_AGAIN),
        _list("Carried out, nothing left to do", done, _finished, "Done/"),
        _list("Filed without an answer", night.filed, _filed, count=night.filed_count, after=_MISFILED),
        _list(
            "Closed without an answer",
            [closed for closed in night.closed if not closed.again and not closed.links],
            _closed,
            count=night.closed_count - night.filed_count,
        ),
        _list("Dropped once more", [closed for closed in night.closed if closed.again], _closed, count=0),
        _figures(night),
        _models(night.models),
        f"## Spoken\n\n{spoken}",
    ]
    properties = {"type": "briefing", "created": _naive(night.made), "tags": (TAG,), "cssclasses": (names.CARD,)}
    return frontmatter.render(properties, "\n\n".join(block for block in blocks if block) + "\n")


def _opening(night: Night) -> str:
    """Three lines that say how the night was."""
    said = [f"{_since(night)}: {_summary(night)}"]
    if night.late and night.planned:
        said.append(f"This briefing is late: it was planned for {_moment(night.planned, night.made)}, and the computer "
                    "or the program was not running then.")  # fmt: skip
    if night.paused is not None:
        because = f": {neutral.inline(night.paused)}" if night.paused else ""
        said.append(f"> [!danger] Everything is paused{because}\n> Nothing leaves until you type `employee resume`.")
    return "\n\n".join(said)


def _summary(night: Night) -> str:
    if not (night.figures.arrived or night.finished or night.drafts):
        return "nothing came in, and nothing waits for you."
    ready, done, waiting = len(night.ready), len(night.finished), len(night.drafts)
    send = f" ({ready} of {'it' if done == 1 else 'them'} ready for you to send)" if ready else ""
    parts = [
        f"{night.figures.arrived or 'nothing'} came in",
        f"{done} {'was' if done == 1 else 'were'} carried out{send}" if done else "",
        f"{night.closed_count} needed no answer" if night.closed_count else "",
        f"{waiting or 'nothing'} {'wait' if waiting > 1 else 'waits'} for you",
    ]
    return ", ".join(part for part in parts if part) + "."


# --- the three things that matter


def _first(night: Night) -> str:
    lines = [_matter(each, night) for each in first.matters(night)[:FIRST]]
    if not lines:
        return ""
    return "\n".join(["> [!important] First", *(f"> {n}. {line}" for n, line in enumerate(lines, 1))])


def _matter(matter: Matter, night: Night) -> str:
    """What to do, and the note to open for it."""
    lead = _LEADS[matter.kind] if matter.draft is None else _pressure(matter.draft, night)
    rest = matter.count - 1
    more = f" and {rest} more that {'lies' if rest == 1 else 'lie'} ready" if rest else ""
    return f"**{lead}**: {_link(matter.link, matter.title)}{more}"


_LEADS = {"review": "Only you can know", "failed": "Put right", "send": "Send it"}


def _pressure(draft: Draft, night: Night) -> str:
    """Why it is to be decided now."""
    due = _due(draft, night.made.date()) if draft.due else ""
    told = [
        "urgent" if draft.priority == "urgent" else "",
        f"{due[0].lower()}{due[1:]}" if due else "",
        "expires soon" if draft.expires - night.made < _DAY else "",
        f"{draft.risk} risk" if draft.risk == "high" or not due else "",
    ]
    said = ", ".join(each for each in told if each)
    return f"{said[0].upper()}{said[1:]}"


# --- one line a thing


def _draft(draft: Draft, now: datetime) -> str:
    urgent = _PRIORITIES.get(draft.priority, "")
    due = _due(draft, now.date()) if draft.due else ""
    waited = f"waits {_age(now - draft.since)}" if now - draft.since >= _LONG else ""
    expires = f"expires {_moment(draft.expires, now)}" if draft.expires - now < 2 * _DAY else ""
    facts = [
        urgent,
        f"**{due[0].lower()}{due[1:]}**" if due else "",
        f"{draft.risk} risk",
        draft.amount,
        waited,
        expires,
    ]
    return f"{_link(draft.link, draft.title)} ({', '.join(fact for fact in facts if fact)})"


def _dated(draft: Draft, today: date) -> str:
    return f"{_due(draft, today)}: {_link(draft.link, draft.title)}"


def _due(draft: Draft, today: date) -> str:
    due = draft.due or today
    days = (due - today).days
    if days < 0:
        return f"Overdue since {due:%a} {due.day} {due:%b}"
    return {0: "Due today", 1: "Due tomorrow"}.get(days) or f"Due {due:%a} {due.day} {due:%b}"


def _finished(done: Finished) -> str:
    if not done.path:
        return f"{_link(done.link, done.title)}: {done.outcome}"
    linkable = done.path.isprintable() and not _NO_LINK.search(done.path)
    where = f"[[{done.path}]]" if linkable else neutral.inline(done.path)
    return f"{_link(done.link, done.title)}: {where}"


def _stuck(stuck: Stuck) -> str:
    return f"{_link(stuck.link, stuck.title)}: {neutral.inline(stuck.why)}"


def _problem(stuck: Stuck) -> str:
    said = ": ".join(neutral.inline(part) for part in (stuck.title, stuck.why) if part)
    remedy = neutral.inline(stuck.remedy)
    return f"{said}. {remedy[:1].upper()}{remedy[1:]}"


def _closed(closed: Closed) -> str:
    titles = ", ".join(_plain(each) for each in closed.titles[:3])
    more = f" and {len(closed.titles) - 3} more" if len(closed.titles) > 3 else ""  # noqa: PLR2004
    return f"{titles}{more}: {neutral.inline(closed.why)}"


def _filed(closed: Closed) -> str:
    named = [_link(*each) for each in zip(closed.links[:3], closed.titles, strict=False)]
    more = len(closed.titles) - len(named)
    label = f" in {_plain(closed.label)}" if closed.label else ""
    said = f"{', '.join(named)}{f' and {more} more' if more else ''}"
    return f"**{len(closed.titles)}{label}**: {neutral.inline(closed.why)} {said}"


def _missed(at: datetime) -> str:
    return f"The briefing of {at:%A}, {at.day} {at:%B}, {at:%H:%M}, was not made."


def _figures(night: Night) -> str:
    f = night.figures
    counts = {
        "came in": f.arrived, "more asked for in them": f.further, "drafted": f.drafted, "approved": f.approved,
        "rejected": f.rejected, "carried out": len(night.finished), "expired": f.expired,
        "closed without an answer": night.closed_count,
    }  # fmt: skip
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    wait = f" A draft waited {_age(f.wait)} for your decision (median)." if f.wait and f.wait >= _LONG else ""
    return f"## Figures\n\n{said}.{wait}" if said else ""


def _models(models: Models) -> str:
    """What they cost, and what the budget did to the drafts."""
    weaker, unasked = models.weaker, models.unasked
    cheaper = f"{weaker} {'task' if weaker == 1 else 'tasks'} went to a cheaper model" if weaker else ""
    rules = f"{unasked} {'was' if unasked == 1 else 'were'} done by rules or {'waits' if unasked == 1 else 'wait'}"
    short = ", and ".join(part for part in (cheaper, rules if unasked else "") if part)
    said = [
        f"Yesterday they cost {shown(models.yesterday)}." if models.yesterday else "",
        f"The budget ran short: {short}. [budget] in your configuration raises it." if short else "",
    ]
    return f"## Language models\n\n{' '.join(filter(None, said))}" if any(said) else ""


def _list(  # noqa: PLR0913 - what a list of a note can have
    heading: str,
    things: Sequence[T],
    line: Callable[[T], str],
    folder: str = "",
    *,
    count: int | None = None,
    after: str = "",
) -> str:
    if not things:
        return ""
    total = len(things) if count is None else count
    lines = [f"- {line(each)}" for each in things[:SHOWN]]
    more = len(things) - SHOWN
    lines += [f"- … and {more} more{f' in {folder}' if folder else ''}"] if more > 0 else []
    lines += ["", after] if after else []
    return "\n".join([f"## {heading} ({total})" if total else f"## {heading}", "", *lines])


# --- words


def _link(name: str, title: str) -> str:
    return f"[[{name}|{_plain(title)}]]" if name else _plain(title)


def _plain(title: str) -> str:
    """A title that is plain text also inside a link, where an escape would be shown."""
    shown = neutral.label(_ADDRESS.sub("", title[:1000]), _TITLE)
    return " ".join(_UNSAFE.sub(" ", shown).split()) or "(no title)"


def _since(night: Night) -> str:
    return f"Since {_moment(night.since, night.made)}"


def _moment(moment: datetime, now: datetime) -> str:
    days = (moment.date() - now.date()).days
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}.get(days)
    return f"{near or f'{moment:%A}, {moment.day} {moment:%B}'}, {moment:%H:%M}"


def _age(length: timedelta) -> str:
    for unit, size in (("days", _DAY), ("hours", timedelta(hours=1))):
        if length >= 2 * size:
            return f"{length // size} {unit}"
    return f"{max(0, length // timedelta(minutes=1))} minutes"


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None, microsecond=0)
