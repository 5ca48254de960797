"""Dashboard.md: the status as a note. Written by the manager role only, when it changed, at most every few seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta, tzinfo

from daemon.core import frontmatter, names, neutral
from daemon.core.errors import Transient
from daemon.core.ports import Changed, Missing, VaultProblem, VaultReader, VaultWriter
from daemon.core.properties import Broken, Value
from daemon.core.proposal import Proposal
from daemon.runtime.status import Status
from daemon.runtime.urgency import Urgency

log = logging.getLogger(__name__)
NAME = "Dashboard.md"
_STOPPED = (
    "> [!warning] Not running\n> AI Employee was stopped; nothing here moves until `employee run` starts it again."
)
_ANY = "Audit"  # a folder with little in it
_SHOWN = 20  # waiting drafts in the list; the folder has them all


class Dashboard:
    """The single writer of the dashboard of one vault."""

    def __init__(
        self, vault: VaultWriter, instance: str, status: Callable[[], Status], *, every: timedelta, zone: tzinfo
    ) -> None:
        self._vault = vault
        self._status = status
        self._instance = instance
        self._every = every
        self._zone = zone
        self._written = b""
        self._ours: object = None  # the version of the file that was found to be ours
        self._not_before: datetime | None = None
        self._told: Collection[str] = ()  # problems that stand in the log

    def require_ours(self) -> None:
        """Raises Transient when the vault was adopted by another state directory, or has a note of that name."""
        try:
            version = self._vault.stat(NAME).version
        except Missing:
            return
        if version == self._ours:
            return
        owner = instance_of(self._vault)
        edited = not owner and self._ours is not None  # what a person changes in it is overwritten
        if owner != self._instance and not edited:
            whose = f"the state directory with instance {owner}" if owner else "you: it is a note of your own"
            raise Transient(
                f"{NAME} belongs to {whose}. Nothing is done here until that is settled: stop this daemon, rename the "
                "note, or take the vault back with `employee adopt`."
            )
        self._ours = version

    def take_over(self, now: datetime) -> None:
        """Make the vault ours, whoever it belonged to."""
        try:
            self._ours = self._vault.stat(NAME).version
        except Missing:
            self._ours = None
        self.show(now, at_once=True)

    def show(self, now: datetime, *, at_once: bool = False, stopping: bool = False) -> None:
        """Write it when it says something new and was not written a moment ago; what is newly wrong is logged too."""
        if self._not_before and now < self._not_before and not at_once:
            return
        self._not_before = now + self._every
        status = self._status()
        self._log(status)
        note = render(status, self._instance, self._zone, stopping=stopping)
        if note != self._written:
            before = self._before()
            self.require_ours()
            self._put(note, before)
            self._written, self._ours = note, self._vault.stat(NAME).version

    def _before(self) -> bytes | None:
        """What lies there; None for nothing that it could be compared with. Raises Outage when the vault is away."""
        try:
            return self._vault.read(NAME)
        except Missing:
            self._vault.scan(_ANY)
        except VaultProblem:  # no text of ours, and written over all the same
            log.debug("%s cannot be read", NAME)
        return None

    def _put(self, note: bytes, before: bytes | None) -> None:
        """Over exactly what was there: whatever lies where the vault was a moment ago gets no dashboard of ours."""
        try:
            self._vault.replace(NAME, note, expected=before)
        except Changed:
            self._vault.replace(NAME, note, expected=self._vault.read(NAME))  # a person was writing into it

    def _log(self, status: Status) -> None:
        wrong = {problem.what: problem for problem in status.problems}
        for what in wrong.keys() - set(self._told):
            log.warning("%s", wrong[what].sentence)
        self._told = tuple(wrong)


def instance_of(vault: VaultReader) -> str:
    """Which state directory the vault belongs to; "" when none has claimed it."""
    try:
        found = frontmatter.read(vault.read(NAME)).properties.get("instance")
    except (VaultProblem, Broken):
        return ""
    return found if isinstance(found, str) else ""


def render(status: Status, instance: str, zone: tzinfo, *, stopping: bool = False) -> bytes:
    """No clock in it: the note changes only when something happened."""
    counts = status.counts
    blocks = [
        _STOPPED if stopping else "",
        f"> [!danger] Paused\n> {neutral.inline(status.paused.reason or 'no reason given')} — `employee resume` goes on"
        if status.paused
        else "",
        "\n".join(
            [
                "| | |",
                "|---|---|",
                f"| Waiting for you | {counts['pending_approval']} |",
                f"| Approved, not out yet | {counts['approved']} |",
                f"| Being worked on | {counts['needs_action'] + counts['in_progress']} |",
                f"| Needs your review | {counts['needs_review']} |",
                f"| Failed | {counts['failed']} |",
                f"| Carried out today | {counts['carried_out_today']} |",
                f"| Closed today, no answer needed | {counts['closed_today']} |",
            ]
        ),
        _waiting(status, zone),
        _held(status, zone),
        "\n".join(["## Wrong", *(f"- {_said(p.what)}: {_said(p.remedy)}" for p in status.problems)])
        if status.problems
        else "",
        "\n".join(["## Noticed", *(f"- {_said(notice)}" for notice in status.notices)]) if status.notices else "",
        "\n".join(_next(name, at.astimezone(zone)) for name, at in status.next_jobs),
        "_Written by AI Employee while it runs (`employee status` tells); changes here are overwritten._",
    ]
    body = "\n\n".join(block for block in blocks if block)
    said: dict[str, Value] = {"type": "dashboard", "instance": instance, "entry": status.entry}
    return frontmatter.render(said | {"cssclasses": (names.CARD,)}, body + "\n")


def _waiting(status: Status, zone: tzinfo) -> str:
    if not status.pending:
        return "## Waiting for you\nNothing."
    lines = [_line(proposal, status.urgencies[proposal.key], zone) for proposal in status.pending[:_SHOWN]]
    more = len(status.pending) - _SHOWN
    return "\n".join(["## Waiting for you", *lines, *([f"- … and {more} more"] if more > 0 else [])])


def _held(status: Status, zone: tzinfo) -> str:
    """What was approved and waits: for its hold time, a cap, quiet hours, the end of a pause."""
    if not status.held:
        return ""
    lines = [
        f"- {neutral.inline(p.title)} ({names.in_words(p.action)}): {_said(status.waits[p.key].sentence(zone))}"
        for p in status.held[:_SHOWN]
    ]
    more = len(status.held) - _SHOWN
    return "\n".join(["## Approved, not out yet", *lines, *([f"- … and {more} more"] if more > 0 else [])])


def _line(proposal: Proposal, urgency: Urgency, zone: tzinfo) -> str:
    title = neutral.inline(proposal.title)
    link = f"[[{proposal.name.removesuffix('.md')}|Open]]"
    facts = [
        "**urgent**" if urgency.priority == "urgent" else "",
        f"**due {urgency.due:%a %d %b}**" if urgency.due else "",
        names.in_words(proposal.action),
        f"{proposal.risk} risk",
        f"since {proposal.proposed_at.astimezone(zone):%d %b %H:%M}",
    ]
    return f"- {link}: {title} ({', '.join(fact for fact in facts if fact)})"


def _next(job: str, at: datetime) -> str:
    return f"Next: the {job}, {at:%A} {at.day} {at:%B}, {at:%H:%M}."


def _said(text: str) -> str:
    return neutral.inline(text)
