"""A request for an invoice, read into the invoice it asks for. What it does not say comes from the handbook or is None.

Nothing is guessed: each fact that is not in the message says in `notes` where it comes from, and what stays open
is left to `invoice.missing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from daemon.core.accounting import cues, invoice, money, rows
from daemon.core.accounting.house_rules import HouseRules
from daemon.core.accounting.invoice import Invoice, Line
from daemon.core.accounting.rows import Row
from daemon.core.errors import UserError
from daemon.core.language import dates

_NAME = (
    r"([A-ZÀ-ÞŠŽ][^\n:;]{0,80}?)(?=[ ]*[:;\n]|[ ]+(?i:for|für|über|pour|para|per|por|voor|zu|to|in rechnung"
    r"|factureren|schreiben|erstellen|ausstellen)\b"
    r"|[ ]+(?:\(|\d)|,[ ]|[.]?[ ]*$)"
)
_TO = re.compile(
    r"(?<!\w)(?i:(?:invoice|bill) (?:to|from us to)|(?:please )?(?:invoice|bill)|rechnung (?:an|a)|(?:stell\w?"
    r"|berechne)"
    r"|facturer à|facture (?:à|au nom de)|facturar? a|factura (?:a nombre de)|fattura(?:re)? a|fatturare"
    r"|fatura(?:r)? a|fatura (?:em nome de)|factuur aan|(?:wil|kun) (?:je|u)|factureer)[ ]+" + _NAME,
    re.MULTILINE,
)
_FOR = re.compile(
    r"(?<!\w)(?i:invoice for|rechnung für|facture pour|factura para|fattura per|fatura para"
    r"|factuur voor)[ ]+" + _NAME,
    re.MULTILINE,
)
_FIELD = re.compile(
    r"^[ ]*(?:[-*][ ]+)?(customer|client|bill to|invoice to|kunde|rechnung an|client|cliente|klant"
    r"|currency|währung|devise|moneda|valuta|moeda|e-?mail|mail|vat|mwst|ust|tva|iva|btw"
    r"|tax)[ ]*:[ ]*(\S[^\n]{0,120})$",
    re.IGNORECASE | re.MULTILINE,
)
_OPENING = re.compile(  # "Please write an invoice for", before the first number
    r"(?:^|(?<=[.!?][ ]))[^\n:;.!?\d]{0,120}\b(?:invoice|rechnung|facture|factura|fattura|fatura"
    r"|factuur|quote|quotation|offer|estimate|angebot|devis|presupuesto|preventivo|orçamento|offerte)\b"
    r"(?:[ ]+(?:schreiben|stellen|maken))?"
    r"(?:[ ]+(?:for|über|für|pour|para|per|por|voor|over)\b)?(?:[ ]+(?:the|die|das|les|las|los|le|as|os"
    r"|de)\b)?[ ]*:?",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK = re.compile(  # a name and an address, one line each
    r"(?:(?:please |kindly )?invoice|(?:invoice|bill)(?: should be)?(?: addressed| made out)? to"
    r"|rechnung(?: bitte)? an|facturer à"
    r"|(?:billing|invoice|our) address|rechnungsadresse|rechnungsanschrift|adresse de facturation"
    r"|dirección de facturación"
    r"|indirizzo di fatturazione|factuuradres|morada de faturação)(?: is| ist)?[ ]*:?[ ]*\n((?:[^\n]{1,100}(?:\n"
    r"|\Z)){2,6})",
    re.IGNORECASE,
)
_VERBS = re.compile(r"[ ]*\b(?:in rechnung(?: stellen)?|schreiben|ausstellen|erstellen|factureren)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"\n|(?<!\bin[ck]l)(?<!\bzzgl)(?<!\bexkl)(?<!\bexcl)[.;][ ]", re.IGNORECASE)
_MOST = 200  # lines of one invoice
_FIELDS = {
    "currency": "currency", "währung": "currency", "devise": "currency", "moneda": "currency", "valuta": "currency",
    "moeda": "currency", "email": "email", "e-mail": "email", "mail": "email",
}  # fmt: skip
_RATES = ("vat", "mwst", "ust", "tva", "iva", "btw", "tax")
_ADDRESS = re.compile(
    r"^[ ]*(?:(?:billing|invoice|our) address|address|rechnungsadresse|rechnungsanschrift|anschrift"
    r"|adresse(?: de facturation)?"
    r"|dirección(?: de facturación)?|indirizzo(?: di fatturazione)?|morada|factuuradres|adres)[ ]*(?:is)?:[ ]*\n?"
    r"((?:[^\n]{1,100}(?:\n|\Z)){1,6})",
    re.IGNORECASE | re.MULTILINE,
)
_NO_NAMES = frozenset(
    "the this that these our my your following please bitte no nr number it them us me einen eine ein die der das"
    " folgende invoice rechnung monday tuesday wednesday thursday friday".split()
)
_PRICES_KNOWN = "The message does not say whether its prices include tax: they are taken as without tax."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for. `notes`: where each fact is from, and what does not fit; sentences for the person."""

    invoice: Invoice
    notes: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        return invoice.missing(self.invoice)


@dataclass(slots=True)
class _Sheet:
    """A text from which one kind of fact after the other is taken out, and what was learned on the way."""

    text: str
    language: str
    today: date
    house: HouseRules
    notes: list[str] = field(default_factory=list[str])

    def take(self, name: str) -> tuple[re.Match[str], ...]:
        found, self.text = cues.taken(name, self.text)
        return found

    def note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)


def read(text: str, house: HouseRules, *, today: date, language: str = "en", sender: str = "") -> Asked:
    """The invoice a text asks for. `sender`: who is invoiced where the text names nobody ("send us an invoice")."""
    sheet = _Sheet(cues.plain(text), language, today, house)
    fields = _fields(sheet)
    name, address = _block(sheet)
    address = address or _address(sheet)
    reference, tax_id = _first(sheet, "reference"), _first(sheet, "tax_id")
    customer = _customer(sheet, fields.get("customer", name), sender)
    sheet.text = _VERBS.sub("", _OPENING.sub("\n", sheet.text))
    totals = sheet.take("total")
    tax, including = _tax(sheet, fields.get("tax", ""))
    terms, due = _terms(sheet), _due(sheet)
    discount = _discount(sheet)
    said, unread = rows.read(sheet.text, language)
    if len(said) > _MOST:
        sheet.note(f"Careful: it names more than {_MOST} lines; only the first {_MOST} are here.")
    said = said or tuple(_listed(sheet))
    for piece in (*unread, *_unused(sheet, said))[:_MOST]:
        sheet.note(f"Careful: “{piece[:80]}” was not understood and is not in the invoice.")
    currency = _currency(sheet, fields.get("currency", ""), said)
    known = house.customer(customer) if customer else None
    made = Invoice(
        customer=known.name if known else customer,
        address=address or (known.details if known else ()),
        email=fields.get("email", ""),
        tax_id=tax_id,
        currency=currency,
        lines=tuple(_line(sheet, row, tax, currency) for row in said[:_MOST]),
        due=due,
        terms_days=terms if terms is not None or due else house.terms,
        reference=reference,
        prices_include_tax=including,
        discount=discount,
        language=language,
    )
    _sources(sheet, made, known is not None, terms_said=terms is not None)
    _compare(sheet, made, totals)
    return Asked(made, tuple(sheet.notes))


# --- the head --------------------------------------------------------------------------------------------


def _fields(sheet: _Sheet) -> dict[str, str]:
    """Lines such as "Customer: ACME GmbH", taken out."""
    said: dict[str, str] = {}
    for found in _FIELD.finditer(sheet.text):
        key = found[1].casefold()
        name = "tax" if key in _RATES else _FIELDS.get(key, "customer")
        if name != "tax" or cues.pattern("rate").fullmatch(found[2].strip()):
            said.setdefault(name, found[2].strip())
            sheet.text = cues.blank(sheet.text, [found.span()])
    return said


def _block(sheet: _Sheet) -> tuple[str, tuple[str, ...]]:
    """A name with the lines of its address below, as letters write it."""
    for found in _BLOCK.finditer(sheet.text):
        name, *lines = (line.strip() for line in found[1].splitlines() if line.strip())
        if name[:1].isupper() and lines and not re.search(r"\d", name) and not cues.pattern("money").search(found[1]):
            sheet.text = cues.blank(sheet.text, [found.span(1)])
            return name, tuple(lines)
    return "", ()


def _address(sheet: _Sheet) -> tuple[str, ...]:
    found = _ADDRESS.search(sheet.text)
    if not found:
        return ()
    sheet.text = cues.blank(sheet.text, [found.span()])
    return tuple(line.strip() for line in found[1].splitlines() if line.strip())


def _first(sheet: _Sheet, name: str) -> str:
    return next((cues.groups(found)[0] for found in sheet.take(name)), "")


def _customer(sheet: _Sheet, named: str, sender: str) -> str:
    """Who is invoiced: said in so many words, known from the handbook, or the sender."""
    if named:
        return named
    for expression, sure in ((_TO, True), (_FOR, False)):
        for found in expression.finditer(sheet.text):
            name = _name(found[1])
            if name and (sure or _is_somebody(name, sheet.house)):
                start = max(sheet.text.rfind(mark, 0, found.start()) + 1 for mark in "\n.!?")
                sheet.text = cues.blank(sheet.text, [(start, found.start(1) + len(name))])
                return name
    mentioned = [party for party in sheet.house.customers if party.name.casefold() in sheet.text.casefold()]
    if len(mentioned) == 1:
        return mentioned[0].name
    if sender:
        sheet.note(f"The customer is the sender, {sender}: check the name of the company.")
    return sender


def _name(said: str) -> str:
    name = _to_legal_form(said.strip(" ,;-–"))
    if cues.pattern("organisation").search(name):
        return name
    name = name.rstrip(".")
    return "" if name.split(" ", 1)[0].casefold() in _NO_NAMES else name


def _to_legal_form(name: str) -> str:
    """The name without what follows its legal form in small letters: "Lindqvist AB workshop"."""
    parts = name.split(" ")
    ends = (n for n in range(2, len(parts)) if parts[n][:1].islower() and parts[n - 1][:1].isupper()
            and cues.pattern("organisation").search(" ".join(parts[:n])))  # fmt: skip
    return " ".join(parts[: next(ends, len(parts))])


def _is_somebody(name: str, house: HouseRules) -> bool:
    return bool(cues.pattern("organisation").search(name) or house.customer(name) or (name.isupper() and len(name) > 1))


def _tax(sheet: _Sheet, said: str) -> tuple[Decimal | None, bool]:
    """The rate for all lines that name none, and whether the prices include it."""
    text = sheet.text
    found = sheet.take("tax")
    rates = list(dict.fromkeys(money.decimal(cues.groups(each)[0]) for each in found))
    rates += [money.decimal(said.rstrip(" %"))] if said else []
    including = _including(sheet, text)
    sheet.text = cues.pattern("tax_alone").sub(" ", sheet.text)
    if len(rates) > 1:
        sheet.note(f"Careful: the message names several tax rates ({', '.join(map(money.percent, rates))}).")
        return None, including
    if not rates and cues.pattern("no_tax").search(text):
        sheet.note("The message says that no tax is due: check that this is right and say why on the invoice.")
        return Decimal(0), including
    if not rates and sheet.house.tax is not None:
        sheet.note(f"The tax rate of {money.percent(sheet.house.tax)} is from your handbook.")
        return sheet.house.tax, including
    return (rates[0] if rates else None), including


def _including(sheet: _Sheet, text: str) -> bool:
    """Whether the prices include tax: said near the word tax or as "gross"."""
    clauses = [
        part for part in _CLAUSES.split(text)
        if cues.pattern("tax_word").search(part) or re.search(r"(?i)\b(?:gross|brutto|net(?:to)?|ttc|ht)\b", part)
    ]  # fmt: skip
    including = any(cues.pattern("including").search(clause) for clause in clauses)
    without = any(cues.pattern("without").search(clause) for clause in clauses)
    if including and without:
        sheet.note("Careful: the message says both that prices include tax and that they do not.")
    elif not including and not without and sheet.house.including is None:
        sheet.note(_PRICES_KNOWN)
    return including if including or without else bool(sheet.house.including)


def _terms(sheet: _Sheet) -> int | None:
    found = sheet.take("terms")
    return int(cues.groups(found[0])[0]) if found else None


def _due(sheet: _Sheet) -> date | None:
    """The day after a word of payment; one that reads two ways is left open."""
    for cue in cues.pattern("due").finditer(sheet.text):
        after = sheet.text[cue.end() : cue.end() + 40].partition("\n")[0]
        start = max(cue.start(), cue.end() - 25)
        near = dates.find(f"{sheet.text[start : cue.end()]}{after}", sheet.today, sheet.language)
        if near and near[0].other:
            sheet.note(f"“{near[0].quote}” reads two ways, so the due date is left open.")
        if near and not near[0].other and not near[0].rough:
            at = sheet.text.find(near[0].quote, start)
            sheet.text = cues.blank(sheet.text, [(cue.start(), max(cue.end(), at + len(near[0].quote)))])
            return near[0].day
    return None


def _discount(sheet: _Sheet) -> Decimal:
    """A discount on everything: said so, or alone in its sentence."""
    for found in islice(cues.pattern("off").finditer(sheet.text), _MOST):
        before = _CLAUSES.split(sheet.text[: found.start()])[-1]
        after = _CLAUSES.split(sheet.text[found.end() :], maxsplit=1)[0][:40]
        alone = (
            not re.search(r"\d", before) and not re.search(r"\d", after) and not cues.pattern("bullet").match(before)
        )
        if cues.pattern("on_all").search(after) or (alone and not re.search(r"[^\W\d_]{4}", before)):
            sheet.text = cues.blank(sheet.text, [(found.start(), found.end() + len(after))])
            return money.decimal(cues.groups(found)[0])
    return Decimal(0)


def _currency(sheet: _Sheet, said: str, lines: tuple[Row, ...]) -> str:
    """The one currency that is named; the handbook's where none is."""
    named = rows.currencies(lines) or ((cues.CURRENCIES.get(said.casefold(), said.upper()),) if said else ())
    codes = tuple(dict.fromkeys(_meant(sheet, unit) for unit in named))
    if len(codes) > 1:
        sheet.note(f"Careful: the message names several currencies ({', '.join(named)}).")
        return ""
    if codes:
        return codes[0] if re.fullmatch("[A-Z]{3}", codes[0]) else ""
    if sheet.house.currency:
        sheet.note(f"The currency {sheet.house.currency} is from your handbook.")
    return sheet.house.currency


def _meant(sheet: _Sheet, unit: str) -> str:
    own = sheet.house.currency
    if unit not in cues.SHARED:
        return unit
    if own in cues.SHARED[unit]:
        sheet.note(f"“{unit}” is taken as {own}, the currency of your handbook.")
        return own
    sheet.note(f"“{unit}” stands for several currencies: write which one.")
    return unit


# --- the lines -------------------------------------------------------------------------------------------


def _unused(sheet: _Sheet, said: tuple[Row, ...]) -> Iterator[str]:
    """Rates in the message that became neither tax nor discount: "the first 30 %"."""
    used = {row.discount for row in said}
    for found in cues.pattern("rate").finditer(sheet.text):
        if money.decimal(found[1]) not in used:
            yield " ".join(sheet.text[max(0, found.start() - 30) : found.end() + 20].split())


def _listed(sheet: _Sheet) -> Iterator[Row]:
    """What the price list knows, where the message gives no numbers."""
    for sentence in cues.pattern("sentence").split(sheet.text):
        if listed := sheet.house.price(sentence):
            yield Row(listed.name, None, "", None)


def _line(sheet: _Sheet, row: Row, tax: Decimal | None, currency: str) -> Line:
    for note in row.notes:
        sheet.note(note)
    price = row.price
    if price is None and (listed := sheet.house.price(f"{row.unit} {row.description}")):
        if listed.currency == currency:
            price = listed.amount
            sheet.note(f"The price of {listed.name}, {money.spell(price, currency)}, is from your price list.")
        else:
            sheet.note(f"Your price list has {listed.name} in {listed.currency}, the invoice is in another currency.")
    return Line(
        description=row.description[:500],
        quantity=row.quantity,
        unit=row.unit[:40],
        unit_price=price,
        tax=tax if row.tax is None else row.tax,
        discount=row.discount,
    )


def _sources(sheet: _Sheet, made: Invoice, known: bool, *, terms_said: bool) -> None:  # noqa: FBT001
    if made.customer and known and made.address:
        sheet.note(f"The address of {made.customer} is from your handbook.")
    if made.customer and not made.address:
        sheet.note("The customer's address is not known; in most countries an invoice needs it. Add it to the text.")
    if made.terms_days is not None and not terms_said:
        sheet.note(f"Payable within {made.terms_days} days, as your handbook says.")
    if made.terms_days is None and not made.due:
        sheet.note("Nobody says when it is due, so the invoice will not say it either.")


def _compare(sheet: _Sheet, made: Invoice, stated: tuple[re.Match[str], ...]) -> None:
    """A total in the message that is neither the net nor the gross sum is said."""
    try:
        result = invoice.totals(made)
    except UserError:
        return
    for found in stated:
        amount = money.decimal(found[2] or found[3])
        if amount not in (result.net, result.gross, sum(result.lines, Decimal(0))):
            said, net, gross = (money.spell(sum_, made.currency) for sum_ in (amount, result.net, result.gross))
            sheet.note(f"Careful: the message says a total of {said}, but its lines come to {net}, with tax {gross}.")
