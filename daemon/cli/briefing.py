"""The briefing on request: `briefing`."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import NOT_CONFIGURED, JsonOption, opened_vault


def briefing(
    ctx: typer.Context,
    call: Annotated[bool, typer.Option("--call", help="Also read it to you on the phone.")] = False,
    print_: Annotated[bool, typer.Option("--print", help="Print the note, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write today's briefing now: what was done, what waits, what comes first. It lies in Briefings/."""
    from daemon.ops import briefing as making

    with opened_vault(ctx) as app:
        made = making.make(app.context, app.status(), app.clock.now())
    if as_json:
        out.as_json({"path": made.path, "note": made.note, "spoken": made.spoken, "called": False})
    elif print_:
        for line in made.note.splitlines():
            out.data(line)
    else:
        out.data(made.path)
    if print_ and not as_json:
        out.say(f"It lies in {made.path}.")
    if call:
        out.say(
            "Nobody was called: calling needs a voice account, and this version cannot connect one yet. "
            "The briefing is written all the same; its last part, Spoken, is what the call would say."
        )
        raise typer.Exit(NOT_CONFIGURED)
