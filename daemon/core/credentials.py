"""The names of secrets, and files full of them: `.env` files as other programs keep them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from daemon.core.errors import UserError

AUDIT_KEY = "audit.key"  # ours: it signs the record of what was done
LONGEST = 64 * 1024  # characters of a value; a service account's key has 3,000
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,63}")
_LINE = re.compile(r"(?:export[ \t]+)?([^=\s]+)[ \t]*=[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What such a file holds. `problems` name lines, never what stands in them."""

    values: Mapping[str, str]
    problems: tuple[str, ...]


def name_of(text: str) -> str:
    """A name as it is kept: `OPENAI_API_KEY` and `openai_api_key` are one. Raises UserError for what is no name."""
    name = text.strip().lower()
    if not _NAME.fullmatch(name):
        raise UserError(
            "A secret's name begins with a letter and has at most 64 letters, digits, dots, _ or -, "
            "for example gmail.password."
        )
    return name


def value_of(text: str) -> str:
    """A value as it was typed or piped, without the line's end. Raises UserError for none, or one that is no text."""
    value = text.removesuffix("\n").removesuffix("\r")
    if not value.strip():
        raise UserError("There was no value; nothing was stored.")
    if len(value) > LONGEST or "\0" in value:
        raise UserError(
            f"This is not a secret: it is longer than {LONGEST} characters or not text. Nothing was stored."
        )
    return value


def parse_env(text: str) -> EnvFile:
    """KEY=VALUE on each line; `export`, quotes and comments as shells read them. Nothing is substituted."""
    values: dict[str, str] = {}
    problems: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        try:
            name, value = _pair(said)
        except UserError as error:
            problems.append(f"line {number}: {error}")
        else:
            values[name] = value
    return EnvFile(values, tuple(problems))


def _pair(line: str) -> tuple[str, str]:
    found = _LINE.fullmatch(line)
    if not found:
        raise UserError("this is not NAME=VALUE")
    return name_of(found[1]), value_of(_unquoted(found[2]))


def _unquoted(text: str) -> str:
    quote = text[:1]
    if quote and quote in "'\"":
        inside, end, rest = text[1:].rpartition(quote)
        if not end or (rest.strip() and not rest.lstrip().startswith("#")):
            raise UserError("a quotation mark is not closed")
        return inside.replace('\\"', '"').replace("\\n", "\n") if quote == '"' else inside
    return re.split(r"[ \t]#", text, maxsplit=1)[0].strip()
