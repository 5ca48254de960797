"""Drafts posts from the person's own words, and answers to what people write on social networks.

By rules, a post is what the person wrote, in the shape of the network, and an answer is made of our own sentences and
the handbook's facts; the text it answers never becomes text of the answer. Then in a model's better words.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, field_validator

from daemon.core import neutral, social
from daemon.core.draft import Closed, Draft
from daemon.core.errors import Permanent
from daemon.core.language import feedback
from daemon.core.language.reading import Reader
from daemon.core.minds import posts
from daemon.core.minds.pen import Pen
from daemon.core.ports import Desk
from daemon.core.social import Mention, Message, Post, Shaped, answering, guessing, posting, replying
from daemon.core.task import Task

_SURE, _PARTLY, _POLITE = 0.8, 0.6, 0.3


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
        self._pen = Pen("social", files("agents") / "prompts", config.address)
        self._books = self._pen.books

    def draft(self, task: Task, desk: Desk) -> Draft | Closed:
        match self._wish(task, desk):
            case Post() as wish:
                return self._post(wish, task, desk)
            case Message() as wish:
                return _message(wish, desk)
            case Mention() as wish:
                return self._answer(wish, task, desk)
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

    def _post(self, said: Post, task: Task, desk: Desk) -> Draft:
        words, asides = posting.without_asides(social.tidy(said.text), self._books.values())
        tags = posting.own_tags(said, desk.handbook)
        revised = feedback.follow(desk.earlier, (words, " ".join(tags)), ())
        networks, fitted = posting.together(revised.text, said.networks)
        where = " and ".join(network.name for network in networks)
        forbidden = tuple(replying.forbidden(fitted.text, desk.handbook))
        unclear = bool(fitted.left or asides or said.when or said.aside)
        changed = bool(unclear or tags or said.about or forbidden)
        draft = Draft(
            action="social.post",
            params={"networks": [network.name for network in networks]},
            text=fitted.text,
            title=neutral.visible(f"Post on {where}: {words.splitlines()[0] if words else ''}")[:120],
            reason="The words are yours; only the shape was made to fit.",
            confidence=_POLITE if said.about else _PARTLY if unclear else _SURE,
            risk="medium" if changed else "low",
            found=(
                *revised.done,
                *posting.told(fitted.text, asides),
                *replying.measured(fitted, networks),
                *posting.notes(said, networks, fitted.text, tags),
                *forbidden,
                *posting.others(revised.text, said.networks, networks),
            ),
        )
        return posts.post(draft, said, pen=self._pen, task=task, desk=desk)

    def _answer(self, mention: Mention, task: Task, desk: Desk) -> Draft | Closed:
        """Raises Permanent for a mention without a text or a network."""
        if lacks := mention.lacks:
            raise Permanent(f"This mention cannot be answered: {'; '.join(lacks)}.")
        reader, today, claimed = Reader(desk.handbook, self._books), desk.now.date(), task.mail is not None
        read = reader.read("", mention.text, today)
        heard = answering.hear(mention, read, reader)
        if not desk.earlier and (why := answering.needs_nothing(heard)):
            return Closed(why)
        address = self._address or next(iter(desk.handbook.me), "")
        text = replying.private(heard, desk.handbook, today)
        if mention.public:
            text = answering.public(heard, desk.handbook, address)
        revised = feedback.follow(desk.earlier, (text, ""), ())
        network = social.named(mention.network)
        fitted = social.shape(revised.text, network, mention.form) if network else Shaped(revised.text)
        draft = Draft(
            action="social.reply" if network or not social.service(mention.network) else "message.send",
            params=replying.params(replace(mention, author="") if claimed else mention),
            text=fitted.text,
            title=neutral.visible(f"Answer {mention.author or 'somebody'} on {mention.network}")[:120],
            reason=replying.reason(heard),
            confidence=replying.confidence(heard),
            risk=replying.risk(heard),
            found=(
                *revised.done,
                *(replying.CLAIMED if claimed else ()),
                *replying.found(heard, address, today),
                *replying.measured(fitted, [network] if network else [], mention.form),
                *replying.forbidden(fitted.text, desk.handbook),
            ),
        )
        return posts.comment(draft, heard, pen=self._pen, task=task, desk=desk)


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
        found=(*revised.done, *replying.forbidden(revised.text, desk.handbook)),
    )
