"""Beginning: `init`, `run`, `adopt`."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import opened, opened_vault, require_vault, vault_flag, vault_layer

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.app.running import Daemon
    from daemon.ops.adopt import Aside
    from daemon.ops.init import Plan
    from daemon.places import Places
    from daemon.runtime.pace import Waiting

_NAMED = 5  # things that were made again
_A_BEAT = timedelta(seconds=10)  # signs of life come more often than this


def init(
    ctx: typer.Context,
    path: Annotated[
        Path | None, typer.Argument(metavar="PATH", help="The folder; else the one from your configuration.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be made.")] = False,
    obsidian: Annotated[
        bool, typer.Option("--obsidian", help="Add our part to Obsidian's settings that are there; a copy is kept.")
    ] = False,
) -> None:
    """Make a vault, or add what is missing to an existing one. No file is ever overwritten."""
    from daemon.ops import init as making
    from daemon.places import configure, sources

    places = configure(os.environ, sources(os.environ, [vault_layer(path)] if path else vault_flag(ctx)))
    planned = making.plan(places.vault, home=places.home)
    if dry_run:
        _list_plan(planned)
        return
    making.apply(planned)
    for warning in planned.warnings:
        out.say(warning)
    if obsidian:
        _settle_in(planned.root)
    elif planned.own_settings and not planned.kept_up:
        out.say("Your Obsidian settings were left alone. `employee init --obsidian` adds our properties and style.")
    if not planned.folders and not planned.files:
        out.say(f"The vault {planned.root} is complete; nothing was changed.")
        return
    if planned.kept_up:
        _say_what_is_back(planned, places)
        return
    made = f"{out.plural(len(planned.folders), 'folder')}, {out.plural(len(planned.files), 'file')}"
    out.say(f"The vault {planned.root} is made: {made}.", _next_step(places.vault))


def _say_what_is_back(planned: Plan, places: Places) -> None:
    """A vault that is in use lacks only what somebody deleted."""
    from daemon.adapters.clock import SystemClock
    from daemon.runtime import heartbeat

    back = [*(f"{folder}/" for folder in planned.folders), *planned.files]
    more = f" and {len(back) - _NAMED} more" if len(back) > _NAMED else ""
    out.say(f"Made again in the vault {planned.root}: {', '.join(back[:_NAMED])}{more}.")
    now = SystemClock().now()
    if not any(beat.alive(now, _A_BEAT) for beat in heartbeat.read(places.beats)):
        out.say("AI Employee is not running; `employee run` starts it.")


def _settle_in(root: Path) -> None:
    from daemon.ops import obsidian
    from daemon.vault import Vault

    changed = obsidian.merge(Vault(root))
    said = f"Obsidian's settings: added to {', '.join(changed)}." if changed else "Obsidian's settings are complete."
    out.say(f"{said} Restart Obsidian to see it." if changed else said)


def _list_plan(planned: Plan) -> None:
    for folder in planned.folders:
        out.data(f"make  {folder}/")
    for name in planned.files:
        out.data(f"make  {name}")
    for name in planned.kept:
        out.data(f"keep  {name}")
    out.say(*planned.warnings)


def _next_step(made: Path) -> str:
    """What to type next; with `--vault` when the configuration names another vault."""
    from daemon.places import configure, sources

    usual = configure(os.environ, sources(os.environ))
    if usual.vault == made:
        return "Open this folder in Obsidian, then type `employee run`."
    return (
        f"Open this folder in Obsidian, then type `employee run --vault {made}`. To make it the usual one, write "
        f'[vault] path = "{made}" into {usual.config}.'
    )


def run(
    ctx: typer.Context,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ROLE", help="Only this part: inbox, scheduler or manager; repeatable."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Finish what needs no person, say what waits, and end.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Call no language model, whatever is configured.")] = False,
) -> None:
    """Work: take what is dropped, draft, wait for your yes, carry out. Makes the vault on the first run."""
    from daemon.cli import logs
    from daemon.core import layers

    roles = _roles(only or [])
    with opened(ctx, *([layers.flag("llm.offline", value=True)] if offline else [])) as app:
        _make_vault(app)
        logs.start(app.places.home / "logs", roles, app.redact)
        with app.daemon(roles) as daemon:
            if once:
                signal.signal(signal.SIGTERM, signal.default_int_handler)
                _show_waiting(app, daemon.once())
            else:
                _until_told(daemon)


def _roles(only: Sequence[str]) -> list[str]:
    from daemon.app import ROLES

    if unknown := [role for role in only if role not in ROLES]:
        raise typer.BadParameter(f"There is no role {unknown[0]}. Choose: {', '.join(ROLES)}.", param_hint="--only")
    return [role for role in ROLES if role in only] or list(ROLES)


def _make_vault(app: App) -> None:
    """On the first run; never where a vault has been and is away now."""
    from daemon.ops import init as making

    if app.vault.present():
        return
    if app.ledger.get("vault") == str(app.places.vault):
        require_vault(app)
    planned = making.plan(app.places.vault, home=app.places.home)
    making.apply(planned)
    out.say(f"Made a new vault: {planned.root}", "Open this folder in Obsidian; Help/Start here.md explains it.")
    out.say(*planned.warnings)


def _until_told(daemon: Daemon) -> None:
    """Until SIGINT or SIGTERM; a second one no longer waits for what is running."""
    stop = Event()

    def told(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.default_int_handler)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, told)
    daemon.run(stop)
    out.say("Stopped. Nothing is lost: the next run goes on from here.")


def _show_waiting(app: App, waiting: Sequence[Waiting]) -> None:
    if not waiting:
        out.say("Nothing waits.")
        return
    rows = [(each.what, each.why, out.at(each.until, app.zone) if each.until else "") for each in waiting]
    out.table(("What waits", "Why", "Until"), rows)


def adopt(ctx: typer.Context) -> None:
    """Take over a vault that another computer or state folder owned. What waits there is proposed to you anew."""
    from daemon.ops import adopt as taking

    aside = _set_aside(ctx)
    with opened_vault(ctx, ours=False) as app:
        if aside and aside.paused:
            app.ledger.pause(aside.paused.reason, aside.paused.by, app.clock.now())
        where = str(app.places.vault)
        taken = taking.adopt(app.context, app.clock.now(), locks=app.places.locks, where=where, status=app.status)
    if taken.was:
        out.say(f"The vault {app.places.vault} is yours now; before it belonged to the instance {taken.was}.")
    else:
        out.say(f"The vault {app.places.vault} is yours.")
    for path in taken.again:
        out.data(f"again   {path}")
    for path in taken.review:
        out.data(f"review  {path}")
    again = out.plural(len(taken.again), "draft is", "drafts are")
    out.say(f"{again} proposed anew by the next `employee run`; nothing that was approved before counts.")
    if taken.review:
        out.say(f"{out.plural(len(taken.review), 'note needs', 'notes need')} your look in Needs_Review/.")


def _set_aside(ctx: typer.Context) -> Aside | None:
    """A ledger that is damaged or an old copy is kept, and a new one begins."""
    from daemon.ops import adopt as taking
    from daemon.places import configure, sources
    from daemon.vault import Vault

    places = configure(os.environ, sources(os.environ, vault_flag(ctx)))
    aside = taking.set_aside(places.ledger, Vault(places.vault), locks=places.locks)
    if aside:
        out.say(f"The ledger could not be believed; it is kept in {aside.folder}, and a new one begins.")
    return aside
