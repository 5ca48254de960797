"""Decisions by command: which draft is meant, whether it can still be decided so, and what happens then.

A decision is a row in the ledger. The manager applies it, now or when it runs next; nothing here touches the vault.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from daemon.core import lookalikes, mail, names
from daemon.core.errors import UserError
from daemon.core.proposal import Content, Decision, Proposal, State, Verdict, label
from daemon.ops import history
from daemon.runtime.ledger import Ledger
from daemon.runtime.ledger.tasks import Known

_NAMED = 5  # of those that an ID may mean
VIA, BY = "cli", "owner"
_ID = re.compile(r"(?P<task>[a-z0-9]+?)(?:-g(?P<generation>[1-9][0-9]*))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What an ID stands for: a task, and the newest draft of it if there is one.

    `file`: sha256 of the draft's note, once somebody looked at it. A yes is to that note only.
    """

    task: str
    known: Known | None
    proposal: Proposal | None
    file: str = ""
    gone: bool = False  # its note is nowhere in the vault

    @property
    def label(self) -> str:
        return self.proposal.label if self.proposal else self.task


def find(ledger: Ledger, said: str) -> Found:
    """The task that `said` names: its ID, or the first letters of it, with or without `-g2`.

    Raises UserError when there is none, more than one, or when `-gN` is not the draft that waits now.
    """
    parts = _ID.fullmatch(said.strip())
    prefix = parts["task"].lower() if parts else ""
    tasks = sorted(
        {*ledger.tasks.matching(prefix), *(p.id for p in ledger.proposals.matching(prefix))} if prefix else {}
    )
    chosen = [task for task in tasks if task == prefix] or tasks
    if len(chosen) > 1:
        more = f" and {len(chosen) - _NAMED} more" if len(chosen) > _NAMED else ""
        raise UserError(f"{said} may be {', '.join(chosen[:_NAMED])}{more}. Type more of the ID.")
    if not chosen:
        raise UserError(_unknown(ledger, said))
    found = Found(chosen[0], ledger.tasks.get(chosen[0]), ledger.proposals.latest(chosen[0]))
    newest = found.proposal.generation if found.proposal else 0
    if parts and parts["generation"] and int(parts["generation"]) != newest:
        raise UserError(_not_newest(said, found))
    return found


def decide(ledger: Ledger, found: Found, verdict: Verdict, now: datetime, *, reason: str = "") -> Decision:
    """Write the decision down. Raises UserError with the reason why it cannot be decided so any more.

    It is asked again in the transaction that writes: what is taken back here can begin no more.
    """
    with ledger.transaction():
        found = _as_it_is(ledger, found)
        if why := refusal(ledger, found, verdict):
            raise UserError(why)
        about_task = found.proposal is None or (verdict == "retry" and _task_over(found))
        generation = 0 if about_task or found.proposal is None else found.proposal.generation
        decision = Decision(0, found.task, generation, verdict, VIA, BY, reason, now, found.file)
        if found.gone and found.proposal and verdict == "retry":
            ledger.proposals.end(found.proposal, State.WITHDRAWN, "its note was deleted", now)
        ledger.decisions.add(decision)
        if verdict == "undo":
            ledger.audit.record(now, "UNDONE", found.task, {"generation": generation, "via": VIA, "by": BY})
    return decision


def _as_it_is(ledger: Ledger, found: Found) -> Found:
    """The same, read again. Raises UserError when another draft took its place since the person named it."""
    now = replace(found, known=ledger.tasks.get(found.task), proposal=ledger.proposals.latest(found.task))
    if now.label != found.label:
        raise UserError(_not_newest(found.label, now))
    return now


def taken_back(ledger: Ledger, proposal: Proposal) -> bool:
    """Whether a no or an undo was said to what is approved, and nobody acted on it yet."""
    return proposal.state is State.HELD and bool({"undo", "reject"} & set(ledger.decisions.said(proposal.key)))


def _not_newest(said: str, found: Found) -> str:
    return (
        f"{said} is not the newest draft of {found.task}: that is {found.label}. Look at it first: "
        f"`employee show {found.label}`."
    )


def low_risk(ledger: Ledger, now: datetime) -> list[Proposal]:
    """What `--all-low-risk` means: every draft of low risk that waits and has not expired, oldest first."""
    waiting = [p for p in ledger.proposals.open() if p.state is State.PROPOSED and p.risk == "low"]
    return sorted((p for p in waiting if now < p.expires_at), key=lambda p: p.proposed_at)


def effect(content: Content) -> str:
    """What would happen, in a line: `Answer by mail to anna@example.com, “Re: Offer”, low risk`."""
    params = json.loads(content.params)
    who = [f"{word} {_people(params[name])}" for name, word in _RECIPIENTS if params.get(name)]
    what = names.in_words(content.action)
    about = mail.decoded(params.get("subject") or "") or content.title
    files = [str(each.get("path", "")).rpartition("/")[2] for each in params.get("attachments", ())]
    attached = f", with {', '.join(files)}" if files else ""
    return f"{' '.join([what[:1].upper() + what[1:], *who])}, “{about}”{attached}, {content.risk} risk"


def _people(value: str | list[str]) -> str:
    return ", ".join(map(lookalikes.shown, [value] if isinstance(value, str) else value))


_RECIPIENTS = (("to", "to"), ("cc", "copy to"), ("bcc", "hidden copy to"))


# --- whether it can be


def refusal(ledger: Ledger, found: Found, verdict: Verdict) -> str:
    """Why this cannot be decided so, as a sentence; "" when it can."""
    if verdict == "retry" and _task_over(found):
        return ""
    if verdict == "retry" and found.gone and found.proposal and found.proposal.state is State.PROPOSED:
        return ""
    return _of_draft(ledger, found.proposal, verdict) if found.proposal else _without_draft(found, verdict)


def _of_draft(ledger: Ledger, proposal: Proposal, verdict: Verdict) -> str:
    match proposal.state:
        case State.PROPOSED:
            return _proposed(ledger, proposal, verdict)
        case State.HELD:
            return _held(ledger, proposal, verdict)
        case State.SENDING:
            return f"{proposal.label} is being carried out right now; it is too late for that."
        case State.DONE:
            return f"{proposal.label} was already carried out: {_receipt(ledger, proposal)}."
        case State.REFUSED | State.UNKNOWN:
            return _needs_look(proposal, verdict)
        case State.EXPIRED:
            return _expired(proposal) * (verdict != "approve")
        case State.REJECTED | State.WITHDRAWN | State.SUPERSEDED:
            return _turned_down(proposal) * (verdict != "retry" or proposal.state is State.SUPERSEDED)
        case _:  # pragma: no cover
            assert_never(proposal.state)


def _proposed(ledger: Ledger, proposal: Proposal, verdict: Verdict) -> str:
    if verdict == "retry":
        return f"{proposal.label} waits for your decision; there is nothing to retry."
    said = ledger.decisions.said(proposal.key)
    if verdict == "undo" and said[-1:] == ["undo"]:
        return _already(proposal)
    if verdict == "undo" and said[-1:] != ["approve"]:
        return f"{proposal.label} is not approved; there is nothing to undo."
    return ""


def _held(ledger: Ledger, proposal: Proposal, verdict: Verdict) -> str:
    if verdict == "retry":
        return f"{proposal.label} is approved and not out yet; there is nothing to retry."
    if verdict == "undo" and ledger.decisions.said(proposal.key)[-1:] == ["undo"]:
        return _already(proposal)
    return ""


def _already(proposal: Proposal) -> str:
    return f"Your yes to {proposal.label} was already taken back; the draft waits for you again in a moment."


def _needs_look(proposal: Proposal, verdict: Verdict) -> str:
    name = proposal.label
    if verdict == "retry" or (verdict == "reject" and proposal.state is State.UNKNOWN):
        return ""
    if proposal.state is State.REFUSED:
        return f"{name} was refused ({proposal.why}). `employee retry {name}` shows it to you again."
    return (
        f"Nobody can know whether {name} happened; please check. It happened: move its note from Needs_Review/ to "
        f"Done/. It did not: `employee retry {name}` shows it to you again."
    )


def _turned_down(proposal: Proposal) -> str:
    name = proposal.label
    if proposal.state is State.SUPERSEDED:
        return f"{name} is over. {proposal.why} `employee retry {proposal.id}` has it drafted again all the same."
    if proposal.state is State.WITHDRAWN:
        return f"You deleted the note of {name}, so nothing is done. `employee retry {name}` shows it to you again."
    return (
        f"{name} was rejected. If you want it after all, `employee retry {name}` shows it to you again; for another "
        "draft write what you want under a line ## Feedback in its note in Rejected/."
    )


def _expired(proposal: Proposal) -> str:
    name = proposal.label
    return f"{name} expired; nothing is done with it. `employee approve {name}` shows it to you again."


def _without_draft(found: Found, verdict: Verdict) -> str:
    """A task that is worked on can only be asked for at once."""
    outcome = found.known.outcome if found.known else ""
    if not outcome and verdict == "retry":
        return ""
    if not outcome:
        return f"{found.task} has no draft yet; it is still being worked on."
    ended = "could not be done" if outcome == "failed" else "was closed without a draft"
    return f"{found.task} {ended}, so there is nothing to decide. `employee retry {found.task}` has it done again."


def _task_over(found: Found) -> bool:
    """Whether the task itself ended, so that a retry means working on it again and not its last draft."""
    if found.known is None or found.known.outcome not in {"failed", "closed"}:
        return False
    over = {State.REJECTED, State.EXPIRED, State.WITHDRAWN, State.SUPERSEDED}
    return found.proposal is None or found.proposal.state in over


def _receipt(ledger: Ledger, proposal: Proposal) -> str:
    done = ledger.proposals.effect(proposal.key)
    return f"{done['outcome']}, {history.bare(done['receipt'])}" if done and done["receipt"] else proposal.why


def _unknown(ledger: Ledger, said: str) -> str:
    waiting = {p.id: p for p in ledger.proposals.open() if p.state in {State.PROPOSED, State.HELD}}
    near = difflib.get_close_matches(said.lower(), waiting, n=3, cutoff=0.6)
    shown = [f"{label(p.id, p.generation)} ({p.title})" for p in (waiting[task] for task in near)]
    hint = f"Did you mean {' or '.join(shown)}?" if shown else "`employee list` shows all there are."
    return f"There is no task or draft {said}. {hint}"
