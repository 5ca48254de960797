"""Answer a comment, a mention, a review or a message on a social network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from daemon.core import social
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value
from daemon.core.social import outgoing
from daemon.core.social.outgoing import Tray


class Params(BaseModel):
    """Whom it answers, and where. `url` is the page of what is answered, or ""."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str
    to: str = ""  # name or handle of the author; "" when nobody knows
    url: str = ""
    form: Literal["comment", "message"] = "comment"
    account: str = ""

    @field_validator("url")
    @classmethod
    def _web(cls, url: str) -> str:
        if url and not social.safe_url(url):
            msg = "not a web address"
            raise ValueError(msg)
        return url


class Action:
    """The answer lies in Outbox/ as a file, to be pasted under what it answers."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._tray = Tray(channels.outbox)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        who, network = params.to or "an unknown author", social.named(params.network)
        seen = "Only they see it" if params.form == "message" else "Everybody can read it there"
        limit = f", at most {network.limit(params.form):,} characters" if network else ""
        effect = (
            f"The text below is put into Outbox/ for you to answer {who} on {params.network}{limit}. {seen}",
            f"To answer: open {params.url or params.network} and paste it",
        )
        optional = {"url": params.url, "from_account": params.account}
        shown = {name: value for name, value in optional.items() if value}
        return Shown({"network": params.network, "to": (params.to,) if params.to else (), **shown}, effect)

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError for what cannot be, or a text that is too long: it is never cut."""
        problems: list[str] = []
        network = outgoing.line("network", properties.get("network"), needed=True, problems=problems)
        to = outgoing.line("to", properties.get("to"), problems=problems)
        url = outgoing.web_address(properties.get("url"), problems)
        account = outgoing.line("from_account", properties.get("from_account"), problems=problems)
        outgoing.require(problems)
        known = social.named(network)
        changes = {"network": known.name if known else network, "to": to, "url": url, "account": account}
        amended = params.model_copy(update=changes)
        outgoing.require_words(_problems(amended, text))
        return amended, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._tray.put(f"{params.network} answer", text, effect, _problems(params, text))

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._tray.find(f"{params.network} answer", text, effect)


def _problems(params: Params, text: str) -> tuple[str, ...]:
    """A network that nobody knows has no limits that could be checked."""
    network = social.named(params.network)
    if network:
        return social.problems(network, text.strip(), params.form)
    return () if text.strip() else ("there is no text",)
