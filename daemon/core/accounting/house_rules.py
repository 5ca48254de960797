"""The section "Invoices" of the handbook as a value: who we are on an invoice, our tax, prices, customers, suppliers.

Reading it never fails: what makes no sense becomes a sentence in `problems`, and the rest counts.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from daemon.core.accounting import cues, iban, money
from daemon.core.language import words

_PRICE = re.compile(rf"({money.NUMBER})\s*([A-Za-z]{{3}}|€|£)|(€|£)\s*({money.NUMBER})")
_TERMS = re.compile(r"(\d{1,3})\s*(?:days?)?")
_RATE = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*%?")
_SIGNS: Mapping[str, str] = {"€": "EUR", "£": "GBP"}
_AROUND = "*_` \t"
_ROOT = 3  # letters of a word that stay
_MANY = re.compile(r"(?<=\w{3})(?:es|en|[aeionsx])$")


@dataclass(frozen=True, slots=True)
class Price:
    """One entry of the price list."""

    name: str
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Party:
    """A customer with their address lines, or a supplier with their account."""

    name: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HouseRules:
    """What holds for every invoice unless the message says otherwise; "" and None are not said."""

    name: str = ""
    address: tuple[str, ...] = ()
    tax_number: str = ""
    tax_ids: tuple[tuple[str, str], ...] = ()  # all of them, as the person calls each; "" for the tax number
    iban: str = ""
    bank: str = ""
    contact: str = ""  # printed beside the address
    note: str = ""  # printed below the sums
    tax: Decimal | None = None
    currency: str = ""
    terms: int | None = None
    including: bool | None = None  # whether the prices we name include tax
    prices: tuple[Price, ...] = ()
    customers: tuple[Party, ...] = ()
    suppliers: tuple[Party, ...] = ()

    def customer(self, name: str) -> Party | None:
        """The one customer whose name has all these words; None when several do."""
        return _named(self.customers, name)

    def supplier(self, name: str) -> Party | None:
        """The one supplier whose name has all these words, or whose name's words all stand in it."""
        return _named(self.suppliers, name)

    def price(self, what: str) -> Price | None:
        """The one entry whose words all stand in `what`; the longest where one holds the other."""
        best = self.priced(what)
        return best[0] if len(best) == 1 else None

    def priced(self, what: str) -> tuple[Price, ...]:
        """The entries whose words all stand in `what`; the longest where one holds the other."""
        said = _stems(what)
        fitting = [(entry, stems) for entry in self.prices if (stems := _stems(entry.name)) <= said]
        return tuple(entry for entry, stems in fitting if not any(stems < other for _, other in fitting))


def parse(bullets: Iterable[tuple[int, str]], problems: list[str]) -> HouseRules:
    """Read bullets `name: value`, each with its line number; what cannot be read goes to `problems`."""
    rules = HouseRules()
    for number, bullet in bullets:
        before, _, after = bullet.replace("**", "").partition(":")
        try:
            rules = _with(rules, before.strip(_AROUND), after.strip(_AROUND))
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
    return rules


def _with(rules: HouseRules, key: str, said: str) -> HouseRules:
    """Raises ValueError with a sentence."""
    kind, _, name = key.partition(" ")
    if name and said and (field := _LISTS.get(words.fold(kind))):
        return replace(rules, **{field: (*getattr(rules, field), _entry(field, name, said))})
    known = _SINGLE.get("vat number" if words.fold(key) in _VAT_NUMBERS else words.fold(key))
    if known is None or not said:
        near = difflib.get_close_matches(words.fold(key), _SINGLE, n=1)
        hint = (
            f"did you mean “{near[0]}”?"
            if near
            else f"it begins with {', '.join(_SINGLE)}, price …, customer … or supplier …"
        )
        raise ValueError(f"“{key[:40]}” says nothing about invoices; {hint}")
    field, read = known
    if field == "tax_number":
        return _with_tax_number(rules, "" if words.fold(key) == "tax number" else key[:1].upper() + key[1:], said)
    return replace(rules, **{field: read(said)})


def _with_tax_number(rules: HouseRules, label: str, said: str) -> HouseRules:
    """A tax number and a VAT number are two things; the one with the letters of a country tells more."""
    kept = rules.tax_number if rules.tax_number[:2].isalpha() else ""
    return replace(rules, tax_number=kept or said, tax_ids=(*rules.tax_ids, (label, said)))


def _entry(field: str, name: str, said: str) -> Price | Party:
    if field != "prices":
        return Party(name, _parts(said))
    found = _PRICE.search(said)
    if not found:
        raise ValueError("a price is written “price Workshop day: 1,200 EUR”.")
    unit = found[2] or found[3]
    return Price(name, money.decimal(found[1] or found[4]), _SIGNS.get(unit, unit.upper()))


def _rate(said: str) -> Decimal:
    found = _RATE.fullmatch(said)
    if not found:
        raise ValueError("the tax is written “tax: 19 %”.")
    return money.decimal(found[1])


def _terms(said: str) -> int:
    found = _TERMS.fullmatch(said)
    if not found:
        raise ValueError("the terms are written “terms: 14 days”.")
    return int(found[1])


def _currency(said: str) -> str:
    if not re.fullmatch("[A-Za-z]{3}", said):
        raise ValueError("a currency has three letters, such as EUR.")
    return said.upper()


def _account(said: str) -> str:
    account = iban.plain(said)
    if not iban.valid(account):
        raise ValueError("this IBAN has a mistake: its check digits do not fit.")
    return account


def _including(said: str) -> bool:
    if said.casefold() not in ("including tax", "without tax"):
        raise ValueError("write “prices: without tax” or “prices: including tax”.")
    return said.casefold() == "including tax"


def _parts(said: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in said.split(",") if part.strip())


def _stems(text: str) -> frozenset[str]:
    """The words of a text without their endings; "day", "days" and "Tage" are one."""
    return frozenset(cues.unit(word) or _root(word) for word in re.findall(r"\w+", words.fold(text)))


def _root(word: str) -> str:
    """One thing and many of it are the same: mug and mugs, Krug and Krüge, tazza and tazze, mok and mokken."""
    bare = "".join(char for char in unicodedata.normalize("NFD", words.stem(word)) if not unicodedata.combining(char))
    short = _MANY.sub("", bare)
    return short[:-1] if len(short) > _ROOT and short[-1] == short[-2] else short


def _named(parties: Iterable[Party], name: str) -> Party | None:
    asked = frozenset(words.fold(name).split())
    own = [(party, frozenset(words.fold(party.name).split())) for party in parties]
    fitting = [party for party, theirs in own if asked and (asked <= theirs or theirs <= asked)]
    return fitting[0] if len(fitting) == 1 else None


_LISTS: Mapping[str, str] = {"price": "prices", "customer": "customers", "supplier": "suppliers"}
_SINGLE: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "name": ("name", str),
    "address": ("address", _parts),
    "tax number": ("tax_number", str),
    "vat number": ("tax_number", str),
    "iban": ("iban", _account),
    "bank": ("bank", str),
    "contact": ("contact", str),
    "note": ("note", str),
    "tax": ("tax", _rate),
    "vat": ("tax", _rate),
    "currency": ("currency", _currency),
    "terms": ("terms", _terms),
    "prices": ("including", _including),
}
_VAT_NUMBERS = frozenset((
    "vat id", "vat no", "vat no.", "ust-idnr.", "ust-idnr", "ust-id", "ustid", "umsatzsteuer-id", "steuernummer",
    "steuer-nr.", "uid", "n° tva", "numéro de tva", "nif", "cif", "partita iva", "p.iva", "p. iva", "btw-nummer",
    "btw-id", "siret", "tax id",
))  # fmt: skip
