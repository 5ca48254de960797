"""Making the briefing: gather what the ledger and the notes know, compose it, and place it in Briefings/."""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from statistics import median
from typing import Any

from daemon.core import approval, names
from daemon.core.briefing import page, spoken
from daemon.core.briefing.night import Closed, Draft, Figures, Finished, Models, Night, Stuck
from daemon.core.neutral import ours
from daemon.core.policy import Blocked
from daemon.core.ports import Changed, Missing, NameTaken, VaultProblem, VaultReader
from daemon.core.properties import Value
from daemon.core.proposal import Proposal, State, sha256
from daemon.core.schedule import Outcome
from daemon.ops import catalogue
from daemon.ops.catalogue import Listed
from daemon.runtime.context import Context
from daemon.runtime.ledger.audit import Record
from daemon.runtime.ledger.spending import ANSWERED, UNAFFORDABLE, WEAKER
from daemon.runtime.minds import purse
from daemon.runtime.showing import FILED
from daemon.runtime.status import BRIEFINGS, Status
from daemon.runtime.urgency import Urgency

JOB, BY_HAND = BRIEFINGS  # among the runs: by the clock, and by `employee briefing`
FOLDER = "Briefings"
_OURS = "briefing.written"  # in the ledger: the files of the last day that we wrote, by the digests they may have
_FIRST_LOOK = timedelta(hours=24)  # how far the very first briefing looks back


@dataclass(frozen=True, slots=True)
class Made:
    """A briefing: where it lies, the note and what is read out."""

    path: str
    note: str
    spoken: str


def make(context: Context, status: Status, now: datetime, *, planned_at: datetime | None = None) -> Made:
    """Compose the briefing of the day and place it. `planned_at` None: somebody asked for it.

    A later one of the same day takes the place of the earlier, unless the person wrote into that. Raises Transient.
    """
    zone, rules = context.zone, context.settings.briefing
    night = gather(context, status, now, planned_at)
    said = spoken.text(night, spoken.Pace(rules.words_per_minute, rules.max_spoken_seconds))
    note = page.render(night, said)
    path = place(context, (planned_at or now).astimezone(zone).date(), note)
    if planned_at is None:
        _note_by_hand(context, path, now)
    return Made(path, note.decode(), said)


def _note_by_hand(context: Context, path: str, now: datetime) -> None:
    """The next day's briefing tells what came after this one, too."""
    run = context.ledger.runs.claim(BY_HAND, now, timedelta(), now)
    if run:
        context.ledger.runs.finish(BY_HAND, run, path, now)


# --- placing


def place(context: Context, day: date, note: bytes) -> str:
    """Put it under its day, and return the path. What we wrote before is replaced; what a person wrote never is.

    Its digest is known before it is written: after a kill it is ours all the same.
    """
    vault, ledger = context.vault, context.ledger
    ours, new = _written(ledger.get(_OURS), day), sha256(note)
    for number in itertools.count(1):
        path = f"{FOLDER}/{day}.md" if number == 1 else f"{FOLDER}/{day}-{number}.md"
        found = _there(vault, path)
        if found is not None and sha256(found) not in ours.get(path, ()):
            continue
        kept = [sha256(found)] if found is not None else []
        ledger.put(_OURS, json.dumps({"day": day.isoformat(), "files": {**ours, path: [*kept, new]}}))
        with suppress(NameTaken, Changed, Missing):  # somebody was quicker: theirs stays
            if found is None:
                return vault.create(path, note)
            vault.replace(path, note, expected=found)
            return path
    raise AssertionError("the numbers do not end")


def _there(vault: VaultReader, path: str) -> bytes | None:
    """None when nothing is there; what cannot be read holds nothing that is ours."""
    try:
        return vault.read(path)
    except Missing:
        return None
    except VaultProblem:
        return b""


def _written(text: str, day: date) -> dict[str, list[str]]:
    """The files of the day that we wrote, each with the digests it may have."""
    table: dict[str, Any] = json.loads(text) if text else {}
    return table["files"] if table.get("day") == day.isoformat() else {}


# --- gathering


def gather(context: Context, status: Status, now: datetime, planned_at: datetime | None) -> Night:
    """What the ledger and the notes know, since the last briefing of an earlier day."""
    ledger, zone = context.ledger, context.zone
    day = (planned_at or now).astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    last = ledger.runs.last_done((JOB, BY_HAND), day)
    since = last.started_at if last and last.started_at else now - _FIRST_LOOK
    records = ledger.audit.since(since + timedelta(microseconds=1))
    listed = catalogue.listed(context.vault, ledger, ("Needs_Review", "Failed"))
    return Night(
        made=now.astimezone(zone),
        since=since.astimezone(zone),
        planned=planned_at and planned_at.astimezone(zone),
        drafts=[_draft(context, proposal, status.urgencies[proposal.key]) for proposal in status.pending],
        finished=[_finished(context, record) for record in records if _is_done(record)],
        closed=_closed(context, records),
        held=[_held(status.waits[proposal.key], proposal, zone) for proposal in status.held],
        review=[_stuck(context, note) for note in listed if note.path.startswith("Needs_Review/")],
        failed=[_stuck(context, note) for note in listed if note.path.startswith("Failed/")],
        problems=_problems(status, planned_at),
        missed=[
            run.planned_at.astimezone(zone) for run in ledger.runs.finished((JOB,), since) if run.outcome in _NOT_MADE
        ],
        paused=status.paused.reason if status.paused else None,
        figures=_figures(context, records),
        models=_models(context, since, now),
    )


def _models(context: Context, since: datetime, now: datetime) -> Models:
    spending = context.ledger.spending
    _, yesterday = purse.days(now, context.zone, 2)[0]
    answered = spending.tasks(ANSWERED, since, now)
    unasked = set(spending.tasks([UNAFFORDABLE], since, now)) - set(answered)
    weaker = set(spending.tasks([WEAKER], since, now)) - unasked
    return Models(spending.within(yesterday.start, yesterday.end), len(weaker), len(unasked))


def _problems(status: Status, planned_at: datetime | None) -> list[Stuck]:
    found = [Stuck(p.what, "", "", p.remedy) for p in status.problems if not p.what.endswith(_TOLD)]
    if planned_at is None and not status.running and not found:
        found.append(
            Stuck("AI Employee is not running", "", "nothing new was worked on", ours("`employee run` starts it."))
        )
    return found


_NOT_MADE = (Outcome.MISSED, Outcome.FAILED)
_TOLD = ("in Needs_Review/", "in Failed/", "could not be made")  # problems that have a list of their own


def _draft(context: Context, proposal: Proposal, urgency: Urgency) -> Draft:
    content = context.ledger.proposals.content(proposal.key)
    said = approval.published_parts(content.note)[0].properties
    return Draft(
        title=proposal.title,
        link=proposal.name.removesuffix(".md"),
        action=proposal.action,
        risk=proposal.risk,
        since=proposal.proposed_at.astimezone(context.zone),
        expires=proposal.expires_at.astimezone(context.zone),
        priority=urgency.priority,
        due=urgency.due,
        amount=_amount(said),
    )


def _amount(said: Mapping[str, Value]) -> str:
    amount, currency = said.get("amount"), said.get("currency")
    known = isinstance(amount, Decimal | int) and isinstance(currency, str)
    return f"{amount:,.2f} {currency}" if known and amount is not None else ""


def _is_done(record: Record) -> bool:
    """Carried out, or found out by the person to have happened."""
    return record.kind == "RESULT" or (record.kind == "SETTLED" and record.data.get("state") == State.DONE.value)


def _finished(context: Context, record: Record) -> Finished:
    proposal = context.ledger.proposals.latest(record.subject)
    path = _path(str(record.data.get("receipt", "")))
    link = proposal.name.removesuffix(".md") if proposal else ""
    title = proposal.title if proposal else record.subject
    return Finished(title, link, str(record.data.get("outcome", "sent")), path)


def _path(receipt: str) -> str:
    """The first file that a receipt names, which may stand in a sentence; "" for what left."""
    found = _FILE.search(receipt)
    return found[1] if found else receipt.partition(" sha256:")[0] if " sha256:" in receipt else ""


# Of an invoice the file stands in brackets behind the sentence that says what became of it.
_FILE = re.compile(r"\(([^()]{1,500}?) sha256:[0-9a-f]{64}")


def _closed(context: Context, records: Iterable[Record]) -> list[Closed]:
    """By reason and label, the most frequent first; what was dropped once more last."""
    found: defaultdict[tuple[bool, str, str, bool], list[tuple[str, str]]] = defaultdict(list)
    for record in records:
        if record.kind == "CLOSED":
            kind, mail = _kind(context, record)
            found[kind].append(mail)
    by_number = sorted(found.items(), key=lambda each: (each[0][0], -len(each[1])))
    return [
        Closed(why, [title for title, _ in named], again, [link for _, link in named] if mailed else (), label)
        for (again, why, label, mailed), named in by_number
    ]


def _kind(context: Context, record: Record) -> tuple[tuple[bool, str, str, bool], tuple[str, str]]:
    """With what a closed task is told: again, why, label, whether it is mail of a mailbox; and its title and note."""
    ledger, task = context.ledger, record.subject
    known, again = ledger.tasks.get(task), ledger.tasks.came_before(task)
    mailed = not again and ledger.filed_mail(task)
    title = known.title if known else task
    why = _AGAIN if again else str(record.data.get("why", ""))
    label = ledger.jottings.get(task, FILED) if mailed else ""
    return (again, why, label, mailed), (title, names.task_name("email", title, task).removesuffix(".md"))


_AGAIN = "the same content came before; nothing was done again"


def _held(waits: Blocked, proposal: Proposal, zone: tzinfo) -> Stuck:
    """Approved, and why it is not out yet."""
    return Stuck(proposal.title, proposal.name.removesuffix(".md"), waits.sentence(zone))


def _stuck(context: Context, note: Listed) -> Stuck:
    task = names.identity(note.path.rpartition("/")[2])
    known = context.ledger.tasks.get(task[0]) if task else None
    proposal = context.ledger.proposals.latest(task[0]) if task and note.kind == "draft" else None
    why = (proposal.why if proposal else known.error if known else "") or "the note says what happened"
    link = note.path.rpartition("/")[2].removesuffix(".md") if note.path.endswith(".md") else ""
    return Stuck(note.title, link, why)


def _figures(context: Context, records: Iterable[Record]) -> Figures:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    further: set[str] = set()
    waits: list[float] = []  # seconds
    for record in records:
        kinds[record.kind].add(record.subject)
        further |= {record.subject} if _follows(context, record) else set()
        if record.kind in {"APPROVED", "REJECTED"}:
            proposal = context.ledger.proposals.get((record.subject, int(record.data.get("generation", 1))))
            waited = datetime.fromisoformat(record.at) - proposal.proposed_at if proposal else None
            waits += [waited.total_seconds()] if waited else []
    return Figures(
        arrived=len(kinds["ARRIVED"] - further),
        further=len(further),
        drafted=len(kinds["PROPOSED"]),
        approved=len(kinds["APPROVED"]),
        rejected=len(kinds["REJECTED"]),
        expired=len(kinds["EXPIRED"]),
        wait=timedelta(seconds=median(waits)) if waits else None,
    )


def _follows(context: Context, record: Record) -> bool:
    """Whether it is the second thing in something that came in, and came in only as a part of that."""
    first = str(record.data.get("source_key", "")).rpartition("+")[0]
    return record.kind == "ARRIVED" and bool(first) and context.ledger.tasks.by_source(first) is not None
