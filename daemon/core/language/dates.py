"""Dates that a text names, in every language of `calendars`. What reads two ways says so, what is vague is left out.

Plain rules instead of a library: the well-kept ones take 200 ms to import and see a date in any two numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import chain

from daemon.core.language.calendars import CALENDARS, Calendar

_PAST = timedelta(days=90)  # "5 November" without a year is this year's until three months after


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text. `quote` is the sender's wording, at most 60 characters."""

    day: date
    quote: str
    deadline: bool  # "by", "until", "bis" … stands before it
    other: date | None = None  # the second reading of 3/4/2026
    rough: bool = False  # counted from today: "in 90 days"
    at: int = field(default=0, compare=False)  # where it stands in the text


def find(text: str, today: date, language: str = "en") -> tuple[Mention, ...]:
    """Every date that `text` names, in its order, each day once. `today`: the day the text was written.

    The words of all languages count. `language` tells which way 3/4/2026 reads: in English it may be both.
    """
    found: dict[date, Mention] = {}
    for mention in every(text, today, language):
        found.setdefault(mention.day, mention)
    return tuple(found.values())


def every(text: str, today: date, language: str = "en") -> Iterator[Mention]:
    """The same, each day as often as it is named: as a deadline here, as the day of a meeting there."""
    matches = ((match, read) for pattern, read in _readers(language) for match in pattern.finditer(text))
    end = 0
    for match, read in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
        if match.start() < end or not (days := read(match, today)):
            continue
        end = match.end()
        day, *others = days
        quote = " ".join(match[0].split())[:60]
        other = others[0] if others else None
        yield Mention(day, quote, _is_deadline(text, match), other, rough=read is _counted, at=match.start())


def due(text: str, today: date) -> Mention | None:
    """The earliest day, not before `today`, that the text names as a deadline and that reads one way only."""
    open_days = (m for m in find(text, today) if m.deadline and m.day >= today and not m.other)
    return min(open_days, key=lambda m: m.day, default=None)


def spell(day: date, language: str, today: date) -> str:
    """The day in words: "Friday, 27 November"; with the year when it is not this year's."""
    own = CALENDARS[language]
    month, weekday = own.months[day.month - 1], own.weekdays[day.weekday()]
    number = "1er" if language == "fr" and day.day == 1 else day.day
    of = " de" if language in _YEAR_WITH_DE else ""
    year = f"{of} {day.year}" if day.year != today.year else ""
    return own.form.format(weekday=weekday, day=number, month=month, year=year)


# --- how each form is written, and how it is read: to no, one or two days ---------------------------------

_Days = tuple[date, ...]


def _every(words: Callable[[Calendar], Iterable[str]]) -> tuple[str, ...]:
    """The words of one kind in all languages, longest first."""
    return tuple(sorted(set(chain.from_iterable(map(words, CALENDARS.values()))), key=len, reverse=True))


def _any(words: Iterable[str]) -> str:
    """An expression for any of these words, however many spaces they hold."""
    return "|".join(word.replace(" ", r"\s+") for word in sorted(words, key=len, reverse=True))


def _bare(word: str) -> str:
    """Without accents, as many people type."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _table(
    names: Callable[[Calendar], tuple[str, ...]], more: Callable[[Calendar], Mapping[str, int]]
) -> dict[str, int]:
    """Every name in all languages, with and without its accents, to its number from 0."""
    listed = [(name.lower(), n) for own in CALENDARS.values() for n, name in enumerate(names(own))]
    listed += [(name, n) for own in CALENDARS.values() for name, n in more(own).items()]
    return dict(chain(((_bare(name), n) for name, n in listed), listed))


_MONTH = _table(lambda c: c.months, lambda c: {name: n - 1 for name, n in c.more_months.items()})
_MONTHS = _any(_MONTH)
WEEKDAY = _table(lambda c: c.weekdays, lambda c: c.more_days)
WEEKDAYS = _any(WEEKDAY)
_NEAR = {word: n for own in CALENDARS.values() for word, n in own.near.items()}
_COUNTS = {word: n for own in CALENDARS.values() for word, n in own.count.items()}
_WEEKS = re.compile(_any(_every(lambda c: (c.weeks,))), re.IGNORECASE)
_COUNTED = "|".join(  # each language with its own words: "over two weeks" is no day in English, in Dutch it is
    rf"(?:{c.ahead}(\d{{1,3}}|{_any(c.count)})\s+({c.days}|{c.weeks}))" for c in CALENDARS.values()
)
_CUE = rf"\b(?:{_any(_every(lambda c: c.before))}|{WEEKDAYS}),?\s+$"
_BEFORE = r"(?<![\w.,/:-])"
_AFTER = r"(?![.,/-]?\w)"
_TH = r"(?:st|nd|rd|th|er|ste|de|e|\.?[º°]|\.)?"
_OF = r"(?:(?:of|de|del|di)\s+)?"
_DOT = r"(?:\.(?=,?\s*\d{4}))?"  # "5 Dec. 2026", not the end of a sentence
_NO_DATE = (  # "Friday, 5 December" is read as the date, "Friday 15:00" as the weekday
    rf"(?!,?\s+(?:(?:the|den|dem|le|el|il|dia|día|de)\s+)?(?:\d{{1,2}}(?:\.\s?\d|[/-]\d|{_TH}\s+{_OF}(?:{_MONTHS})\b)"
    rf"|\d{{4}}-|(?:{_MONTHS})\.?\s+\d))"
)
_YEAR = r"(?:,?\s+(?:del?\s+)?(\d{4}))?(?!\d)"
_YEAR_WITH_DE = ("es", "pt")
_NEXT = _any(_every(lambda c: c.following))
_RANGE = (
    rf"(?:(?:from|von|du|de|dal|van)\s+)?(?:{WEEKDAYS})\s+(?:to|through|bis|au|a|al|tot|tot\s+en\s+met|t/m|-|\u2013)"
)
_OTHER = rf"{_RANGE}|{_any(_every(lambda c: c.not_coming))}"  # "Monday to Friday" is no day to come
_PASSED = _any(_every(lambda c: c.past))
_WEEK_AFTER = _any(_every(lambda c: c.week_after))
_WHICH = rf"(?:\b(?:({_NEXT})|({_OTHER}))\s+)?"
_THINGS = (  # "October   8 hours" counts hours; two prices behind a number are a row of a table
    r"(?!,\d{1,2}(?!\d)|\s*(?:%|€|\$|£)|\s+(?:x|hours?|hrs?|h|std|stunden?|heures?|horas?|or[ae]|uur|uren|u|min|minut\w*"
    r"|days?|tagen?|tage|jours?|d[ií]as?|giorni|dagen|weeks?|wochen?|semaines?|semanas?|settimane|weken|months?|pcs|pieces?"
    r"|units?|st|stk|stück|stuks?|pièces?|unidades?|pezzi|peças|kg|km|litres?|liter|eur|euros?|usd|gbp|chf)(?!\w)"
    r"|\s+\d{1,6}[.,]\d\d\s+(?:€|eur\s)?\s?\d)"
)


def _iso(match: re.Match[str], _today: date) -> _Days:
    return _real(int(match[1]), int(match[2]), int(match[3]))


def _dotted(match: re.Match[str], today: date) -> _Days:
    return _dated(int(match[1]), int(match[2]), match[3], today)


_CLOCK = r",?\s(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?\s?(?:uhr\b|h\b|(?<=:\d\d))"  # "26.11. 16 Uhr" is no year 2016


def _before_a_clock(match: re.Match[str], today: date) -> _Days:
    return _dated(int(match[1]), int(match[2]), None, today)


def _yearless(match: re.Match[str], today: date) -> _Days:
    """Two numbers without a year are a date only after a word that says so."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    return _dated(int(match[1]), int(match[2]), None, today) if re.search(_CUE, before, re.IGNORECASE) else ()


def _slashed(match: re.Match[str], today: date) -> _Days:
    """Day first, month first: both, where both are real days and not long past."""
    first, second = int(match[1]), int(match[2])
    days = _dated(first, second, match[3], today) + _dated(second, first, match[3], today)
    coming = tuple(day for day in days if day >= today - _PAST)
    return tuple(dict.fromkeys(coming or days))


def _day_month(match: re.Match[str], today: date) -> _Days:
    return _dated(int(match[1]), _MONTH[match[2].lower()] + 1, match[3], today)


def _month_day(match: re.Match[str], today: date) -> _Days:
    return _dated(int(match[2]), _MONTH[match[1].lower()] + 1, match[3], today)


def _weekday(match: re.Match[str], today: date) -> _Days:
    """The coming one. "next Friday" is the one of next week, or on a Friday a week later."""
    before, other, name, after = match.groups()
    following = before or after
    if other:
        return ()
    ahead = (WEEKDAY[_plain(name)] - today.weekday()) % 7 or 7
    same_week = today.weekday() + ahead < 7  # noqa: PLR2004 - days of a week
    return (today + timedelta(days=ahead + (7 if following and same_week else 0)),)


def _near(match: re.Match[str], today: date) -> _Days:
    return (today + timedelta(days=_NEAR[_plain(match[1])]),)


def _counted(match: re.Match[str], today: date) -> _Days:
    number, unit = (group for group in match.groups() if group)
    count = int(number) if number.isdigit() else _COUNTS[number.lower()]
    return (today + timedelta(days=count * (7 if _WEEKS.fullmatch(unit) else 1)),)


def _plain(written: str) -> str:
    return " ".join(written.lower().split())


def _week_end(_match: re.Match[str], today: date) -> _Days:
    return (today + timedelta(days=(4 - today.weekday()) % 7),)


def _month_end(_match: re.Match[str], today: date) -> _Days:
    return ((today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1),)


def _dated(day: int, month: int, year: str | None, today: date) -> _Days:
    if year:
        return _real(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004 - "26" is 2026
    this = _real(today.year, month, day)
    return this if this and this[0] >= today - _PAST else _real(today.year + 1, month, day)


def _real(year: int, month: int, day: int) -> _Days:
    try:
        return (date(year, month, day),)
    except ValueError:
        return ()


_Reader = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Days]]


def _compiled(*readers: tuple[str, Callable[[re.Match[str], date], _Days]]) -> tuple[_Reader, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in readers)


# Compiled when the first text is read: who reads none need not wait for it.
@cache
def _readers(language: str) -> tuple[_Reader, ...]:
    return (*_shared(), *(_either_way() if language == "en" else _day_first()))


@cache
def _shared() -> tuple[_Reader, ...]:
    return _compiled(
        (rf"{_BEFORE}(\d{{4}})-(\d{{2}})-(\d{{2}})(?!\d)", _iso),
        (rf"{_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.(?={_CLOCK})", _before_a_clock),
        (rf"{_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.(?!{_CLOCK})\s?(\d{{4}}|\d{{2}}){_AFTER}", _dotted),
        (rf"{_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.(?!\s?\d)", _yearless),
        (rf"{_BEFORE}(\d{{1,2}}){_TH}\s+{_OF}({_MONTHS})\b{_DOT}{_YEAR}", _day_month),
        (rf"\b({_MONTHS})\.?\s{{1,2}}(\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}(?!\w|[.:]\d){_THINGS}", _month_day),
        (rf"{_WHICH}\b({WEEKDAYS})\b(?!-feira|\s+(?:{_PASSED})\b){_NO_DATE}(?:\s+({_WEEK_AFTER})\b)?", _weekday),
        (rf"{''.join(f'(?<!{word} )' for word in _every(lambda c: c.not_near))}\b({_any(_NEAR)})\b", _near),
        (rf"\b(?:{_COUNTED})\b", _counted),
        (rf"\b(?:{'|'.join(c.week_end for c in CALENDARS.values())})\b", _week_end),
        (rf"\b(?:{'|'.join(c.month_end for c in CALENDARS.values())})\b", _month_end),
    )


@cache
def _either_way() -> tuple[_Reader, ...]:
    return _compiled(
        (rf"{_BEFORE}(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}|\d{{2}}){_AFTER}", _slashed),
        (rf"{_BEFORE}(\d{{1,2}})-(\d{{1,2}})-(\d{{4}}){_AFTER}", _slashed),
    )


@cache
def _day_first() -> tuple[_Reader, ...]:
    return _compiled(
        (rf"{_BEFORE}(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}|\d{{2}}){_AFTER}", _dotted),
        (rf"{_BEFORE}(\d{{1,2}})/(\d{{1,2}})(?![/\w]|[.,-]\w)", _yearless),
    )


@cache
def _deadline() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:{_any(_every(lambda c: c.deadline))})"
        rf"(?:\s+(?:{_any(_every(lambda c: c.filler))}|(?:{WEEKDAYS}),?))*[:,]?\s*$",
        re.IGNORECASE,
    )


_WITHIN = re.compile(r"within|innerhalb|binnen|sous|d['\u2019]ici|entro|dentro", re.IGNORECASE)


def _is_deadline(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    return bool(_deadline().search(before) or _WITHIN.match(match[0]))
