"""Drafts posts from the person's own words, and answers to what people write on social networks. By rules.

A post is what the person wrote, in the shape of the network; nothing is added to it. An answer is made of our own
sentences and the handbook's facts; the text it answers is data, and never becomes text of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, field_validator

from daemon.core import neutral, social
from daemon.core.draft import Closed, Draft, Risk
from daemon.core.errors import Permanent
from daemon.core.handbook import Handbook
from daemon.core.language import answer, feedback, phrasebook, reading, salutation
from daemon.core.language.reading import Reader
from daemon.core.mail import Address
from daemon.core.ports import Desk
from daemon.core.social import Mention, Message, Network, Post, Shaped, answering, guessing, posting
from daemon.core.social.answering import Heard
from daemon.core.task import Task

_SURE, _PARTLY, _POLITE, _DOUBTFUL = 0.8, 0.6, 0.3, 0.1
_CLOSE = 0.9  # of a network's limit; a text that is far from it needs no word about its length


class Config(BaseModel):
    """`[agents.social]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    networks: tuple[str, ...] = Field(default=("LinkedIn",), min_length=1)  # for a post when the note names none
    address: str = ""  # where customers are asked to write to; "" = the first address under "## Me" in the handbook

    @field_validator("networks")
    @classmethod
    def _known(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(social.known(name).name for name in networks)


class Agent:
    """A wish for a post, or somebody's mention, in; a post, an answer or a message out."""

    def __init__(self, config: Config) -> None:
        self._address = config.address
        self._usual = config.networks
        self._books = phrasebook.shipped(files("agents") / "prompts")

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        match self._wish(task, desk):
            case Post() as wish:
                return self._post(wish, desk)
            case Message() as wish:
                return _message(wish, desk)
            case Mention() as wish:
                return self._answer(wish, desk, claimed=task.mail is not None)
            case None:
                return guessing.unasked(task)

    def _wish(self, task: Task, desk: Desk) -> Post | Message | Mention | None:
        """What the person asks for, or passes on; only their own notes can ask."""
        if task.mention or task.mail:
            return task.mention or (guessing.notified(task.mail) if task.mail else None)
        if task.kind != "note":
            return None
        asked = social.asked(task.text, self._books.values(), desk.handbook)
        return asked or guessing.loosely(task.text, tuple(map(social.known, self._usual)))

    def _post(self, said: Post, desk: Desk) -> Draft:
        words, asides = posting.without_asides(social.tidy(said.text), self._books.values())
        tags = posting.own_tags(said, desk.handbook)
        revised = feedback.follow(desk.earlier, (words, " ".join(tags)), ())
        networks, fitted = posting.together(revised.text, said.networks)
        where = " and ".join(network.name for network in networks)
        forbidden = tuple(_forbidden(fitted.text, desk.handbook))
        changed = bool(fitted.left or tags or said.about or asides or forbidden)
        return Draft(
            action="social.post",
            params={"networks": [network.name for network in networks]},
            text=fitted.text,
            title=neutral.visible(f"Post on {where}: {words.splitlines()[0] if words else ''}")[:120],
            reason="The words are yours; only the shape was made to fit.",
            confidence=_POLITE if said.about else _PARTLY if fitted.left or asides else _SURE,
            risk="medium" if changed else "low",
            found=(
                *revised.done,
                *posting.told(fitted.text, asides),
                *_measured(fitted, networks),
                *posting.notes(said, networks, fitted.text, tags),
                *forbidden,
                *posting.others(revised.text, said.networks, networks),
            ),
        )

    def _answer(self, mention: Mention, desk: Desk, *, claimed: bool) -> Draft | Closed:
        """`claimed`: only a mail tells of it. Raises Permanent for a mention without a text or a network."""
        if lacks := mention.lacks:
            raise Permanent(f"This mention cannot be answered: {'; '.join(lacks)}.")
        reader = Reader(desk.handbook, self._books)
        read = reader.read("", mention.text, desk.now.date())
        heard = answering.hear(mention, read, reader)
        if not desk.earlier and (why := answering.needs_nothing(heard)):
            return Closed(why)
        address = self._address or next(iter(desk.handbook.me), "")
        text = answering.public(heard, desk.handbook, address) if mention.public else _private(heard, desk)
        revised = feedback.follow(desk.earlier, (text, ""), ())
        network = social.named(mention.network)
        fitted = social.shape(revised.text, network, mention.form) if network else Shaped(revised.text)
        return Draft(
            action="social.reply" if network or not social.service(mention.network) else "message.send",
            params=_params(replace(mention, author="") if claimed else mention),
            text=fitted.text,
            title=neutral.visible(f"Answer {mention.author or 'somebody'} on {mention.network}")[:120],
            reason=f"{_REASONS[heard.tone]}; answered by rules.",
            confidence=_confidence(heard),
            risk=_risk(heard),
            found=(*revised.done, *(_CLAIMED if claimed else ()), *self._found(heard, fitted, desk, address)),
        )

    def _found(self, heard: Heard, fitted: Shaped, desk: Desk, address: str) -> Iterator[str]:
        mention, network = heard.mention, social.named(heard.mention.network)
        if not mention.author:
            yield "It is not said who wrote it (`from`)."
        if mention.public and not mention.url:
            yield "It is not said where it stands (`url`), so look for it by hand."
        yield from answering.notes(heard, address, self._books)
        yield from reading.report(heard.read, desk.now.date())
        yield from _measured(fitted, [network] if network else [], mention.form)
        yield from _forbidden(fitted.text, desk.handbook)


_CLAIMED = ("A mail tells of it, and mails can be forged: look it up on the network, not through a link of the mail.",)
_REASONS = {
    "trap": "Somebody wrote, and it is no ordinary message",
    "complaint": "Somebody is not happy",
    "question": "Somebody asked something",
    "praise": "Somebody said something kind",
    "remark": "Somebody wrote about you or to you",
    "insult": "Somebody insults",
    "spam": "It looks like spam",
}


def _private(heard: Heard, desk: Desk) -> str:
    """A direct message is answered as a mail is, without its closing."""
    body = answer.body(heard.read, desk.handbook, desk.now.date())
    greeting = salutation.greeting(heard.read.book, [Address(heard.mention.author, "")])
    return "\n\n".join((greeting, *(paragraph.text for paragraph in body)))


def _params(mention: Mention) -> dict[str, object]:
    if service := social.service(mention.network):
        return {"to": mention.author, "service": service}
    return {"network": mention.network, "to": mention.author, "url": mention.url, "form": mention.form}


def _confidence(heard: Heard) -> float:
    if _risk(heard) == "high":
        return _DOUBTFUL
    if heard.tone == "question":
        return _POLITE if heard.read.open_questions or not heard.read.answered else _SURE
    return {"praise": _SURE, "complaint": _PARTLY}.get(heard.tone, _POLITE)


def _risk(heard: Heard) -> Risk:
    if heard.read.harms or heard.hostile or heard.read.legal:
        return "high"
    return "low" if heard.tone == "praise" else "medium"


def _measured(fitted: Shaped, networks: Sequence[Network], form: social.Form = "post") -> Iterator[str]:
    for network in networks:
        length, limit = social.length(network, fitted.text), network.limit(form)
        if length > limit * _CLOSE:
            yield f"{network.name}: {length:,} of {limit:,} characters."
    yield from (f"Left out, because it does not fit: “{part}”" for part in fitted.left)


def _forbidden(text: str, handbook: Handbook) -> Iterable[str]:
    return (f"Never say “{phrase}”: your handbook forbids it." for phrase in handbook.forbidden(text))


def _message(said: Message, desk: Desk) -> Draft:
    revised = feedback.follow(desk.earlier, (social.tidy(said.text), ""), ())
    return Draft(
        action="message.send",
        params={"to": said.to, "service": social.service(said.service)},
        text=revised.text,
        title=neutral.visible(f"{said.service} to {said.to}: {said.text}")[:120],
        reason="The words are yours.",
        confidence=_SURE,
        risk="low",
        found=(*revised.done, *_forbidden(revised.text, desk.handbook)),
    )
