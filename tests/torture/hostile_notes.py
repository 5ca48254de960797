"""What a note may hold, judged by programs that share nothing with ours: a CommonMark reader and PyYAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from markdown_it import MarkdownIt

READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
ACTIVE = {"html_inline", "html_block", "image", "link_open", "table_open", "s_open"}
_LINK = re.compile(r"(?<!\\)(!?)\[\[([^\]\n]*)")
_RUNS = re.compile(r"<%|%>|::")  # Templater and Dataview, in code too
_LIVE = re.compile(r"(?<!\\)%%|obsidian:(?=//)")
_KEY = re.compile(r"[a-z_]+")


def faults(note: bytes, *, draft: bool) -> Iterator[str]:
    """Sentences about what is active in a note of ours, or says more than it may."""
    text = note.decode("utf-8")
    _, head, body = text.split("---\n", 2)
    yield from _properties(yaml.load(head, yaml.BaseLoader), draft=draft)
    above = body.partition("\n## Draft\n")[0]
    tokens = [inner for token in READER.parse(above) for inner in (token, *(token.children or ()))]
    yield from (f"{kind} in the note" for kind in sorted({token.type for token in tokens} & ACTIVE))
    yield from (f"a code block of {token.info!r}" for token in tokens if token.type == "fence" and token.info.strip())
    shown = "\n".join(token.content for token in tokens if token.type == "inline")
    for found in filter(None, (_RUNS.search(above), _LIVE.search(shown))):
        yield f"{found[0]!r} in the note"
    yield from _links(shown)
    if draft and (count := len(re.findall(r"(?m)^## Draft$", body))) != 1:
        yield f"{count} lines that begin a draft"


def _properties(said: object, *, draft: bool) -> Iterator[str]:
    if not isinstance(said, dict):
        yield "properties that are none"
        return
    fields = {str(key): str(value) for key, value in said.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if fields.get("approve", "false") != "false":
        yield f"approve: {fields['approve']}"
    if fields.get("type") != ("approval" if draft else "task"):
        yield f"type: {fields.get('type')}"
    for key, value in fields.items():
        if not _KEY.fullmatch(key):
            yield f"a property {key!r}"
        if "[[" in value and key != "task":
            yield f"a link in the property {key}: {value[:80]!r}"


def _links(shown: str) -> Iterator[str]:
    """Text that Obsidian makes a link or an embed of, and that leads anywhere but to the files of the task."""
    for embed, where in _LINK.findall(shown):
        if embed or not where.startswith("Attachments/t"):
            yield f"a link to {where[:80]!r}"
