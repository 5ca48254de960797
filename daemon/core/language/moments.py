"""Points in time that a text names: a day, a time of day and a zone together. What is in doubt is said, not guessed.

`dates`, `times` and `zones` read the parts. A day without a time is no moment, nor is a time without a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from daemon.core.language import dates, times, zones
from daemon.core.language.dates import Mention
from daemon.core.language.times import Spell
from daemon.core.language.zones import Zone

_FAR = 200  # characters between a day and its time
_AFTER = 10  # a day behind the time counts as so many characters further away
_YEARS = range(1990, 2200)  # outside them the arithmetic of zones ends
_AHEAD = timedelta(days=62)  # "Thursday 27th" without a month is within two months


@dataclass(frozen=True, slots=True)
class Moment:
    """`starts` is aware, in the person's zone; `remarks` are sentences for the person."""

    starts: datetime
    length: timedelta | None
    quote: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a text names. Two moments: it names both, or could mean either; then `doubts` say why."""

    moments: tuple[Moment, ...]
    doubts: tuple[str, ...] = ()

    @property
    def only(self) -> Moment | None:
        """The one moment that the text means beyond doubt."""
        return self.moments[0] if len(self.moments) == 1 and not self.doubts else None


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    days: tuple[date, ...]
    doubt: str = ""


def find(text: str, written: date, now: datetime, language: str = "en") -> Found:
    """Every moment, in the order of the text, each instant once. `written`: the day that "tomorrow" counts from."""
    text = _in_figures(text)
    days = _days(text, written, language)
    shared = zones.anywhere(text)
    read = [
        _read(_unless_bound(day, spell), spell, zones.after(text, spell.end) or shared, now.tzinfo or UTC)
        for spell in (_with_word_before(text, spell) for spell in times.find(text, language))
        if (day := _day_of(spell, days))
    ]
    moments = {moment.starts.astimezone(UTC): moment for found in reversed(read) for moment in reversed(found.moments)}
    doubts = dict.fromkeys(doubt for found in read for doubt in found.doubts)
    return Found(tuple(reversed(moments.values())), tuple(doubts))


def _read(day: _Day, spell: Spell, zone: Zone | None, own: tzinfo) -> Found:
    """What one day and one time can mean."""
    moments = tuple(_moment(each, spell, zone, own) for each in day.days)
    gaps = [f"On {each:%Y-%m-%d} there is no {_clock(spell)}: the clocks go forward."
            for each, moment in zip(day.days, moments, strict=True) if moment is None]  # fmt: skip
    doubts = tuple(filter(None, (day.doubt, _doubtful(zone, spell), *gaps)))
    return Found(tuple(moment for moment in moments if moment), doubts)


# --- days ------------------------------------------------------------------------------------------------

_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth",
    "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
)  # fmt: skip
_ORDINAL = re.compile(
    rf"\b({'|'.join(sorted((o.replace('-', '[ -]') for o in _ORDINALS), key=len, reverse=True))})(?=\s+of\s+[a-z])",
    re.IGNORECASE,
)
_NUMBER_OF_DAY = (
    r"(?P<number>[12]?\d|3[01])(?:st|nd|rd|th|er|ste|de|e|\.|º)?"
    r"(?!\s?[:.h/-]\s?\d|\d|\s?(?:uhr|uur|u|[ap]\.?m|h|hs|o['\u2019]clock|horas?|ore|heures?|%|€)\b|\s?[-\u2013]\s?\d)"
)


_GERMAN = {
    stem: number
    for number, stem in enumerate(
        ("ers", "zwei", "drit", "vier", "fünf", "sechs", "sieb", "ach", "neun", "zehn", "elf", "zwölf", "dreizehn",
         "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"), start=1)
} | {
    f"{unit}{ten}igs": number + at
    for ten, number in (("zwanz", 20), ("dreiß", 30))
    for at, unit in enumerate(("", "einund", "zweiund", "dreiund", "vierund", "fünfund", "sechsund", "siebenund",
                               "achtund", "neunund"))
    if number + at <= 31  # noqa: PLR2004 - days of a month
}  # fmt: skip
_GERMAN_ORDINAL = re.compile(
    rf"\b({'|'.join(sorted(_GERMAN, key=len, reverse=True))})te[nr]?(?=\s+(?:januar|februar|märz|april|mai|juni|juli|"
    r"august|september|oktober|november|dezember)\b)",
    re.IGNORECASE,
)


_POINTED = re.compile(  # "Thursday 12.30" is no 12th
    rf"((?<!\w)(?:{dates.WEEKDAYS}),?\s+(?:[01]?\d|2[0-3]))\.(?=(?:00|1[3-9]|[2-5]\d)(?![\w.,/]\w))", re.IGNORECASE
)


def _in_figures(text: str) -> str:
    """Dictated days: "the fifth of december" becomes "the 5th of december", "dritten Dezember" "3. Dezember"."""

    def figure(found: re.Match[str]) -> str:
        number = _ORDINALS.index(re.sub(r"\s", "-", found[1].lower())) + 1
        return f"{number}th"

    text = _POINTED.sub(r"\1:", text)
    return _GERMAN_ORDINAL.sub(lambda found: f"{_GERMAN[found[1].lower()]}.", _ORDINAL.sub(figure, text))


@cache
def _numbered() -> re.Pattern[str]:
    """What may follow a weekday: "Thursday the 27th"."""
    return re.compile(rf",?\s+(?:(?:the|den|dem|le|el|il|dia|día|de)\s+)?{_NUMBER_OF_DAY}", re.IGNORECASE)


@cache
def _bare() -> re.Pattern[str]:
    """A day of this month or the next: "the 20th", "am 27.", "el 27", "dia 5"."""
    return re.compile(
        r"\b(?:(?:the\s+(?=\d{1,2}(?:st|nd|rd|th))|(?:am|dem|den)\s+(?=\d{1,2}\.)|le|el|il(?:\s+giorno)?|(?:no\s+)?dia"
        rf"|el\s+día|op\s+de\s+(?=\d{{1,2}}e))\s*){_NUMBER_OF_DAY}",
        re.IGNORECASE,
    )


@cache
def _weekday_before() -> re.Pattern[str]:
    short = r"mon|tues?|wed|thurs?|fri|sat|sun"
    return re.compile(
        rf"\b({dates.WEEKDAYS}|{short})\b[.,]?\s+(?:(?:the|den|dem|der|le|el|il|dia|día|de)\s+)?$", re.IGNORECASE
    )


def _days(text: str, written: date, language: str) -> tuple[_Day, ...]:
    named = [
        _of_mention(text, mention, written)
        for mention in dates.every(text, written, language)
        if not mention.rough and not mention.deadline and mention.day.year in _YEARS
    ]
    numbered = [
        _Day(found.start(), found.end(), (day,))
        for found in _bare().finditer(text)
        if not any(found.start() < other.end and other.start < found.end() for other in named)
        and (day := _next_numbered(int(found["number"]), written))
    ]
    return (*named, *numbered)


def _of_mention(text: str, mention: Mention, written: date) -> _Day:
    end = mention.at + len(mention.quote)
    word = " ".join(mention.quote.lower().split()[-1:])
    if word in dates.WEEKDAY:
        return _of_weekday(text, mention, word, written)
    named = _weekday_before().search(text, max(0, mention.at - 24), mention.at)
    if named and (wanted := _weekday(named[1])) is not None and wanted != mention.day.weekday():
        if mention.other and mention.other.weekday() == wanted:
            return _Day(mention.at, end, (mention.other,))
        said = " ".join(text[named.start() : end].split())
        return _Day(mention.at, end, (mention.day,), f"“{said}”: that day is a {mention.day:%A}.")
    if named and mention.other:
        return _Day(mention.at, end, (mention.day,))
    both = tuple(day for day in (mention.day, mention.other) if day)
    doubt = f"“{mention.quote}” can be read two ways." if mention.other else ""
    return _Day(mention.at, end, both, doubt)


_ANY_DAY = re.compile(  # before a weekday: none in particular
    r"\b(?:a|any|some|an einem|einem|an irgendeinem|un|algún|cualquier|n'importe quel|qualsiasi|qualunque|uma?|numa?|"
    r"qualquer|een|een willekeurige)\s+$",
    re.IGNORECASE,
)


def _weekday(word: str) -> int | None:
    """The number of a weekday's name, or of its English abbreviation."""
    full = dates.WEEKDAY.get(" ".join(word.lower().split()))
    short = next((n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
                  if word.lower().startswith(name)), None)  # fmt: skip
    return short if full is None else full


def _of_weekday(text: str, mention: Mention, word: str, written: date) -> _Day:
    """A weekday with a number is that day; "next Friday", or "Friday" on a Friday, can be two days."""
    end = mention.at + len(mention.quote)
    if numbered := _numbered().match(text, end):
        said = " ".join(text[mention.at : numbered.end()].split())
        day = _next_numbered(int(numbered["number"]), written, dates.WEEKDAY[word])
        doubt = "" if day else f"“{said}”: none of the next two months has that day."
        return _Day(mention.at, numbered.end(), (day,) if day else (), doubt)
    if some := _ANY_DAY.search(text, max(0, mention.at - 24), mention.at):
        return _Day(mention.at, end, (mention.day,), f"“{some[0].strip()} {mention.quote}” can be any of them.")
    coming = written + timedelta(days=(dates.WEEKDAY[word] - written.weekday()) % 7)
    if coming == written and coming != mention.day:
        return _Day(mention.at, end, (coming, mention.day), f"“{mention.quote}” was written on that weekday.")
    if coming != mention.day:  # "next Friday", said before Friday
        return _Day(mention.at, end, (coming, mention.day), f"“{mention.quote}” can be read two ways.")
    return _Day(mention.at, end, (mention.day,))


def _next_numbered(number: int, written: date, weekday: int | None = None) -> date | None:
    days = (written + timedelta(days=ahead) for ahead in range(_AHEAD.days))
    return next((d for d in days if d.day == number and weekday in {None, d.weekday()}), None)


def _day_of(spell: Spell, days: Sequence[_Day]) -> _Day | None:
    """The nearest one."""

    def distance(day: _Day) -> int:
        return spell.start - day.end if day.start <= spell.start else day.start - spell.end + _AFTER

    near = [day for day in days if distance(day) < _FAR]
    return min(near, key=distance, default=None)


# --- instants --------------------------------------------------------------------------------------------


_BOUND = re.compile(
    r"\b(?:(?:any\s?time\s+|sometime\s+|irgendwann\s+)?(?:after|before|not before|no later than|nach|vor|nicht vor|"
    r"spätestens|après|avant|pas avant|(?:después|despues|antes) de|a partir de|dopo|prima delle|non prima delle|"
    r"depois d[ae]s|antes d[ae]s|na|vóór|niet voor|later dan))\s+(?:(?:las?|les?|as|am|um|om)\s+)?$",
    re.IGNORECASE,
)


_ABOUT = re.compile(
    r"\b(?:around|about|approx\.?|circa|ca\.|gegen|ungefähr um|etwa um|vers|aux alentours de|autour de|sobre las|"
    r"hacia las|"
    r"a eso de las|verso le|intorno alle|por volta das|pelas|rond|omstreeks|tegen)\s+$",
    re.IGNORECASE,
)


def _with_word_before(text: str, spell: Spell) -> Spell:
    """The time, quoted with the word that makes it a bound or a guess: "after 5 pm", "gegen neun"."""
    at = max(0, spell.start - 40)
    found = None if spell.until else _BOUND.search(text, at, spell.start) or _ABOUT.search(text, at, spell.start)
    return replace(spell, quote=f"{' '.join(found[0].split())} {spell.quote}") if found else spell


def _unless_bound(day: _Day, spell: Spell) -> _Day:
    """The day, in doubt when the time is only a bound."""
    bound = _BOUND.match(f"{spell.quote.rpartition(' ')[0]} ")
    return replace(day, doubt=day.doubt or f"“{spell.quote}” is no fixed time.") if bound else day


def _doubtful(zone: Zone | None, spell: Spell) -> str:
    return f"“{spell.quote} {zone.quote}” can be {zone.doubt} time." if zone and zone.doubt else ""


def _moment(day: date, spell: Spell, zone: Zone | None, own: tzinfo) -> Moment | None:
    """None when the clocks jump over it. One of two equal times, when they go back, is the first, and it is said."""
    there = (zone.info if zone else None) or own
    local = datetime.combine(day, time(*divmod(spell.minute, 60)), there)
    if not _exists(local):
        return None
    starts = local.astimezone(UTC).astimezone(own)
    remarks = tuple(_remarks(local, starts, spell, zone))
    return Moment(starts, spell.length, f"{spell.quote} {zone.quote}" if zone else spell.quote, remarks)


def _remarks(local: datetime, starts: datetime, spell: Spell, zone: Zone | None) -> Iterator[str]:
    if _ABOUT.match(f"{spell.quote.rpartition(' ')[0]} ") or spell.quote.lower().endswith("ish"):
        yield f"“{spell.quote}” is only about that time."
    if spell.assumed:
        yield f"“{spell.quote}” was taken for the afternoon, {local:%H:%M}."
    if zone and zone.info and local.utcoffset() != starts.utcoffset():
        day = dates.spell(starts.date(), "en", starts.date())
        yield f"They write “{spell.quote} {zone.quote}”; in your time zone that is {starts:%H:%M} on {day}."
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        yield f"On {local:%Y-%m-%d} the clocks go back and {local:%H:%M} comes twice: the first is meant here."


def _exists(local: datetime) -> bool:
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def _clock(spell: Spell) -> str:
    return "{:02}:{:02}".format(*divmod(spell.minute, 60))
