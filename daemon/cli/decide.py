"""The four words of a decision: `approve`, `reject`, `undo`, `retry`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.opened import opened_vault
from daemon.core.errors import UserError

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.core.proposal import Proposal, Verdict
    from daemon.ops.approving import Approving
    from daemon.ops.decide import Found

_ID_HELP = "From the note or `employee status`; its first letters are enough."
Ids = Annotated[list[str], typer.Argument(metavar="ID", help=_ID_HELP)]


def approve(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", help=_ID_HELP)] = None,
    all_low_risk: Annotated[
        bool, typer.Option("--all-low-risk", help="Mail, notes, dates and expenses of low risk.")
    ] = False,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="With --all-low-risk: do not ask.")] = False,
) -> None:
    """Say yes: the draft is carried out after its hold time, exactly once."""
    with opened_vault(ctx) as app:
        if not ids and not all_low_risk:
            raise typer.BadParameter("Name the drafts, or give --all-low-risk. `employee status` lists what waits.")
        _decide(app, [*(ids or []), *(_low_risk(app, yes=yes) if all_low_risk else [])], "approve")


def reject(
    ctx: typer.Context,
    ids: Ids,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="What you want instead: you get a new draft.")
    ] = "",
) -> None:
    """Say no: the draft is not carried out. With a reason you get a new one."""
    with opened_vault(ctx) as app:
        _decide(app, ids, "reject", reason.strip())


def undo(ctx: typer.Context, ids: Ids) -> None:
    """Take a yes back, as long as the draft has not begun to be carried out."""
    with opened_vault(ctx) as app:
        _decide(app, ids, "undo")


def retry(ctx: typer.Context, ids: Ids) -> None:
    """Have something that failed or was closed done again; a new draft waits for a fresh yes."""
    with opened_vault(ctx) as app:
        _decide(app, ids, "retry")


def _low_risk(app: App, *, yes: bool) -> list[str]:
    """All of low risk that one yes may mean, shown first and asked about. Raises UserError (2) without a terminal."""
    from daemon.ops import decide

    waiting = decide.low_risk(app.ledger, app.clock.now())
    chosen = _approving(app).together(waiting) if waiting else []
    if not chosen:
        out.say("No draft of low risk waits." if not waiting else _yours(len(waiting)))
        return []
    out.say("With this you approve:")
    out.say(*(f"  {p.label}: {decide.effect(app.ledger.proposals.content(p.key))}" for p in chosen))
    if left := len(waiting) - len(chosen):
        out.say(_yours(left))
    question = f"Approve {out.plural(len(chosen), 'draft')}?"
    if not asking.agreed(question, otherwise="Nothing was approved.", yes=yes):
        return []
    return [proposal.label for proposal in chosen]


def _yours(count: int) -> str:
    return (
        f"Not approved with the others: {count} of low risk. Invoices, payments, posts, messages and calls, and what "
        "lacks something, you approve one by one."
    )


def _approving(app: App) -> Approving:
    from daemon.app.parts import channels, looking, pages
    from daemon.ops.approving import Approving

    return Approving(app.ledger, pages(app, channels(app)), looking(app), app.clock.now())


def _decide(app: App, ids: Sequence[str], verdict: Verdict, reason: str = "") -> None:
    """Each for itself: what cannot be decided is said at the end, and the rest counts."""
    problems: list[str] = []
    noted = 0
    approving = _approving(app) if ids and verdict == "approve" else None
    for said in dict.fromkeys(ids):
        try:
            found = _found(app, said, verdict)
            out.data(_approve(app, found, approving) if approving else _one(app, found, verdict, reason))
            noted += 1
        except UserError as error:
            problems += error.problems
    if noted and not app.status().running:
        out.say("AI Employee is not running; the next `employee run` acts on it.")
    if problems:
        raise UserError(*problems)


def _found(app: App, said: str, verdict: Verdict) -> Found:
    """What is named; to have it again, one that was shown and lies nowhere now has to be known as gone."""
    from daemon.ops import catalogue, decide

    found = decide.find(app.ledger, said)
    if verdict != "retry":
        return found
    shown = found.proposal if found.proposal and found.proposal.seen else None
    return replace(found, gone=shown is not None and not catalogue.locate(app.vault, shown.key, shown.name))


def _one(app: App, found: Found, verdict: Verdict, reason: str) -> str:
    from daemon.core.language import dismissal
    from daemon.ops import decide

    now = app.clock.now()
    again = found.proposal is not None and decide.taken_back(app.ledger, found.proposal)
    decide.decide(app.ledger, found, verdict, now, reason=reason)
    if found.proposal is None:
        over = found.known and found.known.outcome
        return f"{found.label}: it is {'worked on again' if over else 'drafted now, whatever it waited for'}."
    match verdict:
        case "approve":
            return _approved(app, found.proposal, now, again=again)
        case "reject":
            anew = reason and not dismissal.ends(reason)
            return f"{found.label}: rejected. " + ("You get a new draft." if anew else "It will not be carried out.")
        case "undo":
            return f"{found.label}: your yes is taken back; the draft waits for you again."
        case "retry":
            return f"{found.label}: you get {'it again' if found.gone else 'a new draft'} to approve."


def _approve(app: App, found: Found, approving: Approving) -> str:
    """Looked at before it is written down: what cannot be carried out as it stands is not approved."""
    prospect = approving.of(found.proposal) if found.proposal else None
    if prospect and prospect.refused:
        raise UserError(prospect.refused)
    approved = _one(app, replace(found, file=prospect.file) if prospect else found, "approve", "")
    return f"{found.label}: you get it again to approve. {prospect.again}" if prospect and prospect.again else approved


def _approved(app: App, proposal: Proposal, now: datetime, *, again: bool) -> str:
    """`again`: it was approved, taken back and approved once more before anybody acted on that."""
    from daemon.core.proposal import State
    from daemon.ops import decide

    what = decide.effect(app.ledger.proposals.content(proposal.key))
    if now >= proposal.expires_at or proposal.state is State.EXPIRED:
        expired = out.at(proposal.expires_at, app.zone)
        return f"{proposal.label}: it expired {expired}, so you get it again to approve: {what}."
    if proposal.state is State.HELD and not again:
        return f"{proposal.label}: it was approved before: {what}."
    hold = app.settings.hold(proposal.action)
    until = f"; `employee undo {proposal.label}` takes it back within {out.age(hold)}" if hold else ""
    blocked = app.gate().open(now).blocked(proposal.action)
    waits = f" It waits: {blocked.sentence(app.zone)}." if blocked else ""
    return f"{proposal.label}: approved{' again' * again}: {what}{until}.{waits}"
