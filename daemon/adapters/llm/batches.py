"""Anthropic's Message Batches: https://platform.claude.com/docs/en/build-with-claude/batch-processing."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from daemon.core.minds import providers
from daemon.core.minds.model import ModelError, Prompt, Reply, Request
from daemon.core.minds.question import Schema

if TYPE_CHECKING:
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.models.batch import Batch, BatchResult, EncodedBatchRequest
    from pydantic_ai.providers.anthropic import AnthropicProvider

    from daemon.adapters.llm.models import Models
    from daemon.adapters.llm.wire import Door

T = TypeVar("T")
Client = Callable[[str], "AnthropicModel"]  # by the name of a model
_ANTHROPIC = providers.ANTHROPIC
_LIMIT = timedelta(minutes=2)  # for one request about a batch; its answers are one file
_UNRUN = {"expired": "Anthropic did not get to it within a day", "canceled": "The batch was cancelled before its turn"}


_RUN = {"succeeded", "errored"}
_OURS = re.compile("[A-Za-z0-9_-]{1,64}")
_RESULTS = 10_000
_PAGES = 20  # of a hundred


class _Nothing(Schema):
    """For requests that only stand for others."""


_ANY = Prompt("-", "-", _Nothing)


class MessageBatches:
    """`core.minds.model.Batches` through the connections of `Models`."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def submit(self, requests: Sequence[Request]) -> str:
        """Hand them over together; a ModelError that is `charged` leaves open whether there is a batch now."""
        if not requests or any(providers.of(each.model) != _ANTHROPIC for each in requests):
            raise ModelError("refused", "Only Anthropic takes batches, and none without a question")

        async def handed_over(client: Client) -> str:
            made = await client(providers.ANY).batch_create([await _encoded(client, each) for each in requests])
            return made.id

        return self._run(handed_over)

    def collect(self, batch: str) -> Mapping[str, Reply | ModelError] | None:
        """What came of each, by its name; None while the batch is under way."""

        async def collected(client: Client) -> dict[str, Reply | ModelError] | None:
            one = client(providers.ANY)
            state = await one.batch_status(await _handle(one, batch))
            if state.status != "ended":
                return None
            return await self._outcomes(one, batch)

        return self._about(collected)

    def cancel(self, batch: str) -> None:
        """Ask for its end; what was answered by then costs."""

        async def cancelled(client: Client) -> None:
            one = client(providers.ANY)
            await one.batch_cancel(await _handle(one, batch))

        self._about(cancelled)

    def recent(self, since: datetime) -> Sequence[str]:
        """The ids of all batches that were handed over since then with our key, the newest first."""

        async def listed(client: Client) -> list[str]:
            found: list[str] = []
            page = await _batches(client(providers.ANY)).list(limit=100)
            for _ in range(_PAGES):
                young = [each.id for each in page.data if each.created_at >= since]
                found.extend(young)
                if len(young) < len(page.data) or not page.has_next_page():
                    return found
                page = await page.get_next_page()
            raise ModelError("down", f"Anthropic lists more than {_PAGES} pages of batches")

        return self._run(listed)

    # --- inside

    def _about(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        """Something about a batch that is there."""
        try:
            return self._run(work)
        except ModelError as error:
            if error.trouble == "unknown model":
                raise ModelError("refused", "Anthropic knows nothing of this batch") from error
            raise

    def _run(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        from daemon.adapters.llm import wire

        def through(door: Door) -> Coroutine[Any, Any, T]:
            return work(lambda name: wire.anthropic(cast("AnthropicProvider", door), name))

        return self._models.run(f"{_ANTHROPIC.name}:{providers.ANY}", through, _LIMIT)

    async def _outcomes(self, client: AnthropicModel, batch: str) -> dict[str, Reply | ModelError]:
        """One after the other, so that nothing is held of what cannot be ours."""
        from pydantic_ai.models.batch import BatchResult

        found: dict[str, Reply | ModelError] = {}
        async for each in await _batches(client).results(batch):
            if not (isinstance(each.custom_id, str) and _OURS.fullmatch(each.custom_id)):
                continue
            if len(found) >= _RESULTS:
                raise ModelError("refused", "Anthropic sent more than a batch can hold")
            kind, body = each.result.type, each.result.model_dump_json(warnings=False)
            result = BatchResult(custom_id=each.custom_id, status=kind, body=body if kind in _RUN else None)
            found[each.custom_id] = self._outcome(client, result)
        return found

    def _outcome(self, client: AnthropicModel, result: BatchResult) -> Reply | ModelError:
        from pydantic_ai.exceptions import AgentRunError

        from daemon.adapters.llm import troubles, wire

        if sentence := _UNRUN.get(result.status):
            return ModelError("down", sentence)
        try:
            return wire.reply(client.batch_decode(result, wire.request(result.custom_id, _ANY, client, 1)))
        except (AgentRunError, ValueError) as error:
            call = troubles.Call(_ANTHROPIC, "the batch", self._models.address(_ANTHROPIC), _LIMIT)
            return troubles.told(error, call)


async def _encoded(client: Client, request: Request) -> EncodedBatchRequest:
    from daemon.adapters.llm import wire

    model = client(providers.own_name(request.model))
    return await model.batch_encode(wire.request(request.name, request.prompt, model, request.max_tokens))


def _batches(client: AnthropicModel) -> Any:  # noqa: ANN401 - one of its two clients has none
    return cast("Any", client.client).beta.messages.batches


async def _handle(client: AnthropicModel, batch: str) -> Batch:
    """What the client wants to have beside the name: all of it can be told without the batch."""
    from pydantic_ai.models.batch import Batch

    from daemon.adapters.llm import wire

    alike = await client.batch_encode(wire.request("-", _ANY, client, 1))
    return Batch(
        id=batch,
        model_name=client.model_name,
        provider_name=client.system,
        group=alike.group,
        status="in_progress",
        created_at=datetime.now(UTC),
        request_count=0,
    )
