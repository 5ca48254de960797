"""Put the script of a phone call into Outbox/, for the person to call. This program rings nobody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from daemon.core import names, neutral
from daemon.core.errors import Permanent, UserError
from daemon.core.language import dates, phones
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value, same

_LIKE = "write the number, like +49 40 1234567"


def _one_line(text: str) -> str:
    """Nothing in it can pose as another line, or be hidden."""
    return " ".join(neutral.visible(text).split())


class Params(BaseModel):
    """Whom to call, where and why. `phone` is empty until the person fills it in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: str = ""  # "+49401234567", or the digits as they were written
    extension: str = Field(default="", pattern=r"^[0-9]{0,5}$")
    name: Annotated[str, AfterValidator(_one_line)] = Field(min_length=1, max_length=100)
    purpose: Annotated[str, AfterValidator(_one_line)] = Field(default="", max_length=200)
    due: date | None = None

    @field_validator("phone")
    @classmethod
    def _one_that_may_be_called(cls, phone: str) -> str:
        if phone and (why := phones.refused(phone)):
            raise ValueError(why)
        return phone


class Action:
    """A text file with the number, the script, and nothing that rings."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._outbox = channels.outbox
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        properties: dict[str, Value] = {"phone": params.phone or None}
        if params.due:
            properties["due"] = params.due
        if not params.phone:
            return Shown(properties, (f"Nothing yet: “phone” is empty. Open the properties and {_LIKE}.",))
        purpose = f" about {params.purpose}" if params.purpose else ""
        day = f", on {dates.spell(params.due, 'en', date.min)}" if params.due else ""
        whom = f"{params.name} on {_number(params)}{purpose}{day}"
        effect = (
            f"The script below is put into Outbox/ for you to call {whom}",
            "Nobody is called by this program, and nothing is recorded",
        )
        return Shown(properties, effect)

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """The number and the day can be edited. Raises UserError for a number nobody may be asked to call."""
        changes: dict[str, object] = {}
        if not same(properties.get("phone"), params.phone or None):
            changes |= _written(properties.get("phone"))
        if not same(properties.get("due"), params.due):
            due = properties.get("due")
            changes["due"] = due if isinstance(due, date) else None
        edited = params.model_copy(update=changes)
        if not edited.phone:
            raise UserError(f"“phone” holds no number: {_LIKE}")
        if why := phones.refused(edited.phone):
            raise UserError(f"“phone” {edited.phone}: {why}")
        return edited, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._outbox.save(_path(params, effect), _file(params, text), key=effect.key)

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._outbox.look_up(_path(params, effect), _file(params, text), key=effect.key)


def _written(phone: Value) -> Mapping[str, object]:
    """The number, and its extension apart: as one row of digits they would ring a stranger."""
    text = phone if isinstance(phone, str) else ""
    found = phones.find(text)
    if len(found) == 1:
        return {"phone": found[0].number, "extension": found[0].extension}
    return {"phone": "" if found else phones.plain(text), "extension": ""}


def _number(params: Params) -> str:
    return f"{params.phone}, extension {params.extension}" if params.extension else params.phone


def _path(params: Params, effect: Effect) -> str:
    task = effect.key.partition(".")[0]
    return f"Outbox/{names.safe_file_name(f'Call {params.name}_{task}.txt')}"


def _file(params: Params, text: str) -> bytes:
    """Raises Permanent without a number."""
    if not params.phone:
        raise Permanent("there is no number to call; write it into “phone” and approve again")
    return f"{params.name}: {_number(params)}\n\n{text}\n".encode()
