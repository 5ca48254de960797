"""Lists of words that a sentence may name, made ready once: most sentences name none of them, and that is told fast.

A term is one word or several, matched whole and in any case. "invoice*" means every word that begins so. "^call"
counts only where something is ordered: at the beginning, after a comma, or after words like "please" and "to".
Some terms are no words: `#money` is an amount with its currency, `#sum` a total with an amount, `#price` a number with
cents, `#count` a number of things, `#time` a time of day, `#day` a day, `#phone` a number to call, `#question` a
question mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from daemon.core.language import extract, words
from daemon.core.language.calendars import CALENDARS

_WORD = re.compile(r"\w+")
_BEFORE_ORDER = (
    "and|then|please|ehm|uhm|um|uh|äh|ähm|euh|eh|hey|hi|hmm|alright|pls|to|must|should|you|we|also|just|quickly|quick|oh|first|later|tomorrow|today|got|ok|okay|so|or|him"
    "|her|them|und|dann|bitte|noch|mal|muss|müssen|kannst|du|auch|erst|morgen|heute|mir|et|puis|aussi|faut|de|merci"
    "|demain|ensuite|y|luego|después|que|hay|por|favor|también|mañana|e|ed|poi|anche|devo|domani|favore|di|depois|preciso"
    "|também|amanhã|en|dan|ook|even|moet|nog|graag|wil|ik|bitteschön|acuérdate|ricordati|lembra-te|vergeet|niet|nicht"
)
_CLOCK = re.compile(
    r"(?<![\w.,:/-])(?:[01]?\d|2[0-3])(?:[:][0-5]\d(?!\d|[.,:/]\d|\s?(?:€|eur|%|kg|m\b))|\s?h\s?(?:[0-5]\d)?(?!\w)"
    r"|(?:\.[0-5]\d)?\s?(?:uhr|uur|heures?|horas?|[ap]\.?m\.?|o'clock|h)(?!\w))"
    r"|\b(?:at|um|om|gegen|alle|ore|às|as|a las|à|kl|ab|from|dalle|das|from)\s(?:[01]?\d|2[0-3])(?:[.:][0-5]\d)?"
    r"(?!\w|[.,:/-]\d|\s?(?:€|£|%|eur|per|rue|days|tagen|jahren|years))"
    r"|\b(?:noon|midday|midi|mediodía|mezzogiorno|meio-dia|o'clock|uhr|uur"
    r"|half (?:past|\w{2,6})|quarter (?:past|to)|halb \w{3,6}|viertel (?:vor|nach)"
    r"|at (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|alle (?:due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici)"
    r"|a las (?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)"
    r"|às (?:duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze)"
    r"|à (?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze) heures)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<![\w./,-])[0-3]?\d(?:[./](?:0[1-9]|1[0-2])|\.\s?(?:1[0-2]|[1-9])\.|/(?:1[0-2]|[1-9]))(?:\.?\d{2,4})?(?![\w/]|,\d)"
    r"|\b\d{4}-\d\d-\d\d\b|\b(?:3[01]|[12]?\d)(?:st|nd|rd|th)\b"
    r"|\b(?:3[01]|[12]?\d)\.?\s(?:may|mai|mei|jan|feb|mar|apr|avr|abr|jun|jul|aug|ago|sept?|oct|okt|out|ott|nov|dec|dez|dic)\b"
    r"|\b(?:may|mai|mei|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?\s(?:3[01]|[12]?\d)\b",
    re.IGNORECASE,
)
_MORE_DAYS = tuple("terça quinta miercoles sabado venerdi lunedi martedi giovedi tonight heut".split())
_PHONE = re.compile(r"(?<![\w.,/-])(?:\+|00)?\(?\d(?:[ ./()-]{0,2}\d){6,16}(?![\w/])")


@cache
def _days() -> Terms:
    """Weekdays, months and "tomorrow" of every language. What is a common word elsewhere ("may", "mar") is left out."""
    spoken = {
        name.casefold()
        for calendar in CALENDARS.values()
        for name in (*calendar.months, *calendar.weekdays, *calendar.near, *calendar.more_days)
        if len(name) > 3  # noqa: PLR2004 - what is shorter means too much else
    }
    return Terms((*sorted(spoken), *_MORE_DAYS))


def _has_day(text: str) -> bool:
    return bool(_DATED.search(text)) or _days().within(text)


_SUM = re.compile(  # on a bill: "TOTAL TTC   48,70"
    r"\b(?:total\w*|summe|gesamt\w*|betrag|amount|balance|à payer|zu zahlen|to pay|importe|importo|valor|bedrag|due|net"
    r"|netto|brutto|gross|base|acconto|montant)\b[^\d\n]{0,30}\d[\d.,' ]{0,12}[.,]\d\d(?!\d)",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(?<![\w.,:/-])\d{1,6}[.,]\d\d(?![\w.,:/-]|\s?(?:x|m|cm|mm|kg|uhr|uur|am|pm)\b)", re.IGNORECASE)
_COUNT = re.compile(
    r"(?<![\w.,:/-])(?!20[12]\d)[1-9]\d{1,4}\s(?![%€$£]|eur|uhr|uur|h\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
    r"[a-zà-ÿ]",
    re.IGNORECASE,
)

_SPECIAL: Mapping[str, Callable[[str], object]] = {
    "#money": extract.amounts,
    "#time": _CLOCK.search,
    "#day": _has_day,
    "#phone": _PHONE.search,
    "#sum": _SUM.search,
    "#price": _PRICE.search,
    "#count": _COUNT.search,
    "#question": lambda text: "?" in text,
}


@dataclass(frozen=True)
class Terms:
    """One list. `listed` may be empty: then nothing is within any text."""

    listed: tuple[str, ...]

    @cached_property
    def _known(self) -> _Known:
        return _known(self.listed)

    def within(self, text: str) -> bool:
        """Whether the text names one of them."""
        folded, known = words.fold(text), self._known
        runs = _runs(folded)
        if not known.single.isdisjoint(runs):
            return True
        near = known.near(runs, _flat(folded))
        return any(_any_of(one).search(folded) for one in near) or any(_is_there(name, text) for name in known.special)

    def place(self, text: str) -> int:
        """Where the first of them stands. What is no word counts as the beginning, and so does nothing at all."""
        folded, known = words.fold(text), self._known
        runs = _runs(folded)
        single = [folded.find(word) for word in runs & known.single]
        near = known.near(runs - known.single, _flat(folded))
        return min((*single, *(found.start() for one in near if (found := _any_of(one).search(folded)))), default=0)


NOTHING = Terms(())


@dataclass(frozen=True)
class _Known:
    by_word: Mapping[str, tuple[str, ...]]  # the terms that begin with that word
    plain: Mapping[str, tuple[str, ...]]  # what a text must hold for one of them: as far as it is literal
    single: frozenset[str]  # those of one word, which need no expression
    beginnings: tuple[str, ...]  # of those whose first word may end anyhow
    begun: tuple[str, ...]
    special: tuple[str, ...]

    def near(self, runs: frozenset[str], flat: str) -> Iterator[tuple[str, ...]]:
        """The terms that a text with these words may name. `flat`: the text with single spaces."""
        for word in runs & self.by_word.keys():
            if any(literal in flat for literal in self.plain[word]):
                yield self.by_word[word]
        if self.begun and any(word.startswith(self.beginnings) for word in runs):
            yield self.begun


@cache
def _known(listed: tuple[str, ...]) -> _Known:
    special = tuple(term for term in listed if term in _SPECIAL)
    firsts: dict[str, list[str]] = {}
    for term in listed:
        if term not in _SPECIAL:
            firsts.setdefault(_first(term), []).append(term)
    begun = firsts.pop("", [])
    beginnings = tuple(words.fold(term).lstrip("^").partition("*")[0] for term in begun)
    by_word = {word: tuple(terms) for word, terms in firsts.items()}
    single = frozenset(word for word, terms in by_word.items() if word in map(words.fold, terms))
    plain = {word: tuple(map(_literal, terms)) for word, terms in by_word.items()}
    return _Known(by_word, plain, single, beginnings, tuple(begun), special)


def _first(term: str) -> str:
    """The word that a term begins with, or "" when that may be any of many."""
    folded = words.fold(term.removeprefix("^"))
    found = _WORD.match(folded)
    return found[0] if found and not folded.startswith("*", found.end()) else ""


@lru_cache(maxsize=1024)  # topics ask the same of the same sentences
def _is_there(name: str, text: str) -> bool:
    return bool(_SPECIAL[name](text))


def _literal(term: str) -> str:
    return " ".join(words.fold(term).removeprefix("^").partition("*")[0].split())


@lru_cache(maxsize=512)
def _flat(folded: str) -> str:
    return " ".join(folded.split())


@lru_cache(maxsize=512)
def _runs(folded: str) -> frozenset[str]:
    return frozenset(_WORD.findall(folded))


@lru_cache(maxsize=8192)  # made when a text names the first word: most are never asked for
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_expression, sorted(terms, key=len, reverse=True))))


def _expression(term: str) -> str:
    ordered = term.startswith("^")
    steps = (
        re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "")
        for word in words.fold(term.removeprefix("^")).split()
    )
    before = (
        rf"(?:^|(?<=\n)|(?<=[^\w\s'-])\s*|(?<=[^\w\s'-] )|(?:(?<!\w)(?:{_BEFORE_ORDER})\s))" if ordered else r"(?<!\w)"
    )
    joined = r"\s+".join(steps)
    return rf"{before}{joined}(?!\w)"
