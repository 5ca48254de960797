"""What language models cost: `costs`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import out
from daemon.cli.opened import JsonOption, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from daemon.ops.costs import Costs, OneDay, Sum

_BAR = 40  # columns of the longest bar
_TASKS = 10


def costs(
    ctx: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How many, the last of them today.")] = 7,
    as_json: JsonOption = False,
) -> None:
    """What language models cost: by day, agent, model and task, and what may still be spent."""
    from daemon.ops import costs as counted

    with opened(ctx) as app:
        found = counted.report(app.ledger, app.limits(), app.zone, app.clock.now(), count=days)
    if as_json:
        out.as_json(counted.as_json(found))
    else:
        _show(found)


def _show(found: Costs) -> None:
    from daemon.core.minds import thrift

    spent, limits = found.purse.spent, found.purse.limits
    out.data(f"Today       {_of(spent.today, limits.daily)}")
    out.data(f"This month  {_of(spent.month, limits.monthly)}")
    for worry in thrift.too_small(found.purse):
        out.data(f"Note: {worry.what}; {worry.remedy}.")
    out.data()
    if not found.total.calls and not found.cached:
        out.say(f"No language model was asked in {out.plural(len(found.days), 'day')}.")
        return
    _chart(found.days)
    for heading, sums in (("Agent", found.agents), ("Model", found.models)):
        out.data()
        out.table((heading, "Calls", "Tokens in", "out", "cached", "Cost"), [_row(each) for each in sums])
    out.data()
    rows = [(each.name, each.title, str(each.calls), _money(each.cost)) for each in found.tasks[:_TASKS]]
    out.table(("Task", "", "Calls", "Cost"), rows)
    out.data()
    _beside(found)


def _beside(found: Costs) -> None:
    out.data(f"Answered from what was kept, for nothing: {found.cached}")
    if found.outcomes:
        out.data(f"Brought no answer: {', '.join(f'{count} {what}' for what, count in found.outcomes.items())}")
    if found.open:
        out.data(f"Under way, counted at the most that they may cost: {found.open}")


def _chart(days: Sequence[OneDay]) -> None:
    most = max(each.cost for each in days)
    rows = [(f"{each.day:%a %d %b}", _bar(each.cost, most), _money(each.cost), str(each.calls)) for each in days]
    out.table(("Day", "", "Cost", "Calls"), rows)


def _bar(cost: Decimal, most: Decimal) -> str:
    """A cost that is not nothing is seen."""
    return "█" * max(1, round(_BAR * cost / most)) if cost and most else ""


def _row(each: Sum) -> tuple[str, ...]:
    usage = each.usage
    counts = (f"{count:,}" for count in (usage.input, usage.output, usage.read))
    return each.name, str(each.calls), *counts, _money(each.cost)


def _of(used: Decimal, limit: Decimal) -> str:
    share = f" ({used / limit:.0%})" if limit else ""
    return f"{_money(used)} of {_money(limit)}{share}"


def _money(amount: Decimal) -> str:
    from daemon.core.minds.budget import shown

    return shown(amount)
