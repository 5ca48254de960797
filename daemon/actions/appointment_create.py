"""Put an appointment into Outbox/ as a calendar file, for the person to open. Nobody is invited by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from daemon.core import appointment, calendar_file, names
from daemon.core.appointment import Appointment
from daemon.core.errors import Permanent, UserError
from daemon.core.language import dates
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value, same

_LONGEST = 30 * 24 * 60  # minutes
_EDITED = ("subject", "starts", "duration", "place", "zone")
_LIKE = "write when it begins, in this form: 2030-01-31T15:00"  # a day that nobody takes for the one meant


class Params(BaseModel):
    """One entry of a calendar. `starts` is the wall clock in `zone`; None until the person fills it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: str = Field(min_length=1, max_length=200)
    starts: datetime | None
    duration: int = Field(gt=0, le=_LONGEST)  # minutes
    zone: str
    place: str = Field(default="", max_length=200)
    whole_day: bool = False
    uid: str = Field(default="", max_length=200)  # of the invitation
    method: Literal["create", "change", "cancel"] = "create"
    organizer: str = ""

    @field_validator("starts")
    @classmethod
    def _wall_clock(cls, starts: datetime | None) -> datetime | None:
        if starts and (starts.tzinfo or starts.year not in appointment.YEARS):
            msg = "not a date and time on the wall clock of an ordinary year"
            raise ValueError(msg)
        return starts


class Action:
    """A calendar file named after the entry; its text is the entry's description."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._outbox = channels.outbox
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        properties: dict[str, Value] = {name: getattr(params, name) for name in _EDITED}
        if params.starts is None:
            return Shown(properties, (f"Nothing yet: “starts” is empty. Open the properties and {_LIKE}.",))
        return Shown(properties, tuple(_effect(params, f"“{params.subject}”, {_span(params, params.starts)},")))

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Every property can be edited. Raises UserError when it makes no appointment, or none yet."""
        shown = self.describe(params).properties
        said = {name: properties.get(name) for name in _EDITED if not same(properties.get(name), shown[name])}
        changes: dict[str, object] = {}
        problems = [problem for name, value in said.items() if (problem := _take(changes, name, value))]
        if "starts" in changes:
            changes["whole_day"] = params.whole_day and _is_midnight(changes["starts"])
        edited = params.model_copy(update=changes)
        if not problems:
            problems += _impossible(edited)
        if problems:
            raise UserError(*problems)
        return edited, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._outbox.save(_path(params, effect), _file(params, text, effect), key=effect.key)

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._outbox.look_up(_path(params, effect), _file(params, text, effect), key=effect.key)


def _effect(params: Params, entry: str) -> Iterator[str]:
    if params.method == "cancel":
        yield f"A calendar file that cancels {entry} is put into Outbox/"
        yield "If your calendar keeps the entry after you open it, delete it there by hand"
        return
    yield f"{entry} is put into Outbox/ as a calendar file (.ics): open it, and your calendar takes it"
    if params.place:
        yield f"Place: {params.place}"
    yield "Nobody is invited or told by it"


def _take(changes: dict[str, object], name: str, value: Value) -> str:
    """Put one edited property into `changes`; the sentence on what is wrong with it, or ""."""
    match name, value:
        case "starts", datetime():
            changes[name] = value
        case "starts", _:
            return f"“starts” is empty: {_LIKE}"
        case "duration", int() | Decimal() if not isinstance(value, bool) and 0 < value <= _LONGEST:
            changes[name] = int(value)
        case "duration", _:
            return "“duration” is a number of minutes, like 45"
        case _, str() | None:
            changes[name] = " ".join((value or "").split())[:200]
        case _:
            return f"“{name}” is a text"
    return ""


def _impossible(params: Params) -> list[str]:
    """What still stands in the way of an entry."""
    if not params.subject:
        return ["“subject” is empty: write what the entry is called"]
    if params.starts is None:
        return [f"“starts” is empty: {_LIKE}"]
    if not _years(params.starts):
        return [f"“starts” is in the year {params.starts.year}"]
    if appointment.zoned(params.starts, params.zone) is None:
        if appointment.zoned(datetime(2026, 1, 15, 12), params.zone) is None:  # noqa: DTZ001 - wall clock
            return [f"“zone”: no time zone is called {params.zone!r}; write it like Europe/Berlin"]
        return [f"“starts”: the clocks go forward then, {params.starts:%H:%M} does not exist in {params.zone}"]
    return []


def _years(starts: datetime) -> bool:
    return starts.year in appointment.YEARS


def _is_midnight(value: object) -> bool:
    return isinstance(value, datetime) and value.time() == time()


def _span(params: Params, starts: datetime) -> str:
    day = dates.spell(starts.date(), "en", date.min)
    if params.whole_day:
        days = max(1, params.duration // (24 * 60))
        return f"{day}, the whole day" if days == 1 else f"{days} whole days from {day}"
    ends = starts + timedelta(minutes=params.duration)
    later = f"{ends:%H:%M}"
    if ends.date() != starts.date():
        later += f" on {dates.spell(ends.date(), 'en', date.min)}"
    return f"{day}, {starts:%H:%M} to {later} ({params.zone})"


def _path(params: Params, effect: Effect) -> str:
    return f"Outbox/{names.slug(params.subject)}_{effect.key.partition('.')[0]}.ics"


def _file(params: Params, text: str, effect: Effect) -> bytes:
    """Raises Permanent for an entry without a possible start."""
    if params.starts is None or (starts := appointment.zoned(params.starts, params.zone)) is None:
        raise Permanent("the appointment has no start that exists; write it into “starts” and approve again")
    entry = Appointment(
        title=params.subject,
        starts=params.starts.date() if params.whole_day else starts,
        duration=timedelta(minutes=params.duration),
        place=params.place,
        uid=params.uid,
        method=params.method,
        organizer=params.organizer,
    )
    uid = f"{effect.key.partition('-')[0]}@ai-employee.invalid"
    return calendar_file.write(entry, text, uid=uid, stamp=effect.at.astimezone(UTC))
