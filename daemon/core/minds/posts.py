"""Posts and answers on social networks in a model's words, within the length that each network takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from daemon.core.draft import Draft
from daemon.core.minds import trimming, weighing, writing
from daemon.core.minds.pen import Pen, arrived, noted
from daemon.core.minds.trimming import Material
from daemon.core.minds.weighing import Signs
from daemon.core.minds.writing import Brief, Fitted
from daemon.core.ports import Desk
from daemon.core.social import Form, Network, Post, Shaped, named, posting, problems, replying, service, shape
from daemon.core.social.answering import Heard
from daemon.core.task import Task

_ROOM = 0.9  # of a limit: models count badly
_MESSAGE = 1_000  # characters, where no network says how many it takes
_LINKEDIN = "LinkedIn"  # has a skill of its own
_QUIET = ("spam", "insult", "trap")  # nothing but our own sentences for these


def comment(draft: Draft, heard: Heard, *, pen: Pen, task: Task, desk: Desk) -> Draft:
    """The answer to somebody's mention. What may do harm is answered by rules, until the person asks for more."""
    if (heard.read.harms or heard.tone in _QUIET) and not desk.earlier:
        return draft
    read, mention = heard.read, heard.mention
    network, address = named(mention.network), pen.address or next(iter(desk.handbook.me), "")
    brief = Brief(
        agent=pen.agent,
        role=pen.writing("comment"),
        request="\n".join((*_answer_wanted(heard, address), arrived(task, desk))),
        material=trimming.of_text("comment", f"By: {mention.author or 'somebody'}\n\n{mention.text}"),
        weight=weighing.weigh(_signs(heard, pen, desk)),
        skills=("answer-public-complaint",) if heard.tone == "complaint" and mention.public else (),
        found=(*(replying.CLAIMED if task.mail else ()), *replying.noticed(heard, desk.now.date())),
        language=read.book.code,
        finish=lambda text: _fitted(text, [network] if network else [], mention.form),
    )
    return writing.better(draft, brief, task, desk)


def _signs(heard: Heard, pen: Pen, desk: Desk) -> Signs:
    read = heard.read
    return Signs(
        length=len(heard.mention.text),
        questions=len({*read.open_questions, *read.returned, *(question for question, _ in read.answered)}),
        language=pen.foreign(read.book if read.recognised else None, desk.handbook),
        rejected=len(desk.earlier),
        complaint=heard.tone == "complaint",
        legal=read.legal,
        public=heard.mention.public,
    )


def post(draft: Draft, said: Post, *, pen: Pen, task: Task, desk: Desk) -> Draft:
    """A post that the person only named, that is too long, or that they want otherwise. Finished words stay theirs."""
    networks = tuple(network for network in said.networks if network.name in _names(draft))
    finished = not (said.about or posting.together(said.text, said.networks)[1].left or desk.earlier)
    if finished or pen.says("harm_machine", task.text):
        return draft
    signs = Signs(
        len(task.text),
        language=pen.foreign(pen.language(task.text), desk.handbook),
        rejected=len(desk.earlier),
        public=True,
    )
    room = min((int(network.limit("post") * _ROOM) for network in networks), default=_MESSAGE)
    where = " and ".join(network.name for network in networks)
    brief = Brief(
        agent=pen.agent,
        role=pen.writing("post"),
        request=f"Write a post for {where}, at most {room:,} characters. {arrived(task, desk)}\n\n{noted(task)}",
        material=Material(),
        weight=weighing.weigh(signs),
        own=task.text,
        skills=("write-linkedin-post",) if _LINKEDIN in _names(draft) else (),
        found=tuple(posting.others(said.text, said.networks, networks)),
        finish=lambda text: _posted(text, said, networks),
    )
    made = writing.better(draft, brief, task, desk)
    return replace(made, risk="medium") if made.model and made.risk == "low" else made


def _names(draft: Draft) -> Sequence[str]:
    names = draft.params.get("networks")
    return [str(name) for name in names] if isinstance(names, list) else []  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _answer_wanted(heard: Heard, address: str) -> Iterator[str]:
    """What is to be answered, where, how long, and how a customer can write in private."""
    mention, network = heard.mention, named(heard.mention.network)
    where = network.name if network else mention.network if service(mention.network) else "a network"
    if mention.public:
        yield f"Answer “comment”, which stands on {where}. Everybody can read the answer."
        yield f"To talk in private: {f'by mail to {address}' if address else 'ask for a private message here'}."
    else:
        yield f"Answer “comment”, which is a private message on {where}."
    yield f"At most {int(network.limit(mention.form) * _ROOM) if network else _MESSAGE:,} characters."


def _fitted(text: str, networks: Sequence[Network], form: Form) -> Fitted:
    """At most the last sentence is cut off; a text that lost more says something else."""
    first = next(iter(networks), None)
    shaped = shape(text, first, form) if first else Shaped(text)
    wrong = next((problem for network in networks for problem in problems(network, shaped.text, form)), "")
    if len(shaped.left) > 1 or wrong:
        return Fitted(text, why=wrong or "it is too long")
    return Fitted(shaped.text, tuple(replying.measured(shaped, networks, form)))


def _posted(text: str, said: Post, networks: Sequence[Network]) -> Fitted:
    """With what a person should know of this post."""
    fitted = _fitted(text, networks, "post")
    notes = posting.notes(replace(said, about=False, thought=""), networks, fitted.text, ())
    return replace(fitted, found=(*fitted.found, *notes))
