"""Files that were never meant to be read: each kind takes a size by chance and grows where a parser is weak."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tests.attacks.hostile_files import FILES
from tests.torture.hostile_mails import MAIL
from tests.torture.hostile_packed import PACKED
from tests.torture.hostile_sizes import Bomb
from tests.torture.hostile_texts import TEXT

_OVER_THE_LIMIT = ("operators.pdf", "nested.pdf", "objects.pdf", "deep.odt", "groups.rtf", "words.rtf", "deep.xlsx")
LARGEST = 24 * 2**20  # bytes; a larger file is kept unread
ALL: Mapping[str, Bomb] = {
    **{f"{name}.eml": bomb for name, bomb in MAIL.items()},
    **{f"bomb.{ending}": bomb for ending, bomb in (*TEXT.items(), *PACKED.items())},
    **{name: lambda _, name=name: FILES[name]() for name in _OVER_THE_LIMIT},
}


def bomb(random: Random) -> tuple[str, bytes]:
    """The name and bytes of one of them."""
    name = random.choice(tuple(ALL))
    return name, ALL[name](random)[:LARGEST]
