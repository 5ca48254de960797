"""Why did this happen: the audit record in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from daemon.core import names
from daemon.core.briefing import saying
from daemon.core.proposal import Decision, Proposal, State
from daemon.runtime.ledger.audit import Record
from daemon.runtime.ledger.tasks import Known

Data = Mapping[str, Any]


def moment(record: Record) -> datetime:
    """When it happened, aware."""
    return datetime.fromisoformat(record.at)


def sentence(record: Record) -> str:
    """What one record says; a kind that this version does not know is shown as it is."""
    say = _SENTENCES.get(record.kind)
    return say(record.data) if say else f"{record.kind} {record.data}"


def short(said: str) -> str:
    """A receipt with the first letters of each digest; the record and `--json` have it whole."""
    return _DIGEST.sub(r"\1…", said)


def bare(receipt: str) -> str:
    """A receipt without digests."""
    return re.sub(r" sha256:[0-9a-f]{64}", "", receipt)


_DIGEST = re.compile(r"(sha256[:-][0-9a-f]{8})[0-9a-f]{56}")


def _version(number: int) -> str:
    return f"{saying.ordinal(number)} version"


def _generation(data: Data) -> str:
    number = int(data.get("generation", 1))
    return "" if number == 1 else f" ({_version(number)})"


def _because(data: Data) -> str:
    return f": {data['why']}" if data.get("why") else ""


def _over(data: Data) -> str:
    """A draft that nobody wants any more says why; one that another took the place of does not."""
    return "is not wanted any more" if data.get("why") else "was replaced"


def _waiting(data: Data) -> str:
    count = len(data.get("drafts", ()))
    return f"{count} {'draft waits' if count == 1 else 'drafts wait'}"


def _receipt(said: str) -> str:
    """Where the result lies; its hash stays in the record. In Outbox/ a mail has not left yet."""
    path = bare(said)
    return f"{path} (ready there, for you to send)" if path.startswith("Outbox/") else path


_VIA = {"folder": "you moved the note to Approved/", "checkbox": "you ticked approve", "cli": "by command"}

_SENTENCES: dict[str, Callable[[Data], str]] = {
    "ARRIVED": lambda d: f"came in ({d['kind']})",
    "ROUTED": lambda d: f"given to {d.get('agent', 'an agent')}{_because(d)}",
    "CLOSED": lambda d: f"closed{_because(d)}",
    "FAILED": lambda d: f"could not be done{_because(d)}",
    "PROPOSED": lambda d: (
        f"a draft was put before you: {names.in_words(d['action'])}, {d['risk']} risk{_generation(d)}"
    ),
    "APPROVED": lambda d: f"approved{_generation(d)}: {_VIA.get(d['via'], d['via'])}",
    "UNDONE": lambda d: f"you took your yes back{_generation(d)}: {_VIA.get(d['via'], d['via'])}",
    "REJECTED": lambda d: f"rejected{_generation(d)}{_because(d)}",
    "EXPIRED": lambda d: f"expired{_generation(d)}{_because(d)}",
    "WITHDRAWN": lambda d: f"withdrawn{_generation(d)}{_because(d)}",
    "RESTATED": lambda d: f"shown again as the {_version(d['generation'])}: {d['why']}",
    "SUPERSEDED": lambda d: f"the {_version(d['generation'])} {_over(d)} and can never run",
    "INTENT": lambda d: f"began to carry it out ({names.in_words(d['action'])})",
    "RESULT": lambda d: f"{d['outcome']}: {_receipt(d['receipt'])}",
    "DEFERRED": lambda d: f"put off{_because(d).rstrip('.')}; it surely had not happened",
    "REFUSED": lambda d: f"refused by the provider{_because(d)}",
    "UNKNOWN": lambda d: f"nobody can know whether it happened{_because(d)}",
    "NUMBERED": lambda d: f"the invoice takes the number {d['number']}",
    "RELEASED": lambda d: f"the number {d['number']} was not used and goes to the next invoice",
    "SETTLED": lambda d: f"you settled it: {d['state']}",
    "REVIEW": lambda d: f"{d['path']} was moved to Needs_Review/{_because(d)}",
    "RETRIED": lambda _: "you asked for it to be done again",
    "PAUSED": lambda d: "paused" + (f": {d['reason']}" if d.get("reason") else ""),
    "RESUMED": lambda _: "went on after a pause",
    "CLOCK": lambda d: f"the day went back from {d.get('before')} to {d.get('day')}: the clock was set back",
    "TRUSTED": lambda _: "you trusted this skill, as it was then",
    "UNTRUSTED": lambda _: "you took your trust in this skill back",
    "NOTICE": lambda d: f"began to tell you by mail that {_waiting(d)}",
    "NOTICED": lambda d: f"the mail that told you of drafts: {d['outcome']}{_because(d)}",
    "ADOPTED": lambda _: "the vault was taken over; everything that waited is proposed anew",
}


def standing(known: Known | None, proposal: Proposal | None, zone: tzinfo, noted: Decision | None = None) -> str:
    """Where a task stands now, in a sentence. `noted`: what was said by command, and nobody acted on it yet."""
    if noted and noted.verdict in SAID:
        return f"{SAID[noted.verdict]} at {_at(noted.at, zone)}; AI Employee has not acted on it yet."
    if proposal is None:
        return _task_standing(known)
    if proposal.state is State.PROPOSED:
        return (
            f"Waits for your decision since {_at(proposal.proposed_at, zone)}, until {_at(proposal.expires_at, zone)}."
        )
    if proposal.state is State.HELD and proposal.hold:
        return f"Approved; not carried out before {_at(proposal.hold.until, zone)}."
    if proposal.state is State.SUPERSEDED and proposal.why:
        return f"Closed: {proposal.why.rstrip('.')}."
    return f"{_STANDING[proposal.state]}{f': {bare(proposal.why)}' if proposal.why else ''}".rstrip(".") + "."


SAID: Mapping[str, str] = {
    "approve": "You approved it",
    "reject": "You rejected it",
    "undo": "You took your yes back",
    "retry": "You asked for it again",
}

_STANDING = {
    State.HELD: "Approved",
    State.SENDING: "Is being carried out right now",
    State.DONE: "Done",
    State.REFUSED: "The provider refused it",
    State.UNKNOWN: "Nobody can know whether it happened; please check",
    State.REJECTED: "Rejected",
    State.EXPIRED: "Expired",
    State.WITHDRAWN: "Withdrawn",
    State.SUPERSEDED: "Replaced by a newer draft",
}


def without_note(proposal: Proposal | None) -> str:
    """What can be done about a draft whose note is nowhere."""
    gone = "Its note is not in the vault."
    if proposal is None:
        return gone
    name = proposal.label
    match proposal.state:
        case State.PROPOSED:
            return (
                f"{gone} Put it back to decide, or `employee retry {name}` shows it to you again; "
                f"`employee reject {name}` drops it."
            )
        case State.HELD:
            return f"{gone} Put it back to have it carried out, or `employee undo {name}` shows it to you again."
        case State.WITHDRAWN | State.REJECTED | State.REFUSED | State.UNKNOWN:
            return f"{gone} `employee retry {name}` shows it to you again."
        case _:
            return gone


def heading(proposal: Proposal) -> str:
    """What stands before the line that says what a draft does."""
    return _HEADINGS.get(proposal.state, "If approved")


_HEADINGS = {
    State.SENDING: "Under way",
    State.DONE: "Carried out",
    State.REFUSED: "Refused",
    State.UNKNOWN: "Perhaps carried out",
    State.REJECTED: "Rejected",
    State.EXPIRED: "Expired",
    State.WITHDRAWN: "Not carried out",
    State.SUPERSEDED: "Not carried out",
    State.HELD: "Approved",
}


def _task_standing(known: Known | None) -> str:
    if known is None or not known.outcome:
        return "Is being worked on; there is no draft yet."
    return "Closed without a draft." if known.outcome == "closed" else f"Could not be done: {known.error}."


def _at(when: datetime, zone: tzinfo) -> str:
    return f"{when.astimezone(zone):%d %b %Y %H:%M:%S}"
