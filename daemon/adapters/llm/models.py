"""Every configured model behind one door. The clients are loaded with the first question."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as Unfinished
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from daemon.adapters.llm.loop import Loop
from daemon.core.errors import UserError
from daemon.core.minds import providers
from daemon.core.minds.model import ModelError, Prompt, Reply
from daemon.core.minds.providers import Provider

if TYPE_CHECKING:
    from daemon.adapters.llm.wire import Door
    from daemon.core.settings import Llm

log = logging.getLogger(__name__)
T = TypeVar("T")
_MARGIN = timedelta(seconds=5)  # for a call that was given up to end
_LISTING = timedelta(seconds=10)


class Models:
    """`core.minds.model.Model` over the network. Its clients share one thread; `close` ends it."""

    def __init__(self, settings: Llm, find: Callable[[str], str | None]) -> None:
        """`find` gives the value of a secret by its name, or None; it may raise UserError."""
        self._settings = settings
        self._find = find
        self._loop = Loop()
        self._lock = Lock()
        self._doors: dict[tuple[str, str | None], Door] = {}
        self._own: str | None = None  # what "local:any" is, once the server was asked

    def ready(self, model: str) -> str:
        """Why it cannot be asked at all, or ""."""
        obstacle = self._obstacle(model)
        return str(obstacle) if obstacle else ""

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        """One request, never repeated by itself. Raises ModelError."""
        from daemon.adapters.llm import wire

        provider, door = self.door(model)

        async def call() -> Reply:
            name = await self._name(model, door)
            return await wire.answered(wire.client(door, name), prompt, max_tokens, timeout.total_seconds())

        try:
            return self.run(call(), provider, providers.own_name(model), timeout)
        except ModelError:
            self._own = None  # another one may be loaded there by now
            raise

    def offered(self, provider: Provider) -> list[str]:
        """The names of the models that a provider offers. Costs nothing. Raises ModelError."""
        _, door = self.door(f"{provider.name}:{providers.ANY}")
        return self.run(_listed(door), provider, providers.ANY, _LISTING)

    def address(self, provider: Provider) -> str:
        """Where it is reached; "" when nowhere."""
        return str(getattr(self._settings, provider.name).base_url)

    def close(self) -> None:
        """Give up what still runs, and the connections."""
        with self._lock:
            doors, self._doors = list(self._doors.values()), {}
        self._loop.close(_closed(doors))

    # --- for what else talks to providers in this package

    def door(self, model: str) -> tuple[Provider, Door]:
        """Who offers this model, and the connection there. Raises ModelError when it is not ready."""
        if obstacle := self._obstacle(model):
            raise obstacle
        from daemon.adapters.llm import wire

        provider = providers.PROVIDERS[model.partition(":")[0]]
        key = self._find(provider.secret)
        with self._lock:
            made = self._doors.get((provider.name, key))
            if made is None:
                made = self._doors[provider.name, key] = wire.door(provider.name, self.address(provider), key)
        return provider, made

    def run(self, work: Coroutine[Any, Any, T], provider: Provider, model: str, limit: timedelta) -> T:
        """Wait for it. Whatever goes wrong in there, of the kinds that clients think of or not, is a ModelError."""
        from daemon.adapters.llm import troubles

        future = self._loop.submit(work, limit)
        error = _ended(future, limit)
        if error is None:
            return future.result()
        call = troubles.Call(provider, model, self.address(provider), limit)
        found = troubles.told(error, call)
        log.info("%s: %s (%s)", call.model, found, type(error).__name__)
        raise found from error

    # --- inside

    def _obstacle(self, model: str) -> ModelError | None:
        provider = providers.of(model)
        if provider is None or not providers.own_name(model):
            known = ", ".join(providers.PROVIDERS)
            return ModelError("unknown model", f"{model} is no model: write PROVIDER:MODEL; providers are {known}")
        if self._settings.offline:
            return ModelError("down", "Models are switched off ([llm] offline)")
        if not self.address(provider):
            sentence = f"No address of {provider.title} is set ([llm.{provider.name}] base_url)"
            return ModelError("down", sentence)
        try:
            key = self._find(provider.secret)
        except UserError as error:
            return ModelError("login", f"The key of {provider.title} cannot be read: {error}")
        if key or provider.keyless:
            return None
        remedy = f"`employee connect {provider.name}` stores it"
        return ModelError("login", f"No key of {provider.title} is stored; {remedy}")

    async def _name(self, model: str, door: Door) -> str:
        """What its provider calls it."""
        name = providers.own_name(model)
        if name != providers.ANY or not model.startswith(f"{providers.LOCAL.name}:"):
            return name
        if self._own is None:
            self._own = next(iter(await _listed(door)), None)
        if self._own is None:
            raise ModelError("unknown model", "Your own server offers no model")
        return self._own


def _ended(future: Future[Any], limit: timedelta) -> BaseException | None:
    try:
        return future.exception((limit + _MARGIN).total_seconds())
    except (CancelledError, Unfinished) as error:
        future.cancel()
        return error


async def _listed(door: Door) -> list[str]:
    """What can write; servers list what only compares texts, too."""
    every = cast("Any", door.client).models  # two libraries made by one generator: this is alike in both
    names = [str(each.id) for each in (await every.list()).data]
    return [name for name in names if "embed" not in name.lower()]


async def _closed(doors: list[Door]) -> None:
    for door in doors:
        await door.client.close()
