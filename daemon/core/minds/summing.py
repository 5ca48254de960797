"""A model's summary on top of a document that is kept. The document itself stays as rules made it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from daemon.core import neutral
from daemon.core.draft import Draft
from daemon.core.language.paper import Paper
from daemon.core.minds import checking, context, trimming, weighing, writing
from daemon.core.minds.checking import Known
from daemon.core.minds.pen import Pen, came_with
from daemon.core.minds.question import Answer, NoModel, Question, Schema, Unanswered
from daemon.core.minds.trimming import Material
from daemon.core.minds.weighing import Signs
from daemon.core.ports import Desk
from daemon.core.skills import choosing

_WORTH = 120  # words; a shorter text is read as fast as a summary of it
_SHOWN = 20_000  # characters
_LISTS = ("kind_table", "kind_contacts", "kind_prices", "kind_todo", "kind_link")  # rules count these better
_BEST, _STRANGE = 0.8, 0.4  # the most that a model's own confidence may say
_PARAGRAPH, _LINE = 1_500, 400  # characters

Line = Annotated[str, Field(max_length=600)]


class Summary(Schema):
    """What a model says of a document."""

    summary: Annotated[str, Field(min_length=1, max_length=4_000)]
    points: Annotated[tuple[Line, ...], Field(max_length=15)] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.5


def summed(draft: Draft, paper: Paper, *, pen: Pen, desk: Desk) -> Draft:
    """The document with a summary, or as it is. Raises Unanswered when one is on its way."""
    if paper.short or paper.kind in _LISTS or len(paper.task.text.split()) < _WORTH:
        return draft
    if pen.says("harm_machine", paper.task.text):
        return draft
    files = paper.task.attachments[1:] if paper.task.kind == "file" else came_with(paper.task)
    material = trimming.of_text("document", paper.task.text, files, limit=_SHOWN)
    try:
        answer = desk.ask(_question(paper, material, pen, desk))
    except NoModel:
        return draft
    except Unanswered as nobody:
        if writing.worth_waiting(nobody, draft, paper.task):
            raise
        return writing.by_rules(draft, str(nobody))
    return _checked(draft, answer, paper, material=material, pen=pen)


def _question(paper: Paper, material: Material, pen: Pen, desk: Desk) -> Question[Summary]:
    task = paper.task
    last = (trimming.of_draft(desk.earlier[-1].text),) if desk.earlier else ()
    named = f"It is called “{neutral.visible(paper.name)[:100]}”." if paper.own else ""
    request = (f"Sum up “document” in {paper.book.name}.", named, context.feedback(desk.earlier))
    signs = Signs(len(task.text), files=len(material.data) - 1, rejected=len(desk.earlier),
                  legal=paper.kind == "kind_contract")  # fmt: skip
    skills = choosing.chosen(task, desk, pen.agent, ("summarise-document",))
    return Question(
        purpose="summary",
        agent=pen.agent,
        task=task.id,
        rules=context.rules(pen.role("summary"), context.company(desk.handbook), desk, skills),
        request="\n\n".join(filter(None, request)),
        data=(*material.data, *last),
        schema=Summary,
        weight=replace(weighing.weigh(signs, urgent=task.priority in writing.PRESSING), awaited=task.kind == "note"),
    )


def _checked(draft: Draft, answer: Answer[Summary], paper: Paper, *, material: Material, pen: Pen) -> Draft:
    said = answer.value
    written = "\n".join((said.summary, *said.points))
    if why := checking.unusable(written, material.words, pen.role("summary")):
        return writing.by_rules(draft, f"the summary of {answer.model} was not used, because {why}")
    strange = checking.unfounded(written, Known(material.words, paper.today, _written(paper), paper.book.code))
    told = writing.strange(strange)
    return replace(
        draft,
        text=_on_top(draft.text, _section(said, paper), f"## {paper.book.line('doc_summary')}"),
        reason=f"{draft.reason} {writing.reason(answer)}",
        confidence=min(said.confidence, _STRANGE if strange else _BEST),
        found=(*draft.found, *told, *material.left_out),
        model=answer.model,
    )


def _written(paper: Paper) -> date:
    return paper.task.mail.date.date() if paper.task.mail and paper.task.mail.date else paper.today


def _section(said: Summary, paper: Paper) -> str:
    """Nothing in it acts: who wrote the document may have written the summary as well."""
    paragraphs = [neutral.inline(part, _PARAGRAPH) for part in checking.tidy(said.summary).split("\n\n")]
    points = [f"- {neutral.inline(point.lstrip('-*• '), _LINE)}" for point in said.points if point.strip()]
    parts = (f"## {paper.book.line('doc_summary')}", "\n\n".join(filter(None, paragraphs)), "\n".join(points))
    return "\n\n".join(filter(None, parts))


def _on_top(document: str, section: str, heading: str) -> str:
    """The document with the section below its title, in place of the one that an earlier draft had there."""
    bare = re.sub(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", "", document, count=1, flags=re.MULTILINE | re.DOTALL)
    title, _, rest = bare.partition("\n")
    return "\n\n".join(filter(None, (title.strip(), section, rest.strip())))
