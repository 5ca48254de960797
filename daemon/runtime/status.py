"""What runs, what waits, what is wrong, what comes next: read from files and the ledger, without the daemon."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.core.errors import Transient, UserError
from daemon.core.mailboxes import connectors
from daemon.core.mailboxes.connectors import Before, Connector, Known
from daemon.core.minds import outages, thrift
from daemon.core.minds.thrift import Purse
from daemon.core.neutral import Ours, ours
from daemon.core.policy import Blocked, local_day
from daemon.core.proposal import Decision, Key, Proposal, State
from daemon.runtime import heartbeat
from daemon.runtime.heartbeat import Beat
from daemon.runtime.ledger import Ledger, Pause
from daemon.runtime.minds.purse import purse
from daemon.runtime.urgency import Urgencies, Urgency

if TYPE_CHECKING:
    from daemon.core.minds.budget import Limits
    from daemon.core.minds.outages import Reach
    from daemon.core.ports import VaultReader
    from daemon.runtime.gate import Gate

SCHEMA = 1
BRIEFINGS = ("briefing", "briefing by hand")  # what makes one, among the runs
MAIL_ROLES = ("gmail", "imap")  # each looks into the mailboxes of one kind
FOLDERS = {
    "inbox": "Inbox",
    "needs_action": "Needs_Action",
    "in_progress": "In_Progress",
    "pending_approval": "Pending_Approval",
    "approved": "Approved",
    "needs_review": "Needs_Review",
    "failed": "Failed",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """`what` may name things from outside; `remedy` is ours."""

    what: str
    remedy: Ours

    @property
    def sentence(self) -> str:
        """Both in one line, for the log."""
        between = ". " if self.remedy[:1].isupper() else "; "
        return f"{self.what.rstrip('.')}{between}{self.remedy}"


@dataclass(frozen=True, slots=True)
class RoleState:
    running: bool
    pid: int | None
    heartbeat: str | None  # UTC
    restarts: int = 0  # since it last ended as it should


@dataclass(frozen=True, slots=True)
class Status:
    """One moment of the whole employee."""

    vault: str
    roles: dict[str, RoleState]
    counts: dict[str, int]
    pending: Sequence[Proposal]  # waiting for the person: urgent first, then due, then the oldest
    held: Sequence[Proposal]  # neither holds a draft whose note is gone
    paused: Pause | None
    problems: Sequence[Problem]
    notices: Sequence[str]
    oldest_pending: timedelta | None
    next_jobs: Sequence[tuple[str, datetime]]  # what the scheduler does next, and when
    urgencies: Mapping[Key, Urgency] = field(default_factory=dict[Key, Urgency])  # of what waits
    waits: Mapping[Key, Blocked] = field(default_factory=dict[Key, Blocked])  # why what is held is not out yet
    entry: int = 0  # the newest of the record of what was done
    decided: Sequence[tuple[Proposal, Decision]] = ()  # by command, and nobody acted on it yet
    unheard: int = 0  # decisions by command that nobody acted on yet
    purse: Purse | None = None  # what language models cost
    offline: bool = False  # no language model may be asked
    connectors: Sequence[Connector] = ()  # ways in and out

    @property
    def running(self) -> bool:
        return any(role.running for role in self.roles.values())

    @property
    def at_work(self) -> str:
        """Which roles run and have something to do; "" when nothing runs."""
        kinds = {each.name.partition(".")[0] for each in self.connectors if each.state != "off"}
        return at_work({name: role.pid for name, role in self.roles.items() if role.running}, kinds)


def at_work(running: Mapping[str, int | None], kinds: Collection[str]) -> str:
    """The roles that have something to do, with their processes as far as known, each once; "" when nothing runs.

    `kinds`: of the connected mailboxes. A role that looks for mailboxes and finds none only waits for one.
    """
    idle = [role for role in MAIL_ROLES if role in running and role not in kinds]
    processes: dict[int | None, list[str]] = {}
    for role, pid in running.items():
        if role not in idle:
            processes.setdefault(pid, []).append(role)
    said = ", ".join(", ".join(roles) + (f" (process {pid})" if pid else "") for pid, roles in processes.items())
    none = "no mailbox connected" if idle and not (said and any(role in kinds for role in MAIL_ROLES)) else ""
    return "; ".join(filter(None, (said, none)))


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


def collect(outlook: Outlook, now: datetime) -> Status:
    """Never raises for a vault that is away: that is one of the things to tell."""
    ledger, every = outlook.ledger, outlook.every
    alive = heartbeat.read(outlook.beats)
    proposals, noted = ledger.proposals.open(), ledger.decisions.noted()
    decided = [p for p in proposals if p.key in noted and noted[p.key].verdict in _CHANGES.get(p.state, ())]
    open_now = [p for p in proposals if p not in decided]
    waiting = [p for p in open_now if p.state is State.PROPOSED and not p.gone_since]
    held = [p for p in open_now if p.state is State.HELD and not p.gone_since]
    urgencies = {p.key: outlook.urgencies.of(p) for p in waiting}
    counts, problems = _counts(outlook.vault)
    counts |= _today(ledger, local_day(now, outlook.zone))
    problems += _skills(outlook.vault, ledger)
    money = purse(ledger, outlook.limits(), outlook.zone, now)
    reach = outlook.reach()
    failing = outages.worries(ledger.spending.failing(now - outages.LOOKED_AT), reach, now, outlook.zone)
    problems += [Problem(worry.what, worry.remedy) for worry in (*thrift.worries(money), *failing)]
    connected, unreadable = _connectors(outlook, [beat for beat in alive if beat.alive(now, every)], now)
    return Status(
        vault=outlook.where,
        roles={beat.role: _role(beat, now, every) for beat in alive},
        counts=counts,
        pending=sorted(waiting, key=lambda p: (urgencies[p.key].order, p.proposed_at)),
        held=sorted(held, key=lambda p: (p.decided_at or now, p.proposed_at)),
        waits=_waits(held, outlook, now),
        paused=ledger.paused,
        problems=_distinct(
            [*problems, *unreadable, *_problems(alive, counts, now, every), *_given_up(ledger, outlook.zone)]
        ),
        decided=[(p, noted[p.key]) for p in decided],
        notices=[
            *(notice for beat in alive if beat.alive(now, every) for notice in beat.notices),
            *(_gone(p) for p in open_now if p.gone_since and p.state in _CHANGES),
        ],
        oldest_pending=now - min(p.proposed_at for p in waiting) if waiting else None,
        next_jobs=ledger.runs.next(now),
        urgencies=urgencies,
        entry=newest.seq if (newest := ledger.audit.newest()) else 0,
        unheard=len(ledger.decisions.open()),
        purse=money,
        offline=reach.offline,
        connectors=connected,
    )


# What a decision by command changes, so that the draft no longer is what it was, whether anybody acted on it or not.
_CHANGES = {State.PROPOSED: frozenset({"approve", "reject"}), State.HELD: frozenset({"undo", "reject"})}


def _gone(proposal: Proposal) -> str:
    again = "undo" if proposal.state is State.HELD else "retry"
    return (
        f"{proposal.label} {proposal.title}: its note is gone. Put it back, or `employee {again} {proposal.label}` "
        "shows it to you again; if neither happens, it is dropped"
    )


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


def unattended(status: Status) -> Status:
    """The same; that something waits for the program while nothing runs is one of its problems.

    For those who look from outside: `employee run --once` shows no heartbeat, and works all the same.
    """
    if status.running:
        return status
    waiting = [f"{status.counts[name]} in {FOLDERS[name]}/" for name in _FOR_US if status.counts[name]]
    waiting += [f"{status.unheard} decided by command"] if status.unheard else []
    if not waiting:
        return status
    problem = Problem(f"nothing runs, and this waits for it: {', '.join(waiting)}", ours("start it: `employee run`"))
    return replace(status, problems=[problem, *status.problems])


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    """What several roles say in the same words is said once."""
    said: dict[str, Problem] = {}
    for problem in problems:
        said.setdefault(problem.what, problem)
    return list(said.values())


_FOR_US = ("inbox", "needs_action", "approved")


def _today(ledger: Ledger, day: str) -> dict[str, int]:
    """What was carried out, what needed nothing, and both together: what was dropped once more is in neither."""
    carried_out, closed = ledger.tasks.finished_on(day), ledger.tasks.closed_on(day)
    return {"carried_out_today": carried_out, "closed_today": closed, "done_today": carried_out + closed}


def _counts(vault: VaultReader) -> tuple[dict[str, int], list[Problem]]:
    try:
        return {name: len(vault.scan(folder, deep=name == "in_progress")) for name, folder in FOLDERS.items()}, []
    except Transient as away:
        return dict.fromkeys(FOLDERS, 0), [_told(str(away))]


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
    for beat in beats:
        if beat.alive(now, every):
            found += [_told(said) for said in beat.problems]
            found += _stuck(beat, now)
        elif not beat.stopped:
            found.append(_silent(beat))
    if counts["needs_review"]:
        found.append(Problem(f"{counts['needs_review']} in Needs_Review/", ours("open them; each says what to do")))
    if counts["failed"]:
        found.append(Problem(f"{counts['failed']} in Failed/", ours("open them; `employee retry ID` tries again")))
    return found


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
    if beat.exists():
        said = f"the role {beat.role} has been silent since {beat.at[11:19]} UTC; its process {beat.pid} is still there"
        return Problem(said, ours("end that process (kill {}) and start again: `employee run`", str(beat.pid)))
    return Problem(f"the role {beat.role} ended without saying so", ours("start it again: `employee run`"))


def _stuck(beat: Beat, now: datetime) -> list[Problem]:
    busy = beat.stuck(now)
    if busy is None:
        return []
    said = f"the role {beat.role} has been busy with one thing for {busy.total_seconds() / 60:.0f} min"
    return [Problem(said, ours("see the log; if it goes on, restart it"))]


def _held(proposal: Proposal, waits: Blocked) -> dict[str, object]:
    until = waits.until.isoformat() if waits.until else None
    return {"id": proposal.label, "action": proposal.action, "title": proposal.title, "why": waits.why, "until": until}


def _cost(found: Purse | None) -> dict[str, float]:
    if found is None:
        return {"today_usd": 0.0, "limit_usd": 0.0}
    spent, limits = found.spent, found.limits
    return {
        "today_usd": float(spent.today),
        "limit_usd": float(limits.daily),
        "month_usd": float(spent.month),
        "month_limit_usd": float(limits.monthly),
    }


def as_json(status: Status) -> dict[str, object]:
    """The contract's shape of `status --json`."""
    return {
        "schema_version": SCHEMA,
        "vault": status.vault,
        "daemon": {
            "running": status.running,
            "roles": {
                name: {"running": r.running, "pid": r.pid, "heartbeat": r.heartbeat, "restarts": r.restarts}
                for name, r in status.roles.items()
            },
        },
        "counts": status.counts,
        "held": [_held(p, status.waits[p.key]) for p in status.held],
        "decided": [{"id": p.label, "title": p.title, "verdict": said.verdict} for p, said in status.decided],
        "oldest_pending_seconds": status.oldest_pending.total_seconds() if status.oldest_pending else None,
        "paused": status.paused is not None,
        "pause": {"reason": status.paused.reason, "at": status.paused.at} if status.paused else None,
        "cost": _cost(status.purse),
        "next_jobs": [{"name": name, "at": at.isoformat()} for name, at in status.next_jobs],
        "connectors": {each.name: {"state": each.state, "detail": each.detail} for each in status.connectors},
        "problems": [{"what": p.what, "remedy": p.remedy} for p in status.problems],
        "notices": list(status.notices),
    }
