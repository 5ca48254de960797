"""The same thing wanted by several threads at once is made once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Together(Generic[V]):
    """Work under way, by name."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[str, Future[V]] = {}

    def once(self, name: str, work: Callable[[], V]) -> tuple[V, bool]:
        """What `work` gives, and whether somebody else did it. What it raises all of them raise."""
        with self._lock:
            found = self._under_way.get(name)
            mine = found is None
            future = self._under_way[name] = Future[V]() if found is None else found
        if not mine:
            return future.result(), True
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[name]
        return future.result(), False
