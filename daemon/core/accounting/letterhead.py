"""Who a paper is from: the name at its top, with the address beside or below it, as people print their paper."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from daemon.core.accounting import cues
from daemon.core.language import words

_TOP = 4000  # characters of a paper that are looked at for it
_LINES = 8  # of a paper in which its letterhead stands
_WORDS = 8  # of a name
_LONGEST = 60  # characters of a name
_PARTS = re.compile(r"\s*(?:[,·•|]|(?<=\s)[–—-](?=\s))\s*")
_GAP = re.compile(r"[ ]{3,}|\t")
_TITLE = re.compile(
    r"(?:page|seite|\w{0,20}(?:invoice|rechnung|factuur|rekening|nota|bestelling)|facture|factura|fattura|fatura|bill"
    r"|receipt|quittung|kassenbon|kassabon|kwitantie|bonnetje|reçu|recibo|ricevuta|scontrino|parcella|bolletta|boleta"
    r"|note d'honoraires|(?:tax|vat|sales|commercial|pro[ -]?forma|final|partial|electronic) (?:invoice|bill)"
    r"|\w{0,20}order|\w{0,20}bestellung|auftrag|bon de commande|commande|pedido|ordine|encomenda"
    r"|\w{0,20}mahnung|zahlungserinnerung|\w{0,20}herinnering|aanmaning|sollecito|rappel|reminder|statement"
    r"|credit note|gutschrift|avoir|pro ?-?forma|date|datum|subject|betreff|betreft|onderwerp|objet|oggetto|asunto"
    r"|assunto|to|an|aan|ship|kunde|klant|customer|client|cliente|destinatario|destinatário|attention|attn|z\. ?hd"
    r"|copy|original|duplicate|confidential|dear|hello|hi|hallo|lieber?|sehr|bonjour|hola|ciao|buongiorno|olá|beste"
    r"|geachte|orden|ordem|lieferschein|delivery|angebot|offer|quote|devis|your|our|ihre?|unsere?|von|from|thank|danke"
    r"|vielen|please|bitte|we|wir)(?!\w)",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(  # whom a paper is for, in the line or below it
    r"[ ]*(?:(?:(?:(?:bill(?:ed)?|invoiced?|ship(?:ped)?|sold|deliver(?:y|ed)?) )?to|attn\.?|an|für|z\. ?hd\.?|aan"
    r"|factuur aan|t\.a\.v\.|ter attentie van)[ ]*(?::|$|[ ](?=(?-i:[A-ZÀ-Þ])))"
    r"|(?:for|customer|client|buyer|attention|kunde|käufer|rechnung an|rechnungsempfänger|rechnungsadresse|lieferung an"
    r"|à|pour|adressée? à|facturée? à|para|cliente|facturar a|a|per|destinatario|spett\.?(?:le)?|intestat\w+ a|ao"
    r"|destinatário|voor|klant|factuur voor|factuuradres|debiteur)[ ]*(?::|$))([^\n]*)",
    re.IGNORECASE,
)
_ARTICLES = frozenset(
    "the der die das le la les l el los las lo il gli i o os a as de het t d den und and et y e en".split()
)
_SMALL = frozenset(
    "of and de des du la le les el y e et und & + van der den di del dei della do da dos das en for für the on"
    " 't 's ’t ’s e.k. e.v. eg mbh i.g. b.v. s.r.l. s.p.a. a/s ab oy".split()
)
_ISSUER = re.compile(
    r"^[ ]*([^\n:;]{1,60}?[ ](?:GmbH(?: & Co\. KG)?|AG|KG|OHG|UG|GbR|e\.K\.|eG|Ltd\.?|LTD|BV|NV|A/S|Limited"
    r"|LLC|PLC|Inc\.?|Corp\.?|SARL|SAS|SA|S\.A\.|S\.L\.U?\.?|S\.r\.l\.|S\.p\.A\.|Lda\.?|B\.V\.|N\.V\.|AB|Oy|AS"
    r"|ApS))(?![\w])",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Head:
    """A name and what stands of its address; "" and () where nothing is known."""

    name: str = ""
    address: tuple[str, ...] = ()


def of(paper: str, ours: Collection[str] = ()) -> Head:
    """The first name at the top of a paper that is not one of `ours`, nor of whom the paper is for."""
    lines = [line.strip() for line in paper[:_TOP].splitlines() if line.strip()]
    for number, line in enumerate(lines[:_LINES]):
        head = parted(_GAP.split(line)[0].strip("*# "))
        if cues.pattern("money").search(line) or not _is_name(head.name) or is_ours(head.name, ours):
            continue
        if not is_title(line) and not _is_address(lines, number):
            return _company_below(head, lines[number + 1 : number + 2], ours)
    return Head()


def _company_below(head: Head, below: Sequence[str], ours: Collection[str]) -> Head:
    """The company right below a single word, which may be one more name for a bill; else the name itself."""
    full = next(map(parted, below), head)
    known = " " in head.name or is_ours(full.name, ours) or is_title(full.name)
    return head if known or not cues.pattern("organisation").search(full.name) else full


def is_ours(name: str, ours: Collection[str]) -> bool:
    """Whether a name is one of `ours`, with or without its article, its legal form or a lesser word of it."""
    said = _words(name)
    formed = cues.pattern("organisation").search(name)
    return bool(said) and any(
        said == own or (not formed and said < own and 2 * len(said) > len(own)) for own in map(_words, ours)
    )


def is_title(line: str) -> bool:
    """Whether a line says what a paper is, or whom it is for, and names no company."""
    return bool(_TITLE.match(line)) and not cues.pattern("organisation").search(line)


def _words(name: str) -> frozenset[str]:
    bare = cues.pattern("organisation").sub("", " ".join(name.split()))
    said = frozenset(re.findall(r"[^\W_]+", words.fold(bare)))
    return (said - _ARTICLES) or said


def _is_address(lines: Sequence[str], number: int) -> bool:
    """Whether the line says whom the paper is for, or stands below one that says so."""
    said = _ADDRESSED.match(lines[number][:_LONGEST])
    above = _ADDRESSED.match(lines[number - 1][:_LONGEST]) if number else None
    return bool(said or (above and not above[1]))


def _addressed(paper: str) -> str:
    """What stands where a paper says whom it is for."""
    lines = [line.strip() for line in paper.splitlines() if line.strip()]
    return "\n".join(line for number, line in enumerate(lines) if _is_address(lines, number))


def parted(line: str) -> Head:
    """A name and an address in one line: "Harbour Run Association, Pier 4, 20459 Hamburg"."""
    name, *address = [part for part in _PARTS.split(line.strip()[:300]) if part] or [""]
    return Head(name, tuple(address) if any(re.search(r"\d", part) for part in address) else ())


def issuer(text: str, ours: Collection[str] = (), *, paper: str = "") -> str:
    """Who a bill is from: the letterhead of the paper, written out where it says so, else the first company named."""
    addressed = _addressed(paper or text)
    named = [name for name in companies(paper or text, ours) if name not in addressed]
    head = of(paper, ours).name
    full = (name for name in named if name.casefold().startswith(head.casefold()))
    return next(full, head) if head else next(iter(named), "")


def companies(text: str, ours: Collection[str] = ()) -> list[str]:
    """Names with a legal form, such as "Brandt Holz GmbH", that are not ours."""
    return [name for name in _companies(text) if not is_ours(name, ours)]


def _companies(text: str) -> Iterator[str]:
    for found in _ISSUER.finditer(text):
        parts = found[1].split()
        small = [n for n, word in enumerate(parts) if not (word[:1].isupper() or word.casefold() in _SMALL)]
        name = " ".join(parts[small[-1] + 1 if small else 0 :])
        while name[:1].islower() or name.startswith(("From ", "Von ", "By ")):
            name = name.partition(" ")[2]
        last = name.rpartition(", ")[2]
        if " " in name:
            yield last if " " in last else name


def name_at_end(said: str) -> tuple[str, str]:
    """What stands before a name, and the name: the last words that are written large."""
    label, colon, said = said.rpartition(": ")
    parts = said.split(" ")
    small = [n for n, word in enumerate(parts) if not (word[:1].isupper() or word in ("&", "+", "e.K."))]
    small = [n for n in small if not (parts[n] in _SMALL and n > 0 and parts[n - 1][:1].isupper() and n + 1 < len(parts)
             and parts[n + 1][:1].isupper())]  # fmt: skip
    start = small[-1] + 1 if small else 0
    lead = " ".join(parts[:start])
    return f"{label}{colon}{lead}", " ".join(parts[start:])


def _is_name(said: str) -> bool:
    parts = said.split()
    if not 1 <= len(parts) <= _WORDS or len(said) > _LONGEST or re.search(r"\d{2}|[:;?!@=<>*#]|\.$", said):
        return cues.pattern("organisation").search(said) is not None and not re.search(r"[:;?!@=<>]|\d{3}", said)
    if is_title(said) or all(map(cues.column, parts)):
        return False
    return all(word[:1].isupper() or word.casefold() in _SMALL for word in parts) and len(said) > 2  # noqa: PLR2004
