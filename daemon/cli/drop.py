"""Giving work: `add`."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import opened_vault


def add(
    ctx: typer.Context,
    things: Annotated[
        list[str], typer.Argument(metavar="TEXT|FILE", help="What is to be done, files, or - for standard input.")
    ],
) -> None:
    """Drop something into Inbox/: words, or files of any kind."""
    from daemon.ops import drop

    with opened_vault(ctx) as app:
        if things == ["-"]:
            texts, files = [typer.get_text_stream("stdin").read()], []
        else:
            texts, files = drop.sort(things)
        dropped = [drop.text(app.vault, each) for each in texts] + [drop.file(app.vault, each) for each in files]
        running = app.status().running
    for path in dropped:
        out.data(path)
    out.say(
        "It becomes a task in a few seconds." if running else "AI Employee is not running; `employee run` takes it."
    )
