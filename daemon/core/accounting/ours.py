"""What a message says of an invoice that we wrote: it is paid, is wanted once more, or somebody is to be reminded.

None of these asks for a new invoice, and none is a bill to us.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from daemon.core.accounting import identifiers

_WHOM = re.compile(
    r"(?<!\w)(?:remind|reminder (?:to|for)|chase|erinnere?|erinnerung an|zahlungserinnerung an|mahnung an|mahne?"
    r"|rappel(?:er|le|ez)? (?:à|au)|relance[rz]?|recu[eé]rd\w+ a|recordatorio (?:a|para)|ricorda(?:re)? a"
    r"|sollecit\w+ a|promemoria (?:a|per)|lembr\w+ (?:a|o|à|ao|para)|herinner|herinnering (?:aan|voor)"
    r"|aanmaning (?:aan|voor))[ ]((?-i:[A-ZÀ-Þ])[\w.&'-]{0,30}(?:[ ](?-i:[A-ZÀ-Þ&])[\w.&'-]{0,30}){0,4})",
    re.IGNORECASE,
)

Said = Literal["received", "again", "remind"]

_INVOICE = r"(?:invoices?|rechnung(?:en)?|factures?|facturas?|fattur[ae]|faturas?|factu(?:ur|ren))"
_NUMBERED = r"(?:no|nr|number|nummer|núm|n)?[.°º]?[ ]?#?(?:[A-Z]{1,6}[-/]?)?\d{1,8}[-/]\d"
_YOUR = r"(?:your|ihre|eure|deine|votre|vos|ta|vuestra|su|tu|vostra|sua|tua|a sua|a vossa|uw|jullie|je|the|die|la)"
_RULES = {
    # Somebody tells that they paid; not a question, and nothing that they have not done yet.
    "paid": r"(?<!\w)(?:(?:i|we)(?:'ve| have)?(?: just| already| now| today)? (?:paid|settled|transferred|wired)"
    r"|(?:ich|wir) (?:habe?n?|hätten)(?! (?:noch )?nicht)[^.?!\n]{0,80}(?:bezahlt|überwiesen|beglichen)"
    r"|(?:habe?n?)(?! (?:noch )?nicht) (?:ich |wir )?[^.?!\n]{0,80}(?:bezahlt|überwiesen|beglichen)"
    r"|(?:j'ai|nous avons) (?:bien |déjà )?(?:payé|réglé|viré)|(?:he|hemos) (?:ya )?(?:pagado|abonado|transferido)"
    r"|(?:ho|abbiamo) (?:già |appena )?(?:pagato|saldato|bonificato)"
    r"|(?:paguei|pagámos|pagamos|liquidei|liquidámos) (?:já )?(?:a|hoje|ontem)"
    r"|(?:ik heb|wij hebben|we hebben)(?! (?:nog )?niet)[^.?!\n]{0,80}(?:betaald|overgemaakt|voldaan))(?!\w)",
    "of_yours": rf"(?<!\w){_YOUR} {_INVOICE}(?!\w)|(?<!\w){_INVOICE}[ ]{_NUMBERED}",
    "undone": r"(?<!\w)(?:twice|zweimal|doppelt|deux fois|dos veces|due volte|duas vezes|twee keer|too much|zu viel"
    r"|by mistake|versehentlich|par erreur|por error|per errore|por engano|per ongeluk)(?!\w)",
    "once_more": rf"(?<!\w)(?:re-?send|reinvi\w*|reenv\w*|renvoy\w*"
    rf"|herzend\w*)(?!\w)[^.?!\n]{{0,60}}(?<!\w){_INVOICE}(?!\w)"
    rf"|(?<!\w){_INVOICE}(?!\w)[^.?!\n]{{0,60}}(?<!\w)(?:again|once more|one more time|another time|noch ?mal\w*"
    rf"|noch einmal|erneut"
    r"|à nouveau|de nouveau|encore une fois|otra vez|de nuevo|nuevamente|di nuovo|un'altra volta|nuovamente"
    r"|outra vez|de novo|novamente|mais uma vez|opnieuw|nog ?(?:een keer|eens|maals)|nogmaals)(?!\w)"
    r"|(?<!\w)(?:copy|duplicate|kopie|duplikat|zweitschrift|copie|duplicata|copia|duplicado|duplicato|cópia"
    rf"|segunda via)(?!\w)[^.?!\n]{{0,40}}(?<!\w){_INVOICE}(?!\w)"
    r"|(?<!\w)(?:lost|mislaid|cannot find|can't find|verloren|verlegt|perdu|perdido|perso|perdi|kwijt)(?!\w)"
    rf"[^.?!\n]{{0,40}}(?<!\w){_INVOICE}(?!\w)",
    "wanted": r"(?<!\w)(?:please|could|can|would|may|need|re-?send|send|lost|mislaid|bitte|könn\w*|kann|brauch\w*"
    r"|schick\w*"
    r"|pouv\w*|peux|s'il|merci de|besoin|renvoy\w*|pued\w*|podr\w*|necesit\w*|por favor|enví\w*|reenv\w*|pu[òo]|può\w*"
    r"|potre\w*|potete|puoi|serve|per favore|reinvi\w*|pode\w*|preciso|kun\w*|graag|stuur|wil\w*|kwijt|verloren"
    r"|perd\w*)(?!\w)",
    "theirs": rf"(?<!\w)(?:our|unsere|notre|nuestra|nostra|nossa|onze|my|meine|ma|mia|minha|mijn) {_INVOICE}(?!\w)"
    r"|(?<!\w)(?:attached|enclosed|anbei|beigefügt|ci-joint\w*|adjunt\w*|allegat\w*|anexo|bijgevoegd|bijlage"
    r"|iban)(?!\w)",
    "send_or_lack": rf"(?<!\w)(?:send|forward|schick\w*|send\w*|envoy\w*|enví\w*|envi\w*|manda\w*|invia\w*|stuur\w*"
    r"|never (?:got|received)|not (?:got|received)|nie (?:erhalten|bekommen)|noch nicht)(?!\w)"
    rf"[^.?!\n]{{0,40}}(?<!\w){_INVOICE} {_NUMBERED}",
    "remind": r"(?<!\w)(?:remind (?!me(?!\w)|us(?!\w)|myself)\w|reminder (?:to|for) (?-i:[A-ZÀ-Þ])"
    r"|(?:send|write|draft)[^.?!\n]{0,40}reminder|remind me to (?:remind|chase)|chase (?!down)\w"
    r"|erinner[en]?\w? (?!mich|uns|dich)(?:bitte )?\w|(?:zahlungs)?erinnerung an |mahnung an |mahne? (?-i:[A-ZÀ-Þ])"
    r"|(?:schick|schreib|send)\w* [^.?!\n]{0,40}(?:mahnung|erinnerung)"
    r"|rappel(?:er|le|ez)? (?:à|au|pour) |rappel à |relance[rz]? |recu[eé]rd(?:a|ale|ar|o) a |recordatorio (?:a|para) "
    r"|ricorda(?:re)? a |sollecit\w+ (?:a|per) |promemoria (?:a|per) |lembr(?:ar|a|e) (?:a|o|à|ao) "
    r"|lembrete (?:a|para|ao|à) |herinner (?!mij|me(?!\w)|ons)\w|herinnering (?:aan|voor) |aanmaning (?:aan|voor) )",
    "owed_us": rf"(?<!\w)(?:{_INVOICE}|overdue|due|paid|pay|owes?|überfällig|fällig|bezahlt|zahl\w*|échue|impayée?"
    rf"|payer|payé"
    r"|vencid[ao]|pagar|pagado|scadut[ao]|pagat[ao]|pagare|pago|vervallen|betal\w*|betaald)(?!\w)",
}


def said(text: str, *, own: bool) -> Said | None:
    """What the newest part of a message says of an invoice of ours; `own`: the person wrote it themselves."""
    if own:
        if _has("remind", text) and _has("owed_us", text):
            return "remind"
    elif _has("paid", text) and _has("of_yours", text) and not _has("undone", text):
        return "received"
    return "again" if _again(text) else None


def todo(what: Said, text: str, who: str) -> tuple[str, str]:
    """A title, and what the person does now; `who`: the sender's address, "" for the person's own note."""
    number = identifiers.reference(text)
    invoice = f"invoice {number}" if number else "an invoice"
    paper = f"The PDF lies in `Outbox/`, its name begins with `{number}`." if number else "The PDFs lie in `Outbox/`."
    if what == "again":
        done = "No new invoice is written, and nothing is sent: approving only keeps this page."
        return f"Send again: {invoice}", f"{paper} Send it to {who or 'the customer'} yourself. {done}"
    found = _WHOM.search(text)
    whom = found[1].rstrip(".") if found else "the customer"
    words = f"Write to {whom}: {invoice if number else 'the invoice'} is not paid yet, please pay it."
    return f"Remind {whom}: {invoice}", (
        f"You want to remind somebody of a payment to you; this is no bill, so nothing is booked. {paper} "
        f"To have a mail written, put a new note into Inbox/ that says “{words}”"
    )


def _again(text: str) -> bool:
    if _has("theirs", text):
        return False
    return _has("send_or_lack", text) or (_has("once_more", text) and _has("wanted", text))


def _has(rule: str, text: str) -> bool:
    return bool(_rule(rule).search(text))


@cache
def _rule(name: str) -> re.Pattern[str]:
    return re.compile(_RULES[name], re.IGNORECASE)
