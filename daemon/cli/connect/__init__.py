"""Accounts: `connect NAME` stores what opens one, and tries it. One command for each kind of account."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from daemon.cli.connect import gmail, imap, models
from daemon.cli.connect.options import MORE
from daemon.core.errors import UserError

USAGE = 2


class Accounts(TyperGroup):
    """Their names in any case. What is no name is not repeated: it may be a key."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - the library's types are private
        """As the library's."""
        return super().get_command(ctx, cmd_name.lower())

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - the library's types are private
        """As the library's. Raises UserError for a name that there is not."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = ", ".join(self.list_commands(ctx))
            raise UserError(f"There is no account of this name. Known are: {known}.", exit_code=USAGE)
        return super().resolve_command(ctx, args)


app = typer.Typer(cls=Accounts, no_args_is_help=True, help="Log in to an account and try it: mailboxes and models.")
for name, command in {"gmail": gmail.gmail, "imap": imap.imap, **models.COMMANDS}.items():
    app.command(name=name, context_settings=MORE)(command)
