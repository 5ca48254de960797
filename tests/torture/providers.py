"""Every sequence of up to four failures of a provider, and of the disk under the outbox, with a kill and without."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random

from daemon.core.errors import Outage
from tests.acceptance.mortal import Killed, MortalVault
from tests.torture import models, work
from tests.torture.models import MoodyModel
from tests.torture.owner import Owner
from tests.torture.shop import MOODS, Shop, new_folder
from tests.torture.tally import Tally

HOUR = timedelta(hours=1)
LONGEST = 4
SLICE = 25  # sequences a round
FILES = ("Outbox/", "Documents/", "Accounting/")
_FULL = "could not be written: the disk is full or your quota is used up. Free some space."


def _sequences(moods: Sequence[str]) -> list[tuple[str, ...]]:
    return [each for n in range(1, LONGEST + 1) for each in itertools.product(moods, repeat=n)]


MAILS = _sequences(MOODS)
DISKS = _sequences(("ok", "full", "late"))


class FailingVault(MortalVault):
    """A disk that is full before a change, or reports an error after it: as `script` says, where effects lie."""

    script: list[str]

    def create(self, path: str, data: bytes) -> str:
        self._fail("full", path)
        made = super().create(path, data)
        self._fail("late", path, over=True)
        return made

    def link(self, path: str, target: str) -> str:
        self._fail("full", target)
        made = super().link(path, target)
        self._fail("late", target, over=True)
        return made

    def replace(self, path: str, data: bytes, *, expected: bytes | None = None) -> None:
        self._fail("full", path)
        super().replace(path, data, expected=expected)
        self._fail("late", path, over=True)

    def _fail(self, mood: str, path: str, *, over: bool = False) -> None:
        """Each change of a file of effects takes one mood from the script."""
        if not (path.startswith(FILES) and self.script):
            return
        said = self.script[0]
        if over or said == "full":
            self.script.pop(0)
        if said == mood:
            raise Outage(f"{path} {_FULL}")


class FailingShop(Shop):
    """`troubles`: what the disk still has in store; it outlives the daemon."""

    def __init__(self, folder: Path, *, outbox: bool, model: MoodyModel | None) -> None:
        self.troubles: list[str] = []
        super().__init__(folder, outbox=outbox, model=model)

    def new_vault(self, root: Path) -> MortalVault:
        made = FailingVault(root, self.fate)
        made.script = self.troubles
        return made


def round(seed: int) -> Tally:  # noqa: A001 - what a kind of torture is called
    """A slice of the sequences, one after another in one shop: mails by the provider, or all else by files."""
    tally, chance, mails = Tally(), Random(seed), seed % 2 == 0
    every = MAILS if mails else DISKS
    with new_folder() as folder:
        shop = FailingShop(folder, outbox=not mails, model=models.of(seed))
        owner = Owner(shop, chance, tally)
        for n in range(seed // 2 * SLICE, (seed // 2 + 1) * SLICE):
            _try(owner, shop.provider.script if mails else shop.troubles, every[n % len(every)])
        owner.judge()
        shop.close()
    return tally


def _try(owner: Owner, script: list[str], sequence: Sequence[str]) -> None:
    """One approved draft under these failures; half of the time the daemon is killed as well."""
    shop, chance = owner.shop, owner.chance
    action = chance.choice(work.ACTIONS if script is not shop.provider.script else ("email.reply", "email.send"))
    owner.drop(action)
    shop.rest(HOUR)
    script[:] = sequence
    shop.provider.indexing = timedelta(seconds=chance.choice([0, 30]))
    if chance.random() < 0.2:
        shop.provider.go_blind(timedelta(minutes=1))
    owner.approve_all()
    if chance.random() < 0.5:
        _die(owner)
    before = len(owner.tally.faults)
    owner.settle()
    owner.tally.faults[before:] = [f"{action}, {sequence}: {fault}" for fault in owner.tally.faults[before:]]
    owner.tally.counts["sequences of failures"] += 1
    script.clear()


def _die(owner: Owner) -> None:
    shop, chance = owner.shop, owner.chance
    shop.die(chance.randint(1, 10), after=chance.random() < 0.5)
    with suppress(Killed):
        shop.rest(HOUR)
    if not shop.alive:
        owner.tally.counts["kills"] += 1
        shop.reborn()
    shop.fate.at = 0
