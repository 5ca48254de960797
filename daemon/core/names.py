"""File names: ours, those that are never looked at, those that sync tools make, and safe ones for foreign files.

The rules are CONTRACT's ("File names", "Ignored everywhere", "Conflict copies"). Names only: nothing here looks
at a folder.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from itertools import count

CARD = "ai-employee"  # `cssclasses` of our notes: the template's style hides what only programs need
MAX_SLUG = 60  # characters
MAX_NAME = 120  # bytes; file systems allow 255, sync tools with encryption 143
_MAX_READ = 4096  # characters of a name from outside, from its end
_MAX_EXTENSION = 16  # bytes; what is longer is part of the name

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without 0, 1, i, l, o: they look alike
_ID = rf"t[{_ALPHABET}]{{10}}"
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "\u0131": "i"}
)
_MARKS = re.compile("[\u0300-\u036f'\u2019]")  # accents of their letters, apostrophes
_DEVICES = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"),
    ]
)

_PREFIXES = {
    "email.reply": "EMAIL_REPLY",
    "email.send": "EMAIL_NEW",
    "social.post": "SOCIAL_POST",
    "social.reply": "SOCIAL_REPLY",
    "invoice.create": "INVOICE",
    "payment.register": "PAYMENT",
    "expense.create": "EXPENSE",
    "call.place": "CALL",
    "appointment.create": "APPOINTMENT",
    "message.send": "MESSAGE",
    "document.save": "DOCUMENT",
}

_IN_WORDS = {
    "email.reply": "answer by mail",
    "email.send": "new mail",
    "social.post": "post",
    "social.reply": "public answer",
    "invoice.create": "invoice",
    "payment.register": "record of a payment",
    "expense.create": "record of an expense",
    "call.place": "call script",
    "appointment.create": "calendar entry",
    "message.send": "message",
    "document.save": "document",
}

_IGNORED = re.compile(
    r"\.|~\$|~syncthing~|.*\.(?:tmp|part|crdownload|icloud)\Z|(?:desktop\.ini|thumbs\.db)\Z",
    re.IGNORECASE | re.DOTALL,
)
_CONFLICT = re.compile(r"\.sync-conflict-| \(.*conflicted copy.*\)", re.IGNORECASE)
# What Finder, Explorer, the file managers of Linux, browsers and phones make of the name of a copy.
_COPY_WORD = r"(?:copy|kopie|copie|kopia|copia|cópia)"
_COPY = re.compile(
    rf"(?: \d{{1,3}}| ?\(\d{{1,3}}\)| ?\((?:[^() ]+ )?{_COPY_WORD}(?: \d+)?\)|(?: -)? {_COPY_WORD})+\Z", re.IGNORECASE
)
_OURS = re.compile(
    rf"(?P<copy>copy of )?[a-z_]+_[a-z0-9-]+_(?P<id>{_ID})(?:-g(?P<generation>[1-9]\d{{1,3}}|[2-9]))?(?P<rest>.*)\.md",
    re.IGNORECASE | re.DOTALL,
)

_BESIDE = re.compile(r"-[1-9]\d{0,2}")  # our own, where the name was taken: see `Vault.create_beside`

# Reserved on Windows, or with a meaning in Obsidian's links and comments.
_RESERVED = re.compile(r'[<>:"|?*#^\[\]%]+')
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))


def task_id(source_key: str) -> str:
    """The id of the task for `source_key`: `t` and ten letters or digits, the same for the same key."""
    number = int.from_bytes(hashlib.sha256(source_key.encode("utf-8", "surrogatepass")).digest()[:8])
    return "t" + "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(10))


def is_task_id(text: str) -> bool:
    """Whether `text` could be what `task_id` returns. Ids become parts of paths and of effects' keys."""
    return re.fullmatch(_ID, text) is not None


def slug(text: str) -> str:
    """`text` as lower-case ASCII words with hyphens, at most 60 characters, "untitled" when none are left."""
    letters = unicodedata.normalize("NFKD", text[: 20 * MAX_SLUG]).lower().translate(_LETTERS)
    words = "-".join(re.findall("[a-z0-9]+", _MARKS.sub("", letters)))
    if len(words) > MAX_SLUG:
        words = words[: MAX_SLUG + 1].rpartition("-")[0] or words[:MAX_SLUG]
    return f"{words}-note" if words in _DEVICES else words or "untitled"


def task_name(kind: str, title: str, task: str) -> str:
    """The file name of the note of task `task`, `EMAIL_offer-for-a-fence_t….md`."""
    return f"{_prefix(kind)}_{slug(title)}_{task}.md"


def draft_name(action: str, title: str, task: str, generation: int = 1) -> str:
    """The file name of a draft, `EMAIL_REPLY_offer-for-a-fence_t….md`; from generation 2 on with `-g2`."""
    later = f"-g{generation}" if generation > 1 else ""
    return f"{_PREFIXES.get(action) or _prefix(action)}_{slug(title)}_{task}{later}.md"


def in_words(action: str) -> str:
    """What an action makes, as a person calls it; an unknown one keeps its name."""
    return _IN_WORDS.get(action, action)


def identity(name: str) -> tuple[str, int] | None:
    """Id and generation that one of our own names says, also that of a copy of the file; None for other names.

    A guess only: the truth is in the note.
    """
    found = _ours(name)
    return (found["id"].lower(), int(found["generation"] or 1)) if found else None


def ignored(name: str) -> bool:
    """True for a file or folder that is never looked at: hidden, unfinished, or a system's own."""
    return _IGNORED.match(name) is not None


def conflict_copy(name: str) -> bool:
    """True for what a sync tool makes when a file was changed in two places.

    Each tool has words of its own (OneDrive the name of the computer): so whatever stands behind one of our names.
    """
    found = _OURS.fullmatch(unicodedata.normalize("NFC", name))
    rest = found["rest"] if found else ""
    added = bool(rest and not _COPY.fullmatch(rest) and not _BESIDE.fullmatch(rest))
    return added or _CONFLICT.search(name) is not None


def numbered_twin(name: str) -> bool:
    """True for a copy made by hand: `NAME 2.md`, `NAME (1).md`, `NAME - Copy.md`, `Copy of NAME.md`.

    In a name that is not ours a number may be ordinary: `Chapter 2.md`.
    """
    found = _ours(name)
    if found:
        return bool(found["copy"] or (found["rest"] and not conflict_copy(name)))
    copy = _COPY.search(_stem(unicodedata.normalize("NFC", name)))
    return copy is not None and copy.start() > 0


def safe_file_name(name: str, taken: Collection[str] = ()) -> str:
    """A name from outside as one that is harmless everywhere and unlike all of `taken`, case aside.

    A harmless name stays as it is, with its umlauts, emoji and spaces (NFC). Folders, invisible characters,
    leading dots and what is reserved on some system go; at most 120 bytes, the extension kept.
    """
    parts = [part for part in re.split(r"[/\\]", name[-_MAX_READ:]) if part.strip(" .")]
    plain = _RESERVED.sub("_", "".join(map(_printable, unicodedata.normalize("NFC", parts[-1] if parts else ""))))
    safe = _undeceiving(" ".join(plain.split()).lstrip(" .~").rstrip(" ."))
    extension = _extension(safe)
    stem = safe.removesuffix(extension)
    used = {_folded(each) for each in taken}
    candidates = (_fitted(stem, f"-{n}{extension}" if n > 1 else extension) for n in count(1))
    return next(candidate for candidate in candidates if _folded(candidate) not in used)


def _ours(name: str) -> re.Match[str] | None:
    found = _OURS.fullmatch(unicodedata.normalize("NFC", name))
    rest = found["rest"] if found else ""
    return found if not rest or _COPY.fullmatch(rest) or _CONFLICT.match(rest) else None


def _prefix(kind: str) -> str:
    return slug(kind).replace("-", "_").upper()


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _printable(char: str) -> str:
    category = unicodedata.category(char)
    if category.startswith("Z"):
        return " "
    return "" if category.startswith("C") or char in _BLANK else char


def _undeceiving(name: str) -> str:
    """A name that no system takes for a device and no scan leaves out."""
    if name.partition(".")[0].rstrip().lower() in _DEVICES:
        name = f"_{name}"
    return f"{name}.bin" if ignored(name) else name or "file"


def _extension(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    short = 0 < len(extension.encode()) <= _MAX_EXTENSION and " " not in extension
    return dot + extension if stem and short else ""


def _fitted(stem: str, ending: str) -> str:
    room = MAX_NAME - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + ending


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
