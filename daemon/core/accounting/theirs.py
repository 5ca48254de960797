"""Whose paper a text is, however it came: a bill to us, an order to us, or one that we wrote ourselves.

A bill that somebody pasted into a text file is no note of the person, and must never become an invoice of theirs; an
order from a customer is no debt. Where a text tells neither, it is taken as the person's own words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

from daemon.core.accounting import cues, iban, letterhead
from daemon.core.language import words

Paper = Literal["bill", "order", "our bill", "our order"]
_LOOKED = 20_000  # characters
_HEAD = 12  # lines with words in which a paper says what it is
_LEAST = 3  # such lines of a paper
_TOP = 3  # such lines in which its writer stands
_LONGEST = 120  # characters of a line that is a title or a label

_BILL = (
    r"(?:(?:tax|vat|sales|commercial|final|partial|e-?)[ -]?)?(?:invoice|bill)|\w{0,20}rechnung|honorarnote|facture"
    r"|note d'honoraires|factura|fattura|bolletta|parcella|fatura|nota fiscal|fatura-recibo|\w{0,20}factuur|rekening"
    r"|payment reminder|reminder|final notice|statement(?: of account)?|(?:\d\.[ ])?\w{0,10}mahnung|zahlungserinnerung"
    r"|rappel(?: de paiement)?|recordatorio de pago|sollecito(?: di pagamento)?|lembrete de pagamento|aanmaning"
    r"|(?:betalings)?herinnering|credit (?:note|memo)|gutschrift|rechnungskorrektur|stornorechnung"
    r"|(?:facture d')?avoir|nota de crédito|factura rectificativa|nota di credito|creditnota|creditfactuur"
    r"|pro[ -]?forma(?:[ -]?(?:invoice|rechnung|factuur))?"
)
_MARK = r"(?:no|nr|number|nummer|num|núm|numéro|número|numero|n)?[ ]?[.:°º#]{0,3}[ ]?#?"
_NUMBER = r"(?=[\w/.-]{0,20}\d)[A-Z0-9][\w/.-]{1,24}"
_DATED = (  # "of 18 November 2026"
    r"(?:[ ,]+(?:(?:of|from|dated?|vom|von|du|del|de|da|van|datum|d\.d\.)[ :]+)?"
    r"\d{1,2}(?:[./-]|[ .]+[^\W\d_])[^\n]{0,20})?"
)
_LABELLED = (  # "Factuurnummer: 2026-881"
    r"(?:invoice|bill|credit note)[ ]?(?:no|nr|number|num|ref|#|id)|(?:rechnungs|rg|re)[ -]?(?:nr|nummer)"
    r"|(?:facture|avoir)[ ]?(?:n°|nº|no|num[ée]ro)|(?:n°|num[ée]ro)(?: de)? facture|factuur[ -]?(?:nr|nummer)"
    r"|(?:n[º°]|n[úu]mero|núm\.?)(?: de)? factura|factura[ ]?(?:n[º°.]|núm|número)|(?:n[°.]|numero) (?:di )?fattura"
    r"|fattura[ ]?(?:n[°.]|nr|numero)|(?:n[.ºo°]{1,2}|número)(?: da)? fatura|fatura[ ]?(?:n[.º°]|número)"
)
_LONG_ORDER = (
    r"purchase order|inkooporder|inkoopbon|bestelbon|einkaufsbestellung|bon de commande|orden de compra"
    r"|hoja de pedido|pedido de compra|ordine (?:d'acquisto|di acquisto)|buono d'ordine|nota de encomenda"
    r"|ordem de compra"
)
_ORDER = rf"{_LONG_ORDER}|p\.?o\.?"
_SHORT_ORDER = r"order|bestellung|auftrag|bestelling|commande|pedido|ordine|encomenda"  # only with a number
_SUMS = (
    r"total\w*|totaal\w*|\w{0,12}summe|gesamt\w*|\w{0,12}betrag|montant|importe|importo|valor|bedrag|net à payer"
    r"|brutto\w*|gross"
)
_PAY = (
    r"payable|pay (?:by|within|before|on|to|us|the)|please (?:pay|transfer)|(?:amount|balance|total|payment) due"
    r"|due (?:date|on|by)|to pay|te voldoen|te betalen|voldoen|overmaken|betaal\w*|zahlbar|zu zahlen|überweis\w*"
    r"|begleich\w*|fällig\w*|à (?:payer|régler)|échéance|merci de (?:payer|régler)|a pagar|pagadero|vencimiento"
    r"|vence|abonar|da pagare|scadenza|vencimento|pagar até|vervaldatum|uiterlijk"
)
_US = frozenset("me myself us mich mir uns moi nous mí nosotros me noi mim nós mij ons".split())
_TO = (
    r"to|for|bill(?:ed)? to|invoice to|invoiced to|customer|client|buyer|an|für|kunde|käufer|rechnung an"
    r"|rechnungsempfänger"
    r"|à|pour|client|facturé à|adressé à|para|cliente|facturar a|a|per|destinatario|spett\.?(?:le)?|acquirente"
    r"|ao?|destinatário|aan|voor|klant|t\.a\.v\."
)
_FROM = (  # who ordered
    r"buyer|purchaser|ordered by|order(?:ed)? from|from|bill to|invoice to|invoice address|billing address|customer"
    r"|client|besteller|auftraggeber|käufer|kunde|von|rechnung an|rechnungsadresse|acheteur|donneur d'ordre|de"
    r"|facturer à|adresse de facturation|comprador|cliente|facturar a|acquirente|committente|da|fatturare a"
    r"|encomendado por|faturar a|koper|inkoper|besteld door|van|opdrachtgever|factuuradres|factureren aan"
)
_SELLER = (  # whom it is ordered from
    r"supplier|vendor|seller|to|lieferant|verkäufer|an|fournisseur|vendeur|à|proveedor|vendedor|para|a|fornitore"
    r"|venditore|spett\.?(?:le)?|fornecedor|ao?|leverancier|verkoper|aan"
)
_CONFIRMED = re.compile(  # somebody confirms what we ordered ourselves
    r"(?<!\w)(?:(?:thank(?:s| you) for|we (?:have )?received|confirm\w*) your (?:order|purchase)"
    r"|(?:dank|danke) für (?:ihre|deine|eure|die) bestellung|wir (?:haben|bestätigen) ihre[nr]? (?:bestellung|auftrag)"
    r"|merci (?:pour|de) (?:votre|ta) commande|gracias por (?:su|tu|vuestr[oa]) (?:pedido|compra)"
    r"|grazie per (?:il (?:tuo|suo|vostro) ordine|l'ordine|aver ordinato)|obrigad[oa] pel[ao] (?:sua|tua|vossa)"
    r"|bedankt voor (?:je|uw|jullie|de) bestelling|wij hebben uw bestelling)(?!\w)"
    r"|^\W{0,8}(?:order confirmation|auftragsbestätigung|bestellbestätigung|confirmation de (?:la )?commande"
    r"|confirmación (?:de|del) pedido|conferma (?:d'|dell'|di )ordine|confirmação d[ae] encomenda|orderbevestiging"
    r"|lieferschein|delivery note|packing (?:slip|list)|pakbon|bon de livraison|albarán|bolla|guia de remessa)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class We:
    """Who the reader of a paper is: `names` in small letters, `account` without gaps; "" and () are not known."""

    names: Collection[str] = ()
    account: str = ""

    def are(self, said: str) -> bool:
        """Whether a name is ours, also where a word of it is left out, an address follows, or it is "me"."""
        parts = frozenset(_spoken(said.partition(",")[0]))
        own = [frozenset(_spoken(each)) for each in self.names]
        return bool(parts) and (parts <= _US or any(_same(parts, mine) for mine in own))


@lru_cache(maxsize=8)
def kind(text: str, we: We) -> Paper | None:
    """What a text is, if it is a paper."""
    text = cues.plain(text[:_LOOKED])
    lines = _lines(text)
    if len(lines) < _LEAST or not re.search(r"\d", text):
        return None
    if _is_order(text, lines):
        return "our order" if _is_ordered_by_us(lines, we) else "order"
    return _bill(text, lines, we) if _says("bill word", text) or _is_numbered(lines) else None


def begins(text: str) -> bool:
    """Whether a text is a paper from its first lines on, and not a message that speaks of one."""
    first = _lines(cues.plain(text[:_LOOKED]))[:_LEAST]
    return _is_titled("bill", first) or _is_titled("order", first)


def reads_like_a_bill(text: str) -> bool:
    """Whether it begins as bills do, which a note of the person seldom does."""
    lines = _lines(cues.plain(text[:_LOOKED]))
    return len(lines) >= _LEAST and _is_titled("bill", lines[:1]) and not any(_fields("to", lines))


def _bill(text: str, lines: list[str], we: We) -> Paper | None:
    accounts, named = iban.find(text), list(_fields("to", lines))
    to_us, numbered = any(map(we.are, named)), _is_numbered(lines)
    if _is_from_us(accounts, named, lines, we):
        return "our bill" if numbered else None
    foreign = bool(accounts) and accounts != (we.account,)
    issued = any(_is_company(line, we) for line in _top(lines))
    issued = issued or (numbered and letterhead.of(text, we.names).name not in ("", *named))
    if not _has_amount(text) or (named and not (to_us or foreign or issued)):  # "Customer: …" is the person's order
        return None
    asked, headed = _says("pay", text), _is_company(lines[0], we)
    titled = numbered or _is_titled("bill", lines[:_HEAD])
    told = to_us or foreign or numbered or asked or _says("sum", text)
    return "bill" if (titled and told) or (to_us and (foreign or asked)) or (headed and foreign) else None


def _is_from_us(accounts: tuple[str, ...], named: list[str], lines: list[str], we: We) -> bool:
    """Whether it asks for money on our account, or has our name at its top and another one as who gets it."""
    if accounts:
        return accounts == (we.account,)
    return any(map(we.are, _top(lines))) and bool(named) and not any(map(we.are, named))


def _is_order(text: str, lines: list[str]) -> bool:
    """Whether it calls itself an order before it calls itself a bill; a bill names the order as well."""
    plain = any(_says("field", line) for line in lines) or _has_amount(text)
    titles = ("order", "short order") if plain else ("order",)
    first = next((line for line in lines[:_HEAD] if _is_titled("bill", [line]) or _is_named(titles, line)), "")
    return _is_named(titles, first) and not _is_numbered(lines) and not _CONFIRMED.search(text)


def _is_named(titles: tuple[str, ...], line: str) -> bool:
    return any(_is_titled(title, [line]) for title in titles)


def _is_ordered_by_us(lines: list[str], we: We) -> bool:
    """Whether we are named as who orders, or stand at the top of an order to somebody else."""
    sellers = list(_fields("seller", lines))
    if any(map(we.are, sellers)):
        return False
    return any(map(we.are, (*_fields("from", lines), *(lines[:_TOP] if sellers else ()))))


def _top(lines: list[str]) -> list[str]:
    """The lines in which the writer stands."""
    return [line for line in lines[:_HEAD] if not _says("field", line)][:_TOP]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _is_titled(paper: str, lines: list[str]) -> bool:
    return any(_rule(paper).match(line) for line in lines if len(line) <= _LONGEST)


def _is_numbered(lines: list[str]) -> bool:
    return any(_rule("labelled").match(line) or _rule("bill with number").match(line) for line in lines)


def _fields(name: str, lines: list[str]) -> Iterator[str]:
    """What stands behind a label such as "To:", or on the line below it."""
    for line, below in pairwise([*lines, ""]):
        if found := _rule(name).match(line[:_LONGEST]):
            yield found[1].strip() or below


def _same(parts: frozenset[str], mine: frozenset[str]) -> bool:
    return bool(mine) and (mine <= parts or (parts <= mine and 2 * len(parts) > len(mine)))


def _is_company(line: str, we: We) -> bool:
    return bool(letterhead.companies(line)) and not we.are(line)


def _has_amount(text: str) -> bool:
    return bool(cues.pattern("money").search(text) or re.search(r"(?<![\d.,])\d{1,7}[.,]\d\d(?![\d.,])", text))


def _spoken(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", words.fold(text))


def _says(rule: str, text: str) -> bool:
    return bool(_rule(rule).search(text))


_RULES = {
    "bill": rf"\W{{0,8}}(?:{_BILL})(?:\W{{0,8}}|[ ]{_MARK}[ ]?{_NUMBER}(?![ ]?(?:{cues.UNIT})(?!\w)){_DATED})$",
    "bill with number": rf"\W{{0,8}}(?:{_BILL})[ ]{_MARK}[ ]?(?:[A-Z]{{1,6}}[-/]?\d[\w/-]{{1,20}}|\d{{4}}[-/]?\d[\w/-]"
    rf"{{0,20}})(?!\w){_DATED}(?:$|[,;|])",
    "labelled": rf"\W{{0,8}}(?:{_LABELLED})\.?[ ]?[:#.]?[ ]?#?(?=[^\n]{{0,20}}\d)[A-Z0-9]",
    "order": rf"\W{{0,8}}(?:(?:{_ORDER})(?!\w)(?:\W{{0,8}}|[ ]?{_MARK}[ ]?[-–]?{_NUMBER}[^\n]{{0,60}})"
    rf"|(?:{_LONG_ORDER})[ ]?[-–:|,][^\n.?!]{{0,60}})$",
    "short order": rf"\W{{0,8}}(?:{_SHORT_ORDER})[ ]{_MARK}[ ]?(?:[A-Z]{{1,6}}[-/ ]?)?\d[\w/-]{{2,20}}"
    r"(?:[ ,]+[^\n.?!]{0,40})?$",
    "bill word": rf"(?<!\w)(?:{_BILL})(?!\w)",
    "sum": rf"(?<!\w)(?:{_SUMS})(?!\w)[^\d\n]{{0,40}}\d",
    "pay": rf"(?<!\w)(?:{_PAY})(?!\w)",
    "to": rf"(?:{_TO})[ ]?:[ ]*(.*)",
    "from": rf"(?:{_FROM})[ ]?:[ ]*(.*)",
    "seller": rf"(?:{_SELLER})[ ]?:[ ]*(.*)",
    "field": rf"^(?:{_TO}|{_FROM}|{_SELLER})[ ]?:",
}


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(_RULES[name], re.IGNORECASE)
