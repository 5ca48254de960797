"""The `employee` command, put together from its groups. The order here is the order of `employee --help`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated

import typer

from daemon.cli import (
    audit,
    briefing,
    check,
    connect,
    costs,
    credentials,
    decide,
    demo,
    drop,
    evaluate,
    look,
    skills,
    start,
    stop,
)
from daemon.cli.boundary import Boundary

app = typer.Typer(
    name="employee",
    cls=Boundary,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 fine, 1 failure, 2 wrong usage, 3 something needs attention (status, doctor), "
    "4 not configured, 5 not logged in, 75 try again, 78 wrong configuration, 130 interrupted.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib import metadata

        typer.echo(metadata.version("ai-employee"))
        raise typer.Exit


@app.callback()
def root(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a fault of the program happened.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """A personal AI employee that lives in a folder: it drafts, you approve, and only then does anything leave.

    The folder is --vault PATH (with any command), else EMPLOYEE_VAULT, else the one in your configuration.
    """
    del debug, version  # Boundary and `_version` look at them
    logging.getLogger().addHandler(logging.NullHandler())  # only `run` shows log lines


VAULT = "--vault PATH names the vault; else EMPLOYEE_VAULT, else your configuration does."
PANELS: dict[str, dict[str, Callable[..., None]]] = {
    "Start": {"init": start.init, "demo": demo.demo, "run": start.run, "adopt": start.adopt},
    "Look": {
        "status": look.status,
        "list": look.list_notes,
        "show": look.show,
        "briefing": briefing.briefing,
        "costs": costs.costs,
        "eval": evaluate.evaluate,
    },
    "Give work": {"add": drop.add},
    "Decide": {
        "approve": decide.approve,
        "reject": decide.reject,
        "undo": decide.undo,
        "retry": decide.retry,
        "pause": stop.pause,
        "resume": stop.resume,
    },
    "Check": {"doctor": check.doctor},
}

for panel, commands in PANELS.items():
    for name, command in commands.items():
        app.command(name, rich_help_panel=panel, epilog=VAULT)(command)
app.add_typer(connect.app, name="connect", rich_help_panel="Accounts")
app.add_typer(credentials.app, name="secrets", rich_help_panel="Accounts")
app.add_typer(skills.app, name="skills", rich_help_panel="Check")
app.add_typer(audit.app, name="audit", rich_help_panel="Check")
