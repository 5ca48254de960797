"""Tasks that the rules are not sure of, on their way through a model: together, and never on the manager's thread.

A call may take minutes. Meanwhile these tasks lie untouched in Needs_Action/ and the others go on; a restart begins
anew. Whatever goes wrong, they go on by the rules' route.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from daemon.core.minds import sorting
from daemon.core.minds.question import Unanswered
from daemon.core.minds.sorting import Unsure
from daemon.core.ports import Entry, Route, Sorter
from daemon.core.task import Task
from daemon.runtime.drafting import Asking, Desk, nobody

log = logging.getLogger(__name__)
Sorted = list[tuple["_Held", Route]]
_WAITING = 3 * sorting.MOST  # more of them at once go on by rules: nobody waits through many calls


@dataclass(frozen=True, slots=True)
class _Held:
    """One note that waits, as it was when it was read."""

    entry: Entry
    task: str
    unsure: Unsure
    desk: Desk


class Sorting:
    """One call at a time; what comes in meanwhile goes into the next one. Without a sorter nothing ever waits."""

    def __init__(
        self,
        sorter: Sorter | None = None,
        asking: Asking = nobody,
        wake: Callable[[], None] = lambda: None,
        *,
        there: Callable[[], bool] = lambda: True,
    ) -> None:
        """`there`: whether any model can be asked now; it is asked once a look."""
        self._sorter = sorter
        self._asking = asking
        self._wake = wake
        self._there = there
        self._somebody: bool | None = None  # is there, as of this look
        self._held: dict[str, _Held] = {}  # by path
        self._call: tuple[list[_Held], Future[Sorted]] | None = None
        self._decided: dict[str, tuple[Entry, Route]] = {}  # by path
        self._pool: ThreadPoolExecutor | None = None  # no thread before there is something to ask

    def hold(self, entry: Entry, task: Task, route: Route, desk: Desk) -> bool:
        """Whether the task waits until a model has said what it thinks of the route."""
        if route.sure or self._sorter is None or len(self._held) >= _WAITING or not self._is_there():
            return False
        self._held[entry.path] = _Held(entry, task.id, self._sorter.unsure(task, route), desk)
        return True

    def decided(self, entry: Entry) -> Route | None:
        """The route of a note that waited; None when it never did, or is another one by now. Told once."""
        before, route = self._decided.pop(entry.path, (None, None))
        return route if before is not None and before.version == entry.version else None

    def collect(self, there: Collection[str]) -> None:
        """Take what the last call brought. `there`: the paths of all notes; what is gone is forgotten."""
        self._somebody = None
        if self._call and self._call[1].done():
            self._take(*self._call)
            self._call = None
        self._decided = {path: each for path, each in self._decided.items() if path in there}
        if not self._call:
            self._held = {path: each for path, each in self._held.items() if path in there}

    def send(self) -> None:
        """Ask about what waits, unless a call is under way."""
        if self._call or self._sorter is None or not self._held:
            return
        batch = sorted(list(self._held.values())[: sorting.MOST], key=lambda each: each.task)
        self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="sorting")
        future = self._pool.submit(self._ask, self._sorter, batch)
        self._call = batch, future
        future.add_done_callback(lambda _: self._wake())

    @property
    def busy(self) -> set[str]:
        """Paths of the notes that wait."""
        return set(self._held)

    def close(self) -> None:
        """What waits is found again at the next start."""
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _is_there(self) -> bool:
        if self._somebody is None:
            self._somebody = self._there()
        return self._somebody

    def _ask(self, sorter: Sorter, batch: Sequence[_Held]) -> Sorted:
        desk = replace(batch[0].desk, asking=self._asking)
        routes = sorter.sort([each.unsure for each in batch], desk, _seed(batch))
        return list(zip(batch, routes, strict=True))

    def _take(self, batch: Sequence[_Held], future: Future[Sorted]) -> None:
        failed = future.exception()
        if failed:
            fault = None if isinstance(failed, Unanswered) else failed
            log.log(logging.ERROR if fault else logging.INFO, "routed by rules: %s", failed, exc_info=fault)
        for each, route in [(each, sorting.by_rules(each.unsure)) for each in batch] if failed else future.result():
            del self._held[each.entry.path]
            self._decided[each.entry.path] = each.entry, route


def _seed(batch: Sequence[_Held]) -> str:
    """The same for the same tasks, so that a question asked before a restart is not paid twice. Nobody can guess it."""
    return hashlib.sha256("\n".join(each.task for each in batch).encode()).hexdigest()
