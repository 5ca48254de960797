"""Whether a message may be a trick, by what it asks for.

What such a message says of its own hurry is not believed: hurry is how people are robbed.
"""

from __future__ import annotations

from collections.abc import Iterable

from daemon.core.handbook import Handbook
from daemon.core.language import phrasebook, words
from daemon.core.language.letters import Letter
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.language.reading import HARMS

_OF_ANYBODY = ("harm_bank", "harm_password", "harm_machine")
_OF_STRANGERS = ("harm_payment", "harm_secrecy")  # what a contact may well write
_OF_BILLS = "harm_payment"  # each asks for money; that alone is no trick


def doubt(letter: Letter, handbook: Handbook, books: Iterable[Phrasebook], *, bill: bool) -> str:
    """Why it may be a trick, as `reading.HARMS` says it, or "". The person's own notes are none."""
    if letter.kind == "note" and not letter.is_mail:
        return ""
    text, listened = f"{letter.text}\n\n{letter.files}", tuple(books)
    strangers = () if handbook.knows(letter.email) else _OF_STRANGERS
    cues = (cue for cue in (*_OF_ANYBODY, *strangers) if not (bill and cue == _OF_BILLS))
    found = (cue for cue in cues if words.mentioned(text, phrasebook.every(listened, cue)))
    return HARMS.get(next(found, ""), "")
