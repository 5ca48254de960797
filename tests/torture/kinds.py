"""The kinds of torture by name, in the order of the table in SAFETY: one function from a seed to a tally each."""

from __future__ import annotations

from collections.abc import Mapping

from tests.torture import (
    approvals,
    clocks,
    disks,
    flood,
    hands,
    hostile,
    injections,
    kills,
    limits,
    losses,
    mail,
    minds,
    points,
    providers,
    tampering,
    watching,
)
from tests.torture.tally import Round

KINDS: Mapping[str, Round] = {
    "kills": kills.round,
    "points": points.round,
    "providers": providers.round,
    "mail": mail.round,
    "flood": flood.round,
    "clocks": clocks.round,
    "approvals": approvals.round,
    "hands": hands.round,
    "hostile": hostile.round,
    "disks": disks.round,
    "losses": losses.round,
    "limits": limits.round,
    "minds": minds.round,
    "injections": injections.round,
    "tampering": tampering.round,
    "watching": watching.round,
}
