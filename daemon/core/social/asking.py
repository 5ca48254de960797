"""A person's own note that asks for a post, for the answer to one, or for a message: where, to whom, in which words.

The order stands at the beginning ("Post on LinkedIn and Mastodon: …", "Tweet that …", "WhatsApp to Anna: …"), made of
nothing but words that such orders are made of. Anything else stays an ordinary note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daemon.core.handbook import Handbook
from daemon.core.language import dates, extract, phrasebook, times, words
from daemon.core.language.calendars import CALENDARS
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.social import networks
from daemon.core.social.mention import Mention, shared
from daemon.core.social.networks import NETWORKS, SERVICES, Network

_START = re.compile(r"[#>*\s-]*(?:\[ \]\s*)?")
_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?|[^\w\s]|\n")
_OF_A_NETWORK: Mapping[str, str] = {  # words that say where as well
    "tweet": "X", "tweets": "X", "tweete": "X", "twittere": "X", "tuitea": "X", "tuit": "X", "tweeter": "X",
    "toot": "Mastodon", "toote": "Mastodon", "tröte": "Mastodon", "pouet": "Mastodon",
}  # fmt: skip
_PAGES = (
    "page", "profile", "account", "feed", "seite", "profil", "konto", "kanal", "compte", "página", "perfil", "cuenta",
    "conta", "pagina", "profilo", "profiel",
)  # fmt: skip
_VERB_LAST = ("dass", "daß", "dat")
_DASHES = "-\u2013\u2014 "
_PASSED_OVER = '/&+,-\u2013\u2014()"*_'
_NUMBER = re.compile(r"\+?\d[\d ()/.-]{5,24}")
_HEAD = 160  # characters that an order may have
_END = re.compile(r":(?=\s)|\n")  # of an order
_ANY_DAY = date(2026, 1, 1)  # whether words name a day depends on none
_SOON = re.compile(
    r"\b(?:tonight|this (?:evening|afternoon)|next week|(?:in the )?(?:morning|evening|afternoon)"
    r"|heute abend|nächste woche|ce soir|la semaine prochaine|esta (?:noche|tarde)"
    r"|la próxima semana|stasera|la prossima settimana|esta noite|na próxima semana|vanavond|volgende week)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"\b(?:at|on|for|by|from|um|am|gegen|für|ab|à|le|pour|a las|a la|el|para|alle|per|il|às|na|no|em"
    r"|om|op|voor|rond)\s$",
    re.IGNORECASE,
)
_ASIDE = 60  # characters
_FEWEST = 3  # words of a text that nothing separates from its order


@dataclass(frozen=True, slots=True)
class Post:
    """A post that the person wants. `text` is their own words; `about`: they only said what about."""

    networks: tuple[Network, ...]
    text: str
    about: bool = False
    thought: str = ""  # what they think of it, beside the text
    when: str = ""  # when it shall go out, as they say it
    aside: str = ""  # what the text begins with, up to a colon: perhaps still part of the order


@dataclass(frozen=True, slots=True)
class Message:
    """A message over a messenger that the person wants. `to`: a name, a number or a handle, as they wrote it."""

    service: str
    to: str
    text: str


def asked(text: str, books: Iterable[Phrasebook], handbook: Handbook) -> Post | Mention | Message | None:
    """What a person's own note asks for on social networks and messengers; None for every other note."""
    text, known = text[: extract.LIMIT], tuple(books)
    return _post(text, known) or _message(text, known, handbook) or shared(text, known)


@dataclass(frozen=True, slots=True)
class _Order:
    """What stands before the text: the networks it names, and how it ends."""

    networks: tuple[Network, ...]
    rest: str
    separated: bool  # by a colon, an end of line, or "that"
    when: str = ""
    clause: bool = False  # by a "that" behind which the words stand in another order


def _post(text: str, books: Sequence[Phrasebook]) -> Post | None:
    text = _START.sub("", text, count=1)
    order = _order(text, books)
    if not order or not order.networks:
        return None
    rest = order.rest.strip().lstrip(_DASHES).strip()
    said = rest.split()
    if order.separated:
        post = Post(order.networks, standing_alone(rest), about=order.clause, when=order.when)
        return post if said else None
    if len(said) < _FEWEST or words.fold(said[0]) in phrasebook.every(books, "post_no"):
        return None
    if words.fold(said[0]) not in phrasebook.every(books, "subject_after"):
        aside, colon, _ = rest.partition(": ")
        doubtful = colon and "\n" not in aside and len(aside) < _ASIDE
        return Post(order.networks, standing_alone(rest), aside=aside if doubtful else "")
    matter = rest.partition(said[0])[2].strip()
    own = matter.partition(":")[2].rstrip()
    if own and (own.lstrip(" ")[0] == "\n" or _quoted(own.strip())):
        return Post(order.networks, standing_alone(own))
    return Post(order.networks, standing_alone(matter.removesuffix(":")), about=True)  # "about X: Y" adds what to say


def _order(text: str, books: Sequence[Phrasebook]) -> _Order | None:
    said = (frozenset(phrasebook.every(books, f"post{kind}")) for kind in ("", "_filler", "_that"))
    verbs, fillers, that = said
    about = frozenset(phrasebook.every(books, "subject_after"))
    where: list[Network] = []
    ordered, after = False, 0
    end = _END.search(text, 0, _HEAD)
    spans = _times(text[: end.start()]) if end else []
    for token in _TOKEN.finditer(text, 0, _HEAD):
        if any(time.start <= token.start() < time.stop for time in spans):
            continue
        word = words.fold(token[0])
        network = networks.named(_OF_A_NETWORK.get(word, word))
        if network:
            where.append(network)
        ordered = ordered or word in verbs or word in _OF_A_NETWORK
        if network or (after and word in _PAGES):
            after = token.end()
        elif word in verbs:
            after = 0  # "LinkedIn post …" names a post, "post on LinkedIn …" orders one
        elif word not in fillers and word not in _PASSED_OVER:
            separated = word in ":\n" or word in that
            start = token.end() if separated else token.start() if word in about else after
            when = text[spans[0].start : spans[-1].stop] if spans and separated else ""
            found = _Order(_each(where), text[start:], separated, when, clause=word in _VERB_LAST)
            return found if ordered and start else None
    return None


def said_when(head: str) -> str:
    """When a post shall go out, in the words of the order for it; "" when it does not say, or says today."""
    spans = _times(head)
    return head[spans[0].start : spans[-1].stop] if spans else ""


def _times(head: str) -> list[range]:
    """Where an order says a day or a time of day, with the words that lead to it."""
    named = [(m.at, m.at + len(m.quote)) for m in dates.every(head, _ANY_DAY) if m.day != _ANY_DAY]
    clocks = {(spell.start, spell.end) for code in CALENDARS for spell in times.find(head, code)}
    vague = [found.span() for found in _SOON.finditer(head)]
    return sorted((_led(head, *span) for span in {*named, *clocks, *vague}), key=lambda time: time.start)


def _led(head: str, start: int, stop: int) -> range:
    before = _LEADING.search(head, 0, start)
    return range(before.start() if before else start, stop)


def _each(found: Iterable[Network]) -> tuple[Network, ...]:
    named = {network.name for network in found}
    return tuple(network for network in NETWORKS if network.name in named)


def standing_alone(text: str) -> str:
    """The text as it would stand alone: its own quotation marks gone, its first letter a capital."""
    text = text.strip()
    if _quoted(text):
        text = text[1:-1].strip()
    first = text.split(maxsplit=1)[:1]
    plain = first and first[0][0].islower() and "://" not in first[0] and first[0].islower()
    return text[:1].upper() + text[1:] if plain else text


def _quoted(text: str) -> bool:
    return len(text) > 1 and text[0] in '"“„«' and text[-1] in '"”“»' and not set(text[1:-1]) & set('"“”„«»')


def _message(text: str, books: Sequence[Phrasebook], handbook: Handbook) -> Message | None:
    """The order up to the colon: "WhatsApp to Anna: …", "SMS an +49 …: …", "Text Anna on Signal: …"."""
    head, colon, rest = _START.sub("", text, count=1).partition(":")
    if not colon or len(head) > _HEAD or "\n" in head or not rest.strip():
        return None
    fillers = (*phrasebook.every(books, "message_filler"), *SERVICES)
    said = [word for word in head.split() if words.fold(word.strip(",")) not in fillers]
    service = next((SERVICES[word] for word in words.fold(head).replace(",", " ").split() if word in SERVICES), "")
    texted = words.fold(head).split()[:1] == ["text"]
    to = " ".join(said).strip(" ,")
    if not (service or texted) or not _is_someone(to, handbook):
        return None
    return Message(service or "SMS", to, standing_alone(rest))


def _is_someone(to: str, handbook: Handbook) -> bool:
    """A contact's name, a number, a handle, or one or two words that begin with a capital."""
    if _NUMBER.fullmatch(to) or handbook.named(to) or re.fullmatch(r"[@#][\w.-]{1,60}", to):
        return True
    return 0 < len(to.split()) <= 2 and all(part[:1].isupper() and part.isalpha() for part in to.split())  # noqa: PLR2004 - first and last name
