"""How hostile files grow: a piece again and again, by chance seldom or often."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Bomb = Callable[[Random], bytes]
HEAD = (
    b"From: Eve <eve@evil.example>\nTo: me@company.example\nSubject: Hi\nMessage-ID: <1@evil.example>\n"
    b"Date: Tue, 10 Mar 2026 09:00:00 +0000\nMIME-Version: 1.0\n"
)


def size(random: Random, most: int) -> int:
    """From 1 to `most`, as often small as large."""
    return max(1, int(most ** random.uniform(0.3, 1)))


def grown(piece: bytes, most: int, *, before: bytes = b"", after: bytes = b"") -> Bomb:
    """`piece` again and again, between two ends."""
    return lambda random: before + piece * size(random, most) + after


def counted(piece: bytes, most: int, *, before: bytes = b"", after: bytes = b"") -> Bomb:
    """`piece` with the numbers from 0 on."""
    return lambda random: before + b"".join(piece.replace(b"#", b"%d" % n) for n in range(size(random, most))) + after


def any_of(*bombs: Bomb) -> Bomb:
    return lambda random: random.choice(bombs)(random)
