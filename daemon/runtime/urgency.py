"""How much each draft presses: the order in which a person is shown what waits."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from daemon.core.briefing import first
from daemon.core.errors import Transient
from daemon.core.ports import VaultProblem, VaultReader
from daemon.core.proposal import Key, Proposal
from daemon.runtime.ledger import Ledger

_DUE = re.compile(rb"^(?:due|starts): (\d{4}-\d\d-\d\d)", re.MULTILINE)
_DOUBTFUL = ("low", "high")  # priority and risk of what may be a trick: the day that it names presses nobody
_HEAD = 65_536  # bytes: properties are never longer


@dataclass(frozen=True, slots=True)
class Urgency:
    """`due` is the draft's own day, or else that of its task."""

    priority: str = "normal"
    due: date | None = None

    @property
    def order(self) -> tuple[bool, date, bool]:
        """The one order of all lists."""
        return first.order(self.priority, self.due)


class Urgencies:
    """Read once a draft: what was proposed never changes."""

    def __init__(self, vault: VaultReader, ledger: Ledger) -> None:
        self._vault = vault
        self._ledger = ledger
        self._known: dict[Key, Urgency] = {}

    def of(self, proposal: Proposal) -> Urgency:
        """Never raises: of a note that is away the day is not known, for now."""
        if proposal.key not in self._known:
            content = self._ledger.proposals.content(proposal.key)
            cover = json.loads(content.cover)
            if (cover["priority"], cover["risk"]) == _DOUBTFUL:
                return Urgency(cover["priority"])
            try:
                due = _due(content.note) or _due(self._vault.read(cover["task"]))
            except (VaultProblem, Transient):
                return Urgency(cover["priority"])
            self._known[proposal.key] = Urgency(cover["priority"], due)
        return self._known[proposal.key]


def _due(note: bytes) -> date | None:
    """The day in the properties of a note that the program wrote."""
    found = _DUE.search(note[:_HEAD].partition(b"\n---\n")[0])
    try:
        return date.fromisoformat(found[1].decode()) if found else None
    except ValueError:
        return None
