"""A post as it can go out: for which of the networks, with which hashtags, and what the person should know of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from daemon.core.handbook import Handbook
from daemon.core.language import extract, phrasebook, words
from daemon.core.language.phrasebook import Phrasebook
from daemon.core.social.asking import Post
from daemon.core.social.counting import links, problems
from daemon.core.social.networks import Network
from daemon.core.social.shaping import Shaped, hashtags, shape, tidy

_MOST_WORDS = re.compile(
    r"\b(?:max\w{0,5}|máx\w{0,5}|mass\w{0,3}|at most|höchstens)\.?\s\d{1,4}\s"
    r"(?:words|wörter|worte|characters|zeichen|mots|palabras|parole|palavras|woorden|tekens)\b",
    re.IGNORECASE,
)
_FEW_TAGS = 5  # what Instagram's own app suggests
_SEEN = 200  # characters that LinkedIn and Facebook show before "see more", about


def without_asides(text: str, books: Iterable[Phrasebook]) -> tuple[str, tuple[str, ...]]:
    """The text for readers, and the sentences that are meant for whoever writes it ("Don't name the clients.").

    When all of it sounds so, all of it stays.
    """
    cues = phrasebook.every(books, "post_aside")
    asides = tuple(s for s in extract.sentences(text) if words.mentioned(s, cues) or _MOST_WORDS.search(s))
    kept = text
    for aside in asides:
        kept = kept.replace(aside, "", 1)
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return (tidy("\n".join(lines)) if asides and kept.strip() else text), asides


def told(kept: str, asides: Sequence[str]) -> Iterator[str]:
    """What became of the asides, in sentences."""
    for aside in asides:
        said = "it may be meant for me, not for your readers" if aside in kept else "it sounds meant for me"
        yield f"{'Careful' if aside in kept else 'Left out'}: {said}: “{aside}”"


def together(text: str, networks: Sequence[Network]) -> tuple[tuple[Network, ...], Shaped]:
    """One text for several networks, and for which of them: all that take it whole, else those that take it cut.

    At least the first network takes it.
    """
    whole = tidy(text)
    fitting = tuple(network for network in networks if not problems(network, whole))
    shaped = shape(whole, (fitting or networks)[0])
    if fitting and any(problems(network, shaped.text) for network in fitting):
        shaped = Shaped(whole)
    return tuple(network for network in networks if not problems(network, shaped.text)) or tuple(networks[:1]), shaped


def others(text: str, wanted: Sequence[Network], taken: Sequence[Network]) -> Iterator[str]:
    """For each network that is wanted and not taken: why, and what could be posted there."""
    for network in wanted:
        if network not in taken:
            why = "; ".join(problems(network, tidy(text)))
            short = shape(text, network).text
            yield f"Not for {network.name}: {why}. For its own draft, drop the note “Post on {network.name}: {short}”"


def own_tags(said: Post, handbook: Handbook) -> tuple[str, ...]:
    """The hashtags of the handbook (a fact “hashtags”), for Instagram, when the person gave none."""
    if all(network.name != "Instagram" for network in said.networks) or hashtags(said.text):
        return ()
    return tuple(tag for fact in handbook.answers("hashtags") for tag in hashtags(fact.answer))


def _of_the_order(said: Post) -> Iterator[str]:
    if said.aside:
        yield f"Careful: it may be meant for me, not for your readers: “{said.aside}:”"
    if said.when:
        yield f"Your note says “{said.when}”, and a post cannot wait for a time of its own: approve it then."


def notes(said: Post, networks: Sequence[Network], text: str, tags: Sequence[str]) -> Iterator[str]:
    """What the person should know about a post, in sentences."""
    if said.about:
        yield "Your note gives no text, only what it is about: write the post below."
    if said.thought:
        yield f"Your thought, left out of the post: “{said.thought}”"
    yield from _of_the_order(said)
    if tags:
        yield f"The hashtags are those of your handbook: {' '.join(tags)}."
    if any(network.name == "Instagram" for network in networks):
        yield "Instagram needs a picture: add yours when you post."
        if links(text):
            yield "A link in an Instagram caption cannot be tapped."
        if (count := len(hashtags(text))) > _FEW_TAGS:
            yield f"Instagram suggests at most {_FEW_TAGS} hashtags; there are {count}."
    if any(network.paragraphs for network in networks) and len(text.partition("\n")[0]) > _SEEN:
        yield f"Readers first see about {_SEEN} characters; a first line that is shorter is read more often."
