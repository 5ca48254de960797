from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from daemon.core.minds import outages
from daemon.core.minds.outages import Failing, Reach
from tests.fakes import NOON

SERVER = "http://127.0.0.1:11434/v1"
REACH = Reach(offline=False, addresses={"anthropic": "https://api.anthropic.com", "local": SERVER})


def said(*failing: Failing, reach: Reach = REACH) -> list[tuple[str, str]]:
    return [(worry.what, worry.remedy) for worry in outages.worries(failing, reach, NOON, UTC)]


def test_nobody_fails() -> None:
    assert said() == []


def test_refused_key_names_the_command() -> None:
    ((what, remedy),) = said(Failing("anthropic", "login", NOON - timedelta(minutes=5)))
    assert what == ("Anthropic has refused every question since 11:55: the key is not accepted, or there is no credit")
    assert remedy == "`employee connect anthropic --test` says which; `employee connect anthropic` takes another key"


def test_silent_server_is_named_by_its_address_and_since_when() -> None:
    ((what, remedy),) = said(Failing("local", "down", NOON - timedelta(hours=20)))
    assert what == f"your own server at {SERVER} has not answered since Mon 16:00; others, or rules, write the drafts"
    assert remedy == "start it; `employee connect local --test` tries it"


def test_own_server_that_wants_a_key_says_where_to_put_it() -> None:
    ((_, remedy),) = said(Failing("local", "login", NOON))
    assert remedy == "`employee secrets set local_api_key`"


def test_company_that_is_down_is_asked_again_by_itself() -> None:
    ((what, remedy),) = said(Failing("anthropic", "down", NOON))
    assert what.startswith("Anthropic has not answered since 12:00")
    assert remedy.startswith("it is asked again by itself")


def test_who_may_not_be_asked_is_no_worry() -> None:
    assert said(Failing("openai", "down", NOON)) == []
    assert said(Failing("anthropic", "down", NOON), reach=Reach(offline=True, addresses=REACH.addresses)) == []


def table(offline: object) -> dict[str, Any]:
    models = {"simple": ["local:any", "nobody:x"], "medium": ["groq:y"], "complex": []}
    return {"offline": offline, "models": models, "local": {"base_url": ""}, "groq": {"base_url": "https://groq"}}


def test_only_providers_in_use_with_an_address_can_be_asked() -> None:
    assert Reach.read(table(offline=False)) == Reach(offline=False, addresses={"groq": "https://groq"})


@pytest.mark.parametrize(("word", "offline"), [("yes", True), ("True", True), (1, True), ("off", False), (0, False)])
def test_words_of_the_environment_are_understood(word: object, offline: bool) -> None:  # noqa: FBT001
    assert Reach.read(table(word)).offline is offline
