"""File names: ours, and what the names of others mean.

Ours are ASCII, tell the kind at a glance and end in the task's id, so they differ on every disk and sync tool.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection

_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"  # no look-alikes (i l o u 0 1)
_LENGTH = 10
_SLUG = 60  # characters
_OWN = re.compile(
    rf"[A-Z]+(?:_[A-Z]+)?_[a-z0-9-]+_(?P<id>t[{_LETTERS}]{{{_LENGTH}}})(?:-g(?P<generation>[1-9]\d{{0,5}}))?(?P<rest>.*)\.md",
    re.DOTALL,
)
_TWIN = re.compile(r"(?: \(?\d+\)?| copy(?: \d+)?| - Copy(?: \(\d+\))?)$")
_CONFLICT = re.compile(r"\.sync-conflict-| \([^)]*conflicted copy[^)]*\)", re.IGNORECASE)
_IGNORED = re.compile(
    r"\.|~\$|~syncthing~|(?:desktop\.ini|thumbs\.db)$|.*(?:\.tmp|\.part|\.crdownload|\.icloud)$", re.IGNORECASE
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*#^\[\]%\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
_LONGEST = 120  # bytes of an original's name


def task_id(source_key: str) -> str:
    """The id that follows from a source key: starts with a letter and never reads as a YAML number."""
    number = int.from_bytes(hashlib.sha256(source_key.encode()).digest()[:16])
    letters: list[str] = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "t" + "".join(letters)


def slug(text: str) -> str:
    """Lower-case ASCII words joined by "-", at most 60 characters, never empty."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))
    return words[:_SLUG].strip("-") or "untitled"


def task_name(kind: str, title: str, task: str) -> str:
    """`EMAIL_opening-hours_t7k3m2q9ab.md`"""
    return f"{kind.upper()}_{slug(title)}_{task}.md"


def draft_name(action: str, title: str, task: str, generation: int) -> str:
    """`EMAIL_REPLY_opening-hours_t7k3m2q9ab.md`, from the second generation on `…-g2.md`."""
    kind = _PREFIXES.get(action, action.replace(".", "_").upper())
    return f"{kind}_{slug(title)}_{task}{f'-g{generation}' if generation > 1 else ''}.md"


_PREFIXES = {
    "email.send": "EMAIL_NEW",
    "invoice.create": "INVOICE",
    "payment.register": "PAYMENT",
    "expense.create": "EXPENSE",
    "call.place": "CALL",
    "appointment.create": "APPOINTMENT",
    "message.send": "MESSAGE",
    "document.save": "DOCUMENT",
}


def identity(name: str) -> tuple[str, int] | None:
    """(id, generation) of one of our own names, also of a copy or conflict copy of it; else None."""
    found = _OWN.fullmatch(name)
    if not found or (found["rest"] and not (numbered_twin(name) or conflict_copy(name))):
        return None
    return found["id"], int(found["generation"] or 1)


def ignored(name: str) -> bool:
    """Hidden and temporary files of editors, browsers and sync tools."""
    return _IGNORED.match(name) is not None


def conflict_copy(name: str) -> bool:
    """A second version that a sync tool put beside a file."""
    return _CONFLICT.search(name) is not None


def numbered_twin(name: str) -> bool:
    """`NAME 2.md`, `NAME (1).md`, `NAME copy.md`, `NAME - Copy.md`: what file managers call a copy."""
    return _TWIN.search(name.rpartition(".")[0] or name) is not None


def safe_file_name(name: str, taken: Collection[str] = ()) -> str:
    """The name of an original from outside, harmless and not in `taken`; letters of every language stay."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", base)).strip(" .")
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Cs", "Co", "Cn", "Cf"}) or "file"
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if stem and len(ending) <= 10 else (plain, "")
    if _RESERVED.match(plain):
        stem = f"_{stem}"
    used = {unicodedata.normalize("NFC", each).casefold() for each in taken}
    number = 1
    while True:
        mark = f"-{number}" if number > 1 else ""
        candidate = _cut(stem, _LONGEST - len((mark + ending).encode())) + mark + ending
        if candidate.casefold() not in used:
            return candidate
        number += 1


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode("utf-8", "ignore").rstrip(" .")
