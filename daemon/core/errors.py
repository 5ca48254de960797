"""Errors that say who must react.

`Transient`: the program tries again by itself. `Permanent`: this one thing cannot work; its note goes to
Failed/ with the sentence. `UserError`: the person fixes something and runs the command again. Anything
else that is raised is a bug of ours and is loud.

The text of each error is for the person: the first sentence says what is wrong, the others what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta


class Transient(Exception):
    """It certainly did not happen and may work later (rate limit, full disk, no network)."""

    def __init__(self, sentence: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Outage(Transient):
    """The disk or the ledger cannot be used at the moment: no fault of the task that met it, and it costs it no try."""


class Permanent(Exception):
    """It certainly did not happen and will not work without a change (provider said no, note is broken)."""


class UnknownOutcome(Exception):
    """The effect may or may not have happened (time-out after sending, connection lost)."""


class UserError(Exception):
    """The person can fix this; every problem is listed at once.

    `exit_code` follows CONTRACT: 1 failure, 4 not configured, 5 needs login, 75 try again, 78 configuration.
    """

    def __init__(self, *problems: str, exit_code: int = 1) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems
        self.exit_code = exit_code


class WordsError(UserError):
    """Only the words of a draft stand in the way (too long, none): they are shown again, for the person to change."""
