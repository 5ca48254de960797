"""Who a paper is from: the name at its top, with the address beside or below it, as people print their paper."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from daemon.core.accounting import cues

_LINES = 8  # of a paper in which its letterhead stands
_WORDS = 8  # of a name
_LONGEST = 60  # characters of a name
_PARTS = re.compile(r"\s*(?:[,·•|]|(?<=\s)[–—-](?=\s))\s*")
_GAP = re.compile(r"[ ]{3,}|\t")
_TITLE = re.compile(
    r"(?:page|seite|invoice|\w{0,20}rechnung|facture|factura|fattura|fatura|factuur|bill|receipt|quittung|kassenbon"
    r"|\w{0,20}order|\w{0,20}bestellung|auftrag|bon de commande|commande|pedido|ordine|encomenda|bestelling|inkooporder"
    r"|\w{0,20}mahnung|zahlungserinnerung|reminder|statement|credit note|gutschrift|avoir|nota|pro ?-?forma|date|datum"
    r"|to|an|bill|ship|kunde|customer|client|attention|attn|z\. ?hd|copy|original|duplicate|confidential|dear|hello|hi"
    r"|hallo|lieber?|sehr|bonjour|hola|ciao|buongiorno|olá|beste|geachte|orden|ordem|lieferschein|delivery|angebot"
    r"|offer|quote|devis|your|our|ihre?|unsere?|von|from|de|thank|danke|vielen|please|bitte|we|wir)(?!\w)",
    re.IGNORECASE,
)
_SMALL = frozenset(
    "of and de des du la le les el y e et und & + van der den di del dei della do da dos das en for für the on"
    " e.k. e.v. eg mbh i.g. b.v. s.r.l. s.p.a. a/s ab oy".split()
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
    """The first name at the top of a paper that is not one of `ours` (names in small letters)."""
    for line in [line for line in paper[:4000].splitlines() if line.strip()][:_LINES]:
        head = parted(_GAP.split(line.strip())[0].strip("*# "))
        if not cues.pattern("money").search(line) and _is_name(head.name) and head.name.casefold() not in ours:
            return head
    return Head()


def parted(line: str) -> Head:
    """A name and an address in one line: "Harbour Run Association, Pier 4, 20459 Hamburg"."""
    name, *address = [part for part in _PARTS.split(line.strip()[:300]) if part] or [""]
    return Head(name, tuple(address) if any(re.search(r"\d", part) for part in address) else ())


def issuer(text: str, ours: Collection[str] = (), *, paper: str = "") -> str:
    """Who a bill is from: the letterhead of the paper, written out where it says so, else the first company named."""
    named = companies(paper or text, ours)
    head = of(paper, ours).name
    full = (name for name in named if name.casefold().startswith(head.casefold()))
    return next(full, head) if head else next(iter(named), "")


def companies(text: str, ours: Collection[str] = ()) -> list[str]:
    """Names with a legal form, such as "Brandt Holz GmbH", that are not ours."""
    return [name for name in _companies(text) if name.casefold() not in ours]


def _companies(text: str) -> Iterator[str]:
    for found in _ISSUER.finditer(text):
        words = found[1].split()
        small = [n for n, word in enumerate(words) if not (word[:1].isupper() or word.casefold() in _SMALL)]
        name = " ".join(words[small[-1] + 1 if small else 0 :])
        while name[:1].islower() or name.startswith(("From ", "Von ", "By ")):
            name = name.partition(" ")[2]
        last = name.rpartition(", ")[2]
        if " " in name:
            yield last if " " in last else name


def name_at_end(said: str) -> tuple[str, str]:
    """What stands before a name, and the name: the last words that are written large."""
    label, colon, said = said.rpartition(": ")
    words = said.split(" ")
    small = [n for n, word in enumerate(words) if not (word[:1].isupper() or word in ("&", "+", "e.K."))]
    small = [n for n in small if not (words[n] in _SMALL and n > 0 and words[n - 1][:1].isupper() and n + 1 < len(words)
             and words[n + 1][:1].isupper())]  # fmt: skip
    start = small[-1] + 1 if small else 0
    lead = " ".join(words[:start])
    return f"{label}{colon}{lead}", " ".join(words[start:])


def _is_name(said: str) -> bool:
    words = said.split()
    if not 1 <= len(words) <= _WORDS or len(said) > _LONGEST or re.search(r"\d{2}|[:;?!@=<>*#]|\.$", said):
        return cues.pattern("organisation").search(said) is not None and not re.search(r"[:;?!@=<>]|\d{3}", said)
    if _TITLE.match(said) and not cues.pattern("organisation").search(said):
        return False
    return all(word[:1].isupper() or word.casefold() in _SMALL for word in words) and len(said) > 2  # noqa: PLR2004
