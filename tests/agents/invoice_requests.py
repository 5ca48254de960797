"""Requests for invoices as people write them, made by a seeded generator, each with the truth kept beside it.

Written before the rules that read them. The sums are computed here in whole fractions, apart from the program.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

TODAY = date(2026, 11, 21)
LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
CUSTOMERS = (
    "ACME GmbH", "Northwind Traders Ltd", "Müller & Söhne KG", "Café des Arts SARL", "Bodegas Ruiz S.L.",
    "Rossi Impianti S.r.l.", "Padaria Lisboa Lda", "Van Dijk Bouw B.V.", "Blue Harbor Inc", "Lindqvist AB",
)  # fmt: skip
WHOLE = {"JPY": 0}
SIGNS = {"EUR": "€", "GBP": "£", "USD": "US$"}


@dataclass(frozen=True)
class Item:
    what: str
    unit: str
    quantity: Decimal | None
    price: Decimal | None
    discount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Truth:
    """What a request really asks for."""

    customer: str
    currency: str
    items: tuple[Item, ...]
    tax: Decimal | None
    including: bool
    discount: Decimal
    terms: int | None
    due: date | None

    @property
    def missing(self) -> tuple[str, ...]:
        head = {"the name of the customer": self.customer, "the currency": self.currency}
        rows = (
            name
            for number, item in enumerate(self.items, start=1)
            for name, value in (
                (f"the quantity of line {number}", item.quantity),
                (f"the unit price of line {number}", item.price),
                (f"the tax rate of line {number}", self.tax),
            )
            if value is None
        )
        return (*(name for name, value in head.items() if not value), *rows)

    @property
    def gross(self) -> Fraction:
        """What is to be paid, in the currency; EN 16931: lines rounded, then discount and tax on their sum."""
        total = sum((self._round(self._line(item)) for item in self.items), Fraction(0))
        total -= self._round(total * Fraction(self.discount) / 100)
        return total if self.including else total + self._round(total * Fraction(self.tax or 0) / 100)

    @property
    def tax_amount(self) -> Fraction:
        rate = Fraction(self.tax or 0)
        return self._round(self.gross * rate / (100 + rate)) if self.including else self.gross - self._net()

    def _net(self) -> Fraction:
        total = sum((self._round(self._line(item)) for item in self.items), Fraction(0))
        return total - self._round(total * Fraction(self.discount) / 100)

    def _line(self, item: Item) -> Fraction:
        full = Fraction(item.quantity or 0) * Fraction(item.price or 0)
        return full * (100 - Fraction(item.discount)) / 100

    def _round(self, amount: Fraction) -> Fraction:
        scale = 10 ** WHOLE.get(self.currency, 2)
        return Fraction((2 * amount * scale + 1) // 2, scale)


@dataclass(frozen=True)
class Request:
    name: str
    text: str
    truth: Truth


def requests(seed: int, count: int) -> tuple[Request, ...]:
    """The same seed gives the same requests."""
    rng = random.Random(seed)
    return tuple(_request(rng, number) for number in range(count))


def _request(rng: random.Random, number: int) -> Request:
    language = LANGUAGES[number % len(LANGUAGES)]
    form = rng.choice(tuple(FORMS))
    truth = _truth(rng, WORDS[language])
    if rng.random() < 0.35:
        truth = _with_a_gap(rng, truth)
    return Request(f"{number}-{language}-{form}", FORMS[form](_Pen(rng, language), truth), truth)


def _truth(rng: random.Random, words: Mapping[str, Sequence[str]]) -> Truth:
    currency = rng.choice(("EUR", "EUR", "EUR", "USD", "GBP", "CHF", "JPY", "SEK"))
    names = rng.sample(range(len(words["items"])), rng.choice((1, 1, 2, 3)))
    items = tuple(_item(rng, words, which, currency) for which in names)
    tax = Decimal(rng.choice(("0", "5.5", "7", "19", "20", "21", "25")))
    terms = rng.choice((None, 7, 14, 30))
    due = TODAY + timedelta(days=rng.randrange(5, 60)) if terms is None and rng.random() < 0.6 else None
    discount = Decimal(rng.choice((0, 0, 0, 0, 2, 5)))
    return Truth(rng.choice(CUSTOMERS), currency, items, tax, rng.random() < 0.25, discount, terms, due)


def _item(rng: random.Random, words: Mapping[str, Sequence[str]], which: int, currency: str) -> Item:
    unit, what = words["items"][which].split("|")
    quantity = Decimal(rng.choice(("1", "2", "3", "4", "8", "12", "40", "2.5", "0.5", "7.25", "1.75")))
    price = Decimal(rng.choice((5, 12, 80, 95, 120, 480, 950, 1200, 2499, 14000)))
    if currency not in WHOLE:
        price += Decimal(rng.choice(("0", "0", "0.50", "0.95", "0.01", "0.33", "0.99")))
    quantity = quantity if unit in words["divisible"] else Decimal(max(1, int(quantity)))
    return Item(what, unit, quantity, price, Decimal(rng.choice((0, 0, 0, 0, 10, 15))))


def _with_a_gap(rng: random.Random, truth: Truth) -> Truth:
    which = rng.choice(("price", "quantity", "customer", "currency", "tax"))
    items = list(truth.items)
    first = items[0]
    if which == "price":
        items[0] = Item(first.what, first.unit, first.quantity, None)
    if which == "quantity":
        items[0] = Item(first.what, first.unit, None, first.price)
    currency = "" if which == "currency" else truth.currency
    if which == "currency" or (which == "price" and len(items) == 1):
        currency = ""  # nothing names it then
    return Truth(
        customer="" if which == "customer" else truth.customer,
        currency=currency,
        items=tuple(items),
        tax=None if which == "tax" else truth.tax,
        including=truth.including and which != "tax",
        discount=truth.discount,
        terms=truth.terms,
        due=truth.due,
    )


# --- how it is written -----------------------------------------------------------------------------------

WORDS: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(
    Path(__file__).with_name("invoice_words.toml").read_text(encoding="utf-8")
)


class _Pen:
    """Writes in one language, each time a little differently."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self._rng = rng
        self._language = language
        self._words = WORDS[language]
        self._signs = rng.random() < 0.5

    def one(self, key: str) -> str:
        return self._rng.choice(self._words[key])

    def say(self, key: str, **values: str) -> str:
        return " ".join(self.one(key).format(**values).split())

    def words(self, key: str) -> Sequence[str]:
        return self._words[key]

    def number(self, value: Decimal, currency: str = "", *, money: bool = False) -> str:
        text = f"{value:,.2f}" if money and value != value.to_integral_value() else f"{value.normalize():,f}"
        if currency == "CHF":
            return text.replace(",", "'")
        marks = {"en": ",.", "fr": "\u202f,"}.get(self._language, ".,")
        return text.translate({ord(","): marks[0], ord("."): marks[1]})

    def price(self, value: Decimal, currency: str) -> str:
        text = self.number(value, currency, money=True)
        sign = SIGNS.get(currency, currency) if self._signs else currency
        if sign in ("£", "US$") or (sign == "€" and self._language == "en"):
            return f"{sign}{text}"
        return f"{text} {sign}".rstrip()

    def rate(self, value: Decimal) -> str:
        return f"{self.number(value)}{self._rng.choice(('%', ' %'))}"

    def item(self, item: Item, currency: str) -> str:
        key = "no_price" if item.price is None else "no_quantity" if item.quantity is None else "line"
        values = {
            "q": "" if item.quantity is None else self.number(item.quantity),
            "u": item.unit,
            "w": item.what,
            "p": "" if item.price is None else self.price(item.price, currency),
            "u1": self._singular(item) or self.words("per")[2],
        }
        line = self.say(key, **values)
        return f"{line}, {self.say('off', d=self.rate(item.discount))}" if item.discount else line

    def ending(self, truth: Truth) -> list[str]:
        said = (
            [self.say("incl" if truth.including else "plus", r=self.rate(truth.tax))] if truth.tax is not None else []
        )
        if truth.discount:
            said.append(self.say("off_all", d=self.rate(truth.discount)))
        if truth.terms is not None:
            said.append(self.say("terms", n=str(truth.terms)))
        if truth.due:
            said.append(self.say("due", day=self._day(truth.due)))
        return [sentence[:1].upper() + sentence[1:] for sentence in said]

    def _singular(self, item: Item) -> str:
        units = [entry.split("|")[0] for entry in self.words("items")]
        return self.words("per")[units.index(item.unit)]

    def _day(self, day: date) -> str:
        return day.isoformat() if self._language == "en" else f"{day:%d.%m.%Y}"


def _sentence(pen: _Pen, truth: Truth) -> str:
    items = [pen.item(item, truth.currency) for item in truth.items]
    lines = f" {pen.one('and')} ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
    opening = pen.say("open" if truth.customer else "nobody", c=truth.customer, lines=lines)
    return " ".join([opening, *(f"{said.rstrip('.')}." for said in pen.ending(truth))])


def _bullets(pen: _Pen, truth: Truth) -> str:
    opening = pen.say("list" if truth.customer else "list_nobody", c=truth.customer)
    lines = [f"- {pen.item(item, truth.currency)}" for item in truth.items]
    return "\n".join([opening, "", *lines, "", *pen.ending(truth)])


def _times(pen: _Pen, truth: Truth) -> str:
    """3 x Workshop @ 1.200 EUR."""
    opening = pen.say("list" if truth.customer else "list_nobody", c=truth.customer)
    return "\n".join([opening, *(_product(pen, item, truth.currency) for item in truth.items), "", *pen.ending(truth)])


def _product(pen: _Pen, item: Item, currency: str) -> str:
    if item.quantity is None or item.price is None:
        return pen.item(item, currency)
    said = f"{pen.number(item.quantity)} x {item.what} @ {pen.price(item.price, currency)}"
    return f"{said}, {pen.say('off', d=pen.rate(item.discount))}" if item.discount else said


def _table(pen: _Pen, truth: Truth, mark: str = " | ") -> str:
    opening = pen.say("list" if truth.customer else "list_nobody", c=truth.customer)
    rows = [_cells(pen, item, truth.currency, off=any(i.discount for i in truth.items)) for item in truth.items]
    heads = [*pen.words("table"), *([_OFF[pen.words("table")[0]]] if len(rows[0]) > 3 else [])]
    lines = [mark.join(cells) for cells in (heads, *([["---"] * len(heads)] if mark == " | " else []), *rows)]
    lines = [f"| {line} |" for line in lines] if mark == " | " else lines
    return "\n".join([opening, "", *lines, "", *pen.ending(truth)])


_OFF = {
    "Description": "Discount", "Beschreibung": "Rabatt", "Désignation": "Remise", "Descripción": "Descuento",
    "Descrizione": "Sconto", "Descrição": "Desconto", "Omschrijving": "Korting",
}  # fmt: skip


def _cells(pen: _Pen, item: Item, currency: str, *, off: bool) -> list[str]:
    quantity = "" if item.quantity is None else f"{pen.number(item.quantity)} {item.unit}".rstrip()
    price = "" if item.price is None else pen.price(item.price, currency)
    return [item.what, quantity, price, *([pen.rate(item.discount) if item.discount else ""] if off else [])]


def _fields(pen: _Pen, truth: Truth) -> str:
    """Lines `Customer: …`, as a form."""
    customer, currency, tax, _ = pen.words("keys")
    head = [f"{customer}: {truth.customer}"] if truth.customer else []
    head += [f"{currency}: {truth.currency}"] if truth.currency else []
    opening = pen.say("list_nobody")
    lines = [f"- {pen.item(item, '')}" for item in truth.items]
    rest = pen.ending(truth)
    if truth.tax is not None and not truth.including:
        rest[0] = f"{tax}: {pen.rate(truth.tax)}"
    return "\n".join([opening, *head, "", *lines, "", *rest])


FORMS: Mapping[str, Callable[[_Pen, Truth], str]] = {
    "sentence": _sentence,
    "bullets": _bullets,
    "times": _times,
    "table": _table,
    "semicolons": lambda pen, truth: _table(pen, truth, "; "),
    "fields": _fields,
}
