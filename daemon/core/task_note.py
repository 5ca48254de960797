"""The note of a task: how intake writes what arrived, and how the manager reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast, get_args

from daemon.core import frontmatter, names, neutral
from daemon.core.ports import Converted
from daemon.core.properties import Broken, Value
from daemon.core.task import Arrival, Kind, Priority

TAG = "ai-employee/task"
_SHOWN = 100_000  # characters of the text, and as many of all files together
_MOST_NOTICES = 40


@dataclass(frozen=True, slots=True)
class TaskNote:
    """What a task note says. `originals`: vault paths of what came with it, the thing itself first."""

    id: str
    kind: Kind
    source: str
    source_key: str
    sender: str
    title: str
    priority: Priority
    due: date | None
    created: datetime | None  # local
    originals: tuple[str, ...]
    earlier: tuple[str, ...]  # vault paths of messages of the same thread that wait for the same answer, oldest first
    account: str  # the connected mailbox that it came to
    same_as: str  # id of the task that brought the same content before
    follows: str  # id of the task whose second thing this is; then `agent` and `reason` say who takes it, and why
    agent: str
    reason: str
    body: str


def write(
    arrival: Arrival,
    task: str,
    files: Mapping[str, Converted | None],
    *,
    created: datetime,
    linked: Mapping[str, Value] | None = None,
) -> bytes:
    """The note for an arrival; `created` in the person's zone. `files`: vault paths, and what could be read there.

    `linked`: what else it names, where there is any: `same_as`, the task that brought the same content before, and
    `earlier`, the messages of its thread.
    """
    properties: dict[str, Value] = {
        "id": task,
        "type": "task",
        "kind": arrival.kind,
        "source": arrival.source,
        "source_key": arrival.source_key,
        "from": neutral.label(arrival.sender),
        "title": neutral.label(arrival.title),
        "priority": arrival.priority,
        "created": created.replace(tzinfo=None, microsecond=0),
        "due": arrival.due,
        "status": "new",
        "agent": arrival.agent or None,
        "reason": neutral.label(arrival.reason) or None,
        "originals": tuple(files),
        "tags": (TAG,),
        "cssclasses": (names.CARD,),
    }
    origin = {"follows": arrival.follows, "account": arrival.origin.account if arrival.origin else ""}
    properties |= {name: other for name, other in (origin | dict(linked or {})).items() if other}
    return frontmatter.render(properties, _body(arrival, files))


def read(data: bytes) -> TaskNote:
    """Raises Broken when the note is not one of ours or cannot be read."""
    note = frontmatter.read(data)
    said = note.properties
    task = _text(said, "id")
    if _text(said, "type") != "task" or not names.is_task_id(task):
        raise Broken("this note is not a task of mine: it has no “id” and “type: task”; drop it into Inbox/ instead")
    kind = _one_of(get_args(Kind), said, "kind", "note")
    priority = _one_of(get_args(Priority), said, "priority", "normal")
    due, created, originals, earlier = (said.get(name) for name in ("due", "created", "originals", "earlier"))
    return TaskNote(
        id=task,
        kind=cast("Kind", kind),
        source=_text(said, "source"),
        source_key=_text(said, "source_key"),
        sender=_text(said, "from"),
        title=_text(said, "title"),
        priority=cast("Priority", priority),
        due=due if isinstance(due, date) else None,
        created=created if isinstance(created, datetime) else None,
        originals=originals if isinstance(originals, tuple) else (),
        earlier=earlier if isinstance(earlier, tuple) else (),
        account=_text(said, "account"),
        same_as=_text(said, "same_as"),
        follows=_text(said, "follows"),
        agent=_text(said, "agent"),
        reason=_text(said, "reason"),
        body=note.body,
    )


def _one_of(allowed: Sequence[str], said: Mapping[str, Value], key: str, default: str) -> str:
    value = _text(said, key) or default
    if value not in allowed:
        raise Broken(f"“{key}: {value}” is unknown; write one of {', '.join(allowed)}")
    return value


def _text(said: Mapping[str, Value], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _beginning(text: str, limit: int = _SHOWN) -> str:
    """What the note shows; invisible characters grow to twelve bytes each, and a note must stay readable."""
    return text if len(text) <= limit else f"{text[:limit]}\n\n[… the rest is in the original]"


def _body(arrival: Arrival, files: Mapping[str, Converted | None]) -> str:
    links = [f"- [[{path}]]" for path in files]
    read = [(neutral.inline(path.rpartition("/")[2]), found) for path, found in files.items() if found]
    odd = [f"- {name}: {neutral.inline(notice, 400)}" for name, found in read for notice in found.notices]
    warnings = [*(f"- {neutral.inline(warning)}" for warning in arrival.warnings), *odd[:_MOST_NOTICES]]
    texts = [(name, found.text) for name, found in read if found.text.strip()]
    blocks = [
        "\n".join(["**Please note**", *warnings]) if warnings else "",
        neutral.fenced(_beginning(arrival.text)) if arrival.text.strip() else "",
        *(f"**{name}**\n\n{neutral.fenced(_beginning(text, _SHOWN // len(texts)))}" for name, text in texts),
        "\n".join(["**Files**", *links]) if links else "",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"
