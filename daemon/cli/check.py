"""Checking the installation: `doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from daemon.cli import out
from daemon.cli.look import DEGRADED
from daemon.cli.opened import JsonOption, opened

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.ops.doctor import Result
    from daemon.registry import Plugin

_MARKS = {"fine": "ok", "hint": "hint", "wrong": "WRONG"}


def doctor(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Check everything and name the remedy for what is wrong. Ends with 3 when something is."""
    from dataclasses import asdict

    from daemon.core import layers
    from daemon.ops import doctor as examining

    with opened(ctx) as app:
        subject = examining.Subject(
            context=app.context,
            vault=app.places.vault,
            home=app.places.home,
            config=app.places.config,
            own_settings=layers.origins(app.sources.own),
            secrets=app.secrets,
            plugins={f"{plugin.kind}.{plugin.name}": plugin.why for plugin in _plugins(app)},
            now=app.clock.now(),
        )
        results = examining.examine(subject)
    wrong = sum(result.level == "wrong" for result in results)
    if as_json:
        out.as_json({"ok": not wrong, "checks": [asdict(result) for result in results]})
    else:
        out.table(("", "", ""), [row for result in results for row in _rows(result)])
        out.say(f"{out.plural(wrong, 'check')} found something wrong." if wrong else "Nothing is wrong.")
    if wrong:
        raise typer.Exit(DEGRADED)


def _plugins(app: App) -> list[Plugin[Any]]:
    from daemon import registry
    from daemon.app.parts import channels
    from daemon.core.plugins import Sources

    config = app.settings
    inbox = registry.watcher("inbox", config.inbox.model_dump(), Sources(app.vault))
    return [inbox, *registry.agents(config.agents), *registry.actions(channels(app))]


def _rows(result: Result) -> list[tuple[str, str, str]]:
    found = (_MARKS[result.level], result.name, result.found)
    return [found, ("", "", f"-> {result.remedy}")] if result.remedy else [found]
