"""Which providers of language models fail, and what the person can do about it: a decision without any effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal

from daemon.core.minds import providers
from daemon.core.minds.providers import Provider
from daemon.core.minds.thrift import Worry
from daemon.core.neutral import ours

LOOKED_AT = timedelta(days=1)  # what a provider did before says nothing about now
_YES = ("true", "1", "yes", "y", "on", "t")  # words of an environment variable stand unread in the table


@dataclass(frozen=True, slots=True)
class Failing:
    """A provider whose newest calls all failed. `trouble`: the last one's."""

    provider: str
    trouble: Literal["login", "down"]
    since: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """Who may be asked: each provider in use, and its address. `offline`: nobody, whoever stands there."""

    offline: bool
    addresses: Mapping[str, str]

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> Reach:
        """From the table [llm]."""
        named = {model.partition(":")[0] for tier in table["models"].values() for model in tier}
        known = {name: str(table[name]["base_url"]) for name in providers.PROVIDERS if name in named}
        offline = str(table["offline"]).lower() in _YES
        return cls(offline, {name: address for name, address in known.items() if address})


def worries(failing: Iterable[Failing], reach: Reach, now: datetime, zone: tzinfo) -> list[Worry]:
    """One for each provider that may be asked and fails."""
    if reach.offline:
        return []
    return [
        _worry(each, providers.PROVIDERS[each.provider], reach.addresses[each.provider], _since(each, now, zone))
        for each in failing
        if each.provider in reach.addresses
    ]


def _worry(failing: Failing, provider: Provider, address: str, since: str) -> Worry:
    own = provider == providers.LOCAL
    name = f"your own server at {address}" if own else provider.title
    again = ours("`employee connect {} --test`", provider.name)
    match failing.trouble:
        case "down":
            idle = ours("start it; {} tries it", again)
            remedy = idle if own else ours("it is asked again by itself; {} tries it now", again)
            return Worry(f"{name} has not answered since {since}; others, or rules, write the drafts", remedy)
        case "login" if own:
            return Worry(
                f"{name} has wanted another key since {since}", ours("`employee secrets set {}`", provider.secret)
            )
        case "login":
            what = f"{name} has refused every question since {since}: the key is not accepted, or there is no credit"
            return Worry(what, ours("{} says which; `employee connect {}` takes another key", again, provider.name))


def _since(failing: Failing, now: datetime, zone: tzinfo) -> str:
    at, today = failing.since.astimezone(zone), now.astimezone(zone).date()
    return f"{at:%H:%M}" if at.date() == today else f"{at:%a %H:%M}"
