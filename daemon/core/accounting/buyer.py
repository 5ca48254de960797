"""Who is invoiced, as a request or a purchase order names them: name, address, mail address, numbers.

On a purchase order the buyer is who wrote it; the supplier it goes to is us.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from daemon.core.accounting import addresses, cues, letterhead
from daemon.core.accounting.house_rules import HouseRules, Party
from daemon.core.accounting.letterhead import Head
from daemon.core.accounting.page import Page
from daemon.core.language import words

_NAME = (
    r"([A-ZÀ-ÞŠŽ][^\n:;]{0,80}?)(?=[ ]*[:;\n]|[ ]+(?i:for|für|über|pour|para|per|por|voor|zu|to|in rechnung"
    r"|factureren|schreiben|erstellen|ausstellen)\b"
    r"|[ ]+(?:\(|\d)|,[ ]|[.]?[ ]*$)"
)
_TO = re.compile(
    r"(?<!\w)(?i:(?:invoice|bill) (?:to|from us to)|(?:please )?(?:invoice|bill)|rechnung (?:an|a)|(?:stell\w?"
    r"|berechne)"
    r"|facturer à|facture (?:à|au nom de)|facturar? a|factura (?:a nombre de)|fattura(?:re)? a|fatturare"
    r"|fatura(?:r)? a|fatura (?:em nome de)|factuur aan|(?:wil|kun) (?:je|u)|factureer)[ ]+" + _NAME,
    re.MULTILINE,
)
_FOR = re.compile(
    r"(?<!\w)(?i:(?:invoice|quote|quotation|offer|estimate) for|(?:rechnung|angebot|kostenvoranschlag) für"
    r"|(?:facture|devis) pour|(?:factura|presupuesto) para|(?:fattura|preventivo) per|(?:fatura|orçamento) para"
    r"|(?:factuur|offerte) voor|(?:quote|offer|angebot|devis|presupuesto|preventivo|orçamento"
    r"|offerte)(?=[ ][A-ZÀ-Þ]))[ ]+" + _NAME,
    re.MULTILINE,
)
_ON = re.compile(  # "please put it on", "op naam van"
    r"(?<!\w)(?i:(?:put|make|address|bill|charge) (?:it|this|that|them|everything|the (?:invoice|bill))(?: out)?"
    r" (?:on|to)"
    r"|(?:it|this|the (?:invoice|bill)) (?:should|must|has to|needs to|is to|can) (?:go|be (?:made out|addressed|issued"
    r"|sent)) to|(?:invoice|bill) (?:made )?out to|in the name of"
    r"|(?:factuur|rekening)(?: graag)?(?: sturen)? (?:naar|op)"
    r"|(?:op naam|ten name) van|t\.n\.v\.|(?:rechnung|ausgestellt)(?: bitte)? auf(?: die| den| das)?"
    r"|auf den namen(?: der| von)?|au nom d[eu]|à l'ordre de|a nombre de|intest\w+ (?:la fattura |fattura )?a"
    r"|a nome d(?:i|ella|el|ell')|em nome d[eao])[ ]+" + _NAME,
    re.MULTILINE,
)
_FIELD = re.compile(
    r"^[ ]*(?:[-*][ ]+)?(customer|client|buyer|bill to|invoice to|kunde|käufer|besteller|rechnungsempfänger|rechnung an"
    r"|client|acheteur|cliente|comprador|acquirente|committente|klant|koper|opdrachtgever"
    r"|currency|währung|devise|moneda|valuta|moeda|e-?mail|mail|vat|mwst|ust|tva|iva|btw"
    r"|tax)[ ]*:[ ]*(\S[^\n]{0,120})$",
    re.IGNORECASE | re.MULTILINE,
)
_BLOCK = re.compile(  # a name and an address, one line each
    r"(?:(?:please |kindly )?invoice|(?:invoice|bill)(?: should be)?(?: addressed| made out)? to"
    r"|rechnung(?: bitte)? an|facturer à"
    r"|(?:billing|invoice|our) address|rechnungsadresse|rechnungsanschrift|adresse de facturation"
    r"|dirección de facturación"
    r"|indirizzo di fatturazione|factuuradres|morada de faturação)(?: is| ist)?[ ]*:?[ ]*\n((?:[^\n]{1,100}(?:\n"
    r"|\Z)){2,6})",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"^[ ]*(?:(?:billing|invoice|our) address|address|rechnungsadresse|rechnungsanschrift|anschrift"
    r"|adresse(?: de facturation)?"
    r"|dirección(?: de facturación)?|indirizzo(?: di fatturazione)?|morada|factuuradres|adres)[ ]*(?:is)?:[ ]*\n?"
    r"((?:[^\n]{1,100}(?:\n|\Z)){1,6})",
    re.IGNORECASE | re.MULTILINE,
)
_LISTING = re.compile(  # ": 20 bowls"
    rf"[ ]*:[ ]*\d{{1,6}}[ ](?!(?:{cues.UNIT})(?!\w))[^\W\d_]{{3}}", re.IGNORECASE
)
_ELSE = re.compile(r"[ ]*(?:[^\n:]{1,25}:(?=[ ]|$)|[-*•+–][ ]|\d{1,2}[.)][ ])")  # what follows an address
_NO_NAMES = frozenset(
    "the this that these our my your following please bitte no nr number it them us me einen eine ein die der das"
    " folgende invoice rechnung monday tuesday wednesday thursday friday".split()
)
_FIELDS = {
    "currency": "currency", "währung": "currency", "devise": "currency", "moneda": "currency", "valuta": "currency",
    "moeda": "currency", "email": "email", "e-mail": "email", "mail": "email",
}  # fmt: skip
_RATES = ("vat", "mwst", "ust", "tva", "iva", "btw", "tax")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_SEND_TO = re.compile(  # "please send your invoice to accounts@…"
    r"(?<!\w)(?:invoices?|bills?|rechnung(?:en)?|factures?|facturas?|fatture?|faturas?|factu(?:ur|ren))(?!\w)"
    r"[^\n@?!]{0,90}?(?<![\w.+-])(" + _MAIL.pattern + ")",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?<!\w)(?:purchase order|bestellung|bon de commande|orden de compra|pedido de compra|nota de encomenda"
    r"|ordine (?:d'acquisto|di acquisto)|ordem de compra|inkooporder|bestelling)(?!\w)",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"(?:[ ,]+(?:to|at|an|a|à|para|aan|naar|per|via)[ ]*:?)?$", re.IGNORECASE)
_INITIALS = re.compile(r"(?<!\w)\w\.(?:\w\.)?\w$")
_SENTENCES, _COMMAS = 400, 12  # of a text that are looked at
_FOOT = 8  # lines of a message in which its signature stands


_SENTENCE = re.compile(r"[\n?!;|]|(?<=[a-zß-ÿ\d]{2})[.](?=\s|$)")
_LEAD = re.compile(
    r"(?:^|(?<!\w))(?:name of|name|nom de|nombre de|nome di|nome de|naam van|namen|intesta\w*(?: a)?|address(?: is)?"
    r"|adresse|anschrift"
    r"|dirección|indirizzo|morada|adres|datos|dados|dati|gegevens|daten|an|to|invoice|bill|us|at|on|out to|naar|aan"
    r"|op|t\.n\.v\.|auf(?: die| den| das)?|au nom d[eu]|facture|à|a nombre de|factura|a|a nome d\w+|fattura"
    r"|em nome d[eao]|fatura|factuur|rekening|rechnung)[ ]*:?[ ]*$",
    re.IGNORECASE,
)
_PAPER_WORD = re.compile(r"(?:Invoice|Bill|Rechnung|Facture|Factura|Fattura|Fatura|Factuur|Rekening)[ ]+")
_DELIVERED = re.compile(  # another address than that of the invoice
    r"(?:deliver\w*|ship\w*|liefer\w*|livr\w*|entreg\w*|consegn\w*|spedi\w*|lever\w*|aflever\w*|bezorg\w*|collect\w*"
    r"|pick up|come to|meet\w*)(?!\w)[^.\n]{0,40}$",
    re.IGNORECASE,
)
_TOWARDS_NAME = re.compile(  # goes out together with the name
    r"(?<!\w)(?:made out to|out to|in the name of|on|to|op naam van|ten name van|t\.n\.v\.|naar|aan"
    r"|auf den namen(?: der)?|auf(?: die| den| das)?|an(?: die| den| das)?"
    r"|au nom de|à|a nombre de|a nome di|a|em nome d[eao])[ ]*:?[ ]*$",
    re.IGNORECASE,
)
_LEADS = 30  # characters in which that stands


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the request: `ours` are our names in small letters, `paper` is the text of the files."""

    name: str = ""
    email: str = ""
    text: str = ""
    paper: str = ""
    ours: tuple[str, ...] = ()
    own: bool = False  # the person wrote it themselves
    people: tuple[Party, ...] = ()  # whom they may mean

    def person(self, name: str) -> Party | None:
        """The one of `people` whose name has all these words."""
        asked = frozenset(words.fold(name).split())
        fitting = [one for one in self.people if asked and asked <= frozenset(words.fold(one.name).split())]
        return fitting[0] if len(fitting) == 1 else None

    def says(self, piece: str) -> bool:
        """Whether a piece of text only names who writes or who is written to."""
        folded = piece.casefold()
        return bool(self.name and self.name.casefold() in folded) or any(own in folded for own in self.ours)


@dataclass(frozen=True, slots=True)
class Buyer:
    """The customer of an invoice and what stands beside their name, as it was said; "" and () are not said."""

    name: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    tax_id: str = ""
    reference: str = ""
    tax: str = ""
    currency: str = ""


def find(page: Page, sender: Sender) -> Buyer:
    """Who is to be invoiced; what was used for it is taken out of the page."""
    email = _email(page)
    fields = _fields(page)
    named = letterhead.parted(fields.get("customer", ""))
    block = Head() if named.name else _block(page)
    address = named.address or block.address or _address(page)
    page.text = cues.squeezed(page.text)
    inline = _inline(page, sender) if not (named.name or block.name) else Head()
    reference, tax_id = _first(page, "reference"), _first(page, "tax_id")
    address = address or inline.address
    head = inline if inline.name else _customer(page, named.name or block.name, sender)
    _without(page, head.name)
    known = (page.house.customer(head.name) or sender.person(head.name)) if head.name else None
    details = tuple(each for each in known.details if "@" not in each) if known else ()
    if known and details and not address:
        page.note(f"The address of {known.name} is from your handbook.")
    elif known and details and _spelled(address) != _spelled(details):
        page.note(f"Careful: your handbook has another address of {known.name}: {', '.join(details)}.")
    return Buyer(
        name=known.name if known else head.name,
        address=address or details or head.address,
        email=fields.get("email", "") or email or _in_handbook(known) or sender.email,
        tax_id=tax_id,
        reference=reference,
        tax=fields.get("tax", ""),
        currency=fields.get("currency", ""),
    )


def _spelled(address: Iterable[str]) -> str:
    """An address for comparing, however it is parted."""
    return "".join(filter(str.isalnum, words.fold(" ".join(address))))


def _fields(page: Page) -> dict[str, str]:
    """Lines such as "Customer: ACME GmbH", taken out."""
    said: dict[str, str] = {}
    for found in _FIELD.finditer(page.text):
        key = found[1].casefold()
        name = "tax" if key in _RATES else _FIELDS.get(key, "customer")
        if name != "tax" or cues.pattern("rate").fullmatch(found[2].strip()):
            said.setdefault(name, found[2].strip())
            page.blank(found.span())
    return said


def _email(page: Page) -> str:
    found = _SEND_TO.search(page.text)
    if not found:
        return ""
    before = page.text[: found.start(1)].rstrip()
    towards = _TOWARDS.search(before)
    page.blank((towards.start() if towards else found.start(1), found.end(1)))
    return found[1]


def _in_handbook(known: Party | None) -> str:
    return next((each for each in known.details if _MAIL.fullmatch(each)), "") if known else ""


def _first(page: Page, name: str) -> str:
    return next((cues.groups(found)[0] for found in page.take(name)), "")


def _customer(page: Page, named: str, sender: Sender) -> Head:
    """Who is invoiced: said in so many words, known from the handbook, the buyer of an order, or the sender."""
    if named and named.casefold() not in sender.ours:
        return Head(named)
    if told := _told(page, sender):
        return Head(told)
    mentioned = [party for party in page.house.customers if party.name.casefold() in page.text.casefold()]
    mentioned = mentioned or _half_named(page, sender)
    if len(mentioned) == 1:
        return Head(mentioned[0].name)
    if _ORDER.search(sender.paper) and (head := letterhead.of(sender.paper, sender.ours)).name:
        page.note(f"The customer is the buyer who wrote the order, {head.name}.")
        return head
    if company := _signed(sender):
        page.note(f"The customer is the company in the signature, {company}: check that it is the one to pay.")
        return Head(company)
    if sender.name:
        page.note(f"The customer is the sender, {sender.name}: check the name of the company.")
    return Head(sender.name)


def _inline(page: Page, sender: Sender) -> Head:
    """A name with its address behind or below it, where something shows that it is the customer's; taken out."""
    for head in _addressed(page.text, sender):
        start = page.text.find(head.name)
        end = start
        for each in (head.name, *head.address):
            end = max(end, page.text.find(each, end) + len(each))
        towards = _TOWARDS_NAME.search(page.text, max(0, start - _LEADS), start)
        first = towards.start() if towards else start
        page.text = f"{page.text[:first]}\n{page.text[end:].lstrip(' :?!')}"
        return head
    return Head()


def _addressed(text: str, sender: Sender) -> Iterator[Head]:
    for said, rest, below in _places(text):
        lead, name = _parted(said.strip())
        address = addresses.of(rest)
        fits = name and address and name.casefold() not in sender.ours and not _DELIVERED.search(lead)
        if fits and ((_is_customer(name, lead, sender) and not below) or _LEAD.search(lead)):
            yield Head(name, address)


def _places(text: str) -> Iterator[tuple[str, list[str], bool]]:
    """What may end with a name, and what follows: behind commas, or on the lines below it."""
    for sentence in _SENTENCE.split(text)[:_SENTENCES]:
        parts = [part for part in sentence.split(", ")[:_COMMAS] if not cues.pattern("tax_id").search(part)]
        yield from ((part, parts[at + 1 :], False) for at, part in enumerate(parts[:-1]))
    lines = text.split("\n")[:_SENTENCES]
    yield from ((line, lines[at + 1 : at + 3], True) for at, line in enumerate(lines[:-2]) if line.strip())


def _parted(said: str) -> tuple[str, str]:
    """What stands before a name, and the name, to which no word of an invoice belongs."""
    lead, name = letterhead.name_at_end(said)
    paper = _PAPER_WORD.match(name)
    return (f"{lead} {paper[0]}".strip(), name[paper.end() :]) if paper else (lead, name)


def _is_customer(name: str, lead: str, sender: Sender) -> bool:
    known = name == sender.name or cues.pattern("organisation").search(name)
    return bool(name) and bool(known or _LEAD.search(lead))


def _half_named(page: Page, sender: Sender) -> list[Party]:
    """Customers by the first word of their name, and people by any, as a person names them in a note of their own."""
    if not sender.own:
        return []
    said = frozenset(re.findall(r"[A-ZÀ-ÞŠŽ][\w'-]{2,}", page.text))
    customers = [party for party in page.house.customers if party.name.split()[0] in said]
    found = customers or [party for party in sender.people if said & frozenset(party.name.split())]
    if len(found) > 1:
        page.note(f"Several may be meant: {', '.join(party.name for party in found[:6])}. Write the one to pay.")
    if len(found) == 1:
        page.note(f"The customer is taken to be {found[0].name} from your handbook: check it.")
    return found


def _told(page: Page, sender: Sender) -> str:
    for expression, sure in ((_TO, True), (_ON, False), (_FOR, False)):
        for found in expression.finditer(page.text):
            name = _name(_dotted(found[1], page.text, found.end(1)))
            listed = sender.own and _LISTING.match(page.text, found.end(1))
            if name and (sure or listed or sender.person(name) or _is_somebody(name, page.house)):
                start = max(page.text.rfind(mark, 0, found.start()) + 1 for mark in "\n.!?")
                page.blank((start, found.start(1) + len(name)))
                return name
    return ""


def _dotted(said: str, text: str, end: int) -> str:
    """With the last dot of a legal form such as "B.V.", which also ends a sentence."""
    return f"{said}." if _INITIALS.search(said) and text[end : end + 1] == "." else said


def _signed(sender: Sender) -> str:
    """The one company below a message."""
    foot = "\n".join([line for line in sender.text.splitlines() if line.strip()][-_FOOT:])
    found = set(letterhead.companies(foot, sender.ours))
    return found.pop() if len(found) == 1 else ""


def _without(page: Page, name: str) -> None:
    """Takes out the line of a letterhead."""
    if name and (found := re.search(rf"^[ ]*{re.escape(name)}(?:[ ]*[,·•][^\n]*)?$", page.text, re.MULTILINE)):
        page.blank(found.span())


def _block(page: Page) -> Head:
    """A name with the lines of its address below, as letters write it."""
    for found in _BLOCK.finditer(page.text):
        name, *lines = _own_lines(found[1]) or [""]
        if name[:1].isupper() and lines and not re.search(r"\d", name):
            page.blank((found.start(1), page.text.index(lines[-1], found.start(1)) + len(lines[-1])))
            return Head(name, tuple(lines))
    return Head()


def _own_lines(block: str) -> list[str]:
    """The lines of an address, up to one that says something else: "Due in: 14 days", "- 2 mugs"."""
    said = list(takewhile(lambda line: not _ELSE.match(line), block.splitlines()))
    return [line.strip() for line in said if line.strip() and not cues.pattern("money").search(line)]


def _address(page: Page) -> tuple[str, ...]:
    found = _ADDRESS.search(page.text)
    if not found:
        return ()
    lines = _own_lines(found[1])
    if lines:
        page.blank((found.start(), page.text.index(lines[-1], found.start(1)) + len(lines[-1])))
    return tuple(lines)


def _name(said: str) -> str:
    name = _to_legal_form(said.strip(" ,;-–"))
    if cues.pattern("organisation").search(name):
        return name
    name = name.rstrip(".")
    return "" if name.split(" ", 1)[0].casefold() in _NO_NAMES else name


def _to_legal_form(name: str) -> str:
    """The name without what follows its legal form in small letters: "Lindqvist AB workshop"."""
    parts = name.split(" ")
    ends = (n for n in range(2, len(parts)) if parts[n][:1].islower() and parts[n - 1][:1].isupper()
            and cues.pattern("organisation").search(" ".join(parts[:n])))  # fmt: skip
    return " ".join(parts[: next(ends, len(parts))])


def _is_somebody(name: str, house: HouseRules) -> bool:
    return bool(cues.pattern("organisation").search(name) or house.customer(name) or (name.isupper() and len(name) > 1))
