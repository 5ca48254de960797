"""The words by which requests for invoices, bills and receipts are understood, in all seven languages at once.

Expressions, each matched in any case. What a text does not say in these words is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from daemon.core.accounting import money
from daemon.core.language import spoken

CURRENCIES: Mapping[str, str] = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "us$": "USD", "usd": "USD", "£": "GBP", "gbp": "GBP",
    "pounds": "GBP", "chf": "CHF", "sfr.": "CHF", "sfr": "CHF", "sek": "SEK", "nok": "NOK", "dkk": "DKK", "pln": "PLN",
    "zł": "PLN", "czk": "CZK", "huf": "HUF", "ft": "HUF", "jpy": "JPY", "krw": "KRW", "kwd": "KWD", "cad": "CAD",
    "aud": "AUD", "inr": "INR", "₹": "INR", "brl": "BRL", "r$": "BRL", "mxn": "MXN", "cny": "CNY",
    "$": "$", "dollars": "$", "dollar": "$", "kr": "kr", "kr.": "kr", "kronor": "kr", "¥": "¥", "yen": "JPY",
}  # fmt: skip
# A sign that several currencies share counts as the one the handbook names, if that is one of them.
SHARED: Mapping[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "kr": ("SEK", "NOK", "DKK", "ISK"), "¥": ("JPY", "CNY"),
}  # fmt: skip
UNITS: Mapping[str, str] = {  # the words for one unit, and its name for comparing
    "day": "day|days|tag|tage|tagen|jour|jours|journée|journées|día|días|dia|dias|giorno|giorni|giornate|dag|dagen"
    "|personentage|pt|manday|mandays",
    "hour": "hour|hours|hr|hrs|h|std|stunde|stunden|heure|heures|hora|horas|ora|ore|uur|uren|u",
    "minute": "minute|minutes|minuten|min|minutos|minuti",
    "week": "week|weeks|woche|wochen|semaine|semaines|semana|semanas|settimana|settimane|weken",
    "month": "month|months|monat|monate|monaten|mois|mes|meses|mese|mesi|mês|maand|maanden",
    "year": "year|years|jahr|jahre|an|ans|année|años|año|anno|anni|ano|anos|jaar",
    "piece": "piece|pieces|pc|pcs|unit|units|stück|stk|st|pièce|pièces|unité|unités|unidad|unidades|ud|uds|pezzo"
    "|pezzi"
    "|pz|unidade|unidades|peça|peças|stuk|stuks|copy|copies|exemplare|exemplaires",
    "licence": "licence|licences|license|licenses|lizenz|lizenzen|licencia|licencias|licenza|licenze|licença|licenças"
    "|licentie|licenties|seat|seats|user|users",
    "box": "box|boxes|karton|kartons|kiste|kisten|caja|cajas|scatola|scatole|caixa|caixas|doos|dozen|pallet|pallets"
    "|palette|paletten|pack|packs|set|sets|roll|rolls|bottle|bottles",
    "measure": "kg|g|t|km|m|m2|m²|m3|m³|qm|l|litre|litres|liter|words|wörter|page|pages|seite|seiten|seiten",
    "flat": "flat|pauschal|pauschale|forfait",
}
EACH = r"each|apiece|a piece|per piece|per unit|je|chacune?|l'unité|pièce|cada uno|cada una|cada|ciascun[oa]|l'uno"
_TAX = (
    r"(?:vat|v\.a\.t\.|sales tax|gst|tax|mwst\.?|ust\.?|mehrwertsteuer|umsatzsteuer|t\.?v\.?a\.?|i\.?v\.?a\.?|btw"
    r"|moms)"
)
RATE = r"(\d{1,2}(?:[.,]\d{1,3})?)[ ]?%"
_OFF = r"(?:discount|off|reduction|rabatt|nachlass|remise|rabais|réduction|descuento|sconto|desconto|korting)"
_OF = r"(?:(?:of|de|d'|di|del|von|at|à|zu|rate|satz|-satz)[ ])"
_PAY = (
    r"(?:due|payable|payment terms?|payment|pay|terms|nous payons|wir zahlen|pagamos|paghiamo|betalen wij|we betalen|"
    r"zahlbar|zahlungsziel|zahlung|zahlungsfrist|zu zahlen|fällig"
    r"|frist"
    r"|paiement|à payer|payer|règlement|échéance|pago|a pagar|pagar|vencimiento|vence|pagamento|da pagare|pagare"
    r"|scadenza|vencimento|te betalen|betaling|betalen|betaaltermijn|betaalbaar|vervaldatum|vervalt)"
)
_DAYS = r"(?:days?|tagen?|tage|jours?|días?|dias?|giorni|dagen)"
_ORG = (
    r"(?:gmbh(?: & co\.? kg)?|ag|kg|ohg|ug|e\.k\.|gbr|e\.v\.|se|ltd\.?|limited|llc|llp|plc|inc\.?|corp\.?|co\."
    r"|company"
    r"|sarl|s\.a\.r\.l\.|sas|sasu|eurl|s\.?a\.?|s\.?l\.?u?\.?|s\.?r\.?l\.?|s\.?p\.?a\.?|lda\.?|ltda\.?|b\.?v\.?"
    r"|n\.?v\.?|vof|ab|oy|as|aps)"
)
_CURRENCY = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
UNIT = "|".join(sorted("|".join(UNITS.values()).split("|"), key=len, reverse=True))
_BEFORE = "|".join(re.escape(sign) for sign in sorted(CURRENCIES.keys() - {"ft"}, key=len, reverse=True))
_AT = r"(?:at|@|à|á|a|zu je|zu|je|zum preis von|voor|for|für|pour|por|per|von|price:?|preis:?|=)"
_NO_WORD = (
    r"(?=[ ]*(?:$|[,;.)\n/]|net\b|netto\b|ht\b|brutto\b|gross\b|each\b|per\b|pro\b|par\b|por\b|je\b"
    r"|cad\w+\b|plus\b|zzgl|the\b))"
)
_START = r"(?<![\w.,])"

_SPACES = str.maketrans({**dict.fromkeys("\u00a0\u2007\u2009\u202f\v\f\r", " "), "\u00d7": "x"})
_APART = re.compile(r"[^\W\d_][\u0300-\u036f]{1,2}")  # a letter and its accents, as some programs write them
_GAPS = re.compile(r"[ ]{2,}|\n{3,}")
_BLANKS = re.compile(r"[ ]{2,}")
_LOOSE = re.compile(r"[ ]([?!])")  # as the French write it
_WIDE, _HALF = 60, 40  # characters of a line that may have been broken by a mail program
_LABELLED = re.compile(r"[^\n:]{1,25}:[ ]")
_LONGEST = 2000  # characters of one sentence

_IS = r"(?:is|ist|est|es|è|é)(?:[ ](?:el|le|la|il|o|a|het|the|die))?"
_MARK = rf"(?:(?:no|nr|nummer|number|num|núm|n°|nº)\.?[ ]?(?:{_IS})?[ ]?[:#]?|{_IS}|[:#])"

_EXPRESSIONS: Mapping[str, str] = {
    "money": rf"{_START}(?:({_BEFORE})[ ]?({money.NUMBER})"
    rf"|({money.NUMBER})(?:[.,][-\u2013]+)?[ ]?({_CURRENCY}))(?!\w)",
    "bare": rf"(?:(?<!\w){_AT}|@)[ ]+()({money.NUMBER})()(){_NO_WORD}",
    "quantity": rf"{_START}({money.NUMBER})(?![ ]?%)(?:[ ]?[x\u00d7*](?=[ ])|[ ]?(?:({UNIT})\.?)(?!\w)|(?!\w))",
    "times": rf"[x\u00d7*][ ]?({money.NUMBER})(?!\w)",
    "per": rf"^[ ]*(?:(?:ht|hors taxes?|net|netto)[ ]+)?(?:l['’](?:{UNIT})(?!\w)"
    rf"|(?:{EACH})(?!\w)|(?:per|pro|par|por|/|je|the|la|al|el|à la|a la|a|o|die|der|das"
    rf"|het)[ ]*(?:{UNIT})(?!\w))",
    "rate": RATE,
    "tax": rf"(?<!\w)(?:{RATE}[ ]+{_OF}?{_TAX}|{_TAX}[ ]*{_OF}{{0,2}}[:=]?[ ]?{RATE})(?!\w)",
    "tax_word": rf"(?<!\w){_TAX}(?!\w)",
    "tax_alone": r"(?<!\w)(?:(?:plus|excl\w*\.?|incl\w*\.?|inkl\w*\.?|zzgl\.?|zuzüglich|más|più|mais|without"
    r"|before|ohne)[ ]+)"
    rf"(?:the[ ]+)?{_TAX}(?!\w)",
    "no_tax": r"(?<!\w)(?:reverse charge|vat exempt|tax[ -]free|vat[ -]free|no vat|zero[ -]rated|steuerfrei"
    r"|umsatzsteuerfrei|kleinunternehmer\w*|autoliquidation|sin iva|exento de iva|esente iva|isento de iva"
    r"|btw verlegd"
    r"|non applicable|non imponibile)(?!\w)",
    "including": r"(?<!\w)(?:incl\w*\.?|inkl\w*\.?|ttc|brutto|gross|enthalten|enthält|compres[oa]|compris\w*"
    r"|bruto)(?!\w)",
    "without": r"(?<!\w)(?:plus|excl\w*\.?|zzgl\.?|zuzüglich|ht|hors taxes?|en sus|escluse?a?|esclus[oa]|más|más"
    r"|più|mais"
    r"|acresce|exkl\w*\.?|net|netto|neto|ex\.?|on top|extra|before tax)(?!\w)",
    "off": rf"(?<!\w)(?:{RATE}[ ]+{_OF}?{_OFF}|{_OFF}[ ]*{_OF}?:?[ ]?{RATE})(?!\w)",
    "off_word": rf"(?<!\w){_OFF}(?!\w)",
    "on_all": r"(?<!\w)(?:everything|total\w*|all|whole|alles|gesamt\w*|insgesamt|tout|todo|tutto|tudo|totaal)(?!\w)",
    "terms": rf"(?<!\w)(?:{_PAY}(?!\w)[^\d\n;%]{{0,25}}(\d{{1,3}})[ -]?{_DAYS}|(\d{{1,3}})[ ]{_DAYS}[ ](?:net|netto)"
    rf"|net[ ](\d{{2,3}})(?![.,]\d|[ ]?(?:{_CURRENCY})(?!\w)))(?!\w)(?:[ ]net\w*)?",
    "due": rf"(?<!\w){_PAY}(?!\w)[^\d\n.;%]{{0,25}}",
    "total": r"(?<!\w)(?:total\w*|sum|insgesamt|gesamt\w*|summe|au total|en total|in totale|no total|totaal|zusammen)"
    rf"(?!\w)[^\d\n.;%€$£]{{0,25}}(?:({_CURRENCY})[ ]?({money.NUMBER})|({money.NUMBER})[ ]?({_CURRENCY}))(?!\w)",
    "organisation": rf"(?:^|[ ]){_ORG}$",
    "reference": r"(?<!\w)(?:(po-?\d[\w/-]{2,20})"
    rf"|(?:po|purchase order|kostenstelle|cost cent(?:re|er))[ ]?{_MARK}?[ ]*((?:[A-Z]{{1,4}}[-/]?)?\d[\w/-]{{2,20}})"
    r"|(?:order|bestell\w*|inkoop\w*|auftrag\w*|commande|pedido|ordine|encomenda|bestelling|(?:your|our|ihre?|unsere?|votre|notre"
    r"|su|nuestra|vostro|nostro|uw|onze) (?:ref\w*|zeichen)|reference|referenz|référence|referencia|riferimento"
    rf"|referentie|[a-z]{3, 9}referenz)[ ]?{_MARK}[ ]*((?:[A-Z]{{1,4}}[-/]?)?\d[\w/-]{{2,20}})"
    r"|(?:(?:your|our|my|the|for|of) order|bestellung|auftrag|commande|pedido|ordine|encomenda|bestelling)[ ]"
    r"(?!20\d\d(?!\d))((?:[A-Z]{1,4}[-/])?\d[\w/-]{3,20})(?![ ](?-i:[a-zà-ÿ])))(?!\w)",
    "tax_id": r"(?<!\w)(?:vat|ust|uid|tva|p\.?[ ]?iva|iva|nif|nipc|cif|btw|tax)"
    rf"[- .]*(?:id\w*|registered|no|nr|number|nummer|num)?[- .]*(?:no|nr)?\.?[ ]?(?:{_IS})?[ ]?[:(]?[ ]*"
    r"((?-i:[A-Z]{2}U?\d[A-Z0-9]{6,11}|[A-Z]{2}[ ]\d{2,4}(?:[ ]\d{2,4}){2,3}))\)?(?!\w)"
    rf"|(?<!\w)(?:nif|nipc)[ ]?(?:{_IS})?:?[ ]*(\d{{3}} ?\d{{3}} ?\d{{3}})(?!\w)",
    "separator": r",[ ]+|;[ ]*|[ ]+(?:and|und|sowie|et|ainsi que|y|e|ed|en|plus|&|\+)[ ]+",
    "sentence": r"(?<=[\w%€$£)])(?<!\bstd)(?<!\bstk)(?<!\bst)(?<!\bnr)(?<!\bca)(?<!\bhrs)(?<!\bpcs)(?<!\buds)(?<!\bdr)"
    r"(?<!\d\.\d)(?<!\d\.\d\d)[.!?][ ]+(?=[A-ZÀ-Þ\d])|\n",
    "bullet": r"^[ ]*(?:[-*•+–]|\d{1,2}[.)])[ ]+",
    "edges": r"^(?:[\s,;:.=@–|()-]|(?:for|the|of|at|a|à|zu|je|de|des|d'|du|di|del|dell'|per|pour|por|para|von"
    r"|voor|van|für|über"
    r"|with|mit|avec|con|com|met|min|less|minus|abzüglich|plus|net|netto|gross|brutto|ht|and|und|et|y|e|en|x|each"
    r"|please|bitte"
    r"|us|me|uns|also|les|le|la|el|il|o|our|an|ein|eine|am|on)(?!\w))+",
}
PER_HEADS: Mapping[str, str] = {
    "Description": "description|item|items|goods|designation|details|artikelbezeichnung|produit|producto"
    "|prodotto|produto|position|service|product|beschreibung|leistung|artikel|bezeichnung|désignation"
    "|description|prestation|article|descripción|concepto|descrizione|articolo|descrição|omschrijving|dienst|what",
    "Quantity": "quantity|qty|units|amount of|hours|days|menge|anzahl|quantité|qté|cantidad|quantità|qtà"
    "|quantidade|aantal",
    "Unit": "unit|einheit|unité|unidad|unità|unidade|eenheid|uom",
    "Unit price": "unit price|price|rate|price each|price per unit|each"
    "|e-preis|ep|p.u.|prix unit.|p. unit.|einzelpreis|preis|stückpreis|satz|prix unitaire|prix|pu"
    "|precio unitario"
    "|precio|prezzo unitario|prezzo|preço unitário|preço|prijs per stuk|prijs|stukprijs",
    "Tax": "vat|tax|mwst|ust|tva|iva|btw|vat %|mwst %|tax %|steuer",
    "Discount": "discount|rabatt|nachlass|remise|descuento|sconto|desconto|korting",
    "Amount": "total|amount|sum|line total|betrag|gesamt|summe|montant|importe|importo|totale|valor|bedrag|totaal",
}


_ASIDE = re.compile(  # what a head says besides: "Unit price (EUR, net)"
    r"\([^()]{0,40}\)|[€$£]|(?<!\w)(?:eur|euro|usd|gbp|chf|sek|nok|dkk|pln|ht|ttc|net|netto|excl\.?|in)(?!\w)"
)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the expressions above; compiled when first needed."""
    return re.compile(_EXPRESSIONS[name], re.IGNORECASE | re.MULTILINE)


@cache
def unit(word: str) -> str:
    """Which unit a word means: "Tage" is "day"; "" for none."""
    folded = word.casefold().rstrip(".")
    return next((name for name, said in UNITS.items() if folded in said.split("|")), "")


@cache
def column(head: str) -> str:
    """Which column of an invoice a table's head names, or ""."""
    folded = " ".join(_ASIDE.sub(" ", head.casefold()).replace("*", "").split())
    return next((name for name, said in PER_HEADS.items() if folded in said.split("|")), "")


def groups(found: re.Match[str]) -> tuple[str, ...]:
    """What the expression caught, without its other branches."""
    return tuple(filter(None, found.groups()))


def plain(text: str) -> str:
    """The text with composed letters, ordinary spaces, one at a time, at most one empty line, and amounts in figures.

    So expressions can read it quickly.
    """
    composed = _APART.sub(lambda found: unicodedata.normalize("NFC", found[0]), text).translate(_SPACES)
    even = _GAPS.sub(lambda found: found[0][:2] if found[0][0] == "\n" else " ", composed)
    return spoken.written(_LOOSE.sub(r"\1", even))


def squeezed(text: str) -> str:
    """The text without the gaps that were left where something was taken out: in long ones expressions are slow."""
    return _BLANKS.sub(" ", text)


def unwrapped(text: str) -> str:
    """Prose in whole sentences again where a mail program broke its long lines."""
    lines = text.split("\n")
    out = lines[:1]
    for before, line in pairwise(lines):
        if _goes_on(before, line) and len(out[-1]) < _LONGEST:
            out[-1] = f"{out[-1].rstrip()} {line.lstrip()}"
        else:
            out.append(line)
    return "\n".join(out)


def _goes_on(line: str, after: str) -> bool:
    last, first = line.rstrip()[-1:], after.lstrip()[:1]
    if not first or not last or last in ".:;!?|" or any(mark in line + after for mark in "|\t;"):
        return False
    return first.isalnum() and not _LABELLED.match(after) and len(line) >= (_HALF if first.islower() else _WIDE)


def taken(name: str, text: str) -> tuple[tuple[re.Match[str], ...], str]:
    """Every match of an expression, and the text with a line end in the place of each."""
    expression = pattern(name)
    return tuple(expression.finditer(text)), expression.sub("\n", text)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these places empty; the rest stays where it is."""
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text
