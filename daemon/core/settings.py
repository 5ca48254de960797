"""The one settings object, and how it comes together.

Shipped defaults < the person's config.toml < environment EMPLOYEE_<TABLE>__<KEY> < flags. The shipped files under
config/ name every key with a comment; the model below holds no defaults, so the files are the manual and cannot
drift. Unknown keys and wrong values are listed all at once, each with the place it came from.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta, tzinfo
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from daemon.core.errors import UserError

Table = dict[str, Any]  # TOML is untyped until `build` has validated it


class Section(BaseModel):
    """A configuration table: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Vault(Section):
    path: str
    timezone: str

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            return str(ZoneInfo(name)) if name else name
        except (ZoneInfoNotFoundError, ValueError) as error:
            msg = f"{name!r} is not a time zone; write one like Europe/Berlin"
            raise ValueError(msg) from error


class Inbox(Section):
    settle_seconds: float = Field(ge=0, le=3600)
    rescan_seconds: float = Field(gt=0, le=3600)
    typing_seconds: float = Field(ge=0, le=3600)
    max_mb: int = Field(gt=0, le=100)

    @property
    def settle(self) -> timedelta:
        return timedelta(seconds=self.settle_seconds)

    @property
    def typing(self) -> timedelta:
        return timedelta(seconds=self.typing_seconds)


class Approval(Section):
    hold_seconds: float | None = Field(default=None, ge=0, le=86400)
    daily_cap: int | None = Field(default=None, ge=0)
    expires_hours: float = Field(gt=0, le=24 * 365)
    gone_minutes: float = Field(ge=0, le=24 * 60)
    feedback_days: float = Field(ge=0, le=365)


class Work(Section):
    attempts: int = Field(ge=1, le=20)
    workers: int = Field(ge=1, le=32)


class Llm(Section):
    offline: bool
    models: dict[str, tuple[str, ...]]


class Budget(Section):
    daily_usd: float = Field(ge=0)
    monthly_usd: float = Field(ge=0)


class Gmail(Section):
    enabled: bool
    poll_seconds: float = Field(gt=0)


class Api(Section):
    host: str
    port: int = Field(ge=0, le=65535)


class Quiet(Section):
    actions: tuple[str, ...]
    start: time
    end: time


class Policy(Section):
    hold: dict[str, float]  # seconds by action
    cap: dict[str, int]  # effects a day by action, 0 = no cap
    quiet: Quiet


class Schedule(Section):
    dashboard_seconds: float = Field(gt=0)
    heartbeat_seconds: float = Field(gt=0)


class Settings(Section):
    """Everything that can be configured."""

    vault: Vault
    inbox: Inbox
    approval: Approval
    work: Work
    agents: dict[str, Table]  # one table a plug-in, checked by its own Config
    llm: Llm
    budget: Budget
    gmail: Gmail
    api: Api
    policy: Policy
    schedule: Schedule

    def zone(self, system: tzinfo) -> tzinfo:
        """The person's time zone; `system` when none is configured."""
        return ZoneInfo(self.vault.timezone) if self.vault.timezone else system

    def hold(self, action: str) -> timedelta:
        """How long an approved action can still be undone."""
        if self.approval.hold_seconds is not None:
            return timedelta(seconds=self.approval.hold_seconds)
        table = self.policy.hold
        return timedelta(seconds=table.get(action, table.get("default", 60.0)))

    def cap(self, action: str) -> int:
        """How many effects of this action may start a day; 0 = any number."""
        if self.approval.daily_cap is not None:
            return self.approval.daily_cap
        return self.policy.cap.get(action, self.policy.cap.get("default", 20))


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of settings: `name` is what a message calls it ("config.toml", "environment")."""

    name: str
    table: Table


def parse(name: str, text: str) -> Layer:
    """One TOML text. Raises UserError with the line where it is broken."""
    try:
        return Layer(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{name} is not valid TOML: {error}", exit_code=78) from error


def from_environment(environ: Mapping[str, str]) -> Layer:
    """EMPLOYEE_<TABLE>__<KEY>=value, deeper tables by more `__`. Names without `__` are not settings.

    A value is read as TOML (5, true, ["a"]) and, where that fails, taken as text.
    """
    table: Table = {}
    for name, value in sorted(environ.items()):
        path = name.removeprefix("EMPLOYEE_").lower().split("__")
        if name.startswith("EMPLOYEE_") and len(path) > 1:
            _put(table, path, _literal(value))
    return Layer("environment", table)


def flag(path: str, value: object) -> Layer:
    """One setting given on the command line: `flag("vault.path", "/x")`."""
    table: Table = {}
    _put(table, path.split("."), value)
    return Layer("command line", table)


def build(defaults: Iterable[Layer], layers: Iterable[Layer]) -> Settings:
    """Lay `layers` over the shipped `defaults`. Raises UserError (exit code 78) listing every problem."""
    merged: Table = {}
    for layer in defaults:
        _merge(merged, layer.table)
    origin: dict[str, str] = {}
    for layer in layers:
        _merge(merged, layer.table)
        origin.update(dict.fromkeys(_paths(layer.table), layer.name))
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        problems = [_sentence(cast("Table", p), origin) for p in error.errors(include_url=False)]
        raise UserError(*problems, exit_code=78) from error


def keys(settings: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Every key of the model as a dotted path; free tables (hold, cap, models) count as one key."""
    for name, info in settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _put(table: Table, path: list[str], value: object) -> None:
    for step in path[:-1]:
        table = table.setdefault(step, {})
    table[path[-1]] = value


def _literal(value: str) -> object:
    try:
        return tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        return value


def _merge(into: Table, table: Table) -> None:
    for key, value in table.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], cast("Table", value))
        else:
            into[key] = value


def _paths(table: Table, prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        yield f"{prefix}{key}"
        if isinstance(value, dict):
            yield from _paths(cast("Table", value), f"{prefix}{key}.")


def _sentence(problem: Table, origin: Mapping[str, str]) -> str:
    path = ".".join(str(step) for step in problem["loc"])
    where = next((origin[p] for p in _prefixes(path) if p in origin), "config/")
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path, list(keys()), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else "; config/default.toml lists every key"
        return f"{where}: unknown setting {path}{hint}"
    given = json.dumps(problem.get("input"), default=str)
    return f"{where}: {path} = {given} is not right: {problem['msg'].removeprefix('Value error, ')}"


def _prefixes(path: str) -> Iterator[str]:
    steps = path.split(".")
    return (".".join(steps[:n]) for n in range(len(steps), 0, -1))
