"""How a letter begins: a salutation is no title, and what has one was written to somebody."""

from __future__ import annotations

import re
from itertools import islice

from daemon.core.language import signature, words

_LONGEST = 100  # characters of a line that may be one
_MOST_WORDS = 9
_HEAD = 30  # lines above it: who writes, to whom, when, about what
_SUBJECT = 3  # words
_NO_SUBJECT = re.compile(r"^\d|(?:19|20)\d\d$|@|https?:")  # a place, a day, an address
_WHOLE = frozenset(  # alone on their line, without any mark behind them
    "sehr geehrte damen und herren|dear sir or madam|dear sirs|dear sir|dear madam|to whom it may concern|"
    "madame, monsieur|mesdames, messieurs|messieurs|estimados señores|muy señores míos|a quien corresponda|"
    "gentili signori|egregi signori|a chi di competenza|spettabile ditta|exmos. senhores|exmo. senhor|exma. senhora|"
    "a quem possa interessar|geachte heer of mevrouw|geachte heer, mevrouw|geachte heer/mevrouw|l.s.".split("|")
)
_BEGIN = re.compile(
    r"(?:dear|hello|hi|good (?:morning|afternoon|evening)|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|"
    r"liebe[rs]?|hallo|ch[eè]re?s?|bonjour|bonsoir|madame|monsieur|mesdames|messieurs|estimad[oa]s?|querid[oa]s?|apreciad[oa]s?|"
    r"muy señor\w*|hola|buen[oa]s (?:días|tardes|noches)|gentil[ei]|egregi[oa]?|spett(?:abil[ei]|\.le)|car[oaie]s?|"
    r"buongiorno|buonasera|ciao|exm[oa]s?\.?|prezad[oa]s?|olá|bom dia|boa (?:tarde|noite)|geachte|beste|lieve|"
    r"goede(?:morgen|middag|navond|ndag)|hoi)(?!\w)"
)


def is_salutation(line: str) -> bool:
    """Whether a line only greets: "Dear Anna,", "Sehr geehrte Damen und Herren"."""
    said = words.fold(line[: _LONGEST + 1].strip())
    if len(said) > _LONGEST or len(said.split()) > _MOST_WORDS:
        return False
    return said.rstrip(",:!.;") in _WHOLE or (said[-1:] in {",", ":", "!"} and _BEGIN.match(said) is not None)


def is_letter(text: str) -> bool:
    """Whether it begins with a salutation, or has one below its head and a closing at its end."""
    return _parts(text) is not None


def body(text: str) -> str:
    """What a letter says: its subject, and what stands between salutation and closing. Of another text all of it."""
    found = _parts(text)
    if found is None:
        return text
    lines, first, end = found
    above = next((line for line in reversed(lines[:first]) if line), "")
    subject = above if len(above.split()) >= _SUBJECT and not _NO_SUBJECT.search(above) else ""
    said = "\n".join(lines[first + 1 : end]).strip()
    return "\n\n".join(filter(None, (subject, said)))


def _parts(text: str) -> tuple[list[str], int, int] | None:
    """The lines of a letter, and where its salutation and its closing stand; None for another text."""
    lines = [line.strip() for line in text.splitlines()]
    head = islice((number for number, line in enumerate(lines) if line), _HEAD)
    first = next((number for number in head if is_salutation(lines[number])), None)
    if first is None:
        return None
    closings = (number for number in range(len(lines) - 1, first, -1) if signature.is_closing(lines[number]))
    end = next(closings, None)
    return (lines, first, end or len(lines)) if end or not any(lines[:first]) else None
