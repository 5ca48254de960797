"""A person's own words in the shape of a network: nothing is added, and what does not fit is named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daemon.core.language import extract
from daemon.core.social.counting import HASHTAG, LINK, graphemes, length, links, problems
from daemon.core.social.networks import Form, Network

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_LONG = 220  # characters of one paragraph; about what LinkedIn shows before "see more"
_TOGETHER = 2  # sentences of one paragraph
_LONGEST_TAIL = 4000  # characters


@dataclass(frozen=True, slots=True)
class Shaped:
    """The text for a network. `left`: the parts that did not fit, in their order."""

    text: str
    left: tuple[str, ...] = ()


def shape(text: str, network: Network, form: Form = "post") -> Shaped:
    """The text as it can be posted, cut between sentences. Links and the hashtags at its end are never cut off.

    Only where one sentence alone is too long it is cut between words, and where there are no words between letters.
    """
    text = tidy(text)
    if not problems(network, text, form):
        return Shaped(_in_paragraphs(text) if network.paragraphs and form == "post" else text)
    body, tail = _parted(text)
    parts = _parts(body)
    kept = _fitting(parts, tail, network, form)
    if kept:
        left = tuple(part.strip() for part in parts[kept:] if part.strip())
        return Shaped(_joined(parts[:kept], _tail(parts[kept:], tail)), left)
    first = parts[0] if parts else ""
    short = _words(first, _tail(parts, tail), network, form) if first else ""
    left = (first.strip()[len(short.removesuffix("…")) :].strip(), *(part.strip() for part in parts[1:]))
    return Shaped(_fitted(short, _tail(parts, tail), network, form), tuple(part for part in left if part))


def tidy(text: str) -> str:
    """The text without what nobody sees, at most one empty line between paragraphs."""
    seen = _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    lines = "\n".join(line.rstrip() for line in seen.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines)


def _fitted(short: str, tail: Sequence[str], network: Network, form: Form) -> str:
    """The short text with its tail; what of the tail does not fit is dropped from its end."""
    for count in range(len(tail), -1, -1):
        if not problems(network, whole := _joined([short], tail[:count]), form):
            return whole
    return short


def _parted(text: str) -> tuple[str, tuple[str, ...]]:
    """The words, and the links and hashtags at the end, which belong there whatever is cut."""
    start = max(len(text) - _LONGEST_TAIL, 0)
    ending = reversed(list(re.finditer(r"(?<!\S)\S+", text[start:])))
    tail = list(itertools.takewhile(lambda word: LINK.fullmatch(word[0]) or HASHTAG.fullmatch(word[0]), ending))[::-1]
    return (text[: start + tail[0].start()] if tail else text), tuple(word[0] for word in tail)


def _parts(body: str) -> tuple[str, ...]:
    """The sentences, each with the line breaks that stand before it."""
    parts: list[str] = []
    for paragraph in re.split(r"(\n+)", body):
        if not paragraph.strip():
            parts.append(paragraph)
        else:
            parts += [f"{' ' if n else ''}{sentence}" for n, sentence in enumerate(extract.sentences(paragraph))]
    return tuple(_with_breaks(parts))


def _with_breaks(parts: Sequence[str]) -> Iterator[str]:
    breaks = ""
    for part in parts:
        if part.strip():
            yield breaks + part
        breaks = part if not part.strip() else ""


def _fitting(parts: Sequence[str], tail: Sequence[str], network: Network, form: Form) -> int:
    """How many of the parts fit, with the links of the others and the tail."""
    best = 0
    room = network.limit(form)
    for count in range(1, len(parts) + 1):
        if length(network, "".join(parts[:count])) > room:
            break
        if not problems(network, _joined(parts[:count], _tail(parts[count:], tail)), form):
            best = count
    return best


def _tail(left: Sequence[str], tail: Sequence[str]) -> tuple[str, ...]:
    """The links of what is left out, then what stood at the end."""
    return tuple(dict.fromkeys((*links("".join(left)[:20_000]), *tail)))


def _joined(parts: Sequence[str], tail: Sequence[str]) -> str:
    text = "".join(parts).strip()
    if not tail:
        return text
    return f"{text}\n\n{' '.join(tail)}".strip()


def _words(sentence: str, tail: Sequence[str], network: Network, form: Form) -> str:
    """As many words as fit, with an ellipsis; letters when there is only one word."""
    pieces = sentence.split()
    spaced = len(pieces) > 1
    units = [f"{' ' if n else ''}{piece}" for n, piece in enumerate(pieces)] if spaced else list(graphemes(sentence))
    fixed = length(network, _joined(["…"], tail))
    room = network.limit(form) - (fixed if fixed < network.limit(form) // 2 else 1)
    low, high = 0, len(units)
    while low < high:
        middle = (low + high + 1) // 2
        fits = length(network, "".join(units[:middle])) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    if spaced and not low:
        return _words(pieces[0], tail, network, form)
    return "".join(units[:low]).rstrip(" ,;:\u2013-") + "…"


def _in_paragraphs(text: str) -> str:
    """One long paragraph as several short ones, the first sentence alone; a text with own lines stays as it is."""
    body, tail = _parted(text)
    said = extract.sentences(body)
    if "\n" in body.strip() or len(body) <= _LONG or len(said) <= _TOGETHER:
        return text
    groups = [said[:1], *(said[at : at + _TOGETHER] for at in range(1, len(said), _TOGETHER))]
    return _joined(["\n\n".join(" ".join(group) for group in groups)], tail)


def hashtags(text: str) -> tuple[str, ...]:
    """The hashtags of a text, each once."""
    return tuple(dict.fromkeys(HASHTAG.findall(text)))
