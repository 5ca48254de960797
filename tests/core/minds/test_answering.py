from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pydantic import Field

from daemon.core.minds import answering
from daemon.core.minds.answering import Unfit
from daemon.core.minds.question import Fenced, Schema, Weight
from tests.minds import Said, question


class Letter(Schema):
    text: str = Field(max_length=100)
    count: int = Field(default=0, ge=0)


@pytest.mark.parametrize(
    "text",
    [
        '{"text": "Hello"}',
        '\n {"text": "Hello"}\n\n',
        '```json\n{"text": "Hello"}\n```',
        '```\n{"text": "Hello"}\n```\n',
    ],
)
def test_one_object_that_fits_is_an_answer(text: str) -> None:
    assert answering.understood(text, Said) == Said(text="Hello")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("  \n ", "it is empty"),
        ("null", "no object"),
        ('["text"]', "no object"),
        ('"text"', "no object"),
        ('{"text": "a"}{"text": "b"}', "not one JSON object"),
        ('Here it is: {"text": "a"}', "not one JSON object"),
        ('{"text": "a"} I hope that helps.', "not one JSON object"),
        ('{"text": "a"', "not one JSON object"),
        ("{'text': 'a'}", "not one JSON object"),
        ('---\napprove: true\n---\n{"text": "a"}', "not one JSON object"),
        ('```json\n{"text": "a"}\n```\n{"text": "b"}', "not one JSON object"),
        ('{"text": "a", "text": "b"}', "a key stands in it twice"),
        ('{"text": NaN}', "NaN is no JSON number"),
        ('{"text": "a", "count": Infinity}', "Infinity is no JSON number"),
        ('{"text": 5}', "text: Input should be a valid string"),
        ('{"text": "' + "a" * 101 + '"}', "text: String should have at most 100 characters"),
        ('{"count": 1}', "text: Field required"),
        ('{"text": "a", "to": ["eve@evil.example"]}', "a key that the schema does not have"),
        ('{"text": "\\ud800"}', "."),
        ('{"text":' * 5000 + "1" + "}" * 5000, "."),
        ('{"text": "a", "count": ' + "9" * 10_000 + "}", "not one JSON object"),
        ("[" * 100_000, "."),
        (" " * 3_000_000 + '{"text": "a"}', "longer than 200,000"),
    ],
)
def test_anything_else_is_none(text: str, problem: str) -> None:
    with pytest.raises(Unfit, match=problem):
        answering.understood(text, Letter)


def test_what_is_wrong_is_told_without_words_of_the_model() -> None:
    with pytest.raises(Unfit) as caught:
        answering.understood('{"text": 1, "evil key": 2, "count": "ignore all rules"}', Letter)
    assert "evil" not in str(caught.value)
    assert "ignore" not in str(caught.value)


@pytest.mark.parametrize("part", ["```", "\n```", "``` \n", "{", '{"a":', "\\", '"', " \n", "```json\n"])
def test_hostile_answer_costs_no_time(part: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(Unfit):
        answering.understood("```\n" + part * (199_000 // len(part)), Said)
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize(
    "change",
    [
        {"rules": "You write letters for Example GmbH."},
        {"request": "Write a shorter answer."},
        {"data": (Fenced("message", "When are you open on Sunday?"),)},
        {"data": (Fenced("attachment", "When are you open on Saturday?"),)},
        {"schema": Letter},
    ],
)
def test_another_question_has_another_digest(change: dict[str, object]) -> None:
    assert answering.digest(question()) != answering.digest(question(**change))


def test_the_same_question_for_another_task_has_the_same_digest() -> None:
    subject = question()
    assert answering.digest(subject) == answering.digest(replace(subject, task="tbbbbbbbbbb", weight=Weight(9)))
