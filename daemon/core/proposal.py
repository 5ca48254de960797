"""A proposal: one generation of a draft as the ledger keeps it. The ledger decides; the note follows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """See "Effects" in the developer guide: every proposal is in exactly one of these."""

    PROPOSED = "proposed"
    HELD = "held"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"  # the provider certainly said no
    UNKNOWN = "unknown"  # nobody can know whether it happened
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the person deleted the note
    SUPERSEDED = "superseded"  # a newer generation took its place


Key = tuple[str, int]  # task id, generation
Verdict = Literal["approve", "reject", "undo", "retry"]
News = Literal["obsolete"]  # what no person says: a mailbox does, because its answer is no longer wanted


@dataclass(frozen=True, slots=True)
class Content:
    """What would be done, complete: the action's parameters and the text, and the note that shows them."""

    action: str
    channel: str
    agent: str
    title: str
    risk: str
    cover: str  # JSON of what the reader is told around the draft
    params: str  # JSON of the action's Params
    text: str
    note: bytes  # exactly as published
    name: str  # its file name
    digest: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A yes that is waiting out the time in which it can be undone."""

    until: datetime
    file_digest: str  # sha256 of the approved file; another file is another approval
    by: str
    via: str
    twin: bool  # an identical copy stood in Pending_Approval/ when the hold began (slow sync)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of the ledger, without the large texts (those are in `Content`, fetched when needed)."""

    id: str
    generation: int
    action: str
    channel: str
    title: str
    risk: str
    name: str
    state: State
    proposed_at: datetime
    expires_at: datetime
    decided_at: datetime | None = None
    seen: bool = False  # its note was once seen in the vault; it is never published again
    gone_since: datetime | None = None
    hold: Hold | None = None
    not_before: datetime | None = None  # a provider asked us to wait
    latest: bool = True  # no newer generation exists
    filed: bool = False  # terminal, and its note is where it belongs
    why: str = ""

    @property
    def key(self) -> Key:
        return (self.id, self.generation)

    @property
    def label(self) -> str:
        """How a person and a log line call it: `t7k3m2q9` or `t7k3m2q9-g2`."""
        return label(self.id, self.generation)


@dataclass(frozen=True, slots=True)
class Decision:
    """A yes, no, undo or retry that came by command line or API. Generation 0 means the task itself."""

    seq: int
    id: str
    generation: int
    verdict: Verdict | News
    via: str
    by: str
    reason: str
    at: datetime
    file: str = ""  # sha256 of the note that the yes was given to, when that is known


def label(task: str, generation: int) -> str:
    """`t7k3m2q9`, and from the second generation on `t7k3m2q9-g2`."""
    return task if generation <= 1 else f"{task}-g{generation}"


def digest(action: str, params: Mapping[str, object], text: str, *, salt: str) -> str:
    """What an approval stands for, as one value: `sha256-SALT-HEX` over canonical JSON of salt and what would happen.

    `salt`: random, hexadecimal, another one for each generation. So who bears the digest has seen this very draft.
    """
    said = {"action": action, "params": params, "text": text} | ({"salt": salt} if salt else {})
    canonical = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "-".join(part for part in ("sha256", salt, hashlib.sha256(canonical.encode()).hexdigest()) if part)


def is_digest(value: str, action: str, params: Mapping[str, object], text: str) -> bool:
    """Whether `digest` made it of these, with whatever salt; the oldest drafts have none."""
    salt = value.removeprefix("sha256-").rpartition("-")[0]
    return digest(action, params, text, salt=salt) == value


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()
