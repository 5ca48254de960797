"""What runs, what waits, what is wrong, what comes next: read from files and the ledger, without the daemon."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes import connectors
from daemon.core.mailboxes.connectors import Before, Connector, Known
from daemon.core.minds import outages, thrift
from daemon.core.minds.thrift import Purse
from daemon.core.neutral import ours
from daemon.core.policy import Blocked, local_day
from daemon.core.ports import VaultProblem
from daemon.core.proposal import Decision, Key, Proposal, State
from daemon.runtime import heartbeat
from daemon.runtime.heartbeat import Beat
from daemon.runtime.ledger import Ledger
from daemon.runtime.minds.purse import purse
from daemon.runtime.status import BRIEFINGS, FOLDERS, Problem, RoleState, Status
from daemon.runtime.urgency import Urgencies

if TYPE_CHECKING:
    from daemon.core.minds.budget import Limits
    from daemon.core.minds.outages import Reach
    from daemon.core.ports import VaultReader
    from daemon.runtime.gate import Gate


_HANDBOOK = "Company_Handbook.md"


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where to look."""

    vault: VaultReader
    where: str  # the vault's folder, for people
    ledger: Ledger
    beats: Path
    every: timedelta  # between two heartbeats
    zone: tzinfo
    urgencies: Urgencies
    gate: Callable[[], Gate]  # asked only when something is approved: settings take a moment to check
    limits: Callable[[], Limits]  # what may be spent on language models
    reach: Callable[[], Reach]  # which of them may be asked
    mailboxes: Callable[[], Sequence[Known]]  # that are connected; raises UserError when nobody can know


def status(outlook: Outlook, now: datetime) -> Status:
    """Never raises for a vault that is away: that is one of the things to tell."""
    ledger = outlook.ledger
    beats = heartbeat.read(outlook.beats)
    drafts = Drafts.of(ledger)
    urgencies = {p.key: outlook.urgencies.of(p) for p in drafts.waiting}
    counts, away = _counts(outlook.vault)
    counts |= _today(ledger, local_day(now, outlook.zone))
    money, reach = purse(ledger, outlook.limits(), outlook.zone, now), outlook.reach()
    connected, unwatched = _connectors(outlook, [beat for beat in beats if beat.alive(now, outlook.every)], now)
    problems = [*away, *_handbook(outlook.vault), *_skills(outlook.vault, ledger), *_models(outlook, money, reach, now)]
    problems += [*unwatched, *_problems(beats, counts, now, outlook.every), *_given_up(ledger, outlook.zone)]
    return Status(
        vault=outlook.where,
        roles={beat.role: _role(beat, now, outlook.every) for beat in beats},
        counts=counts,
        pending=sorted(drafts.waiting, key=lambda p: (urgencies[p.key].order, p.proposed_at)),
        held=sorted(drafts.held, key=lambda p: (p.decided_at or now, p.proposed_at)),
        waits=_waits(drafts.held, outlook, now),
        paused=ledger.paused,
        problems=_distinct(problems),
        decided=drafts.decided,
        notices=[*_noticed(beats, now, outlook.every), *_away(outlook.vault, drafts)],
        oldest_pending=now - min(p.proposed_at for p in drafts.waiting) if drafts.waiting else None,
        next_jobs=ledger.runs.next(now),
        urgencies=urgencies,
        entry=newest.seq if (newest := ledger.audit.newest()) else 0,
        unheard=len(ledger.decisions.open()),
        purse=money,
        offline=reach.offline,
        connectors=connected,
    )


@dataclass(frozen=True, slots=True)
class Drafts:
    """What is open, by who has to act next."""

    waiting: Sequence[Proposal]  # the person
    held: Sequence[Proposal]  # nobody; it goes out when its time has come
    gone: Sequence[Proposal]  # the person: either of these, but its note is gone
    decided: Sequence[tuple[Proposal, Decision]]  # the manager: decided by command

    @classmethod
    def of(cls, ledger: Ledger) -> Drafts:
        noted = ledger.decisions.noted()
        undecided = [p for p in ledger.proposals.open() if p.state in _CHANGES]
        decided = [p for p in undecided if p.key in noted and noted[p.key].verdict in _CHANGES[p.state]]
        left = [p for p in undecided if p not in decided]
        return cls(
            waiting=[p for p in left if p.state is State.PROPOSED and not p.gone_since],
            held=[p for p in left if p.state is State.HELD and not p.gone_since],
            gone=[p for p in left if p.gone_since],
            decided=[(p, noted[p.key]) for p in decided],
        )


# What a decision by command changes, so that the draft no longer is what it was, whether anybody acted on it or not.
_CHANGES = {State.PROPOSED: frozenset({"approve", "reject"}), State.HELD: frozenset({"undo", "reject"})}


def _gone(proposal: Proposal) -> str:
    again = "undo" if proposal.state is State.HELD else "retry"
    return (
        f"{proposal.label} {proposal.title}: its note is gone. Put it back, or `employee {again} {proposal.label}` "
        "shows it to you again; if neither happens, it is dropped"
    )


def misplaced(label: str, folder: str) -> str:
    """A sentence about a draft that nobody decided and whose note was moved to what is over."""
    return (
        f"{label} is not decided: its note was moved to {folder}/, which says nothing. Move it to Approved/ or "
        "Rejected/, or back to Pending_Approval/"
    )


def _away(vault: VaultReader, drafts: Drafts) -> list[str]:
    """A sentence for each draft whose note is not where it can be decided."""
    moved = _moved(vault, [*drafts.waiting, *drafts.held, *drafts.gone])
    told = [misplaced(each.label, moved[each.name]) for each in (*drafts.waiting, *drafts.held) if each.name in moved]
    dropped = [f"{misplaced(each.label, moved[each.name])}; if nothing happens, it is dropped"
               for each in drafts.gone if each.name in moved]  # fmt: skip
    return [*told, *dropped, *(_gone(each) for each in drafts.gone if each.name not in moved)]


def _moved(vault: VaultReader, drafts: Sequence[Proposal]) -> dict[str, str]:
    """The notes in Done/ and Failed/, with their folder. Nobody looks there while all lie where they belong."""
    try:
        there = {entry.name for folder in _OPEN for entry in vault.scan(folder)} if drafts else set[str]()
        missing = {each.name for each in drafts if each.seen} - there
        entries = [entry for folder in _OVER for entry in vault.scan(folder, deep=True)] if missing else []
    except Transient:
        return {}
    return {entry.name: entry.path.partition("/")[0] for entry in entries if entry.name in missing}


_OPEN, _OVER = ("Pending_Approval", "Approved"), ("Failed", "Done")


def _connectors(outlook: Outlook, running: Sequence[Beat], now: datetime) -> tuple[list[Connector], list[Problem]]:
    said = {beat.role: beat.problems for beat in running}
    try:
        mailboxes = outlook.mailboxes()
    except UserError as error:
        return connectors.of((), said), [_told(str(error))]
    unwatched = [each for each in mailboxes if each.kind not in said]
    before = {each.name: found for each in unwatched if (found := _before(outlook, each))}
    return connectors.of(mailboxes, said, before), [gap for each in mailboxes for gap in _gap(outlook, each, now)]


def _gap(outlook: Outlook, mailbox: Known, now: datetime) -> list[Problem]:
    """Mail that nobody looked at, until a briefing has told of it."""
    lost, told = outlook.ledger.letters(mailbox.name).newest_loss, outlook.ledger.runs.last_done(BRIEFINGS, now)
    if lost is None or not lost.gap or (told and told.started_at and told.started_at > lost.at):
        return []
    wanted, since = (at.astimezone(outlook.zone) for at in (lost.wanted, lost.since))
    what = f"{mailbox.address}: mail before {_date(since)} was not looked at: I had not looked since {_date(wanted)}"
    return [Problem(what, ours("look through it in your mail program; drop into Inbox/ what still wants an answer"))]


def _date(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _before(outlook: Outlook, mailbox: Known) -> Before | None:
    """What was wrong when something last looked into it; before the newest login it says nothing."""
    found = outlook.ledger.letters(mailbox.name).trouble
    if found is None or (mailbox.logged_in and found.at < datetime.fromisoformat(mailbox.logged_in)):
        return None
    at = found.at.astimezone(outlook.zone)
    return Before(found.problems, f"{at.day} {at:%B %H:%M}")


def _waits(held: Sequence[Proposal], outlook: Outlook, now: datetime) -> dict[Key, Blocked]:
    if not held:
        return {}
    opening = outlook.gate().open(now)
    return {p.key: opening.blocked(p.action) or _not_yet(p, now) for p in held}


def _not_yet(proposal: Proposal, now: datetime) -> Blocked:
    """Nothing forbids it, but it is not out yet."""
    if proposal.hold and now < proposal.hold.until:
        return Blocked(proposal.hold.until, "can still be undone")
    if proposal.not_before and now < proposal.not_before:
        return Blocked(proposal.not_before, proposal.why or "the provider asked to wait")
    return Blocked(None, "goes out next")


def _today(ledger: Ledger, day: str) -> dict[str, int]:
    """What was carried out, what needed nothing, and both together: what was dropped once more is in neither."""
    carried_out, closed = ledger.tasks.finished_on(day), ledger.tasks.closed_on(day)
    return {"carried_out_today": carried_out, "closed_today": closed, "done_today": carried_out + closed}


def _counts(vault: VaultReader) -> tuple[dict[str, int], list[Problem]]:
    try:
        return {name: len(vault.scan(folder, deep=name == "in_progress")) for name, folder in FOLDERS.items()}, []
    except Transient as away:
        return dict.fromkeys(FOLDERS, 0), [_told(str(away))]


def _models(outlook: Outlook, money: Purse, reach: Reach, now: datetime) -> list[Problem]:
    """What is wrong with asking language models: no money left, or nobody answers."""
    failing = outlook.ledger.spending.failing(now - outages.LOOKED_AT)
    worries = (*thrift.worries(money), *outages.worries(failing, reach, now, outlook.zone))
    return [Problem(worry.what, worry.remedy) for worry in worries]


def _handbook(vault: VaultReader) -> list[Problem]:
    """Sections that count for nothing because their heading is mistyped."""
    try:
        text = vault.read(_HANDBOOK).decode("utf-8", "replace")
    except (VaultProblem, Transient):
        return []
    from daemon.core import handbook  # what reads it takes a moment to load

    mistyped = (each for each in handbook.unread(text) if each.near)
    return [Problem(f"{_HANDBOOK}: {each.sentence}", ours("call it “## {}”", each.near)) for each in mistyped]


def _skills(vault: VaultReader, ledger: Ledger) -> list[Problem]:
    """Skills of the person's that count no more because their file changed."""
    pins = ledger.trust.pins()
    if not pins:
        return []
    from daemon.runtime import guidance  # what reads a skill takes a moment to load

    return [Problem(*said) for said in guidance.changed(vault, pins)]


def _role(beat: Beat, now: datetime, every: timedelta) -> RoleState:
    running = beat.alive(now, every)
    return RoleState(running, beat.pid if running else None, beat.at, beat.restarts)


def _problems(beats: Sequence[Beat], counts: dict[str, int], now: datetime, every: timedelta) -> list[Problem]:
    found: list[Problem] = []
    lost = [beat for beat in beats if not beat.stopped and not beat.alive(now, every)]
    for beat in beats:
        if beat.alive(now, every):
            found += [_told(said) for said in beat.problems]
            found += _stuck(beat, now)
    found += [_silent(beat) for beat in lost if beat.exists()]
    found += _ended([beat.role for beat in lost if not beat.exists()])
    if counts["needs_review"]:
        found.append(Problem(f"{counts['needs_review']} in Needs_Review/", ours("open them; each says what to do")))
    if counts["failed"]:
        found.append(Problem(f"{counts['failed']} in Failed/", ours("open them; `employee retry ID` tries again")))
    return found


def _noticed(beats: Iterable[Beat], now: datetime, every: timedelta) -> list[str]:
    return [notice for beat in beats if beat.alive(now, every) for notice in beat.notices]


def _told(said: str) -> Problem:
    """An error says what is wrong in its first sentence, and what to do about it in the others (`core.errors`)."""
    if connectors.LOG_IN in said:
        return Problem(said, ours("log in as it says; nothing is lost meanwhile"))
    what, remedy = _SENTENCES.split(said, maxsplit=1) if _SENTENCES.search(said) else (said, "")
    return Problem(what.rstrip("."), ours("{}", remedy) if remedy else ours("see the log; it is tried again"))


_SENTENCES = re.compile(r"(?<=[a-z\d)\]/”`'\"][a-z\d)\]/”`'\"])\. (?=[A-Z])")


def _given_up(ledger: Ledger, zone: tzinfo) -> list[Problem]:
    return [
        Problem(
            f"the {job} of {at.astimezone(zone):%a %H:%M} could not be made", ours("`employee {}` makes it now", job)
        )
        for job, at in ledger.runs.given_up()
    ]


def _silent(beat: Beat) -> Problem:
    said = f"the role {beat.role} has been silent since {beat.at[11:19]} UTC; its process {beat.pid} is still there"
    return Problem(said, ours("end that process (kill {}) and start again: `employee run`", str(beat.pid)))


def _ended(roles: Sequence[str]) -> list[Problem]:
    """They usually ran in one process, which was killed: that is one thing to tell, and one to do."""
    if not roles:
        return []
    *others, last = roles
    named = f"the roles {', '.join(others)} and {last}" if others else f"the role {last}"
    again = ours("start them again: `employee run`") if others else ours("start it again: `employee run`")
    return [Problem(f"{named} ended without saying so", again)]


def _stuck(beat: Beat, now: datetime) -> list[Problem]:
    busy = beat.stuck(now)
    if busy is None:
        return []
    said = f"the role {beat.role} has been busy with one thing for {busy.total_seconds() / 60:.0f} min"
    return [Problem(said, ours("see the log; if it goes on, restart it"))]


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    """What several roles say in the same words is said once."""
    said: dict[str, Problem] = {}
    for problem in problems:
        said.setdefault(problem.what, problem)
    return list(said.values())
