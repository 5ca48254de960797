"""Post on one or more social networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel, ConfigDict, Field, field_validator

from daemon.core import neutral, social
from daemon.core.plugins import Channels
from daemon.core.ports import Effect, Finding, Receipt, Shown
from daemon.core.properties import Value
from daemon.core.social import Network, outgoing
from daemon.core.social.outgoing import Tray


class Params(BaseModel):
    """Where it is posted: the same text on each network, so it has to fit all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    networks: tuple[str, ...] = Field(min_length=1)
    account: str = ""  # the account or page it is posted from; "" = your own

    @field_validator("networks")
    @classmethod
    def _known(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(social.known(name).name for name in networks)


class Action:
    """The text lies in Outbox/ as a file, to be pasted into the network's own form."""

    Params = Params

    def __init__(self, channels: Channels) -> None:
        self._tray = Tray(channels.outbox)
        self.channel = channels.outbox.name

    def describe(self, params: Params) -> Shown:
        where = " and ".join(params.networks)
        several = len(params.networks) > 1
        limits = ", ".join(f"{f'{n.name}: ' * several}at most {n.post:,} characters" for n in _networks(params))
        effect = [f"The text below is put into Outbox/ for you to post on {where} ({limits})"]
        effect += [
            neutral.ours("To post it on {}: open {} and paste it", n.name, neutral.ours(n.page))
            for n in _networks(params)
        ]
        account = {"from_account": params.account} if params.account else {}
        return Shown({"network": ", ".join(params.networks), **account}, tuple(effect))

    def amend(self, params: Params, properties: Mapping[str, Value], text: str) -> tuple[Params, str]:
        """Raises UserError for a network that nobody knows, or a text that is too long for one: never cut."""
        del params  # all of it is shown, so the properties say all
        problems: list[str] = []
        said = outgoing.line("network", properties.get("network"), needed=True, problems=problems)
        names = tuple(name.strip() for name in said.split(",") if name.strip())
        found = tuple(dict.fromkeys(network.name for name in names if (network := social.named(name))))
        problems += [
            f"“network”: {name} is not known; write one of {_KNOWN}" for name in names if not social.named(name)
        ]
        account = outgoing.line("from_account", properties.get("from_account"), problems=problems)
        outgoing.require(problems)
        amended = Params(networks=found, account=account)
        outgoing.require_words(tuple(_problems(amended, text)))
        return amended, text

    def perform(self, params: Params, text: str, effect: Effect) -> Receipt:
        return self._tray.put(_what(params), text, effect, tuple(_problems(params, text)))

    def look_up(self, params: Params, text: str, effect: Effect) -> Finding:
        return self._tray.find(_what(params), text, effect)


_KNOWN = ", ".join(network.name for network in social.NETWORKS)


def _networks(params: Params) -> tuple[Network, ...]:
    return tuple(map(social.known, params.networks))


def _problems(params: Params, text: str) -> Iterator[str]:
    for network in _networks(params):
        yield from social.problems(network, text.strip())


def _what(params: Params) -> str:
    return f"{' and '.join(params.networks)} post"
