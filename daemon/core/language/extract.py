"""What plain text holds: sentences, questions, amounts of money, addresses, links, things to do.

Reading by rules, in time linear in the text. Whoever has a long text cuts it to `LIMIT` first and says so.
Dates are in `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from daemon.core.language import spoken, words

LIMIT = 20_000  # characters of one text that rules look at
LONGEST_QUESTION = 400  # characters

_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=[ \t]*(?:[-*+•>]|\d{1,2}[.)])\s)")
_GERMAN_MONTH = r"Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
_SENTENCE_END = re.compile(  # not after "z.B.", and not within "30. April"
    r"(?<=[?!])[\"'”“)\]]?\s+"
    rf"|(?<=\.)[\"'”“)\]]?\s+(?=[^\sa-zß-öø-ÿœ])(?!(?<=\d\.\s)(?:{_GERMAN_MONTH})\b)"
    r"|(?<=\w{4}\.)\s+"
)
_MARKER = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LINK = re.compile(r"https?://[^\s<>\"'\])]{1,2000}", re.IGNORECASE)
_TASK = re.compile(r"^[ \t]*[-*+][ \t]+\[ \][ \t]+(.+)$", re.MULTILINE)
_NUMBERED = (  # what has a number, and how the number is announced
    r"order|invoice|reference|ref|ticket|bestell\w*|rechnung\w*|auftrag\w*|kunden\w*|order\w*|factuur\w*|commande|facture|"
    r"référence|réf|pedido|factura|referencia|ordine|fattura|riferimento|rif|encomenda|fatura|referência"
)
_ANNOUNCED = r"no|nr|nummer|number|id|n[°ºo]|n\.[ ]?[°º]|n|num|núm|numéro|numero|número"
_REFERENCE = re.compile(
    rf"(?<!\w)(?:(?:{_NUMBERED})[.]?[ \u00a0]?"
    rf"(?:{_ANNOUNCED})?[.:]?[ \u00a0\u202f]?#?[ ]?([a-z]{{0,4}}[-/]?\d[\d/-]{{2,20}})"
    r"|#(\d{3,20})|([a-z]{2,5}-\d{3,20}))(?!\w)",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each on one line. Bullets and empty lines end one, wrapped lines do not."""
    joined = (" ".join(_MARKER.sub("", block).split()) for block in _PARAGRAPH.split(text))
    return tuple(s for block in joined for part in _SENTENCE_END.split(block) if (s := part.strip()))


def questions(text: str, requests: Iterable[str] = ()) -> tuple[str, ...]:
    """The sentences that ask: with a question mark, or with one of the `requests` ("let me know")."""
    cues = tuple(requests)
    asking = (s for s in sentences(text) if s.rstrip("\"'”“»)\u00a0\u202f").endswith("?") or words.mentioned(s, cues))
    return tuple(dict.fromkeys(s[:LONGEST_QUESTION] for s in asking))


def addresses(text: str) -> tuple[str, ...]:
    """The mail addresses that stand in a text, folded, each once. Text: never a reason to write to them."""
    return tuple(dict.fromkeys(words.fold(found[0].rstrip(".-")) for found in _EMAIL.finditer(text)))


def links(text: str) -> tuple[str, ...]:
    """The web addresses that stand in a text, each once."""
    return tuple(dict.fromkeys(found[0].rstrip(".,;:!?") for found in _LINK.finditer(text)))


def reference(text: str) -> str:
    """The first order, invoice or ticket number, or ""."""
    found = _REFERENCE.search(text)
    return next((group for group in found.groups() if group), "") if found else ""


def tasks(text: str, cues: Iterable[str]) -> tuple[str, ...]:
    """What is to be done: open checkboxes, and sentences with one of the `cues` ("remind me")."""
    wanted = tuple(cues)
    boxes = tuple(found[1].strip() for found in _TASK.finditer(text))
    spoken = (s for s in sentences(_TASK.sub("", text)) if words.mentioned(s, wanted))
    return tuple(dict.fromkeys((*boxes, *spoken)))


def outline(text: str, count: int) -> tuple[str, ...]:
    """At most `count` sentences for a longer text: its headings, else the first of each paragraph."""
    headings = tuple(line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#"))
    firsts = (found[0] for block in re.split(r"\n\s*\n", text) if (found := sentences(block)))
    return tuple(dict.fromkeys(headings[:count] if len(headings) >= count else firsts))[:count]


# --- money -----------------------------------------------------------------------------------------------

_UNITS: Mapping[str, str] = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "$", "dollars": "$", "us$": "USD",
    "usd": "USD", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "sfr": "CHF", "sek": "SEK",
    "nok": "NOK", "dkk": "DKK", "zł": "PLN", "pln": "PLN", "czk": "CZK", "huf": "HUF", "cad": "CAD", "aud": "AUD",
    "inr": "INR", "₹": "INR", "jpy": "JPY", "r$": "BRL", "brl": "BRL", "reais": "BRL", "mxn": "MXN",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[.,'\u2019 \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,12}(?:[.,]\d{1,2})?"
_LARGE = (  # "2 million" is not 2
    r"(?!\s?(?:k|m|mio|mrd|tsd|million\w*|billion\w*|thousand|tausend|mil|mill[eo]n\w*|mili\w+|milh\w+|milj\w+|duizend)\b)"
)
_AMOUNT = re.compile(
    rf"(?<!\w)({_UNIT})\s?({_NUMBER})(?!\d|[.,]\d|\w){_LARGE}"
    rf"|(?<![\w.,])({_NUMBER})(?:[.,][-\u2013])?\s?({_UNIT})(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Money as written. `unit` is a currency code, or "$" where the text does not say which dollar."""

    value: Decimal
    unit: str


def amounts(text: str) -> tuple[Amount, ...]:
    """Every number with a currency at it, each once. "2 million" and the like are left out, not guessed."""
    found = ((m[2] or m[3], m[1] or m[4]) for m in _AMOUNT.finditer(spoken.written(text)))
    return tuple(dict.fromkeys(Amount(_number(number), _UNITS[unit.lower()]) for number, unit in found))


_GROUPS: Mapping[str, str] = {"fr": "\u202f"}  # between thousands, where it is no dot


def spell(amount: Amount, language: str) -> str:
    """The amount as it is written in that language: "1,200.50 EUR", "1.200,50 EUR", "1 200,50 EUR"."""
    digits = f"{amount.value:,.2f}".removesuffix(".00")
    if language != "en":
        digits = digits.translate({ord(","): _GROUPS.get(language, "."), ord("."): ","})
    return f"${digits}" if amount.unit == "$" else f"{digits} {amount.unit}"


def _number(written: str) -> Decimal:
    """Read "1.200,50", "1,200.50", "1 200", "12,5": the last mark is decimal unless three digits follow."""
    digits = re.sub(r"['\u2019\s]", "", written)
    mark = max(digits.rfind("."), digits.rfind(","))
    if mark < 0 or len(digits) - mark - 1 == 3:  # noqa: PLR2004 - a group of thousands
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(f"{re.sub(r'[.,]', '', digits[:mark])}.{digits[mark + 1 :]}")
