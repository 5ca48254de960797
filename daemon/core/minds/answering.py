"""A question by its name, and what may be taken for its answer: exactly one JSON object that fits."""

from __future__ import annotations

import hashlib
import json
import re

from pydantic import ValidationError

from daemon.core.minds.question import Question, T

LONGEST = 200_000  # characters of an answer that is looked at
_FENCE = re.compile(r"\s*```(?:json)?[ \t]*\n(.*)\n[ \t]*```\s*", re.DOTALL)
_MOST_PROBLEMS = 5
_UNKNOWN_KEY = "it has a key that the schema does not have"


class Unfit(Exception):
    """An answer that is none. The text says what is wrong with it: for the model, never with words out of it."""


def digest(question: Question[T]) -> str:
    """The same for exactly the same question, whoever asks and for whatever task."""
    said = {
        "rules": question.rules,
        "request": question.request,
        "data": [(each.label, each.text) for each in question.data],
        "schema": question.schema.model_json_schema(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def understood(text: str, schema: type[T]) -> T:
    """The answer that a text is. Raises Unfit. Never takes longer than the text is long."""
    found = stripped(text)
    try:
        value: object = json.loads(found, object_pairs_hook=_once, parse_constant=_no_number)
    except Unfit:
        raise
    except (ValueError, RecursionError) as error:
        raise Unfit("it is not one JSON object and nothing else") from error
    if not isinstance(value, dict):
        raise Unfit("it is JSON, but no object")
    try:
        return schema.model_validate_json(found)
    except ValidationError as error:
        raise Unfit(_problems(error)) from error
    except (ValueError, RecursionError) as error:
        raise Unfit("it does not fit the schema") from error


def stripped(text: str) -> str:
    """Without the fence that some models put around all they say. Raises Unfit for what is too long or nothing."""
    if len(text) > LONGEST:
        raise Unfit(f"it is longer than {LONGEST:,} characters")
    fenced = _FENCE.fullmatch(text) if text.lstrip()[:3] == "```" else None
    found = (fenced[1] if fenced else text).strip()
    if not found:
        raise Unfit("it is empty")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Unfit("a key stands in it twice")
    return made


def _no_number(name: str) -> object:
    raise Unfit(f"{name} is no JSON number")


def _problems(error: ValidationError) -> str:
    """Where and what, as the schema names it; an unknown key is the model's own word and is not repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    said = [
        _UNKNOWN_KEY if each["type"] == "extra_forbidden" else f"{_path(each['loc'])}: {each['msg']}"
        for each in found[:_MOST_PROBLEMS]
    ]
    return "; ".join(dict.fromkeys(said))[:500]


def _path(where: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in where) or "the object"
