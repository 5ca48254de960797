"""What agents may know beside their task: handbook, goals and skills as they stand, and what was said before."""

from __future__ import annotations

from datetime import datetime

from daemon.core import handbook
from daemon.core.handbook import Handbook
from daemon.core.ports import Missing
from daemon.runtime.context import Context
from daemon.runtime.drafting import Desk
from daemon.runtime.guidance import Guidance

HANDBOOK = "Company_Handbook.md"


class Desks:
    """Gives out desks; files are understood anew only when they changed."""

    def __init__(self, context: Context) -> None:
        self._vault = context.vault
        self._tasks = context.ledger.tasks
        self._zone = context.zone
        self._guidance = Guidance(context.vault, context.ledger.trust)
        self._handbook: tuple[bytes, Handbook] = (b"", handbook.parse(""))

    @property
    def handbook_text(self) -> str:
        """As it was when a desk was last given out."""
        return self._handbook[0].decode("utf-8", "replace")

    def desk(self, task: str, now: datetime) -> Desk:
        try:
            data = self._vault.read(HANDBOOK)
        except Missing:
            data = b""
        if data != self._handbook[0]:
            self._handbook = (data, handbook.parse(data.decode("utf-8", "replace")))
        return Desk(
            self._handbook[1],
            tuple(self._tasks.earlier(task)),
            now.astimezone(self._zone),
            goals=self._guidance.goals(),
            skills=self._guidance.skills(),
        )
