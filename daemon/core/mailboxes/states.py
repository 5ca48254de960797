"""What of a task is shown in the mailbox it came from, as one of our labels."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.core.mailboxes.values import DONE, READY, STATES, WAITING, Mark
from daemon.core.proposal import State

# By the outcome of a task, as the ledger has it, else by the state of its newest draft; SEEN when there is none.
# Waiting is what the person said yes to and what is not out yet, or what needs them in another way.
LABELS: Mapping[str, str] = {
    "closed": DONE,
    "failed": WAITING,
    State.PROPOSED: READY,
    State.HELD: WAITING,
    State.SENDING: WAITING,
    State.UNKNOWN: WAITING,
    State.REFUSED: WAITING,
    State.EXPIRED: WAITING,  # nobody answered and nobody said no: to call that done would hide the mail
    State.DONE: DONE,
    "unsent": WAITING,  # an answer that lies in Outbox/: to call that done, or archive its mail, would be the end of it
    State.REJECTED: DONE,
    State.WITHDRAWN: DONE,
    State.SUPERSEDED: DONE,
}


def mark(remote: str, wanted: str, *, extra: tuple[str, ...] = (), archive: bool = False, read: bool = False) -> Mark:
    """What makes a message show `wanted`, whatever it showed before."""
    over = wanted == DONE
    others = tuple(state for state in STATES if state != wanted)
    return Mark(remote, (wanted, *extra), others, archive=archive and over, read=read and over)
