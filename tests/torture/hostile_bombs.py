"""Files that were never meant to be read: each kind takes a size by chance and grows where a parser is weak."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.torture.hostile_mails import MAIL
from tests.torture.hostile_packed import PACKED
from tests.torture.hostile_sizes import Bomb
from tests.torture.hostile_texts import TEXT

LARGEST = 24 * 2**20  # bytes; a larger file is kept unread
ALL: Mapping[str, Bomb] = {
    **{f"{name}.eml": bomb for name, bomb in MAIL.items()},
    **{f"bomb.{ending}": bomb for ending, bomb in (*TEXT.items(), *PACKED.items())},
}


def bomb(random: Random) -> tuple[str, bytes]:
    """The name and bytes of one of them."""
    name = random.choice(tuple(ALL))
    return name, ALL[name](random)[:LARGEST]
