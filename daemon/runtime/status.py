"""What runs, what waits, what is wrong, what comes next: one moment of the employee, and how it is told.

`outlook` looks it up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from daemon.core.mailboxes.connectors import Connector
from daemon.core.minds.thrift import Purse
from daemon.core.neutral import Ours, ours
from daemon.core.policy import Blocked
from daemon.core.proposal import Decision, Key, Proposal
from daemon.runtime.ledger import Pause
from daemon.runtime.urgency import Urgency

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


_FOR_US = ("inbox", "needs_action", "approved")


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
