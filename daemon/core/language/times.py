"""Times of day and lengths of time that a text names, in every language of `clocks`.

The same words mean different times: "halb vier" is half past three, "half four" half past four; figures after
"half" are read in the language of the text. What could be the morning or the afternoon says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import chain

from daemon.core.language import dates
from daemon.core.language.clocks import CLOCKS, Clock

_DAY = 24 * 60
_NOON = 12 * 60
_EARLY = 7 * 60  # before that nobody meets: "at three" is the afternoon, and the person is told
_LONGEST = 12 * 60  # minutes; what is longer is no meeting: "within 24 hours"
_LOOK_BACK, _LOOK_AHEAD = 40, 24


@dataclass(frozen=True, slots=True)
class Spell:
    """One time in a text, perhaps with its end. Minutes from midnight; `quote` is the writer's wording."""

    minute: int
    quote: str
    start: int  # where it stands in the text
    end: int
    until: int | None = None  # minutes from midnight, or None
    assumed: bool = False  # "at three" was taken for the afternoon

    @property
    def length(self) -> timedelta | None:
        return None if self.until is None else timedelta(minutes=(self.until - self.minute) % _DAY)


def find(text: str, language: str = "en") -> tuple[Spell, ...]:
    """Every time of day, in the order of the text. A range is one of them: "10 to 11:30"."""
    spells = _apart([*_written(text), *_spoken(text, language)])
    placed = [_in_its_half(spell, text) for spell in spells]
    return tuple(_joined(text, placed))


def length(text: str) -> tuple[timedelta, str] | None:
    """The first length of time that a meeting can have, and the words for it."""
    for found in _lengths().finditer(text):
        before = text[max(0, found.start() - _LOOK_BACK) : found.start()]
        after = text[found.end() : found.end() + _LOOK_AHEAD]
        minutes = _minutes(found)
        if 0 < minutes <= _LONGEST and not _no_length_before().search(before) and not _no_length_after().match(after):
            return timedelta(minutes=minutes), " ".join(found[0].split())
    return None


# --- figures ---------------------------------------------------------------------------------------------

_DAYS_OF_AM = r"\d{1,2}\.|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"  # German "um 3 am Montag"
_AM_PM = rf"(?P<half>[ap])\.?\s?m\b\.?(?!\s+(?:{_DAYS_OF_AM}))"
_GERMAN_MONTHS = "jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez"  # "ab 5. Dezember" is a day
_ALONE = r"(?<![\w.,:/+])(?<!\d{4}-\d\d-)"  # not inside a date, a price or a number
_DAYS = "today|tomorrow|heute|morgen|demain|aujourd'hui|hoy|mañana|oggi|domani|hoje|amanhã|vandaag"
_TAIL = (  # what may follow a bare hour: "at 3 on Friday", never "at 3 Church Lane" or "à 5 personnes"
    r"(?=\s*(?:$|[.,;:!?)\n\u2013-]|(?:on|in|am|for|and|or|until|till|to|bis|und|oder|für|mit|with|le|el|il|no|na|op|"
    r"pour|para|per|voor|con|com|met|avec|et|y|e|en|tomorrow|today|morgen|heute|demain|hoy|domani|amanhã|hoje|oggi|"
    r"mañana|sharp|then|dann|alors|entonces|allora|in|im|at|chez|bei|bij|da|de|di|del|della|do|du|utc|gmt|ce?s?t|me?s?z|bst|[ep]d?s?t|abends|morgens|"
    r"nachmittags|vormittags|früh)\b))"
)


def _any(expressions: Iterable[str]) -> str:
    """An expression for any of these, longest first, however many spaces they hold."""
    return "|".join(each.replace(" ", r"\s+") for each in sorted(expressions, key=len, reverse=True))


def _words(choose: Iterable[Iterable[str]]) -> str:
    terms = sorted({term for words in choose for term in words}, key=len, reverse=True)
    return "|".join(re.escape(term).replace(r"\ ", r"\s+").replace("'", "['\u2019]") for term in terms)


@cache
def _figures() -> tuple[re.Pattern[str], ...]:
    """The ways to write a time in figures; each has `hour`, perhaps `minute` and `half`."""
    at = _words(clock.at for clock in CLOCKS.values())
    oclock = r"uhr|uur|o['\u2019]clock"
    after = _words(clock.after_length for clock in CLOCKS.values())
    hour, minute = r"(?P<hour>[01]?\d|2[0-4])", r"(?P<minute>[0-5]\d)"
    spellings = (
        rf"{_ALONE}{hour}(?::|\s?h\s?){minute}(?:\s?{_AM_PM}|\s?(?:{oclock}|h)\b)?(?![\w:]|[.,/]\d)",
        rf"{_ALONE}{hour}\.{minute}\s?(?:{_AM_PM}|(?:{oclock}|h)\b)",
        rf"(?<!\w)(?:{at})\s+{hour}\.{minute}(?![\w.,/]\w|\s?(?:€|eur|%|kg|km|usd|\$))",
        rf"{_ALONE}{hour}\s?{_AM_PM}",
        rf"{_ALONE}{hour}\s?(?:{oclock})\b(?:\s{minute}\b)?",
        rf"(?<!\w)(?:{at})\s+{hour}\s?(?:h|hs|horas?|heures?|ore|u)\b",
        rf"{_ALONE}{hour}(?::{minute})?\s?-?ish\b",
        rf"(?<!\w)(?:{dates.WEEKDAYS}|{_DAYS}),?\s+{hour}\.(?P<minute>00|1[3-9]|[2-5]\d)(?![\w.,/]\w|\s?(?:€|eur|%|kg|km|usd|\$))",
        rf"(?<![-\u2013]){_ALONE}(?P<hour>0?[89]|1\d|2[0-3])\s?h\b(?!\s*[\d+]|\s+(?:{after})\b)",
        rf"(?<!\w)(?:{at})\s+{hour}(?!\d|[.:/]\s?\d|[%/\u2019'-]|\s\d|\.\s(?:{_GERMAN_MONTHS})){_TAIL}",
    )
    return tuple(re.compile(spelling, re.IGNORECASE) for spelling in spellings)


def _written(text: str) -> Iterator[Spell]:
    for pattern in _figures():
        for found in pattern.finditer(text):
            groups = found.groupdict()
            start = found.start("hour")
            if found[0].endswith("h") and _distance().search(text, max(0, start - _LOOK_BACK), start):
                continue  # "within 24 h"
            if spell := _of_figures(groups, text, start, found.end()):
                yield spell


def _of_figures(groups: dict[str, str | None], text: str, start: int, end: int) -> Spell | None:
    hour, minute, half = int(groups["hour"] or 0), int(groups.get("minute") or 0), (groups.get("half") or "").lower()
    if half and not 0 < hour <= 12:  # noqa: PLR2004 - hours of a clock face
        half = ""
    total = (hour % 12 + (12 if half == "p" else 0)) * 60 + minute if half else hour * 60 + minute
    sure = bool(half) or (groups["hour"] or "").startswith("0") or hour >= 12  # noqa: PLR2004
    quote = " ".join(text[start:end].split())
    return Spell(total, quote, start, end, assumed=not sure) if total < _DAY else None


# --- words -----------------------------------------------------------------------------------------------


@cache
def _forms(language: str) -> tuple[tuple[re.Pattern[str], int, Clock], ...]:
    """Each language's own words for the hour; an hour in figures only in the language of the text."""
    made: list[tuple[re.Pattern[str], int, Clock]] = []
    for code, clock in CLOCKS.items():
        hours = "|".join([*clock.hours, *clock.more_hours])
        figures = r"|1[0-2]|[1-9]" if code == language else ""
        for form, minutes in clock.forms.items():
            wide = form.replace(" ", r"\s+").replace("'", "['\u2019]")
            bare = _TAIL if minutes == 0 and form.endswith("{n}") else ""
            said = wide.replace("{n}", rf"(?P<hour>{hours}{figures if minutes else ''})")
            made.append((re.compile(rf"(?<!\w){said}(?!\w|[:.]\d){bare}", re.IGNORECASE), minutes, clock))
    return tuple(made)


def _spoken(text: str, language: str) -> Iterator[Spell]:
    for pattern, minutes, clock in _forms(language):
        for found in pattern.finditer(text):
            hour = found["hour"].lower()
            number = int(hour) if hour.isdigit() else _number(hour, clock)
            quote = " ".join(found[0].split())
            yield Spell((number * 60 + minutes) % _DAY, quote, found.start(), found.end(), assumed=True)
    for found in _fixed().finditer(text):
        minute = next(m for phrase, m in _noons().items() if re.fullmatch(phrase, _plain(found[0])))
        yield Spell(minute, " ".join(found[0].split()), found.start(), found.end())


def _number(word: str, clock: Clock) -> int:
    return clock.hours.index(word) + 1 if word in clock.hours else clock.more_hours[word]


@cache
def _noons() -> dict[str, int]:
    return {phrase: minute for clock in CLOCKS.values() for phrase, minute in clock.fixed.items()}


@cache
def _fixed() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{_any(_noons())})(?!\w)", re.IGNORECASE)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\u2019", "'").split())


# --- morning or afternoon, beginning and end -------------------------------------------------------------


def _apart(spells: Iterable[Spell]) -> list[Spell]:
    """Without those inside a longer one."""
    kept: list[Spell] = []
    for spell in sorted(spells, key=lambda s: (s.start, -s.end)):
        if not kept or spell.start >= kept[-1].end:
            kept.append(spell)
        elif spell.end > kept[-1].end:
            kept[-1] = spell
    return kept


@cache
def _halves() -> tuple[re.Pattern[str], re.Pattern[str]]:
    morning, later = (
        re.compile(rf"(?<!\w)(?:{_words(words)})(?!\w)", re.IGNORECASE)
        for words in ((c.morning for c in CLOCKS.values()), (c.later for c in CLOCKS.values()))
    )
    return morning, later


def _in_its_half(spell: Spell, text: str) -> Spell:
    """Put "at three" into the afternoon, whatever is said beside it; the person is told when nothing is."""
    if not spell.assumed or spell.minute >= _NOON:
        return replace(spell, assumed=False)
    near = text[max(0, spell.start - _LOOK_AHEAD) : spell.end + _LOOK_AHEAD].split("\n")
    beside = next((line for line in near if spell.quote.split()[0] in line), near[0])
    morning, later = (pattern.search(beside) for pattern in _halves())
    if later and not morning:
        return replace(spell, minute=spell.minute + _NOON, assumed=False)
    if morning or spell.minute >= _EARLY:
        return replace(spell, assumed=False)
    return replace(spell, minute=spell.minute + _NOON)


@cache
def _between() -> re.Pattern[str]:
    to = _words(clock.to for clock in CLOCKS.values())
    return re.compile(rf"(?:\s?(?:uhr|uur|h))?\s*(?:[-\u2013\u2014]|(?<!\w)(?:{to})(?!\w))\s*", re.IGNORECASE)


_BETWEEN = re.compile(r"\b(?:between|zwischen|entre|tra|fra|tussen)\s+(?:las?\s|le\s|as\s)?$", re.IGNORECASE)
_BOTH = re.compile(r"(?:\s?(?:uhr|uur|h))?\s+(?:and|und|et|y|e|en)(?:\s+(?:las?|le|as))?\s+", re.IGNORECASE)


def _is_range(text: str, first: Spell, last: Spell) -> bool:
    """Whether it is "9 to 10" or "between 9 and 10", and not "at 9 and 10"."""
    if _between().fullmatch(text, first.end, max(first.end, last.start)):
        return True
    said = _BETWEEN.search(text, max(0, first.start - _LOOK_BACK), first.start)
    return bool(said and _BOTH.fullmatch(text, first.end, max(first.end, last.start)))


@cache
def _begun() -> re.Pattern[str]:
    """A bare hour right before a time: the beginning of a range whose end says more."""
    to = _words(clock.to for clock in CLOCKS.values())
    return re.compile(
        rf"{_ALONE}([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?(?:\s?(?:uhr|uur|h))?"
        rf"\s*(?:[-\u2013\u2014]|(?<!\w)(?:{to})(?!\w)|(?P<both>(?<=\d\s)(?:and|und|et|y|e|en)(?!\w)))\s*$",
        re.IGNORECASE,
    )


def _joined(text: str, spells: list[Spell]) -> Iterator[Spell]:
    rest = list(spells)
    while rest:
        spell = rest.pop(0)
        if rest and _is_range(text, spell, rest[0]):
            last = rest.pop(0)
            yield _range(text, spell.minute, spell.start, last)
        elif begun := _bare_start(text, spell):
            yield _range(text, int(begun[1]) * 60 + int(begun[2] or 0), begun.start(), spell)
        else:
            yield spell


@cache
def _day_before() -> re.Pattern[str]:
    """What makes a number a day: "el martes 1 a las 9:30"."""
    return re.compile(rf"\b(?:{dates.WEEKDAYS}|el|le|il|giorno|dia|día|the|den|op)\s+$", re.IGNORECASE)


def _bare_start(text: str, last: Spell) -> re.Match[str] | None:
    begun = _begun().search(text, max(0, last.start - _LOOK_BACK), last.start)
    if begun and _day_before().search(text, max(0, begun.start() - 20), begun.start()):
        return None
    if begun and begun["both"] and not _BETWEEN.search(text, max(0, begun.start() - _LOOK_BACK), begun.start()):
        return None
    return begun


def _range(text: str, first: int, start: int, last: Spell) -> Spell:
    """Join both ends: "2-3 pm" begins in the afternoon, "11-1 pm" before noon."""
    if first < _NOON <= last.minute and first + _NOON < last.minute:
        first += _NOON
    quote = " ".join(text[start : last.end].split())
    return Spell(first, quote, start, last.end, until=last.minute, assumed=last.assumed)


# --- lengths ---------------------------------------------------------------------------------------------


@cache
def _whole_lengths() -> dict[str, int]:
    return {phrase: minutes for clock in CLOCKS.values() for phrase, minutes in clock.lengths.items()}


@cache
def _numbers() -> dict[str, int]:
    listed = ((word, n) for clock in CLOCKS.values() for n, word in enumerate(clock.hours, start=1))
    return dict(chain(listed, (pair for clock in CLOCKS.values() for pair in clock.more_hours.items())))


@cache
def _lengths() -> re.Pattern[str]:
    numbers = "|".join(sorted(_numbers(), key=len, reverse=True))
    hour = "|".join(clock.hour for clock in CLOCKS.values())
    minute = "|".join(clock.minute for clock in CLOCKS.values())
    return re.compile(
        rf"(?<!\w)(?:(?P<whole>{_words([_whole_lengths()])})"
        rf"|(?P<hours>\d{{1,2}}(?:[.,]5)?|{numbers})[\s-]?(?:{hour})(?:\s?(?:and|und|et|y|e|en)?\s?(?P<more>[1-5]\d))?"
        rf"|(?P<minutes>\d{{1,3}})[\s-]?(?:{minute}))(?!\w)",
        re.IGNORECASE,
    )


def _minutes(found: re.Match[str]) -> int:
    if found["whole"]:
        return _whole_lengths().get(_plain(found["whole"]), 0)
    if found["minutes"]:
        return int(found["minutes"])
    said = found["hours"].lower().replace(",", ".")
    hours = float(said) if said[0].isdigit() else _numbers()[said]
    return int(hours * 60) + int(found["more"] or 0)


@cache
def _no_length_before() -> re.Pattern[str]:
    terms = _words([*(c.not_length for c in CLOCKS.values()), *(c.at for c in CLOCKS.values() if c is CLOCKS["nl"])])
    return re.compile(rf"(?<!\w)(?:{terms})\s+(?:the\s+next\s+)?$", re.IGNORECASE)


@cache
def _distance() -> re.Pattern[str]:
    """What makes "12 h" a distance, and is never said before a time of day."""
    at = {word for clock in CLOCKS.values() for word in clock.at}
    terms = _words([{word for clock in CLOCKS.values() for word in clock.not_length} - at])
    return re.compile(rf"(?<!\w)(?:{terms})\s+(?:the\s+next\s+)?$", re.IGNORECASE)


@cache
def _no_length_after() -> re.Pattern[str]:
    return re.compile(rf"\s+(?:{_words(c.after_length for c in CLOCKS.values())})(?!\w)", re.IGNORECASE)
