"""Batches: handed over once, collected by whoever knows their name, at the same words as single calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from daemon.adapters.llm.batches import MessageBatches
from daemon.adapters.llm.models import Models
from daemon.core.minds.model import ModelError, Prompt, Reply, Request, Turn
from daemon.core.minds.question import Schema, Usage
from tests.adapters.llm.conftest import KEY
from tests.providers import MADE, Company, Dropping, Endless, Failing, Said, models_of, nobody

HAIKU, SONNET = "anthropic:claude-haiku-5-5", "anthropic:claude-sonnet-5-5"
LONG = timedelta(seconds=30)
OVERLOADED = '{"type":"error","error":{"type":"overloaded_error","message":"no more"}}'
REFUSED = '{"type":"error","error":{"type":"invalid_request_error","message":"no"}}'


class Letter(Schema):
    """What is wanted."""

    text: str


FIRST, SECOND = Prompt("Rules.", "Answer Anna.", Letter), Prompt("Rules.", "Answer Bob.", Letter, Turn("{", "Cut off."))
BOTH = [Request("a1", HAIKU, FIRST, 4000), Request("b2", SONNET, SECOND, 2000)]


@pytest.fixture
def batches(models: Models) -> MessageBatches:
    return MessageBatches(models)


@pytest.fixture
def later(company: Company) -> Iterator[MessageBatches]:
    """Another process, some hours later."""
    opened = models_of(company, KEY)
    yield MessageBatches(opened)
    opened.close()


def test_another_process_collects_what_was_handed_over(
    batches: MessageBatches, later: MessageBatches, company: Company
) -> None:
    company.batches_end = False
    batch = batches.submit(BOTH)
    assert later.collect(batch) is None
    company.batches_end = True
    used = Usage(2_000, 100, read=1_200, written=300)
    company.says(Said('```json\n{"text":"Yes."}\n```', used), Said("{", stop="max_tokens"))
    assert later.collect(batch) == {"a1": Reply('{"text":"Yes."}', used), "b2": CUT_OFF}


CUT_OFF = Reply("{", Usage(120, 40), "length")


def test_a_batch_says_exactly_what_single_calls_say(models: Models, batches: MessageBatches, company: Company) -> None:
    batches.submit(BOTH)
    together = [each["params"] for each in company.journal[-1].body["requests"]]
    for each, params in zip(BOTH, together, strict=True):
        models.ask(each.model, each.prompt, max_tokens=each.max_tokens, timeout=LONG)
        assert {**params, "stream": True} == company.journal[-1].body


def test_each_request_has_its_own_outcome(batches: MessageBatches, company: Company) -> None:
    batch = batches.submit([Request(f"n{number}", HAIKU, FIRST, 100) for number in range(4)])
    company.says(Failing(529, body=OVERLOADED), Failing(400, body=REFUSED), Dropping(), Said(stop="refusal"))
    found = batches.collect(batch)
    assert found is not None
    troubles = [each.trouble if isinstance(each, ModelError) else each.stop for each in found.values()]
    assert troubles == ["busy", "refused", "down", "refusal"]


def test_a_cancelled_batch_has_not_ended(batches: MessageBatches, company: Company) -> None:
    company.batches_end = False
    batch = batches.submit(BOTH)
    batches.cancel(batch)
    assert company.batches[batch]["state"] == "canceling"
    assert batches.collect(batch) is None


def test_a_batch_that_is_not_there_is_said(batches: MessageBatches) -> None:
    for about in (batches.collect, batches.cancel):
        with pytest.raises(ModelError) as raised:
            about("msgbatch_9")
        assert raised.value.trouble == "refused"


def test_a_line_that_is_cut_leaves_open_whether_there_is_a_batch(batches: MessageBatches, company: Company) -> None:
    company.batch_fault = Dropping()
    with pytest.raises(ModelError) as raised:
        batches.submit(BOTH)
    assert (raised.value.trouble, raised.value.charged) == ("down", True)
    assert len(company.journal) == 1


@pytest.mark.parametrize(
    ("status", "trouble"), [(429, "busy"), (529, "busy"), (500, "down"), (400, "refused"), (413, "refused")]
)
def test_faults_of_a_batch_have_names(batches: MessageBatches, company: Company, status: int, trouble: str) -> None:
    company.batch_fault = Failing(status, {"retry-after": "9"})
    with pytest.raises(ModelError) as raised:
        batches.submit(BOTH)
    assert (raised.value.trouble, raised.value.charged) == (trouble, False)
    assert len(company.journal) == 1


def test_nobody_listens_and_a_wrong_key(company: Company) -> None:
    for models, trouble in ((models_of(nobody(), "key"), "down"), (models_of(company, "wrong"), "login")):
        with pytest.raises(ModelError) as raised:
            MessageBatches(models).submit(BOTH)
        assert (raised.value.trouble, raised.value.charged) == (trouble, False)
        models.close()


def test_a_batch_that_nobody_remembers_is_found_again(batches: MessageBatches, later: MessageBatches) -> None:
    first, second = batches.submit(BOTH), batches.submit(BOTH)
    assert later.recent(MADE - timedelta(hours=1)) == [second, first]
    assert later.recent(MADE + timedelta(hours=1)) == []


def test_a_list_of_batches_that_never_ends_is_given_up(batches: MessageBatches, company: Company) -> None:
    batches.submit(BOTH)
    company.batches_more = True
    with pytest.raises(ModelError) as raised:
        batches.recent(MADE - timedelta(hours=1))
    assert (raised.value.trouble, raised.value.charged) == ("down", False)
    assert len(company.journal) < 30


def test_results_that_never_end_are_given_up(batches: MessageBatches, company: Company) -> None:
    batch = batches.submit(BOTH)
    company.results_fault = Endless(b"x" * 1_000_000, status=400, kind="application/json")
    with pytest.raises(ModelError) as raised:
        batches.collect(batch)
    assert (raised.value.trouble, str(raised.value)) == ("refused", "Anthropic sent more than a batch can hold")


def test_results_that_nobody_asked_for_are_left_out(batches: MessageBatches, company: Company) -> None:
    batch = batches.submit([BOTH[0], Request("b", HAIKU, FIRST, 100)])
    company.batches[batch]["requests"][1]["custom_id"] = "a name of nobody " * 9
    found = batches.collect(batch)
    assert found is not None
    assert list(found) == ["a1"]


@pytest.mark.parametrize("model", ["openai:gpt-5-mini", "local:any", "nobody:x"])
def test_only_anthropic_takes_batches(batches: MessageBatches, company: Company, model: str) -> None:
    with pytest.raises(ModelError):
        batches.submit([*BOTH, Request("c", model, FIRST, 100)])
    assert company.journal == []


@pytest.mark.parametrize("names", [[], ["a b"], ["x" * 65], [""]])
def test_what_no_batch_can_hold_is_refused(batches: MessageBatches, company: Company, names: list[str]) -> None:
    with pytest.raises(ModelError):
        batches.submit([Request(name, HAIKU, FIRST, 100) for name in names])
    assert company.journal == []
