"""Trying models before trusting them: `eval`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.opened import JsonOption, opened_vault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from daemon.app import App
    from daemon.core.minds.model import Prompt
    from daemon.ops.evaluating import Office, Score, Tried

FAILURE = 1
_HEADINGS = ("Model", "By the model", "Routed the same", "Drafted the same", "Words", "Like what was sent", "Cost",
             "Seconds each")  # fmt: skip


def evaluate(
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="Mails or notes; else your finished tasks.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", metavar="NAME", help="Such as anthropic:claude-haiku-5-5; else those you configured."),
    ] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many tasks.")] = 20,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask about the cost.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Try language models on finished tasks: what each would do, how it writes, what it costs. Nothing is sent."""
    from daemon.app import trying
    from daemon.ops import evaluating

    with opened_vault(ctx) as app:
        rows = trying.rows(app, model or ())
        cases = trying.cases(app, folder, limit)
        office = trying.office(app)
        rules, prompts = evaluating.by_rules(office, cases)
        if rows:
            _agree(app, office, rows, prompts, yes=yes)
        against = evaluating.against(cases, rules)
        told = [evaluating.RULES, *rows]
        scores = evaluating.compare(office, against, told, lambda name: out.say(f"{name} …"))
    if as_json:
        out.as_json({"tasks": len(cases), "models": [_as_json(each) for each in scores]})
    else:
        _show(scores)
    if not rows:
        out.say("No language model is connected, so only rules were tried. `employee connect anthropic` connects one.")


def _agree(
    app: App, office: Office, rows: Mapping[str, Sequence[str]], prompts: Sequence[Prompt], *, yes: bool
) -> None:
    """Say what it may cost, and ask. Raises UserError (2) when nobody is there to ask."""
    from daemon.core.minds.budget import shown
    from daemon.ops import evaluating

    found = evaluating.expected(office, prompts, list(rows.values()), app.settings.llm.max_answer_tokens)
    calls = out.plural(len(prompts) * len(rows), "question")
    if not found.most:
        out.say(f"{calls}, for free.")
        return
    out.say(f"{calls}: about {shown(found.likely)}, {shown(found.most)} at the very most, within your budget.")
    if not asking.agreed("Go on?", otherwise="Nothing was asked.", yes=yes):
        raise typer.Exit(FAILURE)


def _show(scores: Sequence[Score]) -> None:
    out.table(_HEADINGS, [_row(each) for each in scores])
    for each in scores:
        if each.worst:
            out.data()
            out.data(f"Worst with {each.model}")
            out.table(("Task", "Title", "What"), [(one.id, one.title, _what(one)) for one in each.worst])


def _row(score: Score) -> tuple[str, ...]:
    return (
        score.model,
        f"{score.written} of {score.tasks}",
        _percent(score.routed),
        _percent(score.drafted),
        f"{score.words:g}",
        _percent(score.similarity),
        _money(score.cost),
        f"{score.seconds:.1f}",
    )


def _what(tried: Tried) -> str:
    if tried.why:
        return tried.why
    said = [
        f"went to {tried.agent or 'nobody'}" if tried.routed is False else "",
        f"became {tried.action or 'nothing'}" if tried.drafted is False else "",
        f"{_percent(tried.similarity)} like what was sent" if tried.similarity is not None else "",
    ]
    return ", ".join(filter(None, said))


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _money(cost: Decimal) -> str:
    from daemon.core.minds.budget import shown

    return shown(cost) if cost else "-"


def _as_json(score: Score) -> dict[str, object]:
    """Without the drafts: they are as private as the mails."""
    worst = [{"id": each.id, "what": _what(each)} for each in score.worst]
    return {**asdict(score), "cost": float(score.cost), "worst": worst}
