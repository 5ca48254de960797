"""What an agent made with a model's words, beside what it makes by rules alone: only words may differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future

from daemon.core.draft import Closed, Draft
from daemon.core.minds.question import Coming, Unanswered
from daemon.core.task import Task
from daemon.runtime.drafting import Job

Drafted = Future[Draft | Closed]
Look = Callable[[Job, Drafted, Draft | Closed], None]
_RISKS = ("low", "medium", "high")
_WEAK = 0.5


def faults(task: Task, drafted: Drafted, by_rules: Draft | Closed) -> Iterator[str]:
    """What a model changed that is none of its business; and tasks that wait for one without need."""
    error = drafted.exception()
    made = None if error else drafted.result()
    match error, made, by_rules:
        case Unanswered(), _, Draft():
            if task.priority in {"urgent", "high"} or error.until is None:
                yield f"{task.id} ({task.priority}) waits for a model: {error}"
            elif by_rules.confidence >= _WEAK and not isinstance(error, Coming):
                yield f"{task.id} waits for a model although rules can do it: {error}"
        case None, Draft(), Draft():
            yield from _differences(task.id, made, by_rules)
        case None, Closed(), Closed():
            pass
        case _:
            yield f"{task.id} became {error or made} and not {by_rules}"


def _differences(task: str, made: Draft, by_rules: Draft) -> Iterator[str]:
    for name in ("action", "params", "title"):
        with_model, without = getattr(made, name), getattr(by_rules, name)
        if with_model != without:
            yield f"{task}: the {name} became {with_model!r} instead of {without!r} with a model"
    if _RISKS.index(made.risk) < _RISKS.index(by_rules.risk):
        yield f"{task} is of {made.risk} risk with a model, and of {by_rules.risk} without"
    if made.text != by_rules.text and not made.model:
        yield f"{task} has another text than by rules, and names no model"
