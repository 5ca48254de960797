"""Passwords and keys: `secrets set`, `list`, `rm`, `rotate`, `import-env`. No value is ever printed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli import asking, out
from daemon.cli.opened import JsonOption, opened
from daemon.core.errors import UserError

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.ops.credentials import Imported

USAGE = 2
# What follows NAME is refused in words of our own: the library's message would repeat it.
_MORE = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(no_args_is_help=True, help="Passwords and keys of your accounts, encrypted. Values are never shown.")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="For example gmail.password.")]


@app.command(name="set", context_settings=_MORE)
def put(ctx: typer.Context, name: NameArgument) -> None:
    """Store a secret. Its value is asked for without being shown, or read from standard input."""
    from daemon.core import credentials
    from daemon.ops import credentials as keeping

    if ctx.args:
        raise UserError(
            "The value does not belong on the command line: other programs and your shell's history see it there. "
            "Type `employee secrets set NAME` and then the value. What you typed just now should be changed.",
            exit_code=USAGE,
        )
    own = keeping.own(name)
    value = credentials.value_of(asking.secret(f"Value of {own}"))
    with opened(ctx) as opened_app:
        stored = opened_app.secrets.put({own: value}, opened_app.clock.now())
    was = "It was stored already." if stored.unchanged else "The old value is gone." if stored.replaced else ""
    out.say(f"Stored {own}, encrypted. {was}".rstrip())


@app.command(name="list")
def list_names(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """The names of all secrets and how old they are; never a value."""
    with opened(ctx) as opened_app:
        known, now, zone = opened_app.secrets.all(), opened_app.clock.now(), opened_app.zone
    if as_json:
        out.as_json({"secrets": [{"name": each.name, "since": each.since.isoformat()} for each in known]})
    elif known:
        rows = [(each.name, out.at(each.since, zone), out.age(now - each.since)) for each in known]
        out.table(("Name", "Since", "Age"), rows)
    else:
        out.say("No secrets are stored.")


@app.command()
def rm(ctx: typer.Context, name: NameArgument) -> None:
    """Forget a secret."""
    from daemon.ops import credentials as keeping

    own = keeping.own(name)
    with opened(ctx) as opened_app:
        if not opened_app.secrets.remove(own):
            raise UserError(f"There is no secret {own}. `employee secrets list` shows all.")
    out.say(f"Forgot {own}. Where it still lets somebody in, change it there.")


@app.command()
def rotate(ctx: typer.Context) -> None:
    """Encrypt all secrets with a new key. It can be cut off at any moment; type it again then."""
    with opened(ctx) as opened_app:
        count, where = opened_app.secrets.rotate(), opened_app.secrets.key_path
    out.say(
        f"{out.plural(count, 'secret is', 'secrets are')} encrypted with a new key in {where}; the old key is gone."
    )


@app.command(name="import-env")
def import_env(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="With lines like NAME=VALUE.")]
) -> None:
    """Store what a .env file holds, then offer to shred the file."""
    from daemon.ops import credentials as keeping

    with opened(ctx) as opened_app:
        imported = keeping.import_env(opened_app.secrets, file, opened_app.clock.now())
        _show(imported)
        _offer_to_shred(opened_app, file, imported)


def _show(imported: Imported) -> None:
    stored = imported.stored
    for word, names in (("new", stored.new), ("replaced", stored.replaced), ("unchanged", stored.unchanged)):
        for name in names:
            out.data(f"{word:<10}{name}")
    out.say(*(f"Left out: {problem}." for problem in imported.problems))


def _offer_to_shred(opened_app: App, file: Path, imported: Imported) -> None:
    from daemon.adapters.credentials.shredding import shred

    if not imported.complete:
        out.say(f"{file} was kept, because something in it was left out.")
    elif file.resolve().is_relative_to(opened_app.places.vault.resolve()):
        out.say(f"{file} lies in your vault. Remove it there and from your other devices, then change these secrets.")
    elif not sys.stdin.isatty():
        out.say(f"{file} still holds them for everybody to read. Remove it: `shred -u '{file}'`")
    elif asking.agreed(f"Overwrite and remove {file} now?", otherwise=f"{file} was kept."):
        shred(file)
        out.say(f"Removed {file}. Copies in backups and on flash disks can remain.")
