"""The person of a house: what their hands do to notes, and what the notes say that they want.

Reads notes in its own plain way, not with the program's reader: it is the second opinion of the tests.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from daemon.core.proposal import Key

STATE = ("Pending_Approval", "Approved", "Rejected", "Needs_Review", "Failed", "Needs_Action", "In_Progress", "Done")
_COPY = re.compile(r"\.sync-conflict-|conflicted copy| \d+\.md$| copy\.md$|\(\d+\)\.md$")


@dataclass(frozen=True, slots=True)
class Wish:
    """What exactly the person would have done: a text, and for a mail to whom and under which subject."""

    text: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A draft note as a person sees it."""

    path: Path
    place: str
    key: Key
    wish: Wish
    yes: bool
    no: bool
    asks: bool  # feedback beside the draft


def draft(root: Path, path: Path) -> Note | None:
    """None for what no person would call a draft: another note, a broken one, a copy's name, one that just went."""
    if _COPY.search(path.name):
        return None
    try:
        said, body = _split(path.read_text(encoding="utf-8"))
        key = (said["id"], said["generation"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return None
    text, _, feedback = body.partition("\n## Feedback\n")
    place = path.relative_to(root).parts[0]
    wish = Wish(_text(text), _people(said.get("to")), _people(said.get("cc")), said.get("subject") or "")
    approve, reject = said.get("approve") is True, said.get("reject") is True
    asks = bool(feedback.strip() or said.get("feedback"))
    return Note(path, place, key, wish, place == "Approved" or approve, place == "Rejected" or reject, asks)


def drafts(root: Path, *folders: str) -> list[Note]:
    """The drafts that lie directly in these state folders."""
    paths = [path for folder in folders for path in sorted((root / folder).glob("*.md"))]
    return [note for path in paths if (note := draft(root, path))]


def of_mail(message: bytes) -> Wish:
    """What a message that left does."""
    read = email.message_from_bytes(message, policy=email.policy.default)
    people = [tuple(a.strip() for a in str(read[name] or "").split(",") if a.strip()) for name in ("To", "Cc")]
    return Wish(plain(str(read.get_content())), people[0], people[1], str(read["Subject"]))


def plain(text: str) -> str:
    return "\n".join(text.splitlines()).strip()


def tick(text: str, box: str) -> str:
    """A box ticked in Obsidian, which writes the properties anew: same keys and order, its own quotes."""
    head, body = _halves(text)
    head = re.sub(rf"^{box}: false$", f"{box}: true", head, flags=re.MULTILINE)
    head = re.sub(r'^(title|subject|reason): "((?:[^"\\])*)"$', _single_quotes, head, flags=re.MULTILINE)
    head = re.sub(r"^(  - )([^\"'\n]+@[^\"'\n]+)$", r'\1"\2"', head, flags=re.MULTILINE)
    return head.replace("confidence: 0.30", "confidence: 0.3") + body


def with_text(text: str, line: str) -> str:
    """One more line at the beginning of the draft."""
    return text.replace("\n## Draft\n", f"\n## Draft\n\n{line}\n", 1)


def with_recipient(text: str, address: str) -> str:
    return re.sub(r"^to:\n  - .*$", f"to:\n  - {address}", text, count=1, flags=re.MULTILINE)


def with_feedback(text: str, feedback: str) -> str:
    return f"{text}\n## Feedback\n\n{feedback}\n"


def named_by(paths: Iterable[Path], task: str) -> list[Path]:
    return [path for path in paths if task in path.name]


def _split(text: str) -> tuple[dict[str, Any], str]:
    head, body = _halves(text)
    return yaml.safe_load(head.strip("-\n")), body


def _halves(text: str) -> tuple[str, str]:
    end = text.index("\n---\n", 3) + len("\n---\n")
    return text[:end], text[end:]


def _text(body: str) -> str:
    return plain(body[body.index("\n## Draft\n") + len("\n## Draft\n") :])


def _people(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, list) else ()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _single_quotes(found: re.Match[str]) -> str:
    return f"{found[1]}: '{found[2].replace(chr(39), chr(39) * 2)}'"
