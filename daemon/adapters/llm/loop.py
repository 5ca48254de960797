"""One event loop in one thread: the clients of models are asynchronous, and the threads that ask share them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from datetime import timedelta
from threading import Lock, Thread
from typing import Any, TypeVar

T = TypeVar("T")
_PATIENCE = 5.0  # seconds, for what runs when it ends


class Loop:
    """Its thread starts with the first coroutine. Usable from several threads at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: tuple[asyncio.AbstractEventLoop, Thread] | None = None
        self._closed = False

    def submit(self, work: Coroutine[Any, Any, T], limit: timedelta) -> Future[T]:
        """Run it, for no longer than `limit`: then it ends with TimeoutError. After `close` it is cancelled at once."""
        with self._lock:
            if self._closed:
                work.close()
                gone: Future[T] = Future()
                gone.cancel()
                return gone
            loop = self._started()
            return asyncio.run_coroutine_threadsafe(_limited(work, limit), loop)

    def close(self, last: Coroutine[Any, Any, None]) -> None:
        """Cancel what still runs, then run `last` and end the thread. Whoever waits sees his future cancelled."""
        with self._lock:
            self._closed = True
            running, self._running = self._running, None
        if running is None:
            last.close()
            return
        loop, thread = running
        asyncio.run_coroutine_threadsafe(_ended(last), loop).add_done_callback(lambda _: _stop(loop))
        thread.join(_PATIENCE)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._running is None:
            loop = asyncio.new_event_loop()
            thread = Thread(target=_run, args=(loop,), name="models", daemon=True)
            thread.start()
            self._running = loop, thread
        return self._running[0]


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon_threadsafe(loop.stop)


async def _limited(work: Coroutine[Any, Any, T], limit: timedelta) -> T:
    async with asyncio.timeout(limit.total_seconds()):
        return await work


async def _ended(last: Coroutine[Any, Any, None]) -> None:
    """Nobody is left behind: cancelled tasks are waited for, so that they close their connections."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last
    await asyncio.get_running_loop().shutdown_asyncgens()
