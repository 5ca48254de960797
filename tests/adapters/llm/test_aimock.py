"""Against a server that others wrote to stand in for Anthropic and OpenAI: aimock, with its faults and its journal."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from daemon.adapters.llm.models import Models
from daemon.adapters.llm.prices import PriceList
from daemon.core.minds.model import ModelError, Prompt, Reply
from daemon.core.minds.question import Schema, Usage
from tests.providers import llm

ROOT = Path(__file__).parents[3]
LOCAL = ROOT / "node_modules" / ".bin" / "aimock"
AIMOCK = str(LOCAL) if LOCAL.exists() else shutil.which("aimock")
MISSING = "aimock is not installed: npm install --no-save @copilotkit/aimock"
HAIKU, GPT, OWN = "anthropic:claude-haiku-4-5", "openai:gpt-5-mini", "local:any"
EVERY = pytest.mark.parametrize("model", [HAIKU, GPT, OWN])
LETTER = '{"text":"Dear Anna, we are open on Saturday until two o\'clock. Kind regards"}'

pytestmark = pytest.mark.integration


class Letter(Schema):
    """What is wanted."""

    text: str


def said(about: str, content: str, **more: Any) -> dict[str, Any]:
    counted = {"input_tokens": 900, "output_tokens": 30, "prompt_tokens": 900, "completion_tokens": 30}
    return {"match": {"userMessage": about}, "response": {"content": content, "usage": counted, **more}}


def refused(about: str, status: int, kind: str) -> dict[str, Any]:
    error = {"message": "No.", "type": kind, "code": kind}
    return {"match": {"userMessage": about}, "response": {"error": error, "status": status}}


FIXTURES = [
    said("an answer", LETTER),
    said("too long", '{"text":"Dear', finishReason="length"),
    said("no json", "Certainly! Here is your letter."),
    {**said("slow", LETTER), "latency": 20_000},
    refused("busy", 429, "rate_limit_error"),
    refused("overloaded", 529, "overloaded_error"),
    refused("broken", 500, "api_error"),
    refused("key", 401, "authentication_error"),
]


class Aimock:
    """One server of its own, on a free port."""

    def __init__(self, folder: Path) -> None:
        (folder / "said.json").write_text(json.dumps({"fixtures": FIXTURES}))
        (folder / "aimock.json").write_text(json.dumps({"llm": {"fixtures": str(folder / "said.json")}}))
        assert AIMOCK
        command = [AIMOCK, "--config", str(folder / "aimock.json"), "--port", "0"]
        self._running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._running.stdout
        self.url = next(line for line in self._running.stdout if "listening on" in line).split()[-1]

    def journal(self) -> list[dict[str, Any]]:
        return json.loads(self._said("journal"))

    def chaos(self, **rates: float) -> None:
        self._said("chaos", json.dumps(rates).encode())

    def close(self) -> None:
        self._running.terminate()
        self._running.communicate(timeout=30)

    def _said(self, about: str, data: bytes | None = None) -> str:
        asked = Request(f"{self.url}/__aimock/{about}", data, {"content-type": "application/json"})
        with urlopen(asked, timeout=30) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aimock]:
    if AIMOCK is None:
        assert not os.environ.get("EMPLOYEE_REQUIRE_SERVICES"), MISSING
        pytest.skip(MISSING)
    running = Aimock(tmp_path_factory.mktemp("aimock"))
    yield running
    running.close()


@pytest.fixture
def aimock(server: Aimock) -> Aimock:
    server.chaos(dropRate=0, malformedRate=0, disconnectRate=0, rateLimitRate=0)
    return server


@pytest.fixture
def models(aimock: Aimock) -> Iterator[Models]:
    compatible = {"base_url": f"{aimock.url}/v1"}
    opened = Models(llm(aimock.url, openai=compatible, local=compatible), lambda _: "sk-canary")
    yield opened
    opened.close()


def ask(models: Models, model: str, about: str, limit: float = 30) -> Reply:
    prompt = Prompt("You write letters.", about, Letter)
    return models.ask(model, prompt, max_tokens=4000, timeout=timedelta(seconds=limit))


def trouble(models: Models, model: str, about: str, limit: float = 30) -> tuple[str, bool]:
    with pytest.raises(ModelError) as raised:
        ask(models, model, about, limit)
    return raised.value.trouble, raised.value.charged


@EVERY
def test_a_streamed_answer_is_put_together(models: Models, model: str) -> None:
    reply = ask(models, model, "an answer")
    assert (reply.text, reply.usage, reply.stop) == (LETTER, Usage(900, 30), "end")


@EVERY
def test_an_answer_that_is_cut_off_says_so(models: Models, model: str) -> None:
    assert ask(models, model, "too long").stop == "length"


@EVERY
def test_what_is_no_json_is_handed_on(models: Models, model: str) -> None:
    assert ask(models, model, "no json").text == "Certainly! Here is your letter."


@EVERY
@pytest.mark.parametrize(
    ("about", "found"),
    [("busy", "busy"), ("overloaded", "busy"), ("broken", "down"), ("key", "login"), ("nothing fits", "unknown model")],
)
def test_errors_have_their_names(models: Models, model: str, about: str, found: str) -> None:
    assert trouble(models, model, about) == (found, False)


@EVERY
def test_a_slow_answer_is_given_up(models: Models, model: str) -> None:
    ask(models, model, "an answer")  # so that nothing is loaded meanwhile
    assert trouble(models, model, "slow", limit=0.5) == ("slow", True)


@EVERY
@pytest.mark.parametrize(
    ("rate", "found"),
    [
        ("dropRate", ("down", False)),
        ("malformedRate", ("down", True)),
        ("disconnectRate", ("down", True)),
        ("rateLimitRate", ("busy", False)),
    ],
)
def test_chaos_has_its_names(models: Models, aimock: Aimock, *, model: str, rate: str, found: tuple[str, bool]) -> None:
    ask(models, model, "an answer")  # so that an own server is known by name
    aimock.chaos(**{rate: 1})
    assert trouble(models, model, "an answer") == found


def test_the_costs_are_those_of_its_journal(models: Models, aimock: Aimock) -> None:
    before = len(aimock.journal())
    replies = [ask(models, HAIKU, "an answer") for _ in range(3)]
    paid = sum((PriceList({}).cost(HAIKU, reply.usage) or Decimal(0) for reply in replies), Decimal(0))
    used = [asked["response"]["fixture"]["response"]["usage"] for asked in aimock.journal()[before:]]
    by_hand = sum(Decimal(each["input_tokens"]) * 1 + Decimal(each["output_tokens"]) * 5 for each in used) / 1_000_000
    assert (len(used), paid) == (3, by_hand)
