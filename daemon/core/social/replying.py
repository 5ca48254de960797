"""The answer to a mention beside its words: to whom, how sure rules are of it, and what the person is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from daemon.core.draft import Risk
from daemon.core.handbook import Handbook
from daemon.core.language import answer, reading, salutation
from daemon.core.mail import Address
from daemon.core.social import answering
from daemon.core.social.answering import Heard
from daemon.core.social.counting import length
from daemon.core.social.mention import Mention
from daemon.core.social.networks import Form, Network, service
from daemon.core.social.shaping import Shaped

_SURE, _PARTLY, _POLITE, _DOUBTFUL = 0.8, 0.6, 0.3, 0.1
_CLOSE = 0.9  # of a network's limit; a text that is far from it needs no word about its length
CLAIMED = ("A mail tells of it, and mails can be forged: look it up on the network, not through a link of the mail.",)
_REASONS = {
    "trap": "Somebody wrote, and it is no ordinary message",
    "complaint": "Somebody is not happy",
    "question": "Somebody asked something",
    "praise": "Somebody said something kind",
    "remark": "Somebody wrote about you or to you",
    "insult": "Somebody insults",
    "spam": "It looks like spam",
}


def private(heard: Heard, handbook: Handbook, today: date) -> str:
    """A direct message is answered as a mail is, without its closing."""
    body = answer.body(heard.read, handbook, today)
    greeting = salutation.greeting(heard.read.book, [Address(heard.mention.author, "")])
    return "\n\n".join((greeting, *(paragraph.text for paragraph in body)))


def params(mention: Mention) -> dict[str, object]:
    """What the action needs beside the text."""
    if messenger := service(mention.network):
        return {"to": mention.author, "service": messenger}
    return {"network": mention.network, "to": mention.author, "url": mention.url, "form": mention.form}


def reason(heard: Heard) -> str:
    """Why rules answer as they do, in one sentence."""
    return f"{_REASONS[heard.tone]}; answered by rules."


def confidence(heard: Heard) -> float:
    """How sure rules are of their own answer, from 0 to 1."""
    if risk(heard) == "high":
        return _DOUBTFUL
    if heard.tone == "question":
        return _POLITE if heard.read.open_questions or not heard.read.answered else _SURE
    return {"praise": _SURE, "complaint": _PARTLY}.get(heard.tone, _POLITE)


def risk(heard: Heard) -> Risk:
    """What may go wrong when it goes out, whoever wrote it."""
    if heard.read.harms or heard.hostile or heard.read.legal:
        return "high"
    return "low" if heard.tone == "praise" else "medium"


def found(heard: Heard, address: str, today: date) -> Iterator[str]:
    """What the person is told of an answer that rules wrote."""
    yield from _unsaid(heard.mention)
    yield from answering.notes(heard, address)
    yield from reading.report(heard.read, today)


def noticed(heard: Heard, today: date) -> Iterator[str]:
    """What the person is told of the mention, whoever wrote the answer."""
    yield from _unsaid(heard.mention)
    if heard.tone == "complaint" and heard.mention.public:
        yield "A complaint that others can read: read the answer twice before you approve."
    yield from answering.warnings(heard)
    yield from reading.unanswered(heard.read)
    yield from reading.noticed(heard.read, today)


def measured(fitted: Shaped, networks: Sequence[Network], form: Form = "post") -> Iterator[str]:
    """What the person is told of the length of a text."""
    for network in networks:
        count, limit = length(network, fitted.text), network.limit(form)
        if count > limit * _CLOSE:
            yield f"{network.name}: {count:,} of {limit:,} characters."
    yield from (f"Left out, because it does not fit: “{part}”" for part in fitted.left)


def forbidden(text: str, handbook: Handbook) -> Iterable[str]:
    """What of a text the handbook forbids, in sentences."""
    return (f"Never say “{phrase}”: your handbook forbids it." for phrase in handbook.forbidden(text))


def _unsaid(mention: Mention) -> Iterator[str]:
    if not mention.author:
        yield "It is not said who wrote it (“from”)."
    if mention.public and not mention.url:
        yield "It is not said where it stands (“url”), so look for it by hand."
