"""What a bill, a receipt or a notice of a payment says: party, amount, day, number, account. For the person to check.

Only what stands in the text; where two readings are possible the fact stays open and is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from daemon.core.accounting import cues, iban, money
from daemon.core.language import dates

_TOTAL = (
    r"(?:amount due|total due|balance due|amount payable|grand total|total amount|invoice total|total to pay|to pay"
    r"|gesamtbetrag|rechnungsbetrag|endbetrag|zahlbetrag|zu zahlen|zu zahlender betrag|offener betrag|gesamtsumme"
    r"|bruttobetrag"
    r"|net à payer|total ttc|montant dû|montant ttc|total à payer|reste à payer|importe total|total a pagar"
    r"|total factura"
    r"|totale fattura|totale da pagare|importo totale|totale documento|valor total|totaal te betalen|te betalen"
    r"|totaalbedrag"
    r"|total|totale|totaal|gesamt|summe|montant|importe|importo|amount|betrag|bedrag|sum)"
)
_GROSS_FIRST = (
    r"(?:amount due|total due|balance due|grand total|total to pay|gesamtbetrag|rechnungsbetrag|endbetrag|zahlbetrag"
    r"|zu zahlen\w*|offener betrag|bruttobetrag|net à payer|total ttc|total à payer|montant ttc|total a pagar"
    r"|importe total"
    r"|totale da pagare|totale fattura|totaal te betalen|te betalen|total amount|invoice total)"
)
_NUMBERED = re.compile(
    r"(?<!\w)(?:invoice|rechnung\w*|rg|facture|factura|fattura|fatura|factuur\w*|bill|receipt|beleg\w*|re)[ ]?"
    r"(?:no|nr|number|nummer|num|núm|n°|nº"
    r"|n)?\.?[ ]?[:#]?[ ]*#?((?:[A-Z]{1,6}[-/]){0,2}[A-Z]{0,4}\d[\w/-]{1,24})(?!\w)",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"(?<!\w)(?:(?:by|bis|before|avant le|antes del|entro il|vóór)|due(?: date| on| by)?|payable by|pay by"
    r"|please pay (?:by|before)|payment due"
    r"|fällig(?:keit)?(?: am| bis| zum)?"
    r"|zahlbar bis(?: zum)?|bis zum|bis spätestens|zu zahlen bis|échéance|à payer avant(?: le)?"
    r"|date limite de paiement"
    r"|vencimiento|vence(?: el)?|fecha límite|scadenza|entro il|da pagare entro(?: il)?|vencimento|pagar até"
    r"|data limite"
    r"|vervaldatum|te betalen (?:voor|vóór)|uiterlijk(?: op)?)[ ]*:?[ ]*",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<!\w)(?:invoice date|date of issue|date|dated|rechnungsdatum|datum|du|fecha|data|factuurdatum)[ ]*:?[ ]*",
    re.IGNORECASE,
)
_TAX_SUM = re.compile(
    r"(?<!\w)(?:vat|mwst\.?|ust\.?|tva|iva|btw|tax)(?!\w)[^\d\n]{0,12}(?:\d{1,2}(?:[.,]\d{1,2})?[ ]?%)[^\d\n]{0,15}"
    rf"({money.NUMBER})(?![ ]?%)",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"^[ ]*([^\n:;]{1,60}?[ ](?:GmbH(?: & Co\. KG)?|AG|KG|OHG|UG|e\.K\.|Ltd\.?|LTD|BV|NV|A/S|Limited"
    r"|LLC|PLC|Inc\.?|Corp\.?"
    r"|SARL|SAS|SA|S\.A\."
    r"|S\.L\.U?\.?|S\.r\.l\.|S\.p\.A\.|Lda\.?|B\.V\.|N\.V\.|AB|Oy|AS|ApS))(?![\w])",
    re.MULTILINE,
)
_METHODS = {
    "card": r"visa|mastercard|amex|credit card|debit card|card ending|kreditkarte|ec-?karte|girocard"
    r"|carte bancaire|tarjeta"
    r"|carta di credito|cartão|pinpas|by card|mit karte",
    "cash": r"\bcash\b|\bbar(?:zahlung)?\b|espèces|efectivo|contanti|numerário|contant",
    "PayPal": "paypal",
    "direct debit": r"direct debit|lastschrift|prélèvement|adeudo|addebito|débito direto|incasso|abgebucht",
}
_CATEGORIES = {
    "travel": r"train|bahn|sncf|flight|flug|hotel|taxi|uber|ticket|parking|parken|mileage|fahrkarte|treno|renfe",
    "meals": r"lunch|dinner|breakfast|restaurant|coffee|mittagessen|abendessen|essen|bewirtung|déjeuner|comida"
    r"|pranzo|almoço",
    "software": r"software|licen[cs]e|lizenz|subscription|hosting|domain|cloud|abonnement",
    "office": r"office|paper|toner|printer|büro|papier|stationery|fournitures|oficina|ufficio",
    "phone and internet": r"mobile plan|telephone|internet|broadband|telefon|handy",
    "fuel": r"fuel|petrol|diesel|benzin|tanken|carburant|gasolina|benzina|brandstof",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What one document says; "" and None are not said, or said in two ways, as `notes` tell."""

    party: str = ""
    amount: Decimal | None = None
    currency: str = ""
    tax: Decimal | None = None
    tax_rate: Decimal | None = None
    due: date | None = None
    day: date | None = None
    number: str = ""
    iban: str = ""
    method: str = ""
    category: str = ""
    notes: tuple[str, ...] = ()


def read(text: str, *, today: date, language: str = "en", currency: str = "") -> Facts:
    """The facts of a document; `currency`: what a sign such as $ means in this house."""
    text = cues.plain(text)
    amounts = tuple(each for each in _amounts(text) if 0 < each[0] < money.LARGEST)
    accounts = iban.find(text)
    unit = amounts[0][1] if len({amount for amount, _ in amounts}) == 1 else ""
    rate, tax = cues.pattern("tax").search(text), _TAX_SUM.search(text)
    number, issuer = _NUMBERED.search(text), _ISSUER.search(text)
    day, due = _day(_DATED, text, today, language), _day(_DUE, text, today, language)
    terms = cues.pattern("terms").search(text)
    days = int(cues.groups(terms)[0]) if terms and not due else None
    return Facts(
        party=issuer[1].strip() if issuer else "",
        amount=amounts[0][0] if unit or len({amount for amount, _ in amounts}) == 1 else None,
        currency=_meant(unit, currency),
        tax=min(abs(money.decimal(tax[1])), money.LARGEST - 1) if tax else None,
        tax_rate=money.decimal(cues.groups(rate)[0]) if rate else None,
        due=day + timedelta(days=days) if day and days is not None else due,
        day=day,
        number=number[1] if number else "",
        iban=accounts[0] if len(accounts) == 1 else "",
        method=_kind(_METHODS, text),
        category=_kind(_CATEGORIES, text),
        notes=(*_notes(amounts, accounts, unit, currency), *_payable(days, day)),
    )


def _amounts(text: str) -> tuple[tuple[Decimal, str], ...]:
    """What may be the amount to pay, each once: the sums that are named so, else the only amount there is."""
    for words in (_GROSS_FIRST, _TOTAL):
        named = re.compile(rf"(?<!\w){words}(?!\w)[^\d\n%]{{0,40}}", re.IGNORECASE)
        found = [amount for each in named.finditer(text) if (amount := _amount_at(text, each))]
        if found:
            return tuple(dict.fromkeys(found if words == _GROSS_FIRST else [max(found)]))
    return tuple(dict.fromkeys(_money(each) for each in cues.pattern("money").finditer(text)))


def _amount_at(text: str, cue: re.Match[str]) -> tuple[Decimal, str] | None:
    """The first amount after a word such as "total", in the same line or alone in the next."""
    after = "\n".join(text[cue.start() : cue.end() + 60].split("\n")[:2])
    found = cues.pattern("money").search(after)
    if found:
        return _money(found)
    plain = re.search(rf"(?<![\w.,])({money.NUMBER})(?![\w%]|[ ]?%)", after)
    signs = {_money(each)[1] for each in cues.pattern("money").finditer(text)}
    header = re.search(r"(?<!\w)(EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY)(?!\w)", text)
    unit = signs.pop() if len(signs) == 1 else header[1] if header else ""
    return (money.decimal(plain[1]), unit) if plain and re.search(r"[.,]\d\d$", plain[1]) else None


def _money(found: re.Match[str]) -> tuple[Decimal, str]:
    sign = (found[1] or found[4] or "").casefold()
    return money.decimal(found[2] or found[3]), cues.CURRENCIES.get(sign, "")


def _meant(unit: str, own: str) -> str:
    if unit in cues.SHARED:
        return own if own in cues.SHARED[unit] else ""
    return unit


def _day(cue: re.Pattern[str], text: str, today: date, language: str) -> date | None:
    """The first day right after a cue; None when it reads two ways."""
    for found in cue.finditer(text):
        near = dates.find(text[found.end() : found.end() + 30].partition("\n")[0], today, language)
        if near and not near[0].other and not near[0].rough:
            return near[0].day
    return None


def _kind(table: dict[str, str], text: str) -> str:
    return next((name for name, words in table.items() if re.search(rf"(?i)(?<!\w)(?:{words})(?!\w)", text)), "")


def _notes(amounts: tuple[tuple[Decimal, str], ...], accounts: tuple[str, ...], unit: str, own: str) -> Iterator[str]:
    if len({amount for amount, _ in amounts}) > 1:
        named = ", ".join(money.spell(amount, name) for amount, name in amounts[:6])
        yield f"Several amounts may be the one to pay: {named}. Write the right one."
    if len(accounts) > 1:
        yield f"Careful: it names several bank accounts ({', '.join(map(iban.spell, accounts[:4]))})."
    if unit in cues.SHARED and not _meant(unit, own):
        yield f"“{unit}” stands for several currencies: write which one."
    yield from (
        f"Careful: the IBAN {iban.spell(each)} has a mistake in it." for each in accounts if not iban.valid(each)
    )


def _payable(days: int | None, day: date | None) -> Iterator[str]:
    if days is not None:
        yield f"Payable within {days} days{f' of {day}' if day else '; from which day is not said'}."
