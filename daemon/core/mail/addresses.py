"""Mailboxes from a From, To, Cc or Reply-To value (RFC 5322, 3.4), in linear time.

Stricter than `email.utils`: `boss@corp <evil@x>` is evil@x, as every mail program would answer, and an entry that
can be read in two ways names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from daemon.core.mail import headers
from daemon.core.mail.values import Address

_QUOTED = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'  # one that nobody closed takes the rest: no second reading, no second pass
_COMMENTS = re.compile(rf'{_QUOTED}|[()]|[^"()]+', re.DOTALL)
_TOKENS = re.compile(rf'{_QUOTED}|<[^<>]*>|[,;:<>]|[^",;:<>]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LOCAL = r"""(?:[^\s@<>"(),:;\\\[\]\x00-\x20\x7f]{1,64}|"(?:[^"\\\x00-\x1f\x7f]|\\[ -~]){1,64}")"""
_SPEC = re.compile(_LOCAL + r"@[\w-]{1,63}(?:\.[\w-]{1,63}){0,20}")


@dataclass(frozen=True, slots=True)
class Listed:
    """`broken` counts the entries that name no mailbox."""

    mailboxes: tuple[Address, ...]
    broken: int = 0


def read(value: str) -> Listed:
    """Every mailbox of the value in order, groups taken apart."""
    entries = [_mailbox(entry) for entry in _entries(value)]
    found = tuple(mailbox for mailbox in entries if mailbox is not None)
    return Listed(found, broken=len(entries) - len(found))


def is_address(spec: str) -> bool:
    """Whether `spec` is one mailbox address, as loosely as mail from outside has to be read."""
    return _SPEC.fullmatch(spec) is not None


def _entries(value: str) -> Iterator[list[str]]:
    """The pieces of each entry; the name of a group is dropped with its colon."""
    entry: list[str] = []
    for piece in _TOKENS.findall(_without_comments(value)):
        if piece in {",", ";"}:
            yield from [entry] if "".join(entry).strip() else []
            entry = []
        elif piece == ":" and not any(_is_angle(seen) for seen in entry[-1:]):
            entry = []
        else:
            entry.append(piece)
    yield from [entry] if "".join(entry).strip() else []


def _without_comments(value: str) -> str:
    kept: list[str] = []
    depth = 0
    for piece in _COMMENTS.findall(value):
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(piece)
    return "".join(kept)


def _mailbox(entry: list[str]) -> Address | None:
    angles = [token for token in entry if _is_angle(token)]
    words = [token for token in entry if not _is_angle(token)]
    if not angles:
        return _address("", "".join(words).strip())
    if len(angles) > 1 or "".join(entry[entry.index(angles[0]) + 1 :]).strip():
        return None
    name = " ".join("".join(_unquoted(word) for word in words).split())
    return _address(headers.one_line(headers.decoded(name)), angles[0][1:-1].strip())


def _address(name: str, spec: str) -> Address | None:
    if not is_address(spec):
        return None
    local, _, domain = spec.rpartition("@")
    return Address(name, f"{local}@{domain.lower()}")


def _is_angle(token: str) -> bool:
    return len(token) > 1 and token.startswith("<")


def _unquoted(word: str) -> str:
    return _ESCAPE.sub(r"\1", word.strip('"')) if word.startswith('"') else word
