"""Send a message over a messenger: SMS, WhatsApp, Signal, Telegram, Slack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value
from daemon.core.social import SERVICES, outgoing
from daemon.core.social.outgoing import Tray

_LONGEST = 4000  # characters: what WhatsApp, Telegram (4,096) and Slack (4,000) take in one message
_SMS = 918  # six parts of 153 characters, what phones still join


class Params(BaseModel):
    """`to`: the name, number or handle as the person would look it up on their phone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str = Field(min_length=1)
    service: Literal["sms", "whatsapp", "signal", "telegram", "slack", "other"]


class Action:
    """The message lies in Outbox/ as a file, to be pasted into the messenger."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._tray = Tray(channels.outbox)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        way = SERVICES.get(params.service, "a messenger")
        effect = f"The text below is put into Outbox/ for you to send to {params.to} by {way}"
        return Shown({"to": (params.to,), "network": SERVICES.get(params.service, "other")}, (effect,))

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError for a messenger that nobody knows or a text that is too long: it is never cut."""
        del params  # all of it is shown, so the properties say all
        problems: list[str] = []
        to = outgoing.line("to", properties.get("to"), needed=True, problems=problems)
        service = outgoing.line("network", properties.get("network"), needed=True, problems=problems).lower()
        if service not in (*SERVICES, "other"):
            problems.append(f"“network”: write one of {', '.join(SERVICES.values())}, other")
        outgoing.require(problems)
        amended = Params.model_validate({"to": to, "service": service})
        outgoing.require_words(_problems(amended, text))
        return amended, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._tray.put(_what(params), text, effect, _problems(params, text))

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._tray.find(_what(params), text, effect)


def _problems(params: Params, text: str) -> tuple[str, ...]:
    limit, count = _SMS if params.service == "sms" else _LONGEST, len(text.strip())
    if not count:
        return ("there is no text",)
    way = SERVICES.get(params.service, "this messenger")
    over = f"the text is {count - limit:,} characters too long for {way}: it has {count:,}, and {limit:,} fit"
    return (over,) if count > limit else ()


def _what(params: Params) -> str:
    return f"{SERVICES.get(params.service, 'Other')} message"
