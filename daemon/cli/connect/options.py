"""What the commands that connect something share."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.core.errors import UserError

USAGE = 2

MORE = {"allow_extra_args": True}  # words after a name are refused in words of our own, which do not repeat them
ReadOnlyOption = Annotated[bool, typer.Option("--read-only", help="Only read: nothing is sent, no label is set.")]
TestOption = Annotated[bool, typer.Option("--test", help="Only try what is stored.")]
RemoveOption = Annotated[
    str, typer.Option("--remove", metavar="ADDRESS", help="Disconnect this mailbox and forget its login.")
]


def refuse(rest: list[str]) -> None:
    """Raises UserError for words after the name of an account: they may be its key."""
    if rest:
        raise UserError(
            "A key or password does not belong on the command line: other programs and your shell's history see it "
            "there. Type `employee connect NAME`, and you are asked. If what you typed just now was one, change it. "
            "A mailbox's address stands behind --address.",
            exit_code=USAGE,
        )
