"""The one settings object.

Shipped defaults < the person's config.toml < environment EMPLOYEE_<TABLE>__<KEY> < flags; `layers` lays them over
each other. The shipped files under config/ name every key with a comment; the model below holds no defaults, so the
files are the manual and cannot drift. Unknown keys and wrong values are listed all at once, each with its place.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta, tzinfo
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from daemon.core import policy, quiet, schedule
from daemon.core.accounting import numbering
from daemon.core.errors import UserError
from daemon.core.layers import Layer, Table, merged, paths
from daemon.core.policy import Cap
from daemon.core.quiet import Hours


def _quiet_time(entry: str) -> str:
    quiet.parse(entry)
    return entry


class Section(BaseModel):
    """A configuration table: closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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


class Mail(Section):
    first_days: float = Field(ge=0, le=365)
    first_most: int = Field(ge=0, le=1000)
    max_mb: int = Field(gt=0, le=100)
    sender: str
    labels: bool
    archive: bool
    mark_read: bool
    keep_drafts: bool
    notify: bool
    notify_to: str
    notify_minutes: float = Field(ge=1, le=24 * 60)


class Gmail(Section):
    enabled: bool
    poll_seconds: float = Field(gt=0)
    timeout_seconds: float = Field(gt=0, le=600)
    api_endpoint: str
    auth_uri: str
    token_uri: str


class Imap(Section):
    enabled: bool
    poll_seconds: float = Field(gt=0)
    idle: bool
    timeout_seconds: float = Field(gt=0, le=600)
    sent: str
    drafts: str


class Api(Section):
    host: str
    port: int = Field(ge=0, le=65535)


def _quoted(value: object) -> object:
    """TOML makes tables of a name with a dot in it, unless it stands in quotes."""
    match value:
        case dict():
            raise ValueError('write the name of the action in quotes, like "email.reply" = 5')
        case _:
            return value


Seconds = Annotated[float, BeforeValidator(_quoted), Field(ge=0, le=86400, allow_inf_nan=False, strict=True)]
Count = Annotated[int, BeforeValidator(_quoted), Field(ge=0, strict=True)]
Entry = Annotated[str, AfterValidator(_quiet_time)]
Entries = Annotated[tuple[Entry, ...], BeforeValidator(_quoted)]


Tier = Literal["simple", "medium", "complex"]
Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Provider(Section):
    """Where a company's models are reached; "" = nowhere."""

    base_url: str

    @field_validator("base_url")
    @classmethod
    def _without_password(cls, address: str) -> str:
        """The address stands in the log and in drafts."""
        if "@" in address:
            raise ValueError("an address holds no user and no password, so no @")
        return address


class Models(Section):
    """By tier, the first choice first."""

    simple: tuple[str, ...]
    medium: tuple[str, ...]
    complex: tuple[str, ...]


class Llm(Section):
    offline: bool
    timeout_seconds: float = Field(gt=0, le=600)
    max_answer_tokens: int = Field(ge=100, le=32_000)
    cache_days: float = Field(ge=0, le=365)
    cache_mb: int = Field(ge=0, le=10_000)
    batch_hours: Entries  # see `core.quiet`
    models: Models
    at_least: dict[str, Tier]  # by agent or purpose
    prices: dict[str, tuple[Usd, Usd, Usd]]  # by model: input, cached input, output, US dollars for a million tokens
    anthropic: Provider
    openai: Provider
    google: Provider
    groq: Provider
    local: Provider


class Budget(Section):
    daily_usd: Usd
    monthly_usd: Usd
    warn_at: float = Field(gt=0, le=1)
    when_spent: Literal["wait", "rules"]


class Policy(Section):
    """By action; what else a table may speak of is in `policy.names`."""

    hold: dict[str, Seconds]
    cap: dict[str, Count]  # effects a day, 0 = no cap
    quiet: dict[str, Entries]  # see `core.quiet`


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
    mail: Mail
    gmail: Gmail
    imap: Imap
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

    def caps(self, action: str) -> Sequence[Cap]:
        """How many effects a day may begin: of this action, of its kind, of everything; none that is 0."""
        if self.approval.daily_cap is not None:
            return [Cap(action, self.approval.daily_cap)] if self.approval.daily_cap else []
        table, (own, kind, everything) = self.policy.cap, policy.names(action)
        named = [Cap(name, table[name]) for name in (own, kind) if name in table]
        usual = [Cap(action, table[policy.DEFAULT])] if policy.DEFAULT in table and not named else []
        total = [Cap(everything, table[everything])] if everything in table else []
        return [cap for cap in (*(named or usual), *total) if cap.limit]

    def quiet(self, action: str) -> Sequence[Hours]:
        """When it does not begin."""
        entries = (entry for name in policy.names(action) for entry in self.policy.quiet.get(name, ()))
        return [quiet.parse(entry) for entry in entries]


def build(defaults: Iterable[Layer], layers: Iterable[Layer]) -> Settings:
    """Lay `layers` over the shipped `defaults`. Raises UserError (exit code 78) listing every problem."""
    shipped, own = list(defaults), list(layers)
    try:
        made = Settings.model_validate(merged([*shipped, *own]))
    except ValidationError as error:
        problems = [_sentence(cast("Table", p), (*shipped, *own)) for p in error.errors(include_url=False)]
        raise UserError(*problems, exit_code=78) from error
    if unknown := list(_unknown_actions(made.policy, merged(shipped), (*shipped, *own))):
        raise UserError(*unknown, exit_code=78)
    return made


# What is read again for every effect, and for every question to a model.
_AT_ONCE = (
    *("policy.", "approval.hold_seconds", "approval.daily_cap", "budget."),
    *("llm.offline", "llm.models.", "llm.at_least", "llm.timeout_seconds", "llm.max_answer_tokens", "llm.batch_hours"),
)


def unapplied(started: Settings, standing: Settings) -> list[str]:
    """The settings that were changed since the start and count from the next one."""
    if started == standing:
        return []
    before, after = started.model_dump(), standing.model_dump()
    return [path for path in keys() if not path.startswith(_AT_ONCE) and _at(path, before) != _at(path, after)]


def _at(path: str, table: Table) -> object:
    for step in path.split("."):
        table = table[step]
    return table


def keys(settings: type[BaseModel] = Settings, prefix: str = "") -> Iterator[str]:
    """Every key of the model as a dotted path; free tables (hold, cap, models) count as one key."""
    for name, info in settings.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from keys(kind, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _unknown_actions(made: Policy, shipped: Table, every: Sequence[Layer]) -> Iterator[str]:
    """The shipped table of hold times names every action; a cap for a name that nothing has would cap nothing."""
    actions = {name for name in shipped["policy"]["hold"] if name != policy.DEFAULT}
    wider = {name for action in actions for name in policy.names(action)}
    known = {"hold": {*actions, policy.DEFAULT}, "cap": {*wider, policy.DEFAULT}, "quiet": wider}
    for table, names in known.items():
        for name in getattr(made, table):
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(names))}"
                yield f"{_where(f'policy.{table}.{name}', every)}: there is no action {name}; {hint}"


def _sentence(problem: Table, every: Sequence[Layer]) -> str:
    path = ".".join(str(step) for step in problem["loc"])
    where = _where(path, every)
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path, list(keys()), n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else "; config/default.toml lists every key"
        return f"{where}: unknown setting {path}{hint}"
    said = problem["msg"].removeprefix("Value error, ")
    if path.endswith(".base_url"):  # a password may stand in it
        return f"{where}: {path} is not right: {said}"
    given = json.dumps(problem.get("input"), default=str)
    return f"{where}: {path} = {given} is not right: {said}"


def _where(path: str, every: Sequence[Layer]) -> str:
    """The source of a setting, with its line in a file; of several the last one counts, and of what is shipped, too."""
    for prefix in _prefixes(path):
        for layer in reversed(every):
            if prefix in set(paths(layer.table)):
                line = layer.line(path)
                return f"{layer.name}, line {line}" if line else layer.name
    return "config/"


def _prefixes(path: str) -> Iterator[str]:
    steps = path.split(".")
    return (".".join(steps[:n]) for n in range(len(steps), 0, -1))
