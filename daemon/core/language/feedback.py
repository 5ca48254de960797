"""What a person's feedback asks for, as far as rules can follow it. Free rewriting needs a model.

Understood: "shorter"; `add: text`, `say: text` or a quoted "text" (a new paragraph); remove "text";
replace "text" with "text". The same in German. Whatever else it says is left alone, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from daemon.core.language import words
from daemon.core.ports import Earlier

_BY_HAND = (
    "Your feedback was not followed: without a language model only “shorter”, `add: text`, remove “text” and "
    "replace “this” with “that” are understood. You can also edit the draft itself."
)
_QUOTED = re.compile(r"\"([^\"\n]+)\"|“([^”\n]+)”|„([^“”\n]+)[“”]|«([^»\n]+)»")
_SAY = re.compile(r"(?:^|[\s.;,])(?:say|add|write|schreib|ergänze|sag|hinzufügen)\s*:\s*([^\n]+)", re.IGNORECASE)
_SHORTER = ("shorter", "too long", "shorten", "brief", "briefer", "kürzer", "kürzen", "zu lang", "knapper")
_REMOVE = (
    "remove", "delete", "drop", "without", "don't say", "do not say", "don't", "not", "no", "never",
    "leave out", "entferne", "lösche", "streiche", "ohne", "nicht", "kein", "keine", "weglassen",
)  # fmt: skip
_REPLACE = ("replace", "instead of", "change", "ersetze", "statt", "ändere")
_ADD = ("add", "ergänze", "hinzufügen")
_INSTEAD = ("instead of", "statt")  # the new text comes first


@dataclass(frozen=True, slots=True)
class Revised:
    """A text after feedback. `done`: sentences on what was changed; empty when nothing could be."""

    text: str
    done: tuple[str, ...]


def follow(earlier: Sequence[Earlier], fresh: Sequence[str], optional: Collection[str]) -> Revised:
    """The text of the next draft: at first the paragraphs of `fresh`, later the last draft as revised.

    The last of `fresh` is the closing, empty parts are left out, and what the person edited is kept.
    """
    if not earlier:
        return Revised("\n\n".join(part for part in fresh if part), ())
    last = earlier[-1]
    revised = revise(last.text, last.feedback, optional=optional, closing=fresh[-1])
    return revised if revised.done or not last.feedback.strip() else Revised(revised.text, (_BY_HAND,))


def revise(text: str, feedback: str, *, optional: Collection[str], closing: str) -> Revised:
    """Apply feedback to an earlier draft, which may hold the person's own edits: only what is asked changes.

    `optional`: paragraphs that "shorter" may drop; `closing`: new paragraphs go in before it.
    """
    quoted = [next(part for part in found.groups() if part) for found in _QUOTED.finditer(feedback)]
    rest = _QUOTED.sub(" ", feedback)
    done: list[str] = []
    if len(quoted) == 2 and words.mentioned(rest, _REPLACE):  # noqa: PLR2004 - what, and by what
        text = _replaced(text, quoted if not words.mentioned(rest, _INSTEAD) else quoted[::-1], done)
    elif quoted and words.mentioned(rest, _REMOVE) and not words.mentioned(rest, _ADD):
        text = _removed(text, quoted, done)
    else:
        said = [found.strip() for found in _SAY.findall(rest)]
        text = _added(text, [part.strip() for part in (*quoted, *said) if part.strip()], closing, done)
    if words.mentioned(rest, _SHORTER):
        text = _shortened(text, optional, done)
    return Revised(text, tuple(done))


def _replaced(text: str, pair: list[str], done: list[str]) -> str:
    if pair[0] in text:
        done.append(f"Replaced “{pair[0]}” as you asked.")
    return text.replace(pair[0], pair[1])


def _removed(text: str, parts: list[str], done: list[str]) -> str:
    for part in parts:
        if part in text:
            done.append(f"Removed “{part}” as you asked.")
        text = text.replace(part, "")
    return _tidy(text)


def _added(text: str, parts: list[str], closing: str, done: list[str]) -> str:
    if not parts:
        return text
    done.append(
        "Added your own words as a paragraph." if len(parts) == 1 else f"Added {len(parts)} paragraphs of yours."
    )
    body, ending = (text.removesuffix(closing), closing) if closing and text.endswith(closing) else (text, "")
    return "\n\n".join(part for part in (body.rstrip(), *parts, ending) if part)


def _shortened(text: str, optional: Collection[str], done: list[str]) -> str:
    paragraphs = text.split("\n\n")
    kept = [paragraph for paragraph in paragraphs if paragraph not in optional]
    if len(kept) < len(paragraphs):
        done.append("Made shorter: the parts that answer nothing are gone.")
    return "\n\n".join(kept)


def _tidy(text: str) -> str:
    lines = "\n".join(re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
