"""A better text for a draft that rules made: a model supplies the words, everything else stays as it was decided.

The recipients, the subject, the amounts, the action and its risk are those of the rules' draft, whatever a model says.
What it writes is looked at before it counts; where it cannot be used, or nobody answers, the rules' text goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import Field

from daemon.core import neutral
from daemon.core.draft import Draft
from daemon.core.handbook import Handbook
from daemon.core.minds import checking, context, trimming
from daemon.core.minds.checking import Known
from daemon.core.minds.question import Answer, Coming, NoModel, Question, Schema, Unanswered, Weight
from daemon.core.minds.trimming import Material
from daemon.core.ports import Desk
from daemon.core.skills import choosing
from daemon.core.task import Priority, Task

PRESSING: tuple[Priority, ...] = ("urgent", "high")  # these wait for no budget and no night
_WEAK = 0.5  # below it the rules' text is worth waiting for a better one
_BEST, _OPEN, _STRANGE, _FORBIDDEN = 0.9, 0.6, 0.4, 0.2  # the most that a model's own confidence may say
_POINTS = 8  # that the person is shown

Point = Annotated[str, Field(max_length=500)]


class Letter(Schema):
    """What a model answers when it is asked for words."""

    text: Annotated[str, Field(min_length=1, max_length=12_000, description="The whole text, as it will be sent.")]
    open_points: Annotated[
        tuple[Point, ...], Field(max_length=20, description="What the person has to check or decide, in English.")
    ] = ()
    confidence: Annotated[float, Field(ge=0, le=1, description="How likely they send it unchanged.")] = 0.5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model's text, made to fit what it is for. `why`: it cannot; the rules' text goes on."""

    text: str
    found: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a model is to write. `role` and `request` are ours and the person's; all else is in `material`."""

    agent: str
    role: str
    request: str
    material: Material
    weight: Weight
    own: str = ""  # what the person said in the request: the text may repeat it
    skills: tuple[str, ...] = ()  # that this agent always wants
    found: tuple[str, ...] = ()  # for the person, in place of what the rules say of their own text
    language: str = "en"  # in which 3/4 is read
    finish: Callable[[str], Fitted] = field(default=Fitted)


def better(draft: Draft, brief: Brief, task: Task, desk: Desk) -> Draft:
    """The draft with a model's text, or as it is.

    Raises Unanswered when a model can be asked later, that is worth waiting for, and nobody is in a hurry.
    """
    try:
        answer = desk.ask(_question(brief, task, desk))
    except NoModel:
        return draft
    except Unanswered as nobody:
        if worth_waiting(nobody, draft, task):
            raise
        return by_rules(draft, str(nobody))
    zone = desk.now.tzinfo
    known = Known(_seen(brief, desk), desk.now.date(), task.created.astimezone(zone).date(), brief.language)
    return _checked(draft, answer, brief, known=known, handbook=desk.handbook)


def worth_waiting(nobody: Unanswered, draft: Draft, task: Task) -> bool:
    """Whether the task waits: for an answer that is on its way, or because rules cannot do it well."""
    able = draft.confidence >= _WEAK and not isinstance(nobody, Coming)
    return nobody.until is not None and not able and task.priority not in PRESSING


def by_rules(draft: Draft, why: str) -> Draft:
    """The draft as rules made it, and why no model wrote it."""
    return replace(draft, found=(*draft.found, f"Written by rules: {why.rstrip('.')}."))


def reason(answer: Answer[Any]) -> str:
    """Why it was this model, as a sentence."""
    return f"{answer.reason[:1].upper()}{answer.reason[1:].rstrip('.')}."


def strange(figures: Sequence[str]) -> Iterator[str]:
    """What the person is told of figures and days that stand nowhere but in a model's text."""
    if figures:
        listed = "”, “".join(neutral.visible(each) for each in figures)
        yield f"Careful: nobody but the model says “{listed}”. Check it."


def _question(brief: Brief, task: Task, desk: Desk) -> Question[Letter]:
    """The same for the same task, desk and brief at any time, so that its answer can be found again."""
    again = context.feedback(desk.earlier)
    last = (trimming.of_draft(desk.earlier[-1].text),) if desk.earlier else ()
    pressing = task.priority in PRESSING or bool(desk.earlier)  # who rejected a draft is there, and waits for the next
    skills = choosing.chosen(task, desk, brief.agent, brief.skills)
    return Question(
        purpose="draft",
        agent=brief.agent,
        task=task.id,
        rules=context.rules(brief.role, context.known(desk.handbook), desk, skills),
        request="\n\n".join(filter(None, (brief.request, again))),
        data=(*brief.material.data, *last),
        schema=Letter,
        weight=replace(brief.weight, urgent=pressing, awaited=task.kind == "note"),
    )


def _checked(draft: Draft, answer: Answer[Letter], brief: Brief, *, known: Known, handbook: Handbook) -> Draft:
    """The draft with the model's text, where that can be used."""
    said = answer.value.text
    why = checking.unusable(said, known.words, brief.role)
    fitted = Fitted("", why=why) if why else brief.finish(checking.tidy(said))
    if fitted.why:
        return by_rules(draft, f"the text of {answer.model} was not used, because {fitted.why}")
    figures, forbidden = checking.unfounded(fitted.text, known), handbook.forbidden(fitted.text)
    told = (*_told(answer.value, figures, forbidden), *brief.material.left_out)
    return replace(
        draft,
        text=fitted.text,
        reason=reason(answer),
        risk="medium" if draft.risk == "low" and (figures or forbidden or answer.value.open_points) else draft.risk,
        confidence=min(answer.value.confidence, _most(draft, answer.value, figures, forbidden)),
        found=(*brief.found, *fitted.found, *told),
        model=answer.model,
    )


def _most(draft: Draft, said: Letter, figures: tuple[str, ...], forbidden: tuple[str, ...]) -> float:
    """How sure of itself a model may be."""
    limits = ((forbidden, _FORBIDDEN), (figures, _STRANGE), (said.open_points, _OPEN))
    own = min((limit for sign, limit in limits if sign), default=_BEST)
    return min(own, draft.confidence) if draft.risk == "high" else own


def _told(said: Letter, figures: tuple[str, ...], forbidden: tuple[str, ...]) -> Iterator[str]:
    yield from (f"Never say “{phrase}”: your handbook forbids it." for phrase in forbidden)
    yield from strange(figures)
    points = (" ".join(neutral.visible(point).split()) for point in said.open_points)
    yield from (f"The model says: {point}" for point in [each for each in points if each][:_POINTS])


def _seen(brief: Brief, desk: Desk) -> str:
    """What a text may rest on. Not the last draft: that one may be a model's as well."""
    return "\n".join((context.known(desk.handbook), brief.own, brief.material.words,
                      *(each.feedback for each in desk.earlier)))  # fmt: skip
