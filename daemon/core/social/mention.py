"""What somebody wrote about us on a network, or to us, as a person passes it on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import unquote, urlsplit

from daemon.core.language import extract, phrasebook, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.language.salutation import visible
from daemon.core.properties import Value
from daemon.core.social import networks
from daemon.core.social.counting import links
from daemon.core.social.networks import SERVICES, Form

Kind = Literal["mention", "comment", "message", "review"]

_LONGEST_URL = 2000  # characters
_LONGEST_NAME = 100
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{3,20000})[”“»\"]")
_QUOTE_LINE = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
_BY = re.compile(
    r"\b(?:by|from|von|de|di|van)\s+([^\W\d_][^:\n“„«\"#@|]{1,60}?)\s*(?:[:|\n]|\bon\b|\bauf\b|\bsur\b|\ben\b|\bsu\b|\bno\b|\bop\b|$)"
)
_HANDLE_PATH = re.compile(r"/(?:(?:@|profile/)?([\w.-]{1,60}))/(?:status|post)/")
_MASTODON_PATH = re.compile(r"/(@[\w.-]{1,60})/\d+")
_ORDER = 300  # characters: where the person says that it is to be answered


@dataclass(frozen=True, slots=True)
class Mention:
    """`network` is a network's or a messenger's name, or "". `author` and `text` come from outside: data."""

    network: str
    author: str
    url: str  # https or http, or ""
    text: str
    kind: Kind = "mention"

    @property
    def form(self) -> Form:
        return "message" if self.kind == "message" else "comment"

    @property
    def public(self) -> bool:
        return self.kind != "message"

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing for an answer, and what to write."""
        nameless = self.network in SERVICES.values() and not self.author
        wanting = {
            "it does not say on which network: write `network: LinkedIn`": not self.network,
            'it does not say who wrote: write `from: "Name"`': nameless,
            "it has no text: paste below the properties what they wrote": not self.text,
        }
        return tuple(sentence for sentence, true in wanting.items() if true)


def is_mention(properties: Mapping[str, Value]) -> bool:
    """Whether a dropped note says `kind: social`."""
    return _said(properties, "kind").lower() == "social"


def dropped(properties: Mapping[str, Value], body: str) -> Mention:
    """The mention that a note's properties and text describe; what cannot be true of them is left out."""
    url = safe_url(_said(properties, "url"))
    said = _said(properties, "network")
    kind = _said(properties, "mention").lower()
    text = _QUOTE_LINE.sub("", body).strip()
    message = words.fold(said) in SERVICES
    return Mention(
        network=_network(said, url),
        author=_name(_said(properties, "from")),
        url=url,
        text=text,
        kind=cast("Kind", kind) if kind in get_args(Kind) else "message" if message else "mention",
    )


def shared(text: str, books: Iterable[Phrasebook]) -> Mention | None:
    """What a phone's share sheet makes of a post, when the person wrote beside it that it is to be answered.

    None when no link leads to a network's post, nothing is quoted, or nobody asked for an answer: then it is a note.
    """
    url = next((link for link in links(text) if networks.of_url(link)), "")
    network = networks.of_url(url) if url else None
    said = quoted(text)
    own = _without(text, (url, said))
    if not network or not said or not words.mentioned(own[:_ORDER], phrasebook.every(books, "answer_it")):
        return None
    return Mention(network.name, _author(own, url), safe_url(url), said, "comment")


def safe_url(text: str) -> str:
    """A web address that a person may open, or ""."""
    text = text.strip().strip("<>")
    plain = text.isprintable() and len(text) <= _LONGEST_URL and not re.search(r"[\s<>\"\[\]]", text)
    try:
        parts = urlsplit(text) if plain else None
    except ValueError:
        return ""
    return text if parts and parts.scheme.lower() in ("https", "http") and "." in (parts.hostname or "") else ""


def _network(said: str, url: str) -> str:
    if known := networks.named(said):
        return known.name
    if service := SERVICES.get(words.fold(said)):
        return service
    by_url = networks.of_url(url)
    return _name(said) or (by_url.name if by_url else "")


def quoted(text: str) -> str:
    """What stands in quotation marks, or behind `>`."""
    lines = [line for line in text.split("\n") if _QUOTE_LINE.match(line)]
    if lines:
        return _QUOTE_LINE.sub("", "\n".join(lines)).strip()
    longest = max((found[1] for found in _QUOTED.finditer(text[: extract.LIMIT])), key=len, default="")
    return longest.strip()


def _without(text: str, parts: Iterable[str]) -> str:
    for part in parts:
        text = text.replace(part, " ") if part else text
    return "\n".join(line for line in text.split("\n") if not _QUOTE_LINE.match(line))


def _author(own: str, url: str) -> str:
    """Who wrote the post: what its address says, else what the share sheet says."""
    path = unquote(urlsplit(url).path)
    if found := _MASTODON_PATH.match(path):
        return found[1]
    if (found := _HANDLE_PATH.match(path)) and found[1] not in ("i", "feed"):
        return f"@{found[1]}"
    named = _BY.search(own[:_ORDER])
    return _name(named[1]) if named else ""


def _name(text: str) -> str:
    """On one line, and without the brackets that make links in a note."""
    return visible(re.sub(r"[\[\]<>|]", "", text[: 10 * _LONGEST_NAME]))[:_LONGEST_NAME].strip()


def _said(properties: Mapping[str, Value], name: str) -> str:
    value = properties.get(name)
    return value.strip() if isinstance(value, str) else ""
