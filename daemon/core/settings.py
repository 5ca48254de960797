"""The one settings object.

Shipped defaults < the person's config.toml < environment EMPLOYEE_<TABLE>__<KEY> < flags; `layers` lays them over
each other. The shipped files under config/ name every key with a comment; the model below holds no defaults, so the
files are the manual and cannot drift. Unknown keys and wrong values are listed all at once, each with its place.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import time, timedelta, tzinfo
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from daemon.core import schedule
from daemon.core.accounting import numbering
from daemon.core.errors import UserError
from daemon.core.layers import Layer, Table, merged, paths


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


class Accounting(Section):
    invoice_number: str
    first_invoice: int = Field(ge=1, le=999_999_999)
    ledger_separator: Literal["", ";", ","]

    @field_validator("invoice_number")
    @classmethod
    def _countable(cls, form: str) -> str:
        return numbering.check(form)


class Secrets(Section):
    key_file: str


class Audit(Section):
    sign_every: int = Field(ge=1, le=100_000)


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
    briefing: str
    briefing_late_hours: float = Field(ge=0, le=24 * 7)

    @field_validator("briefing")
    @classmethod
    def _planned(cls, text: str) -> str:
        return schedule.check(text)

    @property
    def briefing_late(self) -> timedelta:
        return timedelta(hours=self.briefing_late_hours)


class Briefing(Section):
    language: Literal["en"]
    words_per_minute: int = Field(ge=80, le=400)
    max_spoken_seconds: int = Field(ge=30, le=600)


class Settings(Section):
    """Everything that can be configured."""

    vault: Vault
    inbox: Inbox
    approval: Approval
    work: Work
    agents: dict[str, Table]  # one table a plug-in, checked by its own Config
    accounting: Accounting
    secrets: Secrets
    audit: Audit
    llm: Llm
    budget: Budget
    gmail: Gmail
    api: Api
    policy: Policy
    schedule: Schedule
    briefing: Briefing

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


def build(defaults: Iterable[Layer], layers: Iterable[Layer]) -> Settings:
    """Lay `layers` over the shipped `defaults`. Raises UserError (exit code 78) listing every problem."""
    own = list(layers)
    origin = {path: layer.name for layer in own for path in paths(layer.table)}
    try:
        return Settings.model_validate(merged([*defaults, *own]))
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
