"""What a model wrote, before it may be a draft: why it cannot be one, and which of its figures nobody else named.

Addresses, phone numbers, accounts, links and codes of any draft are looked at in `outbound`, whoever wrote it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from daemon.core import neutral
from daemon.core.language import dates, phones

_LEAK = 60  # characters of a line that nobody writes twice by chance
_SHOWN = 8  # figures that are named
_KNOWN = 60_000  # characters of what a text may repeat
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\ue000-\uf8ff\ud800-\udfff]")
_FENCE = re.compile(r"<{3}|[0-9a-f]{32}", re.IGNORECASE)
_NOTE = re.compile(r"\A\s*---[ \t]*\n|^[ \t]{0,3}#{1,6}[ \t]*(?:draft|feedback)\b", re.IGNORECASE | re.MULTILINE)
_GAP = re.compile(
    r"\[[^\[\]\n]{1,60}\](?!\()|\{[^{}\n]{1,60}\}|<[^\W\d_][^<>@:/\n]{0,40}>|_{4,}|\bX{3,}\b|\blorem ipsum\b",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"\bas an? (?:ai|artificial|large language|language model)\b|\blanguage model\b|\bsprachmodell\b|\btaalmodel\b"
    r"|\bi(?: a|['\u2019])m an? (?:ai|artificial|language model)\b|\bals (?:ai|ki|k\u00fcnstliche intelligenz)\b"
    r"|\bmod\u00e8le de langage\b|\ben tant qu['\u2019](?:ia|intelligence)\b|\bmodelo de (?:lenguaje|linguagem)\b"
    r"|\bmodello (?:linguistico|di linguaggio)\b",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(
    r"\A\W*(?:sure|certainly|of course|here['\u2019]s|here is|below is|hier ist|hier is|voici|aqu\u00ed est\u00e1|ecco|"
    r"aqui est\u00e1)\b[^\n]{0,60}\b(?:draft|reply|response|e-?mail|entwurf|antwort|r\u00e9ponse|brouillon|borrador|"
    r"respuesta|bozza|risposta|rascunho|resposta|concept|antwoord)\b[^\n]{0,40}:",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\A\s*(?:subject|betreff|objet|asunto|oggetto|assunto|onderwerp)\s?:[^\n]{0,300}\n+", re.IGNORECASE
)
_CODE = re.compile(r"\A\s*```\w{0,12}\n(.*)\n```\s*\Z", re.DOTALL)
_FIGURE = re.compile(
    r"(\d{1,3}(?:[ \u00a0\u202f'\u2019]\d{3})++(?:[.,]\d{1,2})?(?!\d)|\d++(?:[.,]\d++)*)"
    r"([ \u00a0\u202f]?(?:[%\u20ac$\u00a3]|[A-Z]{3}\b|[^\W\d_]{4,15}))?"
)
_MARKER = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]", re.MULTILINE)
_NOON = 12


@dataclass(frozen=True, slots=True)
class Known:
    """What a text may rest on. `words`: the thread, the handbook, what the person said; `written`: the thread's day."""

    words: str
    today: date
    written: date
    language: str = "en"


def tidy(text: str) -> str:
    """The text without what models put round it: code fences, a subject line, empty lines, what nobody can see."""
    text = text.replace("\r\n", "\n")
    inside = _CODE.match(text)
    bare = neutral.bare(_SUBJECT.sub("", inside[1] if inside else text))
    lines = "\n".join(line.rstrip() for line in bare.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def unusable(text: str, seen: str, role: str) -> str:
    """Why a text cannot be a draft, as it came or when it is tidy ("it has a gap to fill in: “[Name]”"), or "".

    `seen`: what it may repeat; `role`: the rules that it must not repeat.
    """
    return _unusable(text, seen, role) or _unusable(tidy(text), seen, role)


def _unusable(text: str, seen: str, role: str) -> str:
    reasons = (
        _without_words(text),
        "it has control characters" if _TURNING.search(text) or _controls(text) else "",
        "it has marks that only a note may have" if _NOTE.search(text) else "",
        _quoting("it repeats the marks round the material: ", _first(_FENCE, text, seen)),
        _quoting("it has a gap to fill in: ", _first(_GAP, text, seen)),
        _quoting("it speaks of itself: ", _first(_MACHINE, text, seen) or _first(_ABOUT_ITSELF, text, seen)),
        "it repeats its own rules" if any(line in text for line in _lines(role)) else "",
    )
    return next(filter(None, reasons), "")


def unfounded(text: str, known: Known) -> tuple[str, ...]:
    """The figures and days of a text that stand nowhere in what it may rest on, as they are written."""
    looked_at = known.words[:_KNOWN]
    days = _days(looked_at, known)
    told = dates.find(text, known.today, known.language)
    strange = [mention.quote for mention in told if not {mention.day, mention.other or mention.day} & days]
    rest = text
    for quote in (*(mention.quote for mention in told), *(phone.written for phone in phones.find(text))):
        rest = rest.replace(quote, " ")
    named = frozenset(_figures(looked_at))
    marked = _MARKER.sub("", rest)
    strange += [found[0].strip() for found in _FIGURE.finditer(marked) if not _is_named(_plain(found[1]), named)]
    return tuple(dict.fromkeys(strange))[:_SHOWN]


def _without_words(text: str) -> str:
    return "" if any(char.isalnum() for char in text) else "it is empty"


def _controls(text: str) -> bool:
    return any(unicodedata.category(char) == "Cc" and char not in "\n\r\t" for char in text)


def _first(pattern: re.Pattern[str], text: str, seen: str) -> str:
    """The first match that does not stand in what was seen as well."""
    folded = seen.casefold()
    return next((found[0] for found in pattern.finditer(text) if found[0].casefold() not in folded), "")


def _quoting(reason: str, found: str) -> str:
    return f"{reason}“{neutral.visible(' '.join(found.split()))[:60]}”" if found else ""


def _lines(role: str) -> Iterable[str]:
    return (line.strip(" -#*") for line in role.splitlines() if len(line.strip(" -#*")) >= _LEAK)


def _days(words: str, known: Known) -> frozenset[date]:
    near = (known.today + timedelta(days=days) for days in (-1, 0, 1))
    counted_from = {known.today, known.written}
    mentions = [each for day in counted_from for each in dates.find(words, day, known.language)]
    return frozenset((*near, *(day for each in mentions for day in (each.day, each.other or each.day))))


def _figures(text: str) -> Iterator[str]:
    """The numbers of a text; an afternoon hour also as the morning counts it."""
    for found in _FIGURE.finditer(text):
        yield (number := _plain(found[1]))
        if number.isdecimal() and len(number) == 2 and _NOON < int(number) < 2 * _NOON:  # noqa: PLR2004 - two figures
            yield str(int(number) - _NOON)


def _plain(number: str) -> str:
    """A number without what sets it in groups and without a zero at either end: "08" is "8", "89.00" is "89"."""
    whole = re.sub(r"[.,]0{1,2}$", "", number)
    return re.sub(r"\D", "", whole).lstrip("0")


def _is_named(number: str, named: frozenset[str]) -> bool:
    return not number or number in named
