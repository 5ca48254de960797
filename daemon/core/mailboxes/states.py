"""What of a task is shown in the mailbox it came from, as one of our labels."""

from __future__ import annotations

from daemon.core.mailboxes.values import DONE, READY, SEEN, STATES, WAITING, Mark
from daemon.core.proposal import State

_BY_STATE = {
    State.PROPOSED: READY,
    State.HELD: WAITING,
    State.SENDING: WAITING,
    State.UNKNOWN: WAITING,
    State.DONE: DONE,
    State.REJECTED: DONE,
    State.EXPIRED: DONE,
    State.WITHDRAWN: DONE,
    State.SUPERSEDED: DONE,
    State.REFUSED: WAITING,
}


def label(outcome: str, state: State | None) -> str:
    """The label for a task: `outcome` as the ledger of tasks has it, `state` of its newest draft.

    Waiting is what the person said yes to and what is not out yet, or what went wrong and needs them.
    """
    if outcome == "closed":
        return DONE
    if outcome == "failed":
        return WAITING
    return _BY_STATE[state] if state else SEEN


def mark(remote: str, wanted: str, *, extra: tuple[str, ...] = (), archive: bool = False, read: bool = False) -> Mark:
    """What makes a message show `wanted`, whatever it showed before."""
    over = wanted == DONE
    others = tuple(state for state in STATES if state != wanted)
    return Mark(remote, (wanted, *extra), others, archive=archive and over, read=read and over)
