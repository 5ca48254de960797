"""Looking: `status`, `list`, `show`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import JsonOption, opened, opened_vault, require_ours, require_vault
from daemon.core import names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from daemon.app import App
    from daemon.core.policy import Blocked
    from daemon.core.proposal import Decision, Proposal
    from daemon.ops.catalogue import Listed
    from daemon.ops.decide import Found
    from daemon.runtime.status import Status
    from daemon.runtime.urgency import Urgency

DEGRADED = 3
_SHOWN = 20  # waiting drafts in the table; `employee list` has them all


def status(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """What runs, what waits for you, what is wrong. Ends with 3 when something is wrong."""
    from daemon.runtime import status as collected

    with opened(ctx) as app:
        require_ours(app)
        found = collected.unattended(app.status())
        if not found.roles and not app.ledger.get("vault"):
            require_vault(app)
        if as_json:
            out.as_json(collected.as_json(found))
        else:
            _show_status(found, app.clock.now(), app.zone)
    if found.problems:
        raise typer.Exit(DEGRADED)


def _show_status(found: Status, now: datetime, zone: tzinfo) -> None:
    out.data(f"Vault    {found.vault}")
    out.data(f"Running  {found.at_work or 'no; `employee run` starts it'}")
    if found.next_jobs:
        name, at = found.next_jobs[0]
        unless = "" if found.roles.get("scheduler") and found.roles["scheduler"].running else ", if it runs then"
        out.data(f"Next     the {name}, {out.day(at, now, zone)}{unless}")
    if found.paused:
        out.data(f"PAUSED   {found.paused.reason or 'no reason given'}; `employee resume` goes on")
    _show_models(found)
    _show_mail(found)
    out.data()
    out.table(("", ""), [(said, str(found.counts[name])) for name, said in _COUNTS.items()])
    if found.pending:
        out.data()
        out.data("Waiting for you: urgent first, then what is due, then the oldest")
        rows = [_waiting(proposal, found.urgencies[proposal.key], now, zone) for proposal in found.pending[:_SHOWN]]
        out.table(("ID", "Draft", "What", "Risk", "Due", "Since", "Until"), rows)
        first = found.pending[0].label
        more = f"{len(found.pending) - _SHOWN} more: `employee list pending`. " if len(found.pending) > _SHOWN else ""
        out.data(
            f"{more}Read one: `employee show {first}`. Decide: `employee approve {first}`, `employee reject {first}`."
        )
    if found.held:
        _show_held(found, now, zone)
    _show_decided(found)
    if found.problems:
        out.data()
        out.data("Needs attention")
        out.table(("What", "What to do"), [(problem.what, problem.remedy) for problem in found.problems])
    if found.notices:
        out.data()
    for notice in found.notices:
        out.data(f"Noticed: {notice}")


def _show_mail(found: Status) -> None:
    """What is told below in full is only named here."""
    below = tuple(problem.what for problem in found.problems)
    for connector in found.connectors:
        said = f"{connector.address}: see below" if connector.detail.startswith(below) else connector.detail
        if connector.address:
            state = "" if connector.state == "ready" else f"{connector.state}: "
            out.data(f"Mail     {state}{said}")


def _show_models(found: Status) -> None:
    from daemon.core.minds.budget import shown

    purse = found.purse
    if found.offline:
        out.data("Models   switched off ([llm] offline): everything is drafted by rules")
    if purse and purse.spent.month:
        today = f"{shown(purse.spent.today)} of {shown(purse.limits.daily)} today"
        month = f"{shown(purse.spent.month)} of {shown(purse.limits.monthly)} this month"
        out.data(f"Models   {today}, {month}; `employee costs` has more")


def _show_held(found: Status, now: datetime, zone: tzinfo) -> None:
    out.data()
    out.data("Approved, not out yet")
    rows = [_held(proposal, found.waits[proposal.key], now, zone) for proposal in found.held[:_SHOWN]]
    out.table(("ID", "Draft", "What", "Why", "Until"), rows)
    if len(found.held) > _SHOWN:
        out.data(f"{len(found.held) - _SHOWN} more: `employee list approved`.")


def _show_decided(found: Status) -> None:
    from daemon.ops import history

    if not found.decided:
        return
    out.data()
    out.data("Decided by you, not acted on yet")
    rows = [(p.label, p.title, names.in_words(p.action), history.SAID[said.verdict]) for p, said in found.decided]
    out.table(("ID", "Draft", "What", "You"), rows[:_SHOWN])
    if len(rows) > _SHOWN:
        out.data(f"{len(rows) - _SHOWN} more.")


_COUNTS = {
    "inbox": "In the inbox",
    "needs_action": "Tasks waiting",
    "in_progress": "Being worked on",
    "pending_approval": "Waiting for you",
    "approved": "Approved, not out yet",
    "needs_review": "Needs your review",
    "failed": "Failed",
    "carried_out_today": "Carried out today",
    "closed_today": "Closed today, no answer needed",
}


def _waiting(proposal: Proposal, urgency: Urgency, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    until = "expired" if now >= proposal.expires_at else out.at(proposal.expires_at, zone)
    since = out.age(now - proposal.proposed_at)
    due = f"{urgency.due:%d %b}" if urgency.due else ""
    pressing = ", ".join(filter(None, ["urgent" if urgency.priority == "urgent" else "", due]))
    return proposal.label, proposal.title, names.in_words(proposal.action), proposal.risk, pressing, since, until


def _held(proposal: Proposal, waits: Blocked, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    until = waits.until
    soon = until and until - now < timedelta(minutes=10)
    told = "" if until is None else out.clock(until, zone) if soon else out.day(until, now, zone)
    return proposal.label, proposal.title, names.in_words(proposal.action), waits.why, told


def list_notes(
    ctx: typer.Context,
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help="For example pending, failed or done; else all that is open.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Tasks and drafts, by folder."""
    from daemon.ops import catalogue

    folders = (catalogue.folder(folder),) if folder else catalogue.OPEN
    with opened_vault(ctx) as app:
        notes = catalogue.listed(app.vault, app.ledger, folders)
        zone = app.zone
    if as_json:
        from dataclasses import asdict

        out.as_json({"notes": [asdict(n) | {"folder": n.folder, "since": n.since.isoformat()} for n in notes]})
    elif notes:
        rows = [
            (
                n.id,
                _where(n, n.state if folder else n.folder),
                n.title,
                names.in_words(n.action) or n.kind,
                n.risk,
                out.at(n.since, zone),
            )
            for n in notes
        ]
        out.table(("ID", "State" if folder else "Folder", "Title", "What", "Risk", "Since"), rows)
        _say_misplaced(notes)
    else:
        out.say(f"{folders[0]}/ is empty." if folder else "Nothing is open. `employee add` gives work.")


def _say_misplaced(notes: Sequence[Listed]) -> None:
    from daemon.runtime.outlook import misplaced

    over = [(n, n.path.partition("/")[0]) for n in notes if n.state in {"proposed", "held"}]
    out.say(*(f"{misplaced(note.id, place)}." for note, place in over if place in {"Failed", "Done"}))


def _where(note: Listed, where: str) -> str:
    from daemon.ops import history

    said = history.SAID.get(note.noted, "")
    return f"{where} ({said[:1].lower()}{said[1:]})" if said else where


def show(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="ID", help="From the note or `employee status`; its first letters are enough.")
    ],
    as_json: JsonOption = False,
) -> None:
    """One task or draft: its note, where it stands, and why everything about it happened."""
    from daemon.ops import decide

    with opened(ctx) as app:
        require_ours(app)
        found = decide.find(app.ledger, name)
        where, note = _note(app, found)
        if as_json:
            out.as_json(_shown(app, found, where, note))
        else:
            _show(app, found, where, note)


def _note(app: App, found: Found) -> tuple[str, str]:
    """Where the note lies ("" when nowhere) and what it says, or what was put before the person."""
    from daemon.ops import catalogue

    proposal = found.proposal
    key, name = (proposal.key, proposal.name) if proposal else ((found.task, 1), "")
    where = catalogue.locate(app.vault, key, name) if app.vault.present() else ""
    if where:
        return where, app.vault.read(where).decode("utf-8", "replace")
    return "", app.ledger.proposals.content(key).note.decode() if proposal else ""


def _show(app: App, found: Found, where: str, note: str) -> None:
    from daemon.ops import decide, history, telling

    proposal = found.proposal
    title = proposal.title if proposal else (found.known.title if found.known else "")
    out.data(f"{found.label}: {title}")
    if proposal:
        out.data(f"{history.heading(proposal)}: {decide.effect(app.ledger.proposals.content(proposal.key))}")
    out.data(history.standing(found.known, proposal, app.zone, _noted(app, found)))
    if waits := _blocked(app, proposal):
        out.data(f"It waits: {waits}.")
    out.data(where or history.without_note(proposal))
    out.data()
    out.data("Why")
    records = app.ledger.audit.of(found.task)
    out.table(("When", "What happened"), [(out.at(history.moment(r), app.zone), history.sentence(r)) for r in records])
    if note:
        out.data()
        out.data("The note" if where else "What was put before you")
        for line in telling.lines(note):
            out.data(f"  {line}".rstrip())


def _noted(app: App, found: Found) -> Decision | None:
    """What was last said about the draft, or about the task itself, by command."""
    noted = app.ledger.decisions.noted()
    return noted.get(found.proposal.key if found.proposal else (found.task, 0)) or noted.get((found.task, 0))


def _blocked(app: App, proposal: Proposal | None) -> str:
    """What keeps an approved draft from going out, beside its hold time; "" when nothing does."""
    from daemon.core.proposal import State

    if proposal is None or proposal.state is not State.HELD:
        return ""
    blocked = app.gate().open(app.clock.now()).blocked(proposal.action)
    return blocked.sentence(app.zone) if blocked else ""


def _shown(app: App, found: Found, where: str, note: str) -> dict[str, object]:
    from daemon.ops import history

    proposal, known, noted = found.proposal, found.known, _noted(app, found)
    records = app.ledger.audit.of(found.task)
    return {
        "id": found.task,
        "label": found.label,
        "generation": proposal.generation if proposal else 0,
        "title": proposal.title if proposal else (known.title if known else ""),
        "action": proposal.action if proposal else None,
        "risk": proposal.risk if proposal else None,
        "state": proposal.state.value if proposal else None,
        "outcome": known.outcome if known else "",
        "standing": history.standing(known, proposal, app.zone, noted),
        "noted": noted.verdict if noted else None,
        "waits": _blocked(app, proposal) or None,
        "path": where or None,
        "note": note,
        "history": [{"at": r.at, "kind": r.kind, "sentence": history.sentence(r), "data": r.data} for r in records],
    }
