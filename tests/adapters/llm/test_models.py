"""Asking models over the network: what is sent, what is read, and what every fault is called."""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon import core
from daemon.adapters.llm.models import Models
from daemon.core.errors import UserError
from daemon.core.minds.model import ModelError, Prompt, Reply, Turn
from daemon.core.minds.providers import PROVIDERS
from daemon.core.minds.question import Schema, Usage
from tests.minds import fitting
from tests.providers import (
    UNCOUNTED,
    Broken,
    Company,
    Dropping,
    Endless,
    Failing,
    Line,
    Said,
    Silent,
    llm,
    models_of,
    nobody,
)

HAIKU, GPT, OWN, GROQ = "anthropic:claude-haiku-5-5", "openai:gpt-5-mini", "local:any", "groq:llama-3.3-70b-versatile"
EVERY = pytest.mark.parametrize("model", [HAIKU, GPT, OWN, GROQ, "google:gemini-2.5-flash"])
BOTH = pytest.mark.parametrize("model", [HAIKU, GPT])
LONG = timedelta(seconds=30)
SHORT = timedelta(seconds=0.3)


class Letter(Schema):
    """What is wanted."""

    text: str


PROMPT = Prompt("You write letters for Example Ltd.", "Answer Anna.", Letter)


def ask(models: Models, model: str, prompt: Prompt = PROMPT, timeout: timedelta = LONG) -> Reply:
    return models.ask(model, prompt, max_tokens=4000, timeout=timeout)


Talk = Callable[[str, Line], Reply]


@pytest.fixture
def talk(models: Models, company: Company) -> Talk:
    """Ask a model that answers so."""

    def asked(model: str, line: Line) -> Reply:
        company.says(line)
        return ask(models, model)

    return asked


def fault(models: Models, model: str, timeout: timedelta = LONG) -> ModelError:
    with pytest.raises(ModelError) as raised:
        ask(models, model, timeout=timeout)
    assert "canary" not in str(raised.value)
    assert not str(raised.value).endswith(".")
    return raised.value


# --- answers


@EVERY
def test_an_answer_comes_with_its_tokens(models: Models, company: Company, model: str) -> None:
    company.says(Said('{"text":"Dear Anna, yes."}', Usage(120, 40)))
    reply = ask(models, model)
    assert replace(reply, model="") == Reply('{"text":"Dear Anna, yes."}', Usage(120, 40))
    assert company.journal[-1].headers["authorization"] == "Bearer sk-canary-7f21c9"


def test_cached_tokens_are_a_part_of_all(models: Models, company: Company) -> None:
    used = Usage(2_000, 100, read=1_200, written=300)
    company.says(Said(usage=used))
    assert ask(models, HAIKU).usage == used


def test_read_tokens_of_others_are_a_part_of_all(models: Models, company: Company) -> None:
    used = Usage(2_000, 100, read=1_200)
    company.says(Said(usage=used))
    assert ask(models, GPT).usage == used


@BOTH
def test_absurd_counts_are_handed_on(models: Models, company: Company, model: str) -> None:
    company.says(Said(usage=Usage(10**9, 10**9)))
    assert ask(models, model).usage == Usage(10**9, 10**9)


def test_what_nobody_counted_is_guessed_rather_too_high(models: Models, company: Company) -> None:
    company.says(Said('{"text":"Dear Anna, yes."}', UNCOUNTED))
    used = ask(models, GPT).usage
    assert (used.input > len(PROMPT.system + PROMPT.user) // 4, used.output > 5) == (True, True)


@pytest.mark.parametrize("text", ['```json\n{"text":"a"}\n```', '```\n{"text":"a"}\n```', ' \n{"text":"a"}\n'])
def test_a_fence_round_the_answer_is_taken_off(models: Models, company: Company, text: str) -> None:
    company.says(Said(text))
    assert ask(models, HAIKU).text == '{"text":"a"}'


@BOTH
@pytest.mark.parametrize("text", ["", "Sure! Here is", "{", '{"text":', "\x00\x1b[31m", "x" * 200_000])
def test_what_is_no_json_is_handed_on_for_who_asked(models: Models, company: Company, model: str, text: str) -> None:
    company.says(Said(text))
    assert ask(models, model).text == text.strip()


@BOTH
@pytest.mark.parametrize(("stop", "said"), [("refusal", "refusal"), ("max_tokens", "length"), ("end_turn", "end")])
def test_why_an_answer_ended_is_said(talk: Talk, model: str, stop: str, said: str) -> None:
    assert talk(model, Said('{"text":"I', stop=stop)).stop == said


@BOTH
def test_an_answer_that_never_ends_is_given_up(models: Models, company: Company, model: str) -> None:
    company.says(Said("x" * 5_000_000))
    found = fault(models, model)
    assert (found.trouble, found.charged) == ("down", True)


MB = b"x" * 1_000_000
ZIPPED = Endless(gzip.compress(b" " * 20_000_000), headers={"content-encoding": "gzip"})
CALLED = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": "y" * 500_000}}
CHOICES = [{"index": 0, "delta": {"tool_calls": [CALLED]}, "finish_reason": None}]
CHUNK = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": CHOICES}
TOOL = f"data: {json.dumps(CHUNK)}\n\n".encode()


@BOTH
@pytest.mark.parametrize(
    ("line", "charged"),
    [
        (Endless(MB, b"data: "), True),
        (Endless(MB, status=400, kind="application/json"), False),
        (ZIPPED, True),
        (Endless(TOOL), True),
    ],
    ids=["line", "refusal", "zip", "tool"],
)
def test_whoever_sends_more_than_an_answer_is_hung_up_on(
    talk: Talk, company: Company, *, model: str, line: Line, charged: bool
) -> None:
    with pytest.raises(ModelError) as raised:
        talk(model, line)
    assert company.poured < 40 * len(MB)
    assert (raised.value.trouble, raised.value.charged) == ("down", charged)


@pytest.mark.parametrize("name", ["local", "anthropic"])
@pytest.mark.parametrize("line", [Endless(MB), ZIPPED], ids=["plain", "zip"])
def test_a_list_of_models_that_never_ends(models: Models, company: Company, name: str, line: Endless) -> None:
    company.list_fault = line
    with pytest.raises(ModelError, match="sent more than 1 MB") as raised:
        models.offered(PROVIDERS[name])
    assert (raised.value.trouble, raised.value.charged) == ("down", False)


def test_a_packed_answer_is_read_all_the_same(models: Models, company: Company) -> None:
    body = gzip.compress(b'{"data":[{"id":"tiny-1"}]}')
    company.list_fault = Endless(b"", body, headers={"content-encoding": "gzip", "content-length": str(len(body))})
    assert models.offered(PROVIDERS["local"]) == ["tiny-1"]
    assert company.journal[-1].headers["accept-encoding"] == "identity"


@BOTH
def test_halves_of_letters_in_an_answer_are_replaced(models: Models, company: Company, model: str) -> None:
    company.says(Said("Hello \udfff Bob"))
    assert "\udfff" not in ask(models, model).text
    assert ask(models, model, Prompt("Rules.", "Answer.", Letter, Turn("\ud800", "\ud800"))).stop == "end"


# --- what is sent


def test_the_schema_and_the_cached_rules_are_sent_to_anthropic(models: Models, company: Company) -> None:
    ask(models, HAIKU)
    body = company.journal[-1].body
    assert body["system"] == [{"type": "text", "text": PROMPT.system, "cache_control": CACHED}]
    assert body["output_config"]["format"]["schema"]["properties"] == {"text": {"type": "string"}}
    assert (body["max_tokens"], body["thinking"], body["stream"]) == (4000, {"type": "disabled"}, True)


CACHED = {"type": "ephemeral", "ttl": "5m"}


def schemas() -> list[type[Schema]]:
    """Whatever any module of ours asks for."""
    for module in pkgutil.walk_packages(core.__path__, "daemon.core."):
        importlib.import_module(module.name)
    ours = [each for each in Schema.__subclasses__() if each.__module__.startswith("daemon.core.")]
    return sorted(ours, key=lambda each: each.__name__)


@pytest.mark.parametrize("schema", schemas(), ids=lambda schema: schema.__name__)
@pytest.mark.parametrize("model", [HAIKU, GPT, OWN, GROQ])
def test_every_schema_can_be_asked_for(models: Models, company: Company, model: str, schema: type[Schema]) -> None:
    said = fitting(schema)
    company.says(Said(said))
    assert ask(models, model, Prompt("Rules.", "Answer.", schema)).text == said


@EVERY
def test_no_model_gets_a_tool(models: Models, company: Company, model: str) -> None:
    ask(models, model)
    assert not {"tools", "tool_choice", "functions", "mcp_servers"} & company.journal[-1].body.keys()


@pytest.mark.parametrize("model", [OWN, GROQ])
def test_who_may_not_know_schemas_is_told_in_words(models: Models, company: Company, model: str) -> None:
    ask(models, model)
    system = company.journal[-1].body["messages"][0]["content"]
    assert system.startswith(PROMPT.system)
    assert json.loads(system.rpartition("\n")[2])["required"] == ["text"]


@BOTH
def test_a_repair_shows_the_answer_and_what_was_wrong(models: Models, company: Company, model: str) -> None:
    ask(models, model, Prompt("Rules.", "Answer Anna.", Letter, Turn('{"txt":1}', "There is no txt.")))
    said = [(each["role"], words(each["content"])) for each in company.journal[-1].body["messages"]]
    assert said[-3:] == [("user", "Answer Anna."), ("assistant", '{"txt":1}'), ("user", "There is no txt.")]


def words(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def test_nothing_of_the_environment_is_sent(models: Models, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_ADMIN_KEY"):
        monkeypatch.setenv(name, "from-the-environment")
    for model in (HAIKU, GPT, OWN):
        ask(models, model)
    assert "from-the-environment" not in str(company.journal)


def test_the_own_server_may_choose_what_writes(models: Models, company: Company) -> None:
    assert ask(models, OWN).model == "local:tiny-1"
    assert company.journal[-1].body["model"] == "tiny-1"
    assert [asked.path for asked in company.journal] == ["/v1/models", "/v1/chat/completions"]
    ask(models, OWN)
    assert len(company.journal) == 3


def test_the_own_server_is_asked_again_when_something_went_wrong(models: Models, company: Company) -> None:
    ask(models, OWN)
    company.models = ["other-1"]
    company.says(Failing(404))
    assert str(fault(models, OWN)) == "Your own server has no model tiny-1"
    ask(models, OWN)
    assert company.journal[-1].body["model"] == "other-1"


def test_a_server_that_offers_nothing(models: Models, company: Company) -> None:
    company.models = []
    assert fault(models, OWN).trouble == "unknown model"


def test_several_threads_share_the_clients(models: Models, company: Company) -> None:
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(ask(models, HAIKU).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said == ['{"text":"Hello."}'] * 8
    assert len(company.journal) == 8


# --- faults

BUSY = '{"type":"error","error":{"type":"rate_limit_error","message":"slow down"}}'
CREDIT = '{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}'
LONG_PROMPT = '{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 300000 tokens"}}'
HTML = "<!doctype html><html><body>Sign in to the hotel's network</body></html>"


@BOTH
@pytest.mark.parametrize(
    ("line", "found"),
    [
        (Failing(429, body=BUSY), ("busy", False)),
        (Failing(529), ("busy", False)),
        (Failing(500), ("down", False)),
        (Failing(502, body="<html>Bad gateway</html>", kind="text/html"), ("down", False)),
        (Failing(503, body=""), ("down", False)),
        (Failing(400), ("refused", False)),
        (Failing(413), ("refused", False)),
        (Failing(418), ("refused", False)),
        (Failing(401), ("login", False)),
        (Failing(402), ("login", False)),
        (Failing(403), ("login", False)),
        (Failing(404), ("unknown model", False)),
        (Failing(200, body=HTML, kind="text/html"), ("down", True)),
        (Failing(200, body="{}", kind="application/json"), ("down", True)),
        (Failing(200, body="", kind="text/event-stream"), ("down", True)),
        (Dropping(), ("down", True)),
        (Dropping(midway=True), ("down", True)),
        (Broken("overloaded_error"), ("busy", True)),
        (Broken("never_heard_of"), ("down", True)),
    ],
)
def test_every_fault_has_its_name(
    talk: Talk, company: Company, *, model: str, line: Line, found: tuple[str, bool]
) -> None:
    with pytest.raises(ModelError) as raised:
        talk(model, line)
    assert (raised.value.trouble, raised.value.charged) == found
    assert len(company.journal) == 1  # nothing is tried again by itself
    assert talk(model, Said()).stop == "end"


@BOTH
@pytest.mark.parametrize("line", [Silent(), Silent(begun=True)])
def test_a_slow_answer_is_given_up_and_may_cost(models: Models, company: Company, model: str, line: Line) -> None:
    ask(models, model)  # so that nothing is loaded meanwhile
    company.says(line)
    found = fault(models, model, SHORT)
    assert (found.trouble, found.charged) == ("slow", True)
    assert "within 0.3 s" in str(found)


@BOTH
@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({"retry-after-ms": "1500"}, timedelta(seconds=1.5)),
        ({"retry-after": "99999999999"}, timedelta(days=1)),
        ({"retry-after": "9" * 30}, timedelta(days=1)),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_who_is_busy_may_say_until_when(
    talk: Talk, model: str, headers: dict[str, str], wait: timedelta | None
) -> None:
    with pytest.raises(ModelError) as raised:
        talk(model, Failing(429, headers, BUSY))
    assert raised.value.retry_after == wait


@EVERY
def test_nobody_listens(model: str) -> None:
    models = models_of(nobody(), "sk-canary")
    found = fault(models, model)
    assert (found.trouble, found.charged) == ("down", False)
    assert "cannot be reached at http://127.0.0.1" in str(found)
    models.close()


@BOTH
def test_a_wrong_key_is_not_repeated(company: Company, model: str) -> None:
    models = models_of(company, "sk-wrong-canary")
    found = fault(models, model)
    assert found.trouble == "login"
    assert "`employee connect" in str(found)
    models.close()


@BOTH
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_nobody_is_followed_elsewhere_with_the_key(models: Models, company: Company, model: str, status: int) -> None:
    company.says(Failing(status, {"location": f"{company.openai_url}/messages"}))
    assert fault(models, model).trouble == "down"
    assert len(company.journal) == 1


def test_no_credit_is_told_from_a_wrong_key(models: Models, company: Company) -> None:
    company.says(Failing(400, body=CREDIT))
    assert str(fault(models, HAIKU)) == "The account at Anthropic has no credit left, or has reached its limit"


def test_a_prompt_that_is_too_long(models: Models, company: Company) -> None:
    company.says(Failing(400, body=LONG_PROMPT))
    assert str(fault(models, HAIKU)) == "The request is too long for claude-haiku-5-5"


# --- what cannot be asked


def test_what_is_ready_without_asking_anybody(company: Company) -> None:
    models = models_of(company, "key")
    assert [models.ready(model) for model in (HAIKU, GPT, OWN, "local:llama3.2")] == ["", "", "", ""]
    assert company.journal == []
    models.close()


@pytest.mark.parametrize("model", ["", "haiku", "nobody:haiku", "anthropic:", ":x", "Anthropic:x"])
def test_what_is_no_model(models: Models, company: Company, model: str) -> None:
    assert "PROVIDER:MODEL" in models.ready(model)
    assert fault(models, model).trouble == "unknown model"
    assert company.journal == []


def test_no_key_is_said_with_the_remedy() -> None:
    models = models_of(nobody(), None)
    assert models.ready(HAIKU) == "No key of Anthropic is stored; `employee connect anthropic` stores it"
    assert fault(models, HAIKU).trouble == "login"
    assert models.ready(OWN) == ""


def test_no_address_and_offline_are_said(company: Company) -> None:
    assert "[llm.local] base_url" in models_of(company, None, local={"base_url": ""}).ready(OWN)
    assert "[llm] offline" in models_of(company, "key", offline=True).ready(HAIKU)


def test_secrets_that_cannot_be_read_are_said(company: Company) -> None:
    models = Models(llm(company), refusing)
    assert models.ready(HAIKU) == "The key of Anthropic cannot be read: The key file is missing."
    assert fault_without_dot(models).trouble == "login"


def refusing(name: str) -> str:
    assert name == "anthropic_api_key"
    raise UserError("The key file is missing.")


def fault_without_dot(models: Models) -> ModelError:
    with pytest.raises(ModelError) as raised:
        ask(models, HAIKU)
    return raised.value


def test_another_key_counts_from_the_next_question(company: Company) -> None:
    keys = ["sk-old"]
    models = Models(llm(company), lambda _: keys[-1])
    assert fault(models, HAIKU).trouble == "login"
    keys.append("sk-canary-7f21c9")
    assert ask(models, HAIKU).stop == "end"
    models.close()


# --- the end


def test_closing_gives_up_what_still_runs(models: Models, company: Company) -> None:
    ask(models, HAIKU)
    company.says(Silent())
    troubles: list[ModelError] = []
    asking = threading.Thread(target=lambda: troubles.append(fault(models, HAIKU)))
    asking.start()
    until(lambda: len(company.journal) == 2)
    models.close()
    asking.join(30)
    assert [(each.trouble, each.charged) for each in troubles] == [("down", True)]
    assert fault(models, HAIKU).trouble == "down"


def until(true: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(3000):
        if true():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen")


def test_closing_what_was_never_asked_loads_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        models_of(nobody(), None).close()


def test_the_models_on_offer(models: Models) -> None:
    assert models.offered(PROVIDERS["local"]) == ["tiny-1", "large-1"]
    assert models.offered(PROVIDERS["anthropic"]) == ["tiny-1", "large-1"]


@pytest.mark.parametrize("name", ["local", "anthropic"])
def test_who_offers_models_may_be_away_or_refuse(company: Company, name: str) -> None:
    for asked, trouble in ((models_of(nobody(), "key"), "down"), (models_of(company, "wrong"), "login")):
        with pytest.raises(ModelError) as raised:
            asked.offered(PROVIDERS[name])
        assert raised.value.trouble == trouble
        asked.close()


def test_a_model_that_calls_itself_any(models: Models, company: Company) -> None:
    company.models = ["any"]
    ask(models, OWN)
    assert company.journal[-1].body["model"] == "any"


@EVERY
@pytest.mark.parametrize("address", ["http://[", "nonsense", "http://127.0.0.1:99999", "file:///etc/passwd", "http://"])
def test_an_address_that_is_none_is_a_fault_like_others(model: str, address: str) -> None:
    models = models_of(address, "key")
    assert fault(models, model).trouble == "down"
    models.close()


@BOTH
@pytest.mark.parametrize("address", ["http://[", "nonsense", "file:///etc/passwd", "http://"])
def test_what_was_never_sent_costs_nothing(model: str, address: str) -> None:
    models = models_of(address, "key")
    assert not fault(models, model).charged
    models.close()


@BOTH
@pytest.mark.parametrize("key", ["a\nb", "schl\u00fcssel", "\x00", "\udcff"])
def test_a_key_that_no_header_can_hold(company: Company, model: str, key: str) -> None:
    models = models_of(company, key)
    assert fault(models, model).trouble in {"down", "login"}
    models.close()


@BOTH
def test_halves_of_letters_are_a_fault_like_others(models: Models, model: str) -> None:
    with pytest.raises(ModelError) as raised:
        ask(models, model, Prompt("Rules.", "\udcff", Letter))
    assert not raised.value.charged  # nothing was sent


def test_a_key_that_is_lost_on_the_way_is_not_taken_from_elsewhere(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-canary-7f21c9")
    models = models_of(company, "")
    assert fault(models, HAIKU).trouble == "login"
    assert company.journal == []


@pytest.mark.parametrize("name", ["local", "anthropic"])
@pytest.mark.parametrize(
    ("line", "found"),
    [
        (Failing(404), ("unknown model", "does the address have to end in /v1?")),
        (Failing(200, body=HTML, kind="text/html"), ("down", "does not speak as")),
        (Failing(200, body="null"), ("down", "does not speak as")),
        (Failing(200, body='{"data":7}'), ("down", "does not speak as")),
        (Failing(500), ("down", "failed (status 500)")),
        (Failing(429), ("busy", "takes no more requests")),
    ],
)
def test_a_list_of_models_that_is_none(
    models: Models, company: Company, *, name: str, line: Failing, found: tuple[str, str]
) -> None:
    company.list_fault = line
    with pytest.raises(ModelError) as raised:
        models.offered(PROVIDERS[name])
    assert (raised.value.trouble, found[1] in str(raised.value)) == (found[0], True), raised.value


def test_odd_entries_of_a_list_are_left_out(models: Models, company: Company) -> None:
    names = json.dumps([{"id": name} for name in ("a\nb", "\x1b[2J", "\u202elive", "", "x" * 100_000, "tiny-1")])
    company.list_fault = Failing(200, body=f'{{"data":[7,null,{{"id":null}},{{"name":"x"}},{names[1:]}}}')
    assert models.offered(PROVIDERS["local"]) == ["tiny-1"]


@EVERY
@pytest.mark.parametrize(
    "body",
    [
        "data: {\n\n",
        "data: null\n\n",
        "data: [DONE]\n\n",
        'data: {"error":{"message":"boom"}}\n\n',
        'data: {"choices":[{"delta":{"content":5}}]}\n\n',
        'event: message_start\ndata: {"type":"message_start"}\n\n',
        'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":"x"}}}\n\n',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":9,"delta":{"type":"text_delta"}}\n\n',
        'data: {"choices":[{"delta":{"content":"a"}}],"usage":{"prompt_tokens":-1,"completion_tokens":"x"}}\n\n',
        f"data: {'[' * 100_000}\n\n",
        "\x00" * 1000,
    ],
)
def test_of_a_senseless_stream_comes_no_answer_and_no_other_error(
    models: Models, company: Company, model: str, body: str
) -> None:
    company.says(Failing(200, body=body, kind="text/event-stream"))
    with suppress(ModelError):
        assert len(ask(models, model).text) < 2
    assert ask(models, model).text == Said().text
