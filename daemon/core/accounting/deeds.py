"""What a message about money wants done, by its words in seven languages. The first rule that fits counts."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, assert_never

from daemon.core.accounting import ours
from daemon.core.accounting.theirs import Paper

Deed = Literal[
    "invoice", "offer", "bill", "reminder", "receipt", "received", "credit", "proforma", "correction", "again",
    "remind", "issued", "ordered", "unclear",
]  # fmt: skip

_INVOICE = r"(?:invoices?|rechnung(?:en)?|factures?|facturas?|fattur[ae]|faturas?|factu(?:ur|ren))"
_ASK = (
    r"send|write|issue|prepare|make|need|get us|have|want|like|provide|raise|draw up|forward|schick\w*|send\w*"
    r"|stell\w*"
    r"|schreib\w*|benötig\w*|brauch\w*|bitte um|erstell\w*|établi\w*|envoy\w*|besoin|adress\w*|necesit\w*|enví\w*"
    r"|envi\w*|haz"
    r"|hacer|emit\w*|manda\w*|serve|invi\w*|prepar\w*|emett\w*|fare|fai|fammi|facci\w*|precis\w*|faz\w*|passa\w*"
    r"|stuur\w*|stuurt"
    r"|maken|graag|sturen"
)
_RULES = {
    # Somebody asks us for an invoice; "attached" and "copy" mean one that is already there.
    "asked": rf"(?:{_ASK})\b[^.?!\n]{{0,40}}\b{_INVOICE}\b|\b{_INVOICE}\b[^.?!\n]{{0,40}}\b(?:schreiben|stellen"
    rf"|schicken|senden"
    r"|ausstellen|erstellen|please|pls|maken|sturen)\b|\bplease (?:invoice|bill)\b|\b(?:invoice|bill) (?:us|me)\b"
    r"|\bin rechnung (?:zu )?stellen\b|\bstell\w?\b[^.\n]{0,200}\bin rechnung\b"
    r"|\bfacturer à\b|\bmerci de (?:nous )?facturer\b|\bfactura[r]? a\b|\bfatturare\b|\bfaturar\b|\bfactureren\b",
    "unpaid": rf"(?:\bnot|n't)\b(?: yet)? (?:paid|settled)\b[^.?!\n]{{0,30}}\b{_INVOICE}\b",
    "lacking": rf"\b(?:never|nie|noch keine|missing|haven't|not yet|pas encore|todavía no|non ancora|nog geen"
    rf"|ainda não)\b"
    rf"[^.?!\n]{{0,40}}\b{_INVOICE}\b|\b{_INVOICE} (?:fehlt|is missing|manque|falta|manca|ontbreekt)\b",
    # Our own invoice is to be changed: nothing here can do that, and it is no bill.
    "corrects": r"\b(?:credit note|corrected invoice|wrong invoice|wrong vat|split|pro ?forma|reissue|re-issue"
    r"|cancel it|storno"
    r"|stornier\w*|korrigierte\w*|gutschrift|rechnungskorrektur|avoir|facture rectificative|rectificat\w*"
    r"|nota de crédito"
    r"|nota di credito|creditnota|paid twice|zweimal bezahlt|twice)\b",
    # A paper that calls itself so, not a message that speaks of one.
    "credit": r"^[^\w\n]*+(?:credit note|credit memo|gutschrift|rechnungskorrektur|storno\w*|note de crédit"
    r"|(?:facture d')?avoir|nota de crédito|factura rectificativa|nota di credito|creditnota|creditfactuur)(?!\w)"
    r"(?! (?:von|for|from|für|per|pour|over)\b)",
    "proforma": r"^[^\w\n]*+(?:pro[ -]?forma\w*[ -]?(?:invoice|rechnung)?"
    r"|(?:facture|factura|fattura|fatura) pro[ -]?forma"
    r"|proformarechnung)(?!\w)",
    "dictated": rf"^[^\w\n]*+(?:please |bitte |new |neue )?(?:invoice|bill)\b(?! from| no| #|:? ?\d)|\b{_INVOICE} (?:to"
    rf"|for|an|für|über"
    r"|pour|à|para|a|per|aan|voor)\b",
    "not_asked": rf"\b(?:attached|enclosed|find|anbei|anhang|beigefügt|ci-joint\w*|adjunt\w*|allegat\w*|anexo"
    rf"|bijgevoegd|bijlage"
    rf"|copy|kopie|copie|copia|cópia|again|nochmal\w*|your invoice|ihre rechnung)\b[^.?!\n]{{0,30}}\b{_INVOICE}\b"
    rf"|\b{_INVOICE}\b[^.?!\n]{{0,30}}\b(?:attached|enclosed|anbei|im anhang|ci-joint\w*|en pièce jointe"
    rf"|adjunt\w*|allegat\w*"
    r"|em anexo|bijgevoegd|is available|liegt für sie bereit)\b",
    "this one": r"\b(?:this|the attached|diese|die (?:angehängte|beiliegende)|cette|esta|esa|questa|quest'|deze|de"
    rf" bijgevoegde|bijgevoegde) ?{_INVOICE}\b",
    "offer": r"\b(?:quote|quotation|offer|estimate|price for|angebot|kostenvoranschlag|preisangebot|devis"
    r"|presupuesto|cotización"
    r"|preventivo|orçamento|offerte)\b",
    "reminder": r"\b(?:payment reminder|reminder\W[^\n]{0,40}(?:invoice|payment|overdue)|overdue|past due"
    r"|final notice|final demand"
    r"|second notice|mahnung|mahngebühr\w*|zahlungserinnerung|rappel de paiement|rappel|impayée?|mise en demeure"
    r"|recordatorio de pago|factura vencida|pago pendiente|sollecito|fattura scaduta|lembrete de pagamento"
    r"|fatura vencida"
    r"|aanmaning|betalingsherinnering|herinnering)\b",
    "received": r"\bstatus: paid\b"
    r"|\b(?:you(?:'ve| have)? (?:received|got) a payment|payment received|we(?:'ve| have)? (?:just |already )?(?:paid"
    r"|transferred|wired)"
    r"|(?:has|have) (?:been )?paid|paid us|paid you|remittance|payment advice|zahlungseingang|zahlungsavis"
    r"|gutschrift von"
    r"|(?:haben|habe|hat) [^.\n]{0,60}(?:überwiesen|bezahlt)|geld(?:eingang)?|nous avons (?:payé|réglé|viré)"
    r"|virement reçu|a payé"
    r"|hemos pagado|ha pagado|transferencia recibida|abbiamo pagato|ha pagato|bonifico ricevuto|pagámos|pagou"
    r"|transferência recebida|hebben (?:wij |we )?[^.\n]{0,40}betaald|heeft [^.\n]{0,40}betaald|ontvangen betaling)\b"
    r"|^[^\w\n]*+(?:received|got|erhalten|bekommen|reçu|recibido|ricevuto|recebi\w*|ontvangen)\b",
    "receipt": r"\b(?:receipt|quittung|kassenbon|kassenbeleg|bewirtungsbeleg|thank you for your (?:purchase"
    r"|payment|order)"
    r"|your order is paid|reçu|ticket de caisse|recibo|tique|scontrino|ricevuta|kassabon|bonnetje|paid with"
    r"|bezahlt mit"
    r"|payé par carte|pagado con|pagato con|pago com|betaald met|card ending|wurde abgebucht|change due|rückgeld)\b",
    "spent": r"^[^\w\n]*+(?:i |ich |we |wir |habe )*(?:just )?(?:paid|spent|bought|bezahlt|ausgegeben|gekauft|payé"
    r"|dépensé|acheté|pagado"
    r"|gastado|comprado|pagué|pagato|speso|comprato|pago|gastei|paguei|comprei|betaald|uitgegeven|gekocht|expense"
    r"|ausgabe|spesa"
    r"|gasto|despesa|uitgave)\b",
    "spending": r"\b(?:lunch|dinner|breakfast|taxi|parking|fuel|expenses?|entertaining|ausgaben?|bewirtung"
    r"|mittagessen|tanken"
    r"|parken|déjeuner|comida|pranzo|almoço)\b",
    "pay": r"^[^\w\n]*+(?:please |bitte )?(?:pay|transfer|bezahle?|zahle?|überweise?"
    r"|payer|paye|pagar|paga|pagare|betaal)\b",
    "paid_by": r"^[^\w\n]*+(?!(?:I|We|Ich|Wir) )(?-i:[A-ZÀ-Þ])[\w'-]+(?: (?-i:[A-ZÀ-Þ&])[\w.'-]*){0,5}"
    r" (?:has |just )?(?:paid|hat|a payé"
    r"|ha pagado|ha pagato|pagou"
    r"|heeft)\b",
    "paid_us": r"^[^\w\n]*+paid\b|\bpaid (?:this|today|yesterday|it|on)\b|\b(?:hecha la transferencia|heute raus"
    r"|sind raus|ist raus"
    r"|on its way to you|sent you (?:a payment|[\d€$£])|virement effectué|bonifico effettuato|transferência feita"
    r"|overgemaakt)\b",
    "till": r"\bcard\b.{0,4}\*\*|\bpump \d|\b(?:vielen dank für ihren einkauf|thank you for shopping|drive safely)\b",
    "came_in": r"\A[^\n]{0,120}\d[^\n]{0,80}(?<!\w)(?:received|erhalten|bekommen|eingegangen|reçue?s?|recibid[oa]s?"
    r"|ricevut[oai]"
    r"|recebid[oa]s?|ontvangen)[.! ]{0,3}\Z",
    "failed": r"\b(?:payment failed|couldn't charge|could not charge|zahlung fehlgeschlagen|paiement refusé"
    r"|pago fallido"
    r"|pagamento non riuscito|pagamento falhou|betaling mislukt)\b",
    "to_pay": rf"\b(?:{_INVOICE}|bill|fee note|statement|amount due|balance due|balance to be paid|please pay"
    rf"|pay by|payable"
    r"|iban|nachzahlung|zahlbar"
    r"|honorarnote|bescheid|beitrag|fällig|zu zahlen|überweis\w*|zahle?n?|abschlag\w*|à payer|échéance"
    r"|virement|a pagar"
    r"|vencimiento|vence|da pagare|scadenza|bonifico|pagar|vencimento|te betalen|betalen|vervaldatum|total\w*)\b",
}


def of(text: str, files: str, *, own: bool, sort: Paper | None = None) -> Deed:
    """What to do about a message: its newest part, the text of its files, and whether the person wrote it.

    `sort`: what the files are, or the text where there is none.
    """
    everything = f"{text}\n{files}"
    if deed := ours.said(text, own=own) or (_noted(text) if own else None):
        return deed
    paper = files or text
    for deed, rule in _PAPERS:
        if not own and _says(rule, paper):
            return deed
    if _says("corrects", text):
        return "correction"
    passed_on = sort == "bill" and _says("this one", text)
    if (files or not sort) and not passed_on and _asks(text, own=own):
        return "invoice"
    if sort:
        return _of_paper(sort, everything)
    if not own and not _asks_back(text) and _asks(files, own=False):
        return "invoice"
    return _by_words(everything) or "unclear"


def _of_paper(sort: Paper, everything: str) -> Deed:
    """What is done with a paper that says itself what it is, and with what came beside it."""
    match sort:
        case "order":
            return "invoice"
        case "our order":
            return "ordered"
        case "our bill":
            return "issued"
        case "bill":
            said = _by_words(everything)
            return said if said and said != "offer" else "bill"
        case _:
            assert_never(sort)


def _by_words(everything: str) -> Deed | None:
    return next((deed for deed, rule in _ORDER if _says(rule, everything)), None)


def _noted(text: str) -> Deed | None:
    """What only a person's own note says so shortly."""
    if _says("spent", text):
        return "receipt"
    if _says("paid_by", text) or _says("came_in", text):
        return "received"
    if _says("pay", text):
        return "bill"
    return "receipt" if _says("spending", text) and not _says("dictated", text) and re.search(r"\d", text) else None


_PAPERS: tuple[tuple[Deed, str], ...] = (("credit", "credit"), ("proforma", "proforma"))
_ORDER: tuple[tuple[Deed, str], ...] = (
    ("reminder", "failed"),
    ("reminder", "reminder"),
    ("receipt", "receipt"),
    ("receipt", "till"),
    ("received", "paid_us"),
    ("received", "received"),
    ("offer", "offer"),
    ("bill", "to_pay"),
)


def _asks(text: str, *, own: bool) -> bool:
    if _says("lacking", text):
        return True
    wanted = _says("asked", text) or (own and _says("dictated", text))
    return wanted and not _asks_back(text) and not _says("unpaid", text)


def _asks_back(text: str) -> bool:
    """Whether an invoice is spoken of that somebody has already written."""
    return _says("not_asked", text)


def _says(rule: str, text: str) -> bool:
    return bool(_rule(rule).search(text))


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(_RULES[name], re.IGNORECASE | re.MULTILINE)
