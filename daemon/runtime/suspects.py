"""Tasks that were under way when the program was killed: one of them may be why, so each is tried by itself first.

All of them have one failed try by then. Tried together again, they would fail together after a few kills.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Suspects:
    """Gives each of `tasks` one turn with nothing else under way."""

    def __init__(self, tasks: Callable[[], Iterable[str]]) -> None:
        """`tasks`: asked once, before any is begun."""
        self._tasks = tasks
        self._left: set[str] | None = None
        self._turn = ""  # under way by itself

    def next(self, ready: Sequence[T], task_of: Callable[[T], str], under_way: Collection[str]) -> Sequence[T]:
        """Those of `ready` that may be begun beside the tasks `under_way`: one suspect alone, or else all of them."""
        if self._turn in under_way:
            return ()
        self._turn = ""
        if self._left is None:
            self._left = set(self._tasks())
        left = self._left
        suspect = next((each for each in ready if task_of(each) in left), None)
        if suspect is None:
            return ready
        if under_way:
            return ()
        self._turn = task_of(suspect)
        left.remove(self._turn)
        return (suspect,)
