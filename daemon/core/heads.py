"""Signed heads of the audit record, and their copy in the vault.

A head says: up to this entry the record was so. Whoever changes an older entry, cuts the record, or puts an older
database in its place cannot make a head that says otherwise without the key. HMAC-SHA256 and not Ed25519: the person
who checks is the one who signs, on the same computer, so that a public key would protect nothing more, and this
needs nothing but Python.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

PATH = "Audit/Signed heads.md"  # an ordinary note: Obsidian Sync skips hidden folders, and files that are no notes
LARGEST = 64 * 2**20  # bytes of the copy; a line has 200
_TOP = """---
type: audit-heads
---
What AI Employee did is recorded outside this vault, and the record is signed from time to time. Each line here says up
to which entry it was so. Keep this note, and change nothing in it: `employee audit verify` compares.

| Entry | Signed | Record of | Head | Signature |
| ---: | --- | --- | --- | --- |
"""
_ROW = re.compile(
    r"\|\s*(\d{1,15})\s*\|\s*(\S{1,40})\s*\|\s*(\S{1,40})\s*\|\s*([0-9a-f]{64})\s*\|\s*([0-9a-f]{64})\s*\|"
)


@dataclass(frozen=True, slots=True)
class Head:
    seq: int  # of the newest entry it covers
    at: str  # when it was signed: UTC, ISO 8601
    instance: str  # whose record it is
    hash: str  # of that entry, and through the chain of all before it
    signature: str = ""

    def signed(self, key: bytes) -> Head:
        """The same with its signature."""
        return replace(self, signature=self._seal(key))

    def genuine(self, key: bytes) -> bool:
        """Whether it was signed with this key."""
        return hmac.compare_digest(self._seal(key), self.signature)

    def _seal(self, key: bytes) -> str:
        said = f"AI Employee audit head 1\n{self.seq}\n{self.at}\n{self.instance}\n{self.hash}"
        return hmac.new(key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    @property
    def line(self) -> str:
        return f"| {self.seq} | {self.at} | {self.instance} | {self.hash} | {self.signature} |\n"


@dataclass(frozen=True, slots=True)
class Copy:
    """What the note in the vault holds. `damaged`: the numbers of lines that were heads and cannot be read."""

    heads: tuple[Head, ...] = ()
    damaged: tuple[int, ...] = ()

    def of(self, instance: str) -> list[Head]:
        return [head for head in self.heads if head.instance == instance]


def page(heads: Iterable[Head]) -> bytes:
    """A new note with these heads."""
    return (_TOP + "".join(head.line for head in heads)).encode()


def extended(data: bytes, heads: Iterable[Head]) -> bytes:
    """The note with these heads at its end; what stands there stays, byte for byte."""
    gap = b"" if data.endswith(b"\n") else b"\n"
    return data + gap + "".join(head.line for head in heads).encode()


def ours(data: bytes) -> bool:
    """Whether a note of this name is the one that `page` made."""
    return b"\ntype: audit-heads" in data[:2000].replace(b"\r", b"")


def read(data: bytes) -> Copy:
    """The note, also when an editor lined its table up."""
    found, damaged = list[Head](), list[int]()
    for number, line in _rows(data.decode("utf-8", "replace")):
        row = _ROW.fullmatch(line)
        if row:
            found.append(Head(int(row[1]), row[2], row[3], row[4], row[5]))
        else:
            damaged.append(number)
    return Copy(tuple(found), tuple(damaged))


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """Below the table's heading, with the number of the line; what is no table line is a remark of the person's."""
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        said = line.strip()
        if begun and said.startswith("|"):
            yield number, said
        begun = begun or re.fullmatch(r"[|\s:-]{9,}", said) is not None
