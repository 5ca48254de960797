"""How to address someone, from a display name that anyone can write anything into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import dropwhile, pairwise

from daemon.core.handbook import Handbook
from daemon.core.language import signature, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.mail import Address

# As written, and as it goes before a last name; "" = left out.
_SIRS: Mapping[str, str] = {
    "mr": "Mr", "mr.": "Mr", "herr": "Herr", "herrn": "Herr", "monsieur": "Monsieur", "m.": "Monsieur", "sr": "Sr.",
    "sr.": "Sr.", "señor": "Sr.", "senhor": "Sr.", "sig": "Sig.", "sig.": "Sig.", "signor": "Sig.", "dott.": "Dott.",
    "heer": "heer", "dhr": "heer", "dhr.": "heer",
}  # fmt: skip
_MADAMS: Mapping[str, str] = {
    "mrs": "Mrs", "mrs.": "Mrs", "ms": "Ms", "ms.": "Ms", "frau": "Frau", "madame": "Madame", "mme": "Madame",
    "mme.": "Madame", "sra": "Sra.", "sra.": "Sra.", "señora": "Sra.", "senhora": "Sra.", "dra": "Dra.", "dra.": "Dra.",
    "sig.ra": "Sig.ra", "signora": "Sig.ra", "dott.ssa": "Dott.ssa", "prof.ssa": "Prof.ssa", "mevrouw": "mevrouw",
    "mevr": "mevrouw", "mevr.": "mevrouw", "mw.": "mevrouw",
}  # fmt: skip
_TITLES: Mapping[str, str] = {
    **_SIRS, **_MADAMS, "dr": "Dr.", "dr.": "Dr.", "prof": "Prof.", "prof.": "Prof.", "maître": "Maître",
    "avv.": "Avv.", "dipl.-ing.": "", "ing.": "", "drs.": "", "ir.": "",
}  # fmt: skip
_BETWEEN = re.compile(r"[ ]?[/|][ ]?")  # two phrases that say the same in two languages
_PARTICLES = (
    "de",
    "da",
    "do",
    "dos",
    "das",
    "di",
    "du",
    "des",
    "del",
    "della",
    "van",
    "von",
    "der",
    "den",
    "ter",
    "ten",
    "la",
    "le",
)
_NOT_PEOPLE = (
    "info", "team", "support", "sales", "service", "office", "billing", "accounts", "accounting", "admin",
    "administrator", "noreply", "no-reply", "contact", "hello", "help", "newsletter", "news", "marketing",
    "hr", "jobs", "press", "shop", "store", "orders", "invoice", "invoices", "buchhaltung",
    "kundenservice", "vertrieb", "einkauf", "verwaltung", "sekretariat", "post", "mail", "kontakt",
    "bestellung", "rechnung", "gmbh", "ag", "kg", "ug", "inc", "ltd", "llc", "corp", "company", "group",
    "solutions", "holding", "studio", "agency", "bank", "ltd.", "inc.", "the", "und", "and", "of", "by",
    "e.v.", "ev", "contacto", "contatto", "contato", "ventas", "vendite", "vendas", "commercial", "comercial",
    "compta", "comptabilité", "contabilidad", "contabilità", "contabilidade", "facturation", "facturación",
    "fatturazione", "faturação", "financeiro", "amministrazione", "administración", "administração",
    "administration", "secrétariat", "soporte", "suporte", "assistenza", "assistance", "servicio", "servizio",
    "serviço", "boutique", "negozio", "tienda", "loja", "accueil", "ordini", "pedidos", "encomendas", "commandes",
    "verkoop", "inkoop", "boekhouding", "administratie", "klantenservice", "bestellingen", "facturen", "equipo",
    "équipe", "equipe", "equipa", "sarl", "sas", "sa", "sl", "s.l.", "s.a.", "srl", "s.r.l.", "spa", "s.p.a.",
    "lda", "lda.", "ltda", "bv", "b.v.", "nv", "et", "y", "en",
    "printer", "printers", "printing", "druckerei", "imprimerie", "imprimeur", "imprenta", "tipografia", "gráfica",
    "drukkerij", "landlord", "vermieter", "vermieterin", "hausverwaltung", "bailleur", "propriétaire", "accountant",
    "bookkeeper", "steuerberater", "steuerberaterin", "finanzamt", "comptable", "gestoría", "commercialista",
    "contabilista", "boekhouder", "lawyer", "anwalt", "insurance", "versicherung", "supplier", "suppliers",
    "lieferant", "customer", "customers", "client", "clients", "reception", "rezeption", "workshop", "werkstatt",
    "bakery", "bäckerei", "gallery", "galerie", "museum", "hotel", "restaurant", "café", "pharmacy", "praxis",
    "council", "courier", "webmaster", "sender", "empfang",
)  # fmt: skip
_ASIDE = re.compile(r"\s*(?:\(.*|\[.*|\|.*|/.*|\s(?:via|from|von|chez|bij|at|@|-|\u2013|\u2014)\s.*)$", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019.-](?=[^\W\d_]|$))*")
_LONGEST = 40
_ENDING = 14  # lines in which a signature stands
_MOST = 4


def plausible(address: Address) -> str:
    """The name to greet with ("Maria Lopez", "Dr. Lopez"), or "" when it may not be a person's.

    Letters, at most four words, not a role or a company, not the domain's own name.
    """
    name = _ASIDE.sub("", visible(address.name)).strip("\"' ")
    last, comma, first = name.partition(",")
    parts = (f"{first} {last}" if comma else name).split()
    titles = [part for part in parts if words.fold(part) in _TITLES]
    people = [part for part in parts if words.fold(part) not in _TITLES]
    if not people or len(people) > _MOST or len(name) > _LONGEST or not all(map(_NAME.fullmatch, people)):
        return ""
    titled = any(words.fold(part) in {**_SIRS, **_MADAMS} for part in titles)  # "Frau Schulz" of schulz.example
    if any(words.fold(part) in _NOT_PEOPLE or (not titled and _is_domain(part, address.email)) for part in people):
        return ""
    shown = [_cased(part, first=index == 0) for index, part in enumerate(people)]
    kept = [kept for title in titles if (kept := _TITLES[words.fold(title)])]
    return " ".join([*kept, *_last(shown)] if kept else shown)


def greeting(book: Phrasebook, people: Sequence[Address], signed: str = "") -> str:
    """The first line of a mail. Several people, or a name that may be none, are greeted without a name.

    `signed`: the name under the message that is answered; see `signed_name`.
    """
    name = _called(people[0], signed) if len(people) == 1 else ""
    first = name.partition(" ")[0]
    if first in _SIRS.values():
        return book.line("greet_sir", name=name)
    if first in _MADAMS.values():
        return book.line("greet_madam", name=name)
    titled = first in _TITLES.values()
    if not name or not (titled or book.first_names or book.full_names):
        return book.line("greet")
    whole = not book.first_names or titled or first.endswith(".")
    return book.line("greet_name", name=name if whole else first)


def signed_name(text: str) -> str:
    """The name below the closing of a message, or a last line with a title: "Frau Schulz"; "" when none stands there.

    As it was written: only for `greeting`, which takes it when it is plausible.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()][-_ENDING:]
    for line, after in pairwise([*lines, ""]):
        if signature.is_closing(line):
            return line.partition(",")[2].strip() or after
    last = lines[-1] if lines else ""
    return last if is_title(last.partition(" ")[0]) else ""


def closing(book: Phrasebook, handbook: Handbook) -> str:
    """The last lines of a mail: regards in its own language, then the handbook's signature.

    A closing phrase that begins the signature stays where it is of that language; of several languages, that one.
    """
    block = handbook.signature or handbook.company
    own = below(block)
    said = [phrase for line in block.split("\n")[: -len(own) or None] for phrase in _closings(line)]
    if not said:
        return "\n".join(part for part in (book.line("closing"), block) if part)
    fitting = [phrase for phrase in said if book.has("closing", phrase)]
    if len(fitting) == len(said):
        return block
    name = said[0].partition(",")[2].strip()
    first = fitting[:1] or [book.line("closing"), *([name] if name else [])]
    return "\n".join((*first, *own))


def below(signature_block: str) -> list[str]:
    """The lines of a signature without the closing phrases that it begins with."""
    lines = signature_block.split("\n")
    return list(dropwhile(_closings, lines))


def _closings(line: str) -> list[str]:
    """The closing phrases that a line is made of: “Best regards”, “Met vriendelijke groet / Kind regards”."""
    phrases = _BETWEEN.split(line.strip())
    return phrases if all(map(signature.is_closing, phrases)) else []


def is_title(word: str) -> bool:
    """Whether it stands before a name: "Frau", "Dr.", also in the cases that German knows ("Herrn")."""
    return words.fold(word) in _TITLES


def is_particle(word: str) -> bool:
    """Whether it may stand inside a name: "van", "de"."""
    return words.fold(word) in _PARTICLES


def visible(text: str) -> str:
    """The text on one line without anything that does not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _called(person: Address, signed: str) -> str:
    """The name to greet with; the one below the message when it alone has a title, or is the only one."""
    name, below = plausible(person), plausible(Address(signed, person.email))
    titled = below.partition(" ")[0] in _TITLES.values() and bool(set(below.split()) & set(name.split()))
    return below if titled or not name else name


def _is_domain(part: str, email: str) -> bool:
    return words.fold(part) == email.rpartition("@")[2].rpartition(".")[0].rpartition(".")[2]


def _last(people: Sequence[str]) -> Sequence[str]:
    """The last name after a title. Three words may hold two last names, or a particle: then all are said."""
    return people[1:] if len(people) == 2 and words.fold(people[0]) not in _PARTICLES else people  # noqa: PLR2004


def _cased(part: str, *, first: bool) -> str:
    if not first and words.fold(part) in _PARTICLES:
        return part.lower()
    return part.title() if part.isupper() or part.islower() else part
