"""The note in which a person reads, edits and decides one draft: how it is written, and how it is read back.

What stands under `## Draft` is the person's to change. What the action needs beside it (`Params`) is protected: it
lives in the ledger, is shown in properties, and each of those is compared by value when an approval comes back.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from daemon.core import document, frontmatter, lookalikes, names, neutral
from daemon.core.document import Parts
from daemon.core.frontmatter import Note
from daemon.core.minds import budget
from daemon.core.ports import Shown
from daemon.core.properties import Broken, Value, same
from daemon.core.proposal import Key, sha256
from daemon.core.steps import Reading

TAG = "ai-employee/approval"
# What an action may show; one of these appearing where none was is a change as well.
PROTECTED = (
    "action", "channel", "to", "cc", "bcc", "subject", "from_account", "attachments", "amount", "currency", "starts",
    "duration", "phone", "due", "network", "url", "place", "zone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cover:
    """What the reader is told around a draft; the same for every generation that only restates it."""

    agent: str
    reason: str
    risk: str
    confidence: float
    priority: str
    model: str
    found: tuple[str, ...]
    task: str  # vault path of the task note
    sender: str
    quoted: str  # the task's text, from outside
    files: tuple[str, ...] = ()  # vault paths of what came with it
    cost: str = ""  # US dollars that models cost for the task so far: "0.004200"; "" = nothing


@dataclass(frozen=True, slots=True)
class Page:
    """All that goes into one approval note."""

    key: Key
    action: str
    channel: str
    title: str
    shown: Shown
    text: str  # already a safe draft section
    cover: Cover
    digest: str
    created: datetime  # in the person's zone
    expires: datetime
    question: str = ""  # why it is shown again


def write(page: Page) -> bytes:
    """The complete note."""
    return frontmatter.render(_properties(page), document.compose(_above(page), page.text))


def compare(published: bytes, current: bytes) -> Reading:
    """What a note says now, against what was published. Never raises: what cannot be read is a `fault`."""
    digest = sha256(current)
    identical = current == published
    try:
        note = frontmatter.read(current)
        parts = document.split(note.body, line=note.body_line)
        was = published_parts(published)
    except Broken as fault:
        return Reading(digest, identical, fault=str(fault))
    if parts.draft is None:
        missing = "the line `## Draft` is missing; put it back above the text that should go out"
        return Reading(digest, identical, fault=missing)
    said, partial = note.properties, _partial(was[1].draft or "", parts)
    return Reading(
        digest,
        identical,
        digest_kept=said.get("digest") == was[0].properties.get("digest"),
        approve=said.get("approve") is True,
        reject=said.get("reject") is True,
        feedback=_feedback(note, parts),
        text=parts.draft,
        changed=_changed(was[0].properties, said),
        properties=said,
        restated=_CUT if partial else _MIXED if _merged(was[1].draft or "", parts.draft) else "",
        partial=partial,
    )


def published_parts(data: bytes) -> tuple[Note, Parts]:
    """Raises Broken."""
    note = frontmatter.read(data)
    return note, document.split(note.body, line=note.body_line)


def _partial(was: str, now: Parts) -> bool:
    """Whether only the beginning of the draft is there: a sync tool may have written no more of it yet."""
    text = (now.draft or "").rstrip()
    return not now.feedback and was.startswith(text) and len(text) < len(was.rstrip())


def _merged(was: str, now: str) -> bool:
    """Whether two versions stand in one draft: sync tools write them below each other, or with marks between."""
    return bool(_MERGE.search(now)) and not _MERGE.search(was)


def _changed(was: Mapping[str, Value], now: Mapping[str, Value]) -> tuple[str, ...]:
    return tuple(name for name in PROTECTED if not same(was.get(name), now.get(name)))


def _feedback(note: Note, parts: Parts) -> str:
    said = note.properties.get("feedback")
    return "\n\n".join(text for text in (said if isinstance(said, str) else "", parts.feedback) if text.strip())


def _properties(page: Page) -> dict[str, Value]:
    """What a person needs comes first, on a phone above all; what only programs need comes last."""
    task, generation = page.key
    head: dict[str, Value] = {
        "title": neutral.label(page.title),
        "approve": False,
        "reject": False,
        "feedback": None,
    }
    tail: dict[str, Value] = {
        "risk": page.cover.risk,
        "priority": page.cover.priority,
        "expires": page.expires.replace(tzinfo=None, microsecond=0),
        "reason": neutral.label(_whole_words(page.cover.reason), _REASON),
        "action": page.action,
        "channel": page.channel,
        "agent": page.cover.agent,
        "confidence": Decimal(f"{page.cover.confidence:.2f}"),
        "created": page.created.replace(tzinfo=None, microsecond=0),
        "id": task,
        "type": "approval",
        "generation": generation,
        "task": f"[[{page.cover.task.removesuffix('.md')}]]",
        "digest": page.digest,
        "tags": (TAG,),
        "cssclasses": (names.CARD,),
    }
    return {**head, **page.shown.properties, **tail}


def _above(page: Page) -> str:
    paragraphs = [
        _callout("question", "Please decide again", [neutral.inline(page.question, _WHOLE)]) if page.question else "",
        _callout(
            _COLOURS[page.cover.risk],
            f"Written by the {page.cover.agent} agent, {page.cover.risk} risk",
            _why(page.cover),
        ),
        "**If you approve:**\n" + _bullets(page.shown.effect),
        _callout("warning", "Please check", [_bullets(page.cover.found)]) if page.cover.found else "",
        _original(page.cover),
        _HOW,
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


_MERGE = re.compile(r"^(?:<{7} |>{7} |(?:approve|reject): (?:true|false)$)", re.MULTILINE)
_MIXED = "Two versions of this draft seem to be mixed. Please read it, mend it, and approve once more."
_CUT = "The end of the draft is missing. If you cut it off, approve once more; if not, put the rest back first."
_WHOLE = 100_000  # characters: what would happen is never cut
_HOW = (
    "_Yes: tick `approve` or move this note to Approved/. No: tick `reject` or move it to Rejected/. For a new draft "
    "write what you want under a line `## Feedback` at the end and reject. Edit the text below as you like._"
)
_SURE, _UNSURE = 0.75, 0.4
_REASON = 300  # characters of why a draft is as it is
_LONG = 700  # characters of an original that is folded up
_COLOURS = {"low": "info", "medium": "info", "high": "danger"}


def _why(cover: Cover) -> list[str]:
    model = neutral.inline(cover.model)  # a server may call it as it likes
    by = f"Written with {model}." if model else "Written by rules, without a language model."
    cost = f" Language models cost {budget.shown(Decimal(cover.cost))} for this task so far." if cover.cost else ""
    return [neutral.inline(_whole_words(cover.reason), _REASON), f"{by} {_expect(cover.confidence)}{cost}"]


def _whole_words(text: str) -> str:
    return textwrap.shorten(text[: 10 * _REASON], _REASON, placeholder=" …", break_on_hyphens=False)


def _expect(confidence: float) -> str:
    """What a person should be ready to do, which says more than a number."""
    if confidence >= _SURE:
        return "It should be fine as it is."
    return "Expect to change something." if confidence >= _UNSURE else "Expect to write part of it yourself."


def _original(cover: Cover) -> str:
    """What came in, folded up when it is long: the draft should be near on a phone."""
    said_by = f"From {neutral.inline(lookalikes.shown(cover.sender), _WHOLE)}" if cover.sender else "What came in"
    links = [f"[[{cover.task.removesuffix('.md')}|the task]]", *(_file(path) for path in cover.files)]
    where = f"{said_by}: {', '.join(links)}"
    if not cover.quoted.strip():
        return where
    fold = "-" if len(cover.quoted) > _LONG else ""
    return f"{where}\n\n> [!quote]{fold} As it came\n{neutral.fenced(cover.quoted)}"


def _file(path: str) -> str:
    return f"[[{path}|{neutral.inline(path.rpartition('/')[2])}]]"


def _callout(kind: str, title: str, lines: list[str]) -> str:
    said = "\n".join(lines).splitlines()
    return "\n".join([f"> [!{kind}] {title}", *(f"> {line}" for line in said)])


def _bullets(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {neutral.inline(sentence, _WHOLE)}" for sentence in sentences)
