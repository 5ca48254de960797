"""Plug-ins by name: the object, or the reason why there is none. The only dynamic import.

A plug-in is one file. Agents live in `agents/` (classes `Config` and `Agent`), actions in `daemon/actions/` (`Action`,
file `email_reply.py` = action `email.reply`), watchers in `watchers/` (`Config` and `Watcher`).
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from daemon.core.errors import UserError
from daemon.core.plugins import Channels, Sources
from daemon.core.ports import Action, Agent, Sorter, Watcher

log = logging.getLogger(__name__)
MANAGER = "manager"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Plugin(Generic[T]):
    """`made` is None when it could not be loaded; `why` then says so in a sentence."""

    kind: str
    name: str
    made: T | None
    why: str = ""


def names(package: str) -> list[str]:
    """The plug-ins that lie in a package, without importing them."""
    return sorted(module.name for module in pkgutil.iter_modules(importlib.import_module(package).__path__))


def agents(tables: Mapping[str, Mapping[str, Any]]) -> list[Plugin[Agent]]:
    """Every specialist; the manager routes and is not among them."""
    found = [name for name in names("agents") if name != MANAGER]
    return [
        _load("agents", name, lambda m, n=name: m.Agent(_config(m, f"agents.{n}", tables.get(n, {})))) for name in found
    ]


def router(tables: Mapping[str, Mapping[str, Any]]) -> Sorter:
    """The manager agent. Nothing works without it, so a fault is raised."""
    module = importlib.import_module("agents.manager")
    return module.Agent(_config(module, "agents.manager", tables.get(MANAGER, {})))


def actions(channels: Channels) -> list[Plugin[Action[Any]]]:
    """Every kind of effect, over the channels that are connected."""
    return [_load("daemon.actions", name, lambda m: m.Action(channels)) for name in names("daemon.actions")]


def watcher(name: str, table: Mapping[str, Any], sources: Sources) -> Plugin[Watcher]:
    """One source of work, with its table of settings."""
    return _load("watchers", name, lambda m: m.Watcher(_config(m, name, table), sources))


def action_name(module: str) -> str:
    """`email_reply` is the action `email.reply`."""
    return module.replace("_", ".", 1)


def _load(package: str, name: str, make: Callable[[ModuleType], T]) -> Plugin[T]:
    """The plug-in boundary: one that cannot be loaded is a status, not a crash. A wrong setting is raised."""
    try:
        return Plugin(package, name, make(importlib.import_module(f"{package}.{name}")))
    except UserError:
        raise
    except Exception as error:
        log.exception("%s.%s cannot be loaded", package, name)
        return Plugin(package, name, None, f"{type(error).__name__}: {error}")


def _config(module: ModuleType, path: str, table: Mapping[str, Any]) -> object:
    try:
        return module.Config.model_validate(dict(table))
    except ValidationError as error:
        wrong = [(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors(include_url=False)]
        known = ", ".join(module.Config.model_fields)
        raise UserError(
            *(f"[{path}] {key}: {message} (known settings: {known})" for key, message in wrong), exit_code=78
        ) from error
