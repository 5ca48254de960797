"""How much a provider may send: whoever answers there, the computer's memory is not filled by it."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from typing import cast

import httpx2
from pydantic_ai.models import create_async_httpx2_client

from daemon.core.minds.model import ModelError

_MB = 1_000_000
_ANSWER = 16 * _MB  # every word of a streamed answer comes with 350 bytes round it
_LIST = 1 * _MB  # of models, of batches, and what is said about one batch
_RESULTS = 16 * _MB  # of a batch


def client(title: str) -> httpx2.AsyncClient:
    """Connections to who is called so. What sends more than it may ends with a ModelError, however it was packed."""

    async def bounded(response: httpx2.Response) -> None:
        _bound(response, title)

    made = create_async_httpx2_client()
    made.headers["accept-encoding"] = "identity"
    made.event_hooks["response"].append(bounded)
    return made


class _Bounded(httpx2.AsyncByteStream):
    """The same bytes, as long as there are not too many."""

    def __init__(
        self, pieces: AsyncIterable[bytes], close: Callable[[], Awaitable[None]], most: int, error: ModelError
    ) -> None:
        self._pieces = pieces
        self._close = close
        self._left = most
        self._error = error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._pieces:
            self._left -= len(piece)
            if self._left < 0:
                raise self._error
            yield piece

    async def aclose(self) -> None:
        await self._close()


def _bound(response: httpx2.Response, title: str) -> None:
    """Count what comes over the line, and again what becomes of it when it is unpacked, which is done here."""
    most, error = _limit(response, title)
    line = cast("httpx2.AsyncByteStream", response.stream)
    raw = _Bounded(line, line.aclose, most, error)
    packed = httpx2.Response(response.status_code, headers=response.headers, stream=raw)
    response.stream = _Bounded(packed.aiter_bytes(), raw.aclose, most, error)
    response.headers.pop("content-encoding", None)


def _limit(response: httpx2.Response, title: str) -> tuple[int, ModelError]:
    asked = response.request
    if asked.method != "GET":
        return _ANSWER, _too_much(title, _ANSWER, charged=response.is_success)
    if asked.url.path.endswith("/results"):
        return _RESULTS, ModelError("refused", f"{title} sent more than a batch can hold")
    return _LIST, _too_much(title, _LIST, charged=False)


def _too_much(title: str, most: int, *, charged: bool) -> ModelError:
    return ModelError("down", f"{title} sent more than {most // _MB} MB, which is no answer", charged=charged)
