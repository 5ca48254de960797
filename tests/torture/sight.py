"""What a person sees in a draft note, read in a plain way of its own, and whether an effect is what was seen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from daemon.core.proposal import Key
from tests.torture.bureau import HANDBOOK, PAPER_TEXT, Done

# What CONTRACT protects, by its words: everything an action needs beside the text.
PROTECTED = ("action", "channel", "to", "cc", "bcc", "subject", "from_account", "attachments", "amount", "currency",
             "starts", "duration", "phone", "due", "network", "url", "place", "zone")  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """One draft as its note shows it."""

    key: Key
    said: Mapping[str, Any]
    text: str

    @property
    def protected(self) -> Mapping[str, Any]:
        return {name: self.said.get(name) or None for name in PROTECTED}


def read(data: bytes) -> Seen | None:
    """None for what no person would take for a draft."""
    try:
        note = plain(data.decode("utf-8-sig"))
        _, head, body = re.split(r"^---$", note, maxsplit=2, flags=re.MULTILINE)
        said = {str(name).lower(): value for name, value in _yaml(head.replace("\t", " ")).items()}
        key = (str(said["id"]), int(said["generation"]))
        text = re.split(r"^## Draft$", body, maxsplit=1, flags=re.MULTILINE)[1]
    except (AttributeError, ValueError, KeyError, TypeError, IndexError, OverflowError, yaml.YAMLError):
        return None
    return Seen(key, said, plain(re.split(r"^## Feedback$", text, maxsplit=1, flags=re.MULTILINE)[0]))


def _yaml(head: str) -> dict[str, Any]:
    return yaml.load(head, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def plain(text: str) -> str:
    """The text as it looks: no space at the ends of lines, no empty lines around it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip(" \t") for line in lines).strip("\n")


def fits(seen: Seen, done: Done) -> bool:
    """Whether the effect is exactly what this note shows."""
    return seen.key == (done.task, done.generation) and _FITS[seen.said["action"]](seen, done)


def _mail(seen: Seen, done: Done) -> bool:
    people = [", ".join(_items(seen.said.get(name))) for name in ("to", "cc", "bcc")]
    heads = [f"{name}: {value}" for name, value in zip(("To", "Cc", "Bcc"), people, strict=True)]
    names = [item.strip("[]").rpartition("/")[2] for item in _items(seen.said.get("attachments"))]
    files = [f"{name}: {(HANDBOOK if name == 'Company_Handbook.md' else PAPER_TEXT.decode())!r}" for name in names]
    wanted = "\n".join([*heads, f"Subject: {seen.said.get('subject') or ''}", *files, "", seen.text])
    return done.way == "mail" and plain(wanted) == plain(done.what)


def _pasted(seen: Seen, done: Done) -> bool:
    path, _, text = done.what.partition("\n")
    words = [word.strip() for word in str(seen.said.get("network") or "").split(",")]
    return done.way == "file" and plain(text) == seen.text and all(word in path for word in words)


def _call(seen: Seen, done: Done) -> bool:
    _, first, text = done.what.split("\n", 2)
    return done.way == "file" and plain(text).strip() == seen.text.strip() and first.endswith(str(seen.said["phone"]))


def _entry(seen: Seen, done: Done) -> bool:
    said, unfolded = seen.said, done.what.replace("\r\n ", "").split("\r\n")
    fields = {name: _unescaped(value) for name, colon, value in (line.partition(":") for line in unfolded) if colon}
    starts = said["starts"].replace(tzinfo=ZoneInfo(said["zone"])).astimezone(UTC)
    ends = starts + timedelta(minutes=said["duration"])
    wanted = {"SUMMARY": said["subject"], "LOCATION": said.get("place") or "", "DESCRIPTION": seen.text,
              "DTSTART": f"{starts:%Y%m%dT%H%M%SZ}", "DTEND": f"{ends:%Y%m%dT%H%M%SZ}"}  # fmt: skip
    return done.way == "file" and all(_printed(fields.get(name, "")) == _printed(it) for name, it in wanted.items())


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def _printed(text: str) -> str:
    """As it gets into a calendar: a space for a control character and for what some readers take for a new line."""
    return plain(re.sub("[\x80-\x9f\u2028\u2029]", " ", text)).strip()


def _booked(seen: Seen, done: Done) -> bool:
    amount, currency = f"{seen.said['amount']:.2f}", str(seen.said["currency"])
    if done.way == "books":
        _, party, gross, money, _ = done.what.split("\n", 4)
        return (gross, money) == (amount, currency) and party in seen.text
    return f"{seen.said['amount']:,.2f}" in done.what and currency in done.what


def _items(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return [str(value)] if value else []


_FITS: Mapping[str, Callable[[Seen, Done], bool]] = {
    "email.reply": _mail, "email.send": _mail, "social.post": _pasted, "social.reply": _pasted,
    "message.send": _pasted, "document.save": _pasted, "call.place": _call, "appointment.create": _entry,
    "invoice.create": _booked, "payment.register": _booked, "expense.create": _booked,
}  # fmt: skip
