"""What a bill, a receipt or a notice of a payment says: party, amount, day, number, account. For the person to check.

Only what stands in the text; where two readings are possible the fact stays open and is said.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from daemon.core.accounting import cues, electronic, iban, letterhead, money, payable
from daemon.core.accounting.amending import spelled
from daemon.core.language import dates

_NUMBERED = re.compile(
    r"(?<!\w)(?:credit note|gutschrift|invoice|\w{0,15}rechnung\w*|rg|facture|factura|fattura"
    r"|fatura|factuur\w*|bill|receipt|beleg\w*|re)[ ]?"
    r"(?:no|nr|number|nummer|num|núm|n°|nº"
    r"|n)?\.?[ ]?[:#]?[ ]*#?((?:F[TRSA][ ])?(?:[A-Z]{1,6}[-/]){0,2}[A-Z]{0,4}\d[\w/-]{1,24})(?!\w)",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"(?<!\w)(?:(?:payment)?due ?date|date due|due(?: on| by)?|payable by|pay by|please pay (?:by|before)|payment due"
    r"|(?:payment|final) deadline|to be paid (?:by|before)|settle by"
    r"|fällig\w*(?: am| bis| zum)?|zahlbar bis(?: zum| spätestens)?|zu zahlen bis|zahlungs(?:ziel|frist|termin)"
    r"|échéance|à (?:payer|régler) avant(?: le)?|date limite(?: de paiement)?"
    r"|vencimiento|vence(?: el)?|fecha límite(?: de pago)?|scadenza|da (?:pagare|versare) entro(?: il)?|vencimento"
    r"|pagar até|data limite|vervaldatum|vervaldag|uiter(?:ste|lijke) betaal(?:datum|dag)|uiterste datum"
    r"|te (?:betalen|voldoen) (?:voor|vóór))[ ]*:?[ ]*",
    re.IGNORECASE,
)
_BY = re.compile(  # of a payment only where one is spoken of
    r"(?<!\w)(?:by|until|before|bis(?: zum| spätestens(?: zum)?)?|avant le|antes del|hasta el|entro il|até|vóór"
    r"|uiterlijk(?: op)?)[ ]+",
    re.IGNORECASE,
)
_PAYING = re.compile(
    r"pay|settle|transfer|remit|zahl|überweis|begleich|fällig|entricht|r[ée]gl|règl|payer|acquitt|vir(?:er|ement)"
    r"|pag[ao]|pague|abon(?:ar|e)(?!\w*ment)|ingres[ae]|sald|versa(?:re|mento|te)|bonific|liquid|betal|betaal|voldo|maak"
    r"|(?<!\w)(?:over(?: te )?)?mak?en(?!\w)|overboek|stort(?:en)?(?!\w)"
    r"|(?:auf|op|sur|en|sul|na) (?:unser|onze|notre|nuestra|nostro|nossa)\w* (?:konto|rekening|compte|cuenta|cont[oa])",
    re.IGNORECASE,
)
_SENTENCE = r"(?:[^\n.]|(?<=\d)\.){0,60}"  # up to "abgebucht", over "01.12.2026"
_COLLECTED = re.compile(
    r"(?<!\w)(?:we (?:will )?(?:collect|debit|take)|will be (?:collected|debited|taken)|(?:buchen|ziehen) wir"
    rf"|wir (?:buchen|ziehen)|(?:wird|werden){_SENTENCE}(?:abgebucht|eingezogen)|ser[ao]n?t? prélevé\w*"
    rf"|se cargará|verrà addebitat\w|será debitad\w|wordt{_SENTENCE}(?:afgeschreven|geïncasseerd))(?!\w)",
    re.IGNORECASE,
)
_AT_ONCE = re.compile(
    r"(?<!\w)(?:due|payable|fällig|zahlbar|payment|paiement|exigible|betaalbaar|pago|pagamento)(?!\w)[^\n.\d]{0,25}"
    r"(?:(?:up)?on receipt|at once|immediately|sofort|umgehend|à réception|comptant|a la recepción|al ricevimento"
    r"|à vista|onmiddellijk)",
    re.IGNORECASE,
)
_NEAR = 30  # characters behind a word such as "due" in which its day begins
_CUES = 500  # words such as "due" that are looked at
_WITHIN = re.compile(
    r"(?<!\w)(?:within|in|innerhalb von|binnen|dans un délai de|dans les|sous|en un plazo de|en"
    r"|dentro de|entro|em|no prazo de"
    r")[ ](\d{1,3})[ ](?:calendar |working )?(?:days?|tagen?|jours?|días?|dias?|giorni|dagen)(?!\w)",
    re.IGNORECASE,
)
_EARLY = re.compile(
    r"(?:skonto|cash discount|early payment|prompt payment|escompte|pronto pago|sconto cassa|betalingskorting)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?<!\w)(?:invoice date|date of issue|date|dated|rechnungsdatum|datum|du|fecha|data|factuurdatum|notadatum)(?!\w)"
    r"(?! (?:due|d'échéance|limite?|límite|di scadenza|scadenza|de venc\w+))[ ]*:?[ ]*",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(  # words of bills where 4-3 is in March
    r"(?<!\w)(?:\w{0,20}factuur\w*|\w{0,20}rechnung\w*|factures?|facturas?|fatture?|fattura|faturas?|btw|mwst|ust|tva"
    r"|iva|vervaldatum|rekening|fälligkeit|échéance|vencimiento|scadenza|vencimento)(?!\w)",
    re.IGNORECASE,
)
_EUROPEAN = "de"  # any language whose days come first
_TAX_SUM = re.compile(
    r"(?<!\w)(?:vat|mwst\.?|ust\.?|tva|iva|btw|tax)(?!\w)[^\d\n]{0,12}(?:\d{1,2}(?:[.,]\d{1,2})?[ ]?%)[^\d\n]{0,15}"
    rf"({money.NUMBER})(?![ ]?%)",
    re.IGNORECASE,
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
class Us:
    """What a document does not tell of its reader. `names` in small letters; `currency`: what $ means."""

    names: Collection[str] = ()
    currency: str = ""


_NOBODY = Us()


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
    terms: tuple[str, ...] = ()  # how the day it is due was found


def read(text: str, *, today: date, language: str = "en", us: Us = _NOBODY, paper: str = "") -> Facts:
    """The facts of a document; `paper`: the part of the text that stands on paper, with a letterhead."""
    text, paper = electronic.readable(text), electronic.readable(paper)
    party = letterhead.issuer(text, us.names, paper=paper)
    text = cues.plain(text)
    language = _EUROPEAN if language == "en" and _DAY_FIRST.search(text) else language
    amounts = tuple(each for each in payable.candidates(text) if 0 < each[0] < money.LARGEST)
    bare = tuple(each for each in amounts if len(amounts) == 1 and payable.is_without_tax(text, each[0]))
    accounts = iban.find(text)
    unit = amounts[0][1] if len({amount for amount, _ in amounts}) == 1 else ""
    rate, tax = cues.pattern("tax").search(text), _TAX_SUM.search(text)
    number, day = _NUMBERED.search(text), _day(_DATED, text, today, language)
    due, terms = _due(text, day, today, language)
    return Facts(
        party=party,
        amount=amounts[0][0] if not bare and (unit or len({amount for amount, _ in amounts}) == 1) else None,
        currency=_meant(unit, us.currency),
        tax=min(abs(money.decimal(tax[1])), money.LARGEST - 1) if tax else None,
        tax_rate=money.decimal(cues.groups(rate)[0]) if rate else None,
        due=due,
        day=day or _only_day(text, today, language),
        number=number[1] if number else "",
        iban=accounts[0] if len(accounts) == 1 else "",
        method=_kind(_METHODS, text),
        category=_kind(_CATEGORIES, text),
        notes=(*_without_tax(bare), *_notes(amounts, accounts, unit, us.currency), *_asked_back(text)),
        terms=terms,
    )


def _due(text: str, day: date | None, today: date, language: str) -> tuple[date | None, tuple[str, ...]]:
    """The day to pay by, and sentences on how it was found where it is not simply said."""
    named = _day(_DUE, text, today, language)
    if not named and (found := _COLLECTED.search(text)):
        said = _clear(text[found.start() : found.end() + 60], today, language)
        return said, ("It says that the amount is collected from your account: do not pay it by hand as well.",)
    dated = tuple(filter(None, (named, _by(text, today, language), _deadline(text, today))))
    days = _days(text)
    counted, how = _counted(days, day, today) if days else (None, ())
    if dated:
        return dated[0], _contradiction(text, dated[0], dict.fromkeys(filter(None, (*dated, counted))))
    if counted:
        return counted, how
    if _AT_ONCE.search(text):
        return today, ("It asks for payment at once, so it is due on the day it came in.",)
    last = dates.due(text, today)
    maybe = f" ({spelled(last.day)} may be meant)" if last else ""
    ask = f"It does not say until when it is to be paid{maybe}: write a day after Due, so that it is not forgotten."
    return None, (ask,)


def _deadline(text: str, today: date) -> date | None:
    """A last day that is named in any other words where payment is spoken of: "at the latest on 5 December"."""
    found = dates.due(_WITHIN.sub(" ", text), today)
    at = text.find(found.quote) if found else -1
    return found.day if found and at >= 0 and _PAYING.search(text[max(0, at - 80) : at + 80]) else None


def _contradiction(text: str, due: date, days: Collection[date]) -> tuple[str, ...]:
    """A sentence where a document names several days to pay by, and none of them is for paying less."""
    if len(days) == 1 or _EARLY.search(text):
        return ()
    named = " and ".join(map(spelled, sorted(days)))
    return (f"Careful: it can be read as due on {named}. The draft says {spelled(due)}: check it.",)


def _by(text: str, today: date, language: str) -> date | None:
    """A day after "by" or the like where payment is spoken of."""
    said = (_clear(text[found.end() : found.end() + 30], today, language) for found in islice(_BY.finditer(text), _CUES)
            if _PAYING.search(text[max(0, found.start() - 80) : found.end() + 60]))  # fmt: skip
    return next(filter(None, said), None)


def _days(text: str) -> int | None:
    """How many days there are to pay."""
    if terms := cues.pattern("terms").search(text):
        return int(cues.groups(terms)[0])
    near = (found for found in _WITHIN.finditer(text)
            if _PAYING.search(text[max(0, found.start() - 80) : found.end() + 60]))  # fmt: skip
    return next((int(found[1]) for found in near), None)


def _counted(days: int, day: date | None, today: date) -> tuple[date, tuple[str, ...]]:
    due = (day or today) + timedelta(days=days)
    since = f"its date, {spelled(day)}" if day else "the day it came in, for it bears no date"
    return due, (f"Payable within {days} days, counted from {since}: {spelled(due)}.",)


def _only_day(text: str, today: date, language: str) -> date | None:
    """The one day before today that the text names, as on the receipt of a till."""
    days = [each for each in dates.find(text, today, language) if each.day <= today and not each.rough]
    return days[0].day if len(days) == 1 and not days[0].other else None


def _asked_back(text: str) -> Iterator[str]:
    """What else the person wants to know of a bill."""
    for line in text.splitlines():
        if _EARLY.search(line) and re.search(r"\d", line):
            yield f"Paying early may cost less: “{line.strip()[:140]}”"
            return


def _meant(unit: str, own: str) -> str:
    if unit in cues.SHARED:
        return own if own in cues.SHARED[unit] else ""
    return unit


def _day(cue: re.Pattern[str], text: str, today: date, language: str) -> date | None:
    """The first day right after a cue; None when it reads two ways."""
    near = (text[found.end() : found.end() + _NEAR] for found in islice(cue.finditer(text), _CUES))
    days = (_clear(said, today, language) for said in near)
    return next(filter(None, days), None)


def _clear(text: str, today: date, language: str) -> date | None:
    near = dates.find(text.partition("\n")[0], today, language)
    return near[0].day if near and not near[0].other and not near[0].rough else None


def _kind(table: dict[str, str], text: str) -> str:
    return next((name for name, words in table.items() if re.search(rf"(?i)(?<!\w)(?:{words})(?!\w)", text)), "")


def _without_tax(bare: tuple[payable.Sum, ...]) -> Iterator[str]:
    for amount, unit in bare:
        yield f"{money.spell(amount, unit)} is without tax: write what is to be paid with it."


def _notes(amounts: tuple[tuple[Decimal, str], ...], accounts: tuple[str, ...], unit: str, own: str) -> Iterator[str]:
    if len({amount for amount, _ in amounts}) > 1:
        named = ", ".join(money.spell(amount, name) for amount, name in amounts[:6])
        yield f"Several amounts may be the one to pay: {named}. Write the right one."
    if len(accounts) > 1:
        named = ", ".join(map(iban.spell, accounts[:4]))
        yield f"It names several bank accounts ({named}): pay into one that you know."
    if unit in cues.SHARED and not _meant(unit, own):
        yield f"“{unit}” stands for several currencies: write which one."
    yield from (
        f"Careful: the IBAN {iban.spell(each)} has a mistake in it." for each in accounts if not iban.valid(each)
    )
