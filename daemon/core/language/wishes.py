"""What a message wants done and by whom: the main wish first, then what else it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from daemon.core import neutral
from daemon.core.language import extract, topics, words
from daemon.core.language.topics import Hit

ANSWER = "mail"  # the agent that answers
BOOKS = "accounting"
KEEP = "assistant"
CALL = "voice"
_QUOTED = 80  # characters of a sentence in a reason
_SEVERAL = 2  # questions that a call does not settle
_WHOLE = 6  # words of a question that stands for itself: "Ok?" and "Interested?" do not
_JOINT = 4  # characters in which a word that joins may stand before the place of a term
_JOINING = (
    "and", "also", "then", "oh", "plus", "und", "auch", "dann", "et", "aussi", "puis", "y", "también", "luego", "e",
    "anche", "poi", "também", "depois", "en", "ook", "dan",
)  # fmt: skip
_REFERRING = (  # a short question with one of these goes on about what was said before
    "it", "them", "that", "this", "those", "ihn", "ihr sie", "du sie", "sie sie", "diese", "dies", "das",
    "me la", "me le", "me les", "nous la", "nous le", "nous les", "me l'envoyer", "nous l'envoyer", "cela",
    "ça", "me lo", "nos la", "nos lo", "la pueden", "la puedes", "eso", "mandarmela", "inviarmela", "ce la",
    "questo", "enviar-ma", "enviá-la", "ma podem", "isso", "isto", "ze", "hem", "deze", "die", "dat",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to be done; `why` without a full stop, it may quote the message."""

    agent: str
    why: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that asks for an answer, and which sentence of the text it is."""

    sentence: str
    number: int


def of_hits(hits: Iterable[Hit]) -> tuple[Wish, ...]:
    """One wish an agent, in the order of the text; with equal places in the order of the topics."""
    return tuple(Wish(hit.topic.agent, _why(hit)) for hit in _first_of_each(hits))


def bills(hits: Iterable[Hit]) -> tuple[Wish, ...]:
    """What a letter that came as a plain text asks for, when it is money."""
    return tuple(wish for wish in of_hits(hits) if wish.agent == "accounting")[:1]


def of_note(hits: Sequence[Hit]) -> tuple[Wish, ...]:
    """What a person's own note orders. "Remember to call" is a call: keeping counts only beside another sentence.

    One sentence orders one thing, unless it goes on: "do the invoice and call her".
    """
    deeds = sorted((hit for hit in hits if hit.topic.agent != KEEP), key=lambda hit: hit.place)
    spoken = {hit.sentence for hit in deeds}
    kept = [hit for hit in hits if hit.topic.agent == KEEP and hit.sentence not in spoken]
    opening = {hit.place[0]: hit for hit in reversed(deeds)}
    return of_hits((*kept, *(hit for hit in deeds if _goes_on(opening[hit.place[0]], hit))))


def _goes_on(first: Hit, hit: Hit) -> bool:
    between = words.fold(hit.sentence)[first.place[1] : hit.place[1] + _JOINT]
    return hit.topic.agent == first.topic.agent or bool(words.mentioned(between, _JOINING))


def of_machine(hits: Iterable[Hit]) -> tuple[Wish, ...]:
    """What an automated message brings: one thing, the first of the topics."""
    return tuple(Wish(hit.topic.agent, _why(hit)) for hit in hits)[:1]


def of_letter(hits: Sequence[Hit], asked: Sequence[Asked]) -> tuple[Wish, ...]:
    """What a person's mail wants beside an ordinary answer, in the order in which it says so."""
    counted = [hit for hit in hits if not (asked and (hit.topic.weak or hit.topic.late))]
    deeds = _first_of_each(hit for hit in counted if hit.topic.agent != KEEP)
    if not deeds:
        return () if asked else of_hits(hits)
    done = of_hits(deeds)
    first = None if any(wish.agent == ANSWER for wish in done) else _answer(deeds, asked)
    if not first:
        return done
    answer = Wish(ANSWER, f"it asks “{quoted(first.sentence)}”")
    return (answer, *done) if first.number < deeds[0].place[0] else (*done, answer)


def with_paper(wanted: tuple[Wish, ...], asked: Sequence[Asked], said: str) -> tuple[Wish, ...]:
    """The same with the bill or the order that a mail brings, as `said`, where nothing wanted it yet."""
    if not said or any(wish.agent == BOOKS for wish in wanted):
        return wanted
    answer = (Wish(ANSWER, f"it asks “{quoted(asked[0].sentence)}”"),) if asked and not wanted else ()
    return (*wanted, *answer, Wish(BOOKS, said))


def beside(asked: Iterable[Asked]) -> tuple[Wish, ...]:
    """The answer to what is asked beside an invitation, which itself settles one question."""
    whole = [one for one in asked if len(one.sentence.split()) >= _WHOLE]
    return (Wish(ANSWER, f"it asks “{quoted(whole[0].sentence)}”"),) if len(whole) >= _SEVERAL else ()


def open_questions(text: str, requests: Iterable[str], hits: Sequence[Hit]) -> tuple[Asked, ...]:
    """The sentences that ask, without those that a topic has already taken or that only go on about it."""
    cues = tuple(requests)
    said = enumerate(extract.sentences(text)[: topics.SENTENCES])
    every = [Asked(s, n) for n, s in said if topics.asks(s) or words.mentioned(s, cues)]
    deeds = [hit for hit in hits if hit.topic.agent != KEEP]
    return tuple(asked for asked in every if not any(_belongs(asked, hit) for hit in deeds))


def _belongs(asked: Asked, hit: Hit) -> bool:
    """Whether a question goes on about a deed: it stands in it, or near it and names its matter, or is short."""
    if not hit.sentence:
        return hit.topic.matter.within(asked.sentence)
    after = asked.number - hit.place[0]
    short = len(asked.sentence.split()) < 3 * _WHOLE
    if asked.sentence in hit.sentence or (after >= 0 and short and words.mentioned(asked.sentence, _REFERRING)):
        return True
    return after >= -1 and hit.topic.matter.within(asked.sentence)


def _answer(deeds: Sequence[Hit], asked: Sequence[Asked]) -> Asked | None:
    """The question that needs an answer beside the deeds, or None. One question is settled by the call asked for."""
    start = deeds[0].place[0]
    whole = [one for one in asked if one.number < start or len(one.sentence.split()) >= _WHOLE]
    calls = deeds[0].topic.agent == CALL and not deeds[0].topic.told
    return whole[0] if len(whole) >= (_SEVERAL if calls else 1) else None


def _first_of_each(hits: Iterable[Hit]) -> list[Hit]:
    first: dict[str, Hit] = {}
    for hit in hits:
        if hit.topic.agent not in first or hit.place < first[hit.topic.agent].place:
            first[hit.topic.agent] = hit
    return sorted(first.values(), key=lambda hit: hit.place)


def _why(hit: Hit) -> str:
    return f"{hit.topic.say} (“{quoted(hit.sentence)}”)" if hit.sentence else hit.topic.say


def quoted(sentence: str) -> str:
    """A sentence of a message as a reason shows it."""
    short = sentence if len(sentence) <= _QUOTED else f"{sentence[:_QUOTED].rpartition(' ')[0]} …"
    return neutral.visible(short)
