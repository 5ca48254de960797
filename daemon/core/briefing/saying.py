"""Numbers, times, days and titles as one says them in English."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth",
}  # fmt: skip
_CURRENCIES = {
    "EUR": ("euro", "euros"), "USD": ("dollar", "dollars"), "GBP": ("pound", "pounds"), "CHF": ("franc", "francs"),
}  # fmt: skip
_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3}){0,3})(?:\.(\d\d))? ?([A-Z]{3})", re.ASCII)
_AWAY = re.compile(r"<[^<>]{0,300}>|\b(?:https?:|www\.)\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>@]{1,64}@(?:([^\s<>@:;,]{1,240})\.)?([^\s<>@:;,.]{1,63})")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PAUSE = re.compile(r"[:;,] |\u2013|\u2014")
_PREFIXES = frozenset({"re", "fw", "fwd", "aw", "wg"})
_DANGLING = frozenset("a about an and at by for from in of on or over re the to until with".split())  # where it is cut
_SMALL = re.compile(r"(\d{1,2})[.,;:]?", re.ASCII)
_NOTE = re.compile(r"\A[A-Za-z_]+/[^\s:]+\.md: ")
_FOLDERS = re.compile(r"(?<![\w/])/?(?:[\w.~-]+/)+(?=\S)")
_UNSPOKEN = re.compile(r"[^\w\s.,;:'’()/–-]+")
_LISTENED = 40  # words
_LONGEST = 30  # letters of a word; a code is no word
_DAY = timedelta(days=1)


def number(count: int) -> str:
    """`twelve`, `two hundred and five`; from a million on the digits. Not for negative numbers."""
    if count < 20:  # noqa: PLR2004 - English has a word of its own for each
        return _ONES[count]
    if count < 100:  # noqa: PLR2004
        tens, ones = divmod(count, 10)
        return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
    if count < 1000:  # noqa: PLR2004
        return _joined(count, 100, "hundred", " and ")
    return _joined(count, 1000, "thousand", " ") if count < 1_000_000 else f"{count:,}"  # noqa: PLR2004


def ordinal(count: int) -> str:
    """`first`, `twenty-first`, `thirtieth`; for days of the month."""
    head, dash, last = number(count).rpartition("-")
    return head + dash + (_ORDINALS.get(last) or f"{last}th")


def counted(count: int, one: str, many: str = "") -> str:
    """`one draft`, `twelve drafts`."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def time(moment: datetime) -> str:
    """`seven o'clock`, `half past two in the afternoon`, `nine oh five`."""
    hour, minute = (moment.hour - 1) % 12 + 1, moment.minute
    part = "" if moment.hour < 12 else " in the afternoon" if moment.hour < 18 else " in the evening"  # noqa: PLR2004
    if minute == 0:
        return "midnight" if moment.hour == 0 else f"{number(hour)} o'clock{part}"
    if minute == 30:  # noqa: PLR2004
        return f"half past {number(hour)}{part}"
    return f"{number(hour)} {'oh ' if minute < 10 else ''}{number(minute)}{part}"  # noqa: PLR2004


def day(moment: date) -> str:
    """`Saturday, the twenty-first of November`."""
    return f"{moment:%A}, the {ordinal(moment.day)} of {moment:%B}"


def when(moment: date, today: date) -> str:
    """`today`, `yesterday`, `tomorrow`, `on Friday`, `on the third of March`."""
    near = {0: "today", -1: "yesterday", 1: "tomorrow"}
    days = (moment - today) // _DAY
    if days in near:
        return near[days]
    return f"on {moment:%A}" if 0 < days < 7 else f"on the {ordinal(moment.day)} of {moment:%B}"  # noqa: PLR2004


def span(length: timedelta) -> str:
    """`five minutes`, `three hours`, `two days`; whole units, rounded down."""
    for unit, size in (("day", _DAY), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if length >= size * (1 if unit == "minute" else 2):
            return counted(length // size, unit)
    return "a moment"


def amount(text: str) -> str:
    """`1,190.00 EUR` as `one thousand one hundred and ninety euros`; "" for what is no such amount."""
    found = _AMOUNT.fullmatch(text)
    if not found:
        return ""
    whole, cents = int(found[1].replace(",", "")), int(found[2] or 0)
    one, many = _CURRENCIES.get(found[3], (" ".join(found[3]),) * 2)
    return counted(whole, one, many) + (f" {number(cents)}" if cents else "")


def title(text: str, words: int = 8) -> str:
    """A title from outside, short and harmless: its first words, without addresses, signs and codes."""
    plain = _ADDRESS.sub(_host, _AWAY.sub(" ", text[:400]))
    plain = " ".join(part for part in plain.split() if not _is_code(part))
    said: list[str] = []
    for part in _PAUSE.split(plain):
        found = [word for word in map(_said, _WORD.findall(part)) if word][: max(0, words)]
        words -= len(found)
        while found and not words and found[-1].lower() in _DANGLING:
            found.pop()
        said += [" ".join(found)] if found else []
    return ", ".join(said)


def problem(text: str) -> str:
    """A sentence of the program's own, whole and with whole names; "" for one that is too long to listen to.

    Of a path only the file is said, and the note it is about not at all: nobody can listen to an id.
    """
    plain = _ADDRESS.sub(_host, _AWAY.sub(" ", _NOTE.sub("", text[:1000])))
    plain = _FOLDERS.sub("", _UNSPOKEN.sub(" ", plain))
    plain = " ".join(plain.split()).rstrip(" .,;:")
    return plain if len(text) <= 1000 and len(plain.split()) <= _LISTENED else ""  # noqa: PLR2004 - as cut above


def _host(found: re.Match[str]) -> str:
    """Of an address its domain without the ending: what stands before the @ is seldom a name."""
    return found[1] or found[2]


def _is_code(part: str) -> bool:
    """An id, an amount, a date in digits; not a day or a small count."""
    return any(c.isdigit() for c in part) and not _SMALL.fullmatch(part)


def _said(word: str) -> str:
    """A word of a title as a voice says it; "" for what is none."""
    if found := _SMALL.fullmatch(word):
        return number(int(found[1]))
    if len(word) > _LONGEST or any(c.isdigit() for c in word) or word.lower() in _PREFIXES:
        return ""
    return word.capitalize() if word.isupper() and len(word) > 4 else word  # noqa: PLR2004 - a voice spells capitals


def _joined(count: int, size: int, name: str, between: str) -> str:
    head, rest = divmod(count, size)
    return f"{number(head)} {name}" + (f"{between}{number(rest)}" if rest else "")
