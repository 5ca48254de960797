"""Which of the amounts on a bill is the one to pay: by the words beside it, and by net + tax = gross on the paper.

An amount without its tax is never given for the whole: where the paper leaves it open, both are named and asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice

from daemon.core.accounting import cues, money
from daemon.core.language import spoken

Sum = tuple[Decimal, str]  # an amount, and its currency or ""

_TO_PAY = (  # what is left to pay in the end
    r"(?:(?:amount|total|balance|sum)[ ](?:now[ ])?(?:due|payable|outstanding|owed|owing|to (?:be paid|pay|transfer))"
    r"|payable (?:amount|total)|(?:due)?payableamount|outstanding (?:amount|balance)|total paid|to pay|to be paid"
    r"|zahlbetrag|zahlungsbetrag|überweisungsbetrag|fälliger betrag|zu (?:zahlen|begleichen|überweisen|entrichten)\w*"
    r"|nachzahlung"
    r"|(?:net|total|montant|somme|solde|reste)[ ]à[ ](?:payer|régler|verser)|(?:reste|solde) dû"
    r"|à (?:payer|régler|verser)"
    r"|(?:total|importe|líquido|cantidad|saldo)[ ](?:a[ ](?:pagar|abonar|ingresar)|pendiente)|a (?:pagar|abonar)"
    r"|(?:totale|importo|netto|saldo)[ ](?:da|a)[ ](?:pagare|versare|saldare)|da (?:pagare|versare|saldare)"
    r"|importo dovuto"
    r"|(?:total|valor|montante|importância|saldo)[ ](?:a[ ](?:pagar|liquidar)|em dívida)|a liquidar"
    r"|(?:totaal|nog|bedrag|door u)[ ]te[ ](?:betalen|voldoen)|te (?:betalen|voldoen)(?: (?:bedrag|totaal))?"
    r"|over te maken|(?:openstaande?|verschuldigde?)[ ](?:bedrag|saldo))"
)
_WHOLE = (  # what the bill comes to
    r"(?:grand total|total amount|(?:invoice|bill)[ ](?:total|amount)"
    r"|gesamtbetrag|rechnungs(?:betrag|summe|endbetrag)|endbetrag|endsumme|offener betrag|bruttobetrag"
    r"|(?:total|montant)[ ](?:ttc|t\.t\.c\.|général|de la facture)|montant dû"
    r"|importe total|total (?:factura|general)"
    r"|totale (?:fattura|documento|complessivo|generale|ivato)"
    r"|total (?:geral|da fatura)"
    r"|totaalbedrag|(?:factuur|eind|rekening)(?:bedrag|totaal)|factuur totaal)"
)
_WITH_TAX = (
    r"(?:brutto\w*|gross(?: total| amount)?|taxinclusiveamount"
    r"|(?:total[ei]?|totaal|summe|gesamt\w*|bedrag|betrag|importe|importo|valor|price|prix|preis|prijs|amount)[ ]"
    r"(?:\(?(?:incl|inkl)\w*|with (?:vat|tax)|mit (?:mwst|ust)|tva compr\w+|(?:con|com) iva|iva (?:inclus\w|incl\w*)"
    r"|met btw))"
)
_TOTAL = (
    r"(?:gesamtsumme|total|totale|totaal|gesamt|summe|montant|importe|importo|amount|betrag|bedrag|sum|valor total)"
)
_ASKED_FOR = re.compile(  # right before an amount: "please pay EUR 360.58", "Payable: EUR 360.58"
    r"(?<!\w)(?:(?:please|kindly) (?:pay|transfer|remit)|you (?:pay|owe)|payable|outstanding"
    r"|bitte (?:zahlen|überweisen|begleichen|entrichten)|(?:zahlen|überweisen) sie|sie (?:zahlen|schulden)|zahlbar"
    r"|(?:veuillez|merci de) (?:(?:nous )?(?:payer|régler|virer|verser))|vous (?:payez|devez)"
    r"|(?:le|les) rogamos (?:que )?(?:pague|abone|ingrese)n?|usted paga|pagadero"
    r"|(?:si prega di|vi preghiamo di|la preghiamo di) (?:pagare|versare|saldare)|pagabile|lei paga"
    r"|(?:queira|por favor|é favor) (?:pagar|pague|liquidar|liquide)|pagável"
    r"|gelieve|(?:wij|we) verzoeken u|u betaalt|wilt u|betaalbaar)(?!\w)",
    re.IGNORECASE,
)
_COMES_TO = re.compile(  # "Uw factuur 5512 bedraagt € 88,00"
    r"(?<!\w)(?:invoice|bill|\w{0,20}rechnung|facture|factura|fattura|fatura|factuur|rekening|nota)(?!\w)"
    r"[^\n.;€$£]{0,40}?[ ](?:amounts to|comes to|totals|beträgt|beläuft sich auf|lautet (?:auf|über)|s'élève à"
    r"|se monte à|asciende a|ammonta a|è di|ascende a|é de|totaliza|bedraagt|komt (?:uit )?op)(?!\w)",
    re.IGNORECASE,
)
_ALL_IN = re.compile(
    r"[ ,]*(?:ttc|all in|in total|in all|altogether|incl\w*\.? (?:vat|btw|iva|tva)|inkl\w*\.? (?:\d+ ?% ?)?(?:mwst|ust)"
    r"|iva incl\w*|insgesamt|en total|in totale|no total|brutto)(?!\w)",
    re.IGNORECASE,
)
_TAXES = re.compile(
    r"(?<!\w)(?:vat|v\.a\.t\.|sales tax|gst|tax(?:es)?|mwst|ust|mehrwertsteuer|umsatzsteuer|tva|t\.v\.a\.|iva|i\.v\.a\."
    r"|imposta|impuestos?|imposto|btw|omzetbelasting|moms)(?!\w)",
    re.IGNORECASE,
)
_ADDED = re.compile(  # right behind an amount that is without its tax
    r"[ ,(]{0,3}(?:(?:\+|plus|excl\w*|exkl\w*|ex|zzgl|zuzüglich|hors|senza|sin|sem|más|più|mais|without|before)(?!\w)"
    rf"[^\n]{{0,14}}?{_TAXES.pattern}|(?:ht|hors taxes?)(?!\w))",
    re.IGNORECASE,
)
_EARLY = r"[^\n\d]{0,20}(?:skonto|discount|escompte|sconto|korting)"
_COUNT = re.compile(r"\d(?![\d.,]{0,6}[ ]?%)")
_PLAIN = re.compile(rf"(?<![\w.,])({money.NUMBER})(?![\w%]|[ ]?%)")
_PLACES = re.compile(r"[.,]\d\d$")
_LEAD = re.compile(r"[^\d\n;.%]{0,40}")
_OR = re.compile(r",?[ ](?:or|oder|ou|o|of)[ ](?:[^\W\d]+[ ])?", re.IGNORECASE)
_REACH = 80  # characters
_PLACE = 500  # words such as "due" that are looked at
_MANY = 400  # amounts of one paper that are added up
_NET_TAX_GROSS = 3
_CENTS = Decimal("0.02")  # by which a tax that was rounded row by row may be off


@dataclass(frozen=True, slots=True)
class _Proof:
    """Net and tax that come to the gross, all three on the paper."""

    net: Decimal
    gross: Sum


def candidates(text: str) -> tuple[Sum, ...]:
    """What may be the amount to pay, each once: one where the paper says which, several where it does not."""
    found, unsure = _candidates(text), dict(islice(spoken.doubtful(text), _MANY))
    both = ((each, (unsure[each[0]], each[1])) if each[0] in unsure else (each,) for each in found)
    return tuple(dict.fromkeys(chain.from_iterable(both)))


def _candidates(text: str) -> tuple[Sum, ...]:
    unit = _only_unit(text)
    every, taxes = tuple(islice(_all(text, unit), _MANY)), tuple(islice(_taxes(text, unit), _MANY))
    proof = _proof(every, taxes)
    if found := _to_pay(text, unit):
        also = () if proof is None or proof.net not in _values(found) else (proof.gross,)
        return tuple(dict.fromkeys((*found, *also)))
    found = _named(text, unit) or _unnamed(text, every)
    if proof and proof.net in _values(found):
        return (proof.gross,)
    return tuple(dict.fromkeys((*found, *(() if proof else _untold(text, found, taxes)))))


def is_without_tax(text: str, amount: Decimal) -> bool:
    """Whether the paper names an amount without its tax only, and has tax at all."""
    places = [each for each in islice(cues.pattern("money").finditer(text), _PLACE) if _money(each)[0] == amount]
    taxed = not cues.pattern("no_tax").search(text)
    return taxed and bool(places) and all(_ADDED.match(text, each.end()) for each in places)


def _to_pay(text: str, unit: str) -> list[Sum]:
    """The amounts that are called the one to pay."""
    return [*_beside(_TO_PAY, text, unit), *_right_after(_ASKED_FOR, text)]


def _named(text: str, unit: str) -> list[Sum]:
    """The sums that are named so, by the first kind of name that the text has; of mere totals the largest."""
    found = [*_beside(_WHOLE, text, unit), *_right_after(_COMES_TO, text)] or _beside(_WITH_TAX, text, unit, lines=1)
    totals = found or _beside(_TOTAL, text, unit)
    return found or ([max(totals)] if totals else [])


def _unnamed(text: str, every: Sequence[Sum]) -> list[Sum]:
    """The amounts that say that they are all, or that the others come to; else all there are."""
    matches = tuple(cues.pattern("money").finditer(text))
    found = [_money(each) for each in matches]
    whole = [_money(each) for each in matches if _ALL_IN.match(text, each.end())]
    equal = [_money(each) for each in matches if text[max(0, each.start() - 3) : each.start()].rstrip().endswith("=")]
    largest = max(_values(every), default=Decimal(0))
    return whole or ([each for each in equal if each[0] == largest] or _summed(found) or found)


def _untold(text: str, found: Sequence[Sum], taxes: Collection[Decimal]) -> Iterator[Sum]:
    """What the only amount comes to with a tax that the paper names beside it, and does not add."""
    rates = [money.decimal(cues.groups(each)[0]) for each in islice(cues.pattern("tax").finditer(text), _PLACE)]
    for net, unit in found if len(_values(found)) == 1 else ():
        yield from ((net + tax, unit) for tax in taxes if any(_is_tax(tax, net, rate) for rate in rates))


def _is_tax(tax: Decimal, net: Decimal, rate: Decimal) -> bool:
    return rate > 0 and abs(net * rate / 100 - tax) <= _CENTS


def _proof(every: Sequence[Sum], taxes: Collection[Decimal]) -> _Proof | None:
    """The largest amount that is the sum of another and of tax."""
    known = _values(every)
    fits = (_Proof(gross - tax, (gross, unit)) for gross, unit in every for tax in dict.fromkeys(taxes)
            if 0 < 2 * tax < gross and gross - tax in known)  # fmt: skip
    return max(fits, key=lambda each: each.gross, default=None)


def _taxes(text: str, unit: str) -> Iterator[Decimal]:
    """The amounts in lines that speak of tax, or below them; and what the last ones of these lines come to."""
    lines, last = text.split("\n"), list[Decimal]()
    for number, line in enumerate(lines):
        if _TAXES.search(line):
            said = [amount for amount, _ in _all(line, unit) or _all(" ".join(lines[number + 1 : number + 2]), unit)]
            yield from said
            last += said[-1:]
    yield sum(last, Decimal(0))


def _all(text: str, unit: str) -> list[Sum]:
    """Every amount: with a currency, or in `unit` where it has the two places of one."""
    found = [_money(each) for each in cues.pattern("money").finditer(text)]
    plain = (each[1] for each in _PLAIN.finditer(text))
    bare = [(money.decimal(number), unit) for number in plain if _PLACES.search(number)]
    return list({amount: (amount, sign) for amount, sign in (*bare, *found)}.values())


def _beside(words: str, text: str, unit: str, *, lines: int = 2) -> list[Sum]:
    """The first amount after each of the words: in its line, or the next one where its line has no number."""
    named = re.compile(rf"(?<!\w){words}(?!\w)(?!{_EARLY})[^\d\n%]{{0,40}}", re.IGNORECASE)
    places = (text[each.start() : each.end() + 60].split("\n")[:lines] for each in islice(named.finditer(text), _PLACE))
    found = (_amount_in(line, unit) or (None if _COUNT.search(line) else _amount_in("".join(below), unit))
             for line, *below in places)  # fmt: skip
    return [amount for amount in found if amount]


def _right_after(words: re.Pattern[str], text: str) -> Iterator[Sum]:
    """The amounts that the words lead to, with no other number or sentence between; both of "120 EUR or 180 EUR"."""
    for said in islice(words.finditer(text), _PLACE):
        place = said.end()
        for lead in (_LEAD, _OR, _OR):
            found = cues.pattern("money").search(text, place, place + _REACH)
            if not found or not lead.fullmatch(text, place, found.start()):
                break
            yield _money(found)
            place = found.end()


def _values(sums: Collection[Sum]) -> frozenset[Decimal]:
    return frozenset(amount for amount, _ in sums)


def _summed(found: Sequence[Sum]) -> list[Sum]:
    """The largest of three amounts, if the others come to it: net, tax, gross."""
    ordered = sorted(dict.fromkeys(found))
    fits = len(ordered) == _NET_TAX_GROSS and ordered[0][0] + ordered[1][0] == ordered[2][0]
    return ordered[2:] if fits else []


def _only_unit(text: str) -> str:
    """The currency of amounts that name none: the only one there is, or the one that stands alone."""
    signs = {_money(each)[1] for each in cues.pattern("money").finditer(text)}
    header = re.search(r"(?<!\w)(EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY)(?!\w)", text)
    return signs.pop() if len(signs) == 1 else header[1] if header else ""


def _amount_in(after: str, unit: str) -> Sum | None:
    """The first amount after a word such as "total"; in `unit` where it names none."""
    if found := cues.pattern("money").search(after):
        return _money(found)
    plain = _PLAIN.search(after)
    return (money.decimal(plain[1]), unit) if plain and _PLACES.search(plain[1]) else None


def _money(found: re.Match[str]) -> Sum:
    sign = (found[1] or found[4] or "").casefold()
    return money.decimal(found[2] or found[3]), cues.CURRENCIES.get(sign, "")
