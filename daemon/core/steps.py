"""The words of the lifecycle: where a note lies, what it says, and the steps that can follow.

Values only. `lifecycle.next_step` decides which step it is; `runtime.deeds` carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from daemon.core.policy import Blocked
from daemon.core.properties import Value
from daemon.core.proposal import State


class Place(StrEnum):
    """The state folders in which a draft note can lie."""

    PENDING = "Pending_Approval"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    EXECUTING = "In_Progress/executor"
    REVIEW = "Needs_Review"
    FAILED = "Failed"
    DONE = "Done"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a note says, compared with what was published."""

    digest: str  # sha256 of the file
    identical: bool  # byte for byte as published
    digest_kept: bool = False  # the property; nobody can know it who has not seen this draft
    approve: bool = False
    reject: bool = False
    feedback: str = ""
    text: str = ""  # the draft as it stands now
    changed: tuple[str, ...] = ()  # protected properties whose value differs
    properties: Mapping[str, Value] = field(default_factory=dict[str, Value])
    restated: str = ""  # what the edited text changes beside its words, as a sentence for the person
    partial: bool = False  # the draft stops in the middle of what was published: it may still be arriving
    fault: str = ""  # why it cannot be read; then nothing above counts

    @property
    def genuine(self) -> bool:
        """Whether it was surely made of its own note: an id and a generation can be guessed."""
        return self.identical or self.digest_kept


@dataclass(frozen=True, slots=True)
class Sighting:
    """One file that bears the id and generation of a proposal."""

    place: Place
    path: str
    settled_at: datetime  # from then on it counts as completely written
    patience_until: datetime  # a note with a fault is left alone until then: somebody may be typing
    reading: Reading


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings and the moment say about this action."""

    hold: timedelta
    gone: timedelta  # a deleted note counts as withdrawn after this long
    feedback_window: timedelta
    blocked: Blocked | None  # pause, cap, quiet hours


# --- steps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do. `until` None: until the person does something. `busy`: it needs no person, only time."""

    until: datetime | None
    why: str
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Publish:
    """Write the note to Pending_Approval/, byte for byte as recorded."""


@dataclass(frozen=True, slots=True)
class NoteGone:
    """The note is away since now."""


@dataclass(frozen=True, slots=True)
class NoteBack:
    """The note that was away is there again."""


@dataclass(frozen=True, slots=True)
class Move:
    """Put the file, unchanged, into the folder that says what the person already said."""

    path: str
    place: Place


@dataclass(frozen=True, slots=True)
class Hold:
    """Record the yes for exactly this file and wait out the time for an undo."""

    sighting: Sighting
    until: datetime
    twin: bool


@dataclass(frozen=True, slots=True)
class Execute:
    """Claim the file, verify, and begin the effect."""

    path: str


@dataclass(frozen=True, slots=True)
class Recover:
    """An effect was begun and its result is not known: ask the provider."""


@dataclass(frozen=True, slots=True)
class End:
    """Rejected, expired, withdrawn, or superseded because nobody wants this answer any more."""

    state: State
    why: str


@dataclass(frozen=True, slots=True)
class Redraft:
    """The agent writes a new generation from the person's feedback."""

    feedback: str
    text: str


@dataclass(frozen=True, slots=True)
class Restate:
    """Show the same action back as a new generation that waits for a fresh decision.

    `why` is the sentence the person reads at its top; `sighting` holds their text and properties, if any.
    """

    why: str
    sighting: Sighting | None


@dataclass(frozen=True, slots=True)
class Review:
    """Move the file to Needs_Review/ with the sentence."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Retire:
    """Take leftover copies out of the person's folders; they are kept beside the originals."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settle:
    """The person answered an unknown outcome: `done` = it happened, `rejected` = drop it."""

    state: State
    path: str


@dataclass(frozen=True, slots=True)
class File:
    """Put the note of a finished proposal where it belongs and forget it. `path` "": write it from the record."""

    path: str


Step = (
    Wait | Publish | NoteGone | NoteBack | Move | Hold | Execute | Recover | End | Redraft | Restate
    | Review | Retire | Settle | File
)  # fmt: skip
