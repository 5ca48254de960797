"""How a command gets at the person's vault: the opened `App`, and the options they share."""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.core.errors import Transient, UserError

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.core.layers import Layer
    from daemon.runtime.ledger import Ledger

NOT_CONFIGURED = 4
REDACT = "daemon.redact"  # where the boundary finds what must not stand in a message

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@contextmanager
def opened(ctx: typer.Context, *flags: Layer) -> Generator[App]:
    """The settings and the ledger; whether the vault is there is not asked."""
    from daemon.app import App

    app = App.open(os.environ, [*vault_flag(ctx), *flags])
    ctx.meta[REDACT] = app.redact
    try:
        yield app
    finally:
        app.close()


@contextmanager
def opened_ledger() -> Generator[Ledger]:
    """The ledger alone, whatever is wrong with the settings or the vault."""
    from daemon.places import ledger_file, make_private, state_folder
    from daemon.runtime.ledger import Ledger

    home = state_folder(os.environ)
    make_private(home)
    ledger = Ledger(ledger_file(home))
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def opened_vault(ctx: typer.Context, *, ours: bool = True) -> Generator[App]:
    """Like `opened`, for commands that make no sense without a vault. Raises UserError (4) or Transient.

    `ours`: it must be the vault that this state directory serves, else UserError (78); only `adopt` takes another's.
    """
    with opened(ctx) as app:
        require_vault(app)
        if ours:
            require_ours(app)
        yield app


def require_vault(app: App) -> None:
    """Tell a vault that was never made (UserError, 4) from one that is away at the moment (Transient)."""
    if app.vault.present():
        return
    where = app.places.vault
    if app.ledger.get("vault") == str(where):
        raise Transient(f"The vault is not at {where} at the moment. Connect its disk and try again.")
    made = f"`employee init {shlex.quote(str(where))}` makes one."
    if not app.ledger.get("vault"):
        made = "`employee run` makes it and starts; `employee init` only makes it."
    raise UserError(f"There is no vault at {where} yet. {made}", exit_code=NOT_CONFIGURED)


def require_ours(app: App) -> None:
    """Raises UserError (78) for a vault that this state directory does not serve: its drafts are not those here.

    One that is not there at all is no other's: UserError (4).
    """
    served = app.ledger.get("vault")
    if served == str(app.places.vault):
        return
    if served:
        require_vault(app)
    had_another = (app.places.vault / "Dashboard.md").exists()  # and this state directory is a new one
    if served or had_another:
        app.require_own_vault()


def vault_flag(ctx: typer.Context) -> list[Layer]:
    """`--vault PATH`, which `Boundary` took out of the command line, as the topmost layer of the settings."""
    given = ctx.find_root().obj
    return [vault_layer(Path(given))] if given else []


def vault_layer(path: Path) -> Layer:
    """This vault and no other."""
    from daemon.core import layers

    return layers.flag("vault.path", str(path.expanduser().absolute()))
