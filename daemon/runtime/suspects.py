"""Tasks that were under way when the program was killed: one of them may be why, so each is tried by itself first.

All of them have one failed try by then. Tried together again, they would fail together after a few kills.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable


class Suspects:
    """Gives each of `tasks` one turn with nothing else under way."""

    def __init__(self, tasks: Callable[[], Iterable[str]]) -> None:
        """`tasks`: asked once, when the first look begins."""
        self._tasks = tasks
        self._left: set[str] | None = None
        self._turn = ""  # under way by itself
        self._waiting = False  # one of them, for what is under way to end

    def look(self, begun: Callable[[], Iterable[str]]) -> None:
        """A look begins. In it those that are left are asked about before all others.

        `begun`: the tasks that lie where somebody works on them; what was only being sorted is nobody's fault.
        """
        self._waiting = False
        if self._left is None:
            under_way = set(self._tasks())
            self._left = under_way.intersection(begun()) if under_way else under_way

    def __contains__(self, task: str) -> bool:
        return self._left is not None and task in self._left

    def let(self, task: str, under_way: Collection[str]) -> bool:
        """Whether it may be begun now, beside the tasks `under_way`; whoever asks begins it then."""
        if self._turn in under_way or self._waiting:
            return False
        self._turn = ""
        if self._left and task in self._left:
            self._waiting = bool(under_way)
            if not self._waiting:
                self._turn = task
                self._left.remove(task)
            return not self._waiting
        return True
