"""The tamper-evident record: `audit verify`, `audit tail`, `audit export`."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import JsonOption, opened

if TYPE_CHECKING:
    from daemon.runtime.ledger.verifying import Verdict

app = typer.Typer(no_args_is_help=True, help="The record of everything that was decided and done; changes to it show.")


@app.command()
def verify(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Check every record. Ends with 1 when one was changed, is missing or was put in."""
    from daemon.ops import proof

    with opened(ctx) as opened_app:
        verdict = proof.verify(opened_app.ledger, opened_app.vault, opened_app.secrets)
        zone = opened_app.zone
    if as_json:
        out.as_json(_fields(verdict))
    elif verdict.kind == "lost":
        out.data(f"The record is whole, but {verdict.wrong}.")
        out.say("The next `employee run` puts back what the vault lacks. If you did not remove it, somebody else did.")
    elif verdict.wrong:
        out.data(f"The audit record is broken: {verdict.wrong}.")
        out.say("Everything after that may be false. Keep the state folder as it is and restore a backup beside it.")
    else:
        out.data(f"{out.plural(verdict.records, 'record')}, all in place: none was changed, removed or put in.")
        out.say(*_signed(verdict, zone), _fingerprint(verdict))
    if verdict.wrong:
        raise typer.Exit(1)


def _fields(verdict: Verdict) -> dict[str, object]:
    newest = verdict.signed[-1] if verdict.signed else None
    return {
        "records": verdict.records,
        "head": verdict.head,
        "ok": not verdict.wrong,
        "wrong": verdict.wrong,
        "kind": verdict.kind,
        "record": verdict.record or None,
        "signed": {
            "heads": len(verdict.signed),
            "copies": verdict.copies,
            "record": newest.seq if newest else 0,
            "since": verdict.signed[0].at if newest else None,
        },
    }


def _signed(verdict: Verdict, zone: tzinfo) -> list[str]:
    """What the signatures prove, and what they cannot."""
    if not verdict.signed:
        return ["Nothing is signed yet, so a skilled forger could still rewrite it all. `employee run` signs."]
    first, newest = verdict.signed[0], verdict.signed[-1]
    since = out.at(datetime.fromisoformat(first.at), zone)
    kept = ", and the signatures are in your vault, too" if verdict.copies else ""
    found = [f"Signed up to record {newest.seq}{kept}: without your key nobody can change that unseen."]
    if first.seq > 1:
        found.append(
            f"The signatures begin {since}. They prove nothing of how the {out.plural(first.seq, 'record')} up to then "
            "came about. You have to do nothing."
        )
    return found


def _fingerprint(verdict: Verdict) -> str:
    """Last, for those who keep proof elsewhere."""
    return f"Its fingerprint, should you want to note it elsewhere and compare it later: {verdict.head}"


@app.command()
def tail(
    ctx: typer.Context,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """The latest records, in words."""
    from dataclasses import asdict

    from daemon.ops import history

    with opened(ctx) as opened_app:
        records = opened_app.ledger.audit.tail(count)
        zone = opened_app.zone
    if as_json:
        out.as_json({"records": [asdict(record) for record in records]})
        return
    rows = [(str(r.seq), out.at(history.moment(r), zone), r.subject, history.sentence(r)) for r in records]
    out.table(("", "When", "Task", "What happened"), rows)


@app.command()
def export(ctx: typer.Context) -> None:
    """Every record as one JSON object a line, oldest first."""
    with opened(ctx) as opened_app:
        for record in opened_app.ledger.audit.all():
            typer.echo(record.as_json())
