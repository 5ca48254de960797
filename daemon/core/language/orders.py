"""An order in a person's own note to write to somebody: "tell Carla that …", "Herrn Wessel absagen".

Each language is tried with its own words, so that an English "a" is not a Spanish "to". An order counts only at the
beginning of a note, and only when it says to whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from daemon.core.handbook import Contact, Handbook
from daemon.core.language import salutation, words
from daemon.core.language.phrasebook import Phrasebook

_LIMIT = 2_000  # characters in which an order stands
_START = re.compile(r"[#>*\s-]*(?:\[ \]\s*)?")
_MAILBOX = re.compile(r"(?:[^\s@:,;.]+\s){0,4}<[^\s<>@]{1,64}@[^\s<>@]{1,255}>|<?[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+>?")
_TOKEN = re.compile(r"\S+")
_STOP = re.compile(r"[,:;.!?\n\u2013\u2014]|\s-\s")
_PAUSES = ",:;.!? \t\n\u2013\u2014-"
_SHORTENED = ("m.", "dr.", "mr.", "mrs.", "ms.", "st.")
_FILLERS = 6  # "ok so please can you"
_NAME = 4  # words of a name
_SHORT_NAME = 3  # letters
_ROLE = 5  # words of "the environmental health people"
_PEOPLE = 20
_MIDDLE = 60  # characters between a name and the verb at the end


@dataclass(frozen=True, slots=True)
class Order:
    """`whom`: names, addresses or roles as said; `rest`: everything after them, with the words to be written."""

    whom: tuple[str, ...]
    rest: str
    book: Phrasebook
    place: str = ""  # "at the museum"
    decline: bool = False  # the order itself says no
    thank: bool = False  # … or thanks
    role: bool = False  # not a name: "landlord"
    ask: bool = False  # "ask Anna when …"

    @property
    def said(self) -> str:
        return " ".join(filter(None, (" + ".join(self.whom), self.place)))


@dataclass(frozen=True, slots=True)
class _Heard:
    """How an order began: what may follow depends on it."""

    rest: str
    verb: str
    prep: str  # "to", in its language
    takes_person: bool  # "tell", not "write"


def find(text: str, handbook: Handbook, books: Iterable[Phrasebook]) -> Order | None:
    """The order that a note begins with; None when it begins otherwise or does not say to whom."""
    start = _START.match(text)
    rest = text[start.end() if start else 0 :]
    for book in books:
        if order := _opened(rest, handbook, book) or _closed(rest, handbook, book):
            return order
    return None


def candidates(name: str, handbook: Handbook) -> tuple[Contact, ...]:
    """The contacts with a mailbox of their own whose names have all words of `name`, a title left out."""
    asked = frozenset(word for word in words.fold(name).split() if not salutation.is_title(word))
    own = (contact for contact in handbook.contacts if not contact.email.startswith("@"))
    return tuple(contact for contact in own if asked and asked <= frozenset(words.fold(contact.name).split()))


def after(text: str, phrases: Iterable[str]) -> tuple[str, str]:
    """The longest of `phrases` that the text begins with, and what follows it; ("", text) when none does."""
    folded = words.fold(text[:_LIMIT])
    for phrase in sorted(phrases, key=len, reverse=True):
        whole = phrase.endswith("'") or not folded[len(phrase) : len(phrase) + 1].isalnum()
        if folded.startswith(phrase) and whole and len(folded) == len(text[:_LIMIT]):
            return phrase, text[len(phrase) :].lstrip(_PAUSES if not phrase.endswith("'") else "")
    return "", text


def _meant(order: Order, verb: str) -> Order:
    cues = order.book.cues
    asks = verb in cues["order_ask"]
    return replace(order, decline=verb in cues["decline"], thank=verb in cues["thank"], ask=asks)


# --- the verb first --------------------------------------------------------------------------------------


def _opened(text: str, handbook: Handbook, book: Phrasebook) -> Order | None:
    heard = _heard(begun(text, book), book)
    if not heard:
        return None
    order = _whom(heard, handbook, book)
    if order and heard.verb in book.cues["order_named"] and not _is_told(order):
        return None
    if order and _sends(heard, book) and not _is_mail(order):
        return None
    return _meant(order, heard.verb) if order else None


def _is_told(order: Order) -> bool:
    """Whether somebody is named and words for them follow: "Reminder to ACME: …", not "Reminder to buy milk"."""
    return not order.role and (order.rest.lstrip().startswith(":") or _speaks(order.rest, order.book))


def _sends(heard: _Heard, book: Phrasebook) -> bool:
    """Whether the verb alone does not say that something is to be written: an invoice is sent as well."""
    return heard.verb.removesuffix(f" {heard.prep}") in book.cues["order_send"]


def _is_mail(order: Order) -> bool:
    rest = order.rest.lstrip(" ")
    cues = order.book.cues
    said = (*cues["order_mail"], *_told(order.book))
    return rest[:1] in tuple(",:\n\u2013\u2014") or rest.startswith("- ") or bool(after(rest, said)[0])


def begun(text: str, book: Phrasebook) -> str:
    """The text without "please", "I need to" and the like at its beginning."""
    for _ in range(_FILLERS):
        filler, text = after(text, book.cues["order_filler"])
        if not filler:
            break
    return text


def _heard(text: str, book: Phrasebook) -> _Heard | None:
    cues = book.cues
    declining = () if cues["order_last"] else cues["decline"]
    named = (*cues["order_named"], *cues["order_to"], *cues["order_whom"])
    verb, rest = after(text, (*named, *declining, *cues["write"], *cues["order_send"]))
    if not verb or text[len(verb) : len(verb) + 1] == ":":
        return None
    prep, then = after(rest, cues["order_prep"])
    if verb not in (*named, *declining) and not prep:  # of the older, looser list: "send", "message", "write to"
        prep = next((each for each in cues["order_prep"] if verb.endswith(f" {each}")), "")
    return _Heard(then, verb, prep, verb in cues["order_whom"])


def _whom(heard: _Heard, handbook: Handbook, book: Phrasebook) -> Order | None:
    text = heard.rest
    return (
        _mailbox(text, book)
        or _contact(text, handbook, book)
        or _titled(text, book)
        or (None if words.mentioned(_first(text), book.cues["not_whom"]) else _stranger(heard, book))
    )


def _stranger(heard: _Heard, book: Phrasebook) -> Order | None:
    """Somebody who is no contact: a role, a name, and after "to" also a word in lower case."""
    text = heard.rest
    articles = book.cues["order_the"] if heard.prep or heard.takes_person else book.cues["order_dative"]
    article, role = after(text, articles)
    if article:
        return _role(role, book)
    if _first(text)[:1].isupper():
        named = _named(text, book)
        named_only = heard.verb in book.cues["order_named"]  # what follows is looked at later
        sure = heard.prep or named_only or (heard.takes_person and not book.cues["order_dative"])  # German: all nouns
        return named if sure or _speaks(named.rest, book) else None
    return _role(text, book) if heard.prep and _first(text).isalpha() and not _is_clause(text, book) else None


# --- the verb last ---------------------------------------------------------------------------------------


def _closed(text: str, handbook: Handbook, book: Phrasebook) -> Order | None:
    """As "Herrn Wessel absagen, …": a person, perhaps "wegen …", and the verb."""
    if not book.cues["order_last"]:
        return None
    prep, rest = after(begun(text, book), book.cues["order_prep"])
    end = _verb_at(rest, book)
    if not end:
        return None
    head, verb, rest = end
    person = _person(head, rest, handbook, book, prep=bool(prep))
    topic = person.rest.strip(_PAUSES) if person else ""
    if not person or (topic and not after(topic, book.cues["subject_after"])[0]):
        return None
    topic = f"{topic}: " if topic else ""
    return _meant(replace(person, rest=f"{topic}{rest}"), verb)


def _verb_at(text: str, book: Phrasebook) -> tuple[str, str, str] | None:
    """What stands before the first closing verb of the first clause, the verb, and what follows."""
    for token in _TOKEN.finditer(text[: _MIDDLE + 40]):
        verb, rest = after(text[token.start() :], book.cues["order_last"])
        if verb and token.start():
            return text[: token.start()].strip(), verb, rest
        if _STOP.search(token[0]) and words.fold(token[0]) not in _SHORTENED:
            return None
    return None


def _person(head: str, rest: str, handbook: Handbook, book: Phrasebook, *, prep: bool) -> Order | None:
    sure = _mailbox(head, book) or _contact(head, handbook, book) or _titled(head, book)
    if sure or words.mentioned(_first(head), book.cues["not_whom"]):
        return sure
    article, role = after(head, book.cues["order_the"])
    says = bool(after(rest, (*book.cues["tell_that"], *book.cues["tell_whether"]))[0])
    if article:
        return _role(role, book) if says or prep or article in book.cues["order_dative"] else None
    return _named(head, book) if (says or prep) and _first(head)[:1].isupper() else None


# --- who -------------------------------------------------------------------------------------------------


def _mailbox(text: str, book: Phrasebook) -> Order | None:
    found = _MAILBOX.match(text)
    return _with_more(found[0].rstrip(".,"), text[found.end() :], book) if found else None


def _contact(text: str, handbook: Handbook, book: Phrasebook) -> Order | None:
    """A contact of the handbook, by as many words as fit: written in any case."""
    tokens = _tokens(text, _NAME)
    for count in range(len(tokens), 0, -1):
        name = text[: tokens[count - 1][1]].strip(_PAUSES)
        if _is_name(name, book) and candidates(name, handbook):
            return _with_more(name, text[tokens[count - 1][1] :], book)
    return None


def _is_name(said: str, book: Phrasebook) -> bool:
    """Not every word that is in a contact's name names the contact."""
    return len(said) >= _SHORT_NAME and not words.mentioned(_first(said), book.cues["not_whom"])


def _titled(text: str, book: Phrasebook) -> Order | None:
    """As "Herrn Wessel", "Mme Roux": a title and the one or two names after it."""
    first = _first(text)
    if not salutation.is_title(first):
        return None
    rest = text[len(first) :].lstrip()
    named = _named(rest, book) if rest[:1].isupper() else None
    return replace(named, whom=(f"{first} {named.whom[0]}", *named.whom[1:])) if named else None


def _named(text: str, book: Phrasebook) -> Order:
    """The name that a text begins with: capital words, with particles between them."""
    end = _end_of_name(text, book)
    return _with_more(text[:end].strip(_PAUSES), text[end:], book)


def _end_of_name(text: str, book: Phrasebook) -> int:
    end = 0
    for start, stop, _ in _tokens(text, _NAME):
        word = text[start:stop]
        if word[:1].isupper() and not (end and _is_clause(word, book)):
            end = stop
        elif not salutation.is_particle(word):
            break
    return end


def _role(text: str, book: Phrasebook) -> Order | None:
    """As "landlord", "environmental health people": words up to a pause or to what is to be said, else one word."""
    role, rest = _few(text, book)
    head, place = _parted(role, book)
    return Order((head,), rest, book, place, role=True) if head else None


def _parted(role: str, book: Phrasebook) -> tuple[str, str]:
    """Who, and where: "carla at the museum"."""
    for token in _TOKEN.finditer(role):
        if token.start() and after(role[token.start() :], book.cues["order_place"])[0]:
            return role[: token.start()].strip(), role[token.start() :]
    return role, ""


def _with_more(name: str, rest: str, book: Phrasebook) -> Order:
    """The name, those joined to it by "and", and the place they are at."""
    whom = [name]
    while len(whom) < _PEOPLE and (further := _further(rest, book)):
        whom.append(further[0])
        rest = further[1]
    then = rest.lstrip(" ")
    preposition, place = after(then, book.cues["order_place"]) if then != rest else ("", rest)
    if not preposition or after(then, book.cues["subject_after"])[0]:
        return Order(tuple(whom), rest, book)
    article, place = after(place, book.cues["order_the"])
    where, left = _few(place, book)
    return Order(tuple(whom), left, book, " ".join(filter(None, (preposition, article, where))))


def _further(rest: str, book: Phrasebook) -> tuple[str, str] | None:
    """Another person after "and", by address or by a name with a capital, and what follows."""
    joined, then = after(rest.lstrip(), (book.say["and"], "&")) if rest[:1].isspace() else ("", rest)
    if not joined:
        return None
    if mailbox := _MAILBOX.match(then):
        return mailbox[0].rstrip(".,"), then[mailbox.end() :]
    if not then[:1].isupper() or _is_clause(then, book):
        return None
    end = _end_of_name(then, book)
    return then[:end].strip(_PAUSES), then[end:]


def _few(text: str, book: Phrasebook) -> tuple[str, str]:
    """The words of a role or place, and the rest."""
    tokens = _tokens(text, _ROLE + 1)
    for index, (start, stop, closed) in enumerate(tokens):
        led = index and text[tokens[index - 1][0] : tokens[index - 1][1]] in book.cues["order_place"]
        if index and not led and _is_clause(text[start:], book):
            return text[:start].strip(_PAUSES), text[start:]
        if closed:
            return text[:stop].strip(_PAUSES), text[stop:]
    end = 0 if not tokens else tokens[0][1] if len(tokens) > _ROLE else tokens[-1][1]
    return text[:end].strip(_PAUSES), text[end:]


def _tokens(text: str, most: int) -> list[tuple[int, int, bool]]:
    """Start, end and "a pause follows" of the first words; the first pause is the last of them."""
    found: list[tuple[int, int, bool]] = []
    for token in _TOKEN.finditer(text[:_LIMIT]):
        if len(found) == most or (found and "\n" in text[found[-1][1] : token.start()]):
            break
        pause = None if words.fold(token[0]) in _SHORTENED else _STOP.search(token[0])
        if pause and pause.start() == 0:
            break
        found.append((token.start(), token.start() + pause.start() if pause else token.end(), bool(pause)))
        if pause:
            break
    return found


def _first(text: str) -> str:
    found = _TOKEN.match(text)
    return found[0].rstrip(",:;!?") if found else ""


def _is_clause(text: str, book: Phrasebook) -> bool:
    return bool(after(text, book.cues["clause"])[0])


def _speaks(rest: str, book: Phrasebook) -> bool:
    """Whether words to be written follow, so that a capital word may be a name: "Schreib Anna, dass …"."""
    follows = rest.lstrip(_PAUSES)
    told = bool(after(follows, (*_told(book), *book.cues["order_mail"]))[0])
    return told or (rest[:1] in {" ", ","} and _is_clause(follows, book))


def speaks(text: str, book: Phrasebook) -> bool:
    """Whether a text begins as words do that somebody is told: "that …", "about …", "we …"."""
    return bool(after(text, _told(book))[0]) or _is_clause(text, book)


def _told(book: Phrasebook) -> tuple[str, ...]:
    return tuple(
        phrase for cue in ("tell_that", "tell_whether", "tell_on", "subject_after") for phrase in book.cues[cue]
    )
