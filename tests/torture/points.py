"""Every way of every action, killed at each thing that lasts, before and after, and again while it recovers.

A round takes one way and a slice of its moments; neighbouring seeds take the other ways and the next slices.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TypeVar

from tests.acceptance.mortal import Killed
from tests.torture import models, work
from tests.torture.owner import Owner
from tests.torture.shop import Shop, new_folder
from tests.torture.tally import Tally

HOUR = timedelta(hours=1)
SLICE = 30  # moments a round
_RECOVERY = 25  # durable acts of a recovery, about; a second death that comes later does not happen
OwnerT = TypeVar("OwnerT", bound=Owner)
Deed = Callable[[Owner], None]


@dataclass(frozen=True, slots=True)
class Way:
    """What is done before, each deed followed by rest, and the deed whose consequences are killed."""

    name: str
    before: tuple[Deed, ...]
    killed: Deed
    hold: float = 0


@dataclass(frozen=True, slots=True)
class Point:
    """Dies at the `at`-th act, or right after it; `again`: at which act of the recovery once more, 0: not."""

    at: int
    after: bool
    again: int


# --- what happens on each way


def drop(action: str) -> Deed:
    return lambda owner: owner.drop(action)


def approve(how: str, *moods: str, blind: bool = False) -> Deed:
    def deed(owner: Owner) -> None:
        owner.shop.provider.script += moods
        if blind:
            owner.shop.provider.go_blind(HOUR)
        for path in sorted((owner.root / "Pending_Approval").glob("*.md")):
            owner.approve_this(path, how)

    return deed


def _ways(action: str) -> Iterator[Way]:
    """The ways that every action can go."""
    dropped, day = (drop(action),), 86400.0
    yield Way("taken in", (), drop(action))
    for how in ("move", "tick", "command"):
        yield Way(f"approved by {how}", dropped, approve(how))
    yield Way("undone while it was held", (*dropped, approve("move")), Owner.undo, day)
    if action in work.FREE_TEXT:
        yield Way("edited while it was held", (*dropped, approve("move")), Owner.edit, day)
    yield Way("rejected", dropped, Owner.reject)
    yield Way("rejected for another draft", dropped, Owner.ask_for_another)


def _mail_ways(action: str) -> Iterator[Way]:
    """The ways that a provider can make it go."""
    for mood in ("accept-then-drop", "drop", "late", "busy", "refuse", "fault-after-accept", "fault", "slow"):
        yield Way(f"approved, provider: {mood}", (drop(action),), approve("move", mood))
    yield Way("approved, nobody can tell", (drop(action),), approve("move", "accept-then-drop", blind=True))
    yield Way("approved twice lost", (drop(action),), approve("move", "late", "drop"))


WAYS = tuple(
    (action, way, outbox)
    for action in work.ACTIONS
    for outbox in ((False, True) if action.startswith("email.") else (True,))
    for way in (*_ways(action), *(_mail_ways(action) if not outbox else ()))
)


# --- a round


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """One slice of the moments of one way."""
    chance = Random(seed)
    action, way, outbox = WAYS[seed % len(WAYS)]
    fine = bool(seed // len(WAYS) % 2)
    with new_folder() as folder:
        shop = Shop(folder / "prepared", hold=way.hold, outbox=outbox, fine=fine, model=models.of(seed))
        prepared = prepare(Owner(shop, chance, Tally()), way.before)
        tally = moments(folder, prepared, way.killed, number=seed // len(WAYS), chance=chance)
    tally.faults = [f"{action}, {way.name}, {fault}" for fault in tally.faults]
    return tally


def moments(folder: Path, prepared: OwnerT, killed: Callable[[OwnerT], None], *, number: int, chance: Random) -> Tally:
    """The `number`-th slice of the moments of one deed; `prepared` is closed and stays as it is."""
    tally = Tally()
    for point in _slice(number, _whole(folder, prepared, killed), chance):
        found = _life(folder, prepared, killed, point)
        tally.counts.update(found.counts)
        tally.faults += [f"{point}: {fault}" for fault in found.faults]
        if found.faults:
            break
    return tally


def _slice(number: int, acts: int, chance: Random) -> Iterator[Point]:
    """The `number`-th slice of all moments, round and round; two of three lives end a second time."""
    for n in range(number * SLICE, (number + 1) * SLICE):
        moment = n % (2 * acts)
        yield Point(moment // 2 + 1, bool(moment % 2), chance.choice([0, chance.randint(1, _RECOVERY), 1]))


def prepare(owner: OwnerT, before: Iterable[Callable[[OwnerT], None]]) -> OwnerT:
    """The shop, closed, in which everything before the killed deed has been done."""
    for deed in before:
        deed(owner)
        owner.shop.rest(HOUR)
    owner.shop.close()
    return owner


def _opened(folder: Path, prepared: OwnerT, tally: Tally) -> OwnerT:
    """The same shop once more, on a disk of its own."""
    shutil.copytree(prepared.root.parent, folder, symlinks=True)
    return prepared.again(prepared.shop.twin(folder), tally)


def _whole(folder: Path, prepared: OwnerT, killed: Callable[[OwnerT], None]) -> int:
    """How many acts there are when nobody is killed."""
    owner = _opened(folder / "whole", prepared, Tally())
    killed(owner)
    owner.shop.rest(HOUR)
    acts = len(owner.shop.fate.acts)
    owner.shop.close()
    return acts


def _life(folder: Path, prepared: OwnerT, killed: Callable[[OwnerT], None], point: Point) -> Tally:
    tally = Tally()
    owner = _opened(folder / "life", prepared, tally)
    killed(owner)
    deaths = [die for die in (_die(owner, point.at, after=point.after), _die_again(owner, point)) if die]
    tally.counts["kills"] += len(deaths)
    tally.counts["crash points"] += 1
    owner.settle()
    owner.judge()
    owner.shop.close()
    shutil.rmtree(folder / "life")
    return tally


def _die(owner: Owner, at: int, *, after: bool) -> bool:
    """Whether it died and was born again; else it had less to do than that."""
    shop = owner.shop
    shop.die(at, after=after)
    with suppress(Killed):
        shop.rest(HOUR)
    died = not shop.alive
    if died:
        shop.reborn()
    shop.fate.at = 0
    return died


def _die_again(owner: Owner, point: Point) -> bool:
    return bool(point.again) and _die(owner, point.again, after=not point.after)
