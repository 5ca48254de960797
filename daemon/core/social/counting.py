"""How long a text is for a network, and what stands in the way of posting it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from daemon.core.social.networks import Form, Network

LINK = re.compile(r"https?://[^\s<>\"“”]{1,4000}", re.IGNORECASE)
HASHTAG = re.compile(r"(?<![\w&/])#(?=\w{0,100}[^\W\d_])\w{1,100}")
# What X makes a link of although nobody wrote https: a host under one of the common endings.
_BARE_HOST = re.compile(
    r"(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,4}(?:com|org|net|io|co|ai|app|dev|shop|info|eu|de|at|ch|fr|es|it|pt|br|nl|be"
    r"|uk|us|se|no|dk|fi|pl|ie)(?:/[^\s<>\"“”]{0,2000})?(?![\w@-])",
    re.IGNORECASE,
)
_REMOTE_NAME = re.compile(r"(?<!\w)(@\w{1,64})@[a-z0-9.-]{3,255}", re.IGNORECASE)
_AFTER_LINK = ".,;:!?)]}'\""
_JOINER = "\u200d"
# twitter-text, configuration 3: code points of these ranges weigh 1, all others 2.
_LIGHT = ((0x0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def length(network: Network, text: str) -> int:
    """The characters of `text` as the network counts them."""
    rest, links = _without_links(network, unicodedata.normalize("NFC", text))
    counted = links * network.link
    match network.unit:
        case "units":
            return counted + len(rest.encode("utf-16-le", "surrogatepass")) // 2
        case "graphemes":
            return counted + sum(1 for _ in graphemes(rest))
        case "weighted":
            return counted + sum(map(_weight, graphemes(rest)))
        case "threads":
            return counted + sum(len(c.encode()) if _is_emoji(c) else len(c) for c in graphemes(rest))


def problems(network: Network, text: str, form: Form = "post") -> tuple[str, ...]:
    """Why the text cannot be posted there, in sentences; empty when it can."""
    found: list[str] = []
    limit, count = network.limit(form), length(network, text)
    if not text.strip():
        found.append("there is no text")
    if count > limit:
        over = count - limit
        more = f"{over:,} character{'s' * (over != 1)} too long"
        found.append(f"the text is {more} for {network.name}: it has {count:,}, and a {form} takes {limit:,}")
    tags = len(HASHTAG.findall(text))
    if network.hashtags and tags > network.hashtags:
        found.append(f"it has {tags} hashtags, and {network.name} takes {network.hashtags}")
    return tuple(found)


def graphemes(text: str) -> Iterator[str]:
    """What a reader takes for one character each: letters with their accents, flags, families of emoji.

    The rules of Unicode's annex 29 that matter in posts; the text is in composed form (NFC).
    """
    start, flags = 0, 0
    for index in range(1, len(text) + 1):
        flags = flags + 1 if _is_flag(text[index - 1]) else 0
        if index == len(text) or not _goes_on(text[index - 1], text[index], odd=flags % 2 == 1):
            yield text[start:index]
            start = index


def links(text: str) -> tuple[str, ...]:
    """The links of a text with https or http, each once, without the punctuation after them."""
    return tuple(dict.fromkeys(found[0].rstrip(_AFTER_LINK) for found in LINK.finditer(text)))


def _without_links(network: Network, text: str) -> tuple[str, int]:
    """The text that is counted letter by letter, and how many links are not."""
    if not network.link:
        return text, 0
    text, written = LINK.subn(_punctuation, text)
    if network.unit == "weighted":
        text, bare = _BARE_HOST.subn("", text)
        return text, written + bare
    return _REMOTE_NAME.sub(r"\1", text), written


def _punctuation(found: re.Match[str]) -> str:
    return found[0][len(found[0].rstrip(_AFTER_LINK)) :]


def _goes_on(before: str, char: str, *, odd: bool) -> bool:
    if char < "\u0300":
        return before == "\r" and char == "\n"
    if _is_flag(char):
        return odd
    if before == _JOINER and char >= "\u2190":
        return True
    return char == _JOINER or "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f" or (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
    )  # fmt: skip


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_emoji(cluster: str) -> bool:
    return cluster[0] >= "\U0001f000" or (cluster[0] >= "\u2190" and unicodedata.category(cluster[0]) == "So") or (
        "\ufe0f" in cluster
    )  # fmt: skip


def _weight(cluster: str) -> int:
    if len(cluster) > 1 and _is_emoji(cluster):
        return 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in cluster)
