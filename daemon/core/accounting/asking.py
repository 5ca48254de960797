"""A request for an invoice, read into the invoice it asks for. What it does not say comes from the handbook or is None.

Nothing is guessed: each fact that is not in the message says in `notes` where it comes from, and what stays open
is left to `invoice.missing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import islice

from daemon.core.accounting import buyer, columns, cues, identifiers, invoice, leftover, money, rows
from daemon.core.accounting.buyer import Sender
from daemon.core.accounting.house_rules import HouseRules
from daemon.core.accounting.invoice import Invoice, Line
from daemon.core.accounting.page import Page
from daemon.core.accounting.rows import Row
from daemon.core.errors import UserError
from daemon.core.language import dates

_OPENING = re.compile(  # "Please write an invoice for", before the first number
    r"(?:^|(?<=[.!?][ ]))[^\n:;.!?\d]{0,120}\b(?:invoice|rechnung|facture|factura|fattura|fatura"
    r"|factuur|quote|quotation|offer|estimate|angebot|devis|presupuesto|preventivo|orçamento|offerte)\b"
    r"(?:[ ]+(?:schreiben|stellen|maken|sturen|zenden|schicken|senden|opmaken))?"
    r"(?:[ ]+(?:for|über|für|pour|para|per|por|voor|over)\b)?(?:[ ]+(?:the|die|das|les|las|los|le|as|os"
    r"|de)\b)?[ ]*:?",
    re.IGNORECASE | re.MULTILINE,
)
_LEAD = re.compile(  # "For the fair: 20 bowls"; not "Design: 3 days", where it is what is sold
    rf"^[^\n:;.!?\d|]{{1,60}}:[ ](?=\d{{1,6}}[ ](?!(?:{cues.UNIT})(?!\w))[^\W\d_]{{3}})", re.IGNORECASE | re.MULTILINE
)
_VERBS = re.compile(r"[ ]*\b(?:in rechnung(?: stellen)?|schreiben|ausstellen|erstellen|factureren)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"\n|(?<!\bin[ck]l)(?<!\bzzgl)(?<!\bexkl)(?<!\bexcl)[.;][ ]", re.IGNORECASE)
_EXAMPLES = re.compile(
    r"Name of the customer|(?<=Address: )Street 1, 12345 City|^- 1 x What you did,[^\n]*", re.MULTILINE
)
_MOST = 200  # lines of one invoice
_LISTED = 6  # pieces that were not understood
_NOBODY = Sender()
_NO_ADDRESS = "The customer's address is not known; in most countries an invoice needs it. Add it to the text."
_NO_DUE = "Nobody says when it is due, so the invoice will not say it either."
OF_INVOICES = frozenset({_NO_ADDRESS, _NO_DUE})  # what is of no matter for an offer
_PRICES_KNOWN = "The message does not say whether its prices include tax: they are taken as without tax."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for. `notes`: where each fact is from, and what does not fit; sentences for the person."""

    invoice: Invoice
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        return invoice.missing(self.invoice)


def read(text: str, house: HouseRules, *, today: date, language: str = "en", sender: Sender = _NOBODY) -> Asked:
    """The invoice a text asks for. `sender`: who is invoiced where the text names nobody ("send us an invoice")."""
    page = Page(cues.unwrapped(cues.plain(columns.marked(text))), language, today, house)
    _without_examples(page)
    whole = leftover.lines(page.text)
    found = buyer.find(page, sender)
    page.text = _LEAD.sub("\n", _VERBS.sub("", _OPENING.sub("\n", cues.squeezed(page.text))))
    totals = page.take("total")
    tax, including = _tax(page, found.tax)
    terms, due = _terms(page), _due(page)
    discount = _discount(page)
    page.text = identifiers.without_contacts(page.text)
    said, unread = rows.read(page.text, language)
    if len(said) > _MOST:
        page.note(f"Careful: it names more than {_MOST} lines; only the first {_MOST} are here.")
    said = said or tuple(_listed(page))
    _say_rates(page, said)
    names = replace(sender, ours=(*sender.ours, *filter(None, [found.name.casefold().rstrip(".")])))
    _left_over(page, whole, (*unread, *_unused(page, said)), names)
    currency = _currency(page, found.currency, said)
    made = Invoice(
        customer=found.name,
        address=found.address,
        email=found.email,
        tax_id=found.tax_id,
        currency=currency,
        lines=tuple(_line(page, row, tax, currency) for row in said[:_MOST]),
        due=due,
        terms_days=terms if terms is not None or due else house.terms,
        reference=found.reference,
        prices_include_tax=including,
        discount=discount,
        language=language,
    )
    _sources(page, made, terms_said=terms is not None)
    _compare(page, made, totals)
    return Asked(made, tuple(page.notes))


def _without_examples(page: Page) -> None:
    """Takes out what still stands as in the template "Invoice to write"."""
    for example in _EXAMPLES.finditer(page.text):
        page.note(f"“{example[0].strip('- ')}” is the example of the template: write your own in its place.")
    page.text = _EXAMPLES.sub(" ", page.text)


def _left_over(page: Page, whole: frozenset[str], unread: tuple[str, ...], names: Sender) -> None:
    """Says what was not understood: what has a number may be a line that is missing, the rest is for reading."""
    pieces = [piece.lstrip(" .,;:)–-") for piece in dict.fromkeys(unread)]
    pieces = [piece for piece in pieces if not leftover.is_form(piece, names)]
    written = {_letters(identifiers.without_contacts(line)): line for line in sorted(whole, key=len)} | {"": ""}
    shown = {piece: written.get(_letters(piece)) or piece for piece in pieces}
    counted = [piece for piece in pieces if leftover.may_be_a_line(piece)]
    for piece in counted[:_LISTED]:
        page.note(f"Careful: “{shown[piece][:80]}” was not understood and is not in the table below.")
    words = [piece for piece in pieces if piece not in counted and leftover.says_something(piece, whole)]
    if words or counted[_LISTED:]:
        more = len(words[_LISTED:]) + len(counted[_LISTED:])
        said = " ".join(f"“{shown[piece][:100]}”" for piece in words[:_LISTED])
        page.note(f"Not used, please read it yourself: {said}{f' and {more} more' if more else ''}")


def _letters(text: str) -> str:
    """By which a piece is known again after numbers were taken out of it."""
    return "".join(filter(str.isalpha, text))


def _tax(page: Page, said: str) -> tuple[Decimal | None, bool]:
    """The rate for all lines that name none, and whether the prices include it."""
    text = page.text
    stated = (money.decimal(said.rstrip(" %")),) if said else ()
    rates = tuple(dict.fromkeys((*_rates(text), *stated)))
    including = _including(page, text)
    if len(rates) > 1:  # each belongs to the line that it stands in
        return None, including
    page.take("tax")
    page.text = cues.pattern("tax_alone").sub(" ", page.text)
    if not rates and cues.pattern("no_tax").search(text):
        page.note("The message says that no tax is due: check that this is right and write why below.")
        return Decimal(0), including
    if not rates and page.house.tax is not None:
        page.note(f"The tax rate of {money.percent(page.house.tax)} is from your handbook.")
        return page.house.tax, including
    return (rates[0] if rates else None), including


def _rates(text: str) -> tuple[Decimal, ...]:
    """Every rate of tax that is named, each once."""
    return tuple(dict.fromkeys(money.decimal(cues.groups(each)[0]) for each in cues.pattern("tax").finditer(text)))


def _say_rates(page: Page, said: tuple[Row, ...]) -> None:
    """Several rates, and lines that name none."""
    rates = _rates(page.text)
    if len(rates) > 1 and any(row.tax is None for row in said):
        page.note(f"Careful: the message names several tax rates ({', '.join(map(money.percent, rates))}).")


def _including(page: Page, text: str) -> bool:
    """Whether the prices include tax: said near the word tax or as "gross"."""
    clauses = [
        part for part in _CLAUSES.split(text)
        if cues.pattern("tax_word").search(part) or re.search(r"(?i)\b(?:gross|brutto|net(?:to)?|ttc|ht)\b", part)
    ]  # fmt: skip
    including = any(cues.pattern("including").search(clause) for clause in clauses)
    without = any(cues.pattern("without").search(clause) for clause in clauses)
    if including and without:
        page.note("Careful: the message says both that prices include tax and that they do not.")
    elif not including and not without and page.house.including is None:
        page.note(_PRICES_KNOWN)
    return including if including or without else bool(page.house.including)


def _terms(page: Page) -> int | None:
    found = page.take("terms")
    return int(cues.groups(found[0])[0]) if found else None


def _due(page: Page) -> date | None:
    """The day after a word of payment; one that reads two ways is left open."""
    for cue in cues.pattern("due").finditer(page.text):
        after = page.text[cue.end() : cue.end() + 40].partition("\n")[0]
        start = max(cue.start(), cue.end() - 25)
        near = dates.find(f"{page.text[start : cue.end()]}{after}", page.today, page.language)
        if near and near[0].other:
            page.note(f"“{near[0].quote}” reads two ways, so the due date is left open.")
        if near and not near[0].other and not near[0].rough:
            at = page.text.find(near[0].quote, start)
            page.text = cues.blank(page.text, [(cue.start(), max(cue.end(), at + len(near[0].quote)))])
            return near[0].day
    return None


def _discount(page: Page) -> Decimal:
    """A discount on everything: said so, or alone in its sentence."""
    for found in islice(cues.pattern("off").finditer(page.text), _MOST):
        before = _CLAUSES.split(page.text[: found.start()])[-1]
        after = _CLAUSES.split(page.text[found.end() :], maxsplit=1)[0][:40]
        alone = (
            not re.search(r"\d", before) and not re.search(r"\d", after) and not cues.pattern("bullet").match(before)
        )
        if cues.pattern("on_all").search(after) or (alone and not re.search(r"[^\W\d_]{4}", before)):
            page.text = cues.blank(page.text, [(found.start(), found.end() + len(after))])
            return money.decimal(cues.groups(found)[0])
    return Decimal(0)


def _currency(page: Page, said: str, lines: tuple[Row, ...]) -> str:
    """The one currency that is named; the handbook's where none is."""
    named = rows.currencies(lines) or ((cues.CURRENCIES.get(said.casefold(), said.upper()),) if said else ())
    codes = tuple(dict.fromkeys(_meant(page, unit) for unit in named))
    if len(codes) > 1:
        page.note(f"Careful: the message names several currencies ({', '.join(named)}).")
        return ""
    if codes:
        return codes[0] if re.fullmatch("[A-Z]{3}", codes[0]) else ""
    if page.house.currency:
        page.note(f"The currency {page.house.currency} is from your handbook.")
    return page.house.currency


def _meant(page: Page, unit: str) -> str:
    own = page.house.currency
    if unit not in cues.SHARED:
        return unit
    if own in cues.SHARED[unit]:
        page.note(f"“{unit}” is taken as {own}, the currency of your handbook.")
        return own
    page.note(f"“{unit}” stands for several currencies: write which one.")
    return unit


# --- the lines -------------------------------------------------------------------------------------------


def _unused(page: Page, said: tuple[Row, ...]) -> Iterator[str]:
    """Rates in the message that became neither tax nor discount: "the first 30 %"."""
    used = {row.discount for row in said} | {row.tax for row in said}
    for found in cues.pattern("rate").finditer(page.text):
        if money.decimal(found[1]) not in used:
            yield " ".join(page.text[max(0, found.start() - 30) : found.end() + 20].split())


def _listed(page: Page) -> Iterator[Row]:
    """What the price list knows, where the message names no price; with the one number that stands before it."""
    for sentence in cues.pattern("sentence").split(page.text):
        for piece in cues.pattern("separator").split(sentence):
            if listed := page.house.price(piece):
                yield Row(listed.name, rows.only_count(piece), "", None)


def _line(page: Page, row: Row, tax: Decimal | None, currency: str) -> Line:
    for note in row.notes:
        page.note(note)
    price = row.price
    if price is None and (listed := page.house.price(f"{row.unit} {row.description}")):
        if listed.currency == currency:
            price = listed.amount
            page.note(f"The price of {listed.name}, {money.spell(price, currency)}, is from your price list.")
        else:
            page.note(f"Your price list has {listed.name} in {listed.currency}, but another currency is asked for.")
    return Line(
        description=row.description[:500],
        quantity=row.quantity,
        unit=row.unit[:40],
        unit_price=price,
        tax=tax if row.tax is None else row.tax,
        discount=row.discount,
    )


def _sources(page: Page, made: Invoice, *, terms_said: bool) -> None:
    ours, theirs = page.house.tax_number[:2], made.tax_id[:2]
    if ours.isalpha() and theirs.isalpha() and ours != theirs:
        page.note(f"Their tax number is from another country ({theirs}): check which tax is due.")
    if made.customer and not made.address:
        page.note(_NO_ADDRESS)
    if made.terms_days is not None and not terms_said:
        page.note(f"Payable within {made.terms_days} days, as your handbook says.")
    if made.terms_days is None and not made.due:
        page.note(_NO_DUE)


def _compare(page: Page, made: Invoice, stated: tuple[re.Match[str], ...]) -> None:
    """A total in the message that is neither the net nor the gross sum is said."""
    try:
        result = invoice.totals(made)
    except UserError:
        return
    for found in stated:
        amount = money.decimal(found[2] or found[3])
        if amount not in (result.net, result.gross, sum(result.lines, Decimal(0))):
            said, net, gross = (money.spell(sum_, made.currency) for sum_ in (amount, result.net, result.gross))
            page.note(f"Careful: the message says a total of {said}, but its lines come to {net}, with tax {gross}.")
