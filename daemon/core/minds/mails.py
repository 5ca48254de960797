"""Mails in a model's words: the answer to one, and one that the person dictated.

The person's own words and ours make the request; what others wrote is material, also their names. What may do harm
is answered by rules alone, which say nothing but facts and courtesy, until the person asks for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from daemon.core.draft import Draft
from daemon.core.handbook import Handbook
from daemon.core.language import letter as dictating
from daemon.core.language import reply as replying
from daemon.core.language import salutation, signature
from daemon.core.language.dictation import Dictated
from daemon.core.language.reply import Case
from daemon.core.minds import trimming, weighing, writing
from daemon.core.minds.pen import Pen, arrived, came_with, noted
from daemon.core.minds.trimming import Material
from daemon.core.minds.weighing import Signs
from daemon.core.minds.writing import Brief, Fitted
from daemon.core.ports import Desk
from daemon.core.task import Attached, Task

_ASKED = re.compile(r"[?\u061f\uff1f]+")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'\u2019-]){0,59}")  # what stands in brackets behind it is none
_ENDING = 14  # lines in which a closing stands


def reply(draft: Draft, case: Case, *, pen: Pen, task: Task, desk: Desk) -> Draft:
    """The answer to a mail."""
    if case.read.harms and not desk.earlier:
        return draft
    files = came_with(task)
    brief = Brief(
        agent=pen.agent,
        role=pen.writing("reply"),
        request="\n".join(_wanted(case, task, desk)),
        material=trimming.of_mail(case.message, files, case.earlier),
        weight=weighing.weigh(_signs(case, files, pen, desk)),
        skills=("reply-to-customer", *(("schedule-meeting",) if case.read.meeting else ())),
        found=tuple(replying.noticed(case)),
        language=case.read.book.code,
        finish=lambda text: signed(text, desk.handbook),
    )
    return writing.better(draft, brief, task, desk)


def letter(draft: Draft, said: Dictated, *, pen: Pen, task: Task, desk: Desk) -> Draft:
    """A mail that the person's note asks for. Words that are finished already stay as they are."""
    finished = said.body and not (said.ordered or said.style or said.missing or desk.earlier)
    if finished or (pen.says("harm_machine", task.text) and not desk.earlier):
        return draft
    book = pen.language(task.text)
    signs = Signs(len(task.text), language=pen.foreign(book, desk.handbook), rejected=len(desk.earlier),
                  legal=pen.says("legal", task.text))  # fmt: skip
    brief = Brief(
        agent=pen.agent,
        role=pen.writing("letter"),
        request=f"Write the mail that this note asks for.\n{arrived(task, desk)}\n\n{noted(task)}",
        material=Material(),
        weight=weighing.weigh(signs),
        own=task.text,
        found=tuple(dictating.noticed(said, desk, pen.books.values())),
        language=book.code if book else "en",
        finish=lambda text: signed(text, desk.handbook),
    )
    return writing.better(draft, brief, task, desk)


def _signs(case: Case, files: Sequence[Attached], pen: Pen, desk: Desk) -> Signs:
    read = case.read
    questions = {*(question for question, _ in read.answered), *read.open_questions, *read.returned}
    return Signs(
        length=len(case.text),
        questions=len(questions) if read.recognised else len(_ASKED.findall(case.text)),
        money=case.money,
        language=pen.foreign(read.book if read.recognised else None, desk.handbook),
        depth=len(case.message.references),
        rejected=len(desk.earlier),
        files=sum(bool(file.text.strip()) for file in files),
        complaint=read.complaint,
        legal=read.legal,
    )


def _wanted(case: Case, task: Task, desk: Desk) -> Iterator[str]:
    """What is to be written, and for whom. What the person noted on a contact stays here: it could be talked out."""
    yield f"Answer “message”. {arrived(task, desk)}"
    if case.earlier:
        yield "Answer in the same mail also what each “unanswered mail” asks: it came before and nobody answered it."
    others = len(case.to) + len(case.cc) - 1
    copies = {0: "Nobody else gets the answer.", 1: "One other person of the thread gets a copy."}
    yield copies.get(others, f"{others} others of the thread get a copy.")
    sender = case.message.sender
    if sender and (contact := desk.handbook.contact(sender.email)):
        name = _NAME.match(contact.name)
        yield f"The sender stands in the person's contacts{f' as {name[0].strip()}' if name else ''}."


def signed(text: str, handbook: Handbook) -> Fitted:
    """The text with the handbook's signature below it, whole and once."""
    own = "\n".join(salutation.below((handbook.signature or handbook.company).strip())).strip()
    lines = [line.rstrip() for line in text.split("\n")]
    at = _begun(lines, own)
    if set(" ".join(lines[at:]).split()) - set(own.split()):
        return Fitted(text)  # a postscript, or a signature in other words
    body = "\n".join(lines[:at]).rstrip()
    gap = "\n" if signature.is_closing(body.rpartition("\n")[2]) else "\n\n"
    return Fitted(f"{body}{gap}{own}".strip())


def _begun(lines: Sequence[str], own: str) -> int:
    """Where the signature begins in these lines, perhaps with a first name only; their number when it does not."""
    first = own.partition("\n")[0]
    tail = range(max(1, len(lines) - _ENDING), len(lines))
    found = next((at for at in tail if first and lines[at].strip() == first), 0)
    last = lines[-1].strip()
    return found or len(lines) - bool(last and own.startswith(last) and len(lines) > 1)
