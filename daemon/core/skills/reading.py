"""A `SKILL.md` understood, or everything that is wrong with it.

The rules are those of the Agent Skills standard (https://agentskills.io/specification): which properties there are, how
long they may be, and that the name is that of the folder. Stricter than that: no flow style, no angle brackets in the
description, and a size that fits into a prompt. Read as strictly as the front matter of a note.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from daemon.core import frontmatter, yamlread
from daemon.core.properties import Broken, Value
from daemon.core.skills import Skill
from daemon.core.skills.choosing import LARGEST
from daemon.core.yamlread import FIRST_LINE, Entry

NAME = "SKILL.md"
MAX_FILE = 64 * 1024  # bytes
LINES = 500  # the body has fewer
MOST_WORDS = 200  # each is looked for in every task
_KEYS = ("name", "description", "license", "compatibility", "metadata", "allowed-tools")
_LONGEST: Mapping[str, int] = {"name": 64, "description": 1024, "compatibility": 500}  # characters
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NESTED = re.compile(r"metadata:[ \t]*(?:#.*)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; `line` counts from 1 in the file, None when no one line is to blame."""

    sentence: str  # without the line
    line: int | None = None

    def __str__(self) -> str:
        return self.sentence if self.line is None else f"Line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a `SKILL.md` says. `skill` is None when there are problems."""

    skill: Skill | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Front:
    """The properties and where they stand; a broken front matter has only its problem."""

    said: Mapping[str, Value]
    lines: Mapping[str, int]  # "license", "metadata.author"
    metadata: Mapping[str, Value]
    problems: tuple[Problem, ...] = ()


def is_name(text: str) -> bool:
    """Whether a skill, and so its folder, can be called that."""
    return len(text) <= _LONGEST["name"] and _KEBAB.fullmatch(text) is not None


def read(data: bytes, folder: str, *, own: bool = False) -> Found:
    """The skill in `data`, the bytes of `<folder>/SKILL.md`. Never raises: what is wrong is in `problems`."""
    try:
        text = _text(data)
        front, body = _split(text)
    except Broken as broken:
        return Found(None, (_problem(broken),))
    start = text.count("\n", 0, len(text) - len(body)) + 1
    given = _front(front)
    wrong = (*given.problems, *_wrong(given, folder), *_wrong_body(body, start))
    problems = sorted(wrong, key=lambda problem: problem.line or 0)
    return Found(None if problems else _skill(given, body, own=own), tuple(problems))


def _text(data: bytes) -> str:
    if len(data) > MAX_FILE:
        raise Broken(f"the file has more than {MAX_FILE // 1024} KB; move what is not always needed to references/")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Broken("the text is not UTF-8; save the file with the encoding UTF-8", line) from error


def _split(text: str) -> tuple[str, str]:
    strict = frontmatter.Strict()
    if not strict.detect(text):
        raise Broken("a skill begins with a line “---”, then its name and description, then a line “---”", 1)
    return strict.split(text)


def _front(text: str) -> _Front:
    """`metadata` is the one property that holds others; its lines are read as properties of their own."""
    plain, nested, deep = _parted(text)
    try:
        entries = yamlread.entries(plain)
        inner = yamlread.entries(nested)
    except Broken as broken:
        return _Front({}, {}, {}, (_problem(broken),))
    said: dict[str, Value] = {entry.name: entry.value for entry in entries}
    metadata: dict[str, Value] = {entry.name: entry.value for entry in inner}
    lines = {entry.name: entry.first + FIRST_LINE for entry in entries}
    lines |= {f"metadata.{entry.name}": entry.first + FIRST_LINE for entry in inner}
    return _Front(said, lines, metadata, tuple(_flowing([*entries, *inner], text.split("\n"), deep)))


def _parted(text: str) -> tuple[str, str, int]:
    """The front matter without the lines below `metadata:`, these without their indent, and the indent.

    Lines that are in the other part are empty, so that every line keeps its number.
    """
    plain, nested, deep, inside = list[str](), list[str](), 0, False
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        inside = bool(_NESTED.fullmatch(line)) or (inside and (indent > 0 or not line.strip()))
        below = inside and indent > 0
        deep = deep or (indent if below else 0)
        plain.append("" if below else line)
        nested.append(line[min(deep, indent) :] if below else "")
    return "\n".join(plain), "\n".join(nested), deep


def _flowing(entries: list[Entry], lines: list[str], deep: int) -> Iterator[Problem]:
    """Lists in brackets: other readers of skills understand them differently."""
    for entry in entries:
        line = lines[entry.first]
        column = entry.name_end + (deep if line.startswith(" ") else 0)
        if line[column:].lstrip(": \t").startswith("["):
            yield Problem("write no brackets here, only text", entry.first + FIRST_LINE)


def _wrong(front: _Front, folder: str) -> Iterator[Problem]:
    if not front.said and front.problems:
        return  # nothing could be read
    for name, value in front.said.items():
        yield from (Problem(sentence, front.lines[name]) for sentence in _wrong_value(name, value, front.metadata))
    for needed in ("name", "description"):
        if needed not in front.said:
            yield Problem(f"`{needed}` is missing", 1)
    yield from (Problem(sentence, front.lines["name"]) for sentence in _wrong_name(front.said.get("name"), folder))
    for name, value in front.metadata.items():
        if value is None or isinstance(value, tuple):
            yield Problem(f"`{name}` in the metadata must be one text", front.lines[f"metadata.{name}"])
        elif len(_listed(value)) > MOST_WORDS and name == "words":
            yield Problem(f"`words` has more than {MOST_WORDS}; keep those that matter", front.lines["metadata.words"])


def _wrong_value(name: str, value: Value, metadata: Mapping[str, Value]) -> Iterator[str]:
    if name not in _KEYS:
        near = difflib.get_close_matches(name.lower(), _KEYS, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"there are only {', '.join(_KEYS)}"
        yield f"a skill has no property `{name[:40]}`; {hint}"
    elif name == "metadata":
        if value is not None or not metadata:
            yield "below `metadata:` stand lines like `  author: Anna`, or leave it out"
    elif not _is_text(value):
        yield f"`{name}` must be a text, and not empty"
    elif len(str(value)) > _LONGEST.get(name, MAX_FILE):
        yield f"`{name}` has {len(str(value)):,} characters; at most {_LONGEST[name]:,} are allowed"
    elif name == "description" and set(str(value)) & set("<>"):
        yield "`description` must have no < and no >"


def _wrong_name(name: Value, folder: str) -> Iterator[str]:
    if not isinstance(name, str) or not name.strip():
        return
    if not _KEBAB.fullmatch(name):
        yield "`name` may have small letters a-z, digits and single hyphens between them, like answer-complaint"
    if name != folder:
        yield f"`name` must be the same as its folder, which is called {folder!r}"


def _wrong_body(body: str, start: int) -> Iterator[Problem]:
    if not body.strip():
        yield Problem("below the second `---` nothing is said; write there how it is done", start)
    if (lines := body.rstrip().count("\n") + 1) >= LINES:
        yield Problem(f"the text has {lines} lines; fewer than {LINES} are allowed", start)
    if len(body) > LARGEST:
        yield Problem(f"the text has {len(body):,} characters; at most {LARGEST:,} are allowed", start)


def _is_text(value: Value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _skill(front: _Front, body: str, *, own: bool) -> Skill:
    return Skill(
        name=str(front.said["name"]),
        description=" ".join(str(front.said["description"]).split()),
        body=body.strip(),
        own=own,
        agents=_listed(front.metadata.get("agents")),
        words=_listed(front.metadata.get("words")),
    )


def _listed(value: Value) -> tuple[str, ...]:
    """Texts with commas between them: metadata hold no lists."""
    return tuple(dict.fromkeys(part for each in str(value or "").split(",") if (part := each.strip())))


def _problem(broken: Broken) -> Problem:
    return Problem(str(broken).removeprefix(f"Line {broken.line}: "), broken.line)
