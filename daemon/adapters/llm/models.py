"""Every configured model behind one door. The clients are loaded with the first question."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as Unfinished
from dataclasses import replace
from datetime import timedelta
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
_LONGEST_NAME = 200
_WHATEVER = f"{providers.LOCAL.name}:{providers.ANY}"


class Models:
    """`core.minds.model.Model` over the network. Its clients share one thread; `close` ends it."""

    def __init__(
        self, settings: Llm, find: Callable[[str], str | None], offline: Callable[[], bool] = lambda: False
    ) -> None:
        """`find` gives the value of a secret by its name, or None; it may raise UserError.

        `offline`: whether they were switched off since; asked before each call.
        """
        self._settings = settings
        self._offline = offline
        self._find = find
        self._loop = Loop()
        self._doors: dict[tuple[str, str | None], Door] = {}  # the loop's own
        self._own: str | None = None  # what "local:any" is, once the server was asked

    def ready(self, model: str) -> str:
        """Why it cannot be asked at all, or ""."""
        try:
            self._entry(model)
        except ModelError as obstacle:
            return str(obstacle)
        return ""

    def ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        """One request, never repeated by itself. Raises ModelError."""
        if model != _WHATEVER:
            return self._ask(model, prompt, max_tokens=max_tokens, timeout=timeout)
        try:
            first = self._first()
            return replace(self._ask(first, prompt, max_tokens=max_tokens, timeout=timeout), model=first)
        except ModelError:
            self._own = None  # another one may be loaded there by now
            raise

    def offered(self, provider: Provider) -> list[str]:
        """The names of the models that a provider offers. Costs nothing. Raises ModelError."""
        return self.run(f"{provider.name}:{providers.ANY}", _listed, _LISTING)

    def address(self, provider: Provider) -> str:
        """Where it is reached; "" when nowhere."""
        return str(getattr(self._settings, provider.name).base_url)

    def run(self, model: str, work: Callable[[Door], Coroutine[Any, Any, T]], limit: timedelta) -> T:
        """Do something through the connection to who offers this model, and wait for it.

        Whatever goes wrong in there, of the kinds that clients think of or not, is a ModelError.
        """
        provider, key = self._entry(model)
        from daemon.adapters.llm import troubles, wire

        wire.load(provider.name)
        future = self._loop.submit(self._through(provider, key, work), limit)
        error = _ended(future, limit)
        if error is None:
            return future.result()
        found = troubles.told(error, troubles.Call(provider, providers.own_name(model), self.address(provider), limit))
        log.info("%s: %s (%s)", model, found, type(error).__name__)
        raise found from error

    def close(self) -> None:
        """Give up what still runs, and the connections."""
        self._loop.close(self._hang_up())

    # --- inside

    def _ask(self, model: str, prompt: Prompt, *, max_tokens: int, timeout: timedelta) -> Reply:
        from daemon.adapters.llm import wire

        async def call(door: Door) -> Reply:
            client = wire.client(door, providers.own_name(model))
            return await wire.answered(client, prompt, max_tokens, timeout.total_seconds())

        return self.run(model, call, timeout)

    def _first(self) -> str:
        """What the person's own server offers first."""
        if self._own is None:
            self._own = next(iter(self.offered(providers.LOCAL)), None)
        if self._own is None:
            raise ModelError("unknown model", "Your own server offers no model")
        return f"{providers.LOCAL.name}:{self._own}"

    def _entry(self, model: str) -> tuple[Provider, str | None]:
        """Who offers it, and the key there. Raises ModelError when it cannot be asked at all."""
        provider = providers.of(model)
        if provider is None or not providers.own_name(model):
            known = ", ".join(providers.PROVIDERS)
            raise ModelError("unknown model", f"{model} is no model: write PROVIDER:MODEL; providers are {known}")
        if self._settings.offline or self._offline():
            raise ModelError("down", "Models are switched off ([llm] offline)")
        if not self.address(provider):
            raise ModelError("down", f"No address of {provider.title} is set ([llm.{provider.name}] base_url)")
        try:
            key = self._find(provider.secret)
        except UserError as error:
            raise ModelError("login", f"The key of {provider.title} cannot be read: {error}") from error
        if not key and not provider.keyless:
            remedy = f"`employee connect {provider.name}` stores it"
            raise ModelError("login", f"No key of {provider.title} is stored; {remedy}")
        return provider, key

    async def _through(self, provider: Provider, key: str | None, work: Callable[[Door], Coroutine[Any, Any, T]]) -> T:
        from daemon.adapters.llm import wire

        door = self._doors.get((provider.name, key))
        if door is None:
            door = self._doors[provider.name, key] = wire.door(provider.name, self.address(provider), key)
        return await work(door)

    async def _hang_up(self) -> None:
        for door in self._doors.values():
            await door.client.close()


def _ended(future: Future[Any], limit: timedelta) -> BaseException | None:
    try:
        return future.exception((limit + _MARGIN).total_seconds())
    except (CancelledError, Unfinished) as error:
        future.cancel()
        return error


async def _listed(door: Door) -> list[str]:
    """What can write; servers list what only compares texts, too."""
    from pydantic_ai.exceptions import UnexpectedModelBehavior

    every = cast("Any", door.client).models  # two libraries made by one generator: this is alike in both
    try:
        names = [getattr(each, "id", None) for each in (await every.list()).data]
    except (AttributeError, TypeError, ValueError) as error:
        raise UnexpectedModelBehavior("no list") from error
    return [name for name in names if isinstance(name, str) and _writes(name)]


def _writes(name: str) -> bool:
    """What is too long or holds line ends and the like is no name: it would stand in the log and in notes."""
    return name.isprintable() and 0 < len(name) <= _LONGEST_NAME and "embed" not in name.lower()
