"""Asking: typed by a person, or piped by a program."""

from __future__ import annotations

import sys

import typer

from daemon.core.errors import UserError

_LONGEST = 16 * 1024  # characters of a line


def line(what: str) -> str:
    """One line, typed or piped, that everybody may see."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, err=True))
    typer.echo(f"{what}:", err=True)
    try:
        return sys.stdin.readline(_LONGEST)
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not text; nothing was stored.") from error


def secret(what: str) -> str:
    """Typed without being shown, or standard input. Raises UserError for what is not text."""
    if sys.stdin.isatty():
        return str(typer.prompt(f"{what} (not shown)", hide_input=True, err=True))
    from daemon.core.credentials import LONGEST

    try:
        return sys.stdin.read(LONGEST + 3)  # with the end of its line, and one that shows that it is too long
    except UnicodeDecodeError as error:
        raise UserError(f"{what} is not text; nothing was stored.") from error
