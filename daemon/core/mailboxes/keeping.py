"""Drafts that wait for the person, kept among the drafts of their mailbox as well: what that needs of a mailbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Fate = Literal["there", "sent", "deleted"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft in a mailbox, as the mailbox names it and its thread."""

    draft: str
    thread: str


class DraftBox(Protocol):
    """The drafts of one mailbox. Each call raises Transient or UserError when it cannot be asked."""

    def keep(self, message: bytes, *, again: bool) -> Kept:
        """Put it there. `again`: an earlier call may have done so, and then it is found and not put there twice."""
        ...

    def there(self) -> Collection[str]:
        """Every draft."""
        ...

    def fate(self, kept: Kept, since: datetime) -> Fate:
        """What became of a draft that was kept at `since`."""
        ...

    def untouched(self, kept: Kept, message: bytes) -> bool:
        """Whether it is there and says what it said when it was kept: the person wrote nothing into it."""
        ...

    def drop(self, kept: Kept) -> None:
        """Delete it; one that is gone is nothing to do."""
        ...

    def close(self) -> None: ...
