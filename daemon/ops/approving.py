"""What a yes by command would come to: the manager's own look at the note, before anything is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.core import lifecycle, steps
from daemon.core.errors import UserError
from daemon.core.proposal import Content, Decision, Proposal, State
from daemon.core.steps import Place, Restate, Rules, Sighting
from daemon.core.view import View
from daemon.runtime.ledger import Ledger
from daemon.runtime.lookout import Look, Lookout
from daemon.runtime.pages import Pages

# The rest is public, money or a person at the telephone: somebody has to look at each of them.
TOGETHER = frozenset({"email.reply", "email.send", "document.save", "appointment.create", "expense.create"})
_AT_ONCE = Rules(hold=timedelta(), gone=timedelta(), feedback_window=timedelta(), blocked=None)


@dataclass(frozen=True, slots=True)
class Prospect:
    """What comes of a yes. Both "": it counts. `refused`: why it cannot; `again`: why it is shown once more first.

    `file`: sha256 of the note as it was looked at; another one is not what the yes was given to.
    """

    refused: str = ""
    again: str = ""
    file: str = ""


class Approving:
    """One look at all notes; `of` says for each draft what a yes would come to now."""

    def __init__(self, ledger: Ledger, pages: Pages, lookout: Lookout, now: datetime) -> None:
        self._ledger = ledger
        self._pages = pages
        self._look: Look = lookout.look(now)
        self._now = now

    def of(self, proposal: Proposal) -> Prospect:
        """Only a draft that waits and has not expired is asked: of the others `decide.refusal` knows enough."""
        if proposal.state is not State.PROPOSED or self._now >= proposal.expires_at:
            return Prospect()
        content = self._ledger.proposals.content(proposal.key)
        seen = [self._sight(content, sighting) for sighting in self._look.sightings.get(proposal.key, [])]
        if not seen:
            return Prospect(f"{proposal.label} is not approved: its note is nowhere in the vault. Put it back, from "
                            "the trash or from another device, and approve it then; or "
                            f"`employee retry {proposal.label}` shows it to you again.")  # fmt: skip
        return self._prospect(proposal, content, seen)

    def together(self, waiting: Sequence[Proposal]) -> list[Proposal]:
        """Those that one yes for many may mean: nothing public, no money, no call, and nothing that is missing."""
        return [each for each in waiting if each.action in TOGETHER and _counts(self.of(each))]

    def _sight(self, content: Content, sighting: Sighting) -> Sighting:
        """As it will lie there when the yes is heard: settled, and in Approved/."""
        place = Place.APPROVED if sighting.place is Place.PENDING else sighting.place
        reading = self._pages.understood(content, sighting.reading)
        return replace(sighting, place=place, reading=reading, settled_at=self._now, patience_until=self._now)

    def _prospect(self, proposal: Proposal, content: Content, seen: Sequence[Sighting]) -> Prospect:
        yes = Decision(0, *proposal.key, "approve", "cli", "owner", "", self._now)
        step = lifecycle.next_step(View(proposal, seen, [yes], _AT_ONCE, self._now))
        if isinstance(step, steps.Hold):
            return Prospect(file=step.sighting.reading.digest)
        if not isinstance(step, Restate):
            return Prospect(_elsewhere(proposal, seen))
        refused = Prospect(f"{proposal.label} is not approved. {step.why}")
        reading = step.sighting.reading if step.sighting else None
        if reading is None or reading.identical or not (reading.changed or reading.restated):
            return refused
        try:
            self._pages.amended(content, reading.properties, reading.text)
        except UserError as error:
            return refused if str(error) in step.why else Prospect(f"{refused.refused} {error}")
        return Prospect(again=step.why)


def _counts(prospect: Prospect) -> bool:
    return not (prospect.refused or prospect.again)


def _elsewhere(proposal: Proposal, seen: Sequence[Sighting]) -> str:
    return (
        f"{proposal.label} is not approved: its note lies in {seen[0].path}. Move it back to Pending_Approval/ first."
    )
