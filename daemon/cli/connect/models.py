"""Language models: `connect anthropic` and the others take a key, `connect local` an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from daemon.cli import asking, out
from daemon.cli.connect import options
from daemon.cli.connect.options import TestOption
from daemon.cli.opened import NOT_CONFIGURED, opened
from daemon.core.errors import UserError
from daemon.core.minds.providers import LOCAL, PROVIDERS, Provider

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.ops.connecting import Tried

NEEDS_LOGIN = 5
_OWN_SERVER = """\
There is no server of your own yet. Start one (Ollama, LM Studio, vLLM …), write its address into {config}:

[llm.local]
base_url = "http://127.0.0.1:11434/v1"    # Ollama; LM Studio has port 1234, vLLM 8000

and type `employee connect local` again. What it does is free of charge and never leaves this computer."""


def _command(provider: Provider) -> Callable[..., None]:
    """`connect` for one provider."""

    def connect(ctx: typer.Context, test: TestOption = False) -> None:
        options.refuse(ctx.args)
        with opened(ctx) as app:
            if provider.keyless:
                _own_server(app)
            else:
                _company(provider, app, test)

    connect.__doc__ = (
        "Use a language model on a server of your own: it is free of charge, and nothing is sent away."
        if provider.keyless
        else f"Use the language models of {provider.title}. The key is asked for without being shown, or read from "
        "standard input."
    )
    return connect


COMMANDS = {each.name: _command(each) for each in PROVIDERS.values()}


def _company(provider: Provider, app: App, test: bool) -> None:
    """A company whose models are paid for, by a key."""
    from daemon.core.minds.model import ModelError
    from daemon.ops import connecting

    key = _stored(provider, app) if test else connecting.key_of(asking.secret(f"Key of {provider.title}"))
    app.redact.add(key)
    if app.settings.llm.offline:
        _switched_off(provider, app, "" if test else key)
        return
    try:
        found = _tried(provider, app, key)
    except ModelError as error:
        if test or error.trouble == "login":
            raise connecting.failed(error, "" if test else "Nothing was stored.") from error
        _store(provider, app, key)
        again = f"`employee connect {provider.name} --test` tries it again."
        raise connecting.failed(error, "The key is stored all the same;", again) from error
    if not test:
        _store(provider, app, key)
    _tell(provider, found)


def _own_server(app: App) -> None:
    """A server of the person's own needs an address, and a key only where it says so. Trying it is all there is."""
    from daemon.core.minds.model import ModelError
    from daemon.ops import connecting

    llm = app.settings.llm
    if not llm.local.base_url:
        raise UserError(_OWN_SERVER.format(config=app.places.config), exit_code=NOT_CONFIGURED)
    if llm.offline:
        _switched_off(LOCAL, app, "")
    try:
        found = _tried(LOCAL, app, app.secrets.find(LOCAL.secret))
    except ModelError as error:
        raise connecting.failed(error) from error
    _tell(LOCAL, found)
    if not connecting.in_use(llm, LOCAL):
        out.say('Nothing is asked of it yet: name it in [llm.models], for example simple = ["local:any"].')


def _switched_off(provider: Provider, app: App, key: str) -> None:
    if not key:
        raise UserError("Models are switched off: [llm] offline is true, so none is called.", exit_code=NOT_CONFIGURED)
    _store(provider, app, key)
    out.say("It was not tried, because [llm] offline is true.")


def _tried(provider: Provider, app: App, key: str | None) -> Tried:
    from daemon.adapters.llm.models import Models
    from daemon.app import parts
    from daemon.ops import connecting

    llm = app.settings.llm
    models = Models(llm, lambda _: key)
    try:
        found = connecting.tried(models, parts.prices(app), llm, provider)
    finally:
        models.close()
    connecting.book(app.context, found)
    return found


def _tell(provider: Provider, found: Tried) -> None:
    for model in found.offered:
        out.data(model)
    if found.model:
        cost = (
            "at a price that nobody knows; set it in [llm.prices]"
            if found.cost is None
            else f"for ${found.cost.normalize():f}"
        )
        out.say(f"{found.model} answered, {cost}.")
        return
    out.say(
        f"{provider.title} lets you in and offers these models. None of them is asked anything yet:",
        f'name one in [llm.models], for example simple = ["{(*found.offered, "…")[0]}"].',
    )


def _stored(provider: Provider, app: App) -> str:
    key = app.secrets.find(provider.secret)
    if not key:
        raise UserError(
            f"No key of {provider.title} is stored. `employee connect {provider.name}` asks for it.",
            exit_code=NEEDS_LOGIN,
        )
    return key


def _store(provider: Provider, app: App, key: str) -> None:
    stored = app.secrets.put({provider.secret: key}, app.clock.now())
    was = " It was stored already." if stored.unchanged else " The old one is gone." if stored.replaced else ""
    out.say(f"The key of {provider.title} is stored, encrypted.{was}")
