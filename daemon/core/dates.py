"""Dates that a text names, in English and German. What reads two ways says so, what is vague is left out.

Plain rules instead of a library: the well-kept ones take 200 ms to import and see a date in any two numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember",
    ),
}  # fmt: skip
WEEKDAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
_NEAR: Mapping[str, int] = {
    "today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "day after tomorrow": 2, "übermorgen": 2,
}  # fmt: skip
_NUMBERS: Mapping[str, int] = {
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10,
    "einem": 1, "einer": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "zehn": 10,
}  # fmt: skip
_MORE_MONTHS: Mapping[str, int] = {"sept": 8, "jänner": 0, "mrz": 2}  # from 0, as the names above
_MORE_DAYS: Mapping[str, int] = {"sonnabend": 5}
_PAST = timedelta(days=90)  # "5 November" without a year is this year's until three months after


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text. `quote` is the sender's wording, at most 60 characters."""

    day: date
    quote: str
    deadline: bool  # "by", "until", "bis" … stands before it
    other: date | None = None  # the second reading of 3/4/2026
    rough: bool = False  # counted from today: "in 90 days"


def find(text: str, today: date) -> tuple[Mention, ...]:
    """Every date that `text` names, in its order, each day once. `today`: the day the text was written."""
    matches = ((match, read) for pattern, read in _READERS for match in pattern.finditer(text))
    found: dict[date, Mention] = {}
    end = 0
    for match, read in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
        if match.start() < end or not (days := read(match, today)):
            continue
        end = match.end()
        day, *others = days
        quote = " ".join(match[0].split())[:60]
        other = others[0] if others else None
        mention = Mention(day, quote, _is_deadline(text, match), other, rough=read is _counted)
        found.setdefault(day, mention)
    return tuple(found.values())


def due(text: str, today: date) -> Mention | None:
    """The earliest day, not before `today`, that the text names as a deadline and that reads one way only."""
    open_days = (m for m in find(text, today) if m.deadline and m.day >= today and not m.other)
    return min(open_days, key=lambda m: m.day, default=None)


def spell(day: date, language: str, today: date) -> str:
    """The day in words: "Friday, 27 November"; with the year when it is not this year's."""
    month, weekday = MONTHS[language][day.month - 1], WEEKDAYS[language][day.weekday()]
    dot = "." if language == "de" else ""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{weekday}, {day.day}{dot} {month}{year}"


# --- how each form is written, and how it is read: to no, one or two days ---------------------------------

_Days = tuple[date, ...]


def _table(names: Mapping[str, tuple[str, ...]], more: Mapping[str, int]) -> dict[str, int]:
    long = {name.lower(): number for language in names.values() for number, name in enumerate(language)}
    return {**long, **more}


def _choices(table: Mapping[str, int]) -> str:
    return "|".join(sorted(table, key=len, reverse=True))


_SHORT = {name[:3].lower(): number for names in MONTHS.values() for number, name in enumerate(names)}
_MONTH = _table(MONTHS, {**_SHORT, **_MORE_MONTHS})
_MONTHS = _choices(_MONTH)
_WEEKDAY = _table(WEEKDAYS, _MORE_DAYS)
_WEEKDAYS = _choices(_WEEKDAY)
_CUE = re.compile(rf"\b(?:am|bis|vom|ab|zum|den|dem|der|by|until|on|{_WEEKDAYS}),?\s+$", re.IGNORECASE)
_COUNT = rf"(\d{{1,3}}|{_choices(_NUMBERS)})"
_SPAN = r"(days?|weeks?|tagen?|wochen?)"
_BEFORE = r"(?<![\w.,/:-])"
_AFTER = r"(?![.,/-]?\w)"
_TH = r"(?:st|nd|rd|th|\.)?"
_DOT = r"(?:\.(?=,?\s*\d{4}))?"  # "5 Dec. 2026", not the end of a sentence
_NO_DATE = (  # "Friday, 5 December" is read as the date, "Friday 15:00" as the weekday
    rf"(?!,?\s+(?:the\s+|den\s+|dem\s+)?(?:\d{{1,2}}(?:\.\s?\d|/\d|{_TH}\s+(?:of\s+)?(?:{_MONTHS})\b)"
    rf"|\d{{4}}-|(?:{_MONTHS})\.?\s+\d))"
)
_YEAR = r"(?:,?\s+(\d{4}))?(?!\d)"


def _iso(match: re.Match[str], _today: date) -> _Days:
    return _real(int(match[1]), int(match[2]), int(match[3]))


def _dotted(match: re.Match[str], today: date) -> _Days:
    return _dated(int(match[1]), int(match[2]), match[3], today)


def _yearless(match: re.Match[str], today: date) -> _Days:
    """Two numbers without a year are a date only after a word that says so."""
    before = match.string[max(0, match.start() - 20) : match.start()]
    return _dated(int(match[1]), int(match[2]), None, today) if _CUE.search(before) else ()


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
    before = (match[1] or "").lower()
    if before in _NOT_COMING:
        return ()
    ahead = (_WEEKDAY[match[2].lower()] - today.weekday()) % 7 or 7
    same_week = today.weekday() + ahead < len(WEEKDAYS["en"])
    return (today + timedelta(days=ahead + (7 if before in _NEXT and same_week else 0)),)


def _near(match: re.Match[str], today: date) -> _Days:
    return (today + timedelta(days=_NEAR[" ".join(match[1].lower().split())]),)


def _counted(match: re.Match[str], today: date) -> _Days:
    count = int(match[1]) if match[1].isdigit() else _NUMBERS[match[1].lower()]
    return (today + timedelta(days=count * (7 if match[2].lower().startswith("w") else 1)),)


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


_NEXT = ("next", "nächsten", "nächster", "nächste")
_NOT_COMING = ("last", "every", "each", "letzten", "letzter", "vergangenen", "jeden")
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Days]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"{_BEFORE}(\d{{4}})-(\d{{2}})-(\d{{2}})(?!\d)", _iso),
        (rf"{_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}|\d{{2}}){_AFTER}", _dotted),
        (rf"{_BEFORE}(\d{{1,2}})\.\s?(\d{{1,2}})\.(?!\s?\d)", _yearless),
        (rf"{_BEFORE}(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}|\d{{2}}){_AFTER}", _slashed),
        (rf"{_BEFORE}(\d{{1,2}}){_TH}\s+(?:of\s+)?({_MONTHS})\b{_DOT}{_YEAR}", _day_month),
        (rf"\b({_MONTHS})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}(?!\w|[.:]\d)", _month_day),
        (rf"(?:\b({'|'.join((*_NEXT, *_NOT_COMING))})\s+)?\b({_WEEKDAYS})\b{_NO_DATE}", _weekday),
        (rf"(?<!guten )(?<!good )(?<!am )(?<!heute )(?<!diesen )\b(?:the\s+)?({_choices(_NEAR)})\b", _near),
        (rf"\b(?:in|within|innerhalb\s+von|binnen)\s+(?:the\s+next\s+)?{_COUNT}\s+{_SPAN}\b", _counted),
        (r"\b(?:end\s+of\s+(?:(?:the|this)\s+)?week|ende\s+(?:der|dieser)\s+woche)\b", _week_end),
        (r"\b(?:end\s+of\s+(?:th\w+\s+)?month|ende\s+(?:des|dieses)\s+monats|monatsende)\b", _month_end),
    )
)  # fmt: skip

_DEADLINE = re.compile(
    r"\b(?:by|until|till|before|than|due|deadline|latest|bis|spätestens|vor|fällig)\b"
    rf"(?:\s+(?:on|by|at|is|the|zum|am|der|dem|den|ist|(?:{_WEEKDAYS}),?))*[:,]?\s*$",
    re.IGNORECASE,
)
_WITHIN = ("within", "innerhalb", "binnen")


def _is_deadline(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 40) : match.start()]
    return bool(_DEADLINE.search(before)) or match[0].lower().startswith(_WITHIN)
