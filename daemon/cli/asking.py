"""Asking: typed by a person, or piped by a program. Nothing is stored before the answer is there."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager

import typer

from daemon.cli import out
from daemon.core.errors import UserError

USAGE = 2  # the exit code when nobody is there to ask
_LONGEST = 16 * 1024  # characters of a line


def line(what: str) -> str:
    """One line, typed or piped, that everybody may see."""
    if sys.stdin.isatty():
        with _ending("Nothing was stored."):
            return str(typer.prompt(what, err=True))
    typer.echo(f"{what}:", err=True)
    try:
        return sys.stdin.readline(_LONGEST)
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not text; nothing was stored.") from error


def secret(what: str) -> str:
    """Typed without being shown, or standard input. Raises UserError for what is not text."""
    if sys.stdin.isatty():
        with _ending("Nothing was stored."):
            return str(typer.prompt(f"{what} (not shown)", hide_input=True, err=True))
    from daemon.core.credentials import LONGEST

    try:
        return sys.stdin.read(LONGEST + 3)  # with the end of its line, and one that shows that it is too long
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not text; nothing was stored.") from error


def agreed(question: str, *, otherwise: str, yes: bool = False) -> bool:
    """Yes or no; `otherwise` is said of no, and of Ctrl-C. `yes`: the command line says so already.

    Raises UserError (2) when nobody is there to ask: what is piped in, or nothing at all, is never an answer.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UserError(f"{otherwise} Nobody is there to ask. Add --yes if you want it.", exit_code=USAGE)
    with _ending(otherwise):
        yes = typer.confirm(question, err=True)
    if not yes:
        out.say(otherwise)
    return yes


@contextmanager
def _ending(sentence: str) -> Generator[None]:
    """Who ends it with Ctrl-C is told what became of it."""
    try:
        yield
    except typer.Abort:
        out.say(f"\n{sentence}")
        raise
