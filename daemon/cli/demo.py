"""`demo`: the whole main job in a folder that goes away again."""

from __future__ import annotations

import shutil
import signal
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli import out


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="Leave the folder, to look around in it.")] = False,
) -> None:
    """Show the whole job on sample input: no accounts, no network, nothing left behind."""
    from daemon.ops.demo import NotAsPromised

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="ai-employee-demo-"))
    try:
        _play(folder)
    except NotAsPromised as broken:
        out.say(f"The demo did not come out as promised: {broken}.")
        raise typer.Exit(1) from None
    finally:
        if keep:
            out.say(f"Everything is in {folder}; open {folder / 'vault'} in Obsidian.")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    out.data("\nThat was all of it. `employee run` (or `make run`) does the same with your own folder.")


def _play(folder: Path) -> None:
    from daemon.app import App
    from daemon.ops import briefing, init
    from daemon.ops import demo as play

    settings = {
        "EMPLOYEE_HOME": str(folder / "state"),
        "EMPLOYEE_VAULT": str(folder / "vault"),
        "EMPLOYEE_CONFIG": str(folder / "config.toml"),
        "EMPLOYEE_INBOX__SETTLE_SECONDS": "0.05",
        "EMPLOYEE_APPROVAL__HOLD_SECONDS": "0",
    }
    app = App.open(settings)
    try:
        init.apply(init.plan(app.places.vault, home=app.places.home))

        def work() -> None:
            with app.daemon() as daemon:
                daemon.once()

        def brief() -> str:
            now = app.clock.now()
            return briefing.make(app.context, app.status(), now, planned_at=now).spoken

        play.play(play.Stage(app.vault, app.ledger, work=work, brief=brief, show=out.data, now=app.clock.now))
    finally:
        app.close()
