"""A person's own note that asks to write to someone: to whom, about what, in which words.

Two forms are understood: lines `to:`, `cc:`, `subject:` above the text, and an order such as
"Write to bob@example.com about the offer: text" or "tell Carla that …". A name is looked up among the contacts;
who is not found there stays without an address, for the person to fill in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from daemon.core.handbook import Handbook
from daemon.core.language import dates, extract, orders, phrasebook, words
from daemon.core.language.orders import Order, after
from daemon.core.language.phrasebook import Phrasebook

_HEADERS: Mapping[str, str] = {
    "to": "to", "an": "to", "à": "to", "a": "to", "para": "to", "aan": "to", "cc": "cc", "kopie": "cc", "copie": "cc",
    "copia": "cc", "cópia": "cc", "subject": "subject", "betreff": "subject", "objet": "subject", "asunto": "subject",
    "oggetto": "subject", "assunto": "subject", "onderwerp": "subject",
}  # fmt: skip
_HEADER = re.compile(rf"({'|'.join(_HEADERS)})\s*:\s*(\S.*)", re.IGNORECASE)
_PAUSE = re.compile(r"[.,;:!\n\u2013\u2014]\s*|\s-\s")
_TOPIC_END = re.compile(r"[:,;.!?](?=\s|$)|\n|\s[-\u2013\u2014]\s")  # not the one in 10:00
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]*)?")
_SUBJECT = 60  # characters
_TOPIC = 7  # words; more without a pause are already the text
_WISH = 6  # words
_ASIDES = 3  # "and tell her", "that"
_HEAD = re.compile(r"[^.!?\n]{1,60}:\s")  # "tomorrow at 9: ..."
_ANY_DAY = date(2026, 1, 1)  # whether words name a day depends on none
_ENDS = ",:;\n\u2013\u2014"  # what stands between an order and words that are meant as they are


Clause = Literal["", "that", "whether", "what", "for", "request"]


@dataclass(frozen=True, slots=True)
class Dictated:
    """What the person wants to send. `body` may be empty; then `subject` says what about."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    by_name: bool  # the addresses came from the handbook, the note has names
    whom: tuple[str, ...] = ()  # as the note says it
    missing: tuple[str, ...] = ()  # those of `whom` without an address
    place: str = ""  # "at the museum"
    clause: Clause = ""  # the note's words are what somebody is to be told, or asked
    decline: bool = False  # the order itself says no: "Herrn Wessel absagen"
    thank: bool = False  # … or thanks: "thank Kim for the flowers"
    style: tuple[str, ...] = ()  # wishes about tone and length
    role: bool = False  # `whom` is no name: "landlord"
    language: str = ""  # of the order; "" when there is none
    ordered: bool = False  # the words follow an order, so that they may speak of the receiver as of a third person
    abrupt: bool = False  # nothing parts them from the order, and they do not begin as a sentence does

    @property
    def title(self) -> str:
        """The subject, else the beginning of the text."""
        title = self.subject or _beginning(self.body)
        return title[:1].upper() + title[1:]


def wanted(text: str, handbook: Handbook, books: Iterable[Phrasebook]) -> bool:
    """Whether a note of the person's own asks to write to somebody."""
    return read(text, handbook, books) is not None


def read(text: str, handbook: Handbook, books: Iterable[Phrasebook]) -> Dictated | None:
    """None when the note does not say to whom, or neither what nor about what."""
    cut = text[: extract.LIMIT].strip()
    found = _from_headers(cut, handbook) or _from_order(cut, handbook, tuple(books))
    return found if found and (found.body or found.subject or found.decline) else None


def _from_headers(text: str, handbook: Handbook) -> Dictated | None:
    lines = text.split("\n")
    said: dict[str, str] = {}
    while lines and (header := _HEADER.fullmatch(lines[0].strip())):
        said.setdefault(_HEADERS[header[1].lower()], header[2].strip())
        lines.pop(0)
    to, cc = (_mailboxes(said.get(name, ""), handbook) for name in ("to", "cc"))
    unknown = "to" in said and "subject" in said and not to
    if not (to or unknown) or ("cc" in said and not cc):
        return None
    whom = _listed(said["to"])
    body = "\n".join(lines).strip()
    by_name = not extract.addresses(said["to"])
    return Dictated(to, cc, said.get("subject", ""), body, by_name, whom, whom if unknown else ())


def _from_order(text: str, handbook: Handbook, books: tuple[Phrasebook, ...]) -> Dictated | None:
    order = orders.find(text, handbook, _likely(text, books))
    if not order:
        return None
    found = {said: _mailbox(said, handbook) for said in order.whom}
    order = _without_mail(_without_place(order))
    rest, style = _without_style(order.rest.lstrip(" \t\n,;:.!\u2013\u2014-").rstrip(), order.book)
    subject, clause, body = _said(rest, order)
    return Dictated(
        to=tuple(dict.fromkeys(email for email in found.values() if email)),
        cc=(),
        subject=subject,
        body=body,
        by_name=any(found.values()) and not any(map(extract.addresses, order.whom)),
        whom=order.whom,
        missing=tuple(said for said, email in found.items() if not email),
        place=order.place,
        clause=clause,
        decline=order.decline,
        thank=order.thank and bool(after(body, order.book.cues["thank_for"])[0]),
        style=style,
        role=order.role,
        language=order.book.code,
        ordered=True,
        abrupt=not (subject or clause or order.thank) and _is_abrupt(order, body),
    )


def _without_place(order: Order) -> Order:
    """The order without a place that is what somebody is asked: "demande à Anna de nous envoyer …"."""
    told = _is_parted(order.rest) or orders.speaks(order.rest.lstrip(), order.book)
    asked = order.ask and not told and after(order.place, order.book.cues["ask_for"])[0]
    return replace(order, rest=f" {order.place}{order.rest}", place="") if asked else order


def _without_mail(order: Order) -> Order:
    """The order without "an email" behind the name, where words for that mail follow."""
    named, rest = after(order.rest.lstrip(), order.book.cues["order_mail"])
    follows = order.rest.lstrip()[len(named) :]
    return replace(order, rest=follows) if named and (_is_parted(follows) or orders.speaks(rest, order.book)) else order


def _is_parted(rest: str) -> bool:
    """Whether something stands between an order and what follows: "Write to Anna: …"."""
    return rest.lstrip(" ")[:1] in tuple(_ENDS) or rest.startswith(" - ")


def _is_abrupt(order: Order, body: str) -> bool:
    """Whether it is not sure that what follows an order begins the text: it is part of the order, or no sentence."""
    if order.rest[:1] != " " or _is_parted(order.rest):
        return False
    cues = order.book.cues
    begins = orders.speaks(body, order.book) and not after(body, (*cues["ask_for"], *cues["subject_after"]))[0]
    day = next(dates.every(body[:_SUBJECT], _ANY_DAY), None)
    return not begins or bool(_HEAD.match(body)) or (day is not None and day.at == 0)


def _likely(text: str, books: tuple[Phrasebook, ...]) -> tuple[Phrasebook, ...]:
    """The language of the text first."""
    found = phrasebook.detect({book.code: book for book in books}, text)
    return (found, *(book for book in books if book is not found)) if found else books


def _said(rest: str, order: Order) -> tuple[str, Clause, str]:
    """The topic, what kind of clause it is, and the words themselves."""
    cues = order.book.cues
    about, topic = after(rest, cues["subject_after"])
    subject, rest = _topic(topic) if about else ("", rest)
    asks = order.ask
    for _ in range(_ASIDES):
        aside, rest = after(rest, cues["tell_on"])
        asks = asks or bool(words.mentioned(aside, cues["order_ask"]))
    if asks and (thing := _thing(rest, order)):
        return subject, thing, rest.strip()
    that, told = after(rest, cues["tell_that"])
    whether, asked = after(rest, cues["tell_whether"])
    if that:
        return subject, "that", told.strip()
    if whether:
        return subject, "whether", asked.strip()
    what = asks and after(rest, cues["ask_what"])[0] and not rest.rstrip().endswith("?")
    return subject, "what" if what else "", rest.strip()


def _thing(rest: str, order: Order) -> Clause:
    """Whether somebody is asked "for a quote" or "a quote"; "" for words that are meant as they are."""
    if _is_parted(order.rest) or rest.rstrip().endswith("?"):
        return ""
    cues = order.book.cues
    return "for" if after(rest, cues["ask_for"])[0] else "request" if after(rest, cues["ask_thing"])[0] else ""


def _topic(text: str) -> tuple[str, str]:
    """The topic up to a pause, and what follows. Without a pause many words are a text with its topic in front."""
    end = _TOPIC_END.search(text)
    topic = text[: end.start()] if end else text
    rest = text[end.end() :].strip() if end else ""
    if len(topic.split()) > _TOPIC and not rest:
        return " ".join(topic.split()[:_TOPIC]), text
    return topic.strip(" ."), rest


def _without_style(text: str, book: Phrasebook) -> tuple[str, tuple[str, ...]]:
    """The text without its last clauses that only say how to write, and these."""
    wishes: list[str] = []
    if not _PAUSE.search(text):
        text = _without_last_wish(text, wishes, book)
    while text:
        start = max((found.end() for found in _PAUSE.finditer(text.rstrip(" .!\n"))), default=0)
        piece = text[start:].strip(" .!\n")
        if not _is_style(piece, book):
            break
        wishes.append(piece)
        text = text[:start].rstrip(" ,;:\n\u2013\u2014-")
    return text, tuple(reversed(wishes))


def _without_last_wish(text: str, wishes: list[str], book: Phrasebook) -> str:
    """Of a text without punctuation: "… any time polite but not grovelling"."""
    starts = [found.start() for found in _WORD.finditer(text)][-_WISH:]
    for start in starts[:-1]:
        if after(text[start:], book.cues["style"])[0] and _is_style(text[start:], book):
            wishes.append(text[start:])
            return text[:start].rstrip()
    return text


def _is_style(piece: str, book: Phrasebook) -> bool:
    named = words.mentioned(piece, book.cues["style"])
    known = {word for phrase in named for word in _WORD.findall(words.fold(phrase))} | set(book.cues["style_filler"])
    return bool(named) and _all_in(piece, known)


def _all_in(piece: str, known: Collection[str]) -> bool:
    return all(word in known for word in _WORD.findall(words.fold(piece)))


def _listed(said: str) -> tuple[str, ...]:
    return tuple(name for part in re.split(r"[,;]", said) if (name := part.strip(" .")))


def _mailbox(said: str, handbook: Handbook) -> str:
    """The address that is written there, or the one contact who is called so; "" when nobody or several are."""
    if written := extract.addresses(said):
        return written[0]
    fitting = orders.candidates(said, handbook)
    return fitting[0].email if len(fitting) == 1 else ""


def _mailboxes(said: str, handbook: Handbook) -> tuple[str, ...]:
    """The addresses in `said`, or those of the contacts whose names it lists. All or none."""
    if written := extract.addresses(said):
        return written
    found = [_mailbox(name, handbook) for name in _listed(said)]
    return tuple(found) if all(found) else ()


def _beginning(body: str) -> str:
    first = next(iter(extract.sentences(body)), "").rstrip(".")
    first = first if len(first) <= _SUBJECT else first.partition(",")[0]
    return first if len(first) <= _SUBJECT else first[:_SUBJECT].rpartition(" ")[0] or first[:_SUBJECT]
