"""`connect`: a key is tried, then kept, and never shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from daemon.core.minds.question import Usage
from tests.cli.terminal import Terminal
from tests.cli.test_credentials import at_a_terminal
from tests.providers import Company, Failing, Said, Silent, nobody

KEY = "sk-canary-5d81c0"


@pytest.fixture
def company() -> Iterator[Company]:
    opened = Company(KEY)
    yield opened
    opened.close()


@pytest.fixture
def online(terminal: Terminal, company: Company) -> Terminal:
    """A terminal whose models are all at this company."""
    terminal.env["EMPLOYEE_LLM__ANTHROPIC__BASE_URL"] = company.url
    for name in ("OPENAI", "GOOGLE", "GROQ", "LOCAL"):
        terminal.env[f"EMPLOYEE_LLM__{name}__BASE_URL"] = company.openai_url
    return terminal


def stored(terminal: Terminal) -> list[str]:
    return [secret["name"] for secret in terminal.json("secrets", "list")["secrets"]]


def test_a_piped_key_is_tried_stored_and_never_shown(online: Terminal, company: Company) -> None:
    company.says(Said(usage=Usage(1_000, 100)))
    done = online.say("connect", "anthropic", typed=f"{KEY}\n")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == (
        "The key of Anthropic is stored, encrypted.\nanthropic:claude-haiku-5-5 answered, for $0.00015.\n"
    )
    assert online.open().secrets.get("anthropic_api_key") == KEY
    assert [asked.body["max_tokens"] for asked in company.journal] == [16]


def test_a_try_is_in_the_costs_like_every_call(online: Terminal, company: Company) -> None:
    company.says(Said(usage=Usage(1_000, 100)))
    online.ok("connect", "anthropic", typed=KEY)
    opened = online.open()
    now = opened.clock.now()
    charged = opened.ledger.spending.charges(now - timedelta(days=1), now + timedelta(days=1))
    assert [(each.call.agent, each.outcome, each.cost) for each in charged] == [("connect", "ok", Decimal("0.00015"))]
    opened.close()


def test_a_stored_key_is_tried_again(online: Terminal, company: Company) -> None:
    online.ok("connect", "anthropic", typed=KEY)
    done = online.say("connect", "Anthropic", "--test")
    assert (done.exit_code, "answered" in done.stderr) == (0, True)
    assert len(company.journal) == 2
    assert "It was stored already." in online.say("connect", "anthropic", typed=KEY).stderr


def test_a_key_that_is_not_accepted_leaves_the_old_one(online: Terminal) -> None:
    online.ok("connect", "anthropic", typed=KEY)
    done = online.say("connect", "anthropic", typed="sk-wrong-canary")
    assert done.exit_code == 5
    assert "Anthropic does not accept the key" in done.stderr
    assert "Nothing was stored." in done.stderr
    assert "canary" not in done.output
    assert online.open().secrets.get("anthropic_api_key") == KEY


def test_a_key_that_cannot_be_tried_now_is_stored_all_the_same(online: Terminal, company: Company) -> None:
    company.says(Failing(529))
    done = online.say("connect", "anthropic", typed=KEY)
    assert done.exit_code == 75
    assert "overloaded" in done.stderr
    assert "`employee connect anthropic --test` tries it again." in done.stderr
    assert stored(online) == ["anthropic_api_key"]


def test_a_model_that_is_not_there_is_a_matter_of_the_configuration(online: Terminal, company: Company) -> None:
    company.says(Failing(404))
    done = online.say("connect", "anthropic", typed=KEY)
    assert (done.exit_code, "has no model claude-haiku-5-5" in done.stderr) == (78, True)


def test_no_answer_in_time_is_tried_again(online: Terminal, company: Company) -> None:
    online.env["EMPLOYEE_LLM__TIMEOUT_SECONDS"] = "0.5"
    company.says(Silent())
    assert online.say("connect", "anthropic", typed=KEY).exit_code == 75


def test_a_company_none_of_whose_models_is_in_use_shows_them(online: Terminal) -> None:
    done = online.say("connect", "openai", typed=KEY)
    assert (done.exit_code, done.stdout) == (0, "openai:tiny-1\nopenai:large-1\n")
    assert 'simple = ["openai:tiny-1"]' in done.stderr
    assert stored(online) == ["openai_api_key"]


def test_a_model_without_a_known_price_is_said(online: Terminal) -> None:
    online.env["EMPLOYEE_LLM__MODELS__SIMPLE"] = '["openai:tiny-1"]'
    assert "at a price that nobody knows" in online.say("connect", "openai", typed=KEY).stderr


@pytest.mark.parametrize("typed", ["", "\n", "two words", "schl\u00fcssel", "a\x00b", "a\nb"])
def test_what_is_no_key_is_not_sent(online: Terminal, company: Company, typed: str) -> None:
    assert online.say("connect", "anthropic", typed=typed).exit_code == 1
    assert company.journal == []
    assert stored(online) == []


def test_a_key_on_the_command_line_is_refused_and_not_repeated(online: Terminal) -> None:
    done = online.say("connect", "anthropic", KEY, typed="")
    assert (done.exit_code, "does not belong on the command line" in done.stderr) == (2, True)
    assert "address stands behind --address" in done.stderr
    assert KEY not in done.output


def test_an_unknown_account_is_not_repeated_and_the_known_are_listed(online: Terminal) -> None:
    done = online.say("connect", KEY, typed="")
    assert (done.exit_code, KEY in done.output) == (2, False)
    assert "Known are: gmail, imap, anthropic, openai, google, groq, local." in done.stderr


def test_testing_what_was_never_stored(online: Terminal) -> None:
    done = online.say("connect", "anthropic", "--test")
    assert (done.exit_code, "`employee connect anthropic` asks for it" in done.stderr) == (5, True)


def test_switched_off_models_are_not_asked(online: Terminal, company: Company) -> None:
    online.env["EMPLOYEE_LLM__OFFLINE"] = "true"
    assert "[llm] offline is true" in online.say("connect", "anthropic", typed=KEY).stderr
    assert online.say("connect", "anthropic", "--test").exit_code == 4
    assert online.say("connect", "local").exit_code == 4
    assert company.journal == []
    assert stored(online) == ["anthropic_api_key"]


# --- a server of one's own


def test_no_own_server_says_how_to_name_one(terminal: Terminal) -> None:
    done = terminal.say("connect", "local")
    assert done.exit_code == 4
    assert 'base_url = "http://127.0.0.1:11434/v1"' in done.stderr
    assert terminal.env["EMPLOYEE_CONFIG"] in done.stderr


def test_an_own_server_shows_its_models_and_answers_for_nothing(online: Terminal, company: Company) -> None:
    company.keys = ()
    done = online.say("connect", "local")
    assert (done.exit_code, done.stdout) == (0, "local:tiny-1\nlocal:large-1\n")
    assert done.stderr == "local:tiny-1 answered, for $0.\n"


def test_an_own_server_that_wants_a_key_says_which(online: Terminal) -> None:
    done = online.say("connect", "local")
    assert (done.exit_code, "`employee secrets set local_api_key`" in done.stderr) == (5, True)
    online.ok("secrets", "set", "local_api_key", typed=KEY)
    assert online.say("connect", "local").exit_code == 0


def test_an_own_server_that_is_not_running(online: Terminal) -> None:
    online.env["EMPLOYEE_LLM__LOCAL__BASE_URL"] = nobody()
    done = online.say("connect", "local")
    assert (done.exit_code, "cannot be reached at http://127.0.0.1" in done.stderr) == (75, True)


@pytest.mark.skipif(os.name == "nt", reason="terminals are a matter of POSIX")
def test_a_typed_key_does_not_stand_on_the_screen(online: Terminal) -> None:
    screen = at_a_terminal(online, "connect", "anthropic", typed=KEY)
    assert "Key of Anthropic (not shown)" in screen
    assert "answered" in screen
    assert KEY not in screen
