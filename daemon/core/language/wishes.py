"""What a message wants done and by whom: the main wish first, then what else it asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from daemon.core import neutral
from daemon.core.language import extract, words
from daemon.core.language.topics import Hit

ANSWER = "mail"  # the agent that answers
KEEP = "assistant"
_QUOTED = 80  # characters of a sentence in a reason
_SEVERAL = 2  # questions beside a deed make the answer the main thing


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to be done; `why` without a full stop, it may quote the message."""

    agent: str
    why: str


def of_hits(hits: Iterable[Hit]) -> tuple[Wish, ...]:
    """One wish an agent, in the order of the topics."""
    first = {hit.topic.agent: hit for hit in reversed(tuple(hits))}
    ordered = sorted(first.values(), key=tuple(first.values()).index, reverse=True)
    return tuple(Wish(hit.topic.agent, _why(hit)) for hit in ordered)


def of_letter(hits: Sequence[Hit], open_questions: Sequence[str], asides: Collection[str]) -> tuple[Wish, ...]:
    """What a person's mail wants. `open_questions`: sentences that ask for something else than the hits.

    A deed that stands aside ("By the way …", "PS …"), or beside several questions, comes after the answer.
    """
    deeds = [hit for hit in hits if hit.topic.agent != KEEP]
    answer = Wish(ANSWER, f"it asks “{_quote(open_questions[0])}”" if open_questions else "a person wrote")
    if not deeds:
        keep = of_hits(hits)
        return keep if keep and not open_questions else (answer,)
    wishes = of_hits(deeds)
    if not open_questions:
        return wishes
    aside = all(words.mentioned(" ".join(hit.sentence.split()[:4]), asides) for hit in deeds if hit.sentence)
    spoken = [hit for hit in deeds if hit.sentence]
    answer_first = bool(spoken) and (aside or len(open_questions) >= _SEVERAL > len(spoken))
    return (answer, *wishes) if answer_first else (*wishes, answer)


def open_questions(text: str, requests: Iterable[str], hits: Iterable[Hit]) -> tuple[str, ...]:
    """The sentences that ask, without those that a topic has already taken."""
    taken = {hit.sentence for hit in hits}
    return tuple(asked for asked in extract.questions(text, requests) if asked not in taken)


def _why(hit: Hit) -> str:
    return f"{hit.topic.say} (“{_quote(hit.sentence)}”)" if hit.sentence else hit.topic.say


def _quote(sentence: str) -> str:
    short = sentence if len(sentence) <= _QUOTED else f"{sentence[:_QUOTED].rpartition(' ')[0]} …"
    return neutral.visible(short)
