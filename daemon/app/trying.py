"""What `employee eval` tries models with: the same router, agents and models as in earnest, without their ways out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.core.errors import UserError
from daemon.core.settings import Models, Settings
from daemon.ops import evaluating
from daemon.ops.evaluating import CONFIGURED, NothingKept, Office

if TYPE_CHECKING:
    from pathlib import Path

    from daemon.app import App
    from daemon.core.ports import Watcher
    from daemon.ops.replaying import Case
    from daemon.runtime.drafting import Asking
    from daemon.vault import Vault

_USAGE = 2


def office(app: App) -> Office:
    """Those who route and draft."""
    from daemon import registry

    agents = {each.name: each.made for each in registry.agents(app.settings.agents) if each.made}
    router = registry.router(app.settings.agents)
    workers = app.settings.work.workers
    return Office(app.context, router, agents, lambda model: _asking(app, model), app.doors.prices, workers)


def cases(app: App, folder: Path | None, limit: int) -> list[Case]:
    """What they are tried on. Raises UserError when there is nothing."""
    from daemon.ops import replaying

    if folder is None:
        found = replaying.finished(app.context, limit)
        nothing = "Nothing is finished yet. Name a folder with mails or notes: `employee eval FOLDER`."
    elif folder.is_dir():
        found = replaying.dropped(app.context, folder, limit, lambda vault: _watcher(app, vault))
        nothing = f"Nothing in {folder} can be worked on."
    else:
        found, nothing = [], f"There is no folder {folder}."
    if not found:
        raise UserError(nothing, exit_code=_USAGE)
    return found


def rows(app: App, wanted: Sequence[str]) -> dict[str, list[str]]:
    """The models behind each line of the table. Raises UserError for one that cannot be asked."""
    if problems := [why for model in wanted if (why := app.doors.model.ready(model))]:
        raise UserError(*problems, exit_code=_USAGE)
    if wanted:
        return {model: [model] for model in dict.fromkeys(wanted)}
    models = app.settings.llm.models
    ready = [name for name in (*models.simple, *models.medium, *models.complex) if not app.doors.model.ready(name)]
    return {CONFIGURED: ready} if ready else {}


def _asking(app: App, model: str) -> Asking:
    from daemon.runtime.drafting import nobody
    from daemon.runtime.minds.calls import Doors
    from daemon.runtime.minds.mind import Mind

    if model == evaluating.RULES:
        return nobody
    doors = Doors(app.doors.model, app.doors.prices, NothingKept())
    context = replace(app.context, standing=lambda: _only(app.context.standing(), model))
    return Mind(doors, context, changed=app.secrets.mark, tells=app.redact.finds).ask


def _only(settings: Settings, model: str) -> Settings:
    """As if nobody else were configured."""
    if model == CONFIGURED:
        return settings
    alone = Models(simple=(model,), medium=(model,), complex=(model,))
    return settings.model_copy(update={"llm": settings.llm.model_copy(update={"models": alone})})


def _watcher(app: App, vault: Vault) -> Watcher:
    from daemon import registry
    from daemon.core.plugins import Sources

    table = app.settings.inbox.model_dump() | {"settle_seconds": 0}
    found = registry.watcher("inbox", table, Sources(vault))
    if found.made is None:
        raise UserError(f"the inbox watcher cannot be loaded: {found.why}")
    return found.made
