"""Skills: `skills list`, `validate`, `trust`, `untrust`."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.opened import JsonOption, opened, opened_vault

if TYPE_CHECKING:
    from daemon.ops.skills import Checked, Listed
    from daemon.runtime.guidance import Own

_SHORT = 90  # characters of a description in the table; `--json` has it whole
_STATES = {
    "trusted": "yours, in use",
    "new": "yours, NOT TRUSTED",
    "changed": "yours, CHANGED",
    "gone": "yours, GONE",
    "broken": "yours, BROKEN",
}

app = typer.Typer(no_args_is_help=True, help="How work is done well here: instructions for language models.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of its folder in Skills/.")]


@app.command(name="list")
def list_skills(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """All skills, which of them are in use, and why the others are not."""
    from dataclasses import asdict

    from daemon.ops import skills

    with opened(ctx) as opened_app:
        found = skills.everything(opened_app.vault, opened_app.ledger.trust)
    if as_json:
        out.as_json({"skills": [asdict(each) for each in found]})
        return
    out.table(("Name", "State", "What it is for"), [_row(each) for each in found])
    out.say(*(f"{each.name} is not used: {each.remedy}." for each in found if each.remedy))


def _row(skill: Listed) -> tuple[str, str, str]:
    shipped = "shipped" if skill.used else "replaced by yours"
    about = textwrap.shorten(skill.description, _SHORT, placeholder=" …")
    return skill.name, _STATES.get(skill.state, shipped), about


@app.command()
def validate(
    ctx: typer.Context,
    skill: Annotated[str, typer.Argument(metavar="[NAME|PATH]", help="All of them when left out.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Hold skills against the Agent Skills standard. Ends with 1 when something is wrong, and says all of it."""
    from daemon.ops import skills

    with opened(ctx) as opened_app:
        checked = skills.check(opened_app.vault, opened_app.ledger.trust, skill)
    wrong = sum(bool(each.problems) for each in checked)
    if as_json:
        out.as_json({"ok": not wrong, "skills": [_fields(each) for each in checked]})
    else:
        _show(checked)
    if wrong:
        raise typer.Exit(1)


def _fields(checked: Checked) -> dict[str, object]:
    problems = [{"line": problem.line, "what": problem.sentence} for problem in checked.problems]
    return {"name": checked.name, "where": checked.where, "problems": problems}


def _show(checked: list[Checked]) -> None:
    for each in checked:
        out.data(f"{'WRONG' if each.problems else 'ok':<6}{each.name}")
        for problem in each.problems:
            out.data(f"      {problem}")
        if each.problems:
            out.say(f"Correct it in {each.where}.")


@app.command()
def trust(
    ctx: typer.Context,
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the file is shown all the same.")] = False,
) -> None:
    """Have a skill of your own used, exactly as it is now. The whole file is shown first, and you are asked."""
    from daemon.ops import skills

    with opened_vault(ctx) as opened_app:
        own = skills.to_trust(opened_app.vault, opened_app.ledger.trust, name)
        if own.state == "trusted":
            out.say(f"You trust {own.name} already, exactly as it is.")
            return
        _show_whole(own)
        if not asking.agreed(f"Trust {own.name}?", otherwise="Nothing was trusted.", yes=yes):
            return
        skills.pin(opened_app.ledger.trust, own, opened_app.clock.now())
    out.say(f"From now on {own.name} is used. `employee skills untrust {own.name}` ends it.")


def _show_whole(own: Own) -> None:
    from daemon.ops import skills

    lines = skills.text(own)
    out.say(f"{own.path}, {out.plural(len(lines), 'line')}:", "")
    for line in lines:
        out.data(line)
    out.say("", *skills.remarks(own), "")


@app.command()
def untrust(ctx: typer.Context, name: NameArgument) -> None:
    """Stop using a skill of your own. Its file stays where it is."""
    from daemon.ops import skills

    with opened(ctx) as opened_app:
        skills.unpin(opened_app.ledger.trust, name, opened_app.clock.now())
    out.say(f"{name} is not used any more. `employee skills trust {name}` takes it up again.")
