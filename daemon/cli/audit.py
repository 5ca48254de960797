"""The tamper-evident record: `audit verify`, `audit tail`, `audit export`."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import JsonOption, opened

app = typer.Typer(no_args_is_help=True, help="The record of everything that was decided and done; changes to it show.")


@app.command()
def verify(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Check every record. Ends with 1 when one was changed, is missing or was put in."""
    with opened(ctx) as opened_app:
        verdict = opened_app.ledger.audit.verify()
    if as_json:
        fields = {"records": verdict.records, "head": verdict.head, "ok": not verdict.wrong, "wrong": verdict.wrong}
        out.as_json(fields)
    elif verdict.wrong:
        out.data(f"The audit record is broken: {verdict.wrong}.")
        out.say("Everything after that may be false. Keep the state folder as it is and restore a backup beside it.")
    else:
        out.data(f"{out.plural(verdict.records, 'record')}, all in place. Head: {verdict.head}")
    if verdict.wrong:
        raise typer.Exit(1)


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
