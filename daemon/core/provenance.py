"""Where a recipient comes from: the thread, the contacts, the person's own note, or nowhere that counts.

The text of a mail never names a recipient. Whatever an agent says about its own draft, an address from elsewhere
makes it one of high risk, and the draft says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from daemon.core import document, lookalikes, mail, neutral
from daemon.core.draft import Draft
from daemon.core.errors import Permanent
from daemon.core.handbook import Handbook
from daemon.core.language import extract, phones, words
from daemon.core.properties import Value
from daemon.core.task import Task

_RECIPIENTS = ("to", "cc", "bcc")
_HUGE = 10_000_000  # in any currency; ten million yen are sixty thousand euros
_DOUBTFUL = 0.3
_SHOWN = 20  # strangers that are named one by one


def judged(draft: Draft, said: Mapping[str, Value], task: Task, handbook: Handbook) -> Draft:
    """The draft as it may be proposed; `said` are the properties that its action shows."""
    draft = _hiding(_weighed(draft, said), said)
    return _doubted(_unfamiliar(draft, said, task, handbook), said, task, handbook)


def _unfamiliar(draft: Draft, said: Mapping[str, Value], task: Task, handbook: Handbook) -> Draft:
    strangers = list(dict.fromkeys((*_strangers(said, task, handbook), *_strange_phone(said, task, handbook))))
    if not strangers:
        return draft
    named = [f"Careful: {lookalikes.shown(each)} comes neither from the thread nor from your contacts or your note."
             for each in strangers[:_SHOWN]]  # fmt: skip
    rest = len(strangers) - _SHOWN
    more = [f"Careful: so do {rest} more."] if rest > 0 else []
    return replace(draft, risk="high", found=(*named, *more, *draft.found))


def _weighed(draft: Draft, said: Mapping[str, Value]) -> Draft:
    """A sum that hardly any small company ever writes down is more likely a slip, or somebody's trick."""
    amount = said.get("amount")
    if not isinstance(amount, int | Decimal) or isinstance(amount, bool) or abs(amount) < _HUGE:
        return draft
    unlikely = f"Careful: {amount:,} {said.get('currency') or ''}".rstrip() + " is an unusually large amount."
    return replace(draft, risk="high", confidence=min(draft.confidence, _DOUBTFUL), found=(unlikely, *draft.found))


def _doubted(draft: Draft, said: Mapping[str, Value], task: Task, handbook: Handbook) -> Draft:
    """An address nearly like a known one, a host or a link whose letters pose as others."""
    known = [*_familiar(task), *(contact.email for contact in handbook.contacts), *handbook.me]
    written = [each for each in _recipients(said) if not handbook.knows(each)]
    twins = [f"{lookalikes.shown(each)} is not {other}; it only looks like it" for each in written
             if (other := lookalikes.twin(each, known))]  # fmt: skip
    doubts = [doubt for each in written for doubt in lookalikes.doubts(each)]
    links = lookalikes.link_doubts(f"{said.get('url') or ''} {draft.text}")
    careful = [f"Careful: {doubt}." for doubt in dict.fromkeys((*twins, *doubts, *links))][:_SHOWN]
    if not careful:
        return draft
    confidence = min(draft.confidence, _DOUBTFUL)
    return replace(draft, risk="high", confidence=confidence, found=(*careful, *draft.found))


def _hiding(draft: Draft, said: Mapping[str, Value]) -> Draft:
    """What goes out and cannot be seen is named."""
    hidden = neutral.unseen(f"{said.get('subject') or ''} {document.draft_text(draft.text)}")
    if not hidden:
        return draft
    return replace(draft, found=(f"It has characters that cannot be seen: {', '.join(hidden[:_SHOWN])}.", *draft.found))


def _recipients(said: Mapping[str, Value]) -> Iterator[str]:
    for value in map(said.get, _RECIPIENTS):
        yield from (each for each in (value if isinstance(value, tuple) else [value]) if isinstance(each, str))


def _strangers(said: Mapping[str, Value], task: Task, handbook: Handbook) -> Iterator[str]:
    known = set(_same(_familiar(task)))
    for written in _recipients(said):
        if written and not _is_known(written, known, handbook) and not _is_named(written, task, handbook):
            yield written


def _strange_phone(said: Mapping[str, Value], task: Task, handbook: Handbook) -> Iterator[str]:
    """The number to call, unless it stands in what came in or belongs to a contact."""
    number = said.get("phone")
    if not isinstance(number, str) or not number:
        return
    came = f"{task.title}\n{task.mail.text if task.mail else task.text}"[: 2 * extract.LIMIT]
    written = (came, *(contact.phone for contact in handbook.contacts))
    if not any(phones.same(number, phone.number) for text in written for phone in phones.find(phones.in_figures(text))):
        yield number


def _familiar(task: Task) -> Iterator[str]:
    """The addresses of the thread; of a note, all that the person wrote into it."""
    if task.mail:
        thread = (*filter(None, [task.mail.sender]), *task.mail.reply_to, *task.mail.to, *task.mail.cc)
        yield from (mailbox.email for mailbox in thread)
    elif task.kind == "note":
        yield from extract.addresses(task.text)


def _is_known(written: str, known: set[str], handbook: Handbook) -> bool:
    return any(email in known or handbook.knows(email) for email in _same([written]))


def _is_named(written: str, task: Task, handbook: Handbook) -> bool:
    """For a name, a number or a handle: the author of the mention, one contact, or in the person's own note."""
    handle = written.strip().startswith("@")  # "@mira@social.example" is no mail address
    if "@" in written.strip().lstrip("@") and not (task.mention and handle):
        return False  # an address has to be known as one
    if task.mention:
        return words.fold(written) == words.fold(task.mention.author)
    own = task.kind == "note" and not task.mail
    return handbook.named(written) is not None or (own and bool(words.mentioned(task.text, [written.strip(" @#+")])))


def _same(written: Iterable[str]) -> Iterator[str]:
    """Each address as it would be sent to, in lower case; what nobody can send to is nobody's."""
    for text in written:
        try:
            yield mail.address(text).email.lower()
        except Permanent:
            continue
