"""What is known about one proposal at one moment: the ledger row, its files in the vault, what was said by command."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from daemon.core.proposal import Decision, Proposal, Verdict
from daemon.core.steps import Place, Rules, Sighting


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is known about one proposal at one moment."""

    proposal: Proposal
    sightings: Sequence[Sighting]
    decisions: Sequence[Decision]  # not yet applied, oldest first
    rules: Rules
    now: datetime
    answered: Collection[str] = ()  # feedback that already led to a new draft
    answered_by_hand: str = ""  # a sentence, when the person's own answer was seen in their mailbox

    def at(self, *places: Place) -> list[Sighting]:
        return [s for s in self.sightings if s.place in places]

    @property
    def verdict(self) -> Verdict | None:
        """The last thing said by command line or API."""
        return next((said.verdict for said in reversed(self.decisions) if said.verdict != "obsolete"), None)

    @property
    def yes_again(self) -> bool:
        """Whether a yes was given after another word, by command, before anybody acted on either."""
        said = {each.verdict for each in self.decisions} - {"obsolete"}
        return self.verdict == "approve" and len(said) > 1

    @property
    def unwanted(self) -> str:
        """Why nobody wants this answer any more, or ""."""
        return next((said.reason for said in self.decisions if said.verdict == "obsolete"), "")

    @property
    def shown(self) -> bool:
        """Whether its own note was ever in the vault: only from then on can anybody have decided about it."""
        return self.proposal.seen or any(s.reading.genuine for s in self.sightings)

    @property
    def expired(self) -> bool:
        return self.now >= self.proposal.expires_at

    @property
    def in_person_folders(self) -> list[Sighting]:
        return self.at(Place.PENDING, Place.APPROVED, Place.REJECTED)

    @property
    def notes(self) -> list[Sighting]:
        """Where the draft lies. Outside of the folders where a person decides, what only bears its id is not it."""
        elsewhere = [s for s in self.sightings if s not in self.in_person_folders and s.reading.genuine]
        return [*self.in_person_folders, *elsewhere]
