"""Phone numbers as people write them: found in a text, put into international form, and refused when costly.

Our own table instead of a library: the well-kept one takes 48 MB for what is looked up here in fifty lines. It
knows the countries of our seven languages; a number of another country is checked by its form alone. A number
that names no country stays as written: whoever guesses one rings a stranger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_SHORTEST, _LONGEST = 6, 15  # digits; E.164 allows 15, what is shorter is a service or an emergency number
_WRITTEN = re.compile(
    r"(?<![\w.,:/+@#-])(?:\+|00(?=[1-9]))?\(?\d(?:[ \u00a0\u202f./()-]{0,3}\d){5,18}(?!\w|[:,]\d|\s?(?:€|eur|%|kg)\b)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,3}(?:[.,]\d{3})+")
_EXTENSION = re.compile(
    r"\s*,?\s*(?:ext(?:ension)?|x|durchwahl|dw|poste|extensi[óo]n|interno|ramal|toestel)\.?\s?(\d{1,5})", re.IGNORECASE
)
_LABEL = re.compile(
    r"\b(?:tel\w*|fon|phone|mobile?|handy|cell|portable|móvil|cellulare|t|m)[-.:]{0,3}\s?(?:nr|no)?[.:]*\s*$",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(
    r"\b(?:fax|iban|vat|ust\w*|siret|siren|nif|cif|iva|order|invoice|rechnung\w*|ref|nr|no|kvk|btw|id|konto\w*|account|"
    r"bestell\w*|commande|facture|pedido|factura|ordine|fattura|pin)[-.:# \u00b0º]{0,4}$",
    re.IGNORECASE,
)

# Numbers that cost a lot or ring nobody, by the beginning of the national part. Sources: the numbering plans of
# the national regulators as published by the ITU (itu.int/oth/T0202).
_COSTLY: Mapping[str, tuple[str, ...]] = {
    "49": ("900", "190", "137", "138", "118"), "43": ("900", "901", "930", "931", "939", "118"),
    "41": ("900", "901", "906"), "44": ("9", "118", "70", "871", "872", "873"), "353": ("15",), "33": ("89", "118"),
    "34": ("803", "806", "807", "905", "118"), "39": ("89", "199", "166", "144", "178"),
    "351": ("601", "607", "608", "646", "648", "760", "761", "762"), "31": ("900", "906", "909"), "32": ("90",),
    "352": ("90",), "1": ("900", "976"), "55": ("900",), "52": ("900",),
}  # fmt: skip
_KEEPS_ZERO = "39"  # in Italy it belongs to the number: 089 is Salerno, 89 costs extra
_NO_COUNTRY = ("870", "878", "881", "882", "883", "888", "979")  # satellites and international services


@dataclass(frozen=True, slots=True)
class Phone:
    """`number` begins with its country ("+49…") where one is written, else it is the digits as they stand."""

    number: str
    written: str
    at: int  # where it stands in the text
    extension: str = ""


def find(text: str) -> tuple[Phone, ...]:
    """Every phone number in a text, each once."""
    found: dict[str, Phone] = {}
    for match in _WRITTEN.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()]
        written = match[0].strip()
        labelled = bool(_LABEL.search(before))
        likely = labelled or written.startswith(("+", "0", "(")) or len(_digits(written)) > _SHORTEST
        if not likely or _DATE.fullmatch(written) or (_NO_PHONE.search(before) and not labelled):
            continue
        if number := plain(written):
            extension = _EXTENSION.match(text, match.end())
            found.setdefault(number, Phone(number, written, match.start(), extension[1] if extension else ""))
    return tuple(found.values())


def plain(written: str) -> str:
    """One form for a number: "+4930123456" when its country is written, else the digits; "" when it is none."""
    digits = _digits(written.replace("(0)", ""))
    abroad = written.strip().startswith("+") or digits.startswith("00")
    number = f"+{digits.removeprefix('00')}" if abroad else digits
    return number if _SHORTEST <= len(_digits(number)) <= _LONGEST and not number.startswith("+0") else ""


_DIGITS = {
    word: str(digit)
    for digit, spoken in enumerate(
        ("zero oh null nul zéro cero", "one eins un uno um een", "two zwei zwo deux dos due dois twee",
         "three drei trois tres tre três drie", "four vier quatre cuatro quattro quatro",
         "five fünf cinq cinco cinque vijf", "six sechs seis sei zes", "seven sieben sept siete sette sete zeven",
         "eight acht huit ocho otto oito", "nine neun neuf nueve nove negen"))
    for word in spoken.split()
}  # fmt: skip
_DIGIT = "|".join(sorted(_DIGITS, key=len, reverse=True))
_SPOKEN = re.compile(
    rf"(?<!\w)(?:(?:plus|double)\s)?(?:{_DIGIT})(?:[\s,-]{{1,3}}(?:double\s)?(?:{_DIGIT})(?!\w)){{5,18}}(?!\w)",
    re.IGNORECASE,
)


def in_figures(text: str) -> str:
    """Dictated numbers in figures: "null eins sieben …" becomes "017…"."""
    return _SPOKEN.sub(lambda found: _figures(found[0]), text)


def _figures(spoken: str) -> str:
    figures, twice = "", False
    for word in re.findall(r"\w+", spoken.lower()):
        figures += "+" if word == "plus" else _DIGITS.get(word, "") * (2 if twice else 1)
        twice = word == "double"
    return figures


_CARIBBEAN = (  # share the code of the United States and are what missed-call tricks use
    "242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809",
    "829", "849", "868", "869", "876",
)  # fmt: skip
_NEAR = ("1", "3", "4", "52", "54", "55", "56", "57", "51", "61", "64")  # Europe, the Americas, Australia


def is_afar(number: str) -> bool:
    """Whether a number names a country where our seven languages are hardly at home."""
    digits = number.removeprefix("+")
    return number.startswith("+") and (
        not digits.startswith(_NEAR) or (digits.startswith("1") and digits[1:].startswith(_CARIBBEAN))
    )


def refused(number: str) -> str:
    """Why nobody may be asked to call this number, or "". `number` is what `plain` returns."""
    digits = number.removeprefix("+")
    if not digits.isdecimal() or not digits.isascii() or not _SHORTEST <= len(digits) <= _LONGEST:
        return "it is an emergency number, a service number or no phone number at all"
    if number.startswith("+") and digits.startswith(_NO_COUNTRY):
        return "it belongs to a satellite or an international service and can be very expensive"
    if digits.startswith("116") and not number.startswith("+"):
        return "it is a service number"
    country = next((code for code in _COSTLY if number.startswith(f"+{code}")), "")
    national = digits.removeprefix(country) if country else digits.removeprefix("0")
    if country and country != _KEEPS_ZERO:
        national = national.lstrip("0")  # "+49 0900": many write the 0, and many telephones dial without it
    beginnings = _COSTLY[country] if country else tuple(b for each in _COSTLY.values() for b in each if len(b) > 2)  # noqa: PLR2004
    if (country or digits.startswith("0")) and national.startswith(beginnings):
        return "such numbers cost extra"
    return ""


def same(one: str, other: str) -> bool:
    """Whether both are one number, with and without the country."""
    shorter, longer = sorted((_digits(one).lstrip("0"), _digits(other).lstrip("0")), key=len)
    return len(shorter) >= _SHORTEST and longer.endswith(shorter)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isascii() and char.isdecimal())
