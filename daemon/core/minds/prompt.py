"""A question as it is sent: what stays the same comes first and alone, so that providers can sell it cheaper."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from daemon.core.minds import fences
from daemon.core.minds.model import Prompt
from daemon.core.minds.question import Question, Schema, T

_MATERIAL = Path(__file__).with_name("material.md")


def render(question: Question[T], boundary: str) -> Prompt:
    """The prompt of a question. `boundary`: 128 random bits as hexadecimal digits, new for each call.

    The system part is the same, byte for byte, for all questions of the same rules and schema. Data stands in the
    user part only, each piece between lines that carry the boundary.
    """
    return Prompt(_system(question), _user(question, boundary), question.schema)


def _system(question: Question[T]) -> str:
    return f"{question.rules.strip()}\n\n{_form(question.schema)}"


def _user(question: Question[T], boundary: str) -> str:
    """The material before the request: models do what they read last."""
    if not question.data:
        return question.request.strip()
    texts = (question.request, *(text for each in question.data for text in (each.label, each.text)))
    own = fences.unused(boundary, texts)
    blocks = "\n\n".join(fences.block(each, own) for each in question.data)
    return f"The boundary of the material is {own}.\n\n{blocks}\n\nThe request:\n\n{question.request.strip()}"


@cache
def _form(schema: type[Schema]) -> str:
    """The rules that no question changes: how material is read, and what an answer has to look like."""
    wanted = json.dumps(schema.model_json_schema(), ensure_ascii=False, separators=(",", ":"))
    return f"{_MATERIAL.read_text(encoding='utf-8').strip()}\n\n{wanted}"
