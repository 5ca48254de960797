"""What a command prints: data to stdout, everything else to stderr.

Titles, senders and file names come from outside: whatever a terminal would act on is made visible first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from io import StringIO

import typer

SCHEMA = 1
_WIDE = 1000  # columns of a table that goes into a file or a pipe: nothing is cut
_SHORT = frozenset({"ID", "Task", "When", "Since", "Until", "Not before", "Risk", "Due"})  # never broken over two lines


def data(line: str = "") -> None:
    """One line of what the command was asked for."""
    typer.echo(_plain(line))


def say(*sentences: str) -> None:
    """What the person should know beside it."""
    for sentence in sentences:
        typer.echo(_plain(sentence), err=True)


def as_json(fields: Mapping[str, object]) -> None:
    """One JSON object for scripts; its shape is `schema_version`."""
    typer.echo(json.dumps({"schema_version": SCHEMA} | dict(fields), indent=2))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table for people; in a pipe one line a row, nothing cut."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    made = Table(box=None, pad_edge=False, show_edge=False, show_header=any(headings))
    for heading in headings:
        made.add_column(heading, overflow="fold", no_wrap=heading in _SHORT)
    for row in rows:
        made.add_row(*(Text(_plain(" ".join(cell.split()))) for cell in row))
    if sys.stdout.isatty():
        Console(highlight=False).print(made)
        return
    written = StringIO()
    Console(file=written, width=_WIDE).print(made)
    typer.echo("\n".join(line.rstrip() for line in written.getvalue().splitlines()))


def at(moment: datetime, zone: tzinfo) -> str:
    """A moment in the person's time: `21 Nov 09:30`."""
    return f"{moment.astimezone(zone):%d %b %H:%M}"


def day(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """A moment to come, as one says it: `today 18:00`, `tomorrow 07:00`, `Mon 23 Nov 07:00`."""
    local = moment.astimezone(zone)
    near = {0: "today", 1: "tomorrow"}.get((local.date() - now.astimezone(zone).date()).days)
    return f"{near or f'{local:%a %d %b}'} {local:%H:%M}"


def clock(moment: datetime, zone: tzinfo) -> str:
    """A moment of today, to the second: `09:30:05`."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def age(span: timedelta) -> str:
    """How long, in one unit: `40 s`, `5 min`, `3 h`, `2 days`."""
    seconds = max(0, int(span.total_seconds()))
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 draft`, `3 drafts`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _plain(text: str) -> str:
    """Nothing in it acts on a terminal. Most texts are ASCII and need no look at Unicode's tables."""
    if text.isascii() and text.isprintable():
        return text
    from daemon.core.neutral import visible

    return visible(text)
