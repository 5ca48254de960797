"""The networks: what each is called, what it takes, and how it counts. The messengers: their names.

Sources, read in November 2026: X docs.x.com/resources/fundamentals/counting-characters and twitter-text's
configuration 3; Bluesky the lexicon `app.bsky.feed.post` (300 graphemes, 3,000 bytes) and `chat.bsky.convo` (1,000);
Mastodon docs.joinmastodon.org/user/posting (500; a link counts 23, of a remote name only the part before the second
@; other servers may take more); Threads developers.facebook.com/docs/threads/posts (500, an emoji counts its UTF-8
bytes); Instagram developers.facebook.com/docs/instagram-platform (caption 2,200, 30 hashtags; the app itself
suggests at most 5); LinkedIn and Facebook: limits that their own forms enforce (3,000 and 1,250; 63,206 and 8,000).
Where a page does not say how it counts, UTF-16 units are counted, the most cautious way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, LiteralString
from urllib.parse import urlsplit

from daemon.core.language import words

Form = Literal["post", "comment", "message"]
Unit = Literal["units", "graphemes", "weighted", "threads"]


@dataclass(frozen=True, slots=True)
class Network:
    """One network. Limits are counted in its own `unit`; `page` is where a person writes a post."""

    name: str
    words: tuple[str, ...]
    hosts: tuple[str, ...]
    page: LiteralString
    post: int
    comment: int
    message: int
    unit: Unit = "units"
    link: int = 0  # what a link counts; 0 = as long as it is
    hashtags: int = 0  # the most; 0 = any number
    paragraphs: bool = False  # long texts are read in short paragraphs, and only the first lines are seen at once

    def limit(self, form: Form) -> int:
        match form:
            case "post":
                return self.post
            case "comment":
                return self.comment
            case "message":
                return self.message


NETWORKS: tuple[Network, ...] = (
    Network(
        "LinkedIn", ("linkedin",), ("linkedin.com", "lnkd.in"), "https://www.linkedin.com/feed/", 3000, 1250, 8000,
        paragraphs=True,
    ),
    Network(
        "X", ("x", "twitter"), ("x.com", "twitter.com"), "https://x.com/compose/post", 280, 280, 10_000,
        unit="weighted", link=23,
    ),
    Network("Bluesky", ("bluesky", "bsky"), ("bsky.app",), "https://bsky.app/", 300, 300, 1000, unit="graphemes"),
    Network("Mastodon", ("mastodon",), ("mastodon.social",), "your Mastodon server", 500, 500, 500,
            unit="graphemes", link=23),
    Network(
        "Instagram", ("instagram", "insta", "ig"), ("instagram.com",), "the Instagram app", 2200, 2200, 1000,
        hashtags=30,
    ),
    Network("Facebook", ("facebook", "fb"), ("facebook.com", "fb.com", "fb.watch"), "https://www.facebook.com/",
            63_206, 8000, 20_000, paragraphs=True),
    Network("Threads", ("threads",), ("threads.net", "threads.com"), "https://www.threads.net/", 500, 500, 1000,
            unit="threads"),
)  # fmt: skip
SERVICES: Mapping[str, str] = {
    "whatsapp": "WhatsApp", "sms": "SMS", "signal": "Signal", "telegram": "Telegram", "slack": "Slack",
}  # fmt: skip
_BY_WORD = {word: network for network in NETWORKS for word in network.words}


def named(text: str) -> Network | None:
    """The network that people call so, in any case: "LinkedIn", "twitter", "X/Twitter"."""
    found = [_BY_WORD.get(part.strip(" .@")) for part in words.fold(text[:60]).split("/")]
    return found[0] if found and found[0] and len({each.name if each else "" for each in found}) == 1 else None


def known(text: str) -> Network:
    """The network that people call so. Raises ValueError with the names there are."""
    if found := named(text):
        return found
    msg = f"{text!r} is not known; write one of {', '.join(network.name for network in NETWORKS)}"
    raise ValueError(msg)


def of_url(url: str) -> Network | None:
    """The network that a page belongs to, by its host; a post of any Mastodon server by its path `/@name/number`."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    known = (n for n in NETWORKS if any(host == own or host.endswith(f".{own}") for own in n.hosts))
    if network := next(known, None):
        return network
    steps = parts.path.strip("/").split("/")
    is_status = len(steps) == 2 and steps[0].startswith("@") and steps[1].isdecimal()  # noqa: PLR2004 - name, number
    return _BY_WORD["mastodon"] if is_status else None


def service(name: str) -> str:
    """The key of a messenger by its name ("WhatsApp"), or ""."""
    return next((key for key, known in SERVICES.items() if known == name), "")
