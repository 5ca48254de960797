"""The STOP switch: `pause` and `resume`."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import opened, opened_ledger


def pause(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Shown wherever something waits.")] = "",
) -> None:
    """Stop everything that would leave this computer, at once. Reading and drafting go on."""
    from daemon.adapters.clock import SystemClock
    from daemon.core.proposal import State

    with opened_ledger() as ledger:
        ledger.pause(reason, "owner", SystemClock().now())
        held = sum(proposal.state is State.HELD for proposal in ledger.proposals.open())
    waiting = f" {out.plural(held, 'approved draft waits', 'approved drafts wait')}." if held else ""
    out.say(f"Paused: nothing leaves from now on.{waiting} What had begun before is finished.")
    out.say("`employee resume` goes on.")


def resume(ctx: typer.Context) -> None:
    """Go on after `pause`."""
    with opened(ctx) as app:
        was_paused = app.ledger.resume("owner", app.clock.now())
        running = app.status().running
    if not was_paused:
        out.say("Nothing was paused.")
    elif running:
        out.say("Going on: what was approved leaves now.")
    else:
        out.say("No longer paused. AI Employee is not running; `employee run` starts it.")
