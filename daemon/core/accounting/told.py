"""What a person's feedback says a message is: a bill that they pay, or something that they are to invoice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from daemon.core.accounting.deeds import Deed

_SAID: dict[Deed, str] = {
    "invoice": "This is an invoice of yours now, as your feedback asks; it was made anew from what came in.",
    "bill": "This is a bill that you pay now, as your feedback says; it was made anew from what came in.",
}
_INVOICE = r"(?:invoice|rechnung|facture|factura|fattura|fatura|factuur)"
_TOLD: tuple[Deed, ...] = ("invoice", "bill")
_RULES: dict[Deed, str] = {
    "invoice": r"(?<!\w)(?:make|write|create|issue|draft|prepare|do|erstelle?\w{0,2}|schreibe?|mache?|fais|faites"
    r"|établi[sr]\w{0,2}|rédige\w?|haz|crea|emite|emitir|prepara|hacer|fai|fare|crea|emett\w{1,3}|scrivi|scrivere"
    rf"|prepara|faz|faça|cria|emita|maak|schrijf|stel)(?!\w)[^.!?\n]{{0,30}}(?<!\w){_INVOICE}(?!\w)"
    rf"|(?<!\w){_INVOICE}(?!\w)[^.!?\n]{{0,30}}(?<!\w)(?:schreiben|erstellen|stellen|maken|opmaken|opstellen|sturen)"
    r"(?!\w)|(?<!\w)(?:(?:order|purchase order) (?:from|of|by) (?:a|the|our|my) (?:customer|client)"
    r"|(?:customer|client)(?:'s|’s)? (?:purchase )?order|kundenbestellung|kundenauftrag"
    r"|(?:bestellung|auftrag) (?:von|vom|eines|unseres|meines|des) (?:einem |unserem )?kunden"
    r"|commande (?:d'un|d’un|du|de (?:notre|mon)) client|pedido de(?:l| un| nuestro| mi)? cliente"
    r"|ordine (?:di un|del|d'un|da un) (?:nostro |mio )?cliente|encomenda de (?:um |uma )?cliente"
    r"|encomenda do (?:nosso )?cliente|(?:bestelling|order) van (?:een|de|onze|mijn) klant|klantorder"
    r"|invoice (?:it|them|this)|we (?:are|were) the supplier|we deliver|not (?:a|our|my) (?:bill|debt)"
    r"|keine (?:schuld|eingangsrechnung)|geen (?:rekening|schuld))(?!\w)",
    "bill": r"(?<!\w)(?:(?:this|it|that)(?: is|'s|’s) (?:a|an|the|our|my|their|his|her) (?:supplier\w*['’]?s? )?"
    r"(?:bill|debt)(?! for (?:a|our|my) customer)|(?:bill|invoice) (?:from|of|by) (?:a|the|our|my) supplier"
    r"|supplier(?:'s|’s)? (?:bill|invoice)|(?:i|we) (?:have to|must|need to|should) pay (?:it|this|them)"
    r"|lieferantenrechnung|eingangsrechnung|rechnung (?:von|vom|eines|unseres) (?:einem |unserem )?lieferanten"
    r"|rechnung an (?:uns|mich)|(?:muss|müssen) (?:ich|wir) (?:be)?zahlen"
    r"|facture (?:d'un|d’un|du|de (?:notre|mon)|de) fournisseur|factura de(?:l| un| nuestro| mi)? proveedor"
    r"|fattura (?:di un|del|da un|d'un) (?:nostro |mio )?fornitore|fatura d[eo] (?:um |nosso )?fornecedor"
    r"|factuur van (?:een|de|onze|mijn) leverancier|inkoopfactuur|leveranciersfactuur)(?!\w)",
}
_NOT = re.compile(
    r"(?<!\w)(?:do not|don't|don’t|not|never|no|nicht|kein\w?|ne|pas|non|não|niet|geen)(?!\w)[^.,;:!?\n]{0,25}$",
    re.IGNORECASE,
)


def followed(first: Deed, feedback: Iterable[str]) -> tuple[Deed, int]:
    """What a message is after all feedback, the oldest first, and how many of it was said before that was known."""
    deed, known = first, 0
    for number, said in enumerate(feedback, start=1):
        if found := _other(deed, said):
            deed, known = found, number
    return deed, known


def _other(deed: Deed, feedback: str) -> Deed | None:
    """What it is instead, if the feedback says so."""
    return next((name for name in _TOLD if name != deed and _says(name, feedback)), None)


def sentence(deed: Deed) -> str:
    """What to tell the person when feedback made something else of it."""
    return _SAID.get(deed, "")


def _says(name: Deed, feedback: str) -> bool:
    found = _rule(name).search(feedback[:2000])
    return found is not None and not _NOT.search(feedback[: found.start()])


@cache
def _rule(name: Deed) -> re.Pattern[str]:
    return re.compile(_RULES[name], re.IGNORECASE)
